"""A simulated room: loudspeaker, walls, delay, noise and a second talker, block by block.

Walls are mirrors (the image-source method of Allen and Berkley, 1979), with the images moved a little at random so that
the late reverberation is not a comb filter. For measuring only; a session never needs it.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy import signal

from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Samples

SOUND_SPEED = 343.0
"""Speed of sound, metres a second."""

LEVEL_FRAME = 2048
"""Samples in the frames whose largest energy is the level of a sound: the rule of the recordings' benchmark."""

LEVEL = 0.05
"""The person's level (RMS of the loudest LEVEL_FRAME) at the microphone, of full scale."""

DEVELOPMENT_SEEDS = range(1000, 1020)
REPORT_SEEDS = range(2000, 2020)
"""Rooms to choose numbers in, and rooms to report figures of; never the same ones."""


def level_of(samples: Samples) -> float:
    """The level of a sound: the RMS of its loudest LEVEL_FRAME samples; 0 for no sound."""
    if not len(samples):
        return 0.0
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % LEVEL_FRAME))
    return float(np.sqrt((padded.reshape(-1, LEVEL_FRAME) ** 2).mean(axis=1).max()))


def to_level(samples: Samples, level: float = LEVEL) -> Samples:
    """The sound at a level; silence stays silence."""
    there = level_of(samples)
    return (samples * (level / there)).astype(np.float32) if there else samples


@dataclass(frozen=True)
class Delay:
    """How late the loudspeaker's blocks reach the microphone, apart from their way through the air.

    `jumps` are pairs of a time in seconds and the delay in milliseconds from then on, as after an underrun. `drift` is
    in parts per million: two devices with a clock each. `jitter` is the standard deviation, in milliseconds, of a
    random component that changes within about a second.
    """

    milliseconds: float = 60.0
    jumps: tuple[tuple[float, float], ...] = ()
    drift: float = 0.0
    jitter: float = 0.0


@dataclass(frozen=True)
class Setting:
    """The properties of a room. Lengths in metres, levels in dB relative to the person at the microphone.

    `echo` None is a loudspeaker that the microphone does not hear. `drive` is how hard the loudspeaker is driven: 0 is
    clean, 1 distorts the loudest parts audibly. `snr` compares the loudest LEVEL_FRAMEs of person and noise.
    """

    size: tuple[float, float, float] = (4.0, 5.0, 2.5)
    ring: float = 0.4
    person: float = 1.5
    loudspeaker: float = 0.5
    echo: float | None = 6.0
    drive: float = 0.5
    band: tuple[float, float] = (180.0, 6500.0)
    delay: Delay = field(default_factory=Delay)
    snr: float | None = None
    talker: float | None = None


def setting_of(seed: int) -> Setting:
    """A random room: from a bathroom to a large living room, near and far, with a tinny or a good loudspeaker."""
    chance = np.random.default_rng([seed, 1])
    size = (chance.uniform(2.2, 6.0), chance.uniform(2.5, 8.0), chance.uniform(2.3, 3.2))
    return Setting(
        size=size,
        ring=float(chance.uniform(0.2, 0.6)),
        person=float(chance.uniform(0.5, min(3.0, min(size[:2]) * 0.7))),
        loudspeaker=float(chance.uniform(0.15, 1.2)),
        drive=float(chance.uniform(0.0, 1.0)),
        band=(float(chance.uniform(100.0, 350.0)), float(chance.uniform(5000.0, 7500.0))),
        delay=Delay(float(chance.uniform(20.0, 250.0))),
    )


def impulse_response(
    size: tuple[float, float, float], ring: float, distance: float, chance: np.random.Generator
) -> Samples:
    """From a source to a microphone `distance` metres apart, somewhere in a room; `ring` is RT60 in seconds.

    Begins with the direct sound (the way through the air is left out) and preserves the level of speech.
    """
    walls = np.asarray(size)
    volume, surface = walls.prod(), 2 * (walls.prod() / walls).sum()
    # Eyring's formula gives the walls' absorption for the desired reverberation.
    reflection = np.sqrt(np.exp(-0.161 * volume / (surface * ring)))
    microphone, source = _places(walls, distance, chance)
    length = round(ring * LISTENING_RATE)
    amount, counts = _images(walls, microphone, source, length * SOUND_SPEED / LISTENING_RATE)
    late = np.linalg.norm(amount, axis=1)
    late += np.where(counts > 0, chance.uniform(-0.05, 0.05, len(late)), 0.0)
    place = np.round((late - distance) * LISTENING_RATE / SOUND_SPEED).astype(int)
    kept = (place >= 0) & (place < length)
    response = np.zeros(length)
    np.add.at(response, place[kept], reflection ** counts[kept] / late[kept])
    # Mirrors never change the sign, so the reflections add up to a rumble that no room has; filter it out.
    response = signal.lfilter([1.0, -1.0], [1.0, -0.98], response)
    speechlike = signal.lfilter([1.0], [1.0, -0.9], chance.standard_normal(LISTENING_RATE))
    through = signal.fftconvolve(speechlike, response)[: len(speechlike)]
    same_level = np.sqrt((speechlike**2).mean() / (through**2).mean())
    return np.asarray(response * same_level, np.float32)


