"""PortAudio: loaded, restarted and kept quiet, and its streams ended even if they hang.

The only module that imports sounddevice.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.errors import SolemateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HANG_SECONDS = 2.0
"""Seconds that a device may take to open or close; a frozen sound server would take forever."""

HANG_SECONDS_AGAIN = 0.2
"""The same while something else already hangs: the sound server is frozen, and Ctrl-C should end the program at
once."""

LEFT_SECONDS = 5.0
"""Seconds that an abandoned stream may take to end by itself."""

DEVICE_THREAD = "device"
"""The name of threads for calls that may hang."""


@cache
def load_portaudio() -> Any:
    """The module sounddevice, loaded with PortAudio and ALSA kept quiet. Raises SolemateError if it can't be loaded."""
    with quiet():
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
def quiet() -> Iterator[None]:
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


def look_again() -> None:
    """Restart PortAudio, which only then sees devices that have come or gone.

    All streams must be closed. Raises SolemateError if PortAudio does not start again; calling this once more is
    allowed.
    """
    audio = load_portaudio()
    try:
        with quiet():
            while audio._initialized:
                audio._terminate()
            # Not its own `_initialize`: that restores standard error as it found it, which is wrong after a hang.
            audio._check(audio._lib.Pa_Initialize(), "Error initializing PortAudio")
            audio._initialized += 1
    except audio.PortAudioError as error:
        raise _no_start(error) from error


def end_stream() -> None:
    """End a stream that is no longer wanted, from within its own callback."""
    raise load_portaudio().CallbackAbort


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
        with quiet():  # in this thread, so that standard error is restored even if the call hangs
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


def hanging() -> bool:
    """Whether a call to a device still hangs; PortAudio should then be left alone."""
    return _closing_left() or _still_hanging()


def _do_not_wait_at_exit() -> None:
    """Keep PortAudio from waiting for its streams at exit, or the program would never end.

    It must not be unloaded either, because its threads may still be running. A library that ctypes has loaded stays.
    """
    audio = load_portaudio()
    wait = getattr(audio, "_exit_handler", None)
    if wait is not None:
        atexit.unregister(wait)
    with suppress(OSError, AttributeError):  # then it may crash once it has done all its work
        ctypes.CDLL(audio._libname)


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


def _no_start(error: Exception) -> SolemateError:
    return SolemateError(f"no sound, PortAudio does not start ({error})", "restart the sound server")
