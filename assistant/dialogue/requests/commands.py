"""What each command does, in every phase: `HANDLERS`, at the end of the file.

When a command counts is in its row in assistant/intents.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy, Posture
from assistant.dialogue.content.steps import WORK, Kind
from assistant.dialogue.requests import (
    about_stretches,
    adjusting,
    beating,
    distress,
    gently,
    leaving_out,
    numbers,
    questions,
    resting,
    routine_choice,
    sides,
    small_talk,
    waiting,
)
from assistant.dialogue.requests.asked import take_as_answer
from assistant.dialogue.requests.easing import easier
from assistant.dialogue.requests.expectations import overheard
from assistant.dialogue.requests.progress import progress
from assistant.dialogue.requests.undo import note, undo
from assistant.dialogue.run import counting_along, navigation, reminders
from assistant.dialogue.run.instructions import not_told_yet, tell_first
from assistant.dialogue.run.into_place import back_into_place
from assistant.dialogue.run.leading import (
    begin_lead_in,
    begin_work,
    finish,
    open_over,
    skip_to_work,
    stretch_over,
    work_over,
)
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

ENOUGH, NEARLY_ALL = 0.5, 0.95
"""The shares of the work of a stretch from which "done" means that it counts, though shortened, and that it was done;
before the first, it is skipped."""

LATE_WORD = 3.0
"""Seconds after an open-ended hold in which letting go still tells of its end."""


Handler = Callable[[Turn, Heard], None]
"""Carries out a command."""


def obey(turn: Turn, heard: Heard) -> None:
    """Carry out a command; one that answers the guide's question does that first."""
    before = turn.state
    if heard.intent in overheard(turn.state):
        HANDLERS[heard.intent](turn, heard)
        return
    if not take_as_answer(turn, heard):
        if INTENTS[heard.intent].only_as_answer:
            return  # its question has lapsed
        _do(turn, heard)
    if heard.intent != "undo":
        note(turn, before)


def _do(turn: Turn, heard: Heard) -> None:
    if turn.state.asked is Asked.EMERGENCY or gently.after_emergency(turn.state):
        _do_beside_emergency(turn, heard)
        return
    turn.cue("pause" if heard.intent == "pause" else "heard")
    if turn.state.phase is Phase.ASKING and not INTENTS[heard.intent].aside:
        # Any other command ends the question too: the run resumes where it stood, and the command applies there.
        take_up(turn)
    HANDLERS[heard.intent](turn, heard)


def _do_beside_emergency(turn: Turn, heard: Heard) -> None:
    """Answer what leaves the run and the question whether somebody should be called as they are, and nothing else; nor
    once that was answered, but for finishing."""
    turn.cue("heard")
    before, effects, asked = turn.state, list(turn.effects), turn.state.asked
    if INTENTS[heard.intent].aside:
        HANDLERS[heard.intent](turn, heard)
        after = turn.state
        where = (after.run.phase, after.run.stretch, after.run.step)
        if after.asked is asked and where == (before.run.phase, before.run.stretch, before.run.step):
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


def _other_room(turn: Turn, heard: Heard) -> None:
    """Wait here, with the place kept, for somebody who goes on in another room."""
    if turn.state.phase in RUNNING:
        pause(turn)
    if turn.state.phase is not Phase.PAUSED:
        _pause(turn, heard)
    else:
        turn.answer(turn.replies.text("other_room" if turn.book.rooms else "other_room_none"))


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
        if state.talk.queue:
            begin_lead_in(turn)  # what was lacking is being told, and they know enough
        elif state.run.clock_waits:
            _got_it(turn, _heard)
        # else it is about to begin anyway, as they can hear
    elif state.phase is Phase.GETTING_READY:
        if not tell_first(turn):
            begin_lead_in(turn, *not_told_yet(turn))
    elif state.phase is Phase.RESTING and state.then is Then.NEXT_STRETCH:
        navigation.skip_stretch(turn)
    elif state.phase is Phase.RESTING:
        skip_to_work(turn)
    elif state.phase is not Phase.EXERCISING:
        turn.answer(turn.replies.text("nothing_running"))


def _got_it(turn: Turn, _heard: Heard) -> None:
    """What the clock waits for is held, or the leg is up: the hold begins, or begins anew if it had not waited."""
    span = turn.state.run.span
    turn.hush()
    turn.set_run(picked_up=True)
    if turn.state.phase is Phase.EXERCISING and span is not None:
        turn.set_run(span=replace(span, elapsed=0.0, mark=0))
        turn.cue("start")
    else:
        begin_work(turn)


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
            stretch_over(turn, outcome=_outcome(turn))
    else:
        turn.answer(turn.replies.text("nothing_done"))


