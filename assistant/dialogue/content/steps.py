"""A stretch unrolled into the steps that the guide leads through, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from assistant.dialogue.content.routine import Dose, EndsBy, Stretch

OPEN_GUESS = 15.0
"""Seconds assumed for an open-ended hold when the time left is estimated."""


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
    """One step: the `seconds` it lasts (0 if open-ended), its round (from 1) and side ("" for both feet at once).

    pace: seconds per repetition. beat: seconds from one beat to the next, 0 for none.
    """

    kind: Kind
    seconds: float
    round: int
    rounds: int
    side: str = ""
    repetitions: int = 0
    pace: float = 0.0
    beat: float = 0.0


Blocks = tuple[tuple[str, int], ...]
"""Sides in the order in which they are done, each with its number of rounds; "" for both feet at once."""


def blocks_of(dose: Dose) -> Blocks:
    """Each side with all its rounds."""
    return tuple((side, dose.rounds) for side in dose.sides or ("",))


@lru_cache(maxsize=256)
def steps_of(stretch: Stretch, blocks: Blocks = ()) -> tuple[Step, ...]:
    """Every side with its rounds, rests between rounds, and a changeover between sides.

    `blocks`, if there are any, stand in place of what the dose says.
    """
    dose = stretch.dose
    steps: list[Step] = []
    for side, rounds in blocks or blocks_of(dose):
        if steps:
            steps.append(Step(Kind.CHANGE, stretch.change_takes, 1, rounds, side))
        for number in range(1, rounds + 1):
            if number > 1:
                steps.append(Step(Kind.REST, dose.rest, number, rounds, side))
            steps.append(_work(stretch, number, rounds, side))
    return tuple(steps)


def block_at(blocks: Blocks, step: int) -> int:
    """The index of the block that a step belongs to; a changeover belongs to the block that it leads to."""
    first = 0
    for index, (_side, rounds) in enumerate(blocks):
        first += 2 * rounds
        if step < first - 1:
            return index
    return len(blocks) - 1


def first_step(blocks: Blocks, block: int) -> int:
    """The index of the first work of a block."""
    return sum(2 * rounds for _side, rounds in blocks[:block])


def _work(stretch: Stretch, number: int, rounds: int, side: str) -> Step:
    dose = stretch.dose
    if dose.ends_by is EndsBy.CLOCK:
        return Step(Kind.HOLD, dose.hold, number, rounds, side, beat=stretch.beat)
    if dose.ends_by is EndsBy.COUNT:
        seconds = FIRST_NUMBER + dose.repetitions * dose.pace
        return Step(Kind.COUNT, seconds, number, rounds, side, dose.repetitions, dose.pace)
    return Step(Kind.OPEN, 0.0, number, rounds, side)


def counted(step: Step, elapsed: float) -> int:
    """How many repetitions of a count have been called out after that many seconds."""
    return min(step.repetitions, int((elapsed - FIRST_NUMBER) // step.pace) + 1)


def repetitions_in(seconds: float, step: Step) -> int:
    """How many repetitions of a count are called out in a span of that many seconds."""
    return min(step.repetitions, round((seconds - FIRST_NUMBER) / step.pace)) if step.pace else 0
