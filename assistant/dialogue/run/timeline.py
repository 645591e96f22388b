"""What happens at which moment of a span of time: countdowns, halfway, company, ends."""

from __future__ import annotations

import math
from enum import Enum

from assistant.dialogue.content.steps import FIRST_NUMBER, Step
from assistant.dialogue.state.run import Span, SpanKind
from assistant.dialogue.state.turn import Turn

LEAD_IN = 3.0
"""Seconds of "three, two, one"."""

HALFWAY_FROM = 20.0
"""Seconds: in shorter holds "halfway" would crowd the countdown."""

COUNTDOWN_FROM = 8.0
"""Seconds: in shorter holds and rests a countdown would be all that is heard."""

COMPANY_EVERY = 15.0
"""Seconds between the few words said during an open-ended hold."""

OPEN_LIMIT = 60.0
OPEN_LIMIT_UNANSWERED = 20.0
OPEN_LONGEST = 600.0
"""Seconds after which an open-ended hold asks whether it still goes on, each time anew; once nobody answered, the next
holds of the run end by themselves and sooner, as a person who can't be heard is waiting for the end. Nobody grips a
pencil with the toes for ten minutes."""

ANNOUNCE_BEFORE = 7.0
ANNOUNCE_AFTER = 2.0
"""Seconds before the end of a rest at which the next round is named (it and the countdown fit in), and seconds after
the beginning of a rest that is too short for a countdown."""


class Mark(str, Enum):
    """What happens at a moment of a span."""

    START_ANYWAY = "start_anyway"
    COUNTDOWN = "countdown"
    NUMBER = "number"
    HALFWAY = "halfway"
    COMPANY = "company"
    ASK = "ask"
    ANNOUNCE = "announce"
    BEGIN = "begin"
    OVER = "over"


Marks = tuple[tuple[float, Mark, int], ...]


def marks_of(span: Span, step: Step, unanswered: bool) -> Marks:
    """What happens in a span and when: (seconds from its beginning, what, a number to say), in order of time."""
    length = span.length
    countdown: Marks = tuple((length - n, Mark.COUNTDOWN, n) for n in (3, 2, 1))
    if span.kind is SpanKind.READY:
        return ((length, Mark.START_ANYWAY, 0),)
    if span.kind is SpanKind.LEAD_IN:
        return (*countdown, (length, Mark.BEGIN, 0))
    if span.kind is SpanKind.HOLD:
        halfway: Marks = ((length / 2, Mark.HALFWAY, 0),) if length >= HALFWAY_FROM else ()
        return (*halfway, *(countdown if length >= COUNTDOWN_FROM else ()), (length, Mark.OVER, 0))
    if span.kind is SpanKind.COUNT:
        times = (FIRST_NUMBER + n * step.pace for n in range(step.repetitions))
        numbers: Marks = tuple((at, Mark.NUMBER, n + 1) for n, at in enumerate(times))
        return (*numbers, (length, Mark.OVER, 0))
    if span.kind is SpanKind.OPEN:
        return _open_marks(unanswered)
    return _rest_marks(span, countdown)


def _open_marks(unanswered: bool) -> Marks:
    if unanswered:
        return ((COMPANY_EVERY, Mark.COMPANY, 1), (OPEN_LIMIT_UNANSWERED, Mark.OVER, 0))
    marks: list[tuple[float, Mark, int]] = []
    for n in range(1, int(OPEN_LONGEST / COMPANY_EVERY)):
        at = n * COMPANY_EVERY
        marks.append((at, Mark.ASK if at % OPEN_LIMIT == 0 else Mark.COMPANY, n))
    return (*marks, (OPEN_LONGEST, Mark.OVER, 0))


def _rest_marks(span: Span, countdown: Marks) -> Marks:
    announce: Marks = ()
    if span.kind is SpanKind.REST:
        at = max(1.5, span.length - ANNOUNCE_BEFORE) if span.length >= COUNTDOWN_FROM else ANNOUNCE_AFTER
        announce = ((at, Mark.ANNOUNCE, 0),) if at < span.length else ()
    return (*announce, *(countdown if span.length >= COUNTDOWN_FROM else ()), (span.length, Mark.BEGIN, 0))


def next_mark(marks: Marks, elapsed: float) -> int:
    """The index of the first mark that is still to come after so many seconds; of the last one where none is."""
    return next((index for index, (at, _, _) in enumerate(marks) if at > elapsed), len(marks) - 1)


def seconds_to_mark(turn: Turn) -> float:
    """Seconds until something happens in the current span; infinity where no clock runs."""
    run = turn.state.run
    if not turn.state.clock_runs or run.span is None:
        return math.inf
    marks = marks_of(run.span, turn.step, run.unanswered)
    # A mark that is already behind (a span that was set to go on) is due now.
    return max(0.0, marks[run.span.mark][0] - run.span.elapsed)
