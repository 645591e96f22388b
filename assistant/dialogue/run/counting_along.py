"""Who counts aloud is not interrupted: the guide counts along silently, and where it counts, it follows their number.

An echo of the guide's own "four" must not make it fall silent, so a number that it has just said itself is not enough
to begin with.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import LEAD_IN
from assistant.dialogue.content.steps import FIRST_NUMBER, counted, repetitions_in
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.run import Aloud, Span, SpanKind
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase

NUMBER = "n"
"""The slot with the number that was said, in digits."""

QUIET_FOR = 8.0
"""Seconds after a number of theirs in which a hold is left to them: whoever counts breaths takes no longer for one."""

NEAR = 4
"""By how many the person's number may differ from the guide's; what differs by more was misheard, or counts something
else."""

HEARD_AFTER = 0.5
"""Seconds from the moment at which a number is said until it has been heard."""

WAITS, WAIT = 2, 0.5
"""How often the silent count waits for the person's next number, and for how much of a repetition each time."""

UNHEARD = 3
"""Numbers in a row without any of the person's after which the guide counts aloud again."""

SURELY = 2
"""Numbers heard from which the person counts aloud, even if the guide said the same."""


def follow(turn: Turn, heard: Heard) -> None:
    """Take note of a number that the person said; the count goes on from there."""
    run, number = turn.state.run, int(heard.slots.get(NUMBER, 0))
    if turn.state.phase is not Phase.EXERCISING or run.span is None or not number:
        return
    if run.span.kind is SpanKind.COUNT:
        _follow_count(turn, run.span, number)
    elif run.span.kind is not SpanKind.HOLD or run.span.remaining > LEAD_IN + HEARD_AFTER:
        # At the very end it may be the guide's own countdown that was heard.
        turn.set_run(aloud=Aloud(number, turn.state.now, SURELY))
    speech = turn.state.speech
    if _surely(turn.state.run.aloud) and speech is not None and not speech.aside:
        turn.hush()  # an answer, which they have asked for, is said to its end


def _follow_count(turn: Turn, span: Span, number: int) -> None:
    before, so_far, now = turn.state.run.aloud, counted(turn.step, span.elapsed), turn.state.now
    near = abs(number - so_far) <= NEAR and number <= repetitions_in(span.length, turn.step)
    if before is None:
        if near:
            turn.set_run(aloud=Aloud(number, now, 1 if number == so_far else SURELY))
    elif near and number > before.number:
        turn.set_run(aloud=Aloud(number, now, SURELY), span=_at(turn, span, number))
    else:  # misheard, or heard twice: they are still counting, but not from there
        turn.set_run(aloud=replace(before, at=now))


def _surely(aloud: Aloud | None) -> bool:
    return aloud is not None and aloud.heard >= SURELY


def _at(turn: Turn, span: Span, number: int) -> Span:
    """The count where that number has just been said."""
    pace = turn.step.pace
    elapsed = min(span.length, FIRST_NUMBER + (number - 1) * pace + min(HEARD_AFTER, pace / 2))
    moved = replace(span, elapsed=elapsed)
    return replace(moved, mark=next_mark(marks_of(moved, turn.step, unanswered=False), elapsed))


def quiet(turn: Turn) -> bool:
    """Whether nothing is said just now because the person counts aloud in a hold."""
    aloud = turn.state.run.aloud
    return aloud is not None and turn.state.phase is Phase.EXERCISING and turn.state.now - aloud.at <= QUIET_FOR


def count(turn: Turn, value: int) -> bool:
    """Count a number silently if the person counts aloud, and wait a little for them; whether they do."""
    run = turn.state.run
    aloud, span = run.aloud, run.span
    if aloud is None or not _surely(aloud) or span is None:
        return False
    if value - aloud.number > UNHEARD:
        turn.set_run(aloud=None)
        return False
    if value == aloud.number + 1 and aloud.waited < WAITS:
        # Their next number is due, but has not been heard: the count steps back, for the same mark to come again.
        back = replace(span, elapsed=max(0.0, span.elapsed - WAIT * turn.step.pace), mark=span.mark - 1)
        turn.set_run(span=back, aloud=replace(aloud, waited=aloud.waited + 1))
        return True
    turn.cue("tick")
    return True
