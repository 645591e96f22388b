"""The conversation as lines of text: when, who, what."""

from __future__ import annotations

import sys
from typing import Any, TextIO


class Conversation:
    """Prints what the guide says and what it heard, as it happens.

    With `tells_talk` False, what was heard is left out: where output is stored, as in a service's journal, what people
    say in the room must not be included.
    """

    def __init__(self, out: TextIO | None = None, *, tells_talk: bool = True) -> None:
        self._out = out or sys.stdout
        self._tells_talk = tells_talk

    def __call__(self, entry: dict[str, Any]) -> None:
        """Print one entry of the log, if it is meant for people."""
        line = _line(entry)
        if line and (self._tells_talk or entry["event"] != "heard"):
            print(f"{_clock(entry['t'])}  {line}", file=self._out, flush=True)


def _clock(t: float) -> str:
    tenths = round(t * 10)
    return f"{tenths // 600:3}:{tenths % 600 / 10:04.1f}"


def _line(entry: dict[str, Any]) -> str:
    event = entry["event"]
    if event == "said":
        return f"Guide  {entry['text']}"
    if event == "heard" and entry["intent"]:
        slots = "".join(f" {value}" for value in entry["slots"].values())
        return f"You    {entry['text']}  [{entry['intent']}{slots}]"
    if event == "heard" and entry["doubtful"]:
        return f"       (not sure that it was: {entry['phrase']})"
    if event == "heard":
        # Shown, because a person who got no reaction wants to know whether they were misheard or misunderstood.
        return f"       (not understood as a command: {entry['text'] or entry['phonemes'] or 'a sound'})"
    if "message" in entry:
        return f"       ({entry['message']})"
    if event == "finished":
        return f"       The run is over: {entry['why']}."
    return ""
