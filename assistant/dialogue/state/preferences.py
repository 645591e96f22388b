"""The person's own version of the routine: stretches left out, and holds of another length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from assistant.dialogue.content.routine import EndsBy, Routine, Stretch
from assistant.dialogue.content.steps import GETTING_READY_GUESS, seconds_of, steps_of
from assistant.dialogue.state.state import State

ALWAYS = "always"
"""Remembered for a stretch that is left out from now on; a date means on that day only."""


PACE = "pace"
"""The key under which the person's own seconds per repetition are remembered, for all counted stretches."""

DEFAULT_PACE = 3.0
"""Seconds per repetition if the routine has no counted stretch; as in the ten stretches."""


def hold_key(stretch_id: str) -> str:
    """The key under which the person's own length of a hold, or number of repetitions, is remembered."""
    return f"hold:{stretch_id}"


def left_out_key(stretch_id: str) -> str:
    """The key under which it is remembered that a stretch is left out."""
    return f"left_out:{stretch_id}"


def hurt_key(stretch_id: str) -> str:
    """The key under which it is remembered when a stretch hurt."""
    return f"hurt:{stretch_id}"


def own(stretch: Stretch, memory: Mapping[str, Any]) -> Stretch:
    """The stretch with the person's own hold, or repetitions and pace."""
    amount, pace = memory.get(hold_key(stretch.id)), memory.get(PACE)
    if pace is not None and stretch.dose.ends_by is EndsBy.COUNT:
        stretch = _at_pace(stretch, float(pace))
    return stretch if amount is None else _with(stretch, float(amount))


@lru_cache(maxsize=64)
def _at_pace(stretch: Stretch, pace: float) -> Stretch:
    return replace(stretch, dose=replace(stretch.dose, pace=pace))


@lru_cache(maxsize=64)
def _with(stretch: Stretch, amount: float) -> Stretch:
    if stretch.dose.ends_by is EndsBy.CLOCK:
        return replace(stretch, dose=replace(stretch.dose, hold=amount))
    if stretch.dose.ends_by is EndsBy.COUNT:
        return replace(stretch, dose=replace(stretch.dose, repetitions=int(amount)))
    return stretch


def is_left_out(state: State, stretch: Stretch) -> bool:
    """Whether the person wants to leave out a stretch, from now on or today."""
    until = state.memory.get(left_out_key(stretch.id))
    return until is not None and until in (ALWAYS, state.today)


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
    return sum(GETTING_READY_GUESS + seconds_of(steps_of(own(each, state.memory))) for each in ahead)


def enough_of(state: State, routine: Routine) -> int:
    """How many stretches make half a day count: half of the routine, or all that the person kept of it."""
    kept = len([each for each in routine.stretches if state.memory.get(left_out_key(each.id)) != ALWAYS])
    return max(1, min((len(routine.stretches) + 1) // 2, kept))
