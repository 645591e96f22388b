"""A stage for the guide: a virtual clock, a voice that takes its time, and a person who says things at given times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any

from assistant.dialogue.content.events import (
    Cue,
    Effect,
    Event,
    Finished,
    Heard,
    Quit,
    Remember,
    Say,
    SpeechEnded,
    SpeechStarted,
    StopSpeaking,
    Tick,
)
from assistant.dialogue.content.history import History
from assistant.dialogue.guide import Guide
from assistant.dialogue.state.preferences import steps_now
from assistant.dialogue.state.run import Until
from assistant.dialogue.state.state import Before, Halt, State
from assistant.dialogue.state.turn import Book
from assistant.phases import Phase
from assistant.wiring import guide_book
from tests.keyed import keyed_book

ENGLISH = Path(__file__).parents[1] / "intents" / "en"
WORDED = guide_book(ENGLISH)
"""The English routines and replies as they are worded, for what is said in whole sessions."""

BOOK = keyed_book(WORDED)
"""The same in keys: what the stage says."""

SENTENCE, FEW_WORDS, NUMBER = 2.43, 0.87, 0.47
"""Seconds that the stage's voice takes for a sentence, however long, for a question about a doubt, and for a number.

They are not round, so that no speech ends at the very moment at which something else happens.
"""

BY_ITSELF = {"safety_told": True}
"""What is remembered of somebody for whom a stretch begins by itself, as it does unless they wish otherwise."""

AT_A_WORD = {**BY_ITSELF, "auto_start": False}
"""The same of somebody who wants to be waited for: then a test says when a stretch begins."""

LENGTHS = {"[down ": NUMBER, "[count ": NUMBER, "[maybe_": FEW_WORDS}
"""What takes less than a sentence, by how it begins."""


def length(text: str) -> float:
    """How long the stage's voice takes, in seconds."""
    return next((seconds for begin, seconds in LENGTHS.items() if text.startswith(begin)), SENTENCE)


def place_of(state: State) -> tuple[Phase, int, int]:
    """What the guide is doing, at which stretch and step."""
    return state.phase, state.run.stretch, state.run.step


def states_within(value: object) -> list[object]:
    """The states, halts and moments before commands that a state is made of, itself among them."""
    if not is_dataclass(value):
        return []
    inner = [each for field_ in fields(value) for each in states_within(getattr(value, field_.name))]
    return [value, *inner] if isinstance(value, State | Halt | Before) else inner


