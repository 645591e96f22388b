"""The far end: what the loudspeaker played, and when.

Microphone and loudspeaker each have their own clock, and the system reports the times of their blocks with some
milliseconds of jitter. An echo canceller finds a delay by itself, but needs one that stays as it is: what is taken off
the echo by a filter learned from the last seconds is little while the delay slides. So samples are counted, and the
count is only corrected, all at once, where it has gone far from the reported times.
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

SETTLING = 0.4
"""Seconds of sound from the beginning, or from a jump, whose average difference is corrected: the first reported time
may be the worst of all."""

AVERAGED = 6.0
"""Seconds of sound over which the difference is averaged."""

SLACK = 0.03
"""Seconds of average difference that are tolerated from then on: a constant one is part of the delay, and two clocks
take minutes to drift so far apart. See docs/tuning.md."""

LEAD = 0.06
"""Seconds by which the far end is read ahead of the microphone, so that no echo comes before its cause if the times are
wrong. A loudspeaker works at least 0.1 s ahead, so what will sound by then is known."""


class Timeline:
    """Numbers the samples of a stream by a clock in seconds: sample i sounds at i / rate."""

    def __init__(self, rate: int = LISTENING_RATE) -> None:
        self.rate = rate
        self._next: int | None = None
        self._difference = 0.0
        self._off = self._settled = 0  # samples
        self.breaks = 0
        """How often the count was corrected, but for settling."""

    def _begin(self, reported: int) -> None:
        """Count from here on, and settle again."""
        self.breaks += self._next is not None
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
        if self._settled >= SETTLING * self.rate:
            self._correct()

    def _follow(self, off: int, count: int) -> None:
        self._difference += (off - self._difference) * count / (AVERAGED * self.rate)
        if abs(self._difference) > SLACK * self.rate:
            self._correct()
            self.breaks += 1

    def _correct(self) -> None:
        assert self._next is not None
        self._next += round(self._difference)
        self._difference = 0.0


class FarEnd:
    """Keeps the last KEPT samples that were played, with their times. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._timeline = Timeline()
        self._kept = np.zeros(KEPT, np.float32)
        self._end = 0  # the number of the sample after the last one
        self._broken = 0

    @property
    def breaks(self) -> int:
        """How often the echo has come later or earlier from then on: the times were corrected, or sound was lost."""
        return self._timeline.breaks + self._broken

    def broke(self) -> None:
        """The loudspeaker ran out of sound or was opened anew, so the echo comes later or earlier than before."""
        self._broken += 1

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
