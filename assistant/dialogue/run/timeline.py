"""The timeline of a span: countdowns, halfway, company, ends."""

from __future__ import annotations

import math
from enum import Enum

from assistant.dialogue.content.steps import FIRST_NUMBER, Step
from assistant.dialogue.state.run import Span, SpanKind
from assistant.dialogue.state.turn import Turn

LEAD_IN = 3.0
"""Seconds of "three, two, one"."""

HALFWAY_FROM = 20.0
"""Least seconds of a hold with a "halfway": in shorter ones it would crowd the countdown."""

COUNTDOWN_FROM = 8.0
"""Least seconds of a hold or rest with a countdown: in shorter ones, nothing else would be heard."""

COMPANY_EVERY = 15.0
"""Seconds between the few words said during an open-ended hold."""

OPEN_LIMIT = 60.0
OPEN_LIMIT_UNANSWERED = 20.0
OPEN_LONGEST = 600.0
"""Every OPEN_LIMIT seconds the guide asks whether an open-ended hold is still going on, until OPEN_LONGEST, when it
ends: nobody grips a pencil with their toes for ten minutes. Once nobody has answered, the next holds of the run end
by themselves after OPEN_LIMIT_UNANSWERED, because a person who can't be heard is waiting for the end."""

WAIT_REMINDERS = (90.0, 300.0, 900.0)
WAIT_LIMIT = 1800.0
"""Seconds after "wait" at which the guide says that it still waits, and seconds after which the run ends, as a pause
does."""

ANNOUNCE_BEFORE = 7.0
ANNOUNCE_AFTER = 2.0
"""Seconds before the end of a rest at which the next round is announced (which leaves room for the countdown), and
seconds after the beginning of a rest that is too short for a countdown."""


class Mark(str, Enum):
    """What happens at one moment of a span."""

    START_ANYWAY = "start_anyway"
    STILL_WAITING = "still_waiting"
    GIVE_UP = "give_up"
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
    """The marks of a span: (seconds from its beginning, what happens, a number to say), in order of time."""
    length = span.length
    countdown: Marks = tuple((length - n, Mark.COUNTDOWN, n) for n in (3, 2, 1))
    if span.kind is SpanKind.READY:
        return ((length, Mark.START_ANYWAY, 0),)
    if span.kind is SpanKind.WAIT:
        return (*((at, Mark.STILL_WAITING, 0) for at in WAIT_REMINDERS), (length, Mark.GIVE_UP, 0))
    if span.kind is SpanKind.LEAD_IN:
        return (*countdown, (length, Mark.BEGIN, 0))
    if span.kind is SpanKind.HOLD:
        halfway: Marks = ((length / 2, Mark.HALFWAY, 0),) if length >= HALFWAY_FROM else ()
        return (*halfway, *(countdown if length >= COUNTDOWN_FROM else ()), (length, Mark.OVER, 0))
    if span.kind is SpanKind.COUNT:
        times = (FIRST_NUMBER + n * step.pace for n in range(step.repetitions))
        numbers: Marks = tuple((at, Mark.NUMBER, n + 1) for n, at in enumerate(times) if at < length)
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
    """Seconds until something happens in the current span; infinity if no clock is running."""
    run = turn.state.run
    if not turn.state.clock_runs or run.span is None:
        return math.inf
    marks = marks_of(run.span, turn.step, run.unanswered)
    # A mark already passed (in a resumed span) is due now.
    return max(0.0, marks[run.span.mark][0] - run.span.elapsed)
