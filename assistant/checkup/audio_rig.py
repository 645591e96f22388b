"""Where a person, or a device, is measured: a microphone and a loudspeaker side by side, in blocks."""

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
"""Seconds to wait for a block; a device that gives none for longer says so by itself."""

CLEAR = 12.0
"""How far the loudspeaker must stand out at the microphone (see `assistant.front_end.echo_delay`) to count as heard."""


class AudioRig(Protocol):
    """Where a person is measured. `lead` is by how many seconds what was played is told ahead of what is heard."""

    lead: float

    def play(self, samples: Samples) -> None:
        """Begin to play."""

    @property
    def playing(self) -> bool:
        """Whether that goes on."""

    def block(self) -> tuple[Samples, Samples]:
        """The next BLOCK samples of the microphone, and what the loudspeaker played then. Raises SolemateError."""


def blocks_while_playing(rig: AudioRig, samples: Samples) -> Iterator[tuple[Samples, Samples]]:
    """Play something, and give the blocks meanwhile."""
    rig.play(samples)
    while rig.playing:
        yield rig.block()


def blocks_for(rig: AudioRig, seconds: float) -> Iterator[tuple[Samples, Samples]]:
    """The blocks of a time."""
    for _ in range(round(seconds * LISTENING_RATE / BLOCK)):
        yield rig.block()


def hear_oneself(
    rig: AudioRig, sounds: Sequence[Samples], tail: float, noise: float = SILENT_DB
) -> tuple[float | None, float | None]:
    """Play sounds: the loudspeaker's level at the microphone (dB of full scale) and its delay (seconds).

    None where it is not heard. `tail` is how long to listen after the last one, in seconds, `noise` the room's level.
    """
    from assistant.front_end.echo_delay import DelayFinder

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
    """A sound file as microphone, and another (or none) as loudspeaker; time is the file's own samples."""

    lead = 0.0

    def __init__(self, microphone: FileMicrophone, speaker: FileSpeaker | None) -> None:
        self.name = str(microphone.path)
        self._blocks: Iterator[Samples] = iter(microphone)
        self._speaker, self._player, self._said, self._count = speaker, Player(), 0, 0

    def play(self, samples: Samples) -> None:
        """Begin to play."""
        self._said += 1
        self._player.say(self._said, samples)

    @property
    def playing(self) -> bool:
        """Whether that goes on."""
        return self._player.busy

    def block(self) -> tuple[Samples, Samples]:
        """The next block; raises SolemateError when the file is over."""
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
    """Real devices, by (part of) their names. Raises SolemateError if one can't be opened, or is lost meanwhile."""

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
        """Begin to play; what was recorded before and not yet asked for is forgotten."""
        while self.microphone.alive and self.microphone.read(0.0) is not None:
            pass
        self._said += 1
        self._player.say(self._said, samples)

    @property
    def playing(self) -> bool:
        """Whether that goes on; what was handed to the device takes a while to sound."""
        if self._player.busy:
            self._sounds_until = time.monotonic() + self.speaker.latency
        return self.microphone.at < self._sounds_until

    def block(self) -> tuple[Samples, Samples]:
        """The next block, as soon as it is there."""
        near = None
        while near is None:
            self.speaker.check()
            near = self.microphone.read(WAIT)
        return near, self.speaker.far_end.during(self.microphone.at + self.lead, BLOCK)
