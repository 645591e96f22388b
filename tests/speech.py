"""Synthetic people for tests: eSpeak NG says things into sound files at given times."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from assistant.ports import LISTENING_RATE, SPEAKING_RATE
from assistant.understanding.hypothesis import Samples

VOICE = "en-us+m3"
PACE = 150
"""The person's voice and words a minute."""


@lru_cache(maxsize=128)
def spoken(text: str, voice: str = VOICE, pace: int = PACE) -> Samples:
    """The text as samples at LISTENING_RATE."""
    command = ["espeak-ng", "-v", voice, "-s", str(pace), "--stdout", text]
    sound = subprocess.run(command, check=True, capture_output=True).stdout
    rate = int.from_bytes(sound[24:28], "little")
    samples = np.frombuffer(sound[44:], "<i2").astype(np.float32) / 32768
    resampled: Samples = soxr.resample(samples, rate, LISTENING_RATE)
    return resampled


def conversation(path: Path, said: Sequence[tuple[float, str]], voice: str = VOICE) -> Path:
    """A sound file in which each text is said at its time, in seconds; it ends a second after the last."""
    pieces = [(round(at * LISTENING_RATE), spoken(text, voice)) for at, text in said]
    sound = np.zeros(max((at + len(piece) for at, piece in pieces), default=0) + LISTENING_RATE, np.float32)
    for at, piece in pieces:
        sound[at : at + len(piece)] += piece
    write_wav(path, sound)
    return path


def seconds(samples: Samples) -> float:
    """How long the guide's sound is."""
    return len(samples) / SPEAKING_RATE


def write_wav(path: Path, samples: Samples, rate: int = LISTENING_RATE) -> None:
    """One channel of 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
