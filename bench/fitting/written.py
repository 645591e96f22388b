"""Writes limits into `assistant/understanding/limits.py`, in place: everything else of it stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from assistant.understanding import limits
from assistant.understanding.scoring import Weighing
from assistant.understanding.thresholds import Thresholds

FITTED = (
    "POWER", "ALIKE", "SHARPNESS", "LENGTH_POWER", "MEANT", "MEANT_LEAST", "MEANT_UNEXPECTED",
    "WORDS", "WORDS_LEAST", "WORDS_ASK", "DISTRESS_WORDS", "DISTRESS_WORDS_LEAST", "DISTRESS_WORDS_ASK",
    "MARGIN", "OPPOSITE_MARGIN", "SPOT_SURE", "SPOT_ASK", "SPOT_SHORT_ASK",
)  # fmt: skip
"""The limits that are fitted; the others were found by hand, each in its own way."""

Value = float | tuple[float, ...]


def values_of(thresholds: Thresholds, weighing: Weighing) -> dict[str, Value]:
    """The limits by their names in the file."""
    meant = thresholds.meant
    found: dict[str, Value] = {
        "POWER": weighing.power,
        "ALIKE": weighing.alike,
        "SHARPNESS": weighing.sharpness,
        "MEANT": meant.weights,
        "MEANT_LEAST": meant.least,
        "MEANT_UNEXPECTED": meant.unexpected,
    }
    for name, odds in {"WORDS": thresholds.words, "DISTRESS_WORDS": thresholds.distress_words}.items():
        found |= {name: odds.weights, f"{name}_LEAST": odds.least, f"{name}_ASK": odds.ask}
    return {name: found[name] if name in found else getattr(thresholds, name.lower()) for name in FITTED}


def written(source: str, values: Mapping[str, Value]) -> str:
    """The source of the module with these values. Raises ValueError for one that has no line of its own in it."""
    for name, value in values.items():
        source, times = re.subn(rf"(?m)^{name} = .*$", f"{name} = {_text(value)}", source)
        if times != 1:
            raise ValueError(f"{name} is set {times} times, not once")
    return source


def write(values: Mapping[str, Value]) -> Path:
    """Write the values into the module; returns its path."""
    path = Path(limits.__file__)
    path.write_text(written(path.read_text(encoding="utf-8"), values), encoding="utf-8")
    return path


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    return f"{round(float(value), 4):g}" if value % 1 else f"{value:.1f}"
