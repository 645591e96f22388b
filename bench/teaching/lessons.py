"""Lessons: a sentence as it comes through rooms, noise and other voices, and what is to be heard in each frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import signal

from assistant.audio.sound_files import read_sound
from assistant.hearing.log_mel import log_mel
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from bench.kitchen import RECORDING, kitchen
from bench.recordings import recordings
from bench.room_simulation import impulse_response, level_of
from bench.teaching import sound as sounds

HOP = 320
"""Samples (20 ms) from one target frame to the next."""

MARGIN = 4000
"""Samples of a quiet room (0.25 s) before and after each sentence, for which there are targets as well."""

FLOOR = 2e-4
"""RMS of the noise in that room."""

ROOMS = 300
"""Simulated rooms; as many again have reflections of plain decaying noise, as no box has."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shares:
    """How many of the lessons have what; they add up to more than all of them, because most have several things."""

    room: float = 0.55
    noise: float = 0.6
    other_voice: float = 0.12
    telephone: float = 0.05
    filtered: float = 0.3
    clipped: float = 0.04
    hum: float = 0.05
    nothing_said: float = 0.02


OVER_GUIDE = 0.2
"""Share of the lessons said over the guide's voice, if there are any."""

VOICES: tuple[tuple[float, str], ...] = (
    (0.07, "faster"), (0.04, "slower"), (0.09, "child"), (0.08, "pitch"), (0.05, "old"), (0.07, "whisper"),
)  # fmt: skip
"""Share of the lessons with another voice or pace; the rest are as they were said."""


class Lessons:
    """Makes lessons from a folder of `bench.teaching.persons` and, if there is one, of sound over the guide's voice."""

    def __init__(
        self, folder: Path, targets: Path, over_guide: Path | None = None, shares: Shares | None = None
    ) -> None:
        self._folder, self._targets = folder, targets
        self._over_guide = over_guide
        self._shares = shares if shares is not None else Shares()

    def over(self) -> list[str]:
        """The names of the sentences that there are over the guide's voice."""
        return sorted(path.stem for path in self._over_guide.glob("*.npy")) if self._over_guide is not None else []

    def lesson(self, name: str, others: Sequence[str], seed: int, *, over: bool = False) -> tuple[Floats, Floats]:
        """Log-mels (frames, 80) and targets (ceil(frames / 2), symbols) of a sentence; `others` may talk beside it.

        With `over` it is said over the guide's voice.
        """
        chance = np.random.default_rng(seed)
        target = np.load(self._targets / f"{name}.npy").astype(np.float32)
        clean = self._clean(name)
        if not over and chance.random() < self._shares.nothing_said:
            clean, target = clean * 0.0, _all_blank(target)
        if over:
            heard = self._over(name, len(clean))
        else:
            changed = _voice(clean, chance)
            target = stretched(target, len(clean) / len(changed), -(-(len(changed) // 160 + 1) // 2))
            heard = self._in_room(changed, chance)
        heard = self._disturbed(heard, others, chance)
        heard, target = _cut(heard, target, chance)
        return log_mel(self._captured(heard, chance)), target

    def _clean(self, name: str) -> Samples:
        said = np.asarray(np.load(self._folder / f"{name}.npy"), np.float32)
        return with_margins(said * (0.05 / max(level_of(said), 1e-6)))

    def _over(self, name: str, length: int) -> Samples:
        """The sentence as it is left beside the guide's voice."""
        assert self._over_guide is not None
        kept = np.asarray(np.load(self._over_guide / f"{name}.npy"), np.float32) / 32768
        return np.asarray(np.pad(kept, (MARGIN, max(0, length - MARGIN - len(kept))))[:length], np.float32)

    def _in_room(self, said: Samples, chance: np.random.Generator) -> Samples:
        if chance.random() < self._shares.telephone:
            said = sounds.telephone(said, chance)
        if chance.random() > self._shares.room:
            return said
        response = room(int(chance.integers(2 * ROOMS)))
        return np.asarray(signal.fftconvolve(said, response)[: len(said)], np.float32)

    def _disturbed(self, heard: Samples, others: Sequence[str], chance: np.random.Generator) -> Samples:
        level = max(level_of(heard), 0.01)
        if chance.random() < self._shares.noise:
            piece = noise(len(heard), chance)
            heard = heard + piece * (level / max(level_of(piece), 1e-6) * 10 ** (-chance.uniform(-2, 30) / 20))
        if others and chance.random() < self._shares.other_voice:
            talk = np.concatenate([self._clean(name)[MARGIN:-MARGIN] for name in others])
            talk = np.roll(np.resize(talk, len(heard)), int(chance.integers(len(heard))))
            talk = signal.fftconvolve(talk, room(int(chance.integers(2 * ROOMS))))[: len(heard)]
            heard = heard + talk * (level / max(level_of(talk), 1e-6) * 10 ** (-chance.uniform(4, 22) / 20))
        return np.asarray(heard, np.float32)

    def _captured(self, heard: Samples, chance: np.random.Generator) -> Samples:
        """As a microphone gives it: its tone, its hiss and hum, at some level."""
        if chance.random() < self._shares.filtered:
            heard = _toned(heard, chance)
        loud = 10 ** (chance.uniform(-40, -6) / 20)
        heard = heard * (loud / max(level_of(heard), 1e-4))
        if chance.random() < self._shares.hum:
            heard = heard + _hum(len(heard), loud, chance)
        if chance.random() < self._shares.clipped:
            heard = heard * float(chance.uniform(1.5, 6.0)) / max(float(np.abs(heard).max()), 1e-6)
        hiss = chance.standard_normal(len(heard)) * 10 ** chance.uniform(-5, -3.2)
        return np.asarray(np.clip(heard + hiss, -1.0, 1.0), np.float32)


def with_margins(sound: Samples) -> Samples:
    """The sentence with MARGIN samples of a quiet room before and after it."""
    padded = np.pad(sound, MARGIN)
    noise = np.random.default_rng(len(sound)).normal(0.0, FLOOR, len(padded))
    return np.asarray(padded + noise, np.float32)


def stretched(target: Floats, factor: float, frames: int) -> Floats:
    """The targets of sound that goes `factor` times as fast: no symbol is lost where frames fall together."""
    if factor == 1.0 and frames == len(target):
        return target
    edges = np.arange(frames + 1) * factor
    first = np.clip(np.floor(edges[:-1]).astype(int), 0, len(target) - 1)
    last = np.clip(np.ceil(edges[1:]).astype(int), first + 1, len(target))
    blank = target.shape[1] - 1
    extended = np.concatenate([target, np.zeros((1, target.shape[1]), np.float32)])  # reduceat wants an end that exists
    sums = np.maximum.reduceat(extended, np.stack([first, last], axis=1).ravel(), axis=0)[::2]
    sums[:, blank] = np.maximum(0.0, 1.0 - sums[:, :blank].sum(axis=1))
    return np.asarray(sums / sums.sum(axis=1, keepdims=True), np.float32)


def _all_blank(target: Floats) -> Floats:
    blank = np.zeros_like(target)
    blank[:, -1] = 1.0
    return blank


def _voice(clean: Samples, chance: np.random.Generator) -> Samples:
    drawn = float(chance.random())
    for share, kind in VOICES:
        if drawn < share:
            return _CHANGES[kind](clean, chance)
        drawn -= share
    return clean


_CHANGES: dict[str, Callable[[Samples, np.random.Generator], Samples]] = {
    "faster": lambda x, chance: sounds.faster(x, float(chance.uniform(1.15, 1.9))),
    "slower": lambda x, chance: sounds.faster(x, float(chance.uniform(0.72, 0.92))),
    "child": sounds.child,
    "pitch": lambda x, chance: sounds.at_pitch(x, float(chance.uniform(0.85, 1.2))),
    "old": sounds.old,
    "whisper": lambda x, chance: sounds.whisper(x, chance, float(chance.choice((1.0, 1.0, 0.8)))),
}


def _cut(heard: Samples, target: Floats, chance: np.random.Generator) -> tuple[Samples, Floats]:
    """Without part of the margins, in whole frames: the ear doesn't always leave as much."""
    before, after = (int(chance.integers(0, MARGIN // HOP)) for _ in range(2))
    heard = heard[before * HOP : len(heard) - after * HOP]
    frames = -(-(len(heard) // 160 + 1) // 2)
    target = target[before : before + frames]
    if len(target) < frames:
        target = np.concatenate([target, np.repeat(_all_blank(target[-1:]), frames - len(target), axis=0)])
    return heard, target


@lru_cache(maxsize=2 * ROOMS)
def room(number: int) -> Samples:
    """The response of a room that no figure is measured in; the first ROOMS are boxes, the others decaying noise."""
    chance = np.random.default_rng([number, 7])
    if number < ROOMS:
        size = (chance.uniform(2.2, 6.0), chance.uniform(2.5, 8.0), chance.uniform(2.3, 3.2))
        return impulse_response(size, float(chance.uniform(0.15, 0.6)), float(chance.uniform(0.4, 2.2)), chance)
    ring = float(chance.uniform(0.15, 1.0))
    time = np.arange(round(ring * LISTENING_RATE)) / LISTENING_RATE
    tail = chance.standard_normal(len(time)) * 10 ** (-3 * time / ring)
    tail = signal.lfilter([1.0], [1.0, -chance.uniform(0.0, 0.7)], tail)
    tail[: int(chance.uniform(0.001, 0.008) * LISTENING_RATE)] = 0.0
    direct = 10 ** (chance.uniform(-6, 12) / 20)
    tail *= 1.0 / (direct * np.sqrt((tail**2).sum()))
    tail[0] = 1.0
    return np.asarray(tail / np.sqrt((tail**2).sum()), np.float32)


@lru_cache(maxsize=1)
def _noises() -> tuple[Samples, ...]:
    folder = recordings() / "noise"
    household = ("esc10.opus", "dishes_tap_bike_and_others.opus")
    return (kitchen(recordings() / RECORDING, "first"), *(read_sound(folder / name) for name in household))


def noise(length: int, chance: np.random.Generator) -> Samples:
    """A piece of a recorded noise, or of hiss of some colour."""
    kind = int(chance.integers(5))
    if kind >= 3:
        white = chance.standard_normal(length + 500)
        return np.asarray(signal.lfilter([1.0], [1.0, -chance.uniform(0.0, 0.98)], white)[500:], np.float32)
    source = _noises()[kind]
    start = int(chance.integers(len(source)))
    return np.take(source, np.arange(start, start + length), mode="wrap")


def _toned(heard: Samples, chance: np.random.Generator) -> Samples:
    """Through a loudspeaker's or microphone's uneven response: a slope and two bumps, up to 10 dB."""
    frequencies = np.fft.rfftfreq(256, 1 / LISTENING_RATE)
    octaves = np.log2(np.maximum(frequencies, 60.0) / 1000.0)
    gain = octaves * chance.uniform(-2.5, 2.5)
    for _ in range(2):
        gain = gain + chance.uniform(-10, 6) * np.exp(-((octaves - chance.uniform(-3, 3)) ** 2) / 0.3)
    taps = np.roll(np.fft.irfft(10 ** (gain / 20)), 128) * np.hanning(256)
    return np.asarray(signal.fftconvolve(heard, taps)[128 : 128 + len(heard)], np.float32)


def _hum(length: int, loud: float, chance: np.random.Generator) -> Samples:
    time = np.arange(length) / LISTENING_RATE
    mains = float(chance.choice((50.0, 60.0)))
    waves = [np.sin(2 * np.pi * mains * k * time + chance.uniform(0, 6)) / k for k in (1, 2, 3, 5)]
    offset = chance.uniform(-0.05, 0.05)
    return np.asarray(np.sum(waves, axis=0) * loud * 10 ** (chance.uniform(-30, 0) / 20) + offset, np.float32)
