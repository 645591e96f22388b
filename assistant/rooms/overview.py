"""All rooms of a broker, as somebody sees them who looks at all of them."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import SolemateError
from assistant.rooms.connection import Client, Lost, connected
from assistant.rooms.discovery import discovery_topic
from assistant.rooms.link import FIRST_DELAY, LONGEST_DELAY
from assistant.rooms.topics import AT_LEAST_ONCE, ONLINE, ROOT, Topics, room_and_topic
from assistant.settings.rooms import MOST_LETTERS, Broker, is_room

GATHERING = 0.4
"""Seconds in which all that a broker has retained has come in."""

MOST_ROOMS = 1000
"""Rooms that are shown; whoever publishes more is no home and no clinic."""

LONGEST_NAME = MOST_LETTERS + 4
"""Letters of a room's name, with the number of a second one of that name: "-2"."""

LARGEST_NUMBER = 1_000_000
LONGEST_TEXT = 200
"""What is larger or longer in a state comes from no room, and is left out: anybody at the broker may write one."""


@dataclass(frozen=True)
class Room:
    """A room as it was last heard of; `at` is when, in seconds of this machine's monotonic clock."""

    name: str
    there: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0

    def remaining(self, now: float) -> int | None:
        """Whole seconds left of what its clock counts, counted on from what was last told; None for nothing."""
        left = self.state.get("remaining")
        if isinstance(left, bool) or not isinstance(left, int | float):
            return None
        passed = now - self.at if self.state.get("running") is True and self.there else 0.0
        return max(0, round(left - passed))

    def text(self, key: str) -> str:
        """A text or number of its state; empty for nothing, and for what is no such thing."""
        value = self.state.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return "".join(sign for sign in str(value)[:60] if sign.isprintable())

    def as_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {"room": self.name, "available": self.there, "state": dict(self.state)}


class Rooms:
    """The rooms that have been heard of, by name."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    @property
    def all(self) -> list[Room]:
        """All of them, in the order of their names."""
        return [self._rooms[name] for name in sorted(self._rooms)]

    def take(self, topic: str, payload: bytes) -> Room | None:
        """Take in a message; the room that it changed, None if it is none of ours, or nonsense."""
        found = room_and_topic(topic)
        if found is None or found[1] not in ("state", "available") or not is_room(found[0], LONGEST_NAME):
            return None
        name, what = found
        room = self._rooms.get(name, Room(name))
        if what == "available":
            room = Room(name, payload == ONLINE.encode(), room.state, room.at)
        elif (state := _object(payload)) is not None:
            room = Room(name, room.there, state, time.monotonic())
        else:
            return None
        if name not in self._rooms and len(self._rooms) >= MOST_ROOMS:
            return None
        if not payload and name in self._rooms and what == "available":
            del self._rooms[name]  # it was taken from the broker
            return None
        self._rooms[name] = room
        return room


def _object(payload: bytes) -> dict[str, Any] | None:
    """The state that a message is, without what can be none; None for what is no object."""
    try:
        given = json.loads(payload) if len(payload) < 10_000 else None
    except (ValueError, RecursionError):
        return None
    return {key: value for key, value in given.items() if _is_of_a_state(value)} if isinstance(given, dict) else None


def _is_of_a_state(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    if isinstance(value, int | float):
        return -LARGEST_NUMBER <= value <= LARGEST_NUMBER  # neither holds of what is no number
    return value is None


async def _subscribed(client: Client) -> AsyncIterator[tuple[str, bytes]]:
    await client.subscribe(f"{ROOT}/+/available", f"{ROOT}/+/state")
    async for topic, payload, _ in client.messages():
        yield topic, payload


def _name() -> str:
    return f"solemate-rooms-{secrets.token_hex(4)}"


async def look_once(broker: Broker) -> Rooms:
    """The rooms that there are now. Raises SolemateError if there is no broker."""
    rooms = Rooms()

    async def gather(client: Client) -> None:
        async for topic, payload in _subscribed(client):
            rooms.take(topic, payload)

    try:
        async with connected(broker, _name()) as client:
            gathering = asyncio.ensure_future(gather(client))
            await asyncio.wait([gathering], timeout=GATHERING)
            if gathering.done():
                gathering.result()
            gathering.cancel()
            await asyncio.wait([gathering])
    except Lost as lost:
        raise _no_broker(broker, lost) from lost
    return rooms


async def follow(broker: Broker, rooms: Rooms, changed: Callable[[Room], None], lost: Callable[[str], None]) -> None:
    """Follow the rooms for ever. `lost` is told why there is no broker, once until it is back, and "" then."""
    delay, gone = FIRST_DELAY, ""
    while True:
        try:
            async with connected(broker, _name()) as client:
                delay = FIRST_DELAY
                if gone:
                    gone = ""
                    lost("")
                async for topic, payload in _subscribed(client):
                    room = rooms.take(topic, payload)
                    if room is not None:
                        changed(room)
        except Lost as why:
            if str(why) != gone:
                gone = str(why)
                lost(gone)
        await asyncio.sleep(delay)
        delay = min(2 * delay, LONGEST_DELAY)


async def forget(broker: Broker, room: str) -> None:
    """Take all that a broker has kept of a room from it. Raises SolemateError if the room is there, or no broker is."""
    there = {each.name: each for each in (await look_once(broker)).all}
    if room not in there:
        raise SolemateError(f"there is no room {room!r}", f"there are: {', '.join(there) or 'none'}")
    if there[room].there:
        raise SolemateError(f"the room {room!r} is there, and would come back", "end its Solemate first")
    try:
        async with connected(broker, _name()) as client:
            for topic in (*Topics(room).kept, discovery_topic(room)):
                await client.publish(topic, "", AT_LEAST_ONCE, retain=True)
    except Lost as lost:
        raise _no_broker(broker, lost) from lost


def _no_broker(broker: Broker, lost: Lost) -> SolemateError:
    return SolemateError(f"no broker at {broker.address}: {lost}", "start it, or name another one: --mqtt URL")
