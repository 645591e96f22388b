"""Removes the guide's own voice from what the microphone hears, with WebRTC's canceller.

The only module that imports livekit.

WebRTC's canceller finds the echo delay by itself, but a jump leaves the echo in for seconds, and now and then for good.
So our own finder tracks the delay, and the far end is held back until it comes TARGET before its echo: the canceller
sees a delay that hardly changes.

If the loudspeaker can't be heard at all, sound passes unchanged: a fresh canceller would suppress everything that
sounds at the same time, a person included.

WebRTC's noise suppression and gain control stay off, because recognisers do best with unprocessed sound.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import SolemateError
from assistant.front_end.echo_delay import LONGEST, DelayFinder
from assistant.front_end.linear_echo import LinearEcho
from assistant.ports import BLOCK, LISTENING_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.understanding.hypothesis import Samples

FRAME = LISTENING_RATE // 100
"""Samples in one of WebRTC's frames: 10 ms."""

TARGET = round(0.03 * LISTENING_RATE)
"""Samples (30 ms) by which the canceller gets the far end ahead of its echo: without a lead it removes nothing."""

LATENESS = round(0.008 * LISTENING_RATE)
"""Samples (8 ms) by which WebRTC's canceller delays sound, as measured."""

LEARNING = 0.6
"""Seconds of the past that a fresh canceller is fed at once."""

FULL_SCALE = 32767.0

WAY_OUT = "install it with `pip install livekit` (Linux x86-64 and arm64, macOS, Windows)"


def canceller_missing() -> str | None:
    """Why echo can't be cancelled here, in a few words; None if it can."""
    try:
        importlib.import_module("livekit.rtc").AudioProcessingModule(echo_cancellation=True)
    except ImportError as error:
        return f"the package livekit can't be imported ({error})"
    except Exception as error:  # a native library that doesn't fit may raise anything
        return f"the package livekit doesn't start here ({error})"
    return None


@dataclass(frozen=True)
class Cancelled:
    """A block of the microphone's after echo cancelling; all arrays have BLOCK samples.

    residual: with less of the echo taken off, and all of a person left in it.
    cleaned: with nearly all of the echo taken off, and parts of a person.
    far: what of the loudspeaker is in the block: what was played, as late as its echo; silence if none is heard.
    known: whether it is known what of the loudspeaker is heard: how late it is, or that nothing is.
    """

    residual: Samples
    cleaned: Samples
    far: Samples
    known: bool


class EchoCanceller:
    """Cancels the echo of what the loudspeaker plays, block by block, and follows its delay.

    Raises SolemateError if there is no canceller for this machine.
    """

    def __init__(self) -> None:
        try:
            rtc = importlib.import_module("livekit.rtc")
            self._new_apm: Callable[[], Any] = lambda: rtc.AudioProcessingModule(echo_cancellation=True)
            self._apm = self._new_apm()
        except Exception as error:  # as above
            raise SolemateError(f"echo can't be cancelled: livekit doesn't start ({error})", WAY_OUT) from error
        self._bytes = bytearray(2 * FRAME)
        self._frame: Any = rtc.AudioFrame(self._bytes, LISTENING_RATE, 1, FRAME)
        self._finder = DelayFinder()
        self._held = 0
        self._jumped = 0
        self._played = np.zeros(round((LONGEST + LEARNING) * LISTENING_RATE), np.float32)
        self._heard = np.zeros(round(LEARNING * LISTENING_RATE), np.float32)
        self._linear = LinearEcho()
        self._late_residual = np.zeros(LATENESS, np.float32)

    @property
    def delay(self) -> float | None:
        """The echo delay in seconds; None until it is found."""
        return None if self._finder.delay is None else self._finder.delay / LISTENING_RATE

    def lost_track(self) -> None:
        """The delay may be another one from now on: look for it as at the beginning."""
        self._finder.forget()

    def process(self, near: Samples, far: Samples) -> Cancelled:
        """The microphone's block `near` without the loudspeaker's echo, delayed by 8 ms.

        `far` is what was played while `near` was recorded. Both have BLOCK samples at LISTENING_RATE; raises ValueError
        for any other length.
        """
        if len(near) != BLOCK or len(far) != BLOCK:
            raise ValueError(f"the echo canceller takes blocks of {BLOCK} samples, not {len(near)} and {len(far)}")
        known = self._finder.delay is not None
        self._finder.feed(near, far)
        if not known and self._finder.delay is not None:
            self._learn_again(self._finder.delay)
        self._played = np.concatenate([self._played[BLOCK:], far])
        self._heard = np.concatenate([self._heard[BLOCK:], near])
        self._follow()
        if self._finder.absent:
            unchanged = self._heard[-BLOCK - LATENESS : -LATENESS]
            return Cancelled(unchanged, unchanged, np.zeros(BLOCK, np.float32), known=True)
        played = self._late(self._held, BLOCK)
        residual = np.concatenate([self._late_residual, self._linear.feed(near, played)])
        self._late_residual = residual[BLOCK:]
        far_in_block = self._late(self._finder.delay or 0, BLOCK)
        known = self._finder.delay is not None
        return Cancelled(residual[:BLOCK], self._cancel(near, played), far_in_block, known)

    def _cancel(self, near: Samples, played: Samples) -> Samples:
        """Pass any number of whole frames through WebRTC's canceller."""
        cleaned = np.empty(len(near), np.float32)
        for start in range(0, len(near), FRAME):
            frame = slice(start, start + FRAME)
            self._load(played[frame])
            self._apm.process_reverse_stream(self._frame)
            self._load(near[frame])
            self._apm.process_stream(self._frame)
            cleaned[frame] = np.frombuffer(self._bytes, np.int16)
        cleaned /= FULL_SCALE
        return cleaned

    def _learn_again(self, delay: int) -> None:
        """Now that the delay is known, start again with a fresh canceller.

        WebRTC's canceller takes seconds to notice that the delay got shorter, a fresh one learns it within one. It is
        fed the last moments at once, so that nothing is lost.
        """
        self._held = max(0, delay - TARGET)
        self._apm = self._new_apm()
        heard, played = self._heard, self._late(self._held, len(self._heard))
        self._cancel(heard, played)
        self._linear = LinearEcho()
        for start in range(0, len(heard), BLOCK):
            self._linear.feed(heard[start : start + BLOCK], played[start : start + BLOCK])

    def _follow(self) -> None:
        """Hold back what was played so that the canceller keeps seeing the delay it is used to."""
        if self._finder.delay is None:
            return
        self._held += self._finder.jump - self._jumped
        self._jumped = self._finder.jump
        # The two clocks may have drifted apart since.
        if not TARGET // 2 <= self._finder.delay - self._held <= 4 * TARGET:
            self._held = self._finder.delay - TARGET
        self._held = max(0, self._held)

    def _late(self, samples: int, count: int) -> Samples:
        """`count` samples of what was played, ending `samples` before now."""
        end = len(self._played) - samples
        return self._played[end - count : end]

    def _load(self, samples: Samples) -> None:
        np.frombuffer(self._bytes, np.int16)[:] = np.clip(samples, -1.0, 1.0) * FULL_SCALE
