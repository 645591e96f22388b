"""The log, as JSON lines: one object per line, with `t` in seconds from the start, and `event`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.dialogue.content.steps import steps_of
from assistant.errors import SolemateError, UsageError
from assistant.file_lock import refuse_second

if TYPE_CHECKING:
    # These import numpy, which takes time; the log is opened first of all.
    from assistant.dialogue.content.routine import Routine
    from assistant.dialogue.state.state import State
    from assistant.understanding.hypothesis import Utterance

Watcher = Callable[[dict[str, Any]], None]
"""Called with each entry as it happens."""


ENTRY = b'{"t"'
"""How each entry begins."""


class JsonLog:
    """Writes each entry to a file at once, so that it is complete up to the last moment."""

    def __init__(self, path: Path) -> None:
        """Start the file over.

        Raises UsageError if it holds anything but a log, or another Solemate is writing it; SolemateError if it can't
        be written.
        """
        self.path = path
        if not path.name:
            raise UsageError("--log needs the name of a file, such as log.jsonl")
        try:
            if path.is_file() and path.stat().st_size and not _is_log(path):
                raise UsageError(f"--log {path}: it is no log, and would be overwritten; choose another name")
            # Unbuffered, so that closing has nothing left to write that could fail.
            self._file = path.open("ab", buffering=0)
            refuse_second(self._file, path, "--log")
            if path.is_file():
                self._file.truncate(0)
        except OSError as error:
            raise SolemateError(f"cannot write the log {path}: {error.strerror}") from error

    def __call__(self, entry: dict[str, Any]) -> None:
        """Write one entry. Raises SolemateError if the disk is full."""
        try:
            self._file.write(f"{json.dumps(entry, ensure_ascii=False)}\n".encode())
        except OSError as error:
            raise SolemateError(f"cannot write the log {self.path}: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _is_log(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ENTRY)) == ENTRY


def heard_fields(utterance: Utterance) -> dict[str, Any]:
    """What was heard and understood, with the same names in the log, `listen` and `understand`.

    `heard` is in words: the recogniser's if it hears words, else the phrase that was understood; without any words it
    is in phonemes. `intent` is null and `slots` empty unless it counts as a command; `nearest` and `phrase` are the
    nearest intent and phrase in any case.
    """
    hypothesis, match = utterance.hypothesis, utterance.match
    phonemes = " ".join(hypothesis.phonemes)
    understood = match.phrase if match.accepted else ""
    return {
        "heard": hypothesis.text or understood or phonemes,
        "phonemes": phonemes,
        "intent": match.intent if match.accepted else None,
        "slots": dict(match.slots) if match.accepted else {},
        "score": round(match.score, 4),
        "margin": round(match.margin, 4),
        "accepted": match.accepted,
        "doubtful": match.doubtful,
        "nearest": match.intent,
        "phrase": match.phrase,
        "recogniser": hypothesis.recogniser,
        "early": utterance.early,
    }


def heard_entry(t: float, utterance: Utterance) -> dict[str, Any]:
    """The log entry for something heard in a session: as `heard_fields`, with `heard` named `text`."""
    fields = heard_fields(utterance)
    return {
        "t": round(t, 3),
        "event": "heard",
        "text": fields.pop("heard"),
        **fields,
        "speech_start": round(utterance.start, 3),
        "speech_end": round(utterance.end, 3),
    }


def place(state: State, routine: Routine) -> dict[str, Any]:
    """Where the guide is, for the entry `state`; round and side only if the stretch has them."""
    if state.stretch < 0 or state.stretch >= len(routine.stretches):
        return {"phase": state.phase.value, "stretch": None, "number": None, "round": None, "side": None}
    stretch = routine.stretches[state.stretch]
    step = steps_of(stretch)[state.step]
    return {
        "phase": state.phase.value,
        "stretch": stretch.id,
        "number": state.stretch + 1,
        "round": step.round,
        "side": step.side or None,
    }


def remaining(state: State) -> float | None:
    """Seconds left of what the clock counts; None if nothing is counted or the person ends it."""
    span = state.span
    return round(span.remaining, 3) if span is not None and span.length else None
