"""The log, as JSON lines: one object per line, with `t` in seconds from the start, and `event`."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import entries
from assistant.entries import Entry, Recognition
from assistant.errors import SolemateError, UsageError
from assistant.file_lock import refuse_second

MOST_UNWRITTEN = 10_000_000
"""Bytes of entries that wait for the disk to have room again; more than a day's. Any further ones are dropped."""

ENTRY = b'{"t"'
"""How each entry begins."""

EVENTS: dict[type[Entry], str] = {
    entries.Heard: "heard",
    entries.Said: "said",
    entries.SpeechStarted: "speech_started",
    entries.SpeechEnded: "speech_ended",
    entries.SpeechStopped: "speech_stopped",
    entries.Yielded: "yielded",
    entries.WentOn: "went_on",
    entries.CueSounded: "cue",
    entries.StateChanged: "state",
    entries.Finished: "finished",
    entries.DeviceGone: "device_gone",
    entries.DeviceBack: "device_back",
}
"""What each kind of entry is called; a trouble goes by its own kind."""


class JsonLog:
    """Writes each entry to a file at once, so that it is complete up to the last moment.

    What can't be written waits, and is written before the next entry that can.
    """

    def __init__(self, path: Path) -> None:
        """Start the file over.

        Raises UsageError if it holds anything but a log, or another Solemate is writing it; SolemateError if it can't
        be written.
        """
        self.path = path
        self._unwritten = bytearray()
        if not path.name:
            raise UsageError("--log needs the name of a file, such as log.jsonl")
        try:
            if path.is_file() and path.stat().st_size and not _is_log(path):
                raise UsageError(f"--log {path}: it is no log, and would be overwritten", "choose another name")
            # Unbuffered, so that closing has nothing left to write that could fail.
            self._file = path.open("ab", buffering=0)
            refuse_second(self._file, path, "--log")
            if path.is_file():
                self._file.truncate(0)
        except OSError as error:
            raise SolemateError(f"cannot write the log {path}: {error.strerror}") from error

    def __call__(self, entry: Entry) -> None:
        """Write one entry. Raises SolemateError if the disk is full."""
        line = f"{json.dumps(as_json(entry), ensure_ascii=False)}\n".encode()
        if len(self._unwritten) + len(line) <= MOST_UNWRITTEN:
            self._unwritten += line
        try:
            self._write()
        except OSError as error:
            raise SolemateError(f"cannot write the log {self.path}: {error.strerror}") from error

    def close(self) -> None:
        """Close the file, after a last attempt to write what waits; that it failed was told before."""
        with suppress(OSError):
            self._write()
        self._file.close()

    def _write(self) -> None:
        while self._unwritten:
            written = self._file.write(self._unwritten)  # perhaps only a part of it, up to where the disk is full
            del self._unwritten[: written or 0]


def _is_log(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ENTRY)) == ENTRY


def as_json(entry: Entry) -> dict[str, Any]:
    """An entry as it stands in the log."""
    event = entry.kind if isinstance(entry, entries.Trouble) else EVENTS[type(entry)]
    return {"t": entry.t, "event": event, **_fields(entry)}


def _fields(entry: Entry) -> dict[str, Any]:
    """What follows `t` and `event`."""
    match entry:
        case entries.Heard():
            return _heard(entry)
        case entries.StateChanged():
            return {**asdict(entry.position), "remaining": entry.remaining}
        case entries.Said(after=0):
            return {"id": entry.id, "text": entry.text}
        case entries.Trouble():
            return {"message": entry.message}
        case _:
            return {key: value for key, value in asdict(entry).items() if key != "t"}


def _heard(entry: entries.Heard) -> dict[str, Any]:
    fields, sometimes = _recognised(entry.recognition)
    return {**fields, "speech_start": entry.speech_start, "speech_end": entry.speech_end, **sometimes}


def recognition_json(recognition: Recognition) -> dict[str, Any]:
    """What was heard, as `listen` and `understand` tell it: `text` is called `heard` there."""
    fields, sometimes = _recognised(recognition)
    return {"heard": fields.pop("text"), **fields, **sometimes}


def _recognised(recognition: Recognition) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that are always told, and those that are told where there is something to tell."""
    fields = asdict(recognition)
    fields["also"] = [{"intent": intent, "slots": slots} for intent, slots in recognition.also]
    sometimes = {key: fields.pop(key) for key in ("ignored_because", "tier", "probability", "also")}
    return fields, {key: value for key, value in sometimes.items() if value}
