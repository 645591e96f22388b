"""Removes a room's late reverberation from a stretch of speech: weighted prediction error (Nakatani et al., 2010).

In each frequency band, the part of a frame that earlier frames predict is the room's, and is subtracted. The immediate
past is not used, because speech itself is predictable from it. Frames in which the voice is loud are given less weight,
because there the voice is not a prediction error.
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
"""Frames (24 ms) immediately before each frame that are not used to predict it."""

TAPS = 10
"""Frames (0.16 s) before those that are used."""

ROUNDS = 2
"""How often the power of the voice is estimated anew from what is left."""

LEAST = 1e-3
"""The least power a frame counts with, as a share of the band's mean power."""


def dereverberated(samples: Samples) -> Samples:
    """The sound with less reverberation, as long as before; unchanged if it is too short to predict anything.

    Shape (samples,) at 16 kHz.
    """
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
    """Weighted prediction error over spectra of shape (bands, frames); the result has the same shape."""
    bands, count = spectra.shape
    past = np.zeros((bands, TAPS, count), np.complex128)
    for tap in range(TAPS):
        late = SPARED + tap
        past[:, tap, late:] = spectra[:, : count - late]
    dry = spectra
    for _ in range(ROUNDS):
        power = np.abs(dry) ** 2
        weighted = past / np.maximum(power, LEAST * power.mean(axis=1, keepdims=True) + 1e-12)[:, None, :]
        both = weighted @ past.conj().transpose(0, 2, 1)
        both += (1e-6 * np.trace(both, axis1=1, axis2=2).real + 1e-12)[:, None, None] / TAPS * np.eye(TAPS)
        foretold = np.linalg.solve(both, weighted @ spectra.conj()[:, :, None])
        dry = spectra - (foretold.conj().transpose(0, 2, 1) @ past)[:, 0]
    return dry
