"""Live microphones and loudspeakers through PortAudio. The only module that imports sounddevice.

PortAudio's callbacks run on a thread that must not wait, so they only copy: what the microphone hears goes into a
bounded queue, and what the loudspeaker wants comes out of the player, mixed in some microseconds. Blocks are 30 ms and
the latency is 'high': with blocks of 10 ms and 'low', sound through PulseAudio broke off again and again.
"""

from __future__ import annotations

import math
import os
import queue
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assistant.audio.resample import Resampler
from assistant.errors import SolemateError
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.audio.player import Player
    from assistant.core.hypothesis import Samples

BLOCK_SECONDS = 0.03
"""How much sound a device gives or takes at a time, seconds."""

LATENCY = "high"
"""How far ahead PortAudio works: what the device itself holds to be safe (often 35 to 100 ms)."""

QUEUED_BLOCKS = 100
"""Blocks of sound (3 s) that may wait to be heard; what comes on top is dropped and counted."""

LOST_SECONDS = 1.0
"""A device that gave no sign of life for so long is lost: an unplugged one often just falls silent."""

FIRST_SECONDS = 5.0
"""How long a device may take for its first sign of life: PulseAudio's null sinks take 2 s, Bluetooth may take more."""

MOST_CHANNELS = 8
"""A device with more is a sound server that takes any number; it is asked for the usual ones first."""

OTHER_RATES = (48_000, 44_100, 16_000)
"""Rates tried in this order where a device refuses its own default, Hz."""

SETTLE_SECONDS = 0.1
"""How long the player's last sample takes through the resampler at most, seconds; the stream's latency is added."""

Kind = Literal["input", "output"]

_NAMES: dict[Kind, str] = {"input": "microphone", "output": "loudspeaker"}

_INVALID_CHANNELS, _INVALID_RATE, _INVALID_DEVICE, _UNAVAILABLE, _HOST = -9998, -9997, -9996, -9985, -9999
"""PortAudio's error codes (paInvalidChannelCount and so on, portaudio.h)."""


class NoSoundDevice(SolemateError):  # noqa: N818 - it says what is the matter
    """There is no microphone or no loudspeaker."""


class DeviceLost(SolemateError):  # noqa: N818
    """A device that worked gave no sign of life any more; it was unplugged, or its driver or server died."""


@dataclass(frozen=True)
class Device:
    """A sound device as PortAudio lists it: channels in and out (0: none), and its default rate in Hz."""

    name: str
    index: int
    inputs: int
    outputs: int
    rate: int

    def channels(self, kind: Kind) -> int:
        """How many channels it has in a direction."""
        return self.inputs if kind == "input" else self.outputs


def list_devices() -> list[Device]:
    """All sound devices there were when the program started. Raises SolemateError where PortAudio is missing."""
    return [
        Device(
            name=str(found["name"]),
            index=int(found["index"]),
            inputs=int(found["max_input_channels"]),
            outputs=int(found["max_output_channels"]),
            rate=int(found["default_samplerate"]),
        )
        for found in _portaudio().query_devices()
    ]


def find_device(wanted: str | int | None, kind: Kind) -> Device:
    """The device of a number, of a name or a part of it (upper or lower case), or the default one for None.

    Raises NoSoundDevice where there is none at all, SolemateError where none or more than one has that name.
    """
    devices = [device for device in list_devices() if device.channels(kind)]
    if not devices:
        raise NoSoundDevice(_no_device(kind))
    if wanted is None:
        index = _portaudio().default.device[0 if kind == "input" else 1]
        return next((device for device in devices if device.index == index), devices[0])
    found = _matching(str(wanted).strip().casefold(), devices)
    if len(found) == 1:
        return found[0]
    listing = ", ".join(f"{device.index}: {device.name}" for device in found or devices)
    if found:
        raise SolemateError(
            f"more than one {_NAMES[kind]} is called {wanted!r}: say more, or give a number ({listing})"
        )
    raise SolemateError(f"there is no {_NAMES[kind]} {wanted!r}: there are {listing}")


def sound_problem() -> str | None:
    """Why live sound cannot work here, in one line with the way out; None if there are devices for it."""
    try:
        find_device(None, "input")
        find_device(None, "output")
    except SolemateError as error:
        return str(error)
    return None


