"""The run standing still, because it is paused or the guide asks something; and continuing from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.dialogue.run.getting_ready import wait_anew
from assistant.dialogue.run.instructions import to_begin_with
from assistant.dialogue.run.into_place import back_into_place
from assistant.dialogue.run.resume_point import keep_place, work_from
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.state import Asked, Halt
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase

AWAY_SECONDS = 60.0
"""Seconds from which a pause was long enough for the person to have left the position, and to be told it again."""


def ask(turn: Turn, asked: Asked, text: str, first: tuple[str, ...] = (), **more: Any) -> None:
    """Ask a question, after what is to be said `first`, and wait; the run stands still in the meantime.

    `more` are further fields of the halt.
    """
    _halt(turn, asked, text, **more)
    turn.say_instead(*first, text)


def pause(turn: Turn) -> None:
    """Make the run stand still until the person says so; speech stops."""
    _halt(turn)
    turn.hush()
    keep_place(turn, exactly=True)


def pause_unwell(turn: Turn) -> None:
    """Make the run stand still because nobody says whether they are all right; it is known of what kind that was."""
    _halt(turn, kind=turn.state.halt.kind if turn.state.halt else "")
    turn.hush()
    keep_place(turn, exactly=True)


def _halt(turn: Turn, asked: Asked | None = None, question: str = "", **more: Any) -> None:
    """Stop the run. If it stands still already, it stays where it was first stopped."""
    halt = turn.state.halt or Halt(turn.state.now, turn.state.talk.lines)
    turn.set(halt=Halt(halt.since, halt.unsaid, asked, question, **more))


def end_halt(turn: Turn, *, silently: bool = False) -> None:
    """End the pause or question. Lines that the run was waiting for are said again, unless `silently`.

    Where there is neither, no run is left to return to: go idle.
    """
    halt = turn.state.halt
    if halt is None:
        turn.set_run(phase=Phase.IDLE, then=Then.NOTHING)
        return
    turn.hush()
    since = turn.state.run.moving_since
    if since is not None:
        turn.set_run(moving_since=since + turn.state.now - halt.since)
    turn.set(halt=None)
    if turn.state.then is not Then.NOTHING and not silently:
        turn.say(*halt.unsaid)


def keep_holding(turn: Turn) -> None:
    """Return to an open-ended hold that was asked about; it continued all the while."""
    halt = turn.state.halt
    asked_at = halt.since if halt else turn.state.now
    end_halt(turn)
    run = turn.state.run
    if run.span is None:
        return
    elapsed = run.span.elapsed + turn.state.now - asked_at
    mark = next_mark(marks_of(run.span, turn.step, run.unanswered), elapsed)
    turn.set_run(span=replace(run.span, elapsed=elapsed, mark=mark))


def resume_run(turn: Turn, reply: str = "resuming", *more: str) -> None:
    """Return to the run and say that it continues: interrupted work gets a fresh lead-in and the time that was left.

    `more` is said after it. Whoever was away for long is told the position first, and gets time to get into it.
    """
    halt = turn.state.halt
    away = halt is not None and turn.state.now - halt.since > AWAY_SECONDS
    end_halt(turn)
    span = turn.state.run.span
    if away and span is not None and span.kind not in (SpanKind.READY, SpanKind.WAIT):
        back_into_place(turn, turn.replies.text(reply), *more)
    elif span is not None and span.kind is SpanKind.CHANGE:
        turn.set_run(span=None, moving_since=turn.state.now)
        turn.lead_then(Then.CHANGE, turn.replies.text(reply), *more, *to_begin_with(turn))
    elif span is not None and span.kind is SpanKind.REST and span.remaining < turn.stretch.lead_in:
        turn.set_run(step=work_from(turn.steps, turn.state.run.step), span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text(reply), *more)
    elif span is not None and turn.state.phase is Phase.EXERCISING:
        turn.set_run(phase=Phase.RESTING, broken=span, span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text(reply), *more)
    elif span is not None and span.kind is SpanKind.LEAD_IN:
        turn.set_run(span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text(reply), *more)
    elif span is not None:
        wait_anew(turn)
        turn.lead(turn.replies.text(reply), *more)
