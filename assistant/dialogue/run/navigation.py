"""Starting, and moving about in the routine and within a stretch."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.steps import FIRST_NUMBER, Kind, Step, blocks_of, steps_of
from assistant.dialogue.run.estimate import keep_times
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
from assistant.dialogue.run.pausing import ask, end_halt, resume_run
from assistant.dialogue.run.resume_point import (
    forget_place,
    keep_place,
    kept_blocks,
    place_in_words,
    to_go_on_with,
)
from assistant.dialogue.run.sides import without
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.preferences import feet_left_out, index_after, index_before, is_left_out
from assistant.dialogue.state.run import Plan, Span, SpanKind, Then
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase


def take_up(turn: Turn) -> None:
    """Return to where the run stood, in silence."""
    end_halt(turn, silently=True)
    turn.hush()


def start(turn: Turn, index: int, *, only: bool = False, whole: bool = False) -> None:
    """Begin a run at a stretch; of the `whole`, what all of it needs is told."""
    _begin_run(turn, only=only)
    announce(turn, index, whole=whole)


def _begin_run(turn: Turn, *, only: bool, done: frozenset[str] = frozenset(), plan: Plan | None = None) -> None:
    # The place of an earlier run, its stretch and span, no longer means anything.
    break_off(turn)
    if not only:
        forget_place(turn)
    turn.hush()
    turn.set(halt=None, safety_heard=0)
    turn.set_run(phase=Phase.IDLE, span=None, broken=None)
    moment = turn.state.time_of_day
    began = moment.isoformat(timespec="seconds") if moment else ""
    turn.set_run(done=done, only=only, plan=plan or Plan(), began=began, unanswered=False, told_left_out=frozenset())
    turn.set_run(hurt=frozenset(), to_ask=(), free_since=turn.state.now)
    turn.record("run", routine=turn.routine.id)


def break_off(turn: Turn) -> None:
    """End the current run, if there is one, keeping its place: another one begins."""
    running = turn.state.run.phase in RUNNING
    if running:
        keep_place(turn, exactly=True)
    leave_work(turn)
    keep_times(turn)
    if running:
        turn.record("end", why="stopped")


def start_over(turn: Turn) -> None:
    """Begin with the first stretch that is not left out."""
    first = index_after(turn.state, turn.routine, -1)
    if first is None:
        take_up(turn)
        turn.answer(turn.replies.text("all_left_out"))
    else:
        start(turn, first, whole=True)


def restart_routine(turn: Turn) -> None:
    """Begin the whole routine anew, what was done or skipped in this run too."""
    turn.set_plan(skip=frozenset())
    start_over(turn)


def resume_unfinished(turn: Turn) -> None:
    """Resume the unfinished run: at its stretch, round and side, with the time that was left."""
    kept = to_go_on_with(turn.state, turn.routine)
    if kept is None:
        start_over(turn)
        return
    index = turn.routine.index(kept["stretch"])
    done = frozenset(map(str, kept.get("done", ())))
    blocks, skip = kept_blocks(kept), frozenset(map(str, kept.get("skip", ())))
    _begin_run(turn, only=bool(kept.get("only")), done=done, plan=Plan(skip, blocks))
    turn.set_run(stretch=index)
    stretch, step = turn.routine.stretches[index], int(kept.get("step", 0))
    if step < len(steps_of(stretch, blocks)):
        left, at = without(blocks or blocks_of(stretch.dose), step, feet_left_out(turn.state))
        if at is not None:
            # A foot that was left out since then begins with the other one, and not with what is left of a hold.
            same = steps_of(stretch, left)[at].side == steps_of(stretch, blocks)[step].side
            broken = _broken(turn, step, float(kept.get("elapsed", 0.0))) if same else None
            announce(turn, index, step=at, broken=broken, blocks=left)
            return
    next_stretch(turn)


def _broken(turn: Turn, step: int, elapsed: float) -> Span | None:
    """What is left of the interrupted work, if any of it was done."""
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
    now = min(elapsed, step.seconds)
    span = replace(span, length=step.seconds, elapsed=now, pace=step.pace, beat=step.beat, halved=False)
    return replace(span, mark=next_mark(marks_of(span, step, unanswered=False), span.elapsed))


def start_routine(turn: Turn) -> None:
    """Begin, or offer to resume today's last unfinished run."""
    state = turn.state
    if state.phase in RUNNING:
        turn.answer(turn.replies.text("already_going"))
        return
    if state.phase is Phase.PAUSED:
        resume_run(turn)
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


