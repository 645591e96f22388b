"""The guide's whole state, as one frozen value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from assistant.dialogue.content.history import History
from assistant.phases import RUNNING, Phase


class SpanKind(str, Enum):
    """What the clock is counting."""

    READY = "ready"
    LEAD_IN = "lead_in"
    HOLD = "hold"
    COUNT = "count"
    OPEN = "open"
    REST = "rest"
    CHANGE = "change"


@dataclass(frozen=True)
class Span:
    """A span of time being counted: `length` and `elapsed` in seconds, `mark` the index of its next mark.

    `pace`: seconds per repetition, if those are counted.
    """

    kind: SpanKind
    length: float
    elapsed: float = 0.0
    mark: int = 0
    pace: float = 0.0

    @property
    def remaining(self) -> float:
        """Seconds left; 0 if the person ends it."""
        return max(0.0, self.length - self.elapsed) if self.kind is not SpanKind.OPEN else 0.0


class Then(str, Enum):
    """What comes once everything has been said."""

    NOTHING = ""
    AWAIT_READY = "await_ready"
    LEAD_IN = "lead_in"
    CHANGE = "change"
    NEXT_STRETCH = "next_stretch"
    QUIT = "quit"


class Asked(str, Enum):
    """The questions that the guide asks."""

    GO_ON = "go_on"
    STOP = "stop"
    HURTS = "hurts"
    HURT_BEFORE = "hurt_before"
    STILL_HOLDING = "still_holding"


@dataclass(frozen=True)
class Speech:
    """The utterance being said; `deadline` is when it counts as over even if nobody reports its end.

    A `timely` one is for this moment only, and not repeated if it was interrupted. An `aside` answers the person, and
    is not what the run waited for. It is `coming` during the silence before it, when none of it was heard.
    """

    id: int
    text: str
    deadline: float
    timely: bool = False
    aside: bool = False
    coming: bool = False


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
class Before:
    """What was before a command: the whole state, and when, in seconds, the command came.

    moved: whether it led somewhere else. changed: the keys of what it caused to be remembered or forgotten.
    """

    state: State
    at: float
    moved: bool
    changed: frozenset[str]


@dataclass(frozen=True)
class State:
    """Everything the guide knows.

    now: seconds. routine: the id of the chosen routine, empty before one is chosen. stretch and step: indices from 0
    (stretch -1 before the first). span: what the clock counts, None while it waits for speech or for the person. held:
    the clock waits for the speech. broken: the interrupted work to continue after the lead-in. question: the wording of
    the guide's last question. saved: the state to return to from a pause or a question. waited: seconds spent paused or
    without an answer. safety_heard: safety sentences that were said to their end in this run, and are not repeated.
    getting_out: the sentences still to be said before anything else when the person leaves the stretch `out_of`.
    vain_questions: how many confirmation questions in a row, up to the last, got no "yes". done: the stretches done in
    this run. worked: seconds of work done in the current stretch. hurt_here: stretches reported to hurt, or done in
    spite of that, in this session. told_left_out: stretches that the guide has said, in this run, are left out.
    records: how many were made. wishes: the stored values that this session's options hide, by their keys in `memory`.
    reminded_at: when the last reminder was given, in seconds; minus infinity once it is dealt with. put_off: how often
    that reminder had been put off. wall: the person's date and time (ISO 8601) at `wall_at`. before: what was before
    the last command.
    """

    now: float = 0.0
    phase: Phase = Phase.IDLE
    routine: str = ""
    stretch: int = -1
    step: int = 0
    only: bool = False
    span: Span | None = None
    broken: Span | None = None
    then: Then = Then.NOTHING
    held: bool = False
    speech: Speech | None = None
    queue: tuple[str, ...] = ()
    last_said: str = ""
    next_id: int = 1
    asked: Asked | None = None
    question: str = ""
    saved: State | None = None
    waited: float = 0.0
    reminded: int = 0
    unanswered: bool = False
    safety_heard: int = 0
    getting_out: tuple[str, ...] = ()
    out_of: str = ""
    doubt: Doubt | None = None
    vain_questions: int = 0
    no_question_before: float = 0.0
    done: frozenset[str] = frozenset()
    worked: float = 0.0
    hurt_here: frozenset[str] = frozenset()
    told_left_out: frozenset[str] = frozenset()
    memory: Mapping[str, Any] = field(default_factory=dict)
    wishes: Mapping[str, Any] = field(default_factory=dict)
    history: History = field(default_factory=History)
    records: int = 0
    reminded_at: float = -math.inf
    put_off: int = 0
    wall: str = ""
    wall_at: float = 0.0
    before: Before | None = None

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
    def clock_runs(self) -> bool:
        """Whether the span is being counted now."""
        return self.span is not None and self.phase in RUNNING and not self.held

    @property
    def leads_in(self) -> bool:
        """Whether the lead-in is running."""
        return self.then is Then.LEAD_IN or (self.span is not None and self.span.kind is SpanKind.LEAD_IN)

    @property
    def paused_or_asking(self) -> bool:
        """Whether the run stands still until the person says something."""
        return self.phase in (Phase.PAUSED, Phase.ASKING)

    @property
    def questioning(self) -> bool:
        """Whether the utterance being said is a confirmation question."""
        return self.speech is not None and self.doubt is not None and self.speech.id == self.doubt.speech

    @property
    def talk_waits(self) -> bool:
        """Whether something remains to be said or done, but is held back to leave room for an answer."""
        return self.speech is None and bool(self.queue or self.then is not Then.NOTHING)
