"""The guide in a room where it hears itself: commands nobody gave, and commands given while it speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from assistant.assemble import Listener, Understanding, guide_book, language_folder, listener, phonemizer, phrase_book
from assistant.audio.barge_in import BargeIn
from assistant.audio.cues import cue_samples
from assistant.audio.double_talk import Other
from assistant.audio.echo_canceller import EchoCanceller
from assistant.audio.player import Player
from assistant.audio.voice import Pyttsx3Voice
from assistant.bench.room import Room, level_of, setting_of, to_level
from assistant.bench.sentences import COMMANDS, Said
from assistant.bench.voices import DEVELOPMENT, Speaker, Theatre
from assistant.core.guide import Guide
from assistant.core.hypothesis import Samples, Utterance
from assistant.core.turn import Book
from assistant.hearing.activity import CHUNK, SileroActivity
from assistant.hearing.ear import Ear
from assistant.live import OwnVoice
from assistant.memory import NoMemory
from assistant.session import Session
from assistant.virtual import SILENT_BLOCK, VirtualClock, blocks_of

ALONE_SECONDS = 60.0
"""How long the guide talks to nobody in each room."""

STARTS = (2.0, 4.0)
"""Seconds of the guide's explaining after which a person breaks in."""

AFTERWARDS = 3.0
"""Seconds in which a command must have been understood once it was said."""

QUIETER = 0.3
"""The factor on the guide's volume while it might be interrupted (-10 dB)."""

Yielding = Literal["no", "ear", "judge", "judge, quieter first"]
"""When the guide falls silent: never, when voice activity says that someone speaks, when DoubleTalk does; the last
plays more quietly while it might be someone."""


@dataclass(frozen=True)
class Way:
    """A way to deal with the guide's own voice; each part can be left out to see what it is worth."""

    name: str
    cancel: bool = True
    yields: Yielding = "judge"
    guard: bool = True


WAYS = (
    Way("nothing", cancel=False, yields="no", guard=False),
    Way("text guard", cancel=False, yields="no"),
    Way("canceller", yields="no"),
    Way("canceller, yields to voice", yields="ear"),
    Way("canceller, yields to another"),
    Way("canceller, quieter, then yields", yields="judge, quieter first"),
)


@dataclass
class Figures:
    """What came out of one way, over all rooms."""

    minutes: float = 0.0
    """Of guidance nobody spoke in."""
    unasked: list[str] = field(default_factory=list)
    """Commands nobody gave in them."""
    given: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    yielded_for_nothing: int = 0
    """How often it fell silent while nobody spoke."""
    yielded_after: list[float] = field(default_factory=list)
    """Seconds from the beginning of a command to silence."""
    canceller_share: float = 0.0
    """Processor time of cancelling, as a share of real time."""

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return {
            "minutes": round(self.minutes, 2),
            "unasked": self.unasked,
            "given": self.given,
            "right": self.right,
            "wrong": self.wrong,
            "yielded_for_nothing": self.yielded_for_nothing,
            "yielded": len(self.yielded_after),
            "yielded_after_median": round(float(np.median(self.yielded_after)), 3) if self.yielded_after else None,
            "canceller_share": round(self.canceller_share, 4),
        }


class _Heard:
    """An ear that keeps what it heard, and drops the guide's own words."""

    def __init__(self, ear: Ear, own: OwnVoice | None, another: Callable[[float, float], bool]) -> None:
        self._ear, self._own, self._another = ear, own, another
        self.expected: frozenset[str] = frozenset()
        self.accepted: list[Utterance] = []
        self.speaking = False
        """Whether the guide is to yield."""

    def feed(self, block: Samples) -> list[Utterance]:
        self._ear.expected = self.expected
        heard = [self._unless_own(each) for each in self._ear.feed(block)]
        self.accepted += [each for each in heard if each.match.accepted]
        return heard

    def _unless_own(self, said: Utterance) -> Utterance:
        if self._own is None:
            return said
        return self._own.unless_own(said, another=self._another(said.start, said.end))

    @property
    def voice(self) -> bool:
        return self._ear.speaking

    def flush(self) -> list[Utterance]:
        return []


class Scene:
    """A session in a room, from sound to sound."""

    def __init__(self, way: Way, room: Room, book: Book, ears: Listener, voice: Pyttsx3Voice) -> None:
        self.yielded: list[float] = []
        self.session = Session(Guide(book), Player(), voice, cue_samples, NoMemory(), watchers=[self._watch])
        self._canceller, self._barge_in = EchoCanceller(), BargeIn(SileroActivity(), CHUNK)
        own = OwnVoice(self.session, ears.phonemes) if way.guard else None
        self.heard = _Heard(ears.new_ear(), own, self._barge_in.another_voice)
        self.clock = VirtualClock(self.session, self.heard, None)
        self.busy = 0.0
        self._way, self._room = way, room
        self._played = SILENT_BLOCK

    def block(self, person: Samples = SILENT_BLOCK) -> None:
        """Let a block go by in which the person says something."""
        near = self._room.hear(person, self._played)
        if self._way.cancel:
            begun = time.process_time()
            cleaned = self._canceller.process(near, self._played)
            self.busy += time.process_time() - begun
            if self._way.yields.startswith("judge"):
                self._listen_over(near, cleaned)
            near = cleaned
        if self._way.yields == "ear":
            self.heard.speaking = self.heard.voice
        understood = len(self.heard.accepted)
        self._played = self.clock.block(near)
        if len(self.heard.accepted) > understood:
            self._barge_in.answered()

    def _listen_over(self, near: Samples, cleaned: Samples) -> None:
        """Look whether somebody speaks over the guide."""
        known = self._canceller.knows_echo
        self.heard.speaking = self._barge_in.feed(
            near, cleaned, self._canceller.sounding, self.heard.voice, echo_known=known
        )
        if self._way.yields == "judge, quieter first":
            self.session.player.volume = 1.0 if self._barge_in.other is Other.NOBODY else QUIETER

    def _watch(self, entry: dict[str, Any]) -> None:
        if entry["event"] == "yielded":
            self.yielded.append(entry["t"])


