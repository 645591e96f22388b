"""Kitchen noise under speech, mixed by the rule of the benchmark that the recording comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from assistant.audio.sound_files import read_sound
from assistant.understanding.hypothesis import Samples
from bench.room_simulation import level_of
from bench.voices import in_quiet_room

RECORDING = Path("noise") / "kitchen.flac"
"""Where the recording is, in the folder of recordings."""

Half = Literal["first", "second"]
"""The first half of the recording is for choosing numbers, the second for reporting figures."""


@dataclass(frozen=True)
class Noise:
    """A random piece of the kitchen, at a signal-to-noise ratio in dB."""

    path: Path
    half: Half
    snr: float
    seed: int


@lru_cache(maxsize=2)
def kitchen(path: Path, half: Half) -> Samples:
    """A half of the recording."""
    sound = read_sound(path)
    middle = len(sound) // 2
    return sound[:middle] if half == "first" else sound[middle:]


def in_noise(said: Samples, noise: Noise) -> Samples:
    """Speech with the kitchen under it, and before and after it.

    The ratio is that of the largest energies of any frame (see `level_of`).
    """
    recording = kitchen(noise.path, noise.half)
    sound = in_quiet_room(said)
    start = int(np.random.default_rng(noise.seed).integers(len(recording)))
    piece = recording[(start + np.arange(len(sound))) % len(recording)]
    gain = level_of(said) / level_of(piece) * 10 ** (-noise.snr / 20)
    return np.clip(sound + gain * piece, -1.0, 1.0).astype(np.float32)
