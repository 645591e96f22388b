"""Sound devices: finding, opening and closing them with PortAudio. The only module that imports sounddevice."""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import SolemateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


BLOCK_SECONDS = 0.03
"""Seconds of sound that a device gives or takes at a time."""

HANG_SECONDS = 2.0
"""Seconds that a device may take to open or close; a frozen sound server would take forever."""

HANG_SECONDS_AGAIN = 0.2
"""The same while something else already hangs: the sound server is frozen, and Ctrl-C should end the program at
once."""

LEFT_SECONDS = 5.0
"""Seconds that an abandoned stream may take to end by itself."""

DEVICE_THREAD = "device"
"""The name of threads for calls that may hang."""

MOST_CHANNELS = 8
"""A device with more channels is a sound server that takes any number; it is asked for mono or stereo first."""

OTHER_RATES = (48_000, 44_100, 16_000)
"""Sample rates in Hz, tried in this order if a device refuses its own default."""

Kind = Literal["input", "output"]

_NAMES: dict[Kind, str] = {"input": "microphone", "output": "loudspeaker"}

_INVALID_CHANNELS, _INVALID_RATE, _INVALID_DEVICE, _UNAVAILABLE, _HOST = -9998, -9997, -9996, -9985, -9999
"""PortAudio's error codes (paInvalidChannelCount and so on, portaudio.h)."""


class NoSoundDevice(SolemateError):  # noqa: N818 - it says what is the matter
    """There is no microphone or no loudspeaker."""


class DeviceLost(SolemateError):  # noqa: N818
    """A device that worked has died: it was unplugged, or its driver or sound server is gone."""


@dataclass(frozen=True)
class Device:
    """A sound device as PortAudio lists it: channels in and out (0: none), default sample rate in Hz."""

    name: str
    index: int
    inputs: int
    outputs: int
    rate: int

    def channels(self, kind: Kind) -> int:
        """The number of channels in a direction."""
        return self.inputs if kind == "input" else self.outputs


def list_devices() -> list[Device]:
    """All sound devices, as of the last time PortAudio looked. Raises SolemateError if PortAudio is missing."""
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


def look_again() -> None:
    """Restart PortAudio, which only then sees devices that have come or gone.

    All streams must be closed. Raises SolemateError if PortAudio does not start again; calling this once more is
    allowed.
    """
    audio = _portaudio()
    try:
        with _quiet():
            while audio._initialized:
                audio._terminate()
            # Not its own `_initialize`: that restores standard error as it found it, which is wrong after a hang.
            audio._check(audio._lib.Pa_Initialize(), "Error initializing PortAudio")
            audio._initialized += 1
    except audio.PortAudioError as error:
        raise _no_start(error) from error


def find_device(wanted: str | int | None, kind: Kind) -> Device:
    """The device with a number, or a name or part of a name (ignoring case); the default device for None.

    Raises NoSoundDevice if there is none at all, SolemateError if no device, or more than one, has that name.
    """
    devices = [device for device in list_devices() if device.channels(kind)]
    if not devices:
        raise _no_device(kind)
    if wanted is None:
        index = _portaudio().default.device[0 if kind == "input" else 1]
        return next((device for device in devices if device.index == index), devices[0])
    found = _matching(str(wanted).strip().casefold(), devices)
    if len(found) == 1:
        return found[0]
    listing = ", ".join(f"{device.index}: {device.name}" for device in found or devices)
    if found:
        raise SolemateError(
            f"more than one {_NAMES[kind]} is called {wanted!r}", f"say more, or give a number ({listing})"
        )
    raise SolemateError(f"there is no {_NAMES[kind]} {wanted!r}", f"there are {listing}")


def sound_problem() -> SolemateError | None:
    """Why live sound cannot work here, with the way out; None if there are devices for it."""
    try:
        find_device(None, "input")
        find_device(None, "output")
    except SolemateError as error:
        return error
    return None


@cache
def _portaudio() -> Any:
    """The module sounddevice, loaded with PortAudio and ALSA kept quiet. Raises SolemateError if it can't be loaded."""
    with _quiet():
        try:
            import sounddevice
        except (ImportError, OSError) as error:
            command = ": sudo apt install libportaudio2" if sys.platform == "linux" else ""
            raise SolemateError(f"no sound ({error})", f"install PortAudio{command}") from error
        except Exception as error:  # sounddevice.PortAudioError has no name yet
            raise _no_start(error) from error
    if sys.platform == "linux":
        _silence_alsa()
    return sounddevice


def _silence_alsa() -> None:
    """Keep ALSA from printing a message at each underrun, which is counted here anyway.

    ALSA passes its messages to a handler; this one is a function of the C library that ignores them. It can't be
    Python, because it is called on PortAudio's thread.
    """
    with suppress(OSError, AttributeError):  # then it keeps writing
        handler = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)


@contextmanager
def _quiet() -> Iterator[None]:
    """Discard what C libraries write to standard error; ALSA complains there of each card that it doesn't find."""
    if threading.current_thread().name == DEVICE_THREAD:
        yield  # the waiting thread has redirected standard error already, and restores it even if this hangs
        return
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


def open_stream(
    device: Device, kind: Kind, latency: str | float, callback: Callable[..., None], finished: Callable[[], None]
) -> Any:
    """A stream of the device, at the first sample rate and channel count that it accepts. Raises SolemateError."""
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
                        latency=latency,
                        dtype="float32",
                        callback=callback,
                        finished_callback=finished,
                    )
            except audio.PortAudioError as error:
                if _code(error) not in (_INVALID_CHANNELS, _INVALID_RATE):
                    raise _refusal(device, kind, error) from error
                refused = error
    raise _refusal(device, kind, refused) from refused


