"""The guide's whole state, as one frozen value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from assistant.dialogue.content.history import History
from assistant.dialogue.state.run import Run, Then
from assistant.phases import RUNNING, Phase


class Asked(str, Enum):
    """The questions that the guide asks."""

    GO_ON = "go_on"
    STOP = "stop"
    HURTS = "hurts"
    HURT_BEFORE = "hurt_before"
    NUMBER = "number"
    STILL_HOLDING = "still_holding"
    EMERGENCY = "emergency"
    ALL_RIGHT = "all_right"
    AWAKE = "awake"


ABOUT_PAIN = frozenset({Asked.HURTS, Asked.HURT_BEFORE, Asked.EMERGENCY, Asked.ALL_RIGHT})
"""The questions about pain or worse: a mistake there must make nobody go on, and nothing said is passed over."""


@dataclass(frozen=True)
class Speech:
    """The utterance being said; `deadline` is when it counts as over even if nobody reports its end.

    A `timely` one is for this moment only, and not repeated if it was interrupted. An `aside` answers the person, and
    is not what the run waited for. It is `pending` during the silence before it, when none of it was heard.
    """

    id: int
    text: str
    deadline: float
    timely: bool = False
    aside: bool = False
    pending: bool = False


@dataclass(frozen=True)
class Doubt:
    """A command that may have been meant: when it was heard, and where in the run (stretch, step, routine).

    speech: the utterance that asks about it, 0 before that. asked: when that had been said, infinity before.
    """

    intent: str
    slots: Mapping[str, Any]
    place: tuple[int, int]
    heard: float
    routine: str = ""
    speech: int = 0
    asked: float = math.inf


@dataclass(frozen=True)
class Talk:
    """What the guide is saying and has still to say.

    speech: the utterance being said. queue: what comes after it. held: the clock waits for the speech.
    last_said: what is repeated when the person asks for it. next_id: the number of the next utterance.
    sorry_at: when the guide last said that it did not understand, in seconds.
    """

    speech: Speech | None = None
    queue: tuple[str, ...] = ()
    held: bool = False
    last_said: str = ""
    next_id: int = 1
    sorry_at: float = -math.inf

    @property
    def lines(self) -> tuple[str, ...]:
        """What would have to be said again if it were broken off now."""
        return (self.speech.text, *self.queue) if self.speech else self.queue


@dataclass(frozen=True)
class Halt:
    """A pause, or a question of the guide's: the run stands still under it until the person says something.

    asked: the question, None for a pause; question: its words. since: when the run came to stand still.
    unsaid: what was being said then, and is to be said again. waited: seconds without a word of the person.
    reminded: how often they were reminded of it. kind: the distress that was told of or suspected, or what a number is
    asked for, if any.
    again: what is said instead of the question while nobody answers. under: the halt that this question came on top of.
    """

    since: float
    unsaid: tuple[str, ...] = ()
    asked: Asked | None = None
    question: str = ""
    waited: float = 0.0
    reminded: int = 0
    kind: str = ""
    again: str = ""
    under: Halt | None = None

    @property
    def phase(self) -> Phase:
        """What the guide is doing meanwhile."""
        return Phase.PAUSED if self.asked is None else Phase.ASKING


@dataclass(frozen=True)
class Restraint:
    """How sparing the guide is with questions about doubts.

    vain: questions, the last ones in a row, that nobody said yes to. quiet_until: it asks none before then, in seconds.
    well_until: nor, before then, whether the person is all right.
    """

    vain: int = 0
    quiet_until: float = 0.0
    well_until: float = 0.0


@dataclass(frozen=True)
class Reminder:
    """The last reminder that was told, and when some were offered.

    told_at, offered_at: in seconds; minus infinity where nothing is to come of it any more. put_off: how often it had
    been put off.
    """

    told_at: float = -math.inf
    put_off: int = 0
    offered_at: float = -math.inf


@dataclass(frozen=True)
class Before:
    """What undo needs of the moment before a command, which came at `at`, in seconds.

    moved: whether it led somewhere else. changed: the keys of what it made be remembered or forgotten.
    unsaid: what was being said then, and is to be said again. The others are as in the state of then.
    """

    at: float
    moved: bool
    changed: frozenset[str]
    run: Run
    halt: Halt | None
    unsaid: tuple[str, ...]
    hurt_here: frozenset[str]
    memory: Mapping[str, Any]
    wishes: Mapping[str, Any]
    history: History
    records: int
    reminder: Reminder


@dataclass(frozen=True)
class State:
    """Everything the guide knows.

    now: seconds. halt: what the run stands still for, None while it goes on.
    safety_heard: sentences on safety that were said to their end in this run; they are not said over and over.
    hurt_here: stretches that hurt, of which it was decided in this session how they are done now.
    wishes: for each key of `memory` that a wish for this session overrides, the stored value that it hides.
    records: how many were made. before: where the last command came from.
    wall: date and time (ISO 8601) on the person's clock at `wall_at`.
    """

    now: float = 0.0
    run: Run = field(default_factory=Run)
    halt: Halt | None = None
    talk: Talk = field(default_factory=Talk)
    doubt: Doubt | None = None
    restraint: Restraint = field(default_factory=Restraint)
    safety_heard: int = 0
    hurt_here: frozenset[str] = frozenset()
    memory: Mapping[str, Any] = field(default_factory=dict)
    wishes: Mapping[str, Any] = field(default_factory=dict)
    history: History = field(default_factory=History)
    records: int = 0
    reminder: Reminder = field(default_factory=Reminder)
    wall: str = ""
    wall_at: float = 0.0
    before: Before | None = None

    @property
    def phase(self) -> Phase:
        """What the guide is doing: the phase of the run, or what it stands still for."""
        return self.halt.phase if self.halt else self.run.phase

    @property
    def asked(self) -> Asked | None:
        """The question that the guide has asked and that is still open."""
        return self.halt.asked if self.halt else None

    @property
    def then(self) -> Then:
        """What comes once everything has been said; nothing while the run stands still."""
        return Then.NOTHING if self.halt else self.run.then

    @property
    def speech(self) -> Speech | None:
        """The utterance being said."""
        return self.talk.speech

    @property
    def time_of_day(self) -> datetime | None:
        """The person's date and time; None if nobody gave them."""
        return datetime.fromisoformat(self.wall) + timedelta(seconds=self.now - self.wall_at) if self.wall else None

    @property
    def today(self) -> str:
        """The date in ISO 8601; empty if nobody gave it."""
        moment = self.time_of_day
        return moment.date().isoformat() if moment else ""

    @property
    def run_began(self) -> datetime | None:
        """When the run began: what is done in it belongs to that half of that day. None if nobody gave the time."""
        return datetime.fromisoformat(self.run.began) if self.run.began else self.time_of_day

    @property
    def clock_runs(self) -> bool:
        """Whether the span is being counted now."""
        return self.run.span is not None and self.phase in RUNNING and not self.talk.held

    @property
    def questioning(self) -> bool:
        """Whether the utterance being said is a confirmation question."""
        return self.speech is not None and self.doubt is not None and self.speech.id == self.doubt.speech

    @property
    def talk_waits(self) -> bool:
        """Whether something remains to be said or done, but is held back to leave room for an answer."""
        return self.speech is None and bool(self.talk.queue or self.then is not Then.NOTHING)
