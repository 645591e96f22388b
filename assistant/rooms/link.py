"""A room at a broker: claims its name there, tells what happens, takes what is asked for, and comes back by itself.

It runs on an event loop of its own. The guide only replaces values and wakes it, and never waits for it.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import socket
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assistant.rooms.commands import Command, MistakenMessageError, changes_in
from assistant.rooms.connection import Client, Lost, connected
from assistant.rooms.discovery import discovered, discovery_topic
from assistant.rooms.outbox import Outbox
from assistant.rooms.topics import AT_LEAST_ONCE, AT_MOST_ONCE, OFFLINE, ONLINE, Topics, numbered, place_of
from assistant.settings.rooms import Broker

FIRST_DELAY, LONGEST_DELAY = 0.25, 3.0
"""Seconds to the first attempt to come back, and at most to a later one, each twice the last: a broker that is back is
noticed within 5 seconds, with what connecting takes."""

LOOK = 0.5
"""Seconds between two looks at the state, for what changes without a word: the seconds that are left."""

REFRESH = 5.0
"""Seconds after which the seconds left are told again while they only run down."""

SETTLED = 0.15
"""Seconds in which all that a broker has retained of a room has come in, and a room that claims the same name speaks
up."""

MOST_SAID = 16
"""Sentences that may wait to be told. Of a guide nobody can follow, the latest count."""

MOST_CHANGES = 8
"""Messages with settings that may wait: checking a name takes seconds."""

AT_ONCE = 50
"""Events of the history that are read from the disk at a time."""

PLACE_SECONDS = 5.0
"""Seconds between two messages that tell where a run has got to, while it goes on; once it stops, that is told at
once. No more is done twice in another room if this one crashes, and none of them writes it down each second."""

LEFT_SECONDS = 3 * PLACE_SECONDS
"""Seconds without such a message after which a run that was going on in another room is taken to be left there."""

CANCELLED_SECONDS = 0.05
"""Seconds after which what was cancelled, and did not notice, is cancelled again."""

TOLD_AGAIN = 60.0
"""Seconds in which the same mistake is told only once: a program that makes it does so again and again."""


@dataclass(frozen=True)
class Inside:
    """What a room is, for the link: `state`, `moment` and `settings` give what is told, None for nothing yet.

    read understands a message, and take has the guide do it; change sets a setting, which may take seconds, and tells
    what is wrong; tell says a line to the person. take_place has the guide know where a run has got to in another
    room, and tells whether it is going on there; its last argument says that nothing more was heard of that.
    """

    state: Callable[[], Mapping[str, Any] | None]
    moment: Callable[[], Mapping[str, Any] | None]
    settings: Callable[[], Mapping[str, Any]]
    read: Callable[[bytes], Command]
    take: Callable[[Command], None]
    change: Callable[[Mapping[str, str]], str | None]
    tell: Callable[[str], None]
    take_place: Callable[[bytes, str, bool], bool] = lambda _payload, _ours, _left: False


class _TakenError(Exception):
    """Another Solemate has the room's name."""


