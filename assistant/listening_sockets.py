"""Sockets on which something listens for others."""

from __future__ import annotations

import socket
from contextlib import suppress


def listening_socket(address: tuple[object, ...], waiting: int, family: int = socket.AF_INET) -> socket.socket:
    """A socket that listens on an address, such as ("127.0.0.1", 8713), and takes up to `waiting` unseen callers.

    It never blocks, and takes IPv6 for itself alone. Raises OSError if it can't be had.
    """
    listens = socket.socket(family, socket.SOCK_STREAM)
    try:
        listens.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            with suppress(OSError):
                listens.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listens.bind(address)
        listens.listen(waiting)
        listens.setblocking(False)
    except OSError:
        listens.close()
        raise
    return listens
