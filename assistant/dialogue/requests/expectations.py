"""Which commands fit the moment: the matcher favours them a little, and the ear waits no longer for an answer.

And what each means at this moment. When each fits, and what it means where, is in its row (assistant/intents.py); here
is what the state has to say to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run.reminders import can_put_off, just_offered, just_told
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.state import Asked, State
from assistant.intent import Intent
from assistant.intents import INTENTS, names_of
from assistant.phases import RUNNING, Phase, Situation

PICKED_UP_LATE = 10.0
"""Seconds of a hold that began without a word in which "got it" begins it anew: a pencil takes its time."""


def awaited(answering: frozenset[str]) -> frozenset[str]:
    """Those of the `answers` that are complete as soon as they are said."""
    return frozenset(name for name in answering if not INTENTS[name].said_in_parts)


def expected(state: State) -> frozenset[str]:
    """The intents that fit what the guide is doing."""
    now = _now(state)
    if now & {Situation.PAIN, Situation.PAIN_BEFORE, Situation.EMERGENCY, Situation.ALL_RIGHT, Situation.NUMBER}:
        now -= {Situation.OPEN_HOLD}
    found = names_of(lambda intent: not now.isdisjoint(intent.expected_in))
    return found | {state.doubt.intent} if state.doubt is not None else found


def overheard(state: State) -> frozenset[str]:
    """The intents that people say to themselves now; nothing is answered to them."""
    now = _now(state)
    return names_of(lambda intent: not now.isdisjoint(intent.overheard_in))


def answers(state: State) -> frozenset[str]:
    """The intents with which a person would answer the guide's question, or do what it asks for."""
    now = _now(state)
    found = names_of(lambda intent: not now.isdisjoint(intent.answers_in))
    return found | {state.doubt.intent} if state.doubt is not None and state.doubt.speech else found


def meanings(state: State) -> Mapping[str, str]:
    """What each intent means now, "" for nothing; one that isn't listed means itself."""
    now = _now(state)
    found = ((name, next((means for place, means in places if place in now), name)) for name, places in _MEANS)
    return {name: meaning for name, meaning in found if meaning != name}


def _by_weight(intent: Intent) -> tuple[tuple[Phase | Situation, str], ...]:
    """What an intent means where: in situations first, because they say more than the phase."""
    return tuple(sorted(intent.means.items(), key=lambda item: isinstance(item[0], Phase)))


_MEANS = tuple((name, _by_weight(intent)) for name, intent in INTENTS.items() if intent.means)
"""The intents that mean another one, or nothing, somewhere."""


def as_meant(heard: Heard, meant: str) -> Heard:
    """What was heard as the intent that it means now, with the slots that both have and those that it gives to that."""
    if meant == heard.intent:
        return heard
    shared = {slot: value for slot, value in heard.slots.items() if meant and slot in INTENTS[meant].slots}
    return replace(heard, intent=meant, slots={**shared, **INTENTS[heard.intent].gives})


def _counts(state: State, kind: SpanKind) -> bool:
    span = state.run.span
    return state.phase is Phase.EXERCISING and span is not None and span.kind is kind


def _picks_up(state: State) -> bool:
    run, span = state.run, state.run.span
    in_rest = state.phase is Phase.RESTING and run.then is not Then.NEXT_STRETCH
    just_begun = state.phase is Phase.EXERCISING and span is not None and span.elapsed <= PICKED_UP_LATE
    return run.clock_waits and (in_rest or just_begun or (state.phase in RUNNING and run.leads_in))


def _now(state: State) -> frozenset[Phase | Situation]:
    """The phase, and what else is so."""
    open_ended = state.run.span is not None and state.run.span.kind is SpanKind.OPEN
    situations = {
        Situation.TELLING: state.then in (Then.AWAIT_READY, Then.WAIT) and bool(state.talk.queue),
        Situation.COUNTING: _counts(state, SpanKind.COUNT),
        Situation.TIMED_HOLD: _counts(state, SpanKind.HOLD),
        Situation.BEAT: _counts(state, SpanKind.HOLD) and state.run.span is not None and state.run.span.beat > 0,
        Situation.PICKING_UP: _picks_up(state),
        Situation.OPEN_HOLD: open_ended or state.asked is Asked.STILL_HOLDING,
        Situation.PAIN: state.asked is Asked.HURTS,
        Situation.EMERGENCY: state.asked is Asked.EMERGENCY,
        Situation.ALL_RIGHT: state.asked is Asked.ALL_RIGHT,
        Situation.UNWELL: state.phase is Phase.PAUSED and state.halt is not None and bool(state.halt.kind),
        Situation.PAIN_BEFORE: state.asked is Asked.HURT_BEFORE,
        Situation.NUMBER: state.asked is Asked.NUMBER,
        Situation.DOUBT: state.doubt is not None,
        Situation.DOUBT_ASKED: state.doubt is not None and bool(state.doubt.speech),
        Situation.REMINDED: just_told(state),
        Situation.GO_ON: state.asked is Asked.GO_ON,
        Situation.OFFERED: just_offered(state),
        Situation.CAN_PUT_OFF: can_put_off(state),
    }
    return frozenset({state.phase, *(each for each, holds in situations.items() if holds)})
