"""Takes the echo off as a room makes it: what was played, filtered, is subtracted, and nothing else is touched.

WebRTC's canceller takes off more, but only by turning down whatever sounds at the same time, a person too. A linear
filter leaves all of the person, and the part of the echo that the loudspeaker bends: 12 to 20 dB come off in simulated
rooms, as much while a person speaks as while nobody does.

It is the partitioned-block frequency-domain Kalman filter (Enzner and Vary, 2006; Kuech, Mabande and Enzner, 2014): how
far a step goes follows from how sure each part of the filter is and from what else sounds, so nobody has to be detected
for it to hold still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import BLOCK

if TYPE_CHECKING:
    from assistant.core.hypothesis import Samples

PARTITIONS = 8
"""Blocks (0.24 s) of echo that are modelled: what comes later is 20 to 30 dB down in a furnished room."""

KEPT = 0.9995
"""How much of the filter is still true a block later; rooms change slowly, as people in them move."""

SMOOTHING = 0.8
"""Share of the last estimate in that of what else sounds: a tenth of a second is averaged."""

UNSURE = 0.1
"""Variance of an echo's path before anything was heard: larger is quicker at first, and wilder."""

LEAST = 1e-8
"""Power that is always taken to sound, so that silence divides by something."""

DIVERGED = 4
"""Blocks in a row (0.12 s) that became louder, after which the filter begins anew: the echo's delay jumped."""


class LinearEcho:
    """Subtracts the echo, block by block."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._played = np.zeros((PARTITIONS, bins), np.complex128)
        self._last = np.zeros(BLOCK)
        self._else = np.full(bins, 1e-2)
        self._begin()

    def _begin(self) -> None:
        self._path = np.zeros_like(self._played)
        self._variance = np.full(self._path.shape, UNSURE)
        self._louder = 0

    def feed(self, near: Samples, far: Samples) -> Samples:
        """The block `near` without the echo of `far`; where that would be louder, as it was."""
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._last, far]))
        self._last = far.astype(np.float64)
        echo = np.fft.irfft((self._played * self._path).sum(axis=0))[BLOCK:]
        rest = near - echo
        self._learn(rest)
        if float(np.dot(rest, rest)) <= float(np.dot(near, near)):
            self._louder = 0
            return np.asarray(rest, np.float32)
        self._louder += 1
        if self._louder >= DIVERGED:
            self._begin()
        return near

    def _learn(self, rest: np.ndarray) -> None:
        spectrum = np.fft.rfft(np.concatenate([np.zeros(BLOCK), rest]))
        power = np.abs(self._played) ** 2
        self._else = SMOOTHING * self._else + (1 - SMOOTHING) * np.abs(spectrum) ** 2
        # Half of a frame is new, hence the halves.
        step = self._variance / (0.5 * (power * self._variance).sum(axis=0) + self._else + LEAST)
        change = np.fft.irfft(step * self._played.conj() * spectrum, axis=1)
        change[:, BLOCK:] = 0.0  # a partition is one block long
        self._path = KEPT * (self._path + np.fft.rfft(change, axis=1))
        sure = KEPT**2 * (1 - 0.5 * step * power) * self._variance
        self._variance = sure + (1 - KEPT**2) * np.abs(self._path) ** 2
