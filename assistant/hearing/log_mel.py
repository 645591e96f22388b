"""Log-mel spectra: the sound as the built-in ear's network takes it, 80 numbers every 10 ms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples

Table = npt.NDArray[np.float32]

WINDOW, HOP = 400, 160
"""Samples in a frame (25 ms) and from one to the next."""

MELS = 80

LOWEST, HIGHEST = 40.0, 7600.0
"""What the mel bands cover, Hz. These, the window and FAINTEST are those of the network that ours began from."""

FAINTEST = 1e-10
"""The least power of a band, so that its logarithm stays finite."""

LINEAR_UP_TO, LINEAR_STEP, LOG_STEP = 1000.0, 200 / 3, float(np.log(6.4)) / 27
"""Slaney's mel scale ("Auditory Toolbox", 1998): linear up to 1 kHz, 200/3 Hz a mel, from there on logarithmic."""


def log_mel(samples: Samples) -> Table:
    """Natural logarithms of the power in MELS bands, shape (1 + samples // HOP, MELS); no row for less than WINDOW."""
    if samples.size < WINDOW:
        return np.zeros((0, MELS), np.float32)
    padded = np.pad(samples.astype(np.float32, copy=False), WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectra = np.fft.rfft(frames * _window(), axis=1).astype(np.complex64, copy=False)  # numpy 1 gives complex128
    power = spectra.real**2 + spectra.imag**2
    bands = power @ _bands()
    return np.asarray(np.log(np.maximum(bands, FAINTEST, out=bands), out=bands))


@lru_cache(maxsize=1)
def _window() -> Table:
    return np.asarray(np.hanning(WINDOW + 1)[:-1], np.float32)


@lru_cache(maxsize=1)
def _bands() -> Table:
    """What each frequency adds to each band, shape (WINDOW // 2 + 1, MELS).

    Triangles with whole frequencies as corners, at least one apart, of equal area.
    """
    corners = _hertz(np.linspace(_mel(LOWEST), _mel(HIGHEST), MELS + 2))
    places = np.floor((WINDOW + 1) * corners / LISTENING_RATE)
    left = places[:-2]
    peak = np.maximum(places[1:-1], left + 1)
    right = np.maximum(places[2:], peak + 1)
    frequencies = np.arange(WINDOW // 2 + 1)[:, None]
    triangles = np.minimum((frequencies - left) / (peak - left), (right - frequencies) / (right - peak))
    return np.asarray(np.maximum(triangles, 0.0) * 2 / (corners[2:] - corners[:-2]), np.float32)


def _mel(hertz: float) -> float:
    if hertz < LINEAR_UP_TO:
        return hertz / LINEAR_STEP
    return LINEAR_UP_TO / LINEAR_STEP + float(np.log(hertz / LINEAR_UP_TO)) / LOG_STEP


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = np.maximum(mels - LINEAR_UP_TO / LINEAR_STEP, 0.0)
    return np.where(above > 0, LINEAR_UP_TO * np.exp(above * LOG_STEP), mels * LINEAR_STEP)
