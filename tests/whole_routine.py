"""A whole routine: what is heard of it, to be read, and what is planned, in keys.

`python -m tests.whole_routine` writes both. The person has never done it: they say "start", get into position within
ten seconds and say "ready", and let go after twelve.
"""

from __future__ import annotations

from pathlib import Path

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.content.events import Cue, Say
from assistant.dialogue.guide import Guide
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import sentence
from assistant.entries import CueSounded, Entry, Said
from assistant.phases import Phase
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import LONGEST, Speaker, VirtualClock
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance
from assistant.wiring import guide_book, language_folder
from tests.stage import WORDED, Stage

TEXT = Path(__file__).parents[1] / "docs" / "a-whole-routine.md"
"""As the system's voice says it; its times are those of one version of eSpeak NG."""

PLAN = Path(__file__).parent / "whole_routine.txt"
"""In keys, with a voice that takes the same for each sentence: it changes only where what is planned changes."""

IN_PLACE, HELD = 10.0, 12.0
"""Seconds from the last word of the instructions to "ready", and of an open-ended hold."""

SHOWN = ("start", "rest", "change", "end", "finish")
"""The cues that tell something; "heard" follows everything that is said."""

INTROS = [
    sentence(WORDED.replies.text("intro", number=WORDED.replies.number(number), name=stretch.name))
    for number, stretch in enumerate(WORDED.routine.stretches, start=1)
]
"""The first line of each stretch."""

HEADING = """# A whole routine, read aloud

All that is heard in the first run ever of the ten foot stretches, with its time (minutes, seconds). Words in brackets
are sounds. The person says "start", and "ready" ten seconds after each instruction; holds that last as long as one can
end after twelve seconds. `python -m tests.whole_routine` writes this file.

"""


class Listening:
    """Writes down what is heard, and speaks as the person when it is time."""

    def __init__(self, speaker: Speaker | None = None, language: str = "en") -> None:
        self.lines: list[tuple[float, str]] = []
        self.entries: list[Entry] = []
        book, voice = guide_book(language_folder(language)), Pyttsx3Engine(voice=language)
        self.session = Session(Guide(book), Player(), voice, cue_samples, NoDatabase(), watchers=[self._watch])
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

    def _answer(self) -> None:
        span, phase = self.session.state.run.span, self.session.state.phase
        if span is None:
            return
        if phase is Phase.GETTING_READY and span.kind is SpanKind.READY and span.elapsed >= IN_PLACE:
            self._say("ready", "ready")
        elif phase is Phase.EXERCISING and span.kind is SpanKind.OPEN and span.elapsed >= HELD:
            self._say("done", "done")


def planned() -> list[tuple[float, str]]:
    """The same on the stage."""
    stage = Stage(memory={}).silence().say("start_routine")
    while stage.wait_until(_waits_for_the_person).state.phase is not Phase.FINISHED:
        if stage.state.phase is Phase.EXERCISING:
            stage.wait(HELD).say("done")
        else:
            stage.wait(IN_PLACE).say("ready")
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


def written(lines: list[tuple[float, str]]) -> str:
    """The lines as the file has them, a stretch a section."""
    text = [HEADING.rstrip()]
    for t, line in lines:
        if line in INTROS:
            text.append(f"\n## {line.rstrip('.')}\n")
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
    TEXT.write_text(written(listening.lines), encoding="utf-8")
