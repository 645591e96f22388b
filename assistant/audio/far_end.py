"""The far end: what the loudspeaker played, and when.

Microphone and loudspeaker each have their own clock, and the system reports the times of their blocks with some
milliseconds of jitter. An echo canceller copes with a delay that drifts, but not with one that jitters. So samples are
counted, and the count follows the reported times slowly, one sample at a time, unless they jump.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

KEPT = 4 * LISTENING_RATE
"""Samples (4 s) of the far end that are kept: as much as may wait in the microphone's queue, plus the echo delay."""

JUMP, JUMP_LASTS = 0.05, 0.15
"""Seconds by which reported times must differ from the count, and seconds of sound for which they must do so, to count
as a jump. Well above the jitter of the reported times (see docs/tuning.md); small jumps, such as an underrun's, the
canceller finds by itself."""

SETTLING = 1.0
"""Seconds of sound from the beginning, or from a jump, whose average difference is corrected at once: the first
reported time may be the worst of all, and drifting to the right one would take a quarter of a minute."""

AVERAGED = 6.0
"""Seconds of sound over which the difference is averaged."""

SLACK = 0.003
"""Seconds of average difference that are tolerated."""

STEP_EVERY = 0.24
"""Seconds of sound from one sample of correction to the next: faster than two clocks drift apart. In seconds, like the
others, because a loudspeaker may ask for as little as 5 ms at a time."""

LEAD = 0.06
"""Seconds by which the far end is read ahead of the microphone, so that no echo comes before its cause if the times are
wrong. A loudspeaker works at least 0.1 s ahead, so what will sound by then is known."""


class Timeline:
    """Numbers the samples of a stream by a clock in seconds: sample i sounds at i / rate."""

    def __init__(self, rate: int = LISTENING_RATE) -> None:
        self.rate = rate
        self._next: int | None = None
        self._difference = 0.0
        self._off = self._settled = self._since_step = 0  # samples

    def _begin(self, reported: int) -> None:
        """Count from here on, and settle again."""
        self._next = reported
        self._difference = 0.0
        self._off = 0
        self._settled = 0

    def place(self, count: int, at: float) -> int:
        """The number of the first of the next `count` samples, which a clock reports to sound at `at` seconds."""
        reported = round(at * self.rate)
        if self._next is None:
            self._begin(reported)
        assert self._next is not None
        off = reported - self._next
        self._off = self._off + count if abs(off) > JUMP * self.rate else 0
        if self._off >= JUMP_LASTS * self.rate:
            self._begin(reported)
        elif self._settled < SETTLING * self.rate:
            self._settle(off, count)
        else:
            self._follow(off, count)
        first, self._next = self._next, self._next + count
        return first

    def _settle(self, off: int, count: int) -> None:
        self._settled += count
        self._difference += (off - self._difference) * count / self._settled
        if self._settled >= SETTLING * self.rate and abs(self._difference) > SLACK * self.rate:
            assert self._next is not None
            self._next += round(self._difference)
            self._difference = 0.0

    def _follow(self, off: int, count: int) -> None:
        self._difference += (off - self._difference) * count / (AVERAGED * self.rate)
        self._since_step += count
        if abs(self._difference) > SLACK * self.rate and self._since_step >= STEP_EVERY * self.rate:
            assert self._next is not None
            self._next += 1 if self._difference > 0 else -1
            self._since_step = 0


class FarEnd:
    """Keeps the last KEPT samples that were played, with their times. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._timeline = Timeline()
        self._kept = np.zeros(KEPT, np.float32)
        self._end = 0  # the number of the sample after the last one

    def played(self, samples: Samples, at: float) -> None:
        """These samples (LISTENING_RATE, at most KEPT) sound from `at` on, in seconds on any steady clock."""
        with self._lock:
            first = self._timeline.place(len(samples), at)
            if first > self._end:  # a gap was silent
                gap = min(first - self._end, KEPT)
                self._kept[(first - gap + np.arange(gap)) % KEPT] = 0.0
            self._kept[(first + np.arange(len(samples))) % KEPT] = samples
            self._end = first + len(samples)

    def during(self, t0: float, n: int) -> Samples:
        """The `n` samples from the time `t0` (seconds) on; silence for what is no longer, or not yet, known."""
        with self._lock:
            wanted = round(t0 * LISTENING_RATE) + np.arange(n)
            known = (wanted < self._end) & (wanted >= self._end - KEPT)
            return np.where(known, self._kept[wanted % KEPT], 0.0).astype(np.float32)