class Link:
    """The room's link to its broker. `run` is its life; all else may be called from any thread."""

    def __init__(
        self, broker: Broker, room: str, inside: Inside, outbox: Outbox, version: str, *, discovery: bool = True,
        person: str | None = None,
    ) -> None:  # fmt: skip
        """`person`: whose runs these are, so that they can be gone on with in another room; None tells nobody."""
        self.online = False
        """Whether the broker has all that there is to tell, as far as is known."""
        self._broker, self._wanted, self._inside, self._outbox = broker, room, inside, outbox
        self._version, self._discovery = version, discovery
        self._person = place_of(person) if person is not None else ""
        self._place: Mapping[str, Any] | None = None
        self._placed, self._shared = "", False
        """Where the run has got to, and what of that was told: not again after a loss, as another room may be on."""
        self._elsewhere: tuple[bytes, float] | None = None
        """The place of a run that is going on in another room, and when that was told last."""
        self._number = 1
        self._id = secrets.token_hex(6)
        self._said: deque[str] = deque(maxlen=MOST_SAID)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = self._history = self._ending = asyncio.Event()
        self._told: dict[str, float] = {}
        self._gone: str | None = None
        self._claimed = self._echoed = False
        self._owner: Mapping[str, Any] = {}
        self._available = ""
        self._changes: asyncio.Queue[Mapping[str, str]] = asyncio.Queue(MOST_CHANGES)

    @property
    def room(self) -> str:
        """What the room is called now."""
        return numbered(self._wanted, self._number)

    # From any thread

    def wake(self) -> None:
        """Something has happened."""
        self._set(lambda: self._woken)

    def say(self, text: str) -> None:
        """The guide says something."""
        self._said.append(text)
        self.wake()

    def share(self, place: Mapping[str, Any] | None) -> None:
        """The run has got to a place; None if there is none to go on with."""
        self._place, self._shared = place, True
        self.wake()

    def record(self, event: Mapping[str, Any]) -> None:
        """Something was done that must be told, sooner or later."""
        self._outbox.put(event)
        self._set(lambda: self._history)

    def end(self) -> None:
        """The program ends: say so, and come to an end."""
        self._set(lambda: self._ending)

    def _set(self, event: Callable[[], asyncio.Event]) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(lambda: event().set())

    # On the loop

    async def run(self) -> None:
        """Be at the broker, and come back whenever it is gone, until the end."""
        self._woken, self._history, self._ending = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()
        delay = FIRST_DELAY
        while not self._ending.is_set():
            try:
                await self._be_there()
            except _TakenError:
                self._next_name()
                await asyncio.sleep(min(SETTLED * self._number, LONGEST_DELAY))
                continue
            except Lost as lost:
                delay = FIRST_DELAY if self.online else min(2 * delay, LONGEST_DELAY)
                self._lost(str(lost))
            except Exception as fault:  # of the program's own: the room comes back all the same
                delay = LONGEST_DELAY
                self._lost(f"a fault: {fault!r}")
            # Not all at the same time: fifty rooms come back at once when their broker does.
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ending.wait(), delay * random.uniform(0.7, 1.0))

    def _next_name(self) -> None:
        taken = self.room
        self._number += 1
        self._inside.tell(f"another Solemate is the room {taken!r} already, so this one is {self.room!r}: --room NAME")

    def _lost(self, why: str) -> None:
        self.online = False
        if self._gone != why:
            self._gone = why
            self._inside.tell(f"no broker at {self._broker.address}: {why}; it goes on without")

    async def _be_there(self) -> None:
        topics = Topics(self.room)
        self._claimed = self._echoed = False
        self._owner, self._available = {}, ""
        async with connected(self._broker, f"solemate-{self._id}", (topics.available, OFFLINE)) as client:
            await _first_of(
                self._receive(client, topics), self._tell_all(client, topics), self._ending.wait()
            )  # fmt: skip
            with suppress(Lost):
                await self._take_leave(client, topics)

    async def _tell_all(self, client: Client, topics: Topics) -> None:
        await self._claim(client, topics)
        if self._discovery:
            told = discovered(topics.room, self._version)
            await client.publish(discovery_topic(topics.room), _json(told), AT_LEAST_ONCE, retain=True)
        self.online = True
        if self._gone is not None:
            self._gone = None
            self._inside.tell(f"the broker at {self._broker.address} is back")
        await _first_of(
            self._tell_state(client, topics), self._tell_history(client, topics), self._keep_settings(client, topics)
        )

    async def _claim(self, client: Client, topics: Topics) -> None:
        """Be the room of this name, unless another one is there. Raises _TakenError."""
        await client.subscribe(topics.owner, topics.available)
        await client.subscribe(topics.command, topics.set_settings, *([self._person] if self._person else []))
        await asyncio.sleep(SETTLED)
        if self._available == ONLINE and self._owner and not self._is_ours(self._owner):
            raise _TakenError
        self._claimed = True
        owner = {"id": self._id, "home": self._outbox.home, "machine": socket.gethostname()}
        await client.publish(topics.owner, _json(owner), AT_LEAST_ONCE, retain=True)
        await client.publish(topics.available, ONLINE, AT_LEAST_ONCE, retain=True)

    def _is_ours(self, owner: Mapping[str, Any]) -> bool:
        """Whether it is this one, or was one that has come to an end: of a folder, one runs at a time."""
        return owner.get("id") == self._id or owner.get("home") == self._outbox.home

    async def _take_leave(self, client: Client, topics: Topics) -> None:
        if self._claimed:
            await self._tell_place(client, going=False)
            await client.publish(topics.available, OFFLINE, AT_LEAST_ONCE, retain=True)

    async def _tell_state(self, client: Client, topics: Topics) -> None:
        told: dict[str, str] = {}
        at, left, placed_at = -REFRESH, None, -PLACE_SECONDS
        self._said.clear()  # what was said meanwhile is over
        while True:
            self._woken.clear()
            while self._said:
                await client.publish(topics.said, self._said.popleft(), AT_MOST_ONCE)
            state = self._inside.state()
            if state is not None:
                now, seconds = time.monotonic(), state.get("remaining")
                rest = _json({**state, "remaining": seconds is None})
                runs_down = seconds != left and now - at >= REFRESH
                if rest != told.get(topics.state) or runs_down or _jumped(left, seconds, now - at):
                    told[topics.state], at, left = rest, now, seconds
                    await client.publish(topics.state, _json(state), AT_MOST_ONCE, retain=True)
            goes_on = state is not None and state.get("running") is True
            if not goes_on or time.monotonic() - placed_at >= PLACE_SECONDS:
                placed_at = time.monotonic()
                await self._tell_place(client, going=goes_on)
            self._take_what_was_left()
            moment = self._inside.moment()
            if moment is not None and _json(moment) != told.get(topics.moment):
                told[topics.moment] = _json(moment)
                await client.publish(topics.moment, told[topics.moment], AT_MOST_ONCE, retain=True)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK)

    async def _tell_place(self, client: Client, *, going: bool) -> None:
        """Tell where the run has got to, over and over while it goes on: so it is known that nobody has left it."""
        if not self._person or not self._shared:
            return
        going = going and self._place is not None
        place = _json({"home": self._outbox.home, "room": self.room, "going": going, "place": self._place})
        if going or place != self._placed:
            await client.publish(self._person, place, AT_LEAST_ONCE, retain=True)
            self._placed = place

    def _take_what_was_left(self) -> None:
        """Have the guide offer a run that was going on in another room, of which nothing more is heard."""
        if self._elsewhere is not None and time.monotonic() - self._elsewhere[1] >= LEFT_SECONDS:
            payload, self._elsewhere = self._elsewhere[0], None
            self._inside.take_place(payload, self._outbox.home, True)

    async def _tell_history(self, client: Client, topics: Topics) -> None:
        """Tell what was done, in order, each until the broker has it."""
        while True:
            self._history.clear()
            waiting = self._outbox.first(AT_ONCE)
            for number, event in waiting:
                await client.publish(topics.history, event, AT_LEAST_ONCE)
                self._outbox.remove(number)
            if not waiting:
                await self._history.wait()

    async def _keep_settings(self, client: Client, topics: Topics) -> None:
        """Tell the settings, and change them one message after the other: no command waits for that."""
        while True:
            settings = await asyncio.to_thread(self._inside.settings)
            await client.publish(topics.settings, _json(settings), AT_LEAST_ONCE, retain=True)
            mistake = await asyncio.to_thread(self._inside.change, await self._changes.get())
            if mistake is not None:
                self._wrong(topics.set_settings, mistake)

    # What comes in

    async def _receive(self, client: Client, topics: Topics) -> None:
        async for topic, payload, retained in client.messages():
            if topic == topics.owner:
                self._take_owner(payload)
            elif topic == topics.available:
                self._available = payload[:16].decode("ascii", "replace")
                if self._claimed and self._available == OFFLINE:
                    # A connection of ours that had broken off is missed only now, or somebody else says so.
                    await client.publish(topics.available, ONLINE, AT_LEAST_ONCE, retain=True)
            elif self._person and topic == self._person:
                try:
                    going = self._inside.take_place(payload, self._outbox.home, False)
                    self._elsewhere = (payload, time.monotonic()) if going else None
                except MistakenMessageError as mistake:
                    self._wrong(topic, str(mistake))
            elif retained:
                self._wrong(topic, "it is an old one that was kept, and is not obeyed")
            elif self._claimed:
                try:
                    self._obey(topics, topic, payload)
                except MistakenMessageError as mistake:
                    self._wrong(topic, str(mistake))

    def _take_owner(self, payload: bytes) -> None:
        owner = _object(payload)
        self._owner = owner
        if owner.get("id") == self._id:
            self._echoed = True
        elif self._echoed and owner:
            raise _TakenError  # both came at once, and the other one's word was the last

    def _obey(self, topics: Topics, topic: str, payload: bytes) -> None:
        if topic == topics.command:
            self._inside.take(self._inside.read(payload))
        elif topic == topics.set_settings:
            try:
                self._changes.put_nowait(changes_in(payload))
            except asyncio.QueueFull:
                raise MistakenMessageError("others are still being taken in") from None

    def _wrong(self, topic: str, mistake: str) -> None:
        now = time.monotonic()
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_AGAIN}
        line = f"a message to {topic} is ignored: {mistake}"
        if line not in self._told and len(self._told) < MOST_SAID:
            self._told[line] = now
            self._inside.tell(line)


def _jumped(before: float | None, now: float | None, passed: float) -> bool:
    """Whether the seconds left are others than what has passed explains: neither run down nor standing still."""
    if before is None or now is None:
        return before is not now
    return not -1.0 <= before - now <= passed + 1.0


async def _first_of(*running: Coroutine[Any, Any, Any]) -> None:
    """Run all until one ends, or fails; then none of them runs any more."""
    tasks = [asyncio.ensure_future(each) for each in running]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await _cancelled(tasks)


async def _cancelled(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel all of these, and wait for that. Before Python 3.12 `wait_for` may swallow it, so it is asked again."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=CANCELLED_SECONDS)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # seen, so that nobody complains of it


def _object(payload: bytes) -> Mapping[str, Any]:
    """The object that a message is; an empty one for nonsense, and for what is no longer kept."""
    try:
        given = json.loads(payload) if len(payload) < 1000 else {}
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
