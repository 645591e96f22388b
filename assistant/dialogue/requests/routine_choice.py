"""Choosing one of the available routines."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run.navigation import break_off, start_routine
from assistant.dialogue.run.pausing import end_halt
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase


def choose(turn: Turn, heard: Heard) -> None:
    """Begin another routine; the place in the current one is kept, and the guide says so.

    For the same one, as `start_routine`.
    """
    before = turn.routine
    if heard.slots["routine"] == before.id:
        start_routine(turn)
        return
    if turn.state.halt:
        end_halt(turn, silently=True)
    break_off(turn)
    kept = to_go_on_with(turn.state, before) is not None
    turn.hush()
    turn.set_run(phase=Phase.IDLE, stretch=-1, step=0, only=False, span=None, broken=None, then=Then.NOTHING)
    turn.set_run(routine=heard.slots["routine"])
    turn.set(hurt_here=frozenset())
    start_routine(turn)
    told = turn.replies.text("routine_on", name=turn.routine.name)
    if kept:
        told = f"{told} {turn.replies.text('routine_kept', name=before.name)}"
    turn.interpose(told)


def names(turn: Turn) -> str:
    """The names of all routines."""
    return turn.replies.text("routines", names=turn.replies.listing([each.name for each in turn.book.routines]))


def not_here(turn: Turn, heard: Heard) -> None:
    """Say that a stretch belongs to another routine."""
    stretch = heard.slots["stretch"]
    name = next(each.names[stretch][0] for each in turn.book.routines if stretch in each.names)
    turn.cue("heard")
    turn.answer(turn.replies.text("not_here", name=name, routine=turn.routine.name))
