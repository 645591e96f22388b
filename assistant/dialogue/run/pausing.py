"""The run standing still, because it is paused or the guide asks something; and continuing from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.dialogue.content.steps import Step, counted, repetitions_in
from assistant.dialogue.run.resume_point import keep_place
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.run import Span, SpanKind, Then
from assistant.dialogue.state.state import Asked, Halt
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import Phase

LEAST_LEFT = 5.0
"""Seconds of a hold that are left at the least when it goes on gently; less would be over before it is felt."""


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


def resume_run(turn: Turn, reply: str = "resuming") -> None:
    """Return to the run and say that it continues: interrupted work gets a fresh lead-in and the time that was left."""
    end_halt(turn)
    span = turn.state.run.span
    if span is not None and turn.state.phase is Phase.EXERCISING:
        turn.set_run(phase=Phase.RESTING, broken=span, span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text(reply))
    elif span is not None and span.kind is SpanKind.LEAD_IN:
        turn.set_run(span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text(reply))
    elif span is not None:
        turn.lead(turn.replies.text(reply))


def resume_gently(turn: Turn) -> None:
    """Return to the run after pain: with a word of care in any case, and with less of the hold than was left."""
    run = turn.state.run
    turn.set_run(span=_less(run.span, turn.step), broken=_less(run.broken, turn.step))
    resume_run(turn, "resuming_gently")
    text, speech = turn.replies.text("resuming_gently"), turn.state.speech
    if speech is None or speech.text != sentence(text):
        turn.interpose(text)


def _less(span: Span | None, step: Step) -> Span | None:
    """A span of work without a third of what is left of it; an open-ended one is ended by the person anyway."""
    if span is not None and span.kind is SpanKind.HOLD:
        left = min(span.remaining, max(LEAST_LEFT, span.remaining * 2 / 3))
        length = span.elapsed + left
    elif span is not None and span.kind is SpanKind.COUNT:
        left = repetitions_in(span.length, step) - max(0, counted(step, span.elapsed))
        length = span.length - left // 3 * span.pace
    else:
        return span
    shorter = replace(span, length=length)
    return replace(shorter, mark=next_mark(marks_of(shorter, step, unanswered=False), span.elapsed))
