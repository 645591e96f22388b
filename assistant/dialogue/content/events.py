"""The guide's events (what reaches it) and effects (what it wants done), as plain data.

Times are seconds from the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Tick:
    """Time has passed."""

    t: float


@dataclass(frozen=True)
class Heard:
    """The person said something that is, or may be, a command; `sure` if it could hardly have been anything else.

    A `doubtful` one is not obeyed, but came near enough to ask. `phrase` is what it was understood as, if known:
    "number four" is another stretch in another routine.
    """

    t: float
    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    sure: bool = True
    doubtful: bool = False
    phrase: str = ""


@dataclass(frozen=True)
class NotUnderstood:
    """The person surely said something to the guide, but what they mean is not known."""

    t: float


@dataclass(frozen=True)
class SpeechStarted:
    """The first word of the utterance with this id is heard, after the silence before it."""

    t: float
    id: int


@dataclass(frozen=True)
class SpeechEnded:
    """The utterance with this id was said to its end."""

    t: float
    id: int


@dataclass(frozen=True)
class DeviceGone:
    """The microphone or the loudspeaker no longer works."""

    t: float
    microphone: bool


@dataclass(frozen=True)
class DeviceBack:
    """It works again, or another one does in its place."""

    t: float
    microphone: bool


@dataclass(frozen=True)
class WallClock:
    """The person's date and time (ISO 8601)."""

    t: float
    now: str


@dataclass(frozen=True)
class Woken:
    """The machine was asleep, or the program stood still, for a while: nobody was guided meanwhile."""

    t: float


Notice = Literal["cannot_keep", "kept_again", "microphone_silent", "microphone_sounds"]
"""What the person is told of the program's own troubles, by the reply that tells it."""


@dataclass(frozen=True)
class Noticed:
    """Something is the matter, or no longer, that the person should know of; `what` is said now."""

    t: float
    what: Notice


Event = (
    Tick | Heard | NotUnderstood | SpeechStarted | SpeechEnded | DeviceGone | DeviceBack | WallClock | Woken | Noticed
)


@dataclass(frozen=True)
class Say:
    """Speak this now. If `timely`, such as a countdown, it is worthless later; if `soft`, it comes unasked.

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
    """Play a cue."""

    name: str


@dataclass(frozen=True)
class Remember:
    """Keep a value beyond the session; None forgets it."""

    key: str
    value: Any


@dataclass(frozen=True)
class Record:
    """Add an event to the history: `kind` is 'run', 'stretch', 'hold', 'number' or 'end', `at` the date and time.

    Record numbers rise within a session.
    """

    number: int
    kind: str
    at: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class TakeBack:
    """Delete the session's records from this number on: what they record was undone."""

    number: int


@dataclass(frozen=True)
class SetRate:
    """Speak at this many words a minute."""

    words_per_minute: int


@dataclass(frozen=True)
class SetVolume:
    """Set the volume, from 1 to 10."""

    level: int


@dataclass(frozen=True)
class Finished:
    """The run is over: 'complete', 'stopped', 'hurts' or 'no answer'."""

    why: str


@dataclass(frozen=True)
class Quit:
    """The person wants the program to end."""


Effect = Say | StopSpeaking | Cue | Remember | Record | TakeBack | SetRate | SetVolume | Finished | Quit
