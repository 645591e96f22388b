"""The front end: a block from the microphone and what the loudspeaker played meanwhile in, a frame for the ear out.

It has no thread and no clock, so the program, the bench and the tests drive the very same chain, block by block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.front_end.barge_in import BargeIn
from assistant.front_end.echo_canceller import LATENESS, EchoCanceller
from assistant.front_end.vad import CHUNK, SileroActivity
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples


@dataclass(frozen=True)
class Frame:
    """One block of sound, ready to be heard, and what is known about it.

    samples: the sound to recognise, shape (BLOCK,): the residual, in which a person is whole.
    vad_samples: the same moment as voice activity should judge it, shape (BLOCK,).
    at: when it was recorded, in seconds on the clock of whoever feeds the chain.
    over_guide: whether the guide is heard in it, or just was. person_speaks: whether somebody speaks over the guide.
    """

    samples: Samples
    vad_samples: Samples
    at: float
    over_guide: bool = False
    person_speaks: bool = False


class Chain:
    """Takes the guide's own voice out of the sound and notices who speaks over it.

    `cancels` False leaves the sound as it is: then the guide can't tell itself from a person. `gain` is the factor on
    what is heard, applied after the canceller, which must not be given clipped sound. Raises SolemateError where there
    is no echo canceller for this machine, or no voice activity.
    """

    def __init__(self, *, cancels: bool = True, gain: float = 1.0) -> None:
        self._canceller = EchoCanceller() if cancels else None
        self._barge_in = BargeIn(SileroActivity(), CHUNK)
        self._gain = np.float32(gain)

    def feed(self, near: Samples, far: Samples, at: float, *, hearing: bool = False) -> Frame:
        """The frame for the microphone's block `near`, recorded at `at` while the loudspeaker played `far`.

        Both have BLOCK samples at LISTENING_RATE. `hearing`: whether the ear is in the middle of an utterance.
        """
        if self._canceller is None:
            louder = near * self._gain
            return Frame(louder, louder, at)
        echo = self._canceller.process(near, far)
        residual, cleaned = echo.residual * self._gain, echo.cleaned * self._gain
        now = self._barge_in.feed(residual, cleaned, echo.far, hearing, echo_known=echo.known)
        # No echo in the cleaned sound is taken for a person, but parts of a person's speech are missing there: once it
        # is known that somebody speaks, the residual tells how long they go on.
        vad_samples = residual if now.person_speaks else cleaned
        return Frame(residual, vad_samples, at - LATENESS / LISTENING_RATE, now.over_guide, now.person_speaks)

    def another_voice(self, start: float, end: float) -> float:
        """The share of the time from `start` to `end` in which somebody other than the guide was heard.

        Times are seconds of the sound fed so far. Any thread may ask.
        """
        return self._barge_in.another_voice(start, end)

    def command_heard(self) -> None:
        """Stop yielding: what the person said was a command, and they wait for its effect. Any thread may call this."""
        self._barge_in.command_heard()
