"""Events on a connection, each of a bounded size: a line of JSON, then maybe more JSON, then maybe sound.

The library's own reading takes any size, and takes nonsense for the end of the connection without a word.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from wyoming.event import Event, async_write_event

MOST_LINE, MOST_DATA, MOST_PAYLOAD = 65_536, 262_144, 1_048_576
"""Bytes of the line, of the JSON after it, and of sound in one event. Home Assistant sends 2 KB of sound at a time."""

FIRST_SECONDS, IDLE_SECONDS, REST_SECONDS = 10.0, 600.0, 10.0
"""Seconds to wait for the first event of a connection, for a later one, and for the rest of one that has begun."""

WRITE_SECONDS = 10.0
"""Seconds that a client may take to read what it was sent; one that never reads is given up."""


class BadEventError(Exception):
    """What came is no event; the message says in a few words why not."""


async def read_event(reader: asyncio.StreamReader, seconds: float) -> Event | None:
    """The next event; None at the end of the connection, and after so many `seconds` without one.

    Raises BadEventError: where the next event begins is not known then.
    """
    try:
        line = await asyncio.wait_for(reader.readline(), seconds)
    except asyncio.TimeoutError:
        return None
    except ValueError as error:
        raise BadEventError(f"a line of more than {MOST_LINE} bytes") from error
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise BadEventError("half an event")
    head = _object(line)
    kind = head.get("type")
    if not isinstance(kind, str):
        raise BadEventError("an event without a type")
    data = head.get("data") or {}
    if not isinstance(data, dict):
        raise BadEventError("data that is no object")
    more = await _exactly(reader, _length(head, "data_length", MOST_DATA))
    payload = await _exactly(reader, _length(head, "payload_length", MOST_PAYLOAD))
    return Event(kind, {**data, **(_object(more) if more else {})}, payload or None)


async def write_event(event: Event, writer: asyncio.StreamWriter) -> None:
    """Send an event. Raises OSError if the client is gone, or does not read."""
    try:
        await asyncio.wait_for(async_write_event(event, writer), WRITE_SECONDS)
    except asyncio.TimeoutError as error:
        raise TimeoutError("it does not read what it is sent") from error


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEventError("what is no JSON") from error
    if not isinstance(found, dict):
        raise BadEventError("JSON that is no object")
    return found


def _length(head: dict[str, Any], key: str, most: int) -> int:
    length = head.get(key) or 0
    if isinstance(length, bool) or not isinstance(length, int) or not 0 <= length <= most:
        raise BadEventError(f"a {key} that is not 0 to {most}")
    return length


async def _exactly(reader: asyncio.StreamReader, length: int) -> bytes:
    if not length:
        return b""
    try:
        return await asyncio.wait_for(reader.readexactly(length), REST_SECONDS)
    except (asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
        raise BadEventError("half an event") from error
