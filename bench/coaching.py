"""Where the time of a run goes: telling, waiting, lead-in, work, rests, changeovers; on a virtual clock.

The guide is led through whole runs: the first, the fourth, the tenth, the twentieth, and one in which nobody answers.
What it says takes as long as the system's voice takes for it. The person begins to move when the posture was named, is
in position ten seconds later, says "ready" then or once the guide has fallen silent, and lets go after twelve seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from assistant.dialogue.content.events import Cue, Effect, Event, Heard, Say, SpeechEnded, StopSpeaking, Tick
from assistant.dialogue.content.history import History
from assistant.dialogue.content.steps import Kind
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.instructions import SAFETY_TOLD, intro
from assistant.dialogue.state.preferences import steps_now
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book, Turn, sentence
from assistant.phases import Phase
from assistant.ports import SPEAKING_RATE
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.wiring import guide_book, language_folder

IN_PLACE, HELD = 10.0, 12.0
"""Seconds from the first sentence about the position to being in it, and of an open-ended hold."""

RUNS = (1, 4, 10, 20)
"""Which of somebody's runs are measured; two a day."""

PARTS = ("opening", "telling", "waiting", "lead-in", "work", "rest", "changeover", "after", "closing")
"""What the time of a run goes to; the opening is the greeting, the words on safety and the list of things."""

GOALS = {"run 1": 24.0, "run 10": 21.5, "nobody": 30.0}
SILENCE, SHARE = 12.0, 0.66
"""The most minutes of a run, the longest silence outside of holds in seconds, and the share of work in the tenth."""

FIRST_DAY = datetime(2026, 1, 1, 8)
LONGEST = 4 * 3600.0


@dataclass
class Timed:
    """A run as it went: seconds for each part, and the moments at which something was heard."""

    parts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    said: list[tuple[float, float, str]] = field(default_factory=list)
    silences: list[tuple[float, float]] = field(default_factory=list)

    @property
    def minutes(self) -> float:
        """From the greeting to the last word."""
        return sum(self.parts.values()) / 60

    @property
    def share(self) -> float:
        """The share of the run that is work."""
        return self.parts["work"] / sum(self.parts.values())

    @property
    def silence(self) -> float:
        """The longest silence outside of holds, in seconds."""
        return max(length for _, length in self.silences)


