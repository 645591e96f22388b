"""What the ear gives for sounds: cut into utterances, then heard, each kept in a folder for the next time.

Where an utterance begins and ends hardly depends on the recogniser, so that is found once; what the recogniser gives is
kept for each set of weights.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from assistant.files import write_whole
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.ports import LISTENING_RATE
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Hypothesis, Posteriors, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.view.progress_bar import counting_bar
from bench.fitting.sounds import BETWEEN, Sound

Arrays = list[np.ndarray]


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
        self._recogniser = BuiltInRecogniser()
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

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        """What was heard in each of the sounds."""
        found = []
        with counting_bar("heard") as told:
            for done, sound in enumerate(sounds):
                told(done, len(sounds))
                cut = _kept(self._cut_folder, sound.name, partial(self._cut, sound))
                seconds, pieces = float(cut[0][0]), cut[1:]
                parts = _kept(self._heard_folder, sound.name, partial(self._all_heard, pieces))
                found.append(Heard(sound, tuple(map(self._hypothesis, parts)), seconds + BETWEEN))
        return found

    def _cut(self, sound: Sound) -> Arrays:
        """How long the sound is, in seconds, and its utterances."""
        samples = sound.samples()
        recogniser = _Cutting()
        self._ear.recogniser = recogniser
        self._ear.feed(samples)
        self._ear.flush()
        return [np.array([len(samples) / LISTENING_RATE]), *(each.astype(np.float16) for each in recogniser.cut)]

    def _all_heard(self, pieces: Sequence[Samples]) -> Arrays:
        return [self._posteriors(piece.astype(np.float32)).log_probs.astype(np.float16) for piece in pieces]

    def _posteriors(self, samples: Samples) -> Posteriors:
        self._recogniser.begin()
        self._recogniser.feed(samples)
        found = self._recogniser.end().posteriors
        assert found is not None
        return found

    def _hypothesis(self, part: np.ndarray) -> Hypothesis:
        posteriors = Posteriors(part, self._alphabet, self._blank)
        return Hypothesis(best_path(posteriors), recogniser="fitting", posteriors=posteriors)


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