@dataclass
class Stage:
    """Runs a guide; `log` gathers (time, effect), `states` (time, state) after each change of place or phase."""

    book: Book = BOOK
    memory: Mapping[str, Any] = field(default_factory=lambda: dict(AT_A_WORD))
    wall: str = "2026-01-01T08:00:00"
    history: History = field(default_factory=History)
    log: list[tuple[float, Effect]] = field(default_factory=list)
    states: list[tuple[float, State]] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.guide = Guide(self.book)
        self.speech: tuple[int, float] | None = None
        self.begins: float | None = None
        self.state, effects = self.guide.begin(self.memory, self.wall, self.history)
        self._take(effects)

    def copy(self) -> Stage:
        """Another stage that goes on from here by itself."""
        other = copy(self)
        other.log, other.states, other.remembered = list(self.log), list(self.states), dict(self.remembered)
        return other

    def forget(self, key: str) -> Stage:
        """Go on without something that is remembered, as if it had never been."""
        kept = {each: value for each, value in self.state.memory.items() if each != key}
        self.state = replace(self.state, memory=kept)
        run = self.state.run
        if run.span is not None and run.span.until is Until.WORD:
            # What began to wait for a word goes on to its end, and then begins.
            self.state = replace(self.state, run=replace(run, span=replace(run.span, until=Until.ASKED, notice=1.0)))
        return self

    # What happens

    def say(self, intent: str, *, sure: bool = True, doubtful: bool = False, **slots: Any) -> Stage:
        """The person says something, now."""
        self._step(Heard(self.state.now, intent, slots, sure, doubtful))
        return self

    def wait(self, seconds: float) -> Stage:
        """Let time go by."""
        self.wait_until(lambda _: False, seconds)
        return self

    def wait_until(self, reached: Any, limit: float = 3600.0) -> Stage:
        """Let time go by until a state is reached, or the limit is over."""
        end = self.state.now + limit
        while self.state.now < end and not reached(self.state):
            moment = min(end, self.guide.next_moment(self.state), self.speech[1] if self.speech else end)
            if self.speech and self.begins is not None and moment >= self.begins:
                at, self.begins = self.begins, None
                self._step(SpeechStarted(at, self.speech[0]))
            elif self.speech and moment >= self.speech[1]:
                number, at = self.speech
                self.speech = None
                self._step(SpeechEnded(at, number))
            else:
                self._step(Tick(moment))
        return self

    def wait_for(self, phase: Phase, **where: Any) -> Stage:
        """Let time go by until the guide is in a phase, at a place."""
        self.wait_until(lambda s: s.phase is phase and all(getattr(s.run, k) == v for k, v in where.items()))
        assert self.state.phase is phase
        return self

    def silence(self) -> Stage:
        """Let time go by until nothing is being said."""
        return self.wait_until(lambda s: s.speech is None)

    def _step(self, event: Event) -> None:
        before = self.state
        self.state, effects = self.guide.step(before, event)
        self._take(effects)
        if place_of(before) != place_of(self.state):
            self.states.append((self.state.now, self.state))

    def _take(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self.log.append((self.state.now, effect))
            if isinstance(effect, Say):
                assert self.speech is None, f"two things said at once: {effect.text}"
                self.begins = self.state.now + effect.after
                self.speech = (effect.id, self.begins + length(effect.text))
            elif isinstance(effect, StopSpeaking):
                assert self.speech is not None, "nothing to stop"
                self.speech = None
            elif isinstance(effect, Remember):
                self.remembered[effect.key] = effect.value

    # What was seen

    @property
    def said(self) -> list[str]:
        """All that was said, in order."""
        return [effect.text for _, effect in self.log if isinstance(effect, Say)]

    @property
    def saying(self) -> str:
        """What is being said now."""
        assert self.state.speech is not None, "nothing is being said"
        return self.state.speech.text

    @property
    def elapsed(self) -> float:
        """Seconds of what the clock is counting now."""
        assert self.state.run.span is not None, "nothing is being counted"
        return self.state.run.span.elapsed

    @property
    def length(self) -> float:
        """Seconds that the clock is to count in all, of what it is counting now."""
        assert self.state.run.span is not None, "nothing is being counted"
        return self.state.run.span.length

    @property
    def side(self) -> str:
        """The side of the current step."""
        return steps_now(self.state, self.book.routine_of(self.state))[self.state.run.step].side

    @property
    def cues(self) -> list[str]:
        """The names of all cues, in order."""
        return [effect.name for _, effect in self.log if isinstance(effect, Cue)]

    @property
    def finished(self) -> list[str]:
        """Why runs ended."""
        return [effect.why for _, effect in self.log if isinstance(effect, Finished)]

    @property
    def quit(self) -> bool:
        """Whether the program was asked to end."""
        return any(isinstance(effect, Quit) for _, effect in self.log)

    def at(self, stretch: str, phase: Phase | None = None) -> list[tuple[float, State]]:
        """When and how the guide was at a stretch (in a phase)."""
        index = self.book.routine.index(stretch)
        return [(t, s) for t, s in self.states if s.run.stretch == index and phase in (None, s.phase)]


def prepared(make: Callable[..., Stage]) -> Callable[..., Stage]:
    """What makes a stage, but each of them once: whoever wants one gets a copy."""
    made = cache(make)
    return wraps(make)(lambda *args, **where: made(*args, **where).copy())


@prepared
def begun(stretch: str) -> Stage:
    """A stage where a stretch has been announced."""
    return Stage().say("start_stretch", stretch=stretch).silence()


@prepared
def exercising(stretch: str, **where: object) -> Stage:
    """A stage where a stretch is being exercised."""
    return begun(stretch).say("ready").wait_for(Phase.EXERCISING, **where)
