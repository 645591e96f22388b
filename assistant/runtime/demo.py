"""The demonstration: a synthetic person talks with the guide, from sound to sound, on the virtual clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.dialogue.state.state import State
from assistant.did_you_mean import did_you_mean_or_all
from assistant.errors import SolemateError, UsageError
from assistant.intents import INTENTS
from assistant.language.files import ROUTINE, ROUTINES
from assistant.language.marked_yaml import Marked, load
from assistant.language.wordings import load_routine
from assistant.phases import Phase
from assistant.ports import BLOCK, Voice
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import SILENT_BLOCK, VirtualClock
from assistant.speaking.synthesis import RATES
from assistant.understanding.hypothesis import Samples

DEMO = "demo.yaml"
"""The file with the conversation, in a language's folder; optional."""

PATIENCE = 45.0
"""Seconds after which a person who gets no answer repeats a line."""

ATTEMPTS = 3
"""How often they say it."""

LAST_SECONDS = 3.0
"""Seconds of the guide's silence, after the last line was understood, that end the conversation."""

ROOM_NOISE = 0.0005
"""The noise of a quiet room at the microphone, RMS of full scale (-66 dB)."""


@dataclass(frozen=True)
class Line:
    """Something the person says once the guide has been in `phase` (of `stretch`, from 0) for `after` seconds.

    `politely` waits for the guide to fall silent, and counts `after` from then on.
    """

    text: str
    intent: str
    phase: Phase
    after: float
    stretch: int | None = None
    politely: bool = True

    def fits(self, state: State, silent: bool) -> bool:
        """Whether the guide is in the right place for it; `after` is not considered."""
        here = self.stretch is None or state.run.stretch == self.stretch
        return state.phase is self.phase and here and (silent or not self.politely)


@dataclass(frozen=True)
class Script:
    """What the person says, in order, with which voice, and at how many words a minute."""

    voice: str
    rate: int
    lines: tuple[Line, ...]
    voice_at: str = field(default="", compare=False)
    """The file and line that name the voice."""

    def new_voice(self) -> Voice:
        """The person's voice. Raises SolemateError with file and line if this machine has no voice of that name."""
        from assistant.speaking.pyttsx3_engine import Pyttsx3Engine

        try:
            return Pyttsx3Engine(self.rate, self.voice)
        except UsageError as error:
            raise SolemateError(f"{self.voice_at}: {error.problem}", error.remedy) from error


def read_script(folder: Path) -> Script:
    """The conversation of the language in this folder.

    Raises UsageError if the language has none, SolemateError with file, line and mistake. Whether this machine has the
    voice is only checked when it is needed.
    """
    path = folder / DEMO
    if not path.is_file():
        raise UsageError(f"there is no demonstration in the language {folder.name!r}: it has no {DEMO}")
    file = load(path)
    file.keys_among("the demonstration", ("language", "voice", "rate", "lines"))
    what = "the demonstration"
    language, rate, voice = (file.required(what, key) for key in ("language", "rate", "voice"))
    if language.text("'language'") != folder.name:
        language.fail(f"'language' is {language.value!r}, but the file stands in the folder of {folder.name!r}")
    if rate.whole_number("'rate'") not in RATES:
        rate.fail(f"'rate' must be from {RATES[0]} to {RATES[-1]} words a minute, not {rate.value}")
    stretches = _stretches(folder)
    lines = tuple(_line(entry, stretches) for entry in file.required(what, "lines").items("'lines'"))
    return Script(voice.text("'voice'"), rate.whole_number("'rate'"), lines, voice.where)


def _stretches(folder: Path) -> int | None:
    """The number of stretches in the language's routine; None if it can't be read, which is reported elsewhere."""
    try:
        return len(load_routine(folder, folder / ROUTINES / f"{ROUTINE}.yaml").stretches)
    except SolemateError:
        return None


