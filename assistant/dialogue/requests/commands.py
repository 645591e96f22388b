"""What each command does, in every phase."""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy
from assistant.dialogue.content.steps import Kind
from assistant.dialogue.requests import adjusting, questions, routine_choice
from assistant.dialogue.requests.asked import answered
from assistant.dialogue.requests.progress import progress
from assistant.dialogue.requests.undo import note, undo
from assistant.dialogue.run import navigation, reminders
from assistant.dialogue.run.instructions import tell_first
from assistant.dialogue.run.leading import begin_lead_in, finish, open_over, skip_to_work, stretch_over
from assistant.dialogue.run.navigation import take_up
from assistant.dialogue.run.pausing import ask, go_on, pause
from assistant.dialogue.run.resume_point import run_of, to_go_on_with
from assistant.dialogue.state.preferences import hurt_key
from assistant.dialogue.state.state import RUNNING, Asked, Phase, SpanKind, Then
from assistant.dialogue.state.turn import Turn

MOST = 0.6
"""The share of the stretches that counts as most of the routine: ending it then on an unclear word would lose a lot."""


def obey(turn: Turn, heard: Heard) -> None:
    """Carry out a command; one that answers the guide's question does that first."""
    before = turn.state
    if not (before.phase is Phase.ASKING and answered(turn, heard.intent)):
        if heard.intent in ("yes", "no"):
            return  # answers without a question were not meant for the guide
        _do(turn, heard)
    if heard.intent != "undo":
        note(turn, before)


def _do(turn: Turn, heard: Heard) -> None:
    turn.cue("pause" if heard.intent == "pause" else "heard")
    if turn.state.phase is Phase.ASKING and heard.intent not in _ASIDE:
        # Any other command ends the question too: the run resumes where it stood, and the command applies there.
        take_up(turn)
    if heard.intent in _PLAIN:
        _PLAIN[heard.intent](turn)
    else:
        _DETAILED[heard.intent](turn, heard)


# Pausing, being ready, being done


def _pause(turn: Turn) -> None:
    state = turn.state
    if state.phase is Phase.PAUSED:
        turn.answer(turn.replies.text("already_paused"))
    elif state.phase in RUNNING:
        pause(turn)
    else:
        # Nothing is going on but speech, so that is what should stop.
        turn.hush()
        turn.answer(turn.replies.text("nothing_running"))


def _resume(turn: Turn) -> None:
    if turn.state.phase is Phase.PAUSED:
        go_on(turn)
    elif turn.state.phase in RUNNING:
        turn.answer(turn.replies.text("already_going"))
    elif to_go_on_with(turn.state, turn.routine):
        navigation.go_on_unfinished(turn)
    else:
        turn.answer(turn.replies.text("nothing_paused"))


def _ready(turn: Turn) -> None:
    state = turn.state
    if state.phase is Phase.PAUSED:
        go_on(turn)
    elif state.leads_in:
        pass  # it is about to begin anyway, as they can hear
    elif state.phase is Phase.GETTING_READY:
        if not tell_first(turn):
            begin_lead_in(turn)
    elif state.phase is Phase.RESTING and state.then is Then.NEXT_STRETCH:
        navigation.skip_stretch(turn)
    elif state.phase is Phase.RESTING:
        skip_to_work(turn)
    elif state.phase is Phase.EXERCISING:
        turn.answer(turn.replies.text("not_ready_now"))
    else:
        turn.answer(turn.replies.text("nothing_running"))


def _done(turn: Turn) -> None:
    if turn.state.phase is Phase.PAUSED:
        if run_of(turn.state).leads_in and run_of(turn.state).phase is Phase.GETTING_READY:
            go_on(turn)  # "done" ends the pause, because nothing else has begun
            return
        take_up(turn)
    state = turn.state
    if state.phase is Phase.GETTING_READY:
        _ready(turn)  # "done" means done getting ready
    elif state.phase is Phase.EXERCISING and turn.step.kind is Kind.OPEN:
        open_over(turn)
    elif state.broken is not None and state.broken.kind is SpanKind.OPEN:
        # In the lead-in after a pause: the interrupted hold ends with the time it had.
        turn.set(span=state.broken)
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


