"""Finds the recordings of real people that some figures are measured on."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.audio.sound_files import read_sound
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from bench.teaching.speakers import Part, part_of

USUAL = "speech"
"""The default folder."""

INDEX = Path("train") / "index.tsv"
"""Who says what where, in the folder of recordings."""

AROUND = 0.4
"""Seconds of silence put before and after a piece, which was cut closely."""


@dataclass(frozen=True)
class Recorded:
    """A piece of a recording, in seconds, and what is said in it."""

    path: Path
    start: float
    length: float
    speaker: str
    text: str

    def bare(self) -> Samples:
        """The piece at LISTENING_RATE, with nothing before or after it."""
        start = round(self.start * LISTENING_RATE)
        return _whole(self.path)[start : start + round(self.length * LISTENING_RATE)]

    def samples(self) -> Samples:
        """The same with some silence before and after it."""
        return np.pad(self.bare(), round(AROUND * LISTENING_RATE))


@lru_cache(maxsize=2)
def _whole(path: Path) -> Samples:
    return read_sound(path)


def recordings() -> Path:
    """The folder that SOLEMATE_SPEECH names, else USUAL; it need not exist."""
    return Path(os.environ.get("SOLEMATE_SPEECH") or USUAL)


def of_people(speech: Path, part: Part) -> list[Recorded]:
    """What the speakers of a part read and say, in the order of the recordings; nothing without the recordings."""
    index = speech / INDEX
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if part_of(row["speaker"]) == part]
    return [
        Recorded(index.parent / row["file"], float(row["start_s"]), float(row["length_s"]), row["speaker"], row["text"])
        for row in rows
    ]
