"""The link to the page: its address, its token, the file that keeps both for the next start, its QR code."""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from assistant import qr_codes
from assistant.errors import SolemateError
from assistant.files import PRIVATE, write_whole
from assistant.listening_sockets import listening_socket

if TYPE_CHECKING:
    from collections.abc import Sequence

HOME = "127.0.0.1"
"""This machine, as it calls itself."""

ELSEWHERE = ("192.0.2.1", 9)
"""An address that nobody has (RFC 5737): the way to it begins with this machine's own. Nothing is sent."""

LINK = "page-link"
"""The file in the user's data folder that holds the link, for the user alone to read."""

TOKEN_BYTES = 24
"""Random bytes in a link; nobody guesses one in 2 to the power of 192."""

TRIED_PORTS = 20
"""Ports that are tried, from the wanted one on."""

WAITING = 64
"""Connections that may wait to be accepted: more than one address can have, and few enough to turn away at a time."""

_TOKEN = re.compile(r"http://[^/\s]+/go/([\w-]{20,})\s*")


@dataclass(frozen=True)
class Bound:
    """The sockets that a page listens on, all with the same port; `address` is the one to be told."""

    sockets: Sequence[socket.socket]
    addresses: tuple[str, ...]
    port: int
    taken: bool
    """Whether the wanted port was taken, so that it is another one."""

    @property
    def address(self) -> str:
        """The address under which most can reach the page."""
        return self.addresses[-1]

    @property
    def hosts(self) -> frozenset[str]:
        """All that may be asked for."""
        return frozenset(f"{name}:{self.port}" for name in (*self.addresses, "localhost"))

    def link(self, token: str) -> str:
        """What is to be opened."""
        return f"http://{self.address}:{self.port}/go/{token}"

    def close(self) -> None:
        """Listen no longer."""
        for each in self.sockets:
            each.close()


def home_address() -> str:
    """This machine's address in its network. Raises SolemateError if it is in none, or in none of a home's kind."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(ELSEWHERE)
            address: str = way.getsockname()[0]
        except OSError:
            address = HOME
    if ipaddress.ip_address(address).is_loopback:
        raise SolemateError("there is no network to offer the page to", "join one, or leave out lan: solemate --page")
    if not ipaddress.ip_address(address).is_private:
        raise SolemateError(
            f"{address} can be reached from the whole internet, so the page is not offered there",
            "join a home network, or leave out lan: solemate --page",
        )
    return address


def bind(addresses: Sequence[str], wanted: int) -> Bound:
    """Listen on all of these addresses, on the wanted port or the next free one. Raises SolemateError if none is."""
    last = min(wanted + TRIED_PORTS, 65_536)
    reason = ""
    for port in range(wanted, last):
        sockets: list[socket.socket] = []
        try:
            for address in addresses:
                sockets.append(listening_socket((address, port), WAITING))
        except OSError as error:
            reason = error.strerror or str(error)
            for each in sockets:
                each.close()
        else:
            return Bound(sockets, tuple(addresses), port, taken=port != wanted)
    raise SolemateError(
        f"the page finds no port from {wanted} to {last - 1} ({reason})", "choose another one: --page-port 9100"
    )


def token_for(folder: Path, *, new: bool = False) -> str:
    """The token of the last start, so that an open page goes on; a fresh one if `new`, or none is there."""
    if not new:
        with suppress(OSError, UnicodeDecodeError):
            found = _TOKEN.fullmatch((folder / LINK).read_text(encoding="utf-8"))
            if found:
                return found[1]
    return secrets.token_urlsafe(TOKEN_BYTES)


def keep(folder: Path, link: str) -> bool:
    """Keep the link for the next start, for the user alone to read; whether that could be done."""
    try:
        write_whole(folder / LINK, f"{link}\n", mode=PRIVATE)
        (folder / LINK).chmod(PRIVATE)
    except OSError:
        return False
    return True


def show_code(link: str, out: TextIO) -> None:
    """Show the link as a QR code in a terminal."""
    qr_codes.show(qr_codes.code_of(link), out)


def code_svg(link: str) -> str:
    """The link as a QR code, as SVG: dark on white, whatever the page's colours."""
    return qr_codes.svg(qr_codes.code_of(link))
