"""The person's own version of the routine: stretches left out, and holds of another length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from assistant.dialogue.content.routine import EndsBy, Routine, Stretch
from assistant.dialogue.content.steps import (
    GETTING_READY_GUESS,
    WORK,
    Blocks,
    Kind,
    Step,
    blocks_of,
    seconds_of,
    steps_of,
)
from assistant.dialogue.state.state import State

ALWAYS = "always"
"""Remembered for a stretch that is left out from now on; a date means on that day only."""


PACE = "pace"
"""The key under which the person's own seconds per repetition are remembered, for all counted stretches."""

DEFAULT_PACE = 3.0
"""Seconds per repetition if the routine has no counted stretch; as in the ten stretches."""


REST = "rest"
"""The key under which the person's own seconds of rest between rounds are remembered, for all stretches."""

LEAST_OPEN_REST = 5.0
"""Seconds of rest that are left between open-ended holds, whatever is wished: a pencil has to be found again."""

AUTO_START = "auto_start"
"""The key under which it is remembered whether a stretch begins by itself: true, false, or neither said."""

SIDES = ("left", "right")


def hold_key(stretch_id: str) -> str:
    """The key under which the person's own length of a hold, or number of repetitions, is remembered."""
    return f"hold:{stretch_id}"


def left_out_key(stretch_id: str) -> str:
    """The key under which it is remembered that a stretch is left out."""
    return f"left_out:{stretch_id}"


def gentle_key(stretch_id: str) -> str:
    """The key under which it is remembered that a stretch is done in its gentler way."""
    return f"gentle:{stretch_id}"


def foot_key(side: str) -> str:
    """The key under which the day is remembered on which a foot is left out."""
    return f"left_out_foot:{side}"


def hurt_key(stretch_id: str) -> str:
    """The key under which it is remembered when a stretch hurt."""
    return f"hurt:{stretch_id}"


def own(stretch: Stretch, memory: Mapping[str, Any]) -> Stretch:
    """The stretch with the person's own hold, or repetitions and pace, and rests."""
    amount, pace, rest = memory.get(hold_key(stretch.id)), memory.get(PACE), memory.get(REST)
    if rest is not None and stretch.dose.rounds > 1:
        stretch = _resting(stretch, float(rest))
    if pace is not None and stretch.dose.ends_by is EndsBy.COUNT:
        stretch = _at_pace(stretch, float(pace))
    return stretch if amount is None else _with(stretch, float(amount))


@lru_cache(maxsize=64)
def _at_pace(stretch: Stretch, pace: float) -> Stretch:
    return replace(stretch, dose=replace(stretch.dose, pace=pace))


@lru_cache(maxsize=64)
def _resting(stretch: Stretch, rest: float) -> Stretch:
    least = LEAST_OPEN_REST if stretch.dose.ends_by is EndsBy.PERSON else 0.0
    return replace(stretch, dose=replace(stretch.dose, rest=max(rest, least)))


@lru_cache(maxsize=64)
def _with(stretch: Stretch, amount: float) -> Stretch:
    if stretch.dose.ends_by is EndsBy.CLOCK:
        return replace(stretch, dose=replace(stretch.dose, hold=amount))
    if stretch.dose.ends_by is EndsBy.COUNT:
        return replace(stretch, dose=replace(stretch.dose, repetitions=int(amount)))
    return stretch


def is_left_out(state: State, stretch: Stretch) -> bool:
    """Whether the person wants to leave out a stretch, from now on, today, or in this run."""
    until = state.memory.get(left_out_key(stretch.id))
    if stretch.id in state.run.plan.skip or (until is not None and until in (ALWAYS, state.today)):
        return True
    sides = frozenset(stretch.dose.sides)
    return bool(sides) and sides <= feet_left_out(state)


def feet_left_out(state: State) -> frozenset[str]:
    """The feet, left and right, that the person leaves out today."""
    return frozenset(side for side in SIDES if state.memory.get(foot_key(side)) == state.today)


def planned(state: State, stretch: Stretch) -> Blocks:
    """The sides and rounds of a stretch, without a foot that is left out."""
    usual, out = blocks_of(stretch.dose), feet_left_out(state)
    return tuple(block for block in usual if block[0] not in out) or usual


def blocks_now(state: State, routine: Routine) -> Blocks:
    """The sides and rounds of the current stretch."""
    return state.run.plan.blocks or blocks_of(routine.stretches[state.run.stretch].dose)


def steps_now(state: State, routine: Routine) -> tuple[Step, ...]:
    """The steps of the current stretch, as the person wants them this time."""
    run = state.run
    steps = steps_of(own(routine.stretches[run.stretch], state.memory), run.plan.blocks)
    if not run.plan.added:
        return steps
    at = next((index for index in range(run.step, len(steps)) if steps[index].kind in WORK), None)
    if at is None or steps[at].kind is not Kind.HOLD:
        return steps
    return (*steps[:at], replace(steps[at], seconds=steps[at].seconds + run.plan.added), *steps[at + 1 :])


def index_after(state: State, routine: Routine, index: int) -> int | None:
    """The index of the next stretch that is not left out; None if there is none."""
    return next((n for n in range(index + 1, len(routine.stretches)) if _stays(state, routine, n)), None)


def index_before(state: State, routine: Routine, index: int) -> int | None:
    """The index of the stretch before it that is not left out; None if there is none."""
    return next((n for n in range(index - 1, -1, -1) if _stays(state, routine, n)), None)


def _stays(state: State, routine: Routine, index: int) -> bool:
    return not is_left_out(state, routine.stretches[index])


def seconds_after(state: State, routine: Routine, index: int) -> float:
    """About how long the routine takes, in seconds, after the stretch at this index (-1: all of it)."""
    ahead = [each for each in routine.stretches[index + 1 :] if not is_left_out(state, each)]
    return sum(
        GETTING_READY_GUESS + seconds_of(steps_of(own(each, state.memory), planned(state, each))) for each in ahead
    )


def enough_of(state: State, routine: Routine) -> int:
    """How many stretches make half a day count: half of the routine, or all that the person kept of it."""
    kept = len([each for each in routine.stretches if state.memory.get(left_out_key(each.id)) != ALWAYS])
    return max(1, min((len(routine.stretches) + 1) // 2, kept))
