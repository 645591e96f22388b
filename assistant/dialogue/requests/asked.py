"""What the person's answers to the guide's questions do."""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.requests.adjusting import leave_out_today
from assistant.dialogue.run.leading import finish, open_over
from assistant.dialogue.run.navigation import go_on_unfinished, skip_left_out, skip_stretch, start_over, take_up
from assistant.dialogue.run.pausing import go_on, keep_holding
from assistant.dialogue.state.state import Asked, Then
from assistant.dialogue.state.turn import Turn


def answered(turn: Turn, intent: str) -> bool:
    """Take an intent as the answer to the guide's question; whether it is one."""
    answer = _ANSWERS.get((turn.state.asked or Asked.GO_ON, intent))
    if answer is None:
        return False
    turn.cue("heard")
    answer(turn)
    return True


def _stop(turn: Turn) -> None:
    finish(turn, "hurts" if turn.state.asked is Asked.HURTS else "stopped")


def _skip_what_hurts(turn: Turn) -> None:
    take_up(turn)
    skip_stretch(turn)


def _stay_asking(turn: Turn) -> None:
    turn.say_then(Then.NOTHING, turn.replies.text("hurts_no"))


def _let_go(turn: Turn) -> None:
    keep_holding(turn)
    open_over(turn)


def _do_what_hurt(turn: Turn) -> None:
    saved = turn.state.saved
    if saved is not None:
        turn.set(hurt_here=turn.state.hurt_here | {turn.routine.stretches[saved.stretch].id})
    go_on(turn)


def spare(turn: Turn) -> None:
    """Leave out today what hurt last time."""
    take_up(turn)
    leave_out_today(turn, turn.stretch)
    skip_left_out(turn)


_ANSWERS: dict[tuple[Asked, str], Callable[[Turn], None]] = {
    (Asked.GO_ON, "yes"): go_on_unfinished,
    (Asked.GO_ON, "resume"): go_on_unfinished,
    (Asked.GO_ON, "ready"): go_on_unfinished,
    (Asked.GO_ON, "no"): start_over,
    (Asked.GO_ON, "undo"): start_over,
    (Asked.GO_ON, "restart"): start_over,
    (Asked.GO_ON, "start_routine"): start_over,
    (Asked.STOP, "yes"): _stop,
    (Asked.STOP, "stop"): _stop,
    (Asked.STOP, "done"): _stop,
    (Asked.STOP, "no"): go_on,
    (Asked.STOP, "resume"): go_on,
    (Asked.STOP, "undo"): go_on,
    (Asked.STOP, "ready"): go_on,
    (Asked.STOP, "start_routine"): go_on,
    (Asked.HURTS, "yes"): go_on,
    (Asked.HURTS, "resume"): go_on,
    (Asked.HURTS, "ready"): go_on,
    (Asked.HURTS, "start_routine"): go_on,
    (Asked.HURTS, "no"): _stay_asking,
    (Asked.HURTS, "pause"): _stay_asking,
    (Asked.HURTS, "hurts"): _stay_asking,
    (Asked.HURTS, "next"): _skip_what_hurts,
    (Asked.HURTS, "stop"): _stop,
    (Asked.HURTS, "done"): _stay_asking,
    (Asked.HURT_BEFORE, "yes"): _do_what_hurt,
    (Asked.HURT_BEFORE, "resume"): _do_what_hurt,
    (Asked.HURT_BEFORE, "ready"): _do_what_hurt,
    (Asked.HURT_BEFORE, "start_routine"): _do_what_hurt,
    (Asked.HURT_BEFORE, "no"): spare,
    (Asked.HURT_BEFORE, "next"): spare,
    (Asked.HURT_BEFORE, "done"): spare,
    (Asked.STILL_HOLDING, "yes"): keep_holding,
    (Asked.STILL_HOLDING, "resume"): keep_holding,
    (Asked.STILL_HOLDING, "ready"): keep_holding,
    (Asked.STILL_HOLDING, "start_routine"): keep_holding,
    (Asked.STILL_HOLDING, "no"): _let_go,
    (Asked.STILL_HOLDING, "undo"): keep_holding,
    (Asked.STILL_HOLDING, "done"): _let_go,
}
