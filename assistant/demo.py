"""A synthetic person talks with the guide, from sound to sound, on the virtual clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.core.hypothesis import Samples
from assistant.core.state import Phase, State
from assistant.ports import BLOCK, Voice
from assistant.session import Session
from assistant.virtual import SILENT_BLOCK, VirtualClock

PATIENCE = 45.0
"""Seconds after which a person who gets no answer says it again."""

ATTEMPTS = 3
"""How often they say it."""

ROOM_NOISE = 0.0005
"""The noise of a quiet room at the microphone, RMS of full scale (-66 dB)."""


@dataclass(frozen=True)
class Line:
    """Something the person says: when the guide is in `phase` (of `stretch`), `after` seconds of it.

    `politely` waits for the guide to fall silent, and counts `after` from there.
    """

    text: str
    intent: str
    phase: Phase
    after: float
    stretch: int | None = None
    politely: bool = True

    def fits(self, state: State, silent: bool) -> bool:
        """Whether the moment has come, but for the waiting."""
        here = self.stretch is None or state.stretch == self.stretch
        return state.phase is self.phase and here and (silent or not self.politely)


ENGLISH = (
    Line("start the routine", "start_routine", Phase.IDLE, 1.0),
    Line("okay, I'm ready", "ready", Phase.GETTING_READY, 1.5, 0),
    Line("how long is left?", "how_long", Phase.EXERCISING, 5.0, 0),
    Line("pause", "pause", Phase.EXERCISING, 6.0, 0),
    Line("resume", "resume", Phase.PAUSED, 4.0),
    Line("what's next?", "whats_next", Phase.EXERCISING, 3.0, 0),
    Line("next", "next", Phase.EXERCISING, 4.0, 0),
    Line("skip this one, please", "next", Phase.GETTING_READY, 2.5, 1, politely=False),
    Line("start heel stretches", "start_stretch", Phase.GETTING_READY, 1.0, 2),
    Line("what is it good for?", "why", Phase.GETTING_READY, 1.0, 3),
    Line("I'm ready", "ready", Phase.GETTING_READY, 1.0, 3),
    Line("which stretch is this?", "where_am_i", Phase.RESTING, 2.0, 3),
    Line("ouch, that hurts", "hurts", Phase.EXERCISING, 8.0, 3),
    Line("skip", "next", Phase.ASKING, 1.0),
    Line("that's enough, goodbye", "stop", Phase.GETTING_READY, 1.5, 4),
)
"""What the person says, in order."""


class Person:
    """Says lines one after the other, each at its moment; says one again if nothing comes of it."""

    def __init__(self, lines: Sequence[Line], voice: Voice, seed: int = 1) -> None:
        self.lines = tuple(lines)
        self.next = 0
        self.understood = 0
        self._voice = voice
        self._sound: Samples = np.zeros(0, np.float32)
        self._noise = np.random.default_rng(seed)
        self._said = -1
        self._attempts = 0
        self._fitting_since: float | None = None
        self._said_at = 0.0

    @property
    def done(self) -> bool:
        """Whether there is nothing more to say."""
        return self.next >= len(self.lines) and not len(self._sound)

    @property
    def gave_up(self) -> bool:
        """Whether a line was said in vain too often."""
        return self._attempts > ATTEMPTS

    def heard(self, intent: str | None) -> None:
        """The guide took what was said for this; None for nothing."""
        if 0 <= self._said < len(self.lines) and intent == self.lines[self._said].intent and self._attempts:
            self.understood += 1
            self._attempts = 0

    def block(self, t: float, session: Session) -> Samples:
        """The next BLOCK samples at the microphone."""
        if not len(self._sound):
            self._decide(t, session)
        piece, self._sound = self._sound[:BLOCK], self._sound[BLOCK:]
        noise = self._noise.normal(0.0, ROOM_NOISE, BLOCK).astype(np.float32)
        noise[: len(piece)] += piece
        return noise

    def _decide(self, t: float, session: Session) -> None:
        if self._attempts:
            if t - self._said_at > PATIENCE:
                self._say(t, self._said)
            return
        if self.next >= len(self.lines):
            return
        line = self.lines[self.next]
        if not line.fits(session.state, session.silent):
            self._fitting_since = None
            return
        self._fitting_since = t if self._fitting_since is None else self._fitting_since
        if t - self._fitting_since >= line.after:
            self._say(t, self.next)
            self.next += 1
            self._fitting_since = None

    def _say(self, t: float, place: int) -> None:
        self._said, self._said_at = place, t
        self._attempts += 1
        self._sound = self._voice.render(self.lines[place].text)


def converse(clock: VirtualClock, person: Person, longest: float = 600.0) -> Samples:
    """Let the two talk until the person is done or gives up; both sides mixed, at SPEAKING_RATE."""
    mixed: list[Samples] = []
    while not (person.done and clock.session.finished and clock.session.silent) and not person.gave_up:
        if clock.t > longest or clock.session.quit:
            break
        said = person.block(clock.t, clock.session)
        mixed.append(said + clock.block(said))
    for _ in range(10):
        mixed.append(clock.block(SILENT_BLOCK))
    return np.concatenate(mixed)