class Stage:
    """Everything that is the same in all rooms."""

    def __init__(self) -> None:
        folder = language_folder("en")
        self.book = guide_book(folder)
        self.ears = listener(folder, self.book.routine, "hama")
        spelling = phonemizer()
        self._understanding = Understanding.of(phrase_book(folder, self.book.routine, spelling), spelling)
        self._voice = Pyttsx3Voice()
        self._level = level_of(self._voice.render("Sit down with both legs straight ahead."))
        self._theatre = Theatre()

    def scene(self, way: Way, seed: int, noise: Samples | None = None, **changes: object) -> Scene:
        """A session in a room by chance."""
        setting = replace(setting_of(seed), **changes)  # type: ignore[arg-type]
        return Scene(way, Room(seed, setting, guide_level=self._level, noise=noise), self.book, self.ears, self._voice)

    def says(self, scene: Scene, text: str) -> None:
        """Give a command that is not heard through the room, and is always understood."""
        scene.session.hear(scene.clock.t, self._understanding.utterance(text, scene.session.expected, scene.clock.t))

    def speech(self, speaker: Speaker, text: str) -> Samples:
        """What a person says, at their level."""
        return to_level(self._theatre.says(speaker, text))


def alone(stage: Stage, way: Way, seed: int, figures: Figures, noise: Samples | None, **changes: object) -> None:
    """The guide leads through stretches, and nobody is there."""
    scene = stage.scene(way, seed, noise, **changes)
    asked = iter(("start heel stretches", "how do I do this", "what do I need", "ready", "what can I say", "pause"))
    every = ALONE_SECONDS / 6
    following = 0.0
    while scene.clock.t < ALONE_SECONDS:
        if scene.clock.t >= following:
            stage.says(scene, next(asked))
            following += every
        scene.block()
    figures.minutes += ALONE_SECONDS / 60
    figures.unasked += [str(each.match.intent) for each in scene.heard.accepted]
    figures.yielded_for_nothing += len(scene.yielded)
    figures.canceller_share += scene.busy / scene.clock.t


def interrupted(
    stage: Stage, way: Way, seed: int, commands: Sequence[tuple[Said, Speaker]], figures: Figures,
    noise: Samples | None, **changes: object,
) -> None:  # fmt: skip
    """A person gives commands while the guide explains a stretch, each in a session of its own."""
    for number, (said, speaker) in enumerate(commands):
        scene = stage.scene(way, seed, noise, **changes)
        stage.says(scene, "start heel stretches")
        at = float(np.random.default_rng([seed, number]).uniform(*STARTS))
        while scene.clock.t < at:
            scene.block()
        before, begun = len(scene.heard.accepted), scene.clock.t
        for piece in blocks_of(stage.speech(speaker, said.text)):
            scene.block(piece)
        ended = scene.clock.t
        while scene.clock.t < ended + AFTERWARDS and not len(scene.heard.accepted) > before:
            scene.block()
        heard = [each.match.intent for each in scene.heard.accepted[before:]]
        figures.given += 1
        figures.right += heard == [said.intent]
        if heard and heard != [said.intent]:
            figures.wrong.append(f"{said.text}: {heard[0]}")
        figures.yielded_after += [t - begun for t in scene.yielded if begun < t < ended + 0.5][:1]


def commands_for(seed: int, count: int, speakers: Sequence[Speaker]) -> list[tuple[Said, Speaker]]:
    """Commands by chance, with who says them."""
    chance = np.random.default_rng([seed, 7])
    return [
        (COMMANDS[int(chance.integers(len(COMMANDS)))], speakers[int(chance.integers(len(speakers)))])
        for _ in range(count)
    ]


def measure(
    seeds: Iterable[int],
    ways: Sequence[Way] = WAYS,
    count: int = 4,
    speakers: Sequence[Speaker] = DEVELOPMENT,
    noise: Samples | None = None,
    **changes: object,
) -> dict[str, Figures]:
    """Each way in the rooms of these seeds; `changes` are of the rooms' `Setting`, such as `snr`."""
    stage = Stage()
    found = {way.name: Figures() for way in ways}
    for way in ways:
        figures = found[way.name]
        rooms = list(seeds)
        for seed in rooms:
            alone(stage, way, seed, figures, noise, **changes)
            interrupted(stage, way, seed, commands_for(seed, count, speakers), figures, noise, **changes)
        figures.canceller_share /= max(1, len(rooms))
    return found
