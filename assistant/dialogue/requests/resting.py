"""How long the rests between rounds are, and whether a stretch begins by itself."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run.getting_ready import wait_anew
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.preferences import AUTO_START, REST, own
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING

RESTS = (0.0, 120.0)
REST_STEP = 5.0
"""The range of a rest in seconds, and by how many a longer or shorter one differs."""

TO_GO_ON = 4.0
"""Seconds that are left of a running rest at least: nobody is in position at once."""


def set_rest(turn: Turn, heard: Heard) -> None:
    """Rest as long as was said, now and next time."""
    seconds = _within(float(heard.slots["seconds"]))
    turn.remember(REST, seconds)
    _resize(turn, seconds)
    _tell(turn, seconds)


def more_rest(turn: Turn) -> None:
    """Longer rests, now and next time; a changeover that is running takes longer this once."""
    span = turn.state.run.span
    if turn.state.run.phase in RUNNING and span is not None and span.kind is SpanKind.CHANGE:
        _resize(turn, span.length + REST_STEP)
        turn.answer(turn.replies.text("more_time"))
        return
    _change(turn, REST_STEP)


def less_rest(turn: Turn) -> None:
    """Shorter rests, now and next time."""
    _change(turn, -REST_STEP)


def _change(turn: Turn, by: float) -> None:
    span, now = turn.state.run.span, _rest_now(turn)
    wanted = _within(now + by)
    if wanted == now:
        turn.answer(turn.replies.text("rest_most" if by > 0 else "rest_none"))
        return
    turn.remember(REST, wanted)
    if span is not None:
        _resize(turn, span.length + wanted - now)
    _tell(turn, wanted)


def _rest_now(turn: Turn) -> float:
    """The rest of the current stretch, or else of the first one that has rests."""
    run, memory = turn.state.run, turn.state.memory
    here = turn.routine.stretches[run.stretch : run.stretch + 1] if run.phase in RUNNING else ()
    with_rests = (own(each, memory).dose.rest for each in (*here, *turn.routine.stretches) if each.dose.rounds > 1)
    return next(with_rests, float(memory.get(REST, 0.0)))


def _resize(turn: Turn, seconds: float) -> None:
    """Give a rest or changeover that is running, or stands still, another length."""
    span = turn.state.run.span
    if span is None or span.kind not in (SpanKind.REST, SpanKind.CHANGE):
        return
    length = max(seconds, span.elapsed + TO_GO_ON)
    resized = replace(span, length=length)
    mark = next_mark(marks_of(resized, turn.step, turn.state.run.unanswered), span.elapsed)
    turn.set_run(span=replace(resized, mark=mark))


def resize_rest(turn: Turn) -> None:
    """Give a rest that is running the length that it has in the stretch."""
    span = turn.state.run.span
    if span is not None and span.kind is SpanKind.REST:
        _resize(turn, turn.step.seconds)


def _tell(turn: Turn, seconds: float) -> None:
    replies = turn.replies
    turn.answer(replies.text("rest_set", time=replies.exactly(seconds)) if seconds else replies.text("rest_none"))


def _within(seconds: float) -> float:
    return max(RESTS[0], min(RESTS[1], seconds))


def auto_start(turn: Turn, heard: Heard) -> None:
    """Begin each stretch by itself, a while after telling, or wait for "ready" without end; now and next time."""
    by_itself = heard.slots["on"] == "yes"
    turn.remember(AUTO_START, by_itself)
    wait_anew(turn)
    turn.answer(turn.replies.text("auto_start_on" if by_itself else "auto_start_off"))