def move_to(turn: Turn, index: int) -> None:
    """Go to another stretch; what was done in this run stays done."""
    running = turn.state.phase in RUNNING or turn.state.phase is Phase.PAUSED
    if running:
        _skipped(turn, unless=index)
        turn.set_run(only=False)
        announce(turn, index)
    else:
        start(turn, index)


def _skipped(turn: Turn, unless: int = -1) -> None:
    """Keep in the history that the current stretch is being left early, for another one."""
    run = turn.state.run
    if run.phase in RUNNING and run.stretch != unless and turn.stretch.id not in run.done:
        turn.record("stretch", stretch=turn.stretch.id, outcome="skipped", seconds=round(run.worked, 1))


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
    index = index_after(turn.state, turn.routine, turn.state.run.stretch)
    if index is not None and not turn.state.run.only:
        move_to(turn, index)
    else:
        _skipped(turn)
        # What is over was only asked about; else the last or only stretch was skipped, so nothing was completed.
        over = turn.stretch.id in turn.state.run.done and turn.state.run.then is Then.NEXT_STRETCH
        finish(turn, "complete" if over else "stopped")


def _next_round(turn: Turn) -> None:
    state = turn.state
    later = turn.steps[state.run.step + 1 :]
    if turn.step.kind in (Kind.REST, Kind.CHANGE):
        skip_to_work(turn)
    elif not later or later[0].kind is not Kind.REST:
        turn.answer(turn.replies.text("no_other_round"))
    elif state.phase is Phase.GETTING_READY:
        turn.set_run(step=state.run.step + 2, broken=None)
        turn.answer(_where_now(turn))
    else:
        turn.hush()
        work_over(turn)


def _where_now(turn: Turn) -> str:
    step, number = turn.step, turn.replies.number
    return turn.replies.text("round", round=number(step.round), rounds=number(step.rounds))


def _next_side(turn: Turn) -> None:
    state = turn.state
    later = range(state.run.step + 1, len(turn.steps))
    change = next((index for index in later if turn.steps[index].kind is Kind.CHANGE), None)
    if turn.step.kind is Kind.CHANGE:
        turn.answer(turn.replies.text("starting_side", side=turn.replies.text(turn.step.side)))
    elif change is None and not turn.step.side:
        turn.answer(turn.replies.text("no_other_side"))
    elif change is None:
        skip_stretch(turn)
    elif state.phase is Phase.GETTING_READY:
        # Not begun yet, so there is nothing to rest from: get ready for the other side instead.
        turn.set_run(step=change + 1, broken=None)
        turn.answer(turn.replies.text("starting_side", side=turn.replies.text(turn.step.side)))
    else:
        turn.hush()
        leave_work(turn)
        turn.set_run(step=change)
        change_sides(turn)


def previous(turn: Turn, heard: Heard) -> None:
    """Go back to the previous stretch, or by as many as were said; at the first one, restart that."""
    if turn.state.phase is Phase.PAUSED:
        take_up(turn)
    if turn.state.phase not in RUNNING:
        turn.answer(turn.replies.text("nothing_running"))
        return
    index = index_before(turn.state, turn.routine, turn.state.run.stretch)
    for _ in range(int(heard.slots.get("count", 1)) - 1):
        further = None if index is None else index_before(turn.state, turn.routine, index)
        index = index if further is None else further
    if index is None:
        announce(turn, turn.state.run.stretch)
        turn.answer(turn.replies.text("first_already"))
    else:
        move_to(turn, index)


def restart(turn: Turn) -> None:
    """Begin the current stretch again."""
    if turn.state.phase is Phase.PAUSED:
        take_up(turn)
    if turn.state.phase in RUNNING:
        announce(turn, turn.state.run.stretch)
    elif turn.state.phase is Phase.FINISHED and turn.state.run.stretch >= 0:
        start(turn, turn.state.run.stretch, only=True)  # "once more", at the end
    else:
        turn.answer(turn.replies.text("nothing_running"))


def skip_left_out(turn: Turn) -> None:
    """Leave a stretch that is left out: for the next one, or for the end if it was to be the only one."""
    if turn.state.run.only:
        _skipped(turn)
        finish(turn, "stopped")
    else:
        skip_stretch(turn)


def skip_if_left_out(turn: Turn) -> bool:
    """Go on to the next stretch if the current one is left out; whether it was."""
    run = turn.state.run
    if run.phase not in RUNNING or not is_left_out(turn.state, turn.routine.stretches[run.stretch]):
        return False
    if turn.state.halt:
        take_up(turn)
    skip_left_out(turn)
    return True
