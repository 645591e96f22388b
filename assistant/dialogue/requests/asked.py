"""What the person's answers to the guide's questions do: one table, question by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from assistant.dialogue.content.events import Heard
from assistant.dialogue.requests import distress, gently, numbers, small_talk
from assistant.dialogue.requests.sides import to_other_side
from assistant.dialogue.run.leading import finish, open_over
from assistant.dialogue.run.navigation import resume_unfinished, skip_stretch, start_over, take_up
from assistant.dialogue.run.pausing import end_halt, keep_holding, resume_run
from assistant.dialogue.run.reminders import decline, dismiss, just_offered, just_told, take_offer
from assistant.dialogue.run.waking import go_on
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING

Answer = Callable[[Turn, Heard], None]
"""Does what an answer calls for."""


def take_as_answer(turn: Turn, heard: Heard) -> bool:
    """Take what was heard as the answer to the guide's question; whether it is one."""
    answer = _answers(turn.state).get(heard.intent)
    if answer is None:
        return False
    turn.cue("heard")
    answer(turn, heard)
    return True


def _answers(state: State) -> Mapping[str, Answer]:
    if state.asked is not None:
        return ANSWERS[state.asked]
    if just_told(state):
        return AFTER_REMINDER
    return AFTER_OFFER if just_offered(state) else {}


def _plain(answers: Mapping[str, Callable[[Turn], None]]) -> dict[str, Answer]:
    """Answers to which nothing is added by their slots."""
    return {intent: partial(_without_slots, answer) for intent, answer in answers.items()}


def _without_slots(answer: Callable[[Turn], None], turn: Turn, _heard: Heard) -> None:
    answer(turn)


def _stop(turn: Turn) -> None:
    if gently.after_emergency(turn.state):
        distress.end(turn)
        return
    finish(turn, "hurts" if turn.state.asked is Asked.HURTS else "stopped")


def _skip(turn: Turn, heard: Heard) -> None:
    """Skip what hurts, the side alone if that was said; after an emergency, nothing goes on."""
    if gently.after_emergency(turn.state):
        distress.stay_hurt(turn)
    elif heard.slots.get("what") == "side" and to_other_side(turn):
        pass
    else:
        take_up(turn)
        skip_stretch(turn)


def _ask_again(turn: Turn, _heard: Heard) -> None:
    """One of the answers was refused: ask again which of them it is."""
    halt = turn.state.halt
    assert halt is not None
    usual = turn.replies.text("hurts_again") if halt.asked is Asked.HURTS else halt.question
    turn.say_instead(halt.again or usual)


def _advise(turn: Turn, _heard: Heard) -> None:
    """ "What should I do?" is about the pain, not about how the stretch goes that hurt."""
    turn.answer(small_talk.advice(turn))


def _yes_to_pain(turn: Turn) -> None:
    """Where there is only one thing to say yes to, that is meant; else it is asked which."""
    halt = turn.state.halt
    if gently.after_emergency(turn.state):
        distress.end(turn)
    elif halt is not None and halt.kind == gently.ENOUGH:
        gently.go_on(turn)
    else:
        gently.ask_which(turn)


def _take_time(turn: Turn) -> None:
    turn.say_instead(turn.replies.text("take_your_time"))


def _not_now(turn: Turn) -> None:
    """Neither from there nor from the beginning: the place is kept for another time."""
    end_halt(turn)
    turn.answer(turn.replies.text("remind_dismissed"))


def _start_over_at_a_word(turn: Turn) -> None:
    """A "no" to going on may be one to all of it: the first stretch is told, and begins at a word only."""
    start_over(turn)
    if turn.state.run.phase in RUNNING:
        turn.set_run(at_a_word=turn.stretch.id)


def _start_there(turn: Turn, heard: Heard) -> None:
    """Who is asked whether to carry on from there, and says "start", wants to; the beginning has to be named."""
    if heard.slots.get("from") == "beginning":
        start_over(turn)
    else:
        resume_unfinished(turn)


