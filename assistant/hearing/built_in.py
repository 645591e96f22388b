"""The built-in ear: hears the phonemes of a finished stretch of speech with a network of its own, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.errors import SolemateError
from assistant.hearing.log_mel import log_mel
from assistant.hearing.network_file import BLANK, TaughtNetwork, read_network, weights_file
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Hypothesis, Posteriors, Samples

NAME = "built-in"
"""What it is called in the settings and in the log."""

LANGUAGES = frozenset({"en"})
"""The languages that there are weights for: models/ear-LANGUAGE.npz."""


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


PIECES = {"͡": "ɟ", "ʝ": "ɟ"}
"""Symbols that the network writes for a piece of a sound, and the sound: the y of "yeah" is "ɟ", "͡" and "ʝ" to it, one
after the other, of which any one may be all that stands out."""


class BuiltInRecogniser:
    """Hears the phonemes of a finished stretch of speech, nothing before its end.

    Raises SolemateError if its weights are missing or can't be read.
    """

    name = NAME
    missing_words: tuple[str, ...] = ()

    def __init__(self, language: str = "en") -> None:
        taught = _taught(weights_file(language))
        self._network = taught.network
        self._alphabet = in_whole_sounds(taught.alphabet)
        self._blank = self._alphabet.index(BLANK)
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
        """The hypothesis so far: phonemes and posteriors, no text; `quick` makes no difference."""
        del quick
        if self._heard is None:
            self._heard = self.hear(np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.float32))
        return self._heard

    def end(self) -> Hypothesis:
        """The hypothesis of the whole stretch."""
        heard = self.so_far()
        self.begin()
        return heard

    def hear(self, samples: Samples) -> Hypothesis:
        """The phonemes of `samples` (LISTENING_RATE), with posteriors."""
        log_probs = self._network.log_probs(log_mel(usable(samples)))
        posteriors = Posteriors(log_probs, self._alphabet, self._blank)
        return Hypothesis(best_path(posteriors), recogniser=self.name, posteriors=posteriors)


def in_whole_sounds(alphabet: Sequence[str]) -> tuple[str, ...]:
    """The symbols of a network's columns, each piece of a sound as the sound itself."""
    return tuple(PIECES.get(symbol, symbol) for symbol in alphabet)


def usable(samples: Samples) -> Samples:
    """The sound clipped to full scale, with silence for what is no number."""
    return np.clip(np.nan_to_num(np.asarray(samples, np.float32), nan=0.0), -1.0, 1.0)
