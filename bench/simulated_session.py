"""A whole session in a simulated room: the guide, its loudspeaker, the room, the microphone and all behind it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.dialogue.requests.confirmation import AT_ONCE
from assistant.dialogue.requests.expectations import Moment
from assistant.dialogue.state.turn import Book
from assistant.front_end.barge_in import BargeIn
from assistant.front_end.echo_canceller import EchoCanceller
from assistant.front_end.vad import CHUNK, ActivityBeside, SileroActivity
from assistant.hearing.ear import Ear
from assistant.language.spelling import Speller
from assistant.language.understand_text import TextUnderstanding
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.database import NoMemory
from assistant.runtime.real_time import OwnVoice
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import SILENT_BLOCK, VirtualClock
from assistant.speaking.pyttsx3_engine import Pyttsx3Voice
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.phrases import Phonemes
from assistant.wiring import guide_book, language_folder, phonemizer, phrase_book
from bench.ablated_ears import Part, english_ears
from bench.room_simulation import Room, level_of, setting_of, to_level
from bench.voices import Speaker, Theatre

Yielding = Literal["no", "ear", "judge"]
"""When the guide falls silent: never, when the ear's VAD hears somebody, or when DoubleTalk does."""


@dataclass(frozen=True)
class Way:
    """A way to deal with the guide's own voice; each part can be left out to see what it is worth."""

    name: str
    cancel: bool = True
    yields: Yielding = "judge"
    guard: bool = True
    without: Part = ""


AS_IT_IS = Way("all parts")

WAYS = (
    Way("nothing", cancel=False, yields="no", guard=False),
    Way("text guard", cancel=False, yields="no"),
    Way("canceller", yields="no"),
    Way("canceller, yields to voice", yields="ear"),
    AS_IT_IS,
)


class HeardInRoom:
    """An ear that keeps what it heard, and drops the guide's own words."""

    def __init__(
        self, new_ear: Callable[..., Ear], own: OwnVoice | None, another: Callable[[float, float], float]
    ) -> None:
        self._beside = ActivityBeside(SileroActivity())
        self._ear, self._own, self._another = new_ear(self._beside), own, another
        self.beside: Samples | None = None
        """The next block for the VAD, if it differs from the ear's."""
        self.over = False
        """Whether the guide is, or just was, audible in it."""
        self.moment = Moment()
        self.accepted: list[Utterance] = []
        """What counts as a command, in order."""
        self.speaking = False
        """Whether the guide should yield."""
        self.skipped = 0.0
        """Seconds of the session that were not listened to; the ear does not count them."""

    def feed(self, block: Samples) -> list[Utterance]:
        """What was heard with this block, in times of the session."""
        self._ear.moment = self.moment
        self._ear.over, self._ear.noticed = self.over, self.speaking
        self._beside.put(block if self.beside is None else self.beside)
        heard = [self._unless_own(each) for each in self._ear.feed(block)]
        self.accepted += [each for each in heard if each.match.accepted or _obeyed_in_doubt(each)]
        return heard

    def _unless_own(self, said: Utterance) -> Utterance:
        here = replace(said, start=said.start + self.skipped, end=said.end + self.skipped)
        if self._own is None:
            return here
        return self._own.unless_own(here, another=self._another(said.start, said.end))

    @property
    def voice(self) -> bool:
        """Whether the ear hears somebody."""
        return self._ear.speaking

    def flush(self) -> list[Utterance]:
        """Nothing: a room has no end."""
        return []


def _obeyed_in_doubt(said: Utterance) -> bool:
    return said.match.doubtful and said.match.intent in AT_ONCE


