"""How late the loudspeaker is at the microphone: found by laying the one over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import BLOCK, LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

LONGEST = 1.0
"""Seconds; the longest delay that is looked for."""

WINDOW = 1.0
"""Seconds of the microphone that are laid over what was played."""

EVERY = 8
"""Blocks (0.24 s) from one look to the next."""

BAND = (300.0, 4000.0)
"""Hz: what small loudspeakers play and speech has."""

LEAST_LEVEL = 3e-4
"""Root mean square (-70 dB of full scale) of either sound below which there is nothing to go by."""

CLEAR = 12.0
"""How far above the rest (in standard deviations) a peak must be to count. Without any echo 10 comes up now and
then; with one as loud as the person two looks in three reach 20."""

SAME = round(0.002 * LISTENING_RATE)
"""Samples (2 ms): two findings this near are one; what slides so slowly the canceller follows by itself."""

AGREEING = 2
"""So many findings in a row must agree on a new delay: an early reflection may win once."""

LEAST_FRAMES = 10
"""Blocks (0.3 s) of the window in which the microphone must hear something: a crumb of sound fits anywhere."""

DUE_FRAMES = 15
"""Blocks (0.45 s) of it that must be due at the microphone for it to count that nothing of them is found there."""

USUAL = round(0.2 * LISTENING_RATE)
"""Samples (0.2 s) of delay that are taken for granted until it is known, for that alone."""

RAMP = round(0.03 * LISTENING_RATE)
"""Samples (30 ms) in which sound fades in and out at the ends of a window."""

PROVEN = 8
"""Looks that must have found a delay again until it is believed for long."""

ABSENT, GONE = 3, 20
"""Looks (0.7 s, 4.8 s) while something is played that must be in vain until the loudspeaker counts as not heard here at
all, or by mere chance; and as not heard any more, after it was: somebody put headphones on."""


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
        # Sounds that are cut off at the same end of both windows would fit each other there.
        self._ramps = [_ramped(len(self._near)), _ramped(len(self._far))]
        self._size = int(2 ** np.ceil(np.log2(len(self._far) + 1)))
        frequencies = np.fft.rfftfreq(self._size, 1 / LISTENING_RATE)
        self._band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
        self._blocks = 0
        self._missed = 0
        self._found_again = 0
        self._candidate = 0
        self._agreed = 0

    @property
    def absent(self) -> bool:
        """Whether the loudspeaker plays and is not heard."""
        return self.delay is None and self._missed >= ABSENT

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
        if _audible(self._near) < LEAST_FRAMES:
            self._miss()
            return None
        # The window is the end of what was played: at lag 0 of the correlation lies the longest delay.
        spectrum = np.fft.rfft(self._near * self._ramps[0], self._size)
        spectrum *= np.conj(np.fft.rfft(played * self._ramps[1], self._size))
        spectrum = np.where(self._band, spectrum / (np.abs(spectrum) + 1e-9), 0.0)
        correlation = np.fft.irfft(spectrum, self._size)
        longest = len(self._far) - len(self._near)
        # near[i] = far[i + longest - delay], so the peak lies at a lag of -(longest - delay).
        by_delay = correlation[(np.arange(longest + 1) - longest) % self._size]
        peak = int(np.argmax(np.abs(by_delay)))
        self.clearness = float(np.abs(by_delay[peak]) / (by_delay.std() + 1e-12))
        if self.clearness < CLEAR:
            self._miss()
            return None
        self._missed = 0
        return peak

    def _miss(self) -> None:
        # Where the guide has just fallen silent, there is nothing that could be heard of it.
        start = len(self._far) - len(self._near) - (USUAL if self.delay is None else self.delay)
        if _audible(self._far[start : start + len(self._near)]) < DUE_FRAMES:
            return
        self._missed += 1
        if self._missed >= (GONE if self._found_again >= PROVEN else ABSENT):
            self.delay, self._found_again = None, 0

    def _consider(self, found: int) -> None:
        if self.delay is not None and abs(found - self.delay) <= SAME:
            self.delay, self._agreed = found, 0
            self._found_again += 1
            return
        self._agreed = self._agreed + 1 if abs(found - self._candidate) <= SAME else 1
        self._candidate = found
        if self._agreed >= AGREEING:
            self.jump += found - self.delay if self.delay is not None else 0
            self.delay, self._agreed = found, 0


def _audible(samples: np.ndarray) -> int:
    """How many blocks of these samples can be heard."""
    frames = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return int(np.count_nonzero((frames**2).mean(axis=1) >= LEAST_LEVEL**2))


def _ramped(length: int) -> np.ndarray:
    """A window that is 1 but for RAMP samples at both ends."""
    rising = np.sin(np.linspace(0, np.pi / 2, RAMP)) ** 2
    return np.concatenate([rising, np.ones(length - 2 * RAMP), rising[::-1]])
