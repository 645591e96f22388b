"""What the person's answers to the guide's questions do: one table, question by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.dialogue.requests import distress
from assistant.dialogue.requests.leaving_out import leave_out_today
from assistant.dialogue.run.leading import finish, open_over
from assistant.dialogue.run.navigation import resume_unfinished, skip_left_out, skip_stretch, start_over, take_up
from assistant.dialogue.run.pausing import keep_holding, resume_gently, resume_run
from assistant.dialogue.run.reminders import dismiss, just_told
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Turn


def take_as_answer(turn: Turn, intent: str) -> bool:
    """Take an intent as the answer to the guide's question; whether it is one."""
    answer = _answers(turn.state).get(intent)
    if answer is None:
        return False
    turn.cue("heard")
    answer(turn)
    return True


def _answers(state: State) -> Mapping[str, Callable[[Turn], None]]:
    if state.asked is not None:
        return ANSWERS[state.asked]
    return AFTER_REMINDER if just_told(state) else {}


def _stop(turn: Turn) -> None:
    finish(turn, "hurts" if turn.state.asked is Asked.HURTS else "stopped")


def _skip(turn: Turn) -> None:
    take_up(turn)
    skip_stretch(turn)


def _take_time(turn: Turn) -> None:
    turn.say_instead(turn.replies.text("take_your_time"))


def _let_go(turn: Turn) -> None:
    keep_holding(turn)
    open_over(turn)


def _do_what_hurt(turn: Turn) -> None:
    turn.set(hurt_here=turn.state.hurt_here | {turn.stretch.id})
    resume_run(turn)


def spare(turn: Turn) -> None:
    """Leave out today what hurt last time."""
    take_up(turn)
    leave_out_today(turn, turn.stretch)
    skip_left_out(turn)


ANSWERS: Mapping[Asked, Mapping[str, Callable[[Turn], None]]] = {
    Asked.GO_ON: {
        "yes": resume_unfinished,
        "resume": resume_unfinished,
        "ready": resume_unfinished,
        "no": start_over,
        "undo": start_over,
        "restart": start_over,
        "start_routine": start_over,
        "keep_going": resume_unfinished,
        "wait": _take_time,
    },
    Asked.STOP: {
        "yes": _stop,
        "stop": _stop,
        "done": _stop,
        "no": resume_run,
        "resume": resume_run,
        "undo": resume_run,
        "ready": resume_run,
        "start_routine": resume_run,
        "keep_going": resume_run,
        "wait": _take_time,
    },
    Asked.HURTS: {
        "yes": resume_gently,
        "resume": resume_gently,
        "ready": resume_gently,
        "start_routine": resume_gently,
        "better": resume_gently,
        "keep_going": resume_gently,
        "no": distress.stay_hurt,
        "pause": distress.stay_hurt,
        "wait": distress.stay_hurt,
        "next": _skip,
        "stop": _stop,
        "done": distress.stay_hurt,
    },
    Asked.EMERGENCY: {
        "yes": distress.call,
        "no": distress.call_nobody,
        "better": distress.call_nobody,
        "undo": distress.stay,
        "stop": distress.end,
        "resume": distress.stay,
        "keep_going": distress.stay,
        "wait": distress.stay,
    },
    Asked.ALL_RIGHT: {
        "yes": distress.all_right,
        "resume": distress.all_right,
        "ready": distress.all_right,
        "start_routine": distress.all_right,
        "better": distress.all_right,
        "keep_going": distress.all_right,
        "undo": distress.all_right,
        "no": distress.not_all_right,
        "wait": distress.ask_all_right,
        "done": distress.ask_all_right,
    },
    Asked.HURT_BEFORE: {
        "yes": _do_what_hurt,
        "resume": _do_what_hurt,
        "ready": _do_what_hurt,
        "start_routine": _do_what_hurt,
        "no": spare,
        "next": spare,
        "done": spare,
        "better": _do_what_hurt,
        "keep_going": _do_what_hurt,
        "wait": _take_time,
    },
    Asked.STILL_HOLDING: {
        "yes": keep_holding,
        "resume": keep_holding,
        "ready": keep_holding,
        "start_routine": keep_holding,
        "no": _let_go,
        "undo": keep_holding,
        "done": _let_go,
        "keep_going": keep_holding,
        "wait": keep_holding,
    },
}
"""What each answer to each question does. Any other command, unless it is an aside, ends the question and is obeyed;
but nothing ends the question whether somebody should be called."""

AFTER_REMINDER: Mapping[str, Callable[[Turn], None]] = {"no": dismiss}
"""Replies to a reminder that are no commands by themselves; `means` in an intent's row says which intents they are."""
