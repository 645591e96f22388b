"""Waiting all day: a guide that stays goes back to idle after a run, and keeps out of what is said around it."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run import reminders
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.state import Then
from assistant.dialogue.state.turn import Turn
from assistant.intents import INTENTS, InStandby
from assistant.phases import Phase


def lets_pass(turn: Turn, heard: Heard) -> bool:
    """Whether a guide that waits takes no notice of this: nor does it ask about what was not clear."""
    state = turn.state
    if not turn.book.stays or state.phase is not Phase.IDLE or state.doubt is not None or reminders.just_told(state):
        return False
    rule = INTENTS[heard.intent].in_standby
    if rule is InStandby.IF_REMINDED and reminders.can_put_off(state):
        return False
    if rule is InStandby.IF_UNFINISHED and to_go_on_with(state, turn.routine) is not None:
        return False
    return heard.doubtful or rule is not InStandby.OBEY


def settle(turn: Turn) -> None:
    """Be idle again once the last word of a run has been said."""
    state = turn.state
    over = state.phase is Phase.FINISHED and state.speech is None and not state.queue and state.then is Then.NOTHING
    if turn.book.stays and over:
        turn.set(phase=Phase.IDLE)
