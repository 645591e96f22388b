"""Where the server listens: an address like tcp://127.0.0.1:10600, and its sockets."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import SolemateError
from assistant.listening_sockets import listening_socket
from assistant.settings.kinds import host_and_port

WAITING = 32
"""Connections that may wait to be accepted: a home has fewer satellites."""

_REMEDIES = {
    errno.EADDRINUSE: ("is taken", "is the server running already? if not, choose another one: --uri {next}"),
    errno.EACCES: ("may not be used without special rights", "choose one above 1023: --uri {next}"),
    errno.EADDRNOTAVAIL: ("is not this machine's", "name one of its own addresses, or leave out --uri"),
}
"""What is wrong with an address, and the way out, by the error's number."""


@dataclass(frozen=True)
class Bound:
    """The sockets of an address, which is written as it is told."""

    sockets: Sequence[socket.socket]
    uri: str
    port: int
    home: bool
    """Whether only this machine can reach it."""

    def close(self) -> None:
        """Listen no longer."""
        for each in self.sockets:
            each.close()


def bind(uri: str) -> Bound:
    """Listen at an address. Raises SolemateError with the way out if it is taken, or not this machine's."""
    host, port = host_and_port(uri)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SolemateError(f"nobody knows the address {host}", "name one of this machine, as in --help") from error
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            port = sockets[0].getsockname()[1] if sockets else port  # of a name with several addresses
            sockets.append(listening_socket((address[0], port, *address[2:]), WAITING, family))
    except OSError as error:
        for each in sockets:
            each.close()
        wrong, remedy = _REMEDIES.get(error.errno or 0, (f"can't be used ({error.strerror})", "choose another one"))
        after = f"tcp://{_written(host)}:{max(port + 1, 10600)}"
        raise SolemateError(f"{uri} {wrong}", remedy.format(next=after)) from error
    real = sockets[0].getsockname()[1]
    return Bound(sockets, f"tcp://{_written(host)}:{real}", real, all(map(_is_home, sockets)))


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_home(listening: socket.socket) -> bool:
    return ipaddress.ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback
