"""A stretch unrolled into the steps that the guide leads through, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from assistant.dialogue.content.routine import Dose, EndsBy, Stretch

CHANGEOVER = 8.0
"""Seconds to change feet; people ask for 5 to 10. Not taken out of the second side's time."""

OPEN_GUESS = 15.0
"""Seconds assumed for an open-ended hold when the time left is estimated."""

GETTING_READY_GUESS = 25.0
"""Seconds from announcing a stretch to its beginning, for the same estimate."""


FIRST_NUMBER = 1.0
"""Seconds from the start of a count to its first number; sooner, it would be drowned by the cue and run into the
countdown."""


class Kind(str, Enum):
    """What is done in a step."""

    HOLD = "hold"
    COUNT = "count"
    OPEN = "open"
    REST = "rest"
    CHANGE = "change"


WORK = frozenset({Kind.HOLD, Kind.COUNT, Kind.OPEN})


@dataclass(frozen=True)
class Step:
    """One step: the `seconds` it lasts (0 if open-ended), its round (from 1) and side ("" for both feet at once)."""

    kind: Kind
    seconds: float
    round: int
    rounds: int
    side: str = ""
    repetitions: int = 0
    pace: float = 0.0


@lru_cache(maxsize=64)
def steps_of(stretch: Stretch) -> tuple[Step, ...]:
    """Every side with all its rounds, rests between rounds, and a changeover between sides."""
    dose = stretch.dose
    steps: list[Step] = []
    for side in dose.sides or ("",):
        if steps:
            steps.append(Step(Kind.CHANGE, CHANGEOVER, 1, dose.rounds, side))
        for number in range(1, dose.rounds + 1):
            if number > 1:
                steps.append(Step(Kind.REST, dose.rest, number, dose.rounds, side))
            steps.append(_work(dose, number, side))
    return tuple(steps)


def _work(dose: Dose, number: int, side: str) -> Step:
    if dose.ends_by is EndsBy.CLOCK:
        return Step(Kind.HOLD, dose.hold, number, dose.rounds, side)
    if dose.ends_by is EndsBy.COUNT:
        seconds = FIRST_NUMBER + dose.repetitions * dose.pace
        return Step(Kind.COUNT, seconds, number, dose.rounds, side, dose.repetitions, dose.pace)
    return Step(Kind.OPEN, 0.0, number, dose.rounds, side)


def counted(step: Step, elapsed: float) -> int:
    """How many repetitions of a count have been called out after that many seconds."""
    return min(step.repetitions, int((elapsed - FIRST_NUMBER) // step.pace) + 1)


def repetitions_in(seconds: float, step: Step) -> int:
    """How many repetitions of a count are called out in a span of that many seconds."""
    return min(step.repetitions, round((seconds - FIRST_NUMBER) / step.pace)) if step.pace else 0


def seconds_of(steps: tuple[Step, ...]) -> float:
    """About how long these steps take, in seconds."""
    return sum(OPEN_GUESS if step.kind is Kind.OPEN else step.seconds for step in steps)
