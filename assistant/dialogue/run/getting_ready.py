"""How long the guide waits before a stretch begins, and what it does when that time is over.

It begins by itself once the person has had the time to get into position, at once on "ready", and where something has
to be put on or found it asks for that word. Who wants to be waited for is waited for without end.
"""

from __future__ import annotations

from assistant.dialogue.content.routine import ClockFrom
from assistant.dialogue.content.speech_length import likely_seconds
from assistant.dialogue.run.familiarity import is_told
from assistant.dialogue.run.instructions import patient_things
from assistant.dialogue.run.timeline import WAIT_LIMIT
from assistant.dialogue.state.preferences import AUTO_START, at_a_word
from assistant.dialogue.state.run import Span, SpanKind, Until
from assistant.dialogue.state.turn import Turn

NOTICE = 10.0
"""Seconds before the start at which it is told that it comes."""

IN_A_MOMENT = 1.0
"""Seconds from the last word of the telling to the lead-in for somebody who has long been in position."""

NUDGE_SECONDS = (60.0, 300.0)
"""Seconds until somebody who wants to be waited for is told that the guide still waits. Each time it takes twice as
long, up to the second: who is that slow is elsewhere."""


def ready_span(turn: Turn) -> Span:
    """The wait that follows the telling of a stretch."""
    wish, state = turn.state.memory.get(AUTO_START), turn.state
    if wish is not False and at_a_word(state, turn.stretch.id):
        return Span(SpanKind.WAIT, WAIT_LIMIT)
    if wish is False:
        return Span(SpanKind.READY, NUDGE_SECONDS[0], until=Until.WORD)
    if wish is None and patient_things(turn.stretch):
        return Span(SpanKind.READY, turn.book.ready_seconds, until=Until.ASKED, notice=_notice(turn))
    left = seconds_to_move(turn) - (turn.state.now - _moving_since(turn)) - lead_in_seconds(turn)
    return Span(SpanKind.READY, max(left, IN_A_MOMENT), notice=_notice(turn))


def seconds_to_move(turn: Turn) -> float:
    """Seconds that it takes to get from where the person is into the current stretch."""
    out_of, stretch = turn.state.run.out_of, turn.stretch
    before = next((each for each in turn.routine.stretches if each.id == out_of), None)
    things = turn.book.coaching.patient if patient_things(stretch) else 0.0
    return turn.book.coaching.seconds_to_move(turn.routine, before, stretch) + things


def _moving_since(turn: Turn) -> float:
    since = turn.state.run.moving_since
    return turn.state.now if since is None else since


def change_seconds(turn: Turn) -> float:
    """Seconds that are left of a changeover once all about it was said: the time to move counts from its first word."""
    return max(turn.step.seconds - (turn.state.now - _moving_since(turn)), turn.stretch.lead_in)


def lead_in_seconds(turn: Turn) -> float:
    """About how many seconds there are from the first word of the lead-in to the start."""
    return likely_seconds(lead_in_text(turn)) + turn.stretch.lead_in


def lead_in_text(turn: Turn) -> str:
    """What begins the lead-in: which side, which round where it isn't the first, and what is to be done in it."""
    step, replies = turn.step, turn.replies
    parts = [replies.text("starting_side", side=replies.text(step.side)) if step.side else turn.varied("starting")]
    begins = _BEGINS.get(turn.stretch.clock_from)
    if step.round > 1:
        parts.append(round_in_words(turn))
    if begins:
        parts.append(replies.text(begins))
    return " ".join(parts)


_BEGINS = {ClockFrom.HELD: "pick_up", ClockFrom.UP: "lift"}
"""What is to be done in the lead-in, because the clock starts once it is done."""


def round_in_words(turn: Turn) -> str:
    """Which round of how many it is."""
    step, replies = turn.step, turn.replies
    if step.round == step.rounds:
        return replies.text("last_round")
    return replies.text("round", round=replies.number(step.round), rounds=replies.number(step.rounds))


def announce_start(turn: Turn) -> None:
    """Say that it begins by itself, and what to say against it; who knows that hears it only with time to spare."""
    run, replies, stretch = turn.state.run, turn.replies, turn.stretch
    new = is_told(turn, stretch, "in_a_moment")
    if run.span is None or run.span.until is Until.WORD:
        return
    if run.span.until is Until.TIME and run.span.length <= run.span.notice:
        words = [replies.text("start_shortly")] if new else []
    else:
        words = [replies.text("start_soon", time=replies.exactly(NOTICE))]
    if new and len(run.done) < TELL_WAIT:
        words.append(replies.text("say_wait"))
    if words:
        turn.say(" ".join(words))


TELL_WAIT = 2
"""Stretches of a run before which it is told what to say to get more time; then it has been heard often enough."""


def _notice(turn: Turn) -> float:
    """Seconds before the lead-in at which it is announced, so that the start comes when it was said to."""
    return max(NOTICE - lead_in_seconds(turn), IN_A_MOMENT)


def wait_anew(turn: Turn) -> None:
    """Begin anew to wait for "ready", if that is being waited for: how that is done has changed, or was interrupted."""
    span = turn.state.run.span
    if span is not None and span.kind is SpanKind.READY:
        turn.set_run(span=ready_span(turn), moving_since=None)


def wait_on(turn: Turn) -> bool:
    """Wait for "ready" again, with a soft word, if the person wants to be waited for; whether they do."""
    span = turn.state.run.span
    if span is None or span.until is not Until.WORD:
        return False
    turn.set_run(span=Span(SpanKind.READY, min(2 * span.length, NUDGE_SECONDS[1]), until=Until.WORD))
    if turn.state.speech is None:
        turn.say_softly(turn.replies.text("still_waiting"))
    return True
