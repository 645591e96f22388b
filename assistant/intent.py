"""The shape of a row in the table of intents, and the choices that its columns have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from assistant.phases import Phase, Situation

ANY: tuple[str, ...] = ()
"""For the values of a slot: any text is allowed (the id of a stretch, the name of a thing)."""


class IfDoubtful(Enum):
    """What to do about an intent that may have been meant, but not surely."""

    SAY_AGAIN = auto()
    """Nothing: the person repeats it sooner than they say yes to a question."""
    ASK = auto()
    """Ask, if the intent fits the moment, and forget it once the run has moved on."""
    ASK_ANYWHERE = auto()
    """Ask: it means the same wherever the run has got to, and may be meant at any time."""
    ASK_SOFTLY = auto()
    """Let the run stand still and ask whether the person is all right, whatever is going on."""


class InStandby(Enum):
    """What to do about an intent on standby, with no run going on."""

    OBEY = auto()
    IGNORE = auto()
    """Nothing: people say this to each other, and the guide would speak up out of nowhere."""
    IF_UNFINISHED = auto()
    """Obey it if there is a run to resume, else ignore it."""
    IF_REMINDED = auto()
    """Obey it if there is a reminder to put off, else ignore it."""


class Lookahead(Enum):
    """What is prefetched for an intent before anybody says it."""

    NOTHING = auto()
    ANSWER = auto()
    """The immediate answer."""
    ANSWER_OVER_TIME = auto()
    """The immediate answer, now and at each moment to come, because it changes with time."""
    ONWARD = auto()
    """The immediate answer and what follows it, because the run moves on."""


@dataclass(frozen=True)
class Intent:
    """One thing a person can want. The defaults suit a question that is simply answered."""

    name: str
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each slot's name and possible values (ANY for any text)."""
    required: frozenset[str] = frozenset()
    """The slots that every sentence must have."""
    one_of: frozenset[str] = frozenset()
    """The slots of which every sentence must have at least one."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Slots that require another one."""
    expected_in: frozenset[Phase | Situation] = frozenset()
    """When it is expected: the matcher favours it a little."""
    answers_in: frozenset[Phase | Situation] = frozenset()
    """When the guide is waiting for it: it counts as soon as it is said, and without the wake word."""
    urgent: bool = False
    """It never waits for the end of a sentence once it is sure, and needs no wake word."""
    counts_after_urgent: bool = False
    """It counts even after another intent in the same utterance was acted on."""
    said_in_parts: bool = False
    """People pause to think within it, so the ear waits for the rest even where it is awaited."""
    if_doubtful: IfDoubtful = IfDoubtful.SAY_AGAIN
    in_standby: InStandby = InStandby.OBEY
    means: Mapping[Phase | Situation, str] = field(default_factory=dict)
    """The intent that it means in a phase or situation; "" means nothing then, and by default it means itself.

    What is said of a situation comes before what is said of a phase, and of two situations the first one listed."""
    gives: Mapping[str, str] = field(default_factory=dict)
    """The slots of what it means, where that is another intent."""
    refusable: bool = False
    """A refusal beside it refuses just what it names: "don't hold for forty seconds" sets no forty seconds."""
    overheard_in: frozenset[Phase | Situation] = frozenset()
    """Where people say it to themselves: it wins against no command then, and is taken note of without a sound or a
    word, and disturbs nothing, not even a question."""
    only_as_answer: bool = False
    """It answers a question; without one it was not meant for the guide."""
    elsewhere_a_decoy: bool = False
    """Where it is not expected, its sentences are what is said in any room, and heard as decoys are."""
    goes_on: bool = False
    """It says that the work goes on: where the guide asks about pain, not in free words with a refusal among them."""
    aside: bool = True
    """It leaves the run and the guide's question as they are; otherwise the run resumes, and it applies there."""
    leaves: bool = False
    """It leaves the place where the run is: by mistake that costs the person most, so free words must be surer."""
    lookahead: Lookahead = Lookahead.ANSWER
    opposes: tuple[str, ...] = ()
    """Intents with the opposite effect, which also name this one: mistaking one for the other does harm.

    The matcher asks for a larger margin between them, except of what is urgent itself."""
