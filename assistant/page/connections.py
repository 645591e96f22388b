"""Keeps connections few and short, whoever makes them: the guide on the same machine must not notice a flood.

Where all are taken, the one that has said nothing for the longest gives way, so that idle ones keep no reader out.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST, MOST_OF_ONE = 96, 48
"""Connections at a time, and those from one address: a browser makes up to six, and keeps one open."""

FIRST_WORD_SECONDS = 3.0
"""Seconds in which a connection must have sent a request, to its end; each further one as well."""

_open: dict[Bounded, str] = {}
"""The connections, each with its address, the one that was made or answered last at the end."""


class Bounded(H11Protocol):
    """uvicorn's protocol, that turns away what is too much, and closes what says nothing."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there is room for it or one that waits for a request can be closed for it."""
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if not _room_for(address):
            transport.abort()
            return
        _open[self] = address
        super().connection_made(transport)
        self.access_log = False  # the address of the link has the token in it
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a connection no longer."""
        self._at_ease()
        if self.transport is not None:  # it was taken
            _open.pop(self, None)
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        if self not in _open:
            return
        super().data_received(data)
        if not self._asks():
            self._at_ease()

    def on_response_complete(self) -> None:
        """Answered: the next request has as much time as the first."""
        super().on_response_complete()
        if self._asks() and self in _open:
            _open[self] = _open.pop(self)
            self._await_request()

    def give_way(self) -> bool:
        """Close this one if it waits for a request; whether it did."""
        if self._patience is None:
            return False
        _open.pop(self, None)
        self._at_ease()
        self.transport.abort()
        return True

    def _asks(self) -> bool:
        """Whether a request has still to come, or to come to its end."""
        cycle: Any = self.cycle  # None before the first request
        return cycle is None or cycle.more_body or cycle.response_complete

    def _await_request(self) -> None:
        self._at_ease()
        self._patience = asyncio.get_running_loop().call_later(FIRST_WORD_SECONDS, self._give_up)

    def _at_ease(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        cycle: Any = self.cycle
        if cycle is None or self.transport.is_closing():
            self.transport.abort()
        else:
            self.transport.close()
            self._await_request()  # what was answered has as much time again to arrive


def _room_for(address: str) -> bool:
    """Whether there is room for one more from an address, after the longest silent one has given way if need be."""
    of_one = [each for each, its in _open.items() if its == address]
    if len(of_one) >= MOST_OF_ONE:
        return any(each.give_way() for each in of_one)
    return len(_open) < MOST or any(each.give_way() for each in list(_open))