def _line(entry: Marked, stretches: int | None) -> Line:
    what = "a line"
    given = entry.keys_among(what, ("say", "intent", "phase", "after", "stretch", "politely"))
    text, intent, phase = (entry.required(what, key).text(f"{key!r}") for key in ("say", "intent", "phase"))
    _among(given["intent"], "intent", INTENTS)
    _among(given["phase"], "phase", [each.value for each in Phase])
    after = entry.required(what, "after").whole_number("'after'")
    stretch = given["stretch"].whole_number("'stretch'") if "stretch" in given else None
    if stretch == 0:
        given["stretch"].fail("'stretch' counts from 1")
    if stretch is not None and stretches is not None and stretch > stretches:
        given["stretch"].fail(f"there is no stretch {stretch}: the routine has {stretches}")
    politely = given["politely"].text("'politely'") if "politely" in given else "true"
    if politely not in ("true", "false"):
        given["politely"].fail(f"'politely' must be true or false, not {politely!r}")
    return Line(text, intent, Phase(phase), float(after), stretch and stretch - 1, politely == "true")


def _among(entry: Marked, what: str, known: Collection[str]) -> None:
    if entry.value not in known:
        entry.fail(f"unknown {what} {entry.value!r}", did_you_mean_or_all(str(entry.value), known))


class Person:
    """Says lines one after the other, each at its moment, and repeats one that gets no reaction."""

    def __init__(self, lines: Sequence[Line], voice: Voice, seed: int = 1) -> None:
        self.lines = tuple(lines)
        self.next = 0
        self.understood = 0
        self._voice = voice
        self._sound: Samples = np.zeros(0, np.float32)
        self._noise = np.random.default_rng(seed)
        self._said = -1
        self._attempts = 0
        self._fitting_since: float | None = None
        self._said_at = 0.0

    @property
    def done(self) -> bool:
        """Whether all lines have been said."""
        return self.next >= len(self.lines) and not len(self._sound)

    @property
    def answered(self) -> bool:
        """Whether the last line was understood."""
        return not self._attempts

    @property
    def gave_up(self) -> bool:
        """Whether a line was repeated too often."""
        return self._attempts > ATTEMPTS

    def heard(self, intent: str | None) -> None:
        """The intent that the guide understood; None for none."""
        if 0 <= self._said < len(self.lines) and intent == self.lines[self._said].intent and self._attempts:
            self.understood += 1
            self._attempts = 0

    def block(self, t: float, session: Session) -> Samples:
        """The next BLOCK samples at the microphone."""
        if not len(self._sound):
            self._decide(t, session)
        piece, self._sound = self._sound[:BLOCK], self._sound[BLOCK:]
        noise = self._noise.normal(0.0, ROOM_NOISE, BLOCK).astype(np.float32)
        noise[: len(piece)] += piece
        return noise

    def _decide(self, t: float, session: Session) -> None:
        if self._attempts:
            if t - self._said_at > PATIENCE:
                self._say(t, self._said)
            return
        if self.next >= len(self.lines):
            return
        line = self.lines[self.next]
        if not line.fits(session.state, session.silent):
            self._fitting_since = None
            return
        self._fitting_since = t if self._fitting_since is None else self._fitting_since
        if t - self._fitting_since >= line.after:
            self._say(t, self.next)
            self.next += 1
            self._fitting_since = None

    def _say(self, t: float, place: int) -> None:
        self._said, self._said_at = place, t
        self._attempts += 1
        self._sound = self._voice.render(self.lines[place].text)


def converse(clock: VirtualClock, person: Person, longest: float = 600.0) -> Samples:
    """Let the two talk; returns both sides mixed, at SPEAKING_RATE.

    It is over when the person gives up, or has said everything and been answered, and the run is over or the guide
    silent.
    """
    mixed: list[Samples] = []
    session, talked = clock.session, clock.t
    while not (person.gave_up or session.quit or clock.t > longest):
        if not (person.done and session.silent):
            talked = clock.t
        elif person.answered and (session.finished or clock.t - talked >= LAST_SECONDS):
            break
        said = person.block(clock.t, session)
        mixed.append(said + clock.block(said))
    for _ in range(10):
        mixed.append(clock.block(SILENT_BLOCK))
    return np.concatenate(mixed)
