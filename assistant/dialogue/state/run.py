"""A run: where it is in the routine, what its clock counts, and what was done in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from assistant.phases import Phase


class SpanKind(str, Enum):
    """What the clock is counting: after READY the stretch begins by itself, in a WAIT it does not."""

    READY = "ready"
    WAIT = "wait"
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
    WAIT = "wait"
    LEAD_IN = "lead_in"
    CHANGE = "change"
    NEXT_STRETCH = "next_stretch"
    QUIT = "quit"


@dataclass(frozen=True)
class Run:
    """All that a run is. A pause or a question leaves it untouched, and undo puts it back whole.

    phase: never PAUSED or ASKING, which are halts on top of a run.
    routine: the id of the one that was chosen, empty before that. stretch: its index, -1 before the first.
    step: its index in the stretch. only: the stretch is the only one to be done.
    span: what the clock counts, None while the run waits for speech or a word.
    broken: the work to go on with after the lead-in.
    done: the stretches done. worked: seconds of work done in the current stretch.
    unanswered: nobody answered whether an open-ended hold still goes on.
    told_left_out: stretches of which was said that they are left out.
    getting_out: the sentences still to be said before anything else when the person gets out of the stretch `out_of`.
    """

    phase: Phase = Phase.IDLE
    routine: str = ""
    stretch: int = -1
    step: int = 0
    only: bool = False
    span: Span | None = None
    broken: Span | None = None
    then: Then = Then.NOTHING
    done: frozenset[str] = frozenset()
    worked: float = 0.0
    unanswered: bool = False
    told_left_out: frozenset[str] = frozenset()
    getting_out: tuple[str, ...] = ()
    out_of: str = ""

    @property
    def leads_in(self) -> bool:
        """Whether the lead-in is running."""
        return self.then is Then.LEAD_IN or (self.span is not None and self.span.kind is SpanKind.LEAD_IN)