def _channels(device: Device, kind: Kind) -> list[int]:
    """Channel counts to try: the device's own, unless it takes any number; then the usual ones."""
    most = device.channels(kind)
    usual = [1, 2] if kind == "input" else [2, 1]
    own = [most] if most <= MOST_CHANNELS and (kind == "input" or most <= 2) else []
    return list(dict.fromkeys([*own, *(count for count in usual if count <= most), most]))


def start_stream(stream: Any, device: Device, kind: Kind) -> None:
    """Start a stream of the device. Closes it and raises SolemateError if it can't be started."""
    audio = _portaudio()
    try:
        with _quiet():
            stream.start()
    except audio.PortAudioError as error:
        close_stream(stream)
        raise _refusal(device, kind, error) from error


def end_stream() -> None:
    """End a stream that is no longer wanted, from within its own callback."""
    raise _portaudio().CallbackAbort


def close_stream(stream: Any) -> None:
    """Close a stream without waiting for what it still has to play."""

    def close() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    with suppress(TimeoutError):  # then there is nothing left to do about it
        without_hanging(close)


def leave_stream(stream: Any, finished: threading.Event) -> None:
    """Close a dead stream once it has ended by itself, or after LEFT_SECONDS in any case.

    PortAudio cancels the thread of a stream that it closes. If that thread is waiting for a frozen sound server, the
    program never recovers; left alone, it ends as soon as the server resumes or dies.
    """
    if finished.is_set():
        close_stream(stream)
        return
    _left.append((stream, finished, time.monotonic() + LEFT_SECONDS))
    _do_not_wait_at_exit()


def without_hanging(call: Callable[[], None]) -> None:
    """Make a call to a device that may hang, for instance because the sound server is frozen.

    Raises TimeoutError after HANG_SECONDS; the call then goes on hanging, but does not keep the program from ending.
    Runs the call directly except on Linux: Windows wants a device to be used by the thread that opened it.
    """
    if sys.platform != "linux":
        call()
        return
    failed: list[BaseException] = []

    def do() -> None:
        try:
            call()
        except SolemateError as error:
            failed.append(error)

    thread = threading.Thread(target=do, name=DEVICE_THREAD, daemon=True)
    patience = HANG_SECONDS_AGAIN if _still_hanging() else HANG_SECONDS
    try:
        with _quiet():  # in this thread, so that standard error is restored even if the call hangs
            thread.start()
            thread.join(timeout=patience)
    finally:  # reached by Ctrl-C too
        if thread.is_alive():
            _hanging.append(thread)
            _do_not_wait_at_exit()
    if failed:
        raise failed[0]
    if thread.is_alive():
        raise TimeoutError


_hanging: list[threading.Thread] = []
_left: list[tuple[Any, threading.Event, float]] = []


def _do_not_wait_at_exit() -> None:
    """Keep PortAudio from waiting for its streams at exit, or the program would never end.

    It must not be unloaded either, because its threads may still be running. A library that ctypes has loaded stays.
    """
    audio = _portaudio()
    wait = getattr(audio, "_exit_handler", None)
    if wait is not None:
        atexit.unregister(wait)
    with suppress(OSError, AttributeError):  # then it may crash once it has done all its work
        ctypes.CDLL(audio._libname)


def hanging() -> bool:
    """Whether a call to a device still hangs; PortAudio should then be left alone."""
    return _closing_left() or _still_hanging()


def _closing_left() -> bool:
    """Close the abandoned streams that have ended; whether any are still left."""
    over = [each for each in _left if each[1].is_set() or time.monotonic() >= each[2]]
    for each in over:
        _left.remove(each)
        close_stream(each[0])
    return bool(_left)


def _still_hanging() -> bool:
    _hanging[:] = [thread for thread in _hanging if thread.is_alive()]
    return bool(_hanging)


def _code(error: Exception) -> int:
    return int(error.args[1]) if len(error.args) > 1 else 0


def _no_start(error: Exception) -> SolemateError:
    return SolemateError(f"no sound, PortAudio does not start ({error})", "restart the sound server")


def _refusal(device: Device, kind: Kind, error: Exception | None) -> SolemateError:
    """Why a device does not open, and the way out."""
    code = 0 if error is None else _code(error)
    name = f"the {_NAMES[kind]} {device.name!r}"
    if code == _UNAVAILABLE:
        remedy = f"close that program, or choose another {_NAMES[kind]}"
        return SolemateError(f"{name} is in use by another program, or gone", remedy)
    if code == _INVALID_DEVICE:
        return SolemateError(f"{name} is gone", "plug it in and start again")
    if code in (_INVALID_CHANNELS, _INVALID_RATE):
        problem = f"{name} refuses every sample rate and channel count that was tried"
        return SolemateError(problem, f"choose another {_NAMES[kind]}")
    reason = " ".join(str(error.args[0] if error and error.args else error).split())
    if code == _HOST and error is not None and len(error.args) > 2:
        reason = " ".join(str(error.args[2][2]).split()) or reason
    remedy = f"check that the sound server runs, or choose another {_NAMES[kind]}"
    return SolemateError(f"{name} does not open ({reason})", remedy)


def _no_device(kind: Kind) -> NoSoundDevice:
    other = "--microphone FILE.wav" if kind == "input" else "--speaker FILE.wav"
    return NoSoundDevice(f"there is no {_NAMES[kind]}", f"plug one in and start again, or use --typed, or {other}")


def lost(device: Device, kind: Kind) -> DeviceLost:
    """The error to raise for a device that is lost."""
    return DeviceLost(f"the {_NAMES[kind]} {device.name!r} fell silent", "check its plug")
