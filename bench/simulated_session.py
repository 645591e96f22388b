"""A whole session in a simulated room: the guide, its loudspeaker, the room, the microphone and all behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.dialogue.state.turn import Book
from assistant.entries import Entry, Yielded
from assistant.front_end.chain import Chain
from assistant.hearing.ear import Ear
from assistant.hearing.live_ear import LiveEar
from assistant.intent import IfDoubtful
from assistant.intents import INTENTS
from assistant.language.spelling import Speller
from assistant.language.understand_text import TextUnderstanding
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import SILENT_BLOCK, VirtualClock
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Match, Samples, Utterance
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.phrases import Phonemes
from assistant.wiring import guide_book, language_folder, phonemizer, phrase_book
from bench.ablated_ears import Part, english_ears
from bench.room_simulation import Room, level_of, setting_of, to_level
from bench.voices import Speaker, Theatre


@dataclass(frozen=True)
class Way:
    """A way to listen; each part can be left out to see what it is worth."""

    name: str
    cancel: bool = True
    without: Part = ""


AS_IT_IS = Way("all parts")


class KeepingGate(Gate):
    """Keeps what it let through, or what is obeyed even in doubt."""

    def __init__(self, phonemes: Callable[[str], Phonemes]) -> None:
        super().__init__(phonemes=phonemes)
        self.accepted: list[Utterance] = []

    def judge(self, utterance: Utterance, moment: Moment = NO_MOMENT, saying: Sequence[str] = ()) -> Utterance:
        """As the program's own gate does."""
        judged = super().judge(utterance, moment, saying)
        if judged.another is not None and _obeyed(judged.match):  # what is typed was not heard
            self.accepted.append(judged)
        return judged


def _obeyed(match: Match) -> bool:
    in_doubt = match.doubtful and match.intent is not None
    return match.accepted or (in_doubt and INTENTS[str(match.intent)].if_doubtful is IfDoubtful.ASK_SOFTLY)


class RoomHearing:
    """The program's front end and ear in a simulated room, where the loudspeaker is heard."""

    def __init__(self, ear: Ear, room: Room, clock: Callable[[], float], *, cancels: bool) -> None:
        self.played = SILENT_BLOCK
        """What the loudspeaker plays in the next block."""
        self.busy = 0.0
        """Processor time of the front end, in seconds."""
        self.listened = 0
        """Blocks that were listened to."""
        self.speaking = False
        """Whether somebody speaks over the guide."""
        self.chain = Chain(cancels=cancels)
        """The front end."""
        self._ear = LiveEar(ear, self.chain)
        self._room, self._clock = room, clock

    @property
    def hearing(self) -> bool:
        """Whether the ear is in the middle of an utterance."""
        return self._ear.hearing

    @property
    def listened_seconds(self) -> float:
        """Seconds of sound that were listened to."""
        return self.listened * BLOCK / LISTENING_RATE

    def feed(self, block: Samples, moment: Moment) -> list[Utterance]:
        """What was heard while a person said this block; in times of the session."""
        near = self._room.hear(block, self.played)
        self.listened += 1
        begun = time.process_time()
        frame = self.chain.feed(near, self.played, self._clock(), hearing=self._ear.hearing)
        self.busy += time.process_time() - begun
        self.speaking = frame.person_speaks
        return self._ear.feed(frame, moment)

    def flush(self) -> list[Utterance]:
        """Nothing: a room has no end."""
        return []


class Scene:
    """A session in a room, from sound to sound."""

    def __init__(
        self, way: Way, room: Room, book: Book, new_ear: Callable[[], Ear],
        phonemes: Callable[[str], Phonemes], voice: Pyttsx3Engine,
    ) -> None:  # fmt: skip
        self.yielded: list[float] = []
        self._gate = KeepingGate(phonemes)
        self.session = Session(
            Guide(book), Player(), voice, cue_samples, NoDatabase(), watchers=[self._watch], gate=self._gate
        )
        self.heard = RoomHearing(new_ear(), room, self._block_began, cancels=way.cancel)
        self.clock = VirtualClock(self.session, self.heard, None)

    @property
    def accepted(self) -> list[Utterance]:
        """What counted as a command, in order."""
        return self._gate.accepted

    @property
    def front_end_share(self) -> float:
        """Processor time of the front end as a share of the time it listened."""
        return self.heard.busy / max(BLOCK / LISTENING_RATE, self.heard.listened_seconds)

    def block(self, person: Samples = SILENT_BLOCK) -> None:
        """Pass a block of time in which the person says something."""
        self.heard.played = self.clock.block(person)

    def skip(self, seconds: float) -> None:
        """Pass time in which nothing sounds and nobody listens."""
        self.clock.blocks += int(seconds * LISTENING_RATE / BLOCK)
        self.session.advance(self.clock.t)

    def _block_began(self) -> float:
        return self.clock.t - BLOCK / LISTENING_RATE

    def _watch(self, entry: Entry) -> None:
        if isinstance(entry, Yielded):
            self.yielded.append(entry.t)


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
        self._voice = Pyttsx3Engine()
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
        session.hear(t, self._understanding.utterance(text, session.moment, t))

    def speech(self, speaker: Speaker, text: str) -> Samples:
        """What a person says, at their level."""
        return to_level(self._theatre.says(speaker, text))


@lru_cache(maxsize=1)
def stage_for(without: Part) -> Stage:
    """The stage of this process."""
    return Stage(without)
