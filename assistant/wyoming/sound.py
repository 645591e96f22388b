"""Sound on the wire, PCM of any usual kind, from and to the program's samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.resample import Resampler
from assistant.ports import LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

RATES = (8_000, 96_000)
"""Samples a second that can be taken; telephones and studios lie within."""

MOST_CHANNELS = 8

FULL_SCALE = {2: ("<i2", 32_768.0), 4: ("<i4", 2_147_483_648.0)}
"""How samples are written, and their full scale, by the bytes of each."""


class BadSoundError(Exception):
    """Sound of a kind that can't be heard; the message says in a few words what it is."""


class Incoming:
    """Makes samples at LISTENING_RATE of PCM, a piece at a time. Raises BadSoundError for another kind of sound."""

    def __init__(self, rate: object, width: object, channels: object) -> None:
        self.kind = (rate, width, channels)
        if isinstance(rate, bool) or not isinstance(rate, int) or not RATES[0] <= rate <= RATES[1]:
            raise BadSoundError(f"sound of {repr(rate)[:20]} samples a second; from {RATES[0]} to {RATES[1]} will do")
        if width not in FULL_SCALE or isinstance(width, bool):
            raise BadSoundError(f"samples of {repr(width)[:20]} bytes; 2 or 4 will do")
        if isinstance(channels, bool) or not isinstance(channels, int) or not 1 <= channels <= MOST_CHANNELS:
            raise BadSoundError(f"sound of {repr(channels)[:20]} channels; 1 to {MOST_CHANNELS} will do")
        self._channels, self._written = channels, FULL_SCALE[int(str(width))]
        self._frame = int(str(width)) * channels
        self._resampler = Resampler(rate, LISTENING_RATE)

    def of(self, data: dict[str, Any]) -> None:
        """Raise BadSoundError if a piece says that it is of another kind than the sound began with."""
        kind = tuple(data.get(key, was) for key, was in zip(("rate", "width", "channels"), self.kind, strict=True))
        if kind != self.kind:
            raise BadSoundError("sound that changes its kind on the way")

    def samples(self, pcm: bytes) -> Samples:
        """The samples of the next piece."""
        if len(pcm) % self._frame:
            raise BadSoundError("half a sample")
        kind, scale = self._written
        whole = np.frombuffer(pcm, kind).reshape(-1, self._channels)
        return self._resampler.feed((whole.mean(axis=1) / scale).astype(np.float32))

    def rest(self) -> Samples:
        """The samples that were held back."""
        return self._resampler.feed(np.zeros(0, np.float32), last=True)


def pcm_of(samples: Samples) -> bytes:
    """Samples as 16 bits, one channel."""
    return (np.clip(samples, -1.0, 1.0) * 32_767).astype("<i2").tobytes()
