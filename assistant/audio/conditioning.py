"""Makes one usable channel out of what a microphone or a file gives, before anything else hears it.

Some sound comes with defects that cost nothing to repair and make a recogniser deaf: a channel of two that is wired the
wrong way round, so that their mean is silence; a channel that is dead; a constant offset, rumble below any voice, hum;
samples that are no numbers. A live microphone and a sound file are treated alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assistant.audio.hum import Hum
from assistant.audio.resample import Resampler
from assistant.ports import LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

Floats = npt.NDArray[np.float64]

LOUDEST = 4.0
"""The largest sample, of full scale, that is credible: files of floats may exceed 1 a little. Beyond it there is
damage, which would overflow in what follows."""

PIECE = 0.02
"""Seconds of sound after which the channels are judged anew."""

COMPARED = 2.0
"""Seconds over which the channels are compared."""

LAG = 0.25e-3
"""Seconds between the samples whose difference is compared, and the difference of that again: it has nothing of an
offset, and 44 dB less of mains hum than of 2 kHz, where speech is."""

DEAD, ALIVE = 0.03, 0.1
"""The share of the loudest channel's power below which a channel counts as dead (-15 dB), and from which it counts as
alive again (-10 dB): microphones in one device differ by a few dB."""

OPPOSITE = 0.5
"""The correlation, negative or positive, from which it is clear whether two channels have opposite phases: the same
sound in two microphones some centimetres apart correlates as much; their own noise doesn't correlate."""

FAINT = 1e-12
"""Mean square of those differences below which there is nothing to compare."""

LOWEST = 45.0
"""Hz below which sound is no voice; each of two filters takes half of its power off there."""

RECURSION = 240
"""Samples that the filter computes at a time: with more, its powers would leave the range of numbers."""


class Conditioner:
    """Turns frames of any number of channels into one channel at LISTENING_RATE, a piece at a time."""

    def __init__(self, rate: float) -> None:
        self._channels = _Channels(rate)
        self._resampler = Resampler(rate, LISTENING_RATE)
        self._filters = (_HighPass(LOWEST), _HighPass(LOWEST))
        self._hum = Hum()

    def feed(self, frames: Samples, *, last: bool = False) -> Samples:
        """Take frames, shape (any number, channels), and return the samples that are ready.

        With `last`, the frames are the last ones, and what the resampler holds back is returned too.
        """
        changes = self._channels.changes
        sound = self._resampler.feed(self._channels.mixed(_credible(frames)), last=last).astype(np.float64)
        for each in self._filters:
            sound = each.feed(sound)
        if self._channels.changes != changes:  # what was measured in another mixture is not in this one
            self._hum = Hum()
        return self._hum.feed(sound).astype(np.float32)


def _credible(frames: Samples) -> Samples:
    """The frames with silence in place of what is no number, which would spread to everything after it."""
    if np.abs(frames).max(initial=0.0) <= LOUDEST:  # false for NaN as well
        return frames
    return np.clip(np.nan_to_num(frames, posinf=0.0, neginf=0.0), -LOUDEST, LOUDEST)


class _Channels:
    """Mixes channels: the living ones, each the right way round."""

    def __init__(self, rate: float) -> None:
        self.changes = 0
        """How often it has begun to mix them differently."""
        self._piece = max(1, round(PIECE * rate))
        self._lag = max(1, round(LAG * rate))
        self._kept = float(np.exp(-PIECE / COMPARED))
        self._before = np.zeros((0, 0), np.float32)
        self._covariance = np.zeros((0, 0))
        self._signs = self._alive = self._weights = np.zeros(0)

    def mixed(self, frames: Samples) -> Samples:
        """One channel of them, shape (frames,)."""
        count = frames.shape[1]
        if count == 1:
            return frames[:, 0]
        if len(self._weights) != count:
            self._before = np.zeros((2 * self._lag, count), np.float32)
            self._covariance = np.zeros((count, count))
            self._signs, self._alive = np.ones(count), np.ones(count)
            self._weights = np.full(count, 1.0 / count)
        pieces = [self._mix(frames[start : start + self._piece]) for start in range(0, len(frames), self._piece)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _mix(self, frames: Samples) -> Samples:
        known = bool(self._covariance.any())
        self._compare(frames)
        before, self._weights = self._weights, self._signs * self._alive / self._alive.sum()
        if not known or np.array_equal(before, self._weights):
            return np.asarray(frames @ self._weights, np.float32)
        self.changes += 1
        rising = np.linspace(0.0, 1.0, len(frames))[:, None]
        return np.asarray((frames * (before + rising * (self._weights - before))).sum(axis=1), np.float32)

    def _compare(self, frames: Samples) -> None:
        lag, both = self._lag, np.concatenate([self._before, frames])
        self._before = both[-2 * lag :]
        changes = both[2 * lag :] - 2 * both[lag:-lag] + both[: -2 * lag]
        self._covariance = self._kept * self._covariance + changes.T @ changes
        powers = self._covariance.diagonal()
        loudest = int(powers.argmax())
        if powers[loudest] * (1.0 - self._kept) < FAINT * self._piece:
            return
        limits = powers[loudest] * np.where(self._alive > 0, DEAD, ALIVE)
        self._alive = (powers >= limits).astype(float)
        correlation = self._covariance[loudest] / np.sqrt(powers * powers[loudest] + 1e-30)
        clear = np.abs(correlation) >= OPPOSITE
        # The first living channel stays as it is, whichever is the loudest: turning all of them around at once would
        # be a new room to the echo canceller.
        signs = np.where(clear, np.sign(correlation), self._signs * self._signs[loudest])
        self._signs = signs * signs[int(self._alive.argmax())]


class _HighPass:
    """Takes away what is below a frequency: a pole and a zero, with the mean level of the first samples as a start."""

    def __init__(self, frequency: float) -> None:
        self._pole = float(np.exp(-2 * np.pi * frequency / LISTENING_RATE))
        self._powers = self._pole ** np.arange(1, RECURSION + 1)
        self._heard: float | None = None
        self._given = 0.0

    def feed(self, samples: Floats) -> Floats:
        """The same number of samples."""
        if not len(samples):
            return samples
        before = samples[0] if self._heard is None else self._heard
        self._heard = float(samples[-1])
        changes = np.diff(samples, prepend=before) * (1.0 + self._pole) / 2
        passed = np.empty(len(samples))
        for start in range(0, len(samples), RECURSION):
            piece = changes[start : start + RECURSION]
            powers = self._powers[: len(piece)]
            # y[n] = pole * y[n - 1] + x[n], all at once.
            there = powers * (self._given + np.cumsum(piece / powers))
            self._given = float(there[-1])
            passed[start : start + len(piece)] = there
        return passed
