"""The front end: a block from the microphone and what the loudspeaker played meanwhile in, a frame for the ear out.

It has no thread and no clock, so the program, the bench and the tests use the very same chain, block by block.
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

    samples: the sound to recognise, shape (BLOCK,): the residual, which has all of the person in it.
    vad_samples: the same moment for the VAD, shape (BLOCK,).
    at: when it was recorded, in seconds on the clock of the chain's driver.
    over_guide: whether the guide is, or just was, audible in it. person_speaks: whether a person speaks over it.
    voice: the probability of speech in the last whole chunk of `samples`; None if nothing was taken off them.
    """

    samples: Samples
    vad_samples: Samples
    at: float
    over_guide: bool = False
    person_speaks: bool = False
    voice: float | None = None


class Chain:
    """Removes the guide's own voice from the sound and notices barge-in.

    With `cancels` False it leaves the sound as it is; the guide then can't tell itself from a person. `gain` is the
    factor on what is heard, applied after the canceller, which must not get clipped sound. Raises SolemateError if
    there is no echo canceller for this machine, or no VAD.
    """

    def __init__(self, *, cancels: bool = True, gain: float = 1.0) -> None:
        self._canceller = EchoCanceller() if cancels else None
        self.barge_in = BargeIn(SileroActivity(), CHUNK)
        """What notices barge-in."""
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
        now = self.barge_in.feed(residual, cleaned, echo.far, hearing, echo_known=echo.known)
        # The strongly cancelled signal never mistakes echo for speech but drops parts of speech, so the VAD switches to
        # the residual once someone speaks (see docs/tuning.md).
        vad_samples = residual if now.person_speaks else cleaned
        at -= LATENESS / LISTENING_RATE
        return Frame(residual, vad_samples, at, now.over_guide, now.person_speaks, now.voice)

    def lost_track(self) -> None:
        """From now on the echo may be earlier or later: a device lost sound, or its times were corrected.

        Until it is found again nobody counts as speaking over the guide, because nobody can tell.
        """
        if self._canceller is not None:
            self._canceller.lost_track()

    def another_voice(self, start: float, end: float) -> float:
        """The share of the time from `start` to `end`, 0 to 1, in which somebody other than the guide was heard.

        Times are in seconds of the sound fed so far. Thread-safe.
        """
        return self.barge_in.another_voice(start, end)

    def command_heard(self) -> None:
        """Stop yielding: what the person said was a command, so they now wait for its effect. Thread-safe."""
        self.barge_in.command_heard()