@lru_cache(maxsize=256)
def _responses(
    seed: int, size: tuple[float, float, float], ring: float, distances: tuple[float, ...]
) -> tuple[list[Samples], np.random.Generator]:
    """The room's responses, and the chance that is left after them; cached, because they take a third of a second."""
    chance = np.random.default_rng([seed, 2])
    return [impulse_response(size, ring, distance, chance) for distance in distances], chance


def _places(walls: np.ndarray, distance: float, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A microphone and a source in a room, `distance` apart, both at least 0.2 m from the walls if that fits."""
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for _ in range(200):
        microphone = chance.uniform(0.2, walls - 0.2)
        direction = chance.standard_normal(3) * (1.0, 1.0, 0.3)
        source = microphone + distance * direction / np.linalg.norm(direction)
        inside = float(np.minimum(source, walls - source).min())
        if inside >= 0.2:
            return microphone, source
        if best is None or inside > best[0]:
            best = (inside, microphone, source)
    assert best is not None
    return best[1], np.clip(best[2], 0.05, walls - 0.05)


def _images(
    walls: np.ndarray, microphone: np.ndarray, source: np.ndarray, farthest: float
) -> tuple[np.ndarray, np.ndarray]:
    """All mirror images of the source within `farthest` metres: vectors to the microphone (n, 3), reflections (n,)."""
    ways, counts = [], []
    for axis in range(3):
        most = int(np.ceil(farthest / (2 * walls[axis])))
        turns = np.arange(-most, most + 1)
        rows = 2 * turns * walls[axis]
        ways.append(np.concatenate([rows + source[axis], rows - source[axis]]) - microphone[axis])
        counts.append(np.concatenate([np.abs(2 * turns), np.abs(2 * turns - 1)]))
    x, y, z = np.meshgrid(*ways, indexing="ij", sparse=True)
    near = x**2 + y**2 + z**2 <= farthest**2
    a, b, c = np.nonzero(near)
    return (
        np.stack([ways[0][a], ways[1][b], ways[2][c]], axis=1),
        counts[0][a] + counts[1][b] + counts[2][c],
    )


class _Path:
    """Convolves with a response, block by block."""

    def __init__(self, response: Samples) -> None:
        self._size = int(2 ** np.ceil(np.log2(len(response) + BLOCK)))
        self._spectrum = np.fft.rfft(response, self._size)
        self._tail = np.zeros(self._size)

    def feed(self, block: Samples) -> Samples:
        self._tail += np.fft.irfft(np.fft.rfft(block, self._size) * self._spectrum, self._size)
        out = self._tail[: len(block)].astype(np.float32)
        self._tail = np.concatenate([self._tail[len(block) :], np.zeros(len(block))])
        return out


class _Loudspeaker:
    """Distorts loud sound asymmetrically (second and third harmonics), and passes a frequency band."""

    def __init__(self, drive: float, band: tuple[float, float]) -> None:
        self._drive = drive
        self._filter = signal.butter(2, band, "bandpass", fs=LISTENING_RATE, output="sos")
        self._state = signal.sosfilt_zi(self._filter) * 0.0

    def feed(self, block: Samples) -> Samples:
        if self._drive:
            amount = 3.0 * self._drive
            block = (np.tanh(amount * (block + 0.2 * block**2)) / amount).astype(np.float32)
        out, self._state = signal.sosfilt(self._filter, block, zi=self._state)
        return np.asarray(out, np.float32)


class _DelayLine:
    """Returns what was put in `delay` ago; jumps at once when told to, and otherwise drifts."""

    LONGEST = 2 * LISTENING_RATE

    def __init__(self, delay: Delay, chance: np.random.Generator) -> None:
        self._delay = delay
        self._chance = chance
        self._kept = np.zeros(self.LONGEST, np.float32)
        self._blocks = 0
        self._wander = 0.0
        self._last = self._now()

    @property
    def milliseconds(self) -> float:
        return self._last * 1000 / LISTENING_RATE

    def _set_point(self) -> float:
        t = self._blocks * BLOCK / LISTENING_RATE
        past = [milliseconds for at, milliseconds in self._delay.jumps if at <= t]
        return past[-1] if past else self._delay.milliseconds

    def _now(self) -> float:
        """The delay in samples at the end of the next block."""
        t = self._blocks * BLOCK / LISTENING_RATE
        if self._delay.jitter:
            self._wander = 0.97 * self._wander + 0.24 * self._delay.jitter * float(self._chance.standard_normal())
        return (self._set_point() + self._wander + t * self._delay.drift / 1000) * LISTENING_RATE / 1000

    def feed(self, block: Samples) -> Samples:
        before = self._set_point()
        self._kept = np.concatenate([self._kept[len(block) :], block])
        self._blocks += 1
        now = self._now()
        start = now if self._set_point() != before else self._last
        late = np.linspace(start, now, len(block), endpoint=False)
        self._last = now
        where = len(self._kept) - len(block) + np.arange(len(block)) - late
        return np.interp(where, np.arange(len(self._kept)), self._kept).astype(np.float32)


class Room:
    """Gives what the microphone hears, block by block; the same seed and setting give exactly the same samples.

    `guide_level` is the level (see `level_of`) of the guide's voice as it is handed to the loudspeaker; the person is
    assumed to come at LEVEL (see `to_level`). `noise` and `talker` are sounds that repeat in the room.
    """

    def __init__(
        self,
        seed: int,
        setting: Setting | None = None,
        *,
        guide_level: float = LEVEL,
        noise: Samples | None = None,
        talker: Samples | None = None,
    ) -> None:
        self.setting = setting if setting is not None else setting_of(seed)
        place = self.setting
        responses, chance = _responses(seed, place.size, place.ring, (place.person, place.loudspeaker, place.person))
        chance = copy.deepcopy(chance)
        self._person, self._echo, self._other = map(_Path, responses)
        self._loudspeaker = _Loudspeaker(place.drive, place.band)
        self._late = _DelayLine(place.delay, chance)
        self._echo_gain = 0.0 if place.echo is None else _factor(place.echo) * LEVEL / guide_level
        self._noise = _Loop(noise, place.snr and -place.snr, chance) if place.snr is not None else None
        self._talker = _Loop(talker, place.talker, chance) if place.talker is not None else None
        self.echo: Samples = np.zeros(BLOCK, np.float32)
        """The guide's share of the last block."""

    @property
    def delay(self) -> float:
        """The current delay of the loudspeaker, milliseconds."""
        return self._late.milliseconds

    def hear(self, person: Samples, guide: Samples) -> Samples:
        """What the microphone hears in a block, while the person says `person` and the loudspeaker gets `guide`."""
        self.echo = self._echo.feed(self._loudspeaker.feed(self._late.feed(guide))) * self._echo_gain
        heard = self._person.feed(person) + self.echo
        if self._noise is not None:
            heard = heard + self._noise.take(len(heard))
        if self._talker is not None:
            heard = heard + self._other.feed(self._talker.take(len(heard)))
        return np.asarray(np.clip(heard, -1.0, 1.0), np.float32)


class _Loop:
    """A repeated sound, starting somewhere in it, at a level in dB relative to LEVEL."""

    def __init__(self, samples: Samples | None, decibels: float | None, chance: np.random.Generator) -> None:
        samples = _pink(chance) if samples is None else samples
        self._samples = to_level(samples, LEVEL * _factor(decibels or 0.0))
        self._place = int(chance.integers(len(samples)))

    def take(self, count: int) -> Samples:
        where = (self._place + np.arange(count)) % len(self._samples)
        self._place += count
        return np.asarray(self._samples[where], np.float32)


def _pink(chance: np.random.Generator) -> Samples:
    """Ten seconds of noise like a fan's: weaker and weaker towards high frequencies."""
    white = chance.standard_normal(10 * LISTENING_RATE)
    return np.asarray(signal.lfilter([1.0], [1.0, -0.95], white), np.float32)


def _factor(decibels: float) -> float:
    return math.pow(10.0, decibels / 20)
