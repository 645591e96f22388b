"""Linear echo cancelling: subtracts what was played, filtered as the room does, and changes nothing else.

WebRTC's canceller removes more, but only by suppressing whatever sounds at the same time, a person included. A linear
filter leaves the person whole, and with them the part of the echo that the loudspeaker distorts.

The filter is the least-squares fit to the last seconds, found by a few steps of preconditioned conjugate gradients
(Chan and Ng, 1996, for Toeplitz systems) that start from the previous filter. An adaptive filter that learns from each
block only once needs many seconds of speech to learn a room; people interrupt after two. See docs/tuning.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assistant.ports import BLOCK

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

Floats = npt.NDArray[np.float64]

TAPS = 8 * BLOCK
"""Samples (0.24 s) of echo that are modelled; in a furnished room, what comes later is weak."""

WINDOW = 100 * BLOCK
"""Samples (3 s) of playing that the filter is fitted to: with fewer it leaves more echo, with more no less."""

EVERY, EVERY_AT_FIRST = 16, 8
"""Blocks of playing from one fit to the next: 0.48 s, and 0.24 s for the first SETTLED fits."""

STEPS = 3
"""Conjugate-gradient steps in a fit: with fewer it leaves more echo, with more no less."""

EMPHASIS = 0.95
"""Pre-emphasis before fitting: the share of the previous sample that is subtracted from each. Voices are strongest at
low frequencies, which recognisers need least."""

WEAK = 1e-3
"""At frequencies where what was played has less than this share of its mean power, nothing is learned from it."""

AUDIBLE = 1e-4
"""A block whose largest sample (of full scale) is no larger than this can't be heard, and nothing is learned from
it."""

DIVERGED = 1.5
"""The filter starts anew once subtracting has multiplied the power of the last blocks by this: the echo delay has
jumped."""

FORGETTING = 0.85
"""The share of those powers that is kept from block to block: they cover a fifth of a second."""

SETTLED = 4
"""Fits (1 s of playing) before divergence is checked; until then the filter knows too little of the room."""


class LinearEcho:
    """Subtracts the echo, block by block."""

    def __init__(self) -> None:
        self._played = np.zeros(TAPS + BLOCK)
        self._last = np.zeros(2)  # the last samples before the block, played and heard
        self._begin()

    def _begin(self) -> None:
        self._filter = np.zeros(TAPS)
        self._spectrum = np.zeros((TAPS + BLOCK) // 2 + 1, np.complex128)
        self._far = np.zeros(TAPS + WINDOW)
        self._near = np.zeros(WINDOW)
        self._new: list[tuple[Floats, Floats]] = []  # far and near blocks since the last fit
        self._audible = 0
        self._fits = 0
        self._before = self._after = 0.0

    def feed(self, near: Samples, far: Samples) -> Samples:
        """The block `near` without the echo of `far`; unchanged if subtracting would make it louder.

        All blocks have BLOCK samples.
        """
        self._played = np.concatenate([self._played[BLOCK:], far])
        last, self._last = self._last, np.array([far[-1], near[-1]], np.float64)
        if float(np.abs(self._played).max()) <= AUDIBLE:
            return near
        echo = np.fft.irfft(np.fft.rfft(self._played) * self._spectrum, TAPS + BLOCK)[TAPS:]
        residual = near - echo
        self._new.append((_emphasised(far, last[0]), _emphasised(near, last[1])))
        self._audible += float(np.abs(far).max()) > AUDIBLE
        if self._audible >= (EVERY if self._fits >= SETTLED else EVERY_AT_FIRST):
            self._audible = 0
            self._fit()
        before, after = float(np.dot(near, near)), float(np.dot(residual, residual))
        self._before = FORGETTING * self._before + before
        self._after = FORGETTING * self._after + after
        if self._fits >= SETTLED and self._after > DIVERGED * self._before:
            self._begin()
        return np.asarray(residual, np.float32) if after <= before else near

    def _fit(self) -> None:
        """Take STEPS steps towards the filter whose echo is nearest (least squares) to what was heard in the window."""
        self._far, self._near = (
            np.concatenate([old, *new])[-len(old) :]
            for old, new in zip((self._far, self._near), zip(*self._new, strict=True), strict=True)
        )
        self._new = []
        far, size = np.fft.rfft(self._far), len(self._far)

        def echo_of(taps: Floats) -> Floats:
            return np.asarray(np.fft.irfft(far * np.fft.rfft(taps, size), size)[TAPS:])

        def correlated(residual: Floats) -> Floats:
            late = np.fft.rfft(np.concatenate([np.zeros(TAPS), residual]))
            return np.asarray(np.fft.irfft(late * far.conj(), size)[:TAPS])

        power = float(np.dot(self._far, self._far))
        weak = WEAK * power
        preconditioner = _preconditioner(far, size) + 3 * weak

        def preconditioned(gradient: Floats) -> Floats:
            return np.asarray(np.fft.irfft(np.fft.rfft(gradient, 2 * TAPS) / preconditioner, 2 * TAPS)[:TAPS])

        gradient = correlated(self._near - echo_of(self._filter)) - weak * self._filter
        direction = preconditioned(gradient)
        gain = float(np.dot(gradient, direction))
        for step in range(STEPS):
            echo = echo_of(direction)
            curve = float(np.dot(echo, echo)) + weak * float(np.dot(direction, direction))
            if curve <= 0.0:
                break
            length = gain / curve
            self._filter = self._filter + length * direction
            if step + 1 < STEPS:
                gradient = gradient - length * (correlated(echo) + weak * direction)
                eased = preconditioned(gradient)
                before, gain = gain, float(np.dot(gradient, eased))
                direction = eased + gain / before * direction
        self._spectrum = np.fft.rfft(self._filter, TAPS + BLOCK)
        self._fits += 1


def _emphasised(samples: Samples, before: float) -> Floats:
    return np.asarray(samples - EMPHASIS * np.concatenate([[before], samples[:-1]]))


def _preconditioner(far: npt.NDArray[np.complex128], size: int) -> Floats:
    """The power of what was played at each frequency, at the filter's frequency resolution (Chan's preconditioner)."""
    correlation = np.fft.irfft(np.abs(far) ** 2, size)[:TAPS] * (1.0 - np.arange(TAPS) / TAPS)
    both = np.concatenate([correlation, [0.0], correlation[:0:-1]])
    return np.asarray(np.maximum(np.fft.rfft(both).real, 0.0))
