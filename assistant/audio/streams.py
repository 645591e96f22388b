"""Live microphones and loudspeakers.

PortAudio's callbacks run on a thread that must not wait, so they only copy: the microphone's sound goes into a bounded
queue, the loudspeaker's comes out of the player, mixed within microseconds. They need Python's global lock for that, so
they are late while the program is busy. The further ahead a loudspeaker works, the later it underruns, but what is
ahead is still heard after a stop. So it starts with little and takes more when it underruns. See docs/tuning.md.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.conditioning import Conditioner
from assistant.audio.devices import find_device, lost, open_stream, start_stream
from assistant.audio.far_end import FarEnd, Timeline
from assistant.audio.portaudio import close_stream, end_stream, leave_stream, without_hanging
from assistant.audio.resample import Resampler
from assistant.errors import SolemateError
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.audio.mixer import Player
    from assistant.understanding.hypothesis import Samples

INPUT_LATENCY = "high"
"""How far a microphone may lag behind: what the device itself considers safe."""

OUTPUT_LATENCIES = (0.1, 0.15, 0.25)
"""Seconds by which a loudspeaker works ahead; each time it underruns too often, the next one is tried."""

MOST_UNDERRUNS = 3
"""Underruns after which a loudspeaker is reopened to work further ahead."""

QUEUED_BLOCKS = 100
"""Blocks of sound (3 s) that may wait to be heard; any more are dropped and counted."""

LOST_SECONDS = 1.0
"""Seconds without a sign of life after which a device is lost: one that is unplugged often just falls silent."""

FIRST_SECONDS = 5.0
"""Seconds that a device may take for its first sign of life: PulseAudio's null sinks take 2 s, Bluetooth may take
more."""

SETTLE_SECONDS = 0.1
"""Seconds that the player's last sample spends in the resampler at most; the stream's latency comes on top."""


class LiveMicrophone:
    """A microphone: blocks of BLOCK samples, one channel, at LISTENING_RATE, from opening until closing.

    It runs at the device's own sample rate and channel count. Raises NoSoundDevice or SolemateError if it can't be
    opened; reading raises DeviceLost if it falls silent. One thread may read; any thread may close it.
    """

    def __init__(self, device: str | int | None = None) -> None:
        self.device = find_device(device, "input")
        self.dropped = 0
        """Blocks dropped because nobody read them in time."""
        self.overflows = 0
        """How often the device itself dropped sound."""
        self.began: float | None = None
        """When the first sample was recorded, on the clock of time.monotonic(); None until it has come."""
        self.at = 0.0
        """When the first sample of the last block was recorded, on the clock of time.monotonic()."""
        self._queue: queue.Queue[tuple[Samples, float] | None] = queue.Queue(QUEUED_BLOCKS)
        self._closed = threading.Event()
        self._finished = threading.Event()
        # Seconds waited in vain, rather than a deadline: the program may have been suspended for hours.
        self._patience = FIRST_SECONDS
        self._pending = np.zeros(0, np.float32)
        self._stream = open_stream(self.device, "input", INPUT_LATENCY, self._on_sound, self._on_finished)
        self.rate = int(self._stream.samplerate)
        self.channels = int(self._stream.channels)
        self._conditioner = Conditioner(self.rate)
        self._timeline = Timeline()
        self._heard_until = 0.0
        start_stream(self._stream, self.device, "input")

    @property
    def name(self) -> str:
        """What the device is called."""
        return self.device.name

    @property
    def alive(self) -> bool:
        """Whether it has given any sound."""
        return self.began is not None

    @property
    def breaks(self) -> int:
        """How often its times were corrected or sound was lost, so that an echo is as late as before no longer."""
        return self._timeline.breaks + self.overflows + self.dropped

    def check(self) -> None:
        """Raise DeviceLost if the device has ended. (Silence is noticed by `read`.)"""
        if self._finished.is_set() and not self._closed.is_set():
            raise lost(self.device, "input")

    def read(self, timeout: float) -> Samples | None:
        """The next block; None if none came within `timeout` seconds, or the microphone is closed.

        Raises DeviceLost if the device has ended, or was waited for in vain for LOST_SECONDS.
        """
        until = time.monotonic() + timeout
        while len(self._pending) < BLOCK:
            following = self._next(until)
            if following is None:
                return None
            samples, self._heard_until = following
            self._pending = np.concatenate([self._pending, self._conditioner.feed(samples)])
        reported = self._heard_until - len(self._pending) / LISTENING_RATE
        self.at = self._timeline.place(BLOCK, reported) / LISTENING_RATE
        block, self._pending = self._pending[:BLOCK], self._pending[BLOCK:]
        return block

    def __iter__(self) -> Iterator[Samples]:
        while not self._closed.is_set():
            block = self.read(LOST_SECONDS)
            if block is not None:
                yield block

    def close(self) -> None:
        """Stop listening; a waiting `read` returns None. A second call does nothing."""
        if not self._closed.is_set():
            self._closed.set()
            if self._patience <= 0:
                leave_stream(self._stream, self._finished)
            else:
                close_stream(self._stream)
            self._wake()

    def _next(self, until: float) -> tuple[Samples, float] | None:
        """What the device gave next, shape (frames, channels), and when it ended (time.monotonic())."""
        while not self._closed.is_set():
            wait = max(0.0, min(until - time.monotonic(), self._patience))
            try:
                following = self._queue.get(timeout=wait)
            except queue.Empty:
                following = None
                self._patience -= wait
            if following is not None:
                self._patience = LOST_SECONDS
                return following
            if (self._finished.is_set() or self._patience <= 0) and not self._closed.is_set():
                raise lost(self.device, "input")
            if time.monotonic() >= until:
                return None
        return None

    def _on_sound(self, samples: Samples, frames: int, _time: Any, status: Any) -> None:
        if self._closed.is_set():
            end_stream()
        now = time.monotonic()
        if self.began is None:
            self.began = now - frames / self.rate
        if status.input_overflow:
            self.overflows += 1
        try:
            self._queue.put_nowait((samples.copy(), now))
        except queue.Full:
            self.dropped += 1

    def _on_finished(self) -> None:
        self._finished.set()
        self._wake()

    def _wake(self) -> None:
        """Make a waiting reader look at what happened."""
        with suppress(queue.Full):  # then nobody waits
            self._queue.put_nowait(None)


class LiveSpeaker:
    """A loudspeaker that plays what a player mixes; kept open and running, so that no first syllable is swallowed.

    Raises NoSoundDevice or SolemateError if it can't be opened.
    """

    def __init__(self, device: str | int | None, player: Player) -> None:
        self.device = find_device(device, "output")
        self.underruns = 0
        """How often the device ran out of sound."""
        self.far_end = FarEnd()
        """What was played when, on the clock of time.monotonic()."""
        self._player = player
        self._closed = False
        self._opened = 0
        self._left = True  # no stream is open that would have to be closed
        self._silent_frames = 0
        self._silent = threading.Event()
        self._ready = np.zeros(0, np.float32)
        self._latencies = iter(OUTPUT_LATENCIES)
        self._open(next(self._latencies))

    def _open(self, latency: float) -> None:
        self._underruns_before = self.underruns
        self.alive = False
        """Whether it has asked for any sound."""
        self._lost_at = time.monotonic() + FIRST_SECONDS
        self._finished = threading.Event()
        self._opened += 1
        wanted = partial(self._on_wanted, self._opened)
        self._stream = open_stream(self.device, "output", latency, wanted, self._finished.set)
        self._left = False
        self.rate = int(self._stream.samplerate)
        self.channels = int(self._stream.channels)
        self._resampler = Resampler(SPEAKING_RATE, self.rate)
        self._settle_frames = round(self.rate * (SETTLE_SECONDS + self._stream.latency))
        start_stream(self._stream, self.device, "output")
        if self._closed:  # opening hung, and was given up in the meantime
            close_stream(self._stream)

    @property
    def name(self) -> str:
        """What the device is called."""
        return self.device.name

    @property
    def latency(self) -> float:
        """Seconds from the player to the ear, as far as PortAudio knows."""
        return float(self._stream.latency)

    def wait_until_silent(self, timeout: float) -> bool:
        """Wait until everything the player had was heard; False if that took more than `timeout` seconds.

        What the player is given in the meantime counts too; speech held by `pause` does not.
        """
        until = time.monotonic() + timeout
        while True:
            self._silent.clear()
            if not self._silent.wait(max(0.0, until - time.monotonic())):
                return False
            if not self._player.busy:
                return True

    def check(self) -> None:
        """Reopen the device if it underran too often or hangs; raise DeviceLost if that does not help.

        To be called regularly, by one thread.
        """
        if self._closed:
            return
        hangs = self._finished.is_set() or time.monotonic() >= self._lost_at
        breaks_off = self.underruns - self._underruns_before >= MOST_UNDERRUNS
        if not hangs and not breaks_off:
            return
        latency = next(self._latencies, None)
        if hangs and not self.alive:
            raise lost(self.device, "output")
        if hangs or latency is not None:
            self._reopen(latency or OUTPUT_LATENCIES[-1])

    def _reopen(self, latency: float) -> None:
        self._let_go()
        try:
            without_hanging(lambda: self._open(latency))
        except (SolemateError, TimeoutError) as error:
            raise lost(self.device, "output") from error
        self.far_end.broke()

    def close(self) -> None:
        """Fall silent at once. A second call does nothing."""
        if not self._closed:
            self._closed = True
            self._let_go()

    def _let_go(self) -> None:
        if self._left:
            return
        self._left = True
        if time.monotonic() >= self._lost_at:
            leave_stream(self._stream, self._finished)
        else:
            close_stream(self._stream)

    def _on_wanted(self, opened: int, out: Samples, frames: int, when: Any, status: Any) -> None:
        if self._closed or opened != self._opened:
            end_stream()  # a stream that hung while it was being closed
        now = time.monotonic()
        self.alive = True
        self._lost_at = now + LOST_SECONDS
        if status.output_underflow:
            self.underruns += 1
            self.far_end.broke()
        while len(self._ready) < frames:
            wanted = math.ceil((frames - len(self._ready)) * SPEAKING_RATE / self.rate)
            mixed = self._player.read(wanted)
            ahead = when.outputBufferDacTime - when.currentTime
            self.far_end.played(mixed, now + ahead + len(self._ready) / self.rate)
            self._ready = np.concatenate([self._ready, self._resampler.feed(mixed)])
        out[:] = np.clip(self._ready[:frames, np.newaxis], -1.0, 1.0)  # resampling may overshoot
        self._ready = self._ready[frames:]
        self._silent_frames = 0 if self._player.busy else self._silent_frames + frames
        if self._silent_frames >= self._settle_frames:
            self._silent.set()
