"""Standby: a guide that stays goes back to idle after a run, and ignores what is said around it."""

from __future__ import annotations

from assistant.dialogue.run import reminders
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.state import Phase, State, Then
from assistant.dialogue.state.turn import Book, Turn

LET_PASS = frozenset(
    {"pause", "resume", "next", "previous", "restart", "ready", "done", "yes", "no"}
    | {"how_long", "where_am_i", "no_stretch", "later", "not_today"}
)
"""Intents that are ignored on standby: without a run, these are words that people say to each other, and they would
mostly make the guide speak up out of nowhere."""


def standing_by(book: Book, state: State) -> bool:
    """Whether the guide is on standby: it waits for somebody to begin, and ignores what is said around it."""
    return book.stays and state.phase is Phase.IDLE and state.doubt is None and not reminders.just_told(state)


def welcome(book: Book, state: State) -> frozenset[str]:
    """Intents that count on standby right now, although LET_PASS has them."""
    found: frozenset[str] = frozenset()
    if reminders.can_put_off(state):
        found |= {"later", "not_today"}
    if to_go_on_with(state, book.routine_of(state)) is not None:
        found |= {"resume"}
    return found


def settle(turn: Turn) -> None:
    """Become idle again once the last word of a run has been said."""
    state = turn.state
    over = state.phase is Phase.FINISHED and state.speech is None and not state.queue and state.then is Then.NOTHING
    if turn.book.stays and over:
        turn.set(phase=Phase.IDLE)
