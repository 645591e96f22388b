"""The resume point: where a run has got to, kept for the next start; never more than a second is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from assistant.dialogue.content.routine import Routine
from assistant.dialogue.content.steps import WORK, Blocks, Step, steps_of
from assistant.dialogue.state.preferences import index_after, is_left_out
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING

UNFINISHED = "unfinished"
"""Key: the resume point of a run that has not come to its end."""

PUT_BY = "unfinished:"
"""Before the id of a routine: where its place is remembered while UNFINISHED is that of another run, or of a single
stretch. Nothing that was begun is lost by beginning something else."""

FRESH_HOURS = 3.0
"""Hours for which resuming a run is offered after midnight; on its own day it always is."""


def unfinished(state: State, routine: Routine) -> dict[str, Any] | None:
    """The resume point, with the seconds done of the hold or count; None if no run is going on.

    `broken` work continues where it stopped; only an open-ended hold starts over.
    """
    run = state.run
    if run.phase not in RUNNING:
        return None
    stretch = routine.stretches[run.stretch]
    steps = steps_of(stretch, run.plan.blocks)
    span = run.broken or run.span
    counted = span is not None and span.kind in (SpanKind.HOLD, SpanKind.COUNT)
    place = {
        "date": state.today,
        "at": state.time_of_day.isoformat(timespec="seconds") if state.time_of_day else "",
        "routine": routine.id,
        "stretch": stretch.id,
        "step": work_from(steps, run.step),
        "elapsed": round(span.elapsed, 2) if counted and span is not None else 0.0,
        "done": sorted(run.done),
        "only": run.only,
    }
    if counted:
        place["begun"] = True  # a hold is under way, though the power may go before its seconds are kept
    if run.plan.skip:
        place["skip"] = sorted(run.plan.skip)
    if run.plan.blocks:
        place["blocks"] = [list(block) for block in run.plan.blocks]
    return place if stretch.id not in run.done else {**place, "step": len(steps)}


def kept_blocks(kept: Mapping[str, Any]) -> Blocks:
    """The sides and rounds of the stretch at a resume point; empty where they are as usual."""
    return tuple((str(side), int(rounds)) for side, rounds in kept.get("blocks", ()))


def work_from(steps: tuple[Step, ...], step: int) -> int:
    """The index of the next piece of work from a step on."""
    return next(index for index in range(step, len(steps)) if steps[index].kind in WORK)


def keep_place(turn: Turn, *, exactly: bool = False) -> None:
    """Remember the resume point if it has changed; `exactly`: even if only by seconds.

    The one of a run that this one does not continue is put by.
    """
    now, kept = unfinished(turn.state, turn.routine), turn.state.memory.get(UNFINISHED)
    if now is not None and kept and _is_fresh(kept, turn.state):
        routine = kept.get("routine", now["routine"])
        if routine != now["routine"] or (now["only"] and not kept.get("only")):
            turn.remember(f"{PUT_BY}{routine}", kept)
    if now is not None and (exactly or kept is None or _coarse(now) != _coarse(kept)):
        turn.remember(UNFINISHED, now)


def _coarse(place: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in place.items() if key not in ("at", "elapsed")}


def to_go_on_with(state: State, routine: Routine) -> Mapping[str, Any] | None:
    """The resume point of an unfinished run of today that is worth resuming; None if there is none.

    If its stretch was left out since, it is at the next one that was not.
    """
    places = (state.memory.get(UNFINISHED), state.memory.get(f"{PUT_BY}{routine.id}"))
    return next((good for kept in places if (good := _worth_it(kept, state, routine)) is not None), None)


def forget_place(turn: Turn) -> None:
    """Forget the resume point of the routine: it is done, or begun again."""
    key = f"{PUT_BY}{turn.routine.id}"
    if key in turn.state.memory:
        turn.remember(key, None)


def _worth_it(kept: Mapping[str, Any] | None, state: State, routine: Routine) -> Mapping[str, Any] | None:
    if not kept or not _is_fresh(kept, state) or kept.get("routine", routine.id) != routine.id:
        return None
    known = [stretch.id for stretch in routine.stretches]
    if kept.get("stretch") not in known:
        return None  # the routine has changed since
    begun = known.index(kept["stretch"]) > 0 or any(kept.get(sign) for sign in ("step", "elapsed", "begun"))
    if not begun or not is_left_out(state, routine.stretches[known.index(kept["stretch"])]):
        return kept if begun else None
    after = index_after(state, routine, known.index(kept["stretch"]))
    if after is None or kept.get("only"):
        return None
    return {**kept, "stretch": routine.stretches[after].id, "step": 0, "elapsed": 0.0}


def place_in_words(turn: Turn, kept: Mapping[str, Any]) -> str:
    """A resume point in words: stretch, side and round, as far as they matter."""
    replies = turn.replies
    stretch = turn.routine.stretches[turn.routine.index(kept["stretch"])]
    steps = steps_of(stretch, kept_blocks(kept))
    number = int(kept.get("step", 0))
    parts = [stretch.name]
    if 0 < number < len(steps):
        step = steps[number]
        if step.side:
            parts.append(replies.text("place_side", side=replies.text(step.side)))
        if step.rounds > 1:
            parts.append(replies.text("place_round", round=replies.number(step.round)))
    return replies.row(parts)


def _is_fresh(kept: Mapping[str, Any], state: State) -> bool:
    if kept.get("date") == state.today:
        return True
    moment, at = state.time_of_day, kept.get("at")
    if moment is None or not at:
        return False
    return timedelta(0) <= moment - datetime.fromisoformat(at) <= timedelta(hours=FRESH_HOURS)
