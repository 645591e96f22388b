"""Starting, and moving about in the routine and within a stretch."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.steps import FIRST_NUMBER, Kind, Step, steps_of
from assistant.dialogue.run.instructions import way_out
from assistant.dialogue.run.leading import (
    announce,
    change_sides,
    finish,
    leave_work,
    next_stretch,
    skip_to_work,
    work_over,
)
from assistant.dialogue.run.pausing import ask, go_back, go_on
from assistant.dialogue.run.resume_point import forget_place, keep_place, place_in_words, run_of, to_go_on_with
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.preferences import is_left_out, place_after, place_before
from assistant.dialogue.state.state import Asked, Span, SpanKind
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase


def take_up(turn: Turn) -> None:
    """Return to where the run stood, in silence."""
    go_back(turn, silently=True)
    turn.hush()


def start(turn: Turn, place: int, *, only: bool = False, whole: bool = False) -> None:
    """Begin a run at a position in the order; for the `whole` routine, all its needs are told."""
    _begin_run(turn, only=only)
    announce(turn, place, whole=whole)


def _begin_run(turn: Turn, *, only: bool, done: frozenset[str] = frozenset()) -> None:
    # The place of an earlier run, its stretch and span, no longer means anything.
    break_off(turn)
    if not only:
        forget_place(turn)
    turn.hush()
    turn.set(phase=Phase.IDLE, span=None, broken=None, saved=None, asked=None)
    turn.set(done=done, only=only, unanswered=False, told_left_out=frozenset(), safety_heard=0)
    turn.record("run", routine=turn.routine.id)


def break_off(turn: Turn) -> None:
    """End the current run, if there is one, keeping its place: another one begins."""
    running = run_of(turn.state).phase in RUNNING
    if running:
        keep_place(turn, exactly=True)
    leave_work(turn)
    if running:
        turn.record("end", why="stopped")


def start_over(turn: Turn) -> None:
    """Begin with the first stretch that is not left out."""
    first = place_after(turn.state, turn.routine, -1)
    if first is None:
        take_up(turn)
        turn.answer(turn.replies.text("all_left_out"))
    else:
        start(turn, first, whole=True)


def go_on_unfinished(turn: Turn) -> None:
    """Resume the unfinished run: at its stretch, round and side, with the time that was left."""
    kept = to_go_on_with(turn.state, turn.routine)
    if kept is None:
        start_over(turn)
        return
    place = turn.routine.index(kept["stretch"])
    done = frozenset(map(str, kept.get("done", ())))
    _begin_run(turn, only=bool(kept.get("only")), done=done)
    steps = steps_of(turn.routine.stretches[place])
    step = int(kept.get("step", 0))
    if step < len(steps):
        announce(turn, place, step=step, broken=_broken(turn, place, step, float(kept.get("elapsed", 0.0))))
        return
    turn.set(stretch=place)
    next_stretch(turn)


def _broken(turn: Turn, place: int, step: int, elapsed: float) -> Span | None:
    """What is left of the interrupted work, if any of it was done."""
    turn.set(stretch=place)
    work = turn.steps[step]
    if elapsed <= 0 or elapsed >= work.seconds:
        return None
    span = Span(SpanKind(work.kind.value), work.seconds, pace=work.pace)
    return resized(span, work, elapsed=elapsed)


def resized(span: Span, step: Step, *, elapsed: float) -> Span:
    """A span with the length that its step has now, the time elapsed, and the mark that comes next.

    Counted repetitions stay counted at another pace.
    """
    if span.pace and elapsed > FIRST_NUMBER:
        elapsed = FIRST_NUMBER + (elapsed - FIRST_NUMBER) * step.pace / span.pace
    span = Span(span.kind, step.seconds, min(elapsed, step.seconds), pace=step.pace)
    return replace(span, mark=next_mark(marks_of(span, step, unanswered=False), span.elapsed))


def start_routine(turn: Turn) -> None:
    """Begin, or offer to resume today's last unfinished run."""
    state = turn.state
    if state.phase in RUNNING:
        turn.answer(turn.replies.text("already_going"))
        return
    if state.phase is Phase.PAUSED:
        go_on(turn)
        return
    kept = to_go_on_with(state, turn.routine)
    if kept is not None:
        ask(turn, Asked.GO_ON, turn.replies.text("ask_go_on", place=place_in_words(turn, kept)), way_out(turn))
        return
    start_over(turn)


def start_stretch(turn: Turn, heard: Heard) -> None:
    """Begin a stretch, from anywhere in the run."""
    move_to(turn, turn.routine.index(heard.slots["stretch"]))


