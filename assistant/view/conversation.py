"""The conversation as lines of text: when, who, what."""

from __future__ import annotations

import sys
from typing import TextIO

from assistant.entries import DeviceBack, DeviceGone, Entry, Finished, Heard, Recognition, Said, Trouble
from assistant.understanding.reasons import UNDERSTOOD


class Conversation:
    """Prints what the guide says and what it heard, as it happens.

    With `tells_talk` False, what was heard is left out: where output is stored, as in a service's journal, what people
    say in the room must not be included.
    """

    def __init__(self, out: TextIO | None = None, *, tells_talk: bool = True) -> None:
        self._out = out or sys.stdout
        self._tells_talk = tells_talk

    def __call__(self, entry: Entry) -> None:
        """Print one entry, if it is for people to read."""
        line = _line(entry)
        if line and (self._tells_talk or not isinstance(entry, Heard)):
            print(f"{_clock(entry.t)}  {line}", file=self._out, flush=True)


def _clock(t: float) -> str:
    tenths = round(t * 10)
    return f"{tenths // 600:3}:{tenths % 600 / 10:04.1f}"


def _line(entry: Entry) -> str:
    match entry:
        case Said():
            return f"Guide  {entry.text}"
        case Heard():
            return _heard(entry.recognition)
        case DeviceGone() | DeviceBack() | Trouble():
            return f"       ({entry.message})"
        case Finished():
            return f"       The run is over: {entry.why}."
    return ""


def _heard(heard: Recognition) -> str:
    if heard.ignored_because in UNDERSTOOD:
        return f"       (ignored, {heard.ignored_because}: {heard.text})"
    if heard.intent:
        slots = "".join(f" {value}" for value in heard.slots.values())
        return f"You    {heard.text}  [{heard.intent}{slots}]"
    if heard.doubtful:
        return f"       (not sure that it was: {heard.phrase})"
    # Shown, because a person who got no reaction wants to know whether they were misheard or misunderstood.
    return f"       (not understood as a command: {heard.text or heard.phonemes or 'a sound'})"
