"""What is heard in a sound file: what `solemate listen` shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.audio.sound_files import read_sound
from assistant.entries import Recognition, recognition_of
from assistant.hearing.ear import Ear
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance


@dataclass(frozen=True)
class HeardInFile:
    """What was heard in a file from `start` to `end`, in seconds; they are None where nothing is heard in it."""

    file: str
    start: float | None
    end: float | None
    recognition: Recognition


def listen_file(path: str | Path, new_ear: Callable[[], Ear], gate: Gate, *, gain: float = 1.0) -> list[HeardInFile]:
    """Each utterance in the file; one thing heard with intent None where nothing is heard.

    The sound is made louder by `gain` first; the `gate` says what counts. Raises
    SolemateError if the file can't be read.
    """
    ear = new_ear()
    samples = read_sound(path) * np.float32(gain)
    utterances = [gate.judge(utterance) for utterance in (*ear.feed(samples), *ear.flush())]
    if not utterances:
        nothing = Utterance(0.0, 0.0, Hypothesis((), recogniser=ear.recogniser.name), Match(None))
        return [HeardInFile(str(path), None, None, recognition_of(nothing))]
    return [
        HeardInFile(str(path), round(each.start, 3), round(each.end, 3), recognition_of(each)) for each in utterances
    ]