def _hurts(turn: Turn) -> None:
    run = run_of(turn.state)
    if run.phase not in RUNNING:
        turn.answer(turn.replies.text("hurts_idle"))
        return
    stretch = turn.routine.stretches[run.stretch]
    ask(turn, Asked.HURTS, turn.replies.text("hurts"))
    turn.set(hurt_here=turn.state.hurt_here | {stretch.id})
    turn.remember(hurt_key(stretch.id), turn.state.today)
    turn.record("stretch", stretch=stretch.id, outcome="hurt", seconds=round(run.worked, 1))


def _end(turn: Turn, heard: Heard) -> None:
    state = turn.state
    if state.phase in (Phase.IDLE, Phase.FINISHED) and turn.book.stays:
        turn.answer(turn.replies.text("stays"))
        return
    if state.phase in (Phase.IDLE, Phase.FINISHED):
        turn.say_then(Then.QUIT, turn.replies.text("goodbye"))
        return
    if not heard.sure and len(state.done) >= MOST * len(turn.routine.stretches):
        ask(turn, Asked.STOP, turn.replies.text("ask_stop"))
        return
    finish(turn, "stopped")


# Questions


def _say_again(turn: Turn) -> None:
    last = turn.state.last_said
    turn.answer(last or turn.replies.text("nothing_said"), hold_clock=True)


def _how_to(turn: Turn, heard: Heard) -> None:
    named = heard.slots.get("stretch")
    first, *steps = questions.how_to(turn, named)
    if turn.state.then is not Then.NOTHING and named in (None, turn.stretch.id):
        turn.answer(first, *steps)  # a current explanation starts over
    else:
        turn.answer(" ".join((first, *steps)), hold_clock=True)


def _answer_with(text: Callable[[Turn], str]) -> Callable[[Turn], None]:
    return lambda turn: turn.answer(text(turn))


def _why(turn: Turn, heard: Heard) -> None:
    turn.answer(questions.why(turn, heard.slots.get("stretch")))


def _needs(turn: Turn, heard: Heard) -> None:
    turn.answer(questions.needs(turn, heard.slots.get("stretch"), heard.slots.get("thing")))


def _progress(turn: Turn, heard: Heard) -> None:
    turn.answer(progress(turn, heard))


_PLAIN: dict[str, Callable[[Turn], None]] = {
    "start_routine": navigation.start_routine,
    "pause": _pause,
    "resume": _resume,
    "previous": navigation.previous,
    "restart": navigation.restart,
    "ready": _ready,
    "done": _done,
    "hurts": _hurts,
    "say_again": _say_again,
    "whats_next": _answer_with(questions.whats_next),
    "where_am_i": _answer_with(questions.where_am_i),
    "how_long": _answer_with(questions.how_long),
    "routines": _answer_with(routine_choice.names),
    "list": _answer_with(questions.names),
    "no_stretch": _answer_with(questions.no_stretch),
    "help": _answer_with(questions.help_for),
    "slower": adjusting.slower,
    "faster": adjusting.faster,
    "louder": adjusting.louder,
    "quieter": adjusting.quieter,
    "talk": adjusting.talk,
    "later": reminders.later,
    "not_today": reminders.not_today,
    "dismiss": reminders.dismiss,
    "undo": undo,
}
"""What each command without details does; `dismiss` is what some of them mean just after a reminder."""

_DETAILED: dict[str, Callable[[Turn, Heard], None]] = {
    "choose_routine": routine_choice.choose,
    "start_stretch": navigation.start_stretch,
    "only_stretch": navigation.only_stretch,
    "next": navigation.next_one,
    "stop": _end,
    "how_to": _how_to,
    "why": _why,
    "needs": _needs,
    "set_hold": adjusting.set_hold,
    "leave_out": adjusting.leave_out,
    "put_back": adjusting.put_back,
    "pace": adjusting.pace,
    "volume": adjusting.volume,
    "quiet": adjusting.quiet,
    "progress": _progress,
    "remind": reminders.set_reminders,
}
"""What each command does that may have slots, or be doubtful."""

_ASIDE = frozenset(
    {"say_again", "how_to", "whats_next", "where_am_i", "how_long", "why", "needs", "list", "routines", "no_stretch"}
    | {"set_hold", "leave_out", "put_back", "slower", "faster", "pace", "louder", "quieter", "volume", "quiet", "talk"}
    | {"help", "progress", "undo", "hurts", "remind", "later", "not_today"}
)
"""Commands that leave the run as it is: the person's questions and adjustments; the guide's own question stays open."""
