"""What happens in a session, as those who watch it are told: the log, the live view, the lines of the conversation.

Each kind of entry is a class; `t` is in seconds from the start of the session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.dialogue.state.preferences import steps_now

if TYPE_CHECKING:
    # These import numpy, which takes time; the log is opened first of all.
    from assistant.dialogue.content.routine import Routine
    from assistant.dialogue.state.state import State
    from assistant.understanding.hypothesis import Utterance


@dataclass(frozen=True)
class Recognition:
    """What was heard in an utterance, and what it was taken to mean.

    `text` is in words: those of a recogniser that hears words, else the phrase that was understood; it is in phonemes
    where no words are known. `intent` and `slots` are None and empty unless it counts as a command; `nearest` and
    `phrase` tell the intent and the phrase that came nearest in any case. `ignored_because` says why it was
    ignored; None if it wasn't. `tier` tells what understood it, `probability` (0 to 1) how probably it was meant, and
    `also` what else was said in the same breath, each by intent and slots; empty, 0 and empty if unknown or nothing.
    """

    text: str
    phonemes: str
    intent: str | None
    slots: Mapping[str, Any]
    score: float
    margin: float
    accepted: bool
    doubtful: bool
    nearest: str | None
    phrase: str
    recogniser: str
    early: bool
    ignored_because: str | None = None
    tier: str = ""
    probability: float = 0.0
    also: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True)
class Heard:
    """Something was heard."""

    t: float
    recognition: Recognition
    speech_start: float
    speech_end: float


@dataclass(frozen=True)
class Said:
    """The guide is about to speak, `after` so many seconds of silence; `id` links this to the entries of its speech."""

    t: float
    id: int
    text: str
    after: float = 0.0


@dataclass(frozen=True)
class SpeechStarted:
    """A speech is heard from now on."""

    t: float
    id: int


@dataclass(frozen=True)
class SpeechEnded:
    """A speech was heard to its end."""

    t: float
    id: int


@dataclass(frozen=True)
class SpeechStopped:
    """A speech was broken off."""

    t: float
    id: int


@dataclass(frozen=True)
class Yielded:
    """The guide fell silent in a speech, because the person speaks."""

    t: float
    id: int


@dataclass(frozen=True)
class WentOn:
    """The guide goes on with the speech in which it fell silent."""

    t: float
    id: int


@dataclass(frozen=True)
class CueSounded:
    """A cue, by its name."""

    t: float
    name: str


@dataclass(frozen=True)
class Position:
    """Where the guide is: the stretch by its id and number (from 1), round and side where the stretch has any."""

    phase: str
    stretch: str | None = None
    number: int | None = None
    round: int | None = None
    side: str | None = None


@dataclass(frozen=True)
class StateChanged:
    """The guide is somewhere else; `remaining` are the seconds left of what the clock counts, None where it doesn't."""

    t: float
    position: Position
    remaining: float | None


@dataclass(frozen=True)
class Finished:
    """The run is over, and why."""

    t: float
    why: str


@dataclass(frozen=True)
class DeviceGone:
    """The microphone or the loudspeaker was lost."""

    t: float
    message: str


@dataclass(frozen=True)
class DeviceBack:
    """The microphone or the loudspeaker is back, or another in its place."""

    t: float
    message: str


TroubleKind = Literal[
    "dropped",
    "voice",
    "cannot_keep",
    "kept_again",
    "microphone_silent",
    "microphone_sounds",
    "listening",
    "output",
    "slept",
    "rooms",
]
"""Sound was lost on the way to the ear; a voice could not be used as it should; what is done can't be stored, or can
again; the microphone gives digital silence, or sound again; listening had to begin anew; a log, the view or the output
can't be written, or can again; the machine was asleep; the broker is gone, or back, or sent what is wrong."""


@dataclass(frozen=True)
class Trouble:
    """Something is the matter that the session gets over."""

    t: float
    kind: TroubleKind
    message: str


Notice = DeviceGone | DeviceBack | Trouble
"""What the person is told in a line."""

Entry = (
    Heard
    | Said
    | SpeechStarted
    | SpeechEnded
    | SpeechStopped
    | Yielded
    | WentOn
    | CueSounded
    | StateChanged
    | Finished
    | Notice
)

Watcher = Callable[[Entry], None]
"""Called with each entry as it happens."""


def recognition_of(utterance: Utterance) -> Recognition:
    """What was heard in an utterance; scores and probability to four digits."""
    hypothesis, match = utterance.hypothesis, utterance.match
    phonemes = " ".join(hypothesis.phonemes)
    understood = match.phrase if match.accepted else ""
    return Recognition(
        text=hypothesis.text or understood or phonemes,
        phonemes=phonemes,
        intent=match.intent if match.accepted else None,
        slots=dict(match.slots) if match.accepted else {},
        score=round(match.score, 4),
        margin=round(match.margin, 4),
        accepted=match.accepted,
        doubtful=match.doubtful,
        nearest=match.intent,
        phrase=match.phrase,
        recogniser=hypothesis.recogniser,
        early=utterance.early,
        ignored_because=utterance.ignored_because,
        tier=match.tier,
        probability=round(match.probability, 4),
        also=tuple((each.intent, dict(each.slots)) for each in utterance.also if each.intent is not None),
    )


def heard(t: float, utterance: Utterance) -> Heard:
    """The entry of an utterance; times to the millisecond."""
    return Heard(round(t, 3), recognition_of(utterance), round(utterance.start, 3), round(utterance.end, 3))


def position_of(state: State, routine: Routine) -> Position:
    """Where the guide is in a routine."""
    if state.run.stretch < 0 or state.run.stretch >= len(routine.stretches):
        return Position(state.phase.value)
    stretch = routine.stretches[state.run.stretch]
    step = steps_now(state, routine)[state.run.step]
    return Position(state.phase.value, stretch.id, state.run.stretch + 1, step.round, step.side or None)


def remaining(state: State) -> float | None:
    """Seconds left of what the clock counts; None if nothing is counted or the person ends it."""
    span = state.run.span
    return round(span.remaining, 3) if span is not None and span.length else None
