"""What the ear gives for sounds: cut into utterances, then heard, each kept in a folder for the next time.

Where an utterance begins and ends hardly depends on the recogniser, so that is found once; what the recogniser gives is
kept for each set of weights.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from assistant.files import write_whole
from assistant.front_end.dereverberation import dereverberated
from assistant.hearing.built_in import SPEEDS, BuiltInRecogniser, at_speed
from assistant.hearing.ear import Ear
from assistant.ports import LISTENING_RATE
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Hypothesis, Posteriors, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.view.progress_bar import counting_bar
from bench.fitting.sounds import BETWEEN, Sound

Arrays = list[np.ndarray]


@dataclass(frozen=True)
class Hearing:
    """A way to hear a sound once: at a speed, and without the room's reverberation or with it."""

    speed: float = 1.0
    dry: bool = False

    def of(self, samples: Samples) -> Samples:
        """The sound as it is handed to the network."""
        dry = dereverberated(samples) if self.dry else samples
        return dry if self.speed == 1.0 else at_speed(dry, self.speed)


AS_INSTALLED = (Hearing(), *(Hearing(speed, dry=True) for speed in SPEEDS))
"""How the ear hears each utterance."""


@dataclass(frozen=True)
class Heard:
    """A sound with what was heard in each of its utterances, and how long it lasts, in seconds."""

    sound: Sound
    hypotheses: tuple[Hypothesis, ...]
    seconds: float


class _Cutting:
    """A recogniser that hears nothing, and keeps the utterances that it was given."""

    name = "cutting"
    missing_words: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.cut: list[Samples] = []
        self._blocks: list[Samples] = []

    def begin(self) -> None:
        self._blocks = []

    def feed(self, samples: Samples) -> None:
        self._blocks.append(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        del quick
        return Hypothesis(())

    def end(self) -> Hypothesis:
        if self._blocks:
            self.cut.append(np.concatenate(self._blocks))
        return Hypothesis(())


class Listening:
    """Hears sounds as the installed ear does, and keeps in `folder` what it heard."""

    def __init__(self, folder: Path, interpreter: Interpreter) -> None:
        self._recogniser = BuiltInRecogniser(speeds=())
        self._ear = Ear(_Cutting(), interpreter)
        self._interpreter = interpreter
        probe = np.random.default_rng(0).normal(0.0, 0.05, LISTENING_RATE).astype(np.float32)
        first = self._posteriors(probe)
        self._alphabet, self._blank = first.alphabet, first.blank
        self.key = hashlib.sha256(first.log_probs.tobytes()).hexdigest()[:12]
        """Different for different weights."""
        self._cut_folder, self._heard_folder = folder / "utterances", folder / self.key
        for each in (self._cut_folder, self._heard_folder):
            each.mkdir(parents=True, exist_ok=True)

    def hear(self, sounds: Sequence[Sound], hearings: Sequence[Hearing] = AS_INSTALLED) -> list[Heard]:
        """What was heard in each of the sounds, with the hearings asked for: the first one as the hypothesis itself."""
        found = []
        with counting_bar("heard") as told:
            for done, sound in enumerate(sounds):
                told(done, len(sounds))
                cut = _kept(self._cut_folder, sound.name, partial(self._cut, sound))
                seconds, pieces = float(cut[0][0]), cut[1:]
                each = [self._all_heard(sound, hearing, pieces) for hearing in hearings]
                hypotheses = tuple(self._hypothesis(parts) for parts in zip(*each, strict=True))
                found.append(Heard(sound, hypotheses, seconds + BETWEEN))
        return found

    def _cut(self, sound: Sound) -> Arrays:
        """How long the sound is, in seconds, and its utterances."""
        samples = sound.samples()
        recogniser = _Cutting()
        self._ear.recogniser = recogniser
        self._ear.feed(samples)
        self._ear.flush()
        return [np.array([len(samples) / LISTENING_RATE]), *(each.astype(np.float16) for each in recogniser.cut)]

    def _all_heard(self, sound: Sound, hearing: Hearing, pieces: Sequence[Samples]) -> Arrays:
        name = f"{sound.name} | {hearing}"
        return _kept(self._heard_folder, name, lambda: [self._once(hearing, piece) for piece in pieces])

    def _once(self, hearing: Hearing, piece: Samples) -> np.ndarray:
        return self._posteriors(hearing.of(piece.astype(np.float32))).log_probs.astype(np.float16)

    def _posteriors(self, samples: Samples) -> Posteriors:
        self._recogniser.begin()
        self._recogniser.feed(samples)
        found = self._recogniser.end().posteriors
        assert found is not None
        return found

    def _hypothesis(self, parts: Iterable[np.ndarray]) -> Hypothesis:
        first, *others = (Posteriors(part, self._alphabet, self._blank) for part in parts)
        return Hypothesis(best_path(first), recogniser="fitting", posteriors=first, rehearings=tuple(others))


def _kept(folder: Path, name: str, make: Callable[[], Arrays]) -> Arrays:
    """The arrays that are kept under a name, made if there are none yet."""
    path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.npz"
    if path.exists():
        with np.load(path) as kept:
            return [kept[each] for each in kept.files]
    arrays = make()
    content = io.BytesIO()
    np.savez(content, *arrays)
    write_whole(path, content.getvalue())
    return arrays
