"""How late the loudspeaker is at the microphone: found by laying the one over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import LISTENING_RATE

if TYPE_CHECKING:
    from assistant.core.hypothesis import Samples

LONGEST = 1.0
"""Seconds; the longest delay that is looked for."""

WINDOW = 1.0
"""Seconds of the microphone that are laid over what was played."""

EVERY = 8
"""Blocks (0.24 s) from one look to the next."""

BAND = (300.0, 4000.0)
"""Hz: what small loudspeakers play and speech has."""

LEAST_LEVEL = 1e-3
"""Root mean square of what was played (-60 dB of full scale) below which there is nothing to go by."""

CLEAR = 10.0
"""How far above the rest (in standard deviations) a peak must be to count."""

SAME = round(0.002 * LISTENING_RATE)
"""Samples (2 ms): two findings this near are one; what slides so slowly the canceller follows by itself."""

AGREEING = 2
"""So many findings in a row must agree on a new delay: an early reflection may win once."""


class DelayFinder:
    """Finds the delay from blocks of the microphone and of the loudspeaker, and follows its jumps.

    Generalised cross-correlation with phase transform (Knapp and Carter, 1976) over the last WINDOW seconds.
    """

    def __init__(self) -> None:
        self.delay: int | None = None
        """Samples from the loudspeaker to the microphone; None until it is found."""
        self.jump = 0
        """Samples by which the delay has jumped so far, all jumps summed up; sliding does not count."""
        self.clearness = 0.0
        """How far above the rest the peak of the last look was, in standard deviations."""
        self._near = np.zeros(round(WINDOW * LISTENING_RATE), np.float32)
        self._far = np.zeros(len(self._near) + round(LONGEST * LISTENING_RATE), np.float32)
        self._size = int(2 ** np.ceil(np.log2(len(self._far) + 1)))
        frequencies = np.fft.rfftfreq(self._size, 1 / LISTENING_RATE)
        self._band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
        self._blocks = 0
        self._candidate = 0
        self._agreed = 0

    def feed(self, near: Samples, far: Samples) -> None:
        """Take the next block of each."""
        self._near = np.concatenate([self._near[len(near) :], near])
        self._far = np.concatenate([self._far[len(far) :], far])
        self._blocks += 1
        if self._blocks % EVERY == 0:
            found = self._look()
            if found is not None:
                self._consider(found)

    def _look(self) -> int | None:
        """The delay of the last WINDOW seconds; None where there is none to be seen."""
        played = self._far
        if float(np.dot(played, played)) < LEAST_LEVEL**2 * len(played):
            return None
        # The window is the end of what was played: at lag 0 of the correlation lies the longest delay.
        spectrum = np.fft.rfft(self._near, self._size) * np.conj(np.fft.rfft(played, self._size))
        spectrum = np.where(self._band, spectrum / (np.abs(spectrum) + 1e-9), 0.0)
        correlation = np.fft.irfft(spectrum, self._size)
        longest = len(self._far) - len(self._near)
        # near[i] = far[i + longest - delay], so the peak lies at a lag of -(longest - delay).
        by_delay = correlation[(np.arange(longest + 1) - longest) % self._size]
        peak = int(np.argmax(np.abs(by_delay)))
        self.clearness = float(np.abs(by_delay[peak]) / (by_delay.std() + 1e-12))
        return peak if self.clearness >= CLEAR else None

    def _consider(self, found: int) -> None:
        if self.delay is not None and abs(found - self.delay) <= SAME:
            self.delay, self._agreed = found, 0
            return
        self._agreed = self._agreed + 1 if abs(found - self._candidate) <= SAME else 1
        self._candidate = found
        if self._agreed >= AGREEING:
            self.jump += found - self.delay if self.delay is not None else 0
            self.delay, self._agreed = found, 0
