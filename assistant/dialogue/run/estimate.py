"""How long a routine takes this person: from what it took them before, and where that isn't known from the plan."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.dialogue.content.routine import Routine, Stretch
from assistant.dialogue.content.speech_length import likely_seconds
from assistant.dialogue.content.steps import OPEN_GUESS, Kind, Step, steps_of
from assistant.dialogue.run.dose import told_dose
from assistant.dialogue.run.familiarity import is_told
from assistant.dialogue.run.getting_ready import IN_A_MOMENT
from assistant.dialogue.run.instructions import (
    BETWEEN_LINES,
    TO_DECIDE,
    meanwhile,
    patient_things,
    safety,
    things_for_all,
    what_helps,
)
from assistant.dialogue.state.preferences import is_left_out, own, planned
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import SOUNDS, Book, Turn
from assistant.phases import Phase

NAME, START = 2.0, 1.5
"""Seconds to say which stretch comes, and to say that it begins now, before the countdown."""


def seconds_of_all(book: Book, state: State, routine: Routine) -> float:
    """About how many seconds a whole routine takes, without what is left out, with what is told before it."""
    turn = Turn(book, state)
    opening = [*safety(turn), *things_for_all(turn, routine)]
    return seconds_after(book, state, routine, -1) + _spoken(opening) + (TO_DECIDE if safety(turn) else 0.0)


def seconds_after(book: Book, state: State, routine: Routine, index: int) -> float:
    """About how many seconds a routine takes after the stretch at this index (-1: all of it)."""
    ahead = [each for each in routine.stretches[index + 1 :] if not is_left_out(state, each)]
    return sum(seconds_with_getting_ready(book, state, routine, each) for each in ahead)


def seconds_with_getting_ready(book: Book, state: State, routine: Routine, stretch: Stretch) -> float:
    """About how many seconds a stretch takes, from the end of the one before to its own."""
    steps = steps_of(own(stretch, state.memory), planned(state, stretch))
    return getting_ready(book, state, routine, stretch) + seconds_of(state, stretch, steps)


def getting_ready(book: Book, state: State, routine: Routine, stretch: Stretch) -> float:
    """About how many seconds it takes to be told of a stretch, to get into position meanwhile, and to begin.

    As long as it usually took this person; where that isn't known, as long as people take to move.
    """
    known = state.history.getting_ready(routine.id, stretch.id)
    if known is not None:
        return known
    turn, before = Turn(book, state), _before(state, routine, stretch)
    out = before.after if before is not None and is_told(turn, before, "after") else ()
    first = [*out, *what_helps(turn, stretch), *stretch.position]
    then = [told_dose(turn, stretch), *meanwhile(turn, stretch, "")]
    if turn.words == SOUNDS:
        first, then = [], []
    start = START + stretch.lead_in
    things = book.coaching.patient if patient_things(stretch) else 0.0
    moving = book.coaching.seconds_to_move(routine, before, stretch) + things
    return NAME + _spoken(first) + max(_spoken(then) + IN_A_MOMENT + start, moving)


def _before(state: State, routine: Routine, stretch: Stretch) -> Stretch | None:
    """The stretch that is done before this one; None for the first."""
    done = [each for each in routine.stretches[: routine.index(stretch.id)] if not is_left_out(state, each)]
    return done[-1] if done else None


def _spoken(lines: Sequence[str]) -> float:
    return sum(likely_seconds(line) + BETWEEN_LINES for line in lines)


def seconds_of(state: State, stretch: Stretch, steps: tuple[Step, ...]) -> float:
    """About how many seconds steps of a stretch take; an open-ended hold as long as the person's usually do."""
    held = state.history.held(stretch.id)
    open_ended = OPEN_GUESS if held is None else held
    return sum(open_ended if step.kind is Kind.OPEN else step.seconds for step in steps)


def begin_getting_ready(turn: Turn) -> None:
    """Note since when the person gets ready, where they didn't come from a stretch that is over."""
    run = turn.state.run
    if run.free_since is None or run.phase is Phase.GETTING_READY:
        turn.set_run(free_since=turn.state.now)


def note_ready(turn: Turn) -> None:
    """Note how long it took to get ready for the stretch that starts now, if this is its beginning."""
    run = turn.state.run
    turn.set_run(free_since=None)
    if run.free_since is not None and run.step == 0 and run.broken is None:
        turn.set_run(readied=(*run.readied, (turn.stretch.id, turn.state.now - run.free_since)))


def note_hold(turn: Turn, seconds: float) -> None:
    """Note for how long the person held the current stretch."""
    turn.set_run(held=(*turn.state.run.held, (turn.stretch.id, seconds)))


def keep_times(turn: Turn) -> None:
    """Let what the run took count for the estimates from now on; while it goes on, they stay as they are."""
    history, run = turn.state.history, turn.state.run
    for stretch, seconds in run.readied:
        history = history.with_readied(turn.routine.id, stretch, seconds)
    for stretch, seconds in run.held:
        history = history.with_hold(stretch, seconds)
    turn.set(history=history)
    turn.set_run(readied=(), held=())
