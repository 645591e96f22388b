"""What is heard in a sound file, as plain data: what `solemate listen` shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.audio.wav import read_sound
from assistant.core.hypothesis import Utterance
from assistant.hearing.ear import Ear


def listen_file(path: str | Path, new_ear: Callable[[], Ear]) -> list[dict[str, Any]]:
    """An entry for each utterance in the file; one entry with intent None where nothing is heard.

    Times are in seconds. `intent` and `slots` are those of an accepted command, else None and empty; `nearest` is what
    a rejected utterance came nearest to. Raises SolemateError if the file can't be read.
    """
    ear = new_ear()
    samples = read_sound(path)
    entries = [utterance_entry(utterance) for utterance in [*ear.feed(samples), *ear.flush()]]
    if not entries:
        entries = [_nothing(ear.recogniser.name)]
    return [{"file": str(path), **entry} for entry in entries]


def utterance_entry(utterance: Utterance) -> dict[str, Any]:
    """What was heard and what it means, ready for JSON."""
    hypothesis, match = utterance.hypothesis, utterance.match
    phonemes = " ".join(hypothesis.phonemes)
    return {
        "start": round(utterance.start, 3),
        "end": round(utterance.end, 3),
        "heard": hypothesis.text or phonemes,
        "phonemes": phonemes,
        "intent": match.intent if match.accepted else None,
        "slots": dict(match.slots) if match.accepted else {},
        "score": round(match.score, 4),
        "margin": round(match.margin, 4),
        "accepted": match.accepted,
        "nearest": None if match.accepted else match.intent,
        "phrase": match.phrase,
        "recogniser": hypothesis.recogniser,
    }


def _nothing(recogniser: str) -> dict[str, Any]:
    return {
        "start": None,
        "end": None,
        "heard": "",
        "phonemes": "",
        "intent": None,
        "slots": {},
        "score": 0.0,
        "margin": 0.0,
        "accepted": False,
        "nearest": None,
        "phrase": "",
        "recogniser": recogniser,
    }
