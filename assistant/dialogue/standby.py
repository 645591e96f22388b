"""Standby: a guide that stays goes back to idle after a run, and ignores what is said around it."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run import reminders
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.state import Phase, Then
from assistant.dialogue.state.turn import Turn

LET_PASS = frozenset(
    {"pause", "resume", "next", "previous", "restart", "ready", "done", "yes", "no"}
    | {"how_long", "where_am_i", "no_stretch", "later", "not_today"}
)
"""Intents that are ignored on standby: without a run, these are words that people say to each other, and they would
mostly make the guide speak up out of nowhere."""


def lets_pass(turn: Turn, heard: Heard) -> bool:
    """Whether a guide on standby ignores this; nor does it ask about anything unclear."""
    state = turn.state
    if not turn.book.stays or state.phase is not Phase.IDLE or state.doubt is not None:
        return False
    if reminders.just_told(state) or (heard.intent in ("later", "not_today") and reminders.can_put_off(state)):
        return False
    if heard.intent == "resume" and to_go_on_with(state, turn.routine) is not None:
        return False
    return heard.doubtful or heard.intent in LET_PASS


def settle(turn: Turn) -> None:
    """Become idle again once the last word of a run has been said."""
    state = turn.state
    over = state.phase is Phase.FINISHED and state.speech is None and not state.queue and state.then is Then.NOTHING
    if turn.book.stays and over:
        turn.set(phase=Phase.IDLE)
