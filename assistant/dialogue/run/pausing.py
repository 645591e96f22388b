"""The run standing still, because it is paused or the guide asks something; and continuing from there."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.run.resume_point import keep_place
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.state import Asked, SpanKind, State, Then
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase


def ask(turn: Turn, asked: Asked, text: str, first: tuple[str, ...] = ()) -> None:
    """Ask a question, after what is to be said `first`, and wait; the run stands still in the meantime."""
    turn.set(saved=standing_still(turn.state))
    turn.set(phase=Phase.ASKING, asked=asked, question=text, waited=0.0, reminded=0)
    turn.say_then(Then.NOTHING, *first, text)


def standing_still(state: State) -> State:
    """The run to return to: from within a pause or a question, the one that it interrupted."""
    if state.paused_or_asking and state.saved is not None:
        return state.saved
    # Without its own history, or each pause would keep everything before it.
    return replace(state, saved=None, before=None)


def pause(turn: Turn) -> None:
    """Make the run, or a question asked during it, stand still until the person says so; speech stops."""
    turn.set(saved=standing_still(turn.state))
    turn.hush()
    turn.set(phase=Phase.PAUSED, asked=None, then=Then.NOTHING, waited=0.0, reminded=0)
    keep_place(turn, exactly=True)


def go_back(turn: Turn, *, silently: bool = False) -> None:
    """Return from a pause or a question to where the run stood, with what was left to say unless `silently`."""
    saved = turn.state.saved
    if saved is None:
        turn.set(phase=Phase.IDLE, asked=None, then=Then.NOTHING)
        return
    turn.hush()
    where = {name: getattr(saved, name) for name in ("phase", "stretch", "step", "only", "span", "broken", "then")}
    turn.set(**where, saved=None, asked=None, waited=0.0)
    if saved.then is not Then.NOTHING and not silently:
        lines = (saved.speech.text, *saved.queue) if saved.speech else saved.queue
        turn.say(*lines)


def keep_holding(turn: Turn) -> None:
    """Return to an open-ended hold that was asked about; it continued all the while."""
    saved = turn.state.saved
    asked_at = saved.now if saved else turn.state.now
    go_back(turn)
    span = turn.state.span
    if span is None:
        return
    elapsed = span.elapsed + turn.state.now - asked_at
    mark = next_mark(marks_of(span, turn.step, turn.state.unanswered), elapsed)
    turn.set(span=replace(span, elapsed=elapsed, mark=mark))


def go_on(turn: Turn) -> None:
    """Return to the run and say that it continues: interrupted work gets a fresh lead-in and the time that was left."""
    go_back(turn)
    span = turn.state.span
    if span is not None and turn.state.phase is Phase.EXERCISING:
        turn.set(phase=Phase.RESTING, broken=span, span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text("resuming"))
    elif span is not None and span.kind is SpanKind.LEAD_IN:
        turn.set(span=None)
        turn.lead_then(Then.LEAD_IN, turn.replies.text("resuming"))
    elif span is not None:
        turn.lead(turn.replies.text("resuming"))
