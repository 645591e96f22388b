"""The built-in ear: hears the phonemes of a finished stretch of speech with a network of its own, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.audio.resample import resample
from assistant.errors import SolemateError
from assistant.front_end.dereverberation import dereverberated
from assistant.hearing.log_mel import WINDOW, log_mel
from assistant.hearing.network_file import BLANK, TaughtNetwork, read_network, weights_file
from assistant.ports import LISTENING_RATE
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Hypothesis, Posteriors, Samples

NAME = "built-in"
"""What it is called in the settings and in the log."""

LANGUAGES = frozenset({"en"})
"""The languages that there are weights for: models/ear-LANGUAGE.npz."""

SPEEDS = (0.9, 1.1)
"""The sound is heard again at these speeds, slower and lower, faster and higher, as if other people had said it. All
hearings together are more often right than any of them. See docs/tuning.md."""


def deaf_to(language: str) -> str | None:
    """Why the built-in ear can't hear a language here, in a few words; None if it can."""
    if language not in LANGUAGES:
        return f"the built-in ear doesn't know the language '{language}'"
    try:
        _taught(weights_file(language))
    except SolemateError as error:
        return error.problem
    return None


@lru_cache(maxsize=1)
def _taught(path: Path) -> TaughtNetwork:
    """The network in a file, which is read once."""
    return read_network(path)


class BuiltInRecogniser:
    """Hears the phonemes of a finished stretch of speech, at its own and at other `speeds`; nothing before its end.

    Raises SolemateError if its weights are missing or can't be read.
    """

    name = NAME
    missing_words: tuple[str, ...] = ()

    def __init__(self, language: str = "en", speeds: Sequence[float] = SPEEDS) -> None:
        taught = _taught(weights_file(language))
        self._network, self._alphabet = taught.network, taught.alphabet
        self._blank = self._alphabet.index(BLANK)
        self._speeds = tuple(speeds)
        self._blocks: list[Samples] = []
        self._heard: Hypothesis | None = None  # the hypothesis of the blocks, once computed

    def begin(self) -> None:
        """Start a new stretch of speech, and forget the one before."""
        self._blocks, self._heard = [], None

    def feed(self, samples: Samples) -> None:
        """Keep the samples: only whole stretches are heard."""
        self._blocks.append(samples)
        self._heard = None

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """The hypothesis so far: phonemes and posteriors, no text. `quick` hears the sound only once."""
        if self._heard is not None:
            return self._heard
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.float32)
        if quick and self._speeds:
            return self.hear(samples, ())
        self._heard = self.hear(samples, self._speeds)
        return self._heard

    def end(self) -> Hypothesis:
        """The hypothesis of the whole stretch."""
        heard = self.so_far()
        self.begin()
        return heard

    def hear(self, samples: Samples, speeds: Sequence[float] = SPEEDS) -> Hypothesis:
        """The phonemes of `samples` (LISTENING_RATE), with posteriors at its own and the other `speeds`.

        The other speeds hear the sound without the room's reverberation, which understands more both in rooms and in
        quiet (see docs/tuning.md). One hearing stays as it was, because in noise more is removed than the room.
        """
        sound = usable(samples)
        first = self._posteriors(sound)
        dry = dereverberated(sound) if speeds else sound
        rehearings = tuple(self._posteriors(at_speed(dry, speed)) for speed in speeds)
        return Hypothesis(phonemes=best_path(first), recogniser=self.name, posteriors=first, rehearings=rehearings)

    def _posteriors(self, samples: Samples) -> Posteriors:
        return Posteriors(self._network.log_probs(log_mel(samples)), self._alphabet, self._blank)


def usable(samples: Samples) -> Samples:
    """The sound clipped to full scale, with silence for what is no number."""
    return np.clip(np.nan_to_num(np.asarray(samples, np.float32), nan=0.0), -1.0, 1.0)


def at_speed(samples: Samples, speed: float) -> Samples:
    """The sound played at another speed; its pitch changes with it."""
    if samples.size < WINDOW:
        return samples
    return resample(samples, LISTENING_RATE, LISTENING_RATE / speed)
