"""Which commands fit the moment: the matcher favours them a little, and the ear does not wait longer for an answer."""

from __future__ import annotations

from assistant.dialogue.run.reminders import can_put_off, just_told
from assistant.dialogue.state.state import Asked, Phase, SpanKind, State

_ALWAYS = frozenset({"pause", "stop", "hurts", "help", "say_again"})
_RUNNING = _ALWAYS | {"next", "previous", "restart", "whats_next", "where_am_i", "how_long", "how_to", "why"}

_BY_PHASE = {
    Phase.IDLE: frozenset(
        {"start_routine", "choose_routine", "start_stretch", "only_stretch", "needs", "list", "help", "stop", "remind"}
    ),
    Phase.GETTING_READY: _RUNNING | {"ready", "needs"},
    Phase.EXERCISING: _RUNNING,
    Phase.RESTING: _RUNNING | {"ready"},
    Phase.PAUSED: _ALWAYS | {"resume", "next", "restart", "previous"},
    Phase.ASKING: _ALWAYS | {"yes", "no", "not_today", "resume"},
    Phase.FINISHED: frozenset({"start_routine", "choose_routine", "start_stretch", "only_stretch", "stop"}),
}

BARE_ANSWERS = frozenset({"yes", "no"})
"""Intents that mean nothing if nothing was asked."""

_MAY_GO_ON = frozenset({"start_routine"})
"""Answers in which people pause to think: "start ... heel stretches"."""


def awaited(state: State) -> frozenset[str]:
    """The intents that the guide is waiting for, each complete as soon as it is said."""
    return answers(state) - _MAY_GO_ON


def expected(state: State) -> frozenset[str]:
    """The intents that fit what the guide is doing."""
    fitting = _BY_PHASE[state.phase]
    if can_put_off(state):
        fitting = fitting | {"later", "not_today"}
    if just_told(state):
        fitting = fitting | {"yes", "no"}
    if state.doubt is not None:
        fitting = fitting | {"yes", "no", state.doubt.intent}
    if state.asked in (Asked.HURTS, Asked.HURT_BEFORE):
        return fitting | {"next"}
    if state.asked is Asked.STILL_HOLDING:
        return fitting | {"done"}
    if state.span is not None and state.span.kind is SpanKind.OPEN:
        return fitting | {"done"}
    return fitting


def answers(state: State) -> frozenset[str]:
    """The intents with which a person would answer the guide's question, or do what it asks for."""
    found: frozenset[str] = frozenset()
    if state.phase is Phase.GETTING_READY:
        found |= {"ready"}
    if state.phase is Phase.ASKING:
        found |= {"yes", "no", "not_today", "resume"}
    if state.asked is Asked.HURTS:
        found |= {"next"}
    if state.asked is Asked.STILL_HOLDING or (state.span is not None and state.span.kind is SpanKind.OPEN):
        found |= {"done"}
    if just_told(state):
        found |= {"yes", "no", "ready", "done", "start_routine"}
    if can_put_off(state):
        found |= {"later", "not_today"}
    if state.doubt is not None and state.doubt.speech:
        found |= {"yes", "no", state.doubt.intent}
    return found