@dataclass
class _Led:
    """A guide that is led on, with what it is saying."""

    book: Book
    seconds: Callable[[str], float]
    answers: bool
    timed: Timed = field(default_factory=Timed)
    speech: tuple[int, float, float] | None = None
    begun: bool = False
    placed: float | None = None
    quiet_since: float = 0.0

    def lead(self, memory: Mapping[str, Any], wall: str, history: History) -> Timed:
        """From the greeting to the last word."""
        self.guide = Guide(self.book)
        self.state, effects = self.guide.begin(memory, wall, history)
        self._take(effects)
        while self.speech is not None:
            self._step(SpeechEnded(self.speech[2], self.speech[0]))
        self._step(Heard(self.state.now, "start_routine"))
        while not (self.state.phase is Phase.FINISHED and self.speech is None) and self.state.now < LONGEST:
            self._step(self._next())
        return self.timed

    def _next(self) -> Event:
        moment = self.guide.next_moment(self.state)
        if self.speech is not None and self.speech[2] <= moment:
            return SpeechEnded(self.speech[2], self.speech[0])
        answer = self._answer() if self.answers else None
        return answer if answer is not None and answer.t <= moment else Tick(moment)

    def _answer(self) -> Heard | None:
        """What the person says next, unless something else happens before."""
        run, now = self.state.run, self.state.now
        if run.span is None or self.state.speech is not None:
            return None
        if run.phase is Phase.EXERCISING and run.span.kind is SpanKind.OPEN:
            return Heard(max(now, now + HELD - run.span.elapsed), "done")
        if run.phase is Phase.GETTING_READY and run.span.kind is SpanKind.READY and self.placed is not None:
            return Heard(max(now, self.placed + IN_PLACE), "ready")
        return None

    def _step(self, event: Event) -> None:
        before, part = self.state, self._part()
        if isinstance(event, SpeechEnded):
            self.speech, self.quiet_since = None, event.t
            self._note_position(before)
        self.state, effects = self.guide.step(before, event)
        if self.state.now > before.now:
            self.timed.parts[part] += self.state.now - before.now
        if before.run.phase is Phase.EXERCISING and self.state.run.phase is not Phase.EXERCISING:
            self.quiet_since = self.state.now
        self._take(effects)
        if before.run.stretch != self.state.run.stretch:
            self.placed = None

    def _note_position(self, state: State) -> None:
        text = state.speech.text if state.speech is not None else ""
        if state.run.stretch >= 0 and self.placed is None:
            stretch = self.book.routine.stretches[state.run.stretch]
            side = steps_now(state, self.book.routine)[state.run.step].side
            if text == sentence(self.book.replies.sided(stretch.position[0], side)):
                self.placed = self.timed.said[-1][1]

    def _take(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, Say):
                begin = self.state.now + effect.after
                self._sounds(begin)
                end = begin + self.seconds(effect.text)
                self.speech = (effect.id, begin, end)
                self.timed.said.append((begin, end, effect.text))
            elif isinstance(effect, StopSpeaking):
                self.speech, self.quiet_since = None, self.state.now
            elif isinstance(effect, Cue):
                self._sounds(self.state.now)
                self.quiet_since = self.state.now

    def _sounds(self, t: float) -> None:
        """Something is heard now: note the silence before it, unless a hold was going on."""
        if self.state.run.phase is not Phase.EXERCISING:
            self.timed.silences.append((self.quiet_since, t - self.quiet_since))

    def _part(self) -> str:
        """What the time that passes now goes to."""
        run = self.state.run
        if run.phase is Phase.IDLE:
            return "opening"
        if run.phase is Phase.EXERCISING:
            return "work"
        if run.phase is Phase.FINISHED:
            return "closing"
        if run.phase is Phase.RESTING:
            return self._part_of_rest()
        self.begun = self.begun or (self.state.speech is not None and self.state.speech.text in self._intros)
        if not self.begun:
            return "opening"
        if run.leads_in:
            return "lead-in"
        return "telling" if self.state.speech is not None else "waiting"

    def _part_of_rest(self) -> str:
        run = self.state.run
        if run.then is Then.NEXT_STRETCH:
            return "after"
        return "changeover" if steps_now(self.state, self.book.routine)[run.step].kind is Kind.CHANGE else "rest"

    @property
    def _intros(self) -> list[str]:
        turn = Turn(self.book, self.state)
        return [sentence(intro(turn, index)) for index in range(len(turn.routine.stretches))]


def timed(book: Book, seconds: Callable[[str], float], number: int, *, answers: bool = True) -> Timed:
    """Somebody's run with this number, each half a day after the one before."""
    history, when = History(), FIRST_DAY
    for _ in range(number - 1):
        for stretch in book.routine.stretches:
            history = history.with_done(when, stretch.id)
        when += timedelta(hours=12)
    memory = {SAFETY_TOLD: True} if number > 1 else {}
    return _Led(book, seconds, answers).lead(memory, when.isoformat(), history)


def voice_seconds(language: str = "en") -> Callable[[str], float]:
    """How long the system's voice takes for a text, in seconds."""
    voice = Pyttsx3Engine(voice=language)
    return cache(lambda text: len(voice.render(text)) / SPEAKING_RATE)


def coaching() -> dict[str, Any]:
    """The time table of all runs."""
    book, seconds = guide_book(language_folder("en")), voice_seconds()
    runs = {f"run {number}": timed(book, seconds, number) for number in RUNS}
    runs["nobody"] = timed(book, seconds, 1, answers=False)
    return {
        name: {
            **{part: round(of) for part, of in run.parts.items()},
            "minutes": round(run.minutes, 1),
            "work_share": round(run.share, 3),
            "longest_silence_s": round(run.silence, 1),
        }
        for name, run in runs.items()
    }


def rows(result: Mapping[str, Mapping[str, float]]) -> list[tuple[str, str, str]]:
    """A row for each run, and its parts in seconds below it."""
    found: list[tuple[str, str, str]] = []
    for name, run in result.items():
        goal = f"at most {GOALS[name]:g}" if name in GOALS else ""
        found.append((f"coaching, {name}", f"{run['minutes']:.1f} min", goal))
        found.append(("", ", ".join(f"{part} {run[part]}" for part in PARTS), ""))
        found.append(("", f"longest silence outside of holds {run['longest_silence_s']:g} s", f"at most {SILENCE:g}"))
        share = f"{SHARE:.0%}" if name == "run 10" else ""
        found.append(("", f"{run['work_share']:.0%} of it is work", share))
    return found
