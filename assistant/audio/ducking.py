"""Has the sound server turn other programs' music down while the guide speaks, where somebody set it up to.

PulseAudio and PipeWire turn sound down by the roles of streams: while one announces something, music gets softer. The
guide's own stream stays open all the time, so that it can't have that role; a second, silent one is opened while the
guide speaks. That goes through libpulse-simple, which every desktop and Raspberry Pi OS has; without it, or without a
sound server that is running, nothing happens.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LIBRARY = "libpulse-simple.so.0"

ROLE = "announce"
"""The role of the stream: for module-role-ducking its `trigger_roles`, for WirePlumber a role of its policy."""

LINGER = 2.0
"""Seconds for which music stays down after a sentence: in a countdown it would go up and down with each number."""

OWN_ROLE = "a11y"
"""The role of the guide's own stream, so that it isn't turned down itself where all that has none is."""

RATE, CHANNELS, S16LE = 8000, 1, 3
PLAYBACK = 1
"""libpulse's numbers for 16-bit samples, least significant byte first, and for a stream that plays."""

SILENT_SECONDS = 0.5
"""Seconds of silence that are given at a time."""

AGAIN = 60.0
"""Seconds until a sound server that couldn't be reached is tried again."""

_asking = threading.Lock()
"""Held while the environment names the role: it is the only way in which libpulse-simple takes one."""


class _Format(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class Ducking:
    """A thread that keeps a silent stream open while the guide speaks. Close it when the session is over.

    It is to be made before the loudspeaker is opened, for that to get OWN_ROLE.
    """

    def __init__(self) -> None:
        os.environ.setdefault("PULSE_PROP", f"media.role={OWN_ROLE}")
        self._library = _library()
        self._changed = threading.Condition()
        self._wanted_until, self._closed = 0.0, self._library is None
        self._thread = threading.Thread(target=self._run, name="ducking", daemon=True)
        if not self._closed:
            self._thread.start()

    @property
    def possible(self) -> bool:
        """Whether there is a library that could ask for it."""
        return self._library is not None

    def speaks(self) -> None:
        """The guide is speaking now. Say so as long as it does; takes microseconds."""
        with self._changed:
            beginning = self._wanted_until < time.monotonic()
            self._wanted_until = time.monotonic() + LINGER
            if beginning:
                self._changed.notify()

    def close(self) -> None:
        """Let the music be, and end. A second call does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(SILENT_SECONDS * 4)

    @property
    def _wanted(self) -> bool:
        return not self._closed and time.monotonic() < self._wanted_until

    def _run(self) -> None:
        while not self._closed:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wanted)
            if self._wanted and not (_server_runs() and self._announce()):
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, AGAIN)

    def _announce(self) -> bool:
        """Keep the stream open as long as the guide speaks; whether there was a server to take it."""
        pulse, silence = self._library, bytes(2 * round(RATE * SILENT_SECONDS))
        assert pulse is not None
        form = _Format(S16LE, RATE, CHANNELS)
        with _role():
            stream = pulse.pa_simple_new(
                None, b"Solemate", PLAYBACK, None, b"The guide speaks", ctypes.byref(form), None, None, None
            )
        if not stream:
            return False
        try:
            while self._wanted:
                # It returns once the server has room, so that this loop turns twice a second.
                if pulse.pa_simple_write(stream, silence, len(silence), None) < 0:
                    return False
            pulse.pa_simple_flush(stream, None)
        finally:
            pulse.pa_simple_free(stream)
        return True


def _server_runs() -> bool:
    """Whether there is a sound server to ask: libpulse would start one, which would take the sound card."""
    if os.environ.get("PULSE_SERVER"):
        return True
    named = os.environ.get("PULSE_RUNTIME_PATH")
    folder = Path(named) if named else Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")) / "pulse"
    return (folder / "native").exists()


def _library() -> Any:
    """libpulse-simple; None if it isn't there."""
    try:
        pulse = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    pulse.pa_simple_new.restype = ctypes.c_void_p
    pulse.pa_simple_new.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p,
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    pulse.pa_simple_write.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
    pulse.pa_simple_flush.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    pulse.pa_simple_free.argtypes = [ctypes.c_void_p]
    return pulse


@contextmanager
def _role() -> Iterator[None]:
    """Give what is opened meanwhile the role, and no other stream of this program."""
    with _asking:
        before = os.environ.get("PULSE_PROP")
        os.environ["PULSE_PROP"] = f"media.role={ROLE}"
        try:
            yield
        finally:
            if before is None:
                del os.environ["PULSE_PROP"]
            else:
                os.environ["PULSE_PROP"] = before
