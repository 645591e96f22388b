"""Sessions on the virtual clock: time is counted in blocks of sound, and passes as fast as the machine allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from assistant.ports import BLOCK, LISTENING_RATE, SPEAKER_BLOCK
from assistant.runtime.session import Session
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.moment import Moment

SILENT_BLOCK = np.zeros(BLOCK, np.float32)

LONGEST = 4 * 3600.0
"""Seconds of virtual time after which a session ends in any case; a routine takes less than an hour."""


class Hearing(Protocol):
    """The ear, as far as a session needs it."""

    @property
    def speaking(self) -> bool:
        """Whether someone is speaking."""

    def feed(self, block: Samples, moment: Moment) -> list[Utterance]:
        """Take the next samples, at a moment when certain commands fit; return the utterances heard with them."""

    def flush(self) -> list[Utterance]:
        """The sound is over; return the current utterance, if any."""


class Speaker(Protocol):
    """Takes the sound to be played."""

    def write(self, samples: Samples) -> None:
        """Take the next samples at SPEAKING_RATE."""


class VirtualClock:
    """Drives a session block by block; `t` is the end of the last block, in seconds.

    `pace` is called before each block, with the time at which it begins; it may wait, so that time passes as on the
    wall, and returns what was pressed meanwhile.
    """

    def __init__(
        self,
        session: Session,
        hearing: Hearing | None,
        speaker: Speaker | None,
        pace: Callable[[float], Iterable[Utterance]] | None = None,
    ) -> None:
        self.session = session
        self._pace = pace
        self.blocks = 0
        self._hearing = hearing
        self._speaker = speaker

    @property
    def t(self) -> float:
        """Seconds from the start."""
        return self.blocks * BLOCK / LISTENING_RATE

    def block(self, samples: Samples = SILENT_BLOCK) -> Samples:
        """One block of sound in, one out."""
        if self._pace is not None:
            self._take(replace(each, start=self.t, end=self.t) for each in self._pace(self.t))
        sounding = self.session.player.read(SPEAKER_BLOCK)
        if self._speaker is not None:
            self._speaker.write(sounding)
        self.blocks += 1
        if self._hearing is not None:
            self._take(self._hearing.feed(samples, self.session.moment))
            self.session.person_speaks(self.t, self._hearing.speaking)
        self.session.advance(self.t)
        return sounding

    def flush(self) -> None:
        """The sound is over: handle the current utterance."""
        if self._hearing is not None:
            self._take(self._hearing.flush())
            self.session.person_speaks(self.t, False)
            self.session.advance(self.t)

    def finish_speaking(self) -> None:
        """Continue in silence until the guide has finished speaking."""
        while not (self.session.silent or self.session.quit) and self.t < LONGEST:
            self.block()

    def until_finished(self) -> None:
        """Continue in silence until the run is over and its last word has been said."""
        while not (self.session.finished or self.session.quit) and self.t < LONGEST:
            self.block()
        self.finish_speaking()

    def until_ended(self) -> None:
        """Continue in silence until somebody ends it, from a page."""
        while not self.session.quit:
            self.block()
        self.finish_speaking()

    def _take(self, utterances: Iterable[Utterance]) -> None:
        for utterance in utterances:
            self.session.hear(self.t, utterance)


def run_file(clock: VirtualClock, microphone: Iterable[Samples], *, until_finished: bool) -> None:
    """Run a session on the sound of a file, or of any other microphone that comes to an end."""
    for samples in microphone:
        clock.block(samples)
        if clock.session.quit:
            return
    clock.flush()
    if until_finished:
        clock.until_finished()


def blocks_of(samples: Samples) -> Iterator[Samples]:
    """Sound in blocks of BLOCK samples, the last one padded with silence."""
    for start in range(0, len(samples), BLOCK):
        piece = samples[start : start + BLOCK]
        yield piece if len(piece) == BLOCK else np.pad(piece, (0, BLOCK - len(piece)))
