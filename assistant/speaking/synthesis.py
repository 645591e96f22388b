"""What all voices share: rate and level of speech, and how rendering is stopped."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.levels import speech_db
from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

WORDS_PER_MINUTE = 160
"""An unhurried rate for instructions; eSpeak's own is 175."""

RATES = range(80, 451)
"""Words a minute that eSpeak NG can speak."""

SPEECH_LEVEL = -20.0
"""The level of rendered speech: RMS without silence, dB of full scale. Peaks are then 0.4 to 0.8."""

MOST_PEAK = 0.9
"""The largest sample of rendered speech, of full scale; a sentence that would exceed it stays below SPEECH_LEVEL."""

MARGIN_SECONDS = 0.03
"""Seconds of silence left before and after a sentence."""

SILENCE = 0.003
"""A sample at either end below this (of full scale, about -50 dB) is silence."""

KEPT_BYTES = 8 * 1024 * 1024
"""Bytes of rendered sentences kept in memory: two minutes of speech."""


class UnusableError(SolemateError):
    """A voice that is installed can't speak at all: another one must."""


class BrokenOff(Exception):  # noqa: N818 - it is no failure
    """Rendering was stopped, because its result was no longer wanted."""


class Stop:
    """Stops rendering; may be called from any thread, and before rendering has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._actions: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """Request the stop."""
        with self._lock:
            self._asked = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def then(self, action: Callable[[], None]) -> None:
        """Run this when the stop is requested; at once if it already was."""
        with self._lock:
            if not self._asked:
                self._actions.append(action)
                return
        action()

    def check(self) -> None:
        """Raise BrokenOff if the stop was requested."""
        if self._asked:
            raise BrokenOff


@dataclass(frozen=True)
class VoiceInfo:
    """An available voice: its name, its engine, and its languages ("en-us"), its main one first."""

    name: str
    engine: str
    languages: tuple[str, ...]
    title: str = ""

    def speaks(self, language: str) -> bool:
        """Whether it speaks a language ("en") or this variety of one ("en-gb")."""
        return any(known == language or known.startswith(f"{language}-") for known in self.languages)


class Recent:
    """The sentences rendered last, as many as fit into KEPT_BYTES. Not thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Samples] = OrderedDict()
        self._bytes = 0

    def get(self, key: tuple[str, int]) -> Samples | None:
        """The sentence of a text and a rate, if it is still there."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: tuple[str, int], samples: Samples) -> Samples:
        """Keep a sentence, which becomes read-only."""
        samples.flags.writeable = False
        previous = self._kept.pop(key, None)
        self._bytes += samples.nbytes - (0 if previous is None else previous.nbytes)
        self._kept[key] = samples
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.nbytes
        return samples


def checked_rate(rate: int) -> int:
    """The rate. Raises SolemateError if no voice can speak so fast or so slowly."""
    if rate not in RATES:
        remedy = f"choose from {RATES[0]} to {RATES[-1]}"
        raise SolemateError(f"the voice cannot speak {rate} words a minute", remedy)
    return rate


class Paced:
    """What speaks at a rate that can be changed."""

    @property
    def rate(self) -> int:
        """Words a minute. Setting it raises SolemateError if no voice can speak that rate."""
        return self._rate

    @rate.setter
    def rate(self, rate: int) -> None:
        self._rate = checked_rate(rate)


def plain(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.replace("\0", " ").split())


def has_words(text: str) -> bool:
    """Whether there is anything in a text to say."""
    return any(map(str.isalnum, text))


def trimmed(samples: Samples) -> Samples:
    """The sound without the silence around it, except for MARGIN_SECONDS."""
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    if not len(loud):
        return samples[:0]
    margin = round(MARGIN_SECONDS * SPEAKING_RATE)
    padded = np.pad(samples, margin)
    trimmed: Samples = padded[loud[0] : loud[-1] + 1 + 2 * margin].copy()
    return trimmed


def levelled(samples: Samples) -> Samples:
    """The sound at SPEECH_LEVEL, so that all voices and sentences are equally loud."""
    level = speech_db(samples)
    if level is None:
        return samples
    gain = min(10 ** ((SPEECH_LEVEL - level) / 20), MOST_PEAK / float(np.abs(samples).max()))
    levelled: Samples = (samples * np.float32(gain)).astype(np.float32)
    return levelled