def _let_go(turn: Turn, _heard: Heard) -> None:
    """A hold that the clock ends is broken off: on to what comes after it, another round or the other foot."""
    state = turn.state
    if state.phase is not Phase.EXERCISING:
        _let_go_in_rest(turn)
    elif turn.stretch.posture is Posture.STANDING and not any(each.patient for each in turn.stretch.needs):
        turn.hush()
        back_into_place(turn, turn.replies.text("wobbled"))  # what was let go of held them up
    elif state.run.step + 1 < len(turn.steps):
        turn.hush()
        work_over(turn)
        _put_on_again(turn)
    else:
        turn.hush()
        stretch_over(turn, outcome=_outcome(turn))


def _put_on_again(turn: Turn) -> None:
    """What a foot is in, as a band, has come off it in a hold: the next one doesn't begin by itself."""
    span = turn.state.run.span
    if span is not None and span.kind is SpanKind.REST and any(each.patient for each in turn.stretch.needs):
        waiting.wait(turn)


def _let_go_in_rest(turn: Turn) -> None:
    run = turn.state.run
    if turn.stretch.dose.ends_by is EndsBy.PERSON and run.span is not None and run.span.elapsed < LATE_WORD:
        turn.answer(turn.replies.text("resting_already"))  # the hold has ended already: it was said twice, or late
    else:
        waiting.wait(turn)  # what came off, or lies on the floor, has to be fetched


def _outcome(turn: Turn) -> str:
    """What a stretch is that the person ends by a word: done, shortened or skipped, by the time that was worked."""
    run = turn.state.run
    span = run.broken or run.span
    working = span is not None and span.kind.value in {kind.value for kind in WORK}
    done = run.worked + (span.elapsed if working and span is not None else 0.0)
    whole = sum(step.seconds for step in turn.steps if step.kind in WORK)
    if done >= NEARLY_ALL * whole:
        return "done"
    return "shortened" if done >= ENOUGH * whole else "skipped"


def _end(turn: Turn, heard: Heard) -> None:
    state = turn.state
    if state.phase in (Phase.IDLE, Phase.FINISHED) and turn.book.stays:
        turn.answer(turn.replies.text("stays"))
        return
    if state.phase in (Phase.IDLE, Phase.FINISHED):
        turn.say_then(Then.QUIT, turn.replies.text("goodbye"))
        return
    if state.phase is Phase.EXERCISING and "said" in heard.slots:  # "that's enough", of this hold or of all?
        ask(turn, Asked.STOP, turn.replies.text("ask_stop"))
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
    if "what" in heard.slots:
        turn.answer(turn.replies.text("needs_shoes"))
        return
    turn.answer(questions.needs(turn, heard.slots.get("stretch"), heard.slots.get("thing")))


def _total_time(turn: Turn, heard: Heard) -> None:
    turn.answer(about_stretches.total_time(turn, heard))


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
    "let_go": _let_go,
    "got_it": _got_it,
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
    "dose": about_stretches.dose,
    "which_side": sides.tell_side,
    "total_time": _total_time,
    "help": _answer_with(questions.help_for),
    "say_again": _say_again,
    "breathing": _answer_with(small_talk.breathing),
    "safety": _answer_with(small_talk.safety),
    "advice": _answer_with(small_talk.advice),
    "who_are_you": _answer_with(small_talk.who_are_you),
    "greeting": _answer_with(small_talk.greeting),
    "thanks": _answer_with(small_talk.thanks),
    "tired": _answer_with(small_talk.tired),
    "previous": navigation.previous,
    "restart": _plain(navigation.restart),
    "restart_routine": _plain(navigation.restart_routine),
    "skip_next": _plain(leaving_out.skip_next),
    "last_round": _plain(sides.last_round),
    "other_side_first": _plain(sides.other_side_first),
    "same_side_again": _plain(sides.same_side_again),
    "stop": _end,
    "hurts": distress.told,
    "pause": _pause,
    "other_room": _other_room,
    "list": _answer_with(questions.names),
    "positions": about_stretches.positions,
    "stretches_for": about_stretches.stretches_for,
    "instead": about_stretches.instead,
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
    "beat": beating.beat,
    "number": counting_along.follow,
    "add_hold": adjusting.add_hold,
    "set_rest": resting.set_rest,
    "more_rest": resting.more_rest,
    "less_rest": resting.less_rest,
    "easier": easier,
    "auto_start": resting.auto_start,
    "no_number": numbers.no_number,
    "ask_after": numbers.ask_after,
    "leave_out": leaving_out.leave_out,
    "only_position": leaving_out.only_position,
    "put_back": leaving_out.put_back,
    "remind": reminders.set_reminders,
    "later": reminders.later,
    "not_today": _plain(reminders.not_today),
}
"""What each intent in assistant/intents.py does, except for those that only answer a question (see asked.py), and those
that always mean another one."""
