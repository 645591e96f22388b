"""Standby: a guide that stays goes back to idle after a run, and ignores what is said around it."""

from __future__ import annotations

from assistant.dialogue.run import reminders
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book, Turn
from assistant.intent import IfDoubtful, InStandby
from assistant.intents import names_of
from assistant.phases import Phase


def standing_by(book: Book, state: State) -> bool:
    """Whether the guide is on standby: it waits for somebody to begin, and ignores what is said around it."""
    return book.stays and state.phase is Phase.IDLE and state.doubt is None and not reminders.just_told(state)


def ignored(book: Book, state: State, *, doubtful: bool) -> frozenset[str]:
    """The intents that are ignored on standby; with `doubtful`, those that the guide would not even ask about."""
    counts = {
        InStandby.OBEY: not doubtful,
        InStandby.IGNORE: False,
        InStandby.IF_REMINDED: reminders.can_put_off(state),
        InStandby.IF_UNFINISHED: to_go_on_with(state, book.routine_of(state)) is not None,
    }
    softly = IfDoubtful.ASK_SOFTLY if doubtful else None
    return names_of(lambda intent: not counts[intent.in_standby] and intent.if_doubtful is not softly)


def settle(turn: Turn) -> None:
    """Become idle again once the last word of a run has been said."""
    state = turn.state
    over = state.phase is Phase.FINISHED and state.speech is None and not state.talk_waits
    if turn.book.stays and over:
        turn.set_run(phase=Phase.IDLE)
