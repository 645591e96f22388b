"""Streaming sample-rate conversion with soxr."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

QUALITY = "HQ"
"""soxr's quality. Lower ones hold back less sound, but dull what is above 5 kHz, where s, f and th are. See
docs/tuning.md."""


class Resampler:
    """Converts one channel of sound from one sample rate (Hz) to another, a piece at a time.

    All output together is the same as if everything had been converted at once. `soxr` is imported on use, and not at
    all if the two rates are equal.
    """

    def __init__(self, from_rate: float, to_rate: float) -> None:
        self.from_rate = from_rate
        self.to_rate = to_rate
        self._stream = None
        if from_rate != to_rate:
            import soxr  # here, because it takes 20 ms and `--help` does not need it

            self._stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32", quality=QUALITY)

    def feed(self, samples: Samples, last: bool = False) -> Samples:
        """Take samples of any number, and return those that are ready; with `last`, also those that were held back."""
        if self._stream is None:
            return samples
        return cast("Samples", self._stream.resample_chunk(np.ascontiguousarray(samples, np.float32), last=last))


def resample(samples: Samples, from_rate: float, to_rate: float) -> Samples:
    """Convert a whole sound from one sample rate (Hz) to another."""
    return Resampler(from_rate, to_rate).feed(samples, last=True)
