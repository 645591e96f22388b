"""Takes the late ring of a room off a stretch of speech: weighted prediction error (Nakatani et al., 2010).

In each band, what can be foretold from some time before is the room's and is subtracted; the nearest past is spared,
for there the voice itself can be foretold. Frames in which the voice is loud count less, for there it is no error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

Spectra = npt.NDArray[np.complex128]

FRAME, HOP = 512, 256
"""Samples in a frame (32 ms) and from one to the next."""

SPARED = 2
"""Frames (24 ms) before each that are not used to foretell it."""

TAPS = 10
"""Frames (0.16 s) before those that are used."""

ROUNDS = 2
"""How often the loudness of the voice is estimated anew from what is left."""

LEAST = 1e-3
"""Share of the mean power of a band that a frame is taken to have at least."""


def dereverberated(samples: Samples) -> Samples:
    """The sound with less of the room's ring, as long as before; as it was if it is too short to tell."""
    window = np.sqrt(np.hanning(FRAME + 1)[:-1])
    padded = np.pad(samples.astype(np.float64), (FRAME, FRAME + -len(samples) % HOP))
    starts = np.arange(0, len(padded) - FRAME + 1, HOP)
    if len(starts) < 2 * (TAPS + SPARED):
        return samples
    frames = padded[starts[:, None] + np.arange(FRAME)] * window
    spectra = _without_ring(np.fft.rfft(frames, axis=1).T)
    frames = np.fft.irfft(spectra.T, FRAME, axis=1) * window
    whole = np.zeros(len(padded))
    for start, frame in zip(starts, frames, strict=True):
        whole[start : start + FRAME] += frame
    whole *= 2 * HOP / FRAME
    return whole[FRAME : FRAME + len(samples)].astype(np.float32)


def _without_ring(spectra: Spectra) -> Spectra:
    """Shape (bands, frames) in and out."""
    bands, count = spectra.shape
    past = np.zeros((bands, TAPS, count), np.complex128)
    for tap in range(TAPS):
        late = SPARED + tap
        past[:, tap, late:] = spectra[:, : count - late]
    rest = spectra
    for _ in range(ROUNDS):
        power = np.abs(rest) ** 2
        weighted = past / np.maximum(power, LEAST * power.mean(axis=1, keepdims=True) + 1e-12)[:, None, :]
        both = weighted @ past.conj().transpose(0, 2, 1)
        both += (1e-6 * np.trace(both, axis1=1, axis2=2).real + 1e-12)[:, None, None] / TAPS * np.eye(TAPS)
        foretold = np.linalg.solve(both, weighted @ spectra.conj()[:, :, None])
        rest = spectra - (foretold.conj().transpose(0, 2, 1) @ past)[:, 0]
    return rest
