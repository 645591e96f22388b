"""The timeline of a span: countdowns, halfway, company, ends."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum
from functools import lru_cache

from assistant.dialogue.content.steps import FIRST_NUMBER, Step
from assistant.dialogue.state.run import Span, SpanKind, Until
from assistant.dialogue.state.turn import Turn

HALFWAY_FROM = 20.0
"""Least seconds of a hold with a "halfway": shorter ones are over soon enough."""

COUNTDOWN_FROM = 25.0
"""Least seconds of a hold whose last three are counted down: who holds that long wants to know that it ends. A shorter
one just ends with its sound."""

BREATHE_FROM, BREATHE_AT = 12.0, 0.3
"""Least seconds of a hold with a word on breathing, and the share of it after which it comes: when the position is
found, and well before "halfway"."""

TICKS = (2, 1)
"""Seconds before the end of a rest at which a soft tone says that the next round is about to begin. Numbers are for the
first round of a side; before each of ten pulls they would be a nuisance."""

LAST_BEAT = 0.25
"""Seconds before the end of a hold within which there is no beat: it would blur the sound that ends it."""

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

REMIND_ASKED_EVERY, BEFORE_SOON = 11.0, 6.0
"""Seconds between two words to somebody who was asked to say when they are ready, as more would be silence; and the
fewest from such a word to the one that it begins."""

LONG_REST = 8.0
ANNOUNCE_BEFORE = 5.0
"""Least seconds of a rest in which the next round is announced by itself, and how long before its end that is. In a
shorter one it is said with the word that ends the round before, because there is no time for two sentences."""


class Mark(str, Enum):
    """What happens at one moment of a span."""

    STARTS_SOON = "starts_soon"
    START_ANYWAY = "start_anyway"
    STILL_WAITING = "still_waiting"
    GIVE_UP = "give_up"
    COUNTDOWN = "countdown"
    TICK = "tick"
    BEAT = "beat"
    BREATHE = "breathe"
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
    countdown = _countdown(length)
    if span.kind is SpanKind.READY:
        return _ready_marks(span)
    if span.kind is SpanKind.WAIT:
        return (*((at, Mark.STILL_WAITING, 0) for at in WAIT_REMINDERS), (length, Mark.GIVE_UP, 0))
    if span.kind is SpanKind.LEAD_IN:
        return (*countdown, (length, Mark.BEGIN, 0))
    if span.kind is SpanKind.HOLD:
        return _hold_marks(length, span.beat)
    if span.kind is SpanKind.COUNT:
        times = (FIRST_NUMBER + n * step.pace for n in range(step.repetitions))
        numbers: Marks = tuple((at, Mark.NUMBER, n + 1) for n, at in enumerate(times) if at < length)
        return (*numbers, (length, Mark.OVER, 0))
    if span.kind is SpanKind.OPEN:
        return _open_marks(unanswered)
    return _rest_marks(span, countdown)


def _countdown(length: float) -> Marks:
    return tuple((length - n, Mark.COUNTDOWN, n) for n in (3, 2, 1))


def _ready_marks(span: Span) -> Marks:
    over = (span.length, Mark.START_ANYWAY, 0)
    if span.until is Until.WORD:
        return (over,)
    soon = max(0.0, span.length - span.notice)
    often = int((soon - BEFORE_SOON) / REMIND_ASKED_EVERY)
    times = (REMIND_ASKED_EVERY * n for n in range(1, often + 1))
    asked: Marks = tuple((at, Mark.STILL_WAITING, 0) for at in times) if span.until is Until.ASKED else ()
    return (*asked, (soon, Mark.STARTS_SOON, 0), over)


@lru_cache(maxsize=32)
def _hold_marks(length: float, beat: float) -> Marks:
    marks: list[tuple[float, Mark, int]] = []
    if length >= BREATHE_FROM:
        marks.append((length * BREATHE_AT, Mark.BREATHE, 0))
    if length >= HALFWAY_FROM:
        marks.append((length / 2, Mark.HALFWAY, 0))
    if length >= COUNTDOWN_FROM:
        marks += _countdown(length)
    if beat:
        marks += ((n * beat, Mark.BEAT, n) for n in range(1, int((length - LAST_BEAT) / beat) + 1))
    return (*sorted(marks, key=lambda mark: mark[0]), (length, Mark.OVER, 0))


def _open_marks(unanswered: bool) -> Marks:
    if unanswered:
        return ((COMPANY_EVERY, Mark.COMPANY, 1), (OPEN_LIMIT_UNANSWERED, Mark.OVER, 0))
    marks: list[tuple[float, Mark, int]] = []
    for n in range(1, int(OPEN_LONGEST / COMPANY_EVERY)):
        at = n * COMPANY_EVERY
        marks.append((at, Mark.ASK if at % OPEN_LIMIT == 0 else Mark.COMPANY, n))
    return (*marks, (OPEN_LONGEST, Mark.OVER, 0))


def _rest_marks(span: Span, countdown: Marks) -> Marks:
    length = span.length
    if span.kind is SpanKind.CHANGE:
        return (*(mark for mark in countdown if mark[0] >= 0), (length, Mark.BEGIN, 0))
    announce: Marks = ((length - ANNOUNCE_BEFORE, Mark.ANNOUNCE, 0),) if length >= LONG_REST else ()
    ticks: Marks = tuple((length - n, Mark.TICK, n) for n in TICKS if length - n >= n)
    return (*announce, *ticks, (length, Mark.BEGIN, 0))


def with_beat(span: Span, step: Step) -> Span:
    """The span with the beat that its step has now, and the mark that comes next then."""
    if span.kind is not SpanKind.HOLD or span.beat == step.beat:
        return span
    changed = replace(span, beat=step.beat)
    return replace(changed, mark=next_mark(marks_of(changed, step, unanswered=False), span.elapsed))


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
