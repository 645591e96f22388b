"""Levels of sound, in dB of full scale: pure measures for judging a microphone."""

from __future__ import annotations

import math

import numpy as np

from assistant.understanding.hypothesis import Samples

FRAME = 320
"""Samples (20 ms at 16 kHz) in one frame of the measures."""

SILENT_DB = -120.0
"""The level of digital silence, dB of full scale."""

NO_SOUND_DB = -85.0
"""dB of full scale. No room is ever this quiet: the microphone is muted, or it is not one."""

NOISE_SHARE = 75.0
"""The percentile of the frames' levels that counts as the noise level: a click or a cough is not the room."""

SPEECH_RANGE_DB = 30.0
"""Frames further below the loudest one than this are pauses, not speech."""

ABOVE_NOISE_DB = 6.0
"""dB by which a frame must exceed the noise to count as speech."""

CLIPPED = 0.985
"""Two or more samples in a row of at least this share of full scale are clipped; below 1, because resampling rounds the
edges off."""


def noise_db(samples: Samples) -> float:
    """The level of the steady noise, dB of full scale."""
    levels = _frames_db(samples)
    return float(np.percentile(levels, NOISE_SHARE)) if len(levels) else SILENT_DB


def speech_db(samples: Samples, noise: float = SILENT_DB) -> float | None:
    """The level of speech without its pauses, dB of full scale; None if nothing stands out from the noise."""
    levels = _frames_db(samples)
    if not len(levels):
        return None
    loud = levels[(levels >= levels.max() - SPEECH_RANGE_DB) & (levels >= noise + ABOVE_NOISE_DB)]
    return float(10 * np.log10(np.mean(10 ** (loud / 10)))) if len(loud) else None


def level_db(samples: Samples) -> float:
    """The overall level of these samples, dB of full scale."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return max(SILENT_DB, 10 * math.log10(power)) if power else SILENT_DB


def peak(samples: Samples) -> float:
    """The largest absolute sample, 0 to 1."""
    return float(np.abs(samples).max(initial=0.0))


def clipped(samples: Samples) -> float:
    """The share of the samples that are clipped, 0 to 1."""
    full = np.abs(samples) >= CLIPPED
    if len(full) < 2:
        return 0.0
    beside = np.zeros(len(full), dtype=bool)
    beside[1:] |= full[:-1]
    beside[:-1] |= full[1:]
    return float(np.mean(full & beside))


def _frames_db(samples: Samples) -> np.ndarray:
    frames = np.asarray(samples[: len(samples) // FRAME * FRAME], np.float64).reshape(-1, FRAME)
    return np.asarray(10 * np.log10(np.maximum((frames**2).mean(axis=1), 10 ** (SILENT_DB / 10))))
