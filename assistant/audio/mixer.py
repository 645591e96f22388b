"""Mixes the guide's speech with its cues; the loudspeaker pulls the result, a block at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import SPEAKING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

FADE_SECONDS = 0.005
"""Seconds of fading when speech is stopped, paused or resumed: short enough to seem immediate, long enough not to
click."""

KNEE = 0.8
"""Up to this share of full scale, sound passes unchanged; louder sound is compressed so that it never reaches 1."""


@dataclass(frozen=True)
class SpeechStarted:
    """The first sample of an utterance was handed to the loudspeaker, at `position` samples from the start."""

    id: int
    position: int


@dataclass(frozen=True)
class SpeechEnded:
    """An utterance was played to its end; `position` is that of the first sample after it."""

    id: int
    position: int


@dataclass(frozen=True)
class SpeechStopped:
    """An utterance was cut off, by `stop` or by another one, and is silent from `position` on.

    Comes for every utterance that does not reach its end, even if none of it was heard (then there was no
    SpeechStarted).
    """

    id: int
    position: int


PlayerEvent = SpeechStarted | SpeechEnded | SpeechStopped


@dataclass
class _Playing:
    """Sound being played; `position` is its next sample."""

    samples: Samples
    position: int = 0

    def take(self, count: int) -> Samples:
        taken = self.samples[self.position : self.position + count]
        self.position += len(taken)
        return taken

    @property
    def done(self) -> bool:
        return self.position >= len(self.samples)


@dataclass
class _Utterance(_Playing):
    id: int = 0
    started: bool = False
    wait: int = 0  # samples of silence still to come before the sound


class Player:
    """Plays one utterance at a time, and any number of cues over it.

    The loudspeaker calls `read`, from a thread of its own if it has one; everything else may be called from another
    thread. The lock is held while one block is mixed (about 20 microseconds).
    """

    def __init__(self, rate: int = SPEAKING_RATE) -> None:
        self.rate = rate
        self._fade = max(1, round(rate * FADE_SECONDS))
        self._lock = threading.Lock()
        self._position = 0
        self._utterance: _Utterance | None = None
        self._paused = False
        self._fading_in = 0  # samples of fading in still to come
        self._overlay: list[_Playing] = []  # cues, and the fading ends of speech
        self._events: list[PlayerEvent] = []
        self._volume = 1.0
        self._gain = 1.0  # the gain at the end of the last block

    @property
    def position(self) -> int:
        """Samples read so far."""
        return self._position

    @property
    def volume(self) -> float:
        """The gain on speech and cues, from 0; 1 leaves them as rendered.

        Above 1 the limiter keeps them within full scale.
        """
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = max(0.0, volume)

    @property
    def speaking(self) -> int | None:
        """The id of the utterance that is playing, about to play, or held by `pause`; None in silence."""
        utterance = self._utterance
        return None if utterance is None else utterance.id

    @property
    def paused(self) -> bool:
        """Whether speech is held by `pause`."""
        return self._paused

    @property
    def busy(self) -> bool:
        """Whether reading now would give any sound: speech that is not held, or a cue."""
        with self._lock:
            return bool(self._overlay) or (self._utterance is not None and not self._paused)

    def say(self, utterance_id: int, samples: Samples, after: float = 0.0) -> None:
        """Play an utterance from the next block on, in place of the one that is playing or held.

        `after` seconds of silence come first, as part of the utterance: it can be stopped and held in them.
        """
        wait = round(after * self.rate)
        with self._lock:
            self._drop()
            self._utterance = _Utterance(np.asarray(samples, np.float32), id=utterance_id, wait=wait)
            self._paused = False
            self._fading_in = 0

    def cue(self, samples: Samples) -> None:
        """Play a cue over everything else."""
        with self._lock:
            self._overlay.append(_Playing(np.asarray(samples, np.float32)))

    def stop(self) -> None:
        """Drop the utterance, with a short fade; cues go on. Does nothing in silence."""
        with self._lock:
            self._drop()
            self._paused = False

    def pause(self) -> None:
        """Hold the utterance where it is, with a short fade. Does nothing in silence."""
        with self._lock:
            if self._utterance is not None and not self._paused:
                self._fade_out(self._utterance)
                self._paused = True

    def resume(self) -> None:
        """Continue the utterance where it was held."""
        with self._lock:
            if self._paused:
                self._paused = False
                self._fading_in = self._fade if self._utterance is not None and self._utterance.started else 0

    def events(self) -> list[PlayerEvent]:
        """The events since the last call, in order."""
        with self._lock:
            events, self._events = self._events, []
        return events

    def read(self, n: int) -> Samples:
        """The next `n` samples for the loudspeaker, within -1 to 1; silence if there is nothing to play."""
        mixed = np.zeros(n, np.float32)
        with self._lock:
            self._mix_speech(mixed)
            for playing in self._overlay:
                taken = playing.take(n)
                mixed[: len(taken)] += taken
            self._overlay = [playing for playing in self._overlay if not playing.done]
            self._position += n
            gain, self._gain = self._gain, self._volume
        if gain != 1.0 or self._gain != 1.0:
            mixed *= np.linspace(gain, self._gain, n, dtype=np.float32)
        return _limited(mixed)

    def _mix_speech(self, mixed: Samples) -> None:
        utterance = self._utterance
        if utterance is None or self._paused:
            return
        waited = min(utterance.wait, len(mixed))
        utterance.wait -= waited
        if waited == len(mixed):
            return
        if not utterance.started:
            utterance.started = True
            self._events.append(SpeechStarted(utterance.id, self._position + waited))
        taken = utterance.take(len(mixed) - waited)
        if self._fading_in:
            taken = taken * self._ramp_in(len(taken))
        mixed[waited : waited + len(taken)] += taken
        if utterance.done:
            self._events.append(SpeechEnded(utterance.id, self._position + waited + len(taken)))
            self._utterance = None

    def _ramp_in(self, n: int) -> Samples:
        """The gains that fade in the next `n` samples."""
        begun = self._fade - self._fading_in
        self._fading_in = max(0, self._fading_in - n)
        return np.minimum(1.0, np.arange(begun, begun + n, dtype=np.float32) / self._fade)

    def _drop(self) -> None:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return
        faded = 0 if self._paused else self._fade_out(utterance)
        self._events.append(SpeechStopped(utterance.id, self._position + faded))

    def _fade_out(self, utterance: _Utterance) -> int:
        """Leave the fading end of the utterance in the overlay, and return its length in samples."""
        if not utterance.started:
            return 0
        end = utterance.samples[utterance.position : utterance.position + self._fade]
        self._overlay.append(_Playing(end * np.linspace(1.0, 0.0, len(end), dtype=np.float32)))
        return len(end)


def _limited(samples: Samples) -> Samples:
    """Samples compressed above KNEE to stay within -1 to 1, without a step in value or slope."""
    size = np.abs(samples)
    if not len(size) or size.max() <= KNEE:
        return samples
    room = 1.0 - KNEE
    bent = KNEE + room * np.tanh((size - KNEE) / room)
    return np.where(size > KNEE, np.copysign(bent, samples), samples).astype(np.float32)
