"""Leads a guide to where it does something, in no time at all, to see what would come there of what is said.

The guide is pure: on a virtual clock a hold of thirty seconds takes a moment, and every text can be tried from the same
state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from assistant.dialogue.content.events import Effect, Event, Heard, NotUnderstood, SpeechStarted, Tick
from assistant.dialogue.content.routine import EndsBy, Stretch
from assistant.dialogue.guide import Guide
from assistant.dialogue.lookahead import LONG, ahead
from assistant.dialogue.requests.expectations import as_meant
from assistant.dialogue.run.instructions import SAFETY_TOLD
from assistant.dialogue.run.numbers import ASK_AFTER
from assistant.dialogue.run.reminders import REMINDERS
from assistant.dialogue.state.preferences import hurt_key
from assistant.dialogue.state.run import Span, SpanKind
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Book
from assistant.errors import UsageError
from assistant.phases import Phase
from assistant.understanding.moment import Moment

WITHIN = 3.0
"""Seconds from the beginning of what the guide does to the moment that is tried: what belongs to the beginning is over,
and nothing else is due yet. Of what is short it is the middle."""

OPEN_FOR = 5.0
"""Seconds for which each open-ended hold on the way is held."""

MORNING = "2026-01-01T07:59:00"
REMINDED_AT = "08:00"
"""When a rehearsal begins, and when its reminder is given: soon after."""


@dataclass(frozen=True)
class Meant:
    """One thing that was said, by the intent that it means where it was said."""

    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    doubtful: bool = False


@dataclass(frozen=True)
class Outcome:
    """What comes of an utterance: what counted of it, all that is said at once, and what the guide does then."""

    meant: tuple[Meant, ...]
    reply: str
    phase: Phase


@dataclass(frozen=True)
class Scene:
    """A guide where something can be tried."""

    guide: Guide
    state: State

    @property
    def moment(self) -> Moment:
        """Which commands fit here."""
        return self.guide.moment(self.state)

    def hear(self, events: tuple[Heard | NotUnderstood, ...]) -> Outcome:
        """What comes of the events of one utterance. The scene stays as it is."""
        state, meant = self.state, list[Meant]()
        for event in events:
            before, (state, effects) = state, self.guide.step(state, event)
            if isinstance(event, Heard):
                meant += _counted(self.guide, before, event, effects)
        return Outcome(tuple(meant), " ".join(_new_lines(self.state, state)), state.phase)


def _counted(guide: Guide, state: State, heard: Heard, effects: tuple[Effect, ...]) -> list[Meant]:
    moment = guide.moment(state)
    intent = "" if heard.intent in moment.ignored else moment.meaning_of(heard.intent)
    nothing = not intent or (heard.doubtful and not effects)
    return [] if nothing else [Meant(intent, as_meant(heard, intent).slots, heard.doubtful)]


def _new_lines(before: State, after: State) -> list[str]:
    """What is said, or going to be said, that was not so before."""
    speech = after.speech
    if speech is None or (before.speech is not None and before.speech.id == speech.id):
        return []
    return [speech.text, *(line for line in after.talk.queue if line not in before.talk.lines)]


class _Walk:
    """Leads a guide on."""

    def __init__(self, book: Book, memory: Mapping[str, Any] | None = None) -> None:
        self.guide = Guide(book)
        self.state, _effects = self.guide.begin({SAFETY_TOLD: True, **(memory or {})}, MORNING)

    def step(self, event: Event) -> _Walk:
        self.state, _effects = self.guide.step(self.state, event)
        return self

    def say(self, intent: str, **slots: Any) -> _Walk:
        """The person says something."""
        return self.step(Heard(self.state.now, intent, slots))

    def until(self, reached: Callable[[State], bool]) -> _Walk:
        """Let time go by until a state is reached."""
        if not reached(self.state):
            self.state = next(state for state, _ in ahead(self.guide, self.state, LONG) if reached(state))
        return self

    def wait(self, seconds: float | None = None) -> _Walk:
        """Let some seconds go by, by default a part of what has just begun; what is said then has begun to be heard."""
        seconds = _some_of(self.state.run.span) if seconds is None else seconds
        end = self.state.now + seconds
        for state, _effects in ahead(self.guide, self.state, seconds):
            self.state = state
        self.step(Tick(end))
        speech = self.state.speech
        return self.step(SpeechStarted(end, speech.id)) if speech is not None and speech.pending else self

    def silence(self) -> _Walk:
        """Let time go by until nothing is being said."""
        return self.until(lambda state: state.speech is None)

    def work(self, stretch: str) -> _Walk:
        """Announce a stretch and begin it."""
        self.say("start_stretch", stretch=stretch).until(_counts(SpanKind.READY))
        return self.say("ready").until(lambda state: state.phase is Phase.EXERCISING)

    def on_to(self, reached: Callable[[State], bool]) -> _Walk:
        """Lead on to a state, with a word at the end of each open-ended hold and for each beginning."""
        holds, waits = _counts(SpanKind.OPEN), _counts(SpanKind.READY)
        self.until(lambda state: reached(state) or holds(state) or waits(state))
        while not reached(self.state):
            self.wait(OPEN_FOR if holds(self.state) else 0.0).say("done" if holds(self.state) else "ready")
            self.until(lambda state: reached(state) or holds(state) or waits(state))
        return self


def _some_of(span: Span | None) -> float:
    return min(WITHIN, span.length / 2) if span is not None and span.length else WITHIN


def _counts(kind: SpanKind) -> Callable[[State], bool]:
    return lambda state: state.run.span is not None and state.run.span.kind is kind


def _idle(book: Book, _stretch: str) -> _Walk:
    return _Walk(book).silence().wait()


def _telling(book: Book, stretch: str) -> _Walk:
    return _Walk(book).silence().say("start_stretch", stretch=stretch).wait()


def _waiting(book: Book, stretch: str) -> _Walk:
    return _Walk(book).silence().say("start_stretch", stretch=stretch).until(_counts(SpanKind.READY)).wait()


def _working(book: Book, stretch: str) -> _Walk:
    walk = _Walk(book).silence().work(stretch)
    # At first it is told in the hold how to breathe.
    return (walk if walk.state.speech is None else walk.silence()).wait()


def _resting(book: Book, stretch: str) -> _Walk:
    return _Walk(book).silence().work(stretch).on_to(_counts(SpanKind.REST)).wait()


def _changing(book: Book, stretch: str) -> _Walk:
    return _Walk(book).silence().work(stretch).on_to(_counts(SpanKind.CHANGE)).wait()


def _paused(book: Book, stretch: str) -> _Walk:
    return _working(book, stretch).say("pause").silence().wait()


def _asked_pain(book: Book, stretch: str) -> _Walk:
    return _working(book, stretch).say("hurts").silence().wait()


def _asked_hurt_before(book: Book, stretch: str) -> _Walk:
    walk = _Walk(book, {hurt_key(stretch): MORNING[:10]}).silence()
    return walk.say("start_stretch", stretch=stretch).until(_asked(Asked.HURT_BEFORE)).silence().wait()


def _asked_number(book: Book, stretch: str) -> _Walk:
    walk = _Walk(book, {ASK_AFTER: "pain"}).silence().work(stretch)
    return walk.on_to(_asked(Asked.NUMBER)).silence().wait()


def _asked(question: Asked) -> Callable[[State], bool]:
    return lambda state: state.asked is question


def _asked_all_right(book: Book, stretch: str) -> _Walk:
    walk = _working(book, stretch)
    return walk.step(Heard(walk.state.now, "hurts", sure=False, doubtful=True)).silence().wait()


def _asked_emergency(book: Book, stretch: str) -> _Walk:
    return _working(book, stretch).say("hurts", kind="fall").silence().wait()


def _asked_continue(book: Book, stretch: str) -> _Walk:
    return _working(book, stretch).say("stop").silence().say("start_routine").silence().wait()


def _reminded(book: Book, _stretch: str) -> _Walk:
    walk = _Walk(replace(book, stays=True), {REMINDERS: [REMINDED_AT]})
    return walk.until(lambda state: state.speech is not None).silence().wait()


def _finished(book: Book, stretch: str) -> _Walk:
    walk = _Walk(book).silence().say("only_stretch", stretch=stretch)
    return walk.on_to(lambda state: state.phase is Phase.FINISHED).silence().wait()


@dataclass(frozen=True)
class _Phase:
    """How the guide is led to a phase, in which stretch if none is named ("": in none), and which stretches have it."""

    lead: Callable[[Book, str], _Walk]
    stretch: str = "heel_stretches"
    has_it: Callable[[Stretch], bool] = lambda _: True


def _ends_by(ends_by: EndsBy) -> Callable[[Stretch], bool]:
    return lambda stretch: stretch.dose.ends_by is ends_by


PHASES: Mapping[str, _Phase] = MappingProxyType(
    {
        "idle": _Phase(_idle, ""),
        "telling": _Phase(_telling, "foot_massage"),
        "waiting": _Phase(_waiting, "foot_massage"),
        "hold": _Phase(_working, "heel_stretches", _ends_by(EndsBy.CLOCK)),
        "counting": _Phase(_working, "heel_raises", _ends_by(EndsBy.COUNT)),
        "open_hold": _Phase(_working, "toe_pencil_pickups", _ends_by(EndsBy.PERSON)),
        "rest": _Phase(_resting, "toe_walking", lambda stretch: stretch.dose.rounds > 1 and stretch.dose.rest > 0),
        "change": _Phase(_changing, "heel_stretches", lambda stretch: len(stretch.dose.sides) > 1),
        "paused": _Phase(_paused),
        "asked_pain": _Phase(_asked_pain),
        "asked_hurt_before": _Phase(_asked_hurt_before),
        "asked_number": _Phase(_asked_number),
        "asked_all_right": _Phase(_asked_all_right),
        "asked_emergency": _Phase(_asked_emergency),
        "asked_continue": _Phase(_asked_continue),
        "reminder": _Phase(_reminded, ""),
        "finished": _Phase(_finished),
    }
)
"""What the guide may be led to, by the name that a person types."""


def rehearse(book: Book, when: str) -> Scene:
    """The guide led to a phase: `when` is PHASE or PHASE:STRETCH, such as "hold:toe_walking".

    Raises UsageError, with the ones there are, for a phase or a stretch that is not there.
    """
    name, _, stretch = when.partition(":")
    phase = PHASES.get(name)
    if phase is None:
        raise UsageError(f"there is no phase {name!r}", f"there are: {', '.join(PHASES)}")
    walk = phase.lead(book, _stretch_for(book, name, phase, stretch))
    return Scene(walk.guide, walk.state)


def _stretch_for(book: Book, name: str, phase: _Phase, wanted: str) -> str:
    there = [stretch.id for stretch in book.routine.stretches if phase.has_it(stretch)]
    if not phase.stretch and wanted:
        raise UsageError(f"the phase {name!r} belongs to no stretch", f"leave out ':{wanted}'")
    if not phase.stretch:
        return ""
    if not there:
        raise UsageError(f"the phase {name!r} is in no stretch of '{book.routine.id}'", "name another routine")
    if wanted and wanted not in there:
        raise UsageError(f"the phase {name!r} is in no stretch {wanted!r}", f"there are: {', '.join(there)}")
    return wanted or (phase.stretch if phase.stretch in there else there[0])
