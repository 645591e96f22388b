"""Getting ready once more for a stretch that was left or broken off: the position first, then time to get into it."""

from __future__ import annotations

from assistant.dialogue.run.dose import dose_from_here
from assistant.dialogue.run.instructions import gentle_lines, get_in_place, safety, way_out
from assistant.dialogue.run.resume_point import work_from
from assistant.dialogue.state.preferences import is_gentle
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase

_WORK = frozenset({SpanKind.HOLD, SpanKind.COUNT, SpanKind.OPEN})


def back_into_place(turn: Turn, *first: str) -> None:
    """Say how to get into the current stretch again, and what is left of it, and wait as before a stretch."""
    run = turn.state.run
    span = run.broken or run.span
    broken = span if span is not None and span.kind in _WORK else None
    out = way_out(turn, turn.stretch)
    turn.set(halt=None)
    turn.set_run(phase=Phase.GETTING_READY, step=work_from(turn.steps, run.step), span=None, broken=broken)
    # Where they are now is not known, so there is as much time as from standing.
    turn.set_run(moving_since=None, out_of="", getting_out=())
    stretch = turn.stretch
    lines = [*_position(turn), dose_from_here(turn, stretch), *get_in_place(turn, stretch)]
    turn.say_then(Then.AWAIT_READY, *first, *out, *safety(turn), *lines)


def _position(turn: Turn) -> list[str]:
    """The position of the current stretch, in the person's way of doing it."""
    stretch, side = turn.stretch, turn.step.side
    gentle = is_gentle(turn.state.memory, stretch.id)
    lines = [turn.sided(text, side) for text in stretch.position]
    return [*lines, *(gentle_lines(turn, stretch, side) if gentle and stretch.gently is None else ())]
