"""Lookahead: what the guide is likely to say soon, found by stepping it into possible futures, as it is pure.

First comes what will be said if the person says nothing, then the answers to the commands that fit the moment. Nothing
here knows any wording or order, so anything the guide learns to say is included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.dialogue.content.events import Effect, Event, Heard, NotUnderstood, Say, SpeechEnded, StopSpeaking, Tick
from assistant.dialogue.content.speech_length import likely_seconds, most_seconds
from assistant.dialogue.guide import Guide
from assistant.dialogue.requests.expectations import expected
from assistant.dialogue.state.state import Speech, State
from assistant.dialogue.state.turn import DEFAULT_RATE, RATE
from assistant.intent import Intent, Lookahead
from assistant.intents import INTENTS
from assistant.phases import RUNNING

SOON, LATER, LONG = 15.0, 75.0, 2400.0
"""Seconds to look ahead: before any answer, after the answers, and for the whole routine."""

ANSWERED = 12.0
"""Seconds to look ahead after a command."""

ASKED_EVERY = 1.0
"""Seconds between two moments at which "how long is left" is tried: short times are told to the second."""

MOST_MOMENTS = 5000
"""The most steps in one future; the whole routine has about a thousand."""

Way = Iterator[tuple[State, tuple[Effect, ...]]]
"""States of the guide, each with the effects that led to it."""


@dataclass(frozen=True)
class Upcoming:
    """Something that may be said: the text, and the rate (words a minute)."""

    text: str
    rate: int


def upcoming(guide: Guide, state: State) -> Iterator[Upcoming]:
    """What may be said soon, likeliest and soonest first, without duplicates.

    Lazy, because the last part, the whole routine, takes long to find.
    """
    told: set[Upcoming] = set()
    for each in _all(guide, state):
        if each not in told:
            told.add(each)
            yield each


def _all(guide: Guide, state: State) -> Iterator[Upcoming]:
    yield from _said(ahead(guide, state, SOON))
    fitting = expected(state)
    plain = (name for name, intent in INTENTS.items() if _tried(intent) and not intent.required | intent.one_of)
    for name in sorted(plain, key=lambda each: each not in fitting):
        yield from _answer(guide, state, name)
    yield from _said([guide.step(state, NotUnderstood(state.now))])
    yield from _said(ahead(guide, state, LATER))
    yield from _asked_on_the_way(guide, state)
    of_a_stretch = [name for name, intent in INTENTS.items() if _tried(intent) and intent.required == {"stretch"}]
    for stretch in guide.book.routine.stretches:
        for name in of_a_stretch:
            yield from _answer(guide, state, name, stretch.id)
    if state.phase in RUNNING:
        yield from _said(ahead(guide, state, LONG))
    else:
        begun, _effects = guide.step(state, Heard(state.now, "start_routine"))
        yield from _said(ahead(guide, begun, LONG))


def _tried(intent: Intent) -> bool:
    return intent.lookahead is not Lookahead.NOTHING


def _asked_on_the_way(guide: Guide, state: State) -> Iterator[Upcoming]:
    """The answers to questions asked as time goes by."""
    changing = [name for name, intent in INTENTS.items() if intent.lookahead is Lookahead.ANSWER_OVER_TIME]
    for later in _moments(guide, state, LATER):
        for name in changing:
            yield from _said(_obeying(guide, later, name, None, 0.0))


def _moments(guide: Guide, state: State, seconds: float) -> Iterator[State]:
    """The guide's states every ASKED_EVERY seconds, and after each thing that happens."""
    before = state
    for after, _ in ahead(guide, state, seconds):
        while before.now + ASKED_EVERY < after.now:
            before, _effects = guide.step(before, Tick(before.now + ASKED_EVERY))
            yield before
        yield after
        before = after


def _answer(guide: Guide, state: State, intent: str, stretch: str | None = None) -> Iterator[Upcoming]:
    onward = INTENTS[intent].lookahead is Lookahead.ONWARD
    return _said(_obeying(guide, state, intent, stretch, ANSWERED if onward else 0.0))


def _obeying(guide: Guide, state: State, intent: str, stretch: str | None, seconds: float) -> Way:
    """The states that a command leads to."""
    slots = {} if stretch is None else {"stretch": stretch}
    after, effects = guide.step(state, Heard(state.now, intent, slots))
    yield after, effects
    if seconds:
        yield from ahead(guide, after, seconds)


def _said(way: Iterable[tuple[State, tuple[Effect, ...]]]) -> Iterator[Upcoming]:
    for state, effects in way:
        rate = int(state.memory.get(RATE, DEFAULT_RATE))
        yield from (Upcoming(effect.text, rate) for effect in effects if isinstance(effect, Say))


def ahead(guide: Guide, state: State, seconds: float) -> Way:
    """What happens by itself within that many seconds, if speech takes as long as it probably will."""
    end = state.now + seconds
    over = _over(state.speech) if state.speech else 0.0
    for _ in range(MOST_MOMENTS):
        speech = state.speech
        moment = guide.next_moment(state) if speech is None else min(guide.next_moment(state), max(over, state.now))
        if moment > end:
            return
        ended = speech is not None and moment >= over
        event: Event = SpeechEnded(moment, speech.id) if ended and speech is not None else Tick(moment)
        state, effects = guide.step(state, event)
        if state.speech is not None and any(isinstance(effect, Say | StopSpeaking) for effect in effects):
            over = _over(state.speech)
        yield state, effects


def _over(speech: Speech) -> float:
    """When an utterance is probably over, in seconds.

    Its deadline, at which it is given up, tells when its words begin.
    """
    return speech.deadline - most_seconds(speech.text) + likely_seconds(speech.text)