def only_stretch(turn: Turn, heard: Heard) -> None:
    """Begin a stretch that is to be the only one."""
    _skipped(turn)
    start(turn, turn.routine.index(heard.slots["stretch"]), only=True)


def move_to(turn: Turn, place: int) -> None:
    """Go to another stretch; what was done in this run stays done."""
    running = turn.state.phase in RUNNING or turn.state.phase is Phase.PAUSED
    if running:
        _skipped(turn, unless=place)
        turn.set(only=False)
        announce(turn, place)
    else:
        start(turn, place)


def _skipped(turn: Turn, unless: int = -1) -> None:
    """Keep in the history that the current stretch is being left early, for another one."""
    state = turn.state
    if run_of(state).phase in RUNNING and state.stretch != unless and turn.stretch.id not in state.done:
        turn.record("stretch", stretch=turn.stretch.id, outcome="skipped", seconds=round(state.worked, 1))


def next_one(turn: Turn, heard: Heard) -> None:
    """Skip the stretch, the side or the round."""
    what = heard.slots.get("what")
    if turn.state.phase is Phase.PAUSED:
        take_up(turn)
    if turn.state.phase not in RUNNING:
        turn.answer(turn.replies.text("nothing_running"))
    elif what == "round":
        _next_round(turn)
    elif what == "side":
        _next_side(turn)
    else:
        skip_stretch(turn)


def skip_stretch(turn: Turn) -> None:
    """Go to the next stretch that is not left out; if there was to be only one, that was all."""
    place = place_after(turn.state, turn.routine, turn.state.stretch)
    if place is not None and not turn.state.only:
        move_to(turn, place)
    else:
        _skipped(turn)
        finish(turn, "stopped")  # the last or only stretch was skipped, so nothing was completed


def _next_round(turn: Turn) -> None:
    state = turn.state
    later = turn.steps[state.step + 1 :]
    if turn.step.kind in (Kind.REST, Kind.CHANGE):
        skip_to_work(turn)
    elif not later or later[0].kind is not Kind.REST:
        turn.answer(turn.replies.text("no_other_round"))
    elif state.phase is Phase.GETTING_READY:
        turn.set(step=state.step + 2, broken=None)
        turn.answer(_where_now(turn))
    else:
        turn.hush()
        work_over(turn)


def _where_now(turn: Turn) -> str:
    step, number = turn.step, turn.replies.number
    return turn.replies.text("round", round=number(step.round), rounds=number(step.rounds))


def _next_side(turn: Turn) -> None:
    state = turn.state
    place = next((n for n in range(state.step + 1, len(turn.steps)) if turn.steps[n].kind is Kind.CHANGE), None)
    if place is None and not turn.step.side:
        turn.answer(turn.replies.text("no_other_side"))
    elif place is None:
        skip_stretch(turn)
    elif state.phase is Phase.GETTING_READY:
        # Not begun yet, so there is nothing to rest from: get ready for the other side instead.
        turn.set(step=place + 1, broken=None)
        turn.answer(turn.replies.text("starting_side", side=turn.replies.text(turn.step.side)))
    else:
        turn.hush()
        leave_work(turn)
        turn.set(step=place)
        change_sides(turn)


def previous(turn: Turn) -> None:
    """Go back to the previous stretch; at the first one, restart that."""
    if turn.state.phase is Phase.PAUSED:
        take_up(turn)
    if turn.state.phase not in RUNNING:
        turn.answer(turn.replies.text("nothing_running"))
        return
    place = place_before(turn.state, turn.routine, turn.state.stretch)
    if place is None:
        announce(turn, turn.state.stretch)
        turn.answer(turn.replies.text("first_already"))
    else:
        move_to(turn, place)


def restart(turn: Turn) -> None:
    """Begin the current stretch again."""
    if turn.state.phase is Phase.PAUSED:
        take_up(turn)
    if turn.state.phase in RUNNING:
        announce(turn, turn.state.stretch)
    else:
        turn.answer(turn.replies.text("nothing_running"))


def skip_left_out(turn: Turn) -> None:
    """Leave a stretch that is left out: for the next one, or for the end if it was to be the only one."""
    if turn.state.only:
        _skipped(turn)
        finish(turn, "stopped")
    else:
        skip_stretch(turn)


def skip_if_left_out(turn: Turn) -> bool:
    """Go on to the next stretch if the current one is left out; whether it was."""
    run = run_of(turn.state)
    if run.phase not in RUNNING or not is_left_out(turn.state, turn.routine.stretches[run.stretch]):
        return False
    if turn.state.paused_or_asking:
        take_up(turn)
    skip_left_out(turn)
    return True
