"""Barge-in: whether the guide has to be silent because a person speaks, over it or just before it begins.

Pure apart from the VAD's model: no clock, time is counted in blocks.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.front_end.double_talk import DoubleTalk
from assistant.ports import BLOCK, LISTENING_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.understanding.hypothesis import Samples

HOLD = 15
"""Blocks (0.45 s) for which a person counts as speaking after the last sign of it; bridges the pauses inside a
command."""

TAIL = 10
"""Blocks (0.3 s) for which the room may still ring with what was played."""

OVER = 40
"""Blocks (1.2 s) after the guide was heard in which speech that is noticed may have begun over its voice."""

KEPT = 500
"""Blocks (15 s) for which it is remembered whether somebody spoke; longer than any utterance."""

AUDIBLE = 1e-4
"""A block whose largest sample (of full scale) is no larger than this can't be heard."""


@dataclass(frozen=True)
class Yielding:
    """Whether the guide has to be silent, and whether speech that begins now may have begun over its voice.

    `voice`: the probability of speech in the last whole chunk of the residual.
    """

    person_speaks: bool
    over_guide: bool
    voice: float = 0.0


class BargeIn:
    """Tells when a person begins to speak and when they have finished.

    While the loudspeaker can be heard, DoubleTalk decides whether anybody else speaks; once the guide is silent, the
    ear hears only the person and tells how long they go on. While the loudspeaker can't be heard, the ear alone
    decides.

    `activity` is the VAD: the probability of speech, 0 to 1, in `chunk` samples. It hears all sound, because a VAD that
    starts together with the guide's voice more often takes the residual echo for a person (see docs/tuning.md).
    """

    def __init__(self, activity: Callable[[Samples], float], chunk: int) -> None:
        self._speaking = False  # whether a person is speaking, so that the guide has to be silent
        self._activity, self._chunk = activity, chunk
        self.judge = DoubleTalk()
        """What tells whether anybody else but the guide speaks."""
        self._unjudged = np.zeros(0, np.float32)
        self._voice = 0.0
        self._quiet = TAIL
        self._since = HOLD
        self._command_heard = False
        self._blocks = 0
        self._someone: deque[bool] = deque(maxlen=KEPT)
        self._hearing = False
        self._in_the_clear = False  # whether the current utterance began while the loudspeaker could not be heard

    def feed(
        self, residual: Samples, cleaned: Samples, far: Samples, hearing: bool, *, echo_known: bool = True
    ) -> Yielding:
        """Take the next block: the residual, the strongly cancelled signal, and the far end as it is heard in them.

        All three have BLOCK samples. `hearing`: whether the ear is in the middle of an utterance; `echo_known`: whether
        the canceller knows what of the loudspeaker is heard.
        """
        self._quiet = 0 if float(np.abs(far).max()) > AUDIBLE else self._quiet + 1
        alone = self._quiet > TAIL
        self._unjudged = np.concatenate([self._unjudged, residual])
        while len(self._unjudged) >= self._chunk:
            self._voice = self._activity(self._unjudged[: self._chunk])
            self._unjudged = self._unjudged[self._chunk :]
        other = self.judge.feed(residual, cleaned, far, self._voice) and echo_known
        self._blocks += 1
        self._someone.append(other)
        if self._command_heard:
            self._command_heard, self._speaking, self._since = False, False, HOLD
        if hearing and not self._hearing:
            self._in_the_clear = alone
        self._hearing = hearing
        # An utterance of the ear that began under the loudspeaker may be nothing but residual echo.
        someone = hearing and self._in_the_clear if alone else other
        if someone:
            self._since = 0
            self._speaking = True
        else:
            self._since += 1
            self._speaking = self._since < HOLD or (self._speaking and hearing)
        return Yielding(self._speaking, self._quiet < OVER, self._voice)

    def another_voice(self, start: float, end: float) -> float:
        """The share of the time from `start` to `end`, 0 to 1, in which somebody else was heard.

        Times are in seconds of the sound fed so far. Thread-safe.
        """
        flags, count = list(self._someone), self._blocks
        seconds = BLOCK / LISTENING_RATE
        first, last = (round(t / seconds) - (count - len(flags)) for t in (start, end))
        during = flags[max(0, first) : max(0, last)]
        return sum(during) / len(during) if during else 0.0

    def command_heard(self) -> None:
        """What the person said was a command, so they now wait for its effect: stop yielding with the next block.

        Thread-safe.
        """
        self._command_heard = True
