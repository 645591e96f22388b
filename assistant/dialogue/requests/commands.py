"""What each command does, in every phase: `HANDLERS`, at the end of the file.

When a command counts is in its row in assistant/intents.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy
from assistant.dialogue.content.steps import Kind
from assistant.dialogue.requests import adjusting, distress, questions, routine_choice, small_talk, waiting
from assistant.dialogue.requests.asked import take_as_answer
from assistant.dialogue.requests.progress import progress
from assistant.dialogue.requests.undo import note, undo
from assistant.dialogue.run import navigation, reminders
from assistant.dialogue.run.instructions import tell_first
from assistant.dialogue.run.leading import begin_lead_in, finish, open_over, skip_to_work, stretch_over
from assistant.dialogue.run.navigation import take_up
from assistant.dialogue.run.pausing import ask, pause, resume_run
from assistant.dialogue.run.resume_point import to_go_on_with
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.intents import INTENTS
from assistant.phases import RUNNING, Phase

MOST = 0.6
"""The share of the stretches that counts as most of the routine: ending it then on an unclear word would lose a lot."""


Handler = Callable[[Turn, Heard], None]
"""Carries out a command."""


def obey(turn: Turn, heard: Heard) -> None:
    """Carry out a command; one that answers the guide's question does that first."""
    before = turn.state
    if not take_as_answer(turn, heard.intent):
        if INTENTS[heard.intent].only_as_answer:
            return  # its question has lapsed
        _do(turn, heard)
    if heard.intent != "undo":
        note(turn, before)


def _do(turn: Turn, heard: Heard) -> None:
    if turn.state.asked is Asked.EMERGENCY:
        _do_beside_emergency(turn, heard)
        return
    turn.cue("pause" if heard.intent == "pause" else "heard")
    if turn.state.phase is Phase.ASKING and not INTENTS[heard.intent].aside:
        # Any other command ends the question too: the run resumes where it stood, and the command applies there.
        take_up(turn)
    HANDLERS[heard.intent](turn, heard)


def _do_beside_emergency(turn: Turn, heard: Heard) -> None:
    """Answer what leaves the run and the question whether somebody should be called as they are, and nothing else."""
    turn.cue("heard")
    before, effects = turn.state, list(turn.effects)
    if INTENTS[heard.intent].aside:
        HANDLERS[heard.intent](turn, heard)
        after = turn.state
        where = (after.run.phase, after.run.stretch, after.run.step)
        if after.asked is Asked.EMERGENCY and where == (before.run.phase, before.run.stretch, before.run.step):
            return
        turn.set_back(before, effects)
    distress.stay(turn)


# Pausing, being ready, being done


def _pause(turn: Turn, _heard: Heard) -> None:
    state = turn.state
    if state.phase is Phase.PAUSED:
        turn.answer(turn.replies.text("already_paused"))
    elif state.phase in RUNNING:
        pause(turn)
    else:
        # Nothing is going on but speech, so that is what should stop.
        turn.hush()
        turn.answer(turn.replies.text("nothing_running"))


def _resume(turn: Turn, _heard: Heard) -> None:
    if turn.state.phase is Phase.PAUSED:
        resume_run(turn)
    elif turn.state.phase in RUNNING:
        pass  # it is going on, as they hear
    elif to_go_on_with(turn.state, turn.routine):
        navigation.resume_unfinished(turn)
    elif turn.state.phase is Phase.IDLE:
        navigation.start_routine(turn)
    else:
        turn.answer(turn.replies.text("nothing_paused"))


def _ready(turn: Turn, _heard: Heard) -> None:
    state = turn.state
    waits = state.run.phase is Phase.GETTING_READY and state.run.span is not None and not state.run.leads_in
    if state.phase is Phase.PAUSED and waits:
        take_up(turn)  # the run waits for just this word
        begin_lead_in(turn)
    elif state.phase is Phase.PAUSED:
        resume_run(turn)
    elif state.run.leads_in:
        pass  # it is about to begin anyway, as they can hear
    elif state.phase is Phase.GETTING_READY:
        if not tell_first(turn):
            begin_lead_in(turn)
    elif state.phase is Phase.RESTING and state.then is Then.NEXT_STRETCH:
        navigation.skip_stretch(turn)
    elif state.phase is Phase.RESTING:
        skip_to_work(turn)
    elif state.phase is not Phase.EXERCISING:
        turn.answer(turn.replies.text("nothing_running"))