def _let_go(turn: Turn) -> None:
    keep_holding(turn)
    open_over(turn)


ANSWERS: Mapping[Asked, Mapping[str, Answer]] = {
    Asked.GO_ON: _plain(
        {
            "yes": resume_unfinished,
            "resume": resume_unfinished,
            "ready": resume_unfinished,
            "no": _start_over_at_a_word,
            "undo": start_over,
            "restart": start_over,
            "keep_going": resume_unfinished,
            "wait": _take_time,
            "not_today": _not_now,
        }
    )
    | {"start_routine": _start_there},
    Asked.STOP: _plain(
        {
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
        }
    ),
    Asked.HURTS: _plain(
        {
            "yes": _yes_to_pain,
            "resume": gently.go_on,
            "ready": gently.go_on,
            "start_routine": gently.go_on,
            "better": gently.go_on,
            "keep_going": gently.ask_which,
            "restart": gently.ask_which,
            "same_side_again": gently.ask_which,
            "no": distress.stay_hurt,
            "pause": distress.stay_hurt,
            "wait": distress.stay_hurt,
            "stop": _stop,
            "done": distress.stay_hurt,
        }
    )
    | {"easier": gently.answer, "next": _skip, "not_that": _ask_again, "how_to": _advise},
    Asked.EMERGENCY: _plain(
        {
            "yes": distress.call,
            "help": distress.call,
            "called": distress.called,
            "no_phone": distress.shout,
            "how_to": distress.call,
            "who_are_you": distress.call,
            "no": distress.call_nobody,
            "better": distress.call_nobody,
            "undo": distress.stay,
            "stop": distress.end,
            "resume": distress.stay,
            "keep_going": distress.stay,
            "wait": distress.stay,
            "later": distress.stay,
        }
    ),
    Asked.ALL_RIGHT: _plain(
        {
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
        }
    ),
    Asked.HURT_BEFORE: _plain(
        {
            "yes": gently.do_gently,
            "resume": gently.do_gently,
            "ready": gently.do_gently,
            "start_routine": gently.do_gently,
            "no": gently.spare,
            "next": gently.spare,
            "done": gently.spare,
            "better": gently.do_as_usual,
            "keep_going": gently.do_gently,
            "wait": _take_time,
        }
    )
    | {"easier": gently.answer_before, "not_that": _ask_again},
    Asked.NUMBER: _plain(
        {
            "yes": numbers.ask_again,
            "easier": numbers.ask_how_much,
            "resume": numbers.leave,
            "ready": numbers.leave,
            "start_routine": numbers.leave,
            "next": numbers.leave,
            "done": numbers.leave,
            "keep_going": numbers.ask_again,
            "no": numbers.none,
            "better": numbers.none,
            "stop": numbers.stop,
            "wait": _take_time,
        }
    )
    | {"number": numbers.number, "no_number": numbers.no_number},
    Asked.STILL_HOLDING: _plain(
        {
            "yes": keep_holding,
            "resume": keep_holding,
            "ready": keep_holding,
            "start_routine": keep_holding,
            "no": _let_go,
            "undo": keep_holding,
            "done": _let_go,
            "let_go": _let_go,
            "keep_going": keep_holding,
            "wait": keep_holding,
        }
    ),
    Asked.AWAKE: _plain(
        {
            "yes": go_on,
            "resume": go_on,
            "ready": go_on,
            "start_routine": go_on,
            "better": go_on,
            "keep_going": go_on,
            "no": _stop,
            "stop": _stop,
            "done": _stop,
            "wait": _take_time,
        }
    ),
}
"""What each answer to each question does. Any other command, unless it is an aside, ends the question and is obeyed;
but nothing ends the question whether somebody should be called."""

AFTER_OFFER: Mapping[str, Answer] = _plain({"yes": take_offer, "no": decline})
"""Replies to the offer of reminders, at the end of a run."""

AFTER_REMINDER: Mapping[str, Answer] = _plain({"no": dismiss})
"""Replies to a reminder that are no commands by themselves; `means` in an intent's row says which intents they are."""
