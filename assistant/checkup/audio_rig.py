"""The rig for measuring a person or a device: a microphone and a loudspeaker in parallel, in blocks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.audio.levels import SILENT_DB, speech_db
from assistant.audio.mixer import Player
from assistant.errors import SolemateError
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKER_BLOCK

if TYPE_CHECKING:
    from contextlib import ExitStack

    from assistant.audio.sound_files import FileMicrophone, FileSpeaker
    from assistant.understanding.hypothesis import Samples

WAIT = 0.5
"""Seconds to wait for a block; a device that gives none for longer raises an error itself."""


class AudioRig(Protocol):
    """A microphone and a loudspeaker for measuring.

    `lead`: seconds by which the far end is read ahead of the microphone.
    """

    lead: float

    def play(self, samples: Samples) -> None:
        """Start playing."""

    @property
    def playing(self) -> bool:
        """Whether it is still playing."""

    def block(self) -> tuple[Samples, Samples]:
        """The next BLOCK samples of the microphone, and what the loudspeaker played meanwhile. Raises SolemateError."""


def blocks_while_playing(rig: AudioRig, samples: Samples) -> Iterator[tuple[Samples, Samples]]:
    """Play something; yields the blocks in the meantime."""
    rig.play(samples)
    while rig.playing:
        yield rig.block()


def blocks_for(rig: AudioRig, seconds: float) -> Iterator[tuple[Samples, Samples]]:
    """The blocks of that many seconds."""
    for _ in range(round(seconds * LISTENING_RATE / BLOCK)):
        yield rig.block()


def hear_oneself(
    rig: AudioRig, sounds: Sequence[Samples], tail: float, noise: float = SILENT_DB
) -> tuple[float | None, float | None]:
    """Play sounds: the loudspeaker's level at the microphone (dB of full scale) and its echo delay (seconds).

    None if it is not heard. `tail` is how long to listen after the last sound, in seconds, `noise` the room's noise
    level, dB of full scale.
    """
    from assistant.front_end.echo_delay import CLEAR, DelayFinder

    finder, heard, delays = DelayFinder(), [], []
    played = chain.from_iterable(blocks_while_playing(rig, samples) for samples in sounds)
    for near, far in chain(played, blocks_for(rig, tail)):
        finder.feed(near, far)
        heard.append(near)
        if finder.delay is not None and finder.clearness >= CLEAR:
            delays.append(finder.delay)
    level = speech_db(np.concatenate(heard), noise) if heard else None
    if not delays or level is None:
        return None, None
    return level, max(0.0, float(np.median(delays)) / LISTENING_RATE - rig.lead)


class FileRig:
    """A sound file as microphone, and another one (or none) as loudspeaker; time is the file's own samples."""

    lead = 0.0

    def __init__(self, microphone: FileMicrophone, speaker: FileSpeaker | None) -> None:
        self.name = str(microphone.path)
        self._blocks: Iterator[Samples] = iter(microphone)
        self._speaker, self._player, self._said, self._count = speaker, Player(), 0, 0

    def play(self, samples: Samples) -> None:
        """Start playing."""
        self._said += 1
        self._player.say(self._said, samples)

    @property
    def playing(self) -> bool:
        """Whether it is still playing."""
        return self._player.busy

    def block(self) -> tuple[Samples, Samples]:
        """The next block. Raises SolemateError at the end of the file."""
        near = next(self._blocks, None)
        if near is None:
            seconds = self._count * BLOCK / LISTENING_RATE
            raise SolemateError(f"{self.name} is over after {seconds:.0f} s, in the middle of the calibration")
        self._count += 1
        far = self._player.read(SPEAKER_BLOCK)
        if self._speaker is not None:
            self._speaker.write(far)
        return near, far


class LiveRig:
    """Real devices, by (part of) their names. Raises SolemateError if one can't be opened, or is lost."""

    def __init__(self, microphone: str | None, speaker: str | None, closing: ExitStack) -> None:
        from assistant.audio.far_end import LEAD
        from assistant.audio.streams import LiveMicrophone, LiveSpeaker

        self.lead = LEAD
        self._player, self._said = Player(), 0
        self.speaker = LiveSpeaker(speaker, self._player)
        closing.callback(self.speaker.close)
        self.microphone = LiveMicrophone(microphone)
        closing.callback(self.microphone.close)
        self.name = self.microphone.name
        self._sounds_until = 0.0

    def play(self, samples: Samples) -> None:
        """Start playing; sound that was recorded before and not yet read is dropped."""
        while self.microphone.alive and self.microphone.read(0.0) is not None:
            pass
        self._said += 1
        self._player.say(self._said, samples)

    @property
    def playing(self) -> bool:
        """Whether it is still playing; what was handed to the device takes a while to be heard."""
        if self._player.busy:
            self._sounds_until = time.monotonic() + self.speaker.latency
        return self.microphone.at < self._sounds_until

    def block(self) -> tuple[Samples, Samples]:
        """The next block, as soon as it has come."""
        near = None
        while near is None:
            self.speaker.check()
            near = self.microphone.read(WAIT)
        return near, self.speaker.far_end.during(self.microphone.at + self.lead, BLOCK)
