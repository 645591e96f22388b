"""How long the guide waits for "ready", and what it does when that time is over."""

from __future__ import annotations

from assistant.dialogue.state.preferences import AUTO_START
from assistant.dialogue.state.run import Span, SpanKind
from assistant.dialogue.state.turn import Turn

AUTO_START_SECONDS = 20.0
"""Seconds of silence after telling, before a stretch begins by itself for somebody who wants that: as long as it takes
to get from a chair down to the floor."""

NUDGE_SECONDS = (60.0, 300.0)
"""Seconds until somebody who wants to be waited for is told that the guide still waits. Each time it takes twice as
long, up to the second: who is that slow is elsewhere."""


def seconds_to_get_ready(turn: Turn) -> float:
    """Seconds of silence after telling until something happens."""
    wish = turn.state.memory.get(AUTO_START)
    if wish is None:
        return turn.book.ready_seconds
    return AUTO_START_SECONDS if wish else NUDGE_SECONDS[0]


def wait_anew(turn: Turn) -> None:
    """Begin anew to wait for "ready", if that is being waited for: the time for it has changed."""
    span = turn.state.run.span
    if span is not None and span.kind is SpanKind.READY:
        turn.set_run(span=Span(SpanKind.READY, seconds_to_get_ready(turn)))


def wait_on(turn: Turn) -> bool:
    """Wait for "ready" again, with a soft word, if the person wants to be waited for; whether they do."""
    span = turn.state.run.span
    if turn.state.memory.get(AUTO_START) is not False or span is None:
        return False
    turn.set_run(span=Span(SpanKind.READY, min(2 * span.length, NUDGE_SECONDS[1])))
    if turn.state.speech is None:
        turn.say_softly(turn.replies.text("still_waiting"))
    return True