class LiveMicrophone:
    """A microphone: blocks of BLOCK samples, one channel, at LISTENING_RATE, from when it is opened until it is closed.

    It runs at the device's own rate and channels. Raises NoSoundDevice or SolemateError if it cannot be opened, and
    DeviceLost while it is read if it falls silent. One thread may read; any may close it.
    """

    def __init__(self, device: str | int | None = None) -> None:
        self.device = find_device(device, "input")
        self.dropped = 0
        """Blocks thrown away because nobody read them in time."""
        self.overflows = 0
        """How often the device threw sound away by itself."""
        self._queue: queue.Queue[Samples | None] = queue.Queue(QUEUED_BLOCKS)
        self._closed = threading.Event()
        self._finished = threading.Event()
        self._lost_at = time.monotonic() + FIRST_SECONDS
        self._rest = np.zeros(0, np.float32)
        self._stream = _open(self.device, "input", self._on_sound, self._on_finished)
        self.rate = int(self._stream.samplerate)
        self.channels = int(self._stream.channels)
        self._resampler = Resampler(self.rate, LISTENING_RATE)
        _start(self._stream, self.device, "input")

    def read(self, timeout: float) -> Samples | None:
        """The next block; None if none came within `timeout` seconds, or it is closed. Raises DeviceLost."""
        until = time.monotonic() + timeout
        while len(self._rest) < BLOCK:
            samples = self._next(until)
            if samples is None:
                return None
            mono = samples.mean(axis=1, dtype=np.float32)
            self._rest = np.concatenate([self._rest, self._resampler.feed(mono)])
        block, self._rest = self._rest[:BLOCK], self._rest[BLOCK:]
        return block

    def __iter__(self) -> Iterator[Samples]:
        while not self._closed.is_set():
            block = self.read(LOST_SECONDS)
            if block is not None:
                yield block

    def close(self) -> None:
        """Stop listening; whoever waits in `read` gets None. A second call does nothing."""
        if not self._closed.is_set():
            self._closed.set()
            _close(self._stream)
            self._wake()

    def _next(self, until: float) -> Samples | None:
        """What the device gave next, shape (frames, channels)."""
        while not self._closed.is_set():
            try:
                samples = self._queue.get(timeout=max(0.0, min(until, self._lost_at) - time.monotonic()))
            except queue.Empty:
                samples = None
            if samples is not None:
                return samples
            now = time.monotonic()
            ended = self._finished.is_set() or now >= self._lost_at
            if ended and not self._closed.is_set():
                raise DeviceLost(_lost(self.device, "input"))
            if now >= until:
                return None
        return None

    def _on_sound(self, samples: Samples, _frames: int, _time: Any, status: Any) -> None:
        self._lost_at = time.monotonic() + LOST_SECONDS
        if status.input_overflow:
            self.overflows += 1
        try:
            self._queue.put_nowait(samples.copy())
        except queue.Full:
            self.dropped += 1

    def _on_finished(self) -> None:
        self._finished.set()
        self._wake()

    def _wake(self) -> None:
        """Wake whoever waits for sound, to look what happened."""
        with suppress(queue.Full):  # then nobody waits
            self._queue.put_nowait(None)


class LiveSpeaker:
    """A loudspeaker that plays what a player mixes; kept open and running, so that no first syllable is swallowed.

    Raises NoSoundDevice or SolemateError if it cannot be opened.
    """

    def __init__(self, device: str | int | None, player: Player) -> None:
        self.device = find_device(device, "output")
        self.underruns = 0
        """How often the device ran out of sound."""
        self._player = player
        self._closed = False
        self._finished = threading.Event()
        self._lost_at = time.monotonic() + FIRST_SECONDS
        self._silent_frames = 0
        self._silent = threading.Event()
        self._ready = np.zeros(0, np.float32)
        self._stream = _open(self.device, "output", self._on_wanted, self._finished.set)
        self.rate = int(self._stream.samplerate)
        self.channels = int(self._stream.channels)
        self._resampler = Resampler(SPEAKING_RATE, self.rate)
        self._settle_frames = round(self.rate * (SETTLE_SECONDS + self._stream.latency))
        _start(self._stream, self.device, "output")

    @property
    def latency(self) -> float:
        """How long what the player hands out takes to be heard, as PortAudio knows it, seconds."""
        return float(self._stream.latency)

    def wait_until_silent(self, timeout: float) -> bool:
        """Wait until all that the player had was heard; False if it took more than `timeout` seconds.

        What is given to the player meanwhile counts; speech held by `pause` does not.
        """
        until = time.monotonic() + timeout
        while True:
            self._silent.clear()
            if not self._silent.wait(max(0.0, until - time.monotonic())):
                return False
            if not self._player.busy:
                return True

    def check(self) -> None:
        """Raise DeviceLost if the device does not ask for sound any more."""
        if self._closed:
            return
        if self._finished.is_set() or time.monotonic() >= self._lost_at:
            raise DeviceLost(_lost(self.device, "output"))

    def close(self) -> None:
        """Fall silent at once. A second call does nothing."""
        if not self._closed:
            self._closed = True
            _close(self._stream)

    def _on_wanted(self, out: Samples, frames: int, _time: Any, status: Any) -> None:
        self._lost_at = time.monotonic() + LOST_SECONDS
        if status.output_underflow:
            self.underruns += 1
        while len(self._ready) < frames:
            wanted = math.ceil((frames - len(self._ready)) * SPEAKING_RATE / self.rate)
            self._ready = np.concatenate([self._ready, self._resampler.feed(self._player.read(wanted))])
        out[:] = np.clip(self._ready[:frames, np.newaxis], -1.0, 1.0)  # resampled, it may overshoot
        self._ready = self._ready[frames:]
        self._silent_frames = 0 if self._player.busy else self._silent_frames + frames
        if self._silent_frames >= self._settle_frames:
            self._silent.set()


