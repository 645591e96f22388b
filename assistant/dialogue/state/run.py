"""A run: where it is in the routine, what its clock counts, and what was done in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from assistant.dialogue.content.steps import Blocks
from assistant.phases import Phase


class SpanKind(str, Enum):
    """What the clock is counting: after READY the stretch begins, in a WAIT it does not."""

    READY = "ready"
    WAIT = "wait"
    LEAD_IN = "lead_in"
    HOLD = "hold"
    COUNT = "count"
    OPEN = "open"
    REST = "rest"
    CHANGE = "change"


class Until(str, Enum):
    """What a READY waits for: that its time is over, or a word, with or without an end to waiting for it."""

    TIME = "time"
    ASKED = "asked"
    WORD = "word"


@dataclass(frozen=True)
class Span:
    """A span of time being counted: `length` and `elapsed` in seconds, `mark` the index of its next mark.

    `pace`: seconds per repetition, if those are counted. `beat`: seconds from one beat to the next, 0 for none.
    `halved`: that half of it was over has been said. `until`: what a READY waits for; `notice`: seconds before its end
    at which it is told that it ends.
    """

    kind: SpanKind
    length: float
    elapsed: float = 0.0
    mark: int = 0
    pace: float = 0.0
    beat: float = 0.0
    halved: bool = False
    until: Until = Until.TIME
    notice: float = 0.0

    @property
    def remaining(self) -> float:
        """Seconds left; 0 if the person ends it."""
        return max(0.0, self.length - self.elapsed) if self.kind is not SpanKind.OPEN else 0.0


@dataclass(frozen=True)
class Aloud:
    """The person counts aloud: the last `number` of theirs that was followed, and when one was last heard, in seconds.

    heard: how many were. waited: how often the guide's count has waited for the next one.
    """

    number: int
    at: float
    heard: int = 1
    waited: int = 0


@dataclass(frozen=True)
class Praised:
    """How often there was praise, and when last, in seconds."""

    times: int = 0
    at: float = -math.inf


class Then(str, Enum):
    """What comes once everything has been said."""

    NOTHING = ""
    AWAIT_READY = "await_ready"
    WAIT = "wait"
    LEAD_IN = "lead_in"
    CHANGE = "change"
    NEXT_STRETCH = "next_stretch"
    QUIT = "quit"


@dataclass(frozen=True)
class Plan:
    """What is otherwise in this run alone, because the person wished it.

    skip: stretches that are left out. blocks: the sides and rounds of the current stretch, empty where they are as
    usual. added: seconds more for its current hold, or else the coming one.
    """

    skip: frozenset[str] = frozenset()
    blocks: Blocks = ()
    added: float = 0.0


@dataclass(frozen=True)
class Run:
    """All that a run is. A pause or a question leaves it untouched, and undo puts it back whole.

    phase: never PAUSED or ASKING, which are halts on top of a run.
    routine: the id of the one that was chosen, empty before that. stretch: its index, -1 before the first.
    step: its index in the stretch. only: the stretch is the only one to be done. plan: what is otherwise this time.
    began: date and time (ISO 8601) at which the run began, empty if nobody gave them.
    span: what the clock counts, None while the run waits for speech or a word.
    broken: the work to go on with after the lead-in.
    done: the stretches done. worked: seconds of work done in the current stretch.
    unanswered: nobody answered whether an open-ended hold still goes on.
    told_left_out: stretches of which was said that they are left out. hurt: those of which pain was told. pains: one of
    their ids for each time that it was told.
    moving_since: when, in seconds, the person had been told where to move; None before that.
    clock_waits: the clock of a hold starts when something is held, or a leg is up, and the person may say so.
    at_a_word: the stretch that begins at a word alone, because another way of doing it has to be got into.
    picked_up: they have said so of the hold that is going on or about to begin.
    to_ask: the numbers still to be asked for about the stretch that is over.
    free_since: seconds at which the run began, or the stretch before was over; None once the next one has started.
    readied, held: the seconds that it took to get ready for each stretch, and of each hold that the person ended.
    getting_out: the sentences still to be said before anything else when the person gets out of the stretch `out_of`.
    aloud: the person's own counting in the current piece of work, None if they don't. praised: the praise so far.
    """

    phase: Phase = Phase.IDLE
    routine: str = ""
    stretch: int = -1
    step: int = 0
    only: bool = False
    plan: Plan = Plan()
    began: str = ""
    span: Span | None = None
    broken: Span | None = None
    then: Then = Then.NOTHING
    done: frozenset[str] = frozenset()
    worked: float = 0.0
    unanswered: bool = False
    told_left_out: frozenset[str] = frozenset()
    moving_since: float | None = None
    clock_waits: bool = False
    hurt: frozenset[str] = frozenset()
    pains: tuple[str, ...] = ()
    at_a_word: str = ""
    picked_up: bool = False
    to_ask: tuple[str, ...] = ()
    getting_out: tuple[str, ...] = ()
    out_of: str = ""
    aloud: Aloud | None = None
    praised: Praised = Praised()
    free_since: float | None = None
    readied: tuple[tuple[str, float], ...] = ()
    held: tuple[tuple[str, float], ...] = ()

    @property
    def leads_in(self) -> bool:
        """Whether the lead-in is running."""
        return self.then is Then.LEAD_IN or (self.span is not None and self.span.kind is SpanKind.LEAD_IN)
