"""A whole routine: what is heard of it, to be read, and what is planned, in keys.

`python -m tests.whole_routine` writes both. The person says "start", is in position ten seconds after the first
sentence about it, says "ready" then or once the guide has fallen silent, and lets go after twelve seconds. They have
never done it; beside it is the tenth time, five days later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.content.events import Cue, Say
from assistant.dialogue.content.history import History
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.instructions import SAFETY_TOLD, intro
from assistant.dialogue.state.preferences import steps_now
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book, Turn, sentence
from assistant.entries import CueSounded, Entry, Said
from assistant.phases import Phase
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import LONGEST, Speaker, VirtualClock
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance
from assistant.wiring import guide_book, language_folder
from tests.stage import BOOK, WORDED, Stage, length

TEXT = Path(__file__).parents[1] / "docs" / "a-whole-routine.md"
"""As the system's voice says it; its times are those of one version of eSpeak NG."""

PLAN = Path(__file__).parent / "whole_routine.txt"
"""In keys, with a voice that takes the same for each sentence: it changes only where what is planned changes."""

IN_PLACE, HELD = 10.0, 12.0
"""Seconds from the first sentence about the position to "ready", and of an open-ended hold."""

TENTH = 10
"""The run that stands beside the first."""

SHOWN = ("start", "rest", "change", "end", "finish")
"""The cues that tell something; "heard" follows everything that is said."""

INTROS = {
    sentence(intro(Turn(WORDED, State()), index)): stretch.name
    for index, stretch in enumerate(WORDED.routine.stretches)
}
"""The name of each stretch, by the first line about it."""

HEADING = """# A whole routine, read aloud

All that is heard in the first run ever of the ten foot stretches, and below it in the tenth, with its time (minutes,
seconds). Words in brackets are sounds. The person says "start", begins to move when the posture is named, is in
position ten seconds later and says "ready" then, unless the stretch has begun by itself; holds that last as long as one
can end after twelve seconds. `python -m tests.whole_routine` writes this file.

"""

HEADING_TENTH = """
# The tenth time

The same after nine half days: what is known by now is left out.

"""


class Listening:
    """Writes down what is heard, and speaks as the person when it is time."""

    def __init__(self, speaker: Speaker | None = None, language: str = "en", number: int = 1) -> None:
        self.lines: list[tuple[float, str]] = []
        self.entries: list[Entry] = []
        book, voice = guide_book(language_folder(language)), Pyttsx3Engine(voice=language)
        self.book, self.position, self.placed = book, "", math.inf
        times, wall = Times(number - 1), half_day(number - 1).isoformat()
        guide = Guide(book)
        self.session = Session(guide, Player(), voice, cue_samples, times, watchers=[self._watch], wall=wall)
        self.clock = VirtualClock(self.session, None, speaker)

    def run(self) -> None:
        """From "start" to the last word."""
        self.clock.finish_speaking()
        self._say("start", "start_routine")
        while not self.session.finished and self.clock.t < LONGEST:
            self.clock.block()
            self._answer()
        self.clock.finish_speaking()

    def _watch(self, entry: Entry) -> None:
        self.entries.append(entry)
        if isinstance(entry, Said):
            self.lines.append((entry.t + entry.after, entry.text))
        elif isinstance(entry, CueSounded) and entry.name in SHOWN:
            self.lines.append((entry.t, f"({entry.name})"))

    def _say(self, text: str, intent: str) -> None:
        t = self.clock.t
        self.lines.append((t, f'You: "{text}"'))
        match = Match(intent, phrase=text, accepted=True, sure=True)
        self.session.hear(t, Utterance(t, t, Hypothesis((), text, "text"), match))

    def _look_for_position(self) -> None:
        """Note when the first sentence about the position has been said."""
        state = self.session.state
        text = state.speech.text if state.speech is not None else ""
        if self.position and text != self.position:
            self.position, self.placed = "", self.clock.t
        if text and state.phase is Phase.GETTING_READY and text == first_of_position(self.book, state):
            self.position = text

    def _answer(self) -> None:
        self._look_for_position()
        state = self.session.state
        span, phase = state.run.span, state.phase
        if span is None or state.speech is not None:
            return
        waits = phase is Phase.GETTING_READY and span.kind is SpanKind.READY
        if waits and self.clock.t >= self.placed + IN_PLACE:
            self.placed = math.inf
            self._say("ready", "ready")
        elif phase is Phase.EXERCISING and span.kind is SpanKind.OPEN and span.elapsed >= HELD:
            self._say("done", "done")


def first_of_position(book: Book, state: State) -> str:
    """The first sentence about the position of the current stretch, for its side."""
    side = steps_now(state, book.routine)[state.run.step].side
    return sentence(book.replies.sided(book.routine.stretches[state.run.stretch].position[0], side))


def half_day(number: int) -> datetime:
    """When the run with this number, from 0, is done."""
    return datetime(2026, 1, 1, 8) + timedelta(hours=12 * number)


class Times(NoDatabase):
    """Remembers that the whole routine was done so many times, and nothing else."""

    def __init__(self, number: int) -> None:
        self.number = number

    def load(self) -> Mapping[str, Any]:
        return {SAFETY_TOLD: True} if self.number else {}

    def history(self) -> History:
        history = History()
        for number in range(self.number):
            for stretch in WORDED.routine.stretches:
                history = history.with_done(half_day(number), stretch.id)
        return history


def planned() -> list[tuple[float, str]]:
    """The same on the stage."""
    stage = Stage(memory={}).silence().say("start_routine")
    while stage.wait_until(_waits_for_the_person).state.phase is not Phase.FINISHED:
        if stage.state.phase is Phase.EXERCISING:
            stage.wait(HELD).say("done")
        else:
            told = first_of_position(BOOK, stage.state)
            at = max(t for t, effect in stage.log if isinstance(effect, Say) and effect.text == told) + length(told)
            stage.wait(max(0.0, at + IN_PLACE - stage.state.now)).say("ready")
    lines = []
    for t, effect in stage.silence().log:
        if isinstance(effect, Say):
            lines.append((t + effect.after, effect.text))
        elif isinstance(effect, Cue) and effect.name in SHOWN:
            lines.append((t, f"({effect.name})"))
    return lines


def _waits_for_the_person(state: State) -> bool:
    kind = None if state.run.span is None or state.speech is not None else state.run.span.kind
    ready = state.phase is Phase.GETTING_READY and kind is SpanKind.READY
    holds = state.phase is Phase.EXERCISING and kind is SpanKind.OPEN
    return ready or holds or state.phase is Phase.FINISHED


def written(lines: list[tuple[float, str]], heading: str = HEADING) -> str:
    """The lines as the file has them, a stretch a section."""
    text = [heading.rstrip()]
    for t, line in lines:
        if line in INTROS:
            text.append(f"\n## {sentence(INTROS[line])}\n")
        elif t == lines[0][0]:
            text.append("")
        text.append(f"- {int(t // 60):02}:{t % 60:04.1f} {line}")
    return "\n".join(text) + "\n"


def plan(lines: list[tuple[float, str]]) -> str:
    """The lines as the other file has them, in seconds."""
    return "".join(f"{t:7.2f} {line}\n" for t, line in lines)


if __name__ == "__main__":
    PLAN.write_text(plan(planned()), encoding="utf-8")
    listening = Listening()
    listening.run()
    tenth = Listening(number=TENTH)
    tenth.run()
    TEXT.write_text(written(listening.lines) + written(tenth.lines, HEADING_TENTH), encoding="utf-8")