def _portaudio() -> Any:
    """The module sounddevice, loaded without a word from PortAudio or ALSA. Raises SolemateError where it cannot be."""
    with _quiet():
        try:
            import sounddevice
        except (ImportError, OSError) as error:
            raise SolemateError(
                f"no sound ({error}): install PortAudio: sudo apt install libportaudio2"
                if sys.platform == "linux"
                else f"no sound ({error}): install PortAudio"
            ) from error
        except Exception as error:  # sounddevice.PortAudioError has no name yet
            raise SolemateError(f"no sound, PortAudio does not start ({error}): restart the sound server") from error
    return sounddevice


@contextmanager
def _quiet() -> Iterator[None]:
    """Send to nowhere what C libraries write to standard error: ALSA complains there of every card it does not find."""
    try:
        kept = os.dup(2)
    except OSError:
        yield  # there is no standard error
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        sys.stderr.flush()
        os.dup2(nowhere, 2)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _matching(wanted: str, devices: list[Device]) -> list[Device]:
    if wanted.isdecimal():
        return [device for device in devices if device.index == int(wanted)]
    exact = [device for device in devices if device.name.casefold() == wanted]
    return exact or [device for device in devices if wanted and wanted in device.name.casefold()]


def _open(device: Device, kind: Kind, callback: Callable[..., None], finished: Callable[[], None]) -> Any:
    """A stream of the device, at the first rate and channel count that it takes. Raises SolemateError."""
    audio = _portaudio()
    make = audio.InputStream if kind == "input" else audio.OutputStream
    refused: Exception | None = None
    for rate in dict.fromkeys([device.rate, *OTHER_RATES]):
        for channels in _channels(device, kind):
            try:
                with _quiet():
                    return make(
                        device=device.index,
                        samplerate=rate,
                        channels=channels,
                        blocksize=round(rate * BLOCK_SECONDS),
                        latency=LATENCY,
                        dtype="float32",
                        callback=callback,
                        finished_callback=finished,
                    )
            except audio.PortAudioError as error:
                if _code(error) not in (_INVALID_CHANNELS, _INVALID_RATE):
                    raise SolemateError(_refusal(device, kind, error)) from error
                refused = error
    raise SolemateError(_refusal(device, kind, refused)) from refused


def _channels(device: Device, kind: Kind) -> list[int]:
    """Channel counts to try: the device's own, unless it takes any; then what is usual."""
    most = device.channels(kind)
    usual = [1, 2] if kind == "input" else [2, 1]
    own = [most] if most <= MOST_CHANNELS and (kind == "input" or most <= 2) else []
    return list(dict.fromkeys([*own, *(count for count in usual if count <= most), most]))


def _start(stream: Any, device: Device, kind: Kind) -> None:
    audio = _portaudio()
    try:
        with _quiet():
            stream.start()
    except audio.PortAudioError as error:
        _close(stream)
        raise SolemateError(_refusal(device, kind, error)) from error


def _close(stream: Any) -> None:
    """Close a stream without waiting for what it still has to play."""
    with _quiet():
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)


def _code(error: Exception) -> int:
    return int(error.args[1]) if len(error.args) > 1 else 0


def _refusal(device: Device, kind: Kind, error: Exception | None) -> str:
    """Why a device does not open, and the way out, in a line."""
    code = 0 if error is None else _code(error)
    name = f"the {_NAMES[kind]} {device.name!r}"
    if code == _UNAVAILABLE:
        return f"{name} is in use by another program, or gone: close that program, or choose another {_NAMES[kind]}"
    if code == _INVALID_DEVICE:
        return f"{name} is gone: plug it in and start again"
    if code in (_INVALID_CHANNELS, _INVALID_RATE):
        return f"{name} refuses every sample rate and channel count that was tried: choose another {_NAMES[kind]}"
    reason = " ".join(str(error.args[0] if error and error.args else error).split())
    if code == _HOST and error is not None and len(error.args) > 2:
        reason = " ".join(str(error.args[2][2]).split()) or reason
    return f"{name} does not open ({reason}): check that the sound server runs, or choose another {_NAMES[kind]}"


def _no_device(kind: Kind) -> str:
    other = "--microphone FILE.wav" if kind == "input" else "--speaker FILE.wav"
    return f"there is no {_NAMES[kind]}: plug one in and start again, or use --typed, or {other}"


def _lost(device: Device, kind: Kind) -> str:
    return f"the {_NAMES[kind]} {device.name!r} fell silent: check its plug and start again"
