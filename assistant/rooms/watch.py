"""Watches a session for the broker, on the guide's thread, and gives the link what it tells."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assistant.dialogue.content.events import Record, TakeBack
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.resume_point import UNFINISHED
from assistant.dialogue.state.state import State
from assistant.entries import Entry, Said, Trouble
from assistant.page.moment import page_moment
from assistant.page.pressed import pressed
from assistant.page.watch import told_apart
from assistant.rooms.commands import Command, command_in
from assistant.rooms.place import HURT, place_in
from assistant.rooms.told import event_told, moment_told, remaining_told, state_told
from assistant.runtime.session import Elsewhere

if TYPE_CHECKING:
    from assistant.language.page_words import PageWords
    from assistant.rooms.link import Link
    from assistant.understanding.hypothesis import Utterance

ANEW = 5.0
"""Seconds after which the moment is made anew in any case: the time that is left of the whole run is in it."""

NOTHING = object()

END_SECONDS = 2.0
"""Seconds that the link may take to end with the program."""


class Inner:
    """What is inside a room, as the link wants to know it: made from the guide's state, and only where that changed."""

    def __init__(self, guide: Guide, words: PageWords, texts: Mapping[str, str], name: str | None = None) -> None:
        """`texts`: the wordings of intents. `name`: the wake word."""
        self._guide, self._words, self._texts, self._name = guide, words, texts, name
        self._state: Callable[[], State] | None = None
        self._tell: Callable[[Utterance | str | Trouble | Elsewhere], None] = lambda _: None
        self._shown: tuple[Any, ...] = ()
        self._made_at = 0.0
        self.received: object = NOTHING
        """The place that came last from another room, which need not be told again; NOTHING after one of its own."""
        self._made: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None

    def begin(self, state: Callable[[], State], tell: Callable[[Utterance | str | Trouble | Elsewhere], None]) -> None:
        """The session begins: its state, and what takes what is asked for, as if it had been said or typed."""
        self._state, self._tell = state, tell

    def state(self) -> Mapping[str, Any] | None:
        """Where the guide is; None before it begins."""
        if self._state is None:
            return None
        now = self._state()
        return {**self._looked(now)[0], "remaining": remaining_told(now)}

    def moment(self) -> Mapping[str, Any] | None:
        """What can be done; None before it begins."""
        return None if self._state is None else self._looked(self._state())[1]

    def read(self, payload: bytes) -> Command:
        """The command of a message. Raises MistakenMessageError."""
        return command_in(payload, self._guide.book)

    def take(self, command: Command) -> None:
        """Have the guide do what was asked for."""
        if not command.intent:
            self._tell(command.sentence)
            return
        label = ", ".join([self._texts.get(command.intent, command.intent), *command.slots.values()])
        self._tell(pressed(command.intent, command.slots, label, time.monotonic()))

    def tell(self, line: str) -> None:
        """Have a line be read by the person."""
        self._tell(Trouble(0.0, "rooms", line))

    def take_place(self, payload: bytes, ours: str, left: bool) -> bool:
        """Have the guide offer what was begun in another room than `ours`, unless it is going on there.

        Whether it is; where nothing more was heard of that, it is called again with `left`. Raises
        MistakenMessageError.
        """
        home, place, going = place_in(payload, self._guide.book)
        if home == ours:
            return False
        going = going and not left
        self.received = None if going else place
        self._tell(Elsewhere(None if going else place))
        return going

    def hurts(self, place: Mapping[str, Any]) -> bool:
        """Whether something hurt in the run that is at this place, or where it is, the last time."""
        if self._state is None:
            return False
        state = self._state()
        return bool(state.run.hurt) or f"{HURT}{place['stretch']}" in state.memory

    def _looked(self, state: State) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        shown, now = told_apart(state), time.monotonic()
        if self._made is None or shown != self._shown or now - self._made_at >= ANEW:
            book = self._guide.book
            moment = page_moment(state, book, self._guide.moment(state), self._words, self._texts, self._name)
            self._made = (state_told(state, book, self._texts), moment_told(moment))
            self._shown, self._made_at = shown, now
        return self._made


class RoomWatch:
    """Takes entries and records of a session on the guide's thread; nothing here waits for a network."""

    def __init__(self, link: Link, inner: Inner) -> None:
        self._link, self._inner = link, inner
        self._session = secrets.token_hex(4)
        self._thread = threading.Thread(target=self._run, name="room", daemon=True)

    def __call__(self, entry: Entry) -> None:
        """Take in what happens."""
        if isinstance(entry, Said):
            self._link.say(entry.text)
        else:
            self._link.wake()

    def record(self, event: Record | TakeBack) -> None:
        """Take in what was done, or undone."""
        told = event_told(event, self._session)
        if told is not None:
            self._link.record(told)

    def keep(self, key: str, value: Any) -> None:
        """Take in what is remembered: where the run has got to is for the person's other rooms.

        But no run in which something hurt: another room would not know, and lead back into it unasked.
        """
        if key == UNFINISHED and value != self._inner.received:
            self._inner.received = NOTHING
            self._link.share(None if value is None or self._inner.hurts(value) else value)
        elif key.startswith(HURT) and value is not None:
            self._link.share(None)

    def begin(self) -> None:
        """Go to the broker."""
        self._thread.start()

    def close(self) -> None:
        """The program ends."""
        self._link.end()
        if self._thread.is_alive():
            self._thread.join(END_SECONDS)

    def _run(self) -> None:
        with suppress(Exception):  # a broker is no reason to leave somebody alone with a leg in the air
            asyncio.run(self._link.run())
