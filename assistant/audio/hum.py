"""Takes mains hum out of sound: a fundamental of 50 or 60 Hz and its harmonics, as a bad cable or power supply adds.

Nobody speaks as evenly as hum sounds. Whenever the last second was even and repeated itself with the period of the
mains, frequency, amplitudes and phases are measured in it, and what they foretell is subtracted until they are measured
again. So speech, over which nothing is measured, loses nothing but the hum.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.ports import LISTENING_RATE

Floats = npt.NDArray[np.float64]
Phasors = npt.NDArray[np.complex128]

MAINS = (50.0, 60.0)
"""Hz; the grids keep within a tenth or two of them."""

HARMONICS = 40
"""Harmonics that are taken out, the fundamental included: up to 2 kHz, beyond which even harsh hum is weak."""

WINDOW, SHORTEST = LISTENING_RATE, round(0.4 * LISTENING_RATE)
"""Samples (1 s) that are measured; at the beginning of a sound fewer (0.4 s), so that what is said soon is heard."""

EVERY = round(0.2 * LISTENING_RATE)
"""Samples (0.2 s) from one measurement to the next."""

LAG = round(0.1 * LISTENING_RATE)
"""Samples (0.1 s) after which both hums repeat themselves: five periods of 50 Hz, and six of 60."""

FINER = 4
"""Times as many frequencies as a spectrum of so many samples has: none is then far from the one that is measured."""

FRAME = round(0.05 * LISTENING_RATE)
"""Samples (50 ms) of which the level is taken."""

EVEN = 2.0
"""Times the softest frame's power that the loudest one may have in even sound (3 dB)."""

REPEATS = 0.5
"""The least correlation of hum with itself LAG samples later: hum as strong as all other sound beside it."""

LASTS = 4 * LISTENING_RATE
"""Samples (4 s) for which a measurement holds: longer than commands are. By then the phases are no longer known."""

GONE = 2.0
"""Times its own power that sound may have once the hum is subtracted, over a FRAME: with more, no hum is left in it."""

FAINTEST = 1e-9
"""Mean square (-90 dB of full scale) of sound in which hum doesn't matter."""


class Hum:
    """Subtracts hum, any number of samples at a time, without delay."""

    def __init__(self) -> None:
        self._recent = self._left = np.zeros(0)
        self._heard = 0
        self._measured_at = 0
        self._frequency = 0.0
        self._phasors: Phasors | None = None
        """Amplitude and phase of each harmonic at the sample 0; None while there is no hum."""

    def feed(self, samples: Floats) -> Floats:
        """The same number of samples without the hum."""
        pieces = []
        while len(samples):
            piece = samples[: EVERY - self._heard % EVERY]
            samples = samples[len(piece) :]
            self._recent = np.concatenate([self._recent, piece])[-WINDOW:]
            pieces.append(self._without_hum(piece))
            self._heard += len(piece)
            if self._heard % EVERY == 0 and len(self._recent) >= SHORTEST:
                self._measure()
        return np.concatenate(pieces) if pieces else samples

    def _without_hum(self, piece: Floats) -> Floats:
        """The piece, which begins at the place `_heard`, without the hum that is foretold in it, if any is left."""
        if self._phasors is None:
            return piece
        places = self._heard + np.arange(len(piece))
        left = piece - np.asarray((self._phasors @ _turning(self._frequency, places)).real)
        self._left = np.concatenate([self._left, left])[-FRAME:]
        recent = self._recent[-len(self._left) :]
        if np.dot(self._left, self._left) <= GONE * np.dot(recent, recent):
            return left
        self._phasors = None
        return piece

    def _measure(self) -> None:
        recent = self._recent - self._recent.mean()
        powers = (recent[len(recent) % FRAME :].reshape(-1, FRAME) ** 2).mean(axis=1)
        if powers.max() > EVEN * powers.min():
            if self._heard - self._measured_at > LASTS:
                self._phasors = None
            return
        self._measured_at, self._phasors, self._left = self._heard, None, np.zeros(0)
        earlier, later = recent[:-LAG], recent[LAG:]
        power = float(np.sqrt(np.dot(earlier, earlier) * np.dot(later, later)))
        if power < FAINTEST * len(later) or float(np.dot(earlier, later)) < REPEATS * power:
            return
        self._frequency, self._phasors = _fitted(recent, self._heard - len(recent))


def _turning(frequency: float, places: npt.NDArray[np.int64]) -> Phasors:
    """Each harmonic's phase at some places, shape (HARMONICS, places)."""
    first = np.exp(2j * np.pi * frequency / LISTENING_RATE * places)
    return np.asarray(np.cumprod(np.broadcast_to(first, (HARMONICS, len(places))), axis=0))


def _fitted(samples: Floats, start: int) -> tuple[float, Phasors]:
    """The frequency, and each harmonic's amplitude and phase at the place 0; the samples begin at the place `start`."""
    half = len(samples) // 2
    whole, *halves = (_Spectrum(each) for each in (samples, samples[:half], samples[half : 2 * half]))
    mains = max(MAINS, key=lambda each: float(np.abs(whole.at(each)).sum()))
    # From one half to the next, each harmonic turns by what the frequency is off, times its number; the higher ones
    # tell that more exactly, once the lower ones have told how many whole turns there were.
    numbers = np.arange(1, HARMONICS + 1)
    turned = (
        halves[1].at(mains) * halves[0].at(mains).conj() * np.exp(-2j * np.pi * mains * numbers * half / LISTENING_RATE)
    )
    off = weights = 0.0
    for number, each in zip(numbers, turned, strict=True):
        weight = float(abs(each)) * number**2
        weights += weight
        off += float(np.angle(each * np.exp(-1j * number * off))) / number * weight / (weights + 1e-30)
    frequency = mains + off * LISTENING_RATE / (2 * np.pi * half)
    middle = start + whole.middle
    return frequency, whole.at(frequency) * np.exp(-2j * np.pi * frequency * numbers * middle / LISTENING_RATE)


class _Spectrum:
    """Amplitude and phase of each frequency in the middle of some samples, where neighbouring ones differ least."""

    def __init__(self, samples: Floats) -> None:
        window = np.hanning(len(samples) + 2)[1:-1]
        self.middle = (len(samples) - 1) / 2
        self._size = int(2 ** np.ceil(np.log2(FINER * len(samples))))
        self._values = np.fft.rfft(samples * window, self._size) * (2 / window.sum())

    def at(self, fundamental: float) -> Phasors:
        """Those of each harmonic."""
        numbers = np.arange(1, HARMONICS + 1)
        places = np.rint(fundamental * numbers * self._size / LISTENING_RATE).astype(int)
        return np.asarray(self._values[places] * np.exp(2j * np.pi * places * self.middle / self._size))
