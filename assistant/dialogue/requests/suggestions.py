"""The three commands that fit the moment, for showing what can be said, and how each is worded."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.dialogue.content.routine import Routine
from assistant.dialogue.run.reminders import just_told
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import Asked, State
from assistant.intents import URGENT
from assistant.phases import Phase
from assistant.understanding.phrases import PhraseBook

Three = tuple[str, str, str]

_BY_PHASE: Mapping[Phase, Three] = {
    Phase.IDLE: ("start_routine", "list", "needs"),
    Phase.GETTING_READY: ("ready", "next", "how_to"),
    Phase.EXERCISING: ("pause", "next", "how_long"),
    Phase.RESTING: ("ready", "pause", "next"),
    Phase.PAUSED: ("resume", "next", "stop"),
    Phase.ASKING: ("yes", "no", "stop"),
    Phase.FINISHED: ("progress", "start_routine", "stop"),
}

_BY_QUESTION: Mapping[Asked, Three] = {
    Asked.GO_ON: ("yes", "no", "stop"),
    Asked.STOP: ("yes", "no", "pause"),
    Asked.HURTS: ("next", "easier", "stop"),
    Asked.HURT_BEFORE: ("easier", "next", "stop"),
    Asked.NUMBER: ("no", "next", "pause"),
    Asked.STILL_HOLDING: ("yes", "done", "pause"),
    Asked.EMERGENCY: ("yes", "better", "stop"),
    Asked.ALL_RIGHT: ("yes", "no", "pause"),
    Asked.AWAKE: ("yes", "no", "pause"),
}

_GO_ON: Three = ("resume", "start_routine", "needs")
_BROKEN_OFF: Three = ("resume", "start_routine", "progress")
_STARTING: Three = ("pause", "next", "how_to")
_OPEN: Three = ("done", "pause", "how_long")
_DOUBT: Three = ("yes", "no", "pause")
_REMINDED: Three = ("start_routine", "later", "not_today")


def fitting(state: State, routine: Routine) -> Three:
    """The three most useful intents now, the most useful first."""
    if state.doubt is not None and state.doubt.speech and state.phase is not Phase.IDLE:
        return _DOUBT
    if state.phase is Phase.ASKING and state.asked is not None:
        return _BY_QUESTION[state.asked]
    if just_told(state):
        return _REMINDED
    if state.phase in (Phase.IDLE, Phase.FINISHED) and to_go_on_with(state, routine) is not None:
        return _GO_ON if state.phase is Phase.IDLE else _BROKEN_OFF
    if state.halt is None and state.run.leads_in:
        return _STARTING
    if state.phase is Phase.EXERCISING and state.run.span is not None and state.run.span.kind is SpanKind.OPEN:
        return _OPEN
    return _BY_PHASE[state.phase]


def wordings(book: PhraseBook) -> dict[str, str]:
    """For each intent the shortest of its phrases that needs no slot; the first one of several."""
    found: dict[str, str] = {}
    for phrase in book.phrases:
        if phrase.intent is None or phrase.slots:
            continue
        known = found.get(phrase.intent)
        if known is None or len(phrase.text.split()) < len(known.split()):
            found[phrase.intent] = phrase.text
    return found


def worded(
    intents: Three, texts: Mapping[str, str], name: str | None = None, answers: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """How to say these, as far as the language has words for them; with the wake word `name` if they need it.

    Urgent ones don't, nor do `answers` to the guide's question.
    """
    return tuple(
        texts[intent] if name is None or intent in URGENT | answers else f"{name}, {texts[intent]}"
        for intent in intents
        if intent in texts
    )
