"""What reaches the guide, and what it wants done: plain data both ways. All times are seconds from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Tick:
    """Time has gone by."""

    t: float


@dataclass(frozen=True)
class Heard:
    """The person said something that counts as a command; `sure` where it could hardly have been anything else.

    What is `doubtful` does not count, but came near enough to be asked about. `phrase` is what it was understood as,
    where that is known: "number four" is another stretch in another routine.
    """

    t: float
    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    sure: bool = True
    doubtful: bool = False
    phrase: str = ""


@dataclass(frozen=True)
class SpeechStarted:
    """The first word of the utterance with this id sounds, after the silence before it."""

    t: float
    id: int


@dataclass(frozen=True)
class SpeechEnded:
    """The utterance with this id has been said to its end."""

    t: float
    id: int


@dataclass(frozen=True)
class DeviceGone:
    """The microphone, or the loudspeaker, works no more."""

    t: float
    microphone: bool


@dataclass(frozen=True)
class DeviceBack:
    """It works again, or another one in its place."""

    t: float
    microphone: bool


@dataclass(frozen=True)
class WallClock:
    """The date and time (ISO 8601) on the person's clock."""

    t: float
    now: str


Event = Tick | Heard | SpeechStarted | SpeechEnded | DeviceGone | DeviceBack | WallClock


@dataclass(frozen=True)
class Say:
    """Speak this now. What is `timely`, such as a countdown, is worth nothing later; what is `soft` comes unasked.

    after: seconds of silence before the first word; they are part of the utterance.
    """

    id: int
    text: str
    timely: bool = False
    soft: bool = False
    after: float = 0.0


@dataclass(frozen=True)
class StopSpeaking:
    """Fall silent within one block of sound."""


@dataclass(frozen=True)
class Cue:
    """Play a short sound."""

    name: str


@dataclass(frozen=True)
class Remember:
    """Keep this beyond the session; None forgets it."""

    key: str
    value: Any


@dataclass(frozen=True)
class Record:
    """Keep in the history what happened: `kind` is 'run', 'stretch', 'hold' or 'end', `at` the date and time.

    The numbers of a session's records rise.
    """

    number: int
    kind: str
    at: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class TakeBack:
    """Drop the session's records from this number on: what they tell was taken back."""

    number: int


@dataclass(frozen=True)
class SetRate:
    """Speak at so many words a minute."""

    words_per_minute: int


@dataclass(frozen=True)
class SetVolume:
    """Sound at a volume from 1 to 10."""

    level: int


@dataclass(frozen=True)
class Finished:
    """The run is over: 'complete', 'stopped', 'hurts' or 'no answer'."""

    why: str


@dataclass(frozen=True)
class Quit:
    """The person is done with the program."""


Effect = Say | StopSpeaking | Cue | Remember | Record | TakeBack | SetRate | SetVolume | Finished | Quit
