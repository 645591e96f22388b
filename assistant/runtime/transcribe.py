"""What is heard in a sound file, as plain data: the work of `solemate listen`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio.sound_files import read_sound
from assistant.hearing.ear import Ear
from assistant.runtime.json_log import heard_fields
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance


def listen_file(path: str | Path, new_ear: Callable[[], Ear], gate: Gate, *, gain: float = 1.0) -> list[dict[str, Any]]:
    """An entry for each utterance in the file; one entry with intent None if nothing is heard.

    The sound is first amplified by `gain`; the `gate` decides what counts. Times are in seconds, None if nothing is
    heard; the other fields are those of `heard_fields`. Raises SolemateError if the file can't be read.
    """
    ear = new_ear()
    samples = read_sound(path) * np.float32(gain)
    entries = [utterance_entry(gate.judge(utterance)) for utterance in (*ear.feed(samples), *ear.flush())]
    if not entries:
        entries = [_nothing(ear.recogniser.name)]
    return [{"file": str(path), **entry} for entry in entries]


def utterance_entry(utterance: Utterance) -> dict[str, Any]:
    """What was heard and what it means, ready for JSON; times in seconds."""
    return {"start": round(utterance.start, 3), "end": round(utterance.end, 3), **heard_fields(utterance)}


def _nothing(recogniser: str) -> dict[str, Any]:
    nothing = Utterance(0.0, 0.0, Hypothesis((), recogniser=recogniser), Match(None))
    return {"start": None, "end": None, **heard_fields(nothing)}
