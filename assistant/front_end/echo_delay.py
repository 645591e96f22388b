"""Finds the echo delay: how late the loudspeaker is heard at the microphone, by cross-correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import BLOCK, LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

LONGEST = 1.0
"""The longest delay that is looked for, seconds."""

WINDOW = 1.0
"""Seconds of the microphone that are compared with what was played."""

EVERY = 8
"""Blocks (0.24 s) from one look to the next."""

BAND = (300.0, 4000.0)
"""Hz; the frequencies that small loudspeakers play and speech contains."""

LEAST_LEVEL = 3e-4
"""RMS (-70 dB of full scale) of either signal below which there is nothing to compare."""

CLEAR = 12.0
"""How many standard deviations the correlation's peak must stand out by to count; without an echo it comes close to
this (see docs/tuning.md)."""

SAME = round(0.002 * LISTENING_RATE)
"""Samples (2 ms): two delays this near each other are the same. The canceller follows a slow drift by itself."""

AGREEING = 2
"""How many looks in a row must agree on a new delay: a single one may have found an early reflection."""

LEAST_FRAMES = 10
"""Blocks (0.3 s) of the window in which the microphone must hear something: a shorter sound fits anywhere."""

DUE_FRAMES = 15
"""Blocks (0.45 s) of audible echo that must be due in the window before finding none counts as a miss."""

USUAL = round(0.2 * LISTENING_RATE)
"""Samples (0.2 s) of delay assumed for that purpose as long as it is unknown."""

UNDER_WAY = 13
"""Blocks (0.4 s) that were played before the delay was to be forgotten and may be heard only now: a loudspeaker works
up to 0.25 s ahead."""

TRUSTED = 167
"""Blocks (5 s) for which a delay that was looked for counts, whatever is told meanwhile: a device that loses sound all
the time would else keep it unknown for good."""

RAMP = round(0.03 * LISTENING_RATE)
"""Samples (30 ms) over which the sound is faded in and out at the ends of a window."""

PROVEN = 8
"""Looks that must have confirmed a delay before it is only given up after GONE misses."""

ABSENT, GONE = 3, 20
"""Misses in a row (0.7 s, 4.8 s) after which the loudspeaker counts as not heard at all, or, once its delay was PROVEN,
as not heard any more: somebody put headphones on."""


class DelayFinder:
    """Finds the delay from blocks of the microphone and the loudspeaker, and follows its jumps.

    Generalised cross-correlation with phase transform (Knapp and Carter, 1976) over the last WINDOW seconds.
    """

    def __init__(self) -> None:
        self.delay: int | None = None
        """Samples from the loudspeaker to the microphone; None while unknown."""
        self.jump = 0
        """The sum of all jumps of the delay so far, in samples; drift does not count."""
        self.clearness = 0.0
        """How many standard deviations the peak of the last look stood out by."""
        self._near = np.zeros(round(WINDOW * LISTENING_RATE), np.float32)
        self._far = np.zeros(len(self._near) + round(LONGEST * LISTENING_RATE), np.float32)
        # Sound cut off abruptly at the same end of both windows would correlate there.
        self._ramps = [_ramped(len(self._near)), _ramped(len(self._far))]
        self._size = int(2 ** np.ceil(np.log2(len(self._far) + 1)))
        frequencies = np.fft.rfftfreq(self._size, 1 / LISTENING_RATE)
        self._band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
        self._blocks = 0
        self._missed = 0
        self._found_again = 0
        self._candidate = 0
        self._agreed = 0
        self._deaf = 0
        self._trusted_until = 0

    @property
    def absent(self) -> bool:
        """Whether the loudspeaker plays and is not heard."""
        return self.delay is None and self._missed >= ABSENT

    def forget(self) -> None:
        """Look for the delay anew: what was played and heard before says nothing any more.

        Does nothing where the loudspeaker isn't heard anyway, or the delay was just found.
        """
        if self.absent or (self.delay is not None and self._blocks < self._trusted_until):
            return
        self.delay = None
        self._near[:] = self._far[:] = 0.0
        self._deaf = UNDER_WAY
        self._missed = self._found_again = self._agreed = 0

    def feed(self, near: Samples, far: Samples) -> None:
        """Take the next block of the microphone (`near`) and of the loudspeaker (`far`)."""
        if self._deaf:
            self._deaf -= 1
            near, far = np.zeros_like(near), np.zeros_like(far)
        self._near = np.concatenate([self._near[len(near) :], near])
        self._far = np.concatenate([self._far[len(far) :], far])
        self._blocks += 1
        if self._blocks % EVERY == 0:
            found = self._look()
            if found is not None:
                self._consider(found)

    def _look(self) -> int | None:
        """The delay within the last WINDOW seconds, in samples; None if none can be found."""
        played = self._far
        if float(np.dot(played, played)) < LEAST_LEVEL**2 * len(played):
            return None
        if _audible(self._near) < LEAST_FRAMES:
            self._miss()
            return None
        # `played` begins LONGEST before `near`, so lag 0 of the correlation is the longest delay.
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
        # If the guide has just fallen silent, no echo is due.
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
            if self.delay is None:
                self._trusted_until = self._blocks + TRUSTED
            else:
                self.jump += found - self.delay
            self.delay, self._agreed = found, 0


def _audible(samples: np.ndarray) -> int:
    """How many blocks of these samples are audible."""
    frames = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return int(np.count_nonzero((frames**2).mean(axis=1) >= LEAST_LEVEL**2))


def _ramped(length: int) -> np.ndarray:
    """A window of that length that is 1 except for RAMP samples at each end."""
    rising = np.sin(np.linspace(0, np.pi / 2, RAMP)) ** 2
    return np.concatenate([rising, np.ones(length - 2 * RAMP), rising[::-1]])
