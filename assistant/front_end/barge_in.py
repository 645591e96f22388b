"""Whether the guide has to hold its tongue because a person speaks: over it, or as it is about to begin.

Pure but for the model of voice activity: no clock, time is counted in blocks.
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
"""Blocks (0.45 s) for which someone counts as speaking after the last sign of it: the pauses inside a command."""

TAIL = 10
"""Blocks (0.3 s) for which what was played may still ring in the room."""

OVER = 40
"""Blocks (1.2 s) after the guide was heard in which what is noticed may have begun over its voice."""

KEPT = 500
"""Blocks (15 s) of which is kept whether somebody spoke: longer than any utterance."""

AUDIBLE = 1e-4
"""The largest sample (of full scale) of a block that nobody can hear."""


@dataclass(frozen=True)
class Yielding:
    """Whether the guide has to be silent, and whether what is said now may have begun over its voice."""

    person_speaks: bool
    over_guide: bool


class BargeIn:
    """Tells when a person speaks and when they have finished.

    While the loudspeaker is heard, DoubleTalk says whether it is somebody else; then the ear, which listens in the
    clear once the guide is silent, says how long it goes on. While it is not heard, the ear's word is enough.

    `activity` gives the probability of voice, 0 to 1, in `chunk` samples. It is asked about all sound: a model that
    begins only with the guide's voice takes the rest of the echo for a person twice as often.
    """

    def __init__(self, activity: Callable[[Samples], float], chunk: int) -> None:
        self._speaking = False  # whether the guide is to be silent
        self._activity, self._chunk = activity, chunk
        self._judge = DoubleTalk()
        self._unjudged = np.zeros(0, np.float32)
        self._voice = 0.0
        self._quiet = TAIL
        self._since = HOLD
        self._command_heard = False
        self._blocks = 0
        self._someone: deque[bool] = deque(maxlen=KEPT)
        self._hearing = False
        self._in_the_clear = False  # whether what the ear is hearing began while the loudspeaker was not heard

    def feed(
        self, residual: Samples, cleaned: Samples, far: Samples, hearing: bool, *, echo_known: bool = True
    ) -> Yielding:
        """Take the next block: the residual, the cleaned sound, and what of the loudspeaker is heard in it.

        All three have BLOCK samples. `hearing`: whether the ear is in the middle of an utterance; `echo_known`: whether
        the canceller knows what of the loudspeaker is heard.
        """
        self._quiet = 0 if float(np.abs(far).max()) > AUDIBLE else self._quiet + 1
        alone = self._quiet > TAIL
        self._unjudged = np.concatenate([self._unjudged, residual])
        while len(self._unjudged) >= self._chunk:
            self._voice = self._activity(self._unjudged[: self._chunk])
            self._unjudged = self._unjudged[self._chunk :]
        other = self._judge.feed(residual, cleaned, far, self._voice)
        self._blocks += 1
        self._someone.append(echo_known and other)
        if self._command_heard:
            self._command_heard, self._speaking, self._since = False, False, HOLD
        if hearing and not self._hearing:
            self._in_the_clear = alone
        self._hearing = hearing
        # The ear may still be busy with the rest of an echo.
        someone = hearing and self._in_the_clear if alone else other
        if someone:
            self._since = 0
            self._speaking = True
        else:
            self._since += 1
            self._speaking = self._since < HOLD or (self._speaking and hearing)
        return Yielding(self._speaking, self._quiet < OVER)

    def another_voice(self, start: float, end: float) -> float:
        """The share of the time between two times in which somebody else was heard.

        Times are in seconds of the sound fed so far. Any thread may ask.
        """
        flags, count = list(self._someone), self._blocks
        seconds = BLOCK / LISTENING_RATE
        first, last = (round(t / seconds) - (count - len(flags)) for t in (start, end))
        during = flags[max(0, first) : max(0, last)]
        return sum(during) / len(during) if during else 0.0

    def command_heard(self) -> None:
        """What the person said was a command: they wait for what it does. Any thread may call this."""
        self._command_heard = True