class Scene:
    """A session in a room, from sound to sound."""

    def __init__(
        self, way: Way, room: Room, book: Book, new_ear: Callable[..., Ear],
        phonemes: Callable[[str], Phonemes], voice: Pyttsx3Voice,
    ) -> None:  # fmt: skip
        self.yielded: list[float] = []
        self.session = Session(Guide(book), Player(), voice, cue_samples, NoMemory(), watchers=[self._watch])
        self.barge_in = BargeIn(SileroActivity(), CHUNK)
        self._canceller = EchoCanceller()
        own = OwnVoice(self.session, phonemes) if way.guard else None
        self.heard = HeardInRoom(new_ear, own, self.barge_in.another_voice)
        self.clock = VirtualClock(self.session, self.heard, None)
        self.busy = 0.0
        """Processor time of the echo canceller, in seconds."""
        self.listened = 0
        """Blocks that were listened to."""
        self._way, self._room = way, room
        self._played = SILENT_BLOCK

    @property
    def canceller_share(self) -> float:
        """Processor time of the echo canceller as a share of the time it listened."""
        return self.busy / max(BLOCK / LISTENING_RATE, self.listened_seconds)

    @property
    def listened_seconds(self) -> float:
        """Seconds of sound that were listened to."""
        return self.listened * BLOCK / LISTENING_RATE

    def block(self, person: Samples = SILENT_BLOCK) -> None:
        """Pass a block of time in which the person says something."""
        near = self._room.hear(person, self._played)
        self.listened += 1
        if self._way.cancel:
            begun = time.process_time()
            cleaned = self._canceller.process(near, self._played)
            self.busy += time.process_time() - begun
            if self._way.yields.startswith("judge"):
                self._listen_over(cleaned)
            near = self._canceller.rest
            judges = self._way.yields.startswith("judge")
            self.heard.beside = self.barge_in.beside(near, cleaned) if judges else cleaned
            self.heard.over = self.barge_in.over
        if self._way.yields == "ear":
            self.heard.speaking = self.heard.voice
        understood = len(self.heard.accepted)
        self._played = self.clock.block(near)
        if len(self.heard.accepted) > understood:
            self.barge_in.answered()

    def skip(self, seconds: float) -> None:
        """Pass time in which nothing sounds and nobody listens."""
        blocks = int(seconds * LISTENING_RATE / BLOCK)
        self.clock.blocks += blocks
        self.heard.skipped += blocks * BLOCK / LISTENING_RATE
        self.session.advance(self.clock.t)

    def _listen_over(self, cleaned: Samples) -> None:
        """See whether somebody speaks over the guide."""
        known = self._canceller.knows_echo
        self.heard.speaking = self.barge_in.feed(
            self._canceller.rest, cleaned, self._canceller.sounding, self.heard.voice, echo_known=known
        )

    def _watch(self, entry: dict[str, Any]) -> None:
        if entry["event"] == "yielded":
            self.yielded.append(entry["t"])


class Stage:
    """Everything that is the same in all rooms."""

    def __init__(self, without: Part = "") -> None:
        folder = language_folder("en")
        self.book = guide_book(folder)
        self._new_ear = english_ears(without)
        letters = phonemizer("en")
        book = phrase_book(folder, self.book.routine, letters)
        self._phonemes = Speller(book, letters).phonemes
        self._understanding = TextUnderstanding.of(book, letters)
        self._voice = Pyttsx3Voice()
        self._level = level_of(self._voice.render("Sit down with both legs straight ahead."))
        self._theatre = Theatre()

    def scene(self, way: Way, seed: int, noise: Samples | None = None, **changes: object) -> Scene:
        """A session in a random room."""
        setting = replace(setting_of(seed), **changes)  # type: ignore[arg-type]
        room = Room(seed, setting, guide_level=self._level, noise=noise)
        return Scene(way, room, self.book, self._new_ear, self._phonemes, self._voice)

    def says(self, scene: Scene, text: str) -> None:
        """Give a command directly, not through the room, so that it is always understood."""
        session, t = scene.session, scene.clock.t
        session.hear(t, self._understanding.utterance(text, session.moment.expected, t))

    def speech(self, speaker: Speaker, text: str) -> Samples:
        """What a person says, at their level."""
        return to_level(self._theatre.says(speaker, text))


@lru_cache(maxsize=1)
def stage_for(without: Part) -> Stage:
    """The stage of this process."""
    return Stage(without)