def _done(turn: Turn, heard: Heard) -> None:
    if turn.state.phase is Phase.PAUSED:
        if turn.state.run.leads_in and turn.state.run.phase is Phase.GETTING_READY:
            resume_run(turn)  # "done" ends the pause, because nothing else has begun
            return
        take_up(turn)
    state = turn.state
    if state.phase is Phase.GETTING_READY:
        _ready(turn, heard)  # "done" means done getting ready
    elif state.phase is Phase.EXERCISING and turn.step.kind is Kind.OPEN:
        open_over(turn)
    elif state.run.broken is not None and state.run.broken.kind is SpanKind.OPEN:
        # In the lead-in after a pause: the interrupted hold ends with the time it had.
        turn.set_run(span=state.run.broken)
        open_over(turn)
    elif state.phase is Phase.RESTING and turn.stretch.dose.ends_by is EndsBy.PERSON:
        # The hold has ended already: "done" was said twice, or late.
        turn.answer(turn.replies.text("resting_already"))
    elif state.phase in RUNNING:
        if state.then is not Then.NEXT_STRETCH:
            turn.hush()
            stretch_over(turn)
    else:
        turn.answer(turn.replies.text("nothing_done"))


def _end(turn: Turn, heard: Heard) -> None:
    state = turn.state
    if state.phase in (Phase.IDLE, Phase.FINISHED) and turn.book.stays:
        turn.answer(turn.replies.text("stays"))
        return
    if state.phase in (Phase.IDLE, Phase.FINISHED):
        turn.say_then(Then.QUIT, turn.replies.text("goodbye"))
        return
    if not heard.sure and len(state.run.done) >= MOST * len(turn.routine.stretches):
        ask(turn, Asked.STOP, turn.replies.text("ask_stop"))
        return
    finish(turn, "stopped")


# Questions


def _say_again(turn: Turn, _heard: Heard) -> None:
    last = turn.state.talk.last_said
    turn.answer(last or turn.replies.text("nothing_said"), hold_clock=True)


def _how_to(turn: Turn, heard: Heard) -> None:
    named = heard.slots.get("stretch")
    first, *steps = questions.how_to(turn, named)
    if turn.state.then is not Then.NOTHING and named in (None, turn.stretch.id):
        turn.answer(first, *steps)  # a current explanation starts over
    else:
        turn.answer(" ".join((first, *steps)), hold_clock=True)


def _why(turn: Turn, heard: Heard) -> None:
    turn.answer(questions.why(turn, heard.slots.get("stretch")))


def _needs(turn: Turn, heard: Heard) -> None:
    turn.answer(questions.needs(turn, heard.slots.get("stretch"), heard.slots.get("thing")))


def _progress(turn: Turn, heard: Heard) -> None:
    turn.answer(progress(turn, heard))


# Which is what


def _plain(action: Callable[[Turn], None]) -> Handler:
    """A handler for an intent whose slots make no difference."""
    return lambda turn, _heard: action(turn)


def _answer_with(text: Callable[[Turn], str]) -> Handler:
    """A handler for a question that is answered with a text."""
    return lambda turn, _heard: turn.answer(text(turn))


HANDLERS: Mapping[str, Handler] = {
    "ready": _ready,
    "next": navigation.next_one,
    "resume": _resume,
    "done": _done,
    "wait": _plain(waiting.wait),
    "skip_talk": _plain(waiting.skip_talk),
    "start_routine": _plain(navigation.start_routine),
    "start_stretch": navigation.start_stretch,
    "only_stretch": navigation.only_stretch,
    "choose_routine": routine_choice.choose,
    "how_long": _answer_with(questions.how_long),
    "whats_next": _answer_with(questions.whats_next),
    "where_am_i": _answer_with(questions.where_am_i),
    "how_to": _how_to,
    "why": _why,
    "needs": _needs,
    "help": _answer_with(questions.help_for),
    "say_again": _say_again,
    "breathing": _answer_with(small_talk.breathing),
    "safety": _answer_with(small_talk.safety),
    "who_are_you": _answer_with(small_talk.who_are_you),
    "greeting": _answer_with(small_talk.greeting),
    "thanks": _answer_with(small_talk.thanks),
    "tired": _answer_with(small_talk.tired),
    "previous": _plain(navigation.previous),
    "restart": _plain(navigation.restart),
    "stop": _end,
    "hurts": distress.told,
    "pause": _pause,
    "list": _answer_with(questions.names),
    "routines": _answer_with(routine_choice.names),
    "no_stretch": _answer_with(questions.no_stretch),
    "progress": _progress,
    "slower": _plain(adjusting.slower),
    "faster": _plain(adjusting.faster),
    "louder": _plain(adjusting.louder),
    "quieter": _plain(adjusting.quieter),
    "volume": adjusting.volume,
    "talk": _plain(adjusting.talk),
    "quiet": adjusting.quiet,
    "undo": _plain(undo),
    "set_hold": adjusting.set_hold,
    "pace": adjusting.pace,
    "leave_out": adjusting.leave_out,
    "put_back": adjusting.put_back,
    "remind": reminders.set_reminders,
    "later": _plain(reminders.later),
    "not_today": _plain(reminders.not_today),
}
"""What each intent in assistant/intents.py does, except for those that only answer a question (see asked.py), and those
that always mean another one."""
