"""Waiting for the person: more time, less talk before it begins, and asking what they said instead of silence."""

from __future__ import annotations

from assistant.dialogue.requests import confirmation
from assistant.dialogue.requests.gently import EMERGENCIES, NOT_GENTLY
from assistant.dialogue.run.instructions import TELLING, tell_first, way_out
from assistant.dialogue.run.pausing import pause
from assistant.dialogue.run.reminders import just_told
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase

SORRY_EVERY = 10.0
"""Seconds within which the guide says only once that it did not understand: a person who repeats it needs a moment."""

SAY_DIFFERENTLY = 60.0
"""Seconds within which not to understand again means that the same words won't help."""


def wait(turn: Turn) -> None:
    """Wait without beginning by itself: for "ready" before a stretch, and as in a pause between two pieces of work."""
    run, text = turn.state.run, turn.replies.text("take_your_time")
    if turn.state.phase is Phase.GETTING_READY and run.then in TELLING:
        turn.answer(text)  # and what was being told goes on
        turn.set_run(then=Then.WAIT)
    elif turn.state.phase is Phase.GETTING_READY:
        turn.set_run(span=None)
        turn.say_then(Then.WAIT, text)
    elif turn.state.phase is Phase.RESTING:
        pause(turn)
        turn.say(text)


def skip_talk(turn: Turn) -> None:
    """Leave out what is still to be told about a stretch, but never safety; then wait for "ready"."""
    then = turn.state.then
    if then in TELLING and not tell_first(turn):
        turn.say_then(then, *way_out(turn, turn.stretch), turn.replies.text("talk_skipped"))


def not_understood(turn: Turn) -> None:
    """Ask what the person said, where an answer is waited for; elsewhere stay silent."""
    state = turn.state
    since, doubt = state.now - state.talk.sorry_at, confirmation.standing(state)
    reply = "sorry_yes_no" if doubt is not None else _reply(turn)
    if not reply or state.speech is not None or since < SORRY_EVERY:
        return
    text = turn.replies.text(reply, 1 if since < SAY_DIFFERENTLY else 0)
    if doubt is not None:
        confirmation.ask_anew(turn, doubt, text)
    else:
        turn.interpose(text)
    turn.set_talk(sorry_at=state.now)


def _reply(turn: Turn) -> str:
    state = turn.state
    if state.asked is Asked.HURTS and state.halt is not None and state.halt.kind in NOT_GENTLY:
        return "sorry_finish" if state.halt.kind in EMERGENCIES else "sorry_hurts_skip"
    if state.asked is not None:
        return _WORDS.get(state.asked, "sorry_yes_no")
    kind = state.run.span.kind if state.run.span is not None else None
    if just_told(state):
        return "sorry_reminded"
    if state.phase is Phase.IDLE:
        return "" if turn.book.stays else "sorry_idle"
    if state.phase is Phase.PAUSED:
        return "sorry_paused"
    if state.phase is Phase.EXERCISING and kind is SpanKind.OPEN:
        return "sorry_open"
    waits = state.phase is Phase.GETTING_READY and kind in (SpanKind.READY, SpanKind.WAIT)
    return "sorry_ready" if waits else ""


_WORDS = {
    Asked.HURTS: "sorry_hurts",
    Asked.ALL_RIGHT: "sorry_all_right",
    Asked.HURT_BEFORE: "sorry_hurt_before",
    Asked.NUMBER: "sorry_number",
    Asked.EMERGENCY: "sorry_emergency",
}
"""The questions that ask for more than yes or no, with what asks again for an answer."""
