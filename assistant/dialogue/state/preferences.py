"""The person's own version of the routine: stretches left out, and holds of another length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from assistant.dialogue.content.bounds import BEATS
from assistant.dialogue.content.routine import EndsBy, Gently, Routine, Stretch
from assistant.dialogue.content.shares import with_share
from assistant.dialogue.content.steps import WORK, Blocks, Kind, Step, blocks_of, steps_of
from assistant.dialogue.state.state import State

ALWAYS = "always"
"""Remembered for a stretch that is left out from now on; a date means on that day only."""


PACE = "pace"
"""The key under which the person's own seconds per repetition are remembered, for all counted stretches."""

DEFAULT_PACE = 3.0
"""Seconds per repetition if the routine has no counted stretch; as in the ten stretches."""


BEAT = "beat"
"""The key under which it is remembered whether a soft beat is wanted, where a stretch has one."""

BEAT_PACE = "beat_pace"
"""The key under which it is remembered how much slower than the routine's the person's beat is: 2 is half as fast."""

REST, CHANGE = "rest", "change"
"""The keys under which the person's own seconds of rest between rounds, and of changing feet, are remembered for all
stretches; those of a single one stand under `only_key`, and come first."""

LEAST_OPEN_REST = 5.0
"""Seconds of rest that are left between open-ended holds, whatever is wished, or all of a shorter one: a pencil has to
be found again."""

LEAST_CHANGE = 3.0
"""Seconds of a changeover that are left, whatever is wished: nobody changes feet in no time."""

AUTO_START = "auto_start"
"""The key under which it is remembered whether a stretch begins by itself: true, false, or neither said."""

SIDES = ("left", "right")


def hold_key(stretch_id: str) -> str:
    """The key under which the person's own length of a hold, or number of repetitions, is remembered."""
    return f"hold:{stretch_id}"


def only_key(kind: str, stretch_id: str) -> str:
    """The key under which the person's own REST or CHANGE is remembered, for one stretch."""
    return f"{kind}:{stretch_id}"


def left_out_key(stretch_id: str) -> str:
    """The key under which it is remembered that a stretch is left out."""
    return f"left_out:{stretch_id}"


def gentle_key(stretch_id: str) -> str:
    """The key under which it is remembered that a stretch is done in its gentler way: true, or a share of the dose."""
    return f"gentle:{stretch_id}"


def gently_key(stretch_id: str) -> str:
    """The key under which the share of the dose is remembered that a stretch is done with, gently, because it hurt.

    It is forgotten when the stretch was done without pain; what is kept for good is under `gentle_key`.
    """
    return f"gently:{stretch_id}"


def share_key(stretch_id: str) -> str:
    """The key under which the share of the dose is remembered that the last number for pain or effort called for."""
    return f"share:{stretch_id}"


def is_gentle(memory: Mapping[str, Any], stretch_id: str) -> bool:
    """Whether a stretch is done in its gentler way, always or this time."""
    return bool(memory.get(gentle_key(stretch_id)) or memory.get(gently_key(stretch_id)))


def share_of(memory: Mapping[str, Any], stretch_id: str) -> float:
    """The share of its usual dose that a stretch is done with; the least of those that there are reasons for."""
    keys = (gentle_key(stretch_id), gently_key(stretch_id), share_key(stretch_id))
    return min((float(memory[key]) for key in keys if memory.get(key)), default=1.0)


def at_a_word(state: State, stretch_id: str) -> bool:
    """Whether a stretch begins at a word alone, because it hurt, or another way of doing it has to be got into."""
    run = state.run
    return stretch_id in run.hurt or stretch_id == run.at_a_word or bool(state.memory.get(gently_key(stretch_id)))


def foot_key(side: str) -> str:
    """The key under which the day is remembered on which a foot is left out."""
    return f"left_out_foot:{side}"


def hurt_key(stretch_id: str) -> str:
    """The key under which it is remembered when a stretch hurt."""
    return f"hurt:{stretch_id}"


def own(stretch: Stretch, memory: Mapping[str, Any]) -> Stretch:
    """The stretch with the person's own hold, or repetitions and pace, rests and changeovers, and a beat if wanted; in
    its gentler way, if the person does it so."""
    amount, pace = memory.get(hold_key(stretch.id)), memory.get(PACE)
    rest, change = (memory.get(only_key(kind, stretch.id), memory.get(kind)) for kind in (REST, CHANGE))
    if stretch.beat:
        stretch = _with_beat(stretch, float(memory.get(BEAT_PACE, 1.0)) if memory.get(BEAT) else 0.0)
    if rest is not None and stretch.dose.rounds > 1:
        stretch = _resting(stretch, float(rest))
    if change is not None:
        stretch = _changing(stretch, float(change))
    if pace is not None and stretch.dose.ends_by is EndsBy.COUNT:
        stretch = _at_pace(stretch, float(pace))
    stretch = stretch if amount is None else _with(stretch, float(amount))
    share = share_of(memory, stretch.id)
    stretch = stretch if share == 1.0 else with_share(stretch, share)
    return _in_gentler_way(stretch, stretch.gently) if stretch.gently and is_gentle(memory, stretch.id) else stretch


@lru_cache(maxsize=64)
def _in_gentler_way(stretch: Stretch, gently: Gently) -> Stretch:
    elsewhere = gently.posture is not None and gently.posture is not stretch.posture
    # What only helps in the usual posture, such as a mat on the floor, is of no use on a chair.
    usual = tuple(each for each in stretch.needs if not (elsewhere and each.optional))
    return replace(
        stretch,
        position=stretch.gentler,
        how=(),
        steady=(),
        change=gently.change or stretch.change,
        after=gently.after or stretch.after,
        posture=gently.posture or stretch.posture,
        needs=(*gently.needs, *usual),
        dose=replace(stretch.dose, sides=()) if gently.both_feet else stretch.dose,
    )


@lru_cache(maxsize=64)
def _with_beat(stretch: Stretch, slower: float) -> Stretch:
    return replace(stretch, beat=max(BEATS[0], min(BEATS[1], stretch.beat * slower)) if slower else 0.0)


@lru_cache(maxsize=64)
def _at_pace(stretch: Stretch, pace: float) -> Stretch:
    return replace(stretch, dose=replace(stretch.dose, pace=pace))


@lru_cache(maxsize=64)
def _resting(stretch: Stretch, rest: float) -> Stretch:
    least = min(LEAST_OPEN_REST, stretch.dose.rest) if stretch.dose.ends_by is EndsBy.PERSON else 0.0
    return replace(stretch, dose=replace(stretch.dose, rest=max(rest, least)))


@lru_cache(maxsize=64)
def _changing(stretch: Stretch, takes: float) -> Stretch:
    least = LEAST_OPEN_REST if stretch.dose.ends_by is EndsBy.PERSON else LEAST_CHANGE
    return replace(stretch, change_takes=max(takes, least))


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
    usual, out = blocks_of(own(stretch, state.memory).dose), feet_left_out(state)
    return tuple(block for block in usual if block[0] not in out) or usual


def blocks_now(state: State, routine: Routine) -> Blocks:
    """The sides and rounds of the current stretch."""
    return state.run.plan.blocks or blocks_of(own(routine.stretches[state.run.stretch], state.memory).dose)


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


def enough_of(state: State, routine: Routine) -> int:
    """How many stretches make half a day count: half of the routine, or all that the person kept of it."""
    kept = len([each for each in routine.stretches if state.memory.get(left_out_key(each.id)) != ALWAYS])
    return max(1, min((len(routine.stretches) + 1) // 2, kept))
