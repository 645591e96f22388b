"""What the guide says of the program's own troubles, which it gets over: each once, where a word does no harm."""

from __future__ import annotations

from assistant.dialogue import standby
from assistant.dialogue.content.events import Notice
from assistant.dialogue.run.reminders import just_told
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book, Turn, sentence
from assistant.phases import Phase

URGENT = frozenset({"microphone_silent", "microphone_sounds"})
"""Notices that come next, whatever is going on: who is not heard can stop nothing."""

ROOM_SECONDS = 8.0
"""Seconds that must be left of what the clock counts: the notice takes three, and the countdown follows."""


def may_say(book: Book, state: State, notice: Notice) -> bool:
    """Whether a notice may be said now. On standby, none is before the person has something to do with the guide."""
    if standby.standing_by(book, state):
        return False
    return notice in URGENT or just_told(state) or _calm(state)


def _calm(state: State) -> bool:
    if state.speech is not None or state.talk_waits or state.doubt is not None or state.phase is Phase.ASKING:
        return False
    span = state.run.span
    if span is None or state.phase is Phase.PAUSED:
        return True
    return span.kind is not SpanKind.COUNT and (not span.length or span.remaining >= ROOM_SECONDS)


def notice(turn: Turn, what: Notice) -> None:
    """Say it right after what is being said; repetitions wait meanwhile, because their numbers would be lost."""
    text = turn.replies.text(what)
    turn.break_off_question()
    if turn.state.speech is None:
        turn.interpose(text)
    else:
        turn.set_talk(queue=(sentence(text), *turn.state.talk.queue))
    span = turn.state.run.span
    if span is not None and span.kind is SpanKind.COUNT and turn.state.phase is Phase.EXERCISING:
        turn.set_talk(held=True)
