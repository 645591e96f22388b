"""What each thing that a person can say does, in every phase."""

from __future__ import annotations

from collections.abc import Callable

from assistant.core import answers
from assistant.core.events import Heard
from assistant.core.leading import (
    announce,
    ask,
    begin_lead_in,
    change_sides,
    finish,
    go_back,
    go_on,
    keep_holding,
    open_over,
    pause,
    skip_to_work,
    stretch_over,
    work_over,
)
from assistant.core.plan import Kind
from assistant.core.routine import EndsBy
from assistant.core.state import RUNNING, Asked, Phase, SpanKind, Then
from assistant.core.turn import Turn

MOST = 0.6
"""The share of the stretches that is "most of it": ending then by a word that was not clear would lose a lot."""


def obey(turn: Turn, heard: Heard) -> None:
    """Do what was asked for; a question of the guide's is answered first."""
    if turn.state.phase is Phase.ASKING and _answered(turn, heard):
        return
    if heard.intent in ("yes", "no"):
        return  # they answer a question; without one they were not meant for the guide
    turn.cue("pause" if heard.intent == "pause" else "heard")
    if turn.state.phase is Phase.ASKING and heard.intent not in _INFORMING:
        # Any other command is an answer too: the run is taken up where it stood, and the command obeyed there.
        _take_up(turn)
    if heard.intent in _PLAIN:
        _PLAIN[heard.intent](turn)
    else:
        _DETAILED[heard.intent](turn, heard)


def _take_up(turn: Turn) -> None:
    go_back(turn)
    turn.hush()


# Answers to the guide's questions


def _answered(turn: Turn, heard: Heard) -> bool:
    answer = _ANSWERS.get((turn.state.asked or Asked.GO_ON, heard.intent))
    if answer is None:
        return False
    turn.cue("heard")
    answer(turn)
    return True


def _go_on_unfinished(turn: Turn) -> None:
    kept = turn.state.memory.get("unfinished") or {}
    _start(turn, _place_of(turn, kept.get("stretch")))


def _start_over(turn: Turn) -> None:
    _start(turn, 0)


def _stop(turn: Turn) -> None:
    finish(turn, "hurts" if turn.state.asked is Asked.HURTS else "stopped")


def _skip_what_hurts(turn: Turn) -> None:
    _take_up(turn)
    _next_stretch(turn)


def _stay_asking(turn: Turn) -> None:
    turn.say_then(Then.NOTHING, turn.replies.text("hurts_no"))


def _let_go(turn: Turn) -> None:
    keep_holding(turn)
    open_over(turn)


_ANSWERS: dict[tuple[Asked, str], Callable[[Turn], None]] = {
    (Asked.GO_ON, "yes"): _go_on_unfinished,
    (Asked.GO_ON, "resume"): _go_on_unfinished,
    (Asked.GO_ON, "ready"): _go_on_unfinished,
    (Asked.GO_ON, "no"): _start_over,
    (Asked.GO_ON, "restart"): _start_over,
    (Asked.GO_ON, "start_routine"): _start_over,
    (Asked.STOP, "yes"): _stop,
    (Asked.STOP, "stop"): _stop,
    (Asked.STOP, "done"): _stop,
    (Asked.STOP, "no"): go_on,
    (Asked.STOP, "resume"): go_on,
    (Asked.HURTS, "yes"): go_on,
    (Asked.HURTS, "resume"): go_on,
    (Asked.HURTS, "ready"): go_on,
    (Asked.HURTS, "no"): _stay_asking,
    (Asked.HURTS, "pause"): _stay_asking,
    (Asked.HURTS, "hurts"): _stay_asking,
    (Asked.HURTS, "next"): _skip_what_hurts,
    (Asked.HURTS, "stop"): _stop,
    (Asked.HURTS, "done"): _stay_asking,
    (Asked.STILL_HOLDING, "yes"): keep_holding,
    (Asked.STILL_HOLDING, "resume"): keep_holding,
    (Asked.STILL_HOLDING, "no"): _let_go,
    (Asked.STILL_HOLDING, "done"): _let_go,
}


# Starting and moving about


def _start(turn: Turn, place: int, *, only: bool = False) -> None:
    turn.set(done=frozenset(), only=only, unanswered=False)
    announce(turn, place)


def _place_of(turn: Turn, stretch_id: object) -> int:
    try:
        return turn.book.routine.index(str(stretch_id))
    except KeyError:
        return 0  # remembered from a routine that has changed since


def _start_routine(turn: Turn) -> None:
    state = turn.state
    if state.phase in RUNNING:
        turn.answer(turn.replies.text("already_going"))
        return
    if state.phase is Phase.PAUSED:
        go_on(turn)
        return
    kept = state.memory.get("unfinished") or {}
    place = _place_of(turn, kept.get("stretch"))
    if place > 0 and kept.get("date") == state.today:
        name = turn.book.routine.stretches[place].name
        ask(turn, Asked.GO_ON, turn.replies.text("ask_go_on", name=name))
        return
    _start(turn, 0)


def _start_stretch(turn: Turn, heard: Heard) -> None:
    _move_to(turn, turn.book.routine.index(heard.slots["stretch"]))


def _only_stretch(turn: Turn, heard: Heard) -> None:
    _start(turn, turn.book.routine.index(heard.slots["stretch"]), only=True)


def _move_to(turn: Turn, place: int) -> None:
    """Go to another stretch; what was done in this run stays done."""
    running = turn.state.phase in RUNNING or turn.state.phase is Phase.PAUSED
    if running:
        turn.set(only=False)
        announce(turn, place)
    else:
        _start(turn, place)


def _next(turn: Turn, heard: Heard) -> None:
    what = heard.slots.get("what")
    if turn.state.phase is Phase.PAUSED:
        _take_up(turn)
    if turn.state.phase not in RUNNING:
        turn.answer(turn.replies.text("nothing_running"))
    elif what == "round":
        _next_round(turn)
    elif what == "side":
        _next_side(turn)
    else:
        _next_stretch(turn)


def _next_stretch(turn: Turn) -> None:
    place = turn.state.stretch + 1
    if place < len(turn.book.routine.stretches):
        _move_to(turn, place)
    else:
        finish(turn, "stopped")  # the last one was left out, so nothing was completed


def _next_round(turn: Turn) -> None:
    state = turn.state
    if turn.step.kind in (Kind.REST, Kind.CHANGE):
        skip_to_work(turn)
        return
    later = turn.steps[state.step + 1 :]
    if not later or later[0].kind is not Kind.REST:
        turn.answer(turn.replies.text("no_other_round"))
        return
    turn.hush()
    work_over(turn)


def _next_side(turn: Turn) -> None:
    state = turn.state
    place = next((n for n in range(state.step + 1, len(turn.steps)) if turn.steps[n].kind is Kind.CHANGE), None)
    if place is None and not turn.step.side:
        turn.answer(turn.replies.text("no_other_side"))
    elif place is None:
        _next_stretch(turn)
    elif state.phase is Phase.GETTING_READY:
        # Not begun yet, so there is nothing to rest from: the other side is what is got ready for.
        turn.set(step=place + 1)
        turn.answer(turn.replies.text("starting_side", side=turn.replies.text(turn.step.side)))
    else:
        turn.hush()
        turn.set(step=place)
        change_sides(turn)


def _previous(turn: Turn) -> None:
    if turn.state.phase is Phase.PAUSED:
        _take_up(turn)
    if turn.state.phase not in RUNNING:
        turn.answer(turn.replies.text("nothing_running"))
    elif turn.state.stretch == 0:
        announce(turn, 0)
        turn.answer(turn.replies.text("first_already"))
    else:
        _move_to(turn, turn.state.stretch - 1)


def _restart(turn: Turn) -> None:
    if turn.state.phase is Phase.PAUSED:
        _take_up(turn)
    if turn.state.phase in RUNNING:
        announce(turn, turn.state.stretch)
    else:
        turn.answer(turn.replies.text("nothing_running"))


# Pausing, being ready, being done


def _pause(turn: Turn) -> None:
    state = turn.state
    if state.phase is Phase.PAUSED:
        turn.answer(turn.replies.text("already_paused"))
    elif state.phase in RUNNING:
        pause(turn)
    else:
        # Nothing runs but the talk, and that was to stop.
        turn.hush()
        turn.answer(turn.replies.text("nothing_running"))


def _resume(turn: Turn) -> None:
    if turn.state.phase is Phase.PAUSED:
        go_on(turn)
    elif turn.state.phase in RUNNING:
        turn.answer(turn.replies.text("already_going"))
    elif turn.state.memory.get("unfinished"):
        _go_on_unfinished(turn)
    else:
        turn.answer(turn.replies.text("nothing_paused"))


def _ready(turn: Turn) -> None:
    state = turn.state
    if state.phase is Phase.PAUSED:
        go_on(turn)
    elif state.then is Then.LEAD_IN or (state.span is not None and state.span.kind is SpanKind.LEAD_IN):
        pass  # it is about to begin, as they can hear
    elif state.phase is Phase.GETTING_READY:
        begin_lead_in(turn)
    elif state.phase is Phase.RESTING and state.then is Then.NEXT_STRETCH:
        _next_stretch(turn)
    elif state.phase is Phase.RESTING:
        skip_to_work(turn)
    elif state.phase is Phase.EXERCISING:
        turn.answer(turn.replies.text("not_ready_now"))
    else:
        turn.answer(turn.replies.text("nothing_running"))


def _done(turn: Turn) -> None:
    if turn.state.phase is Phase.PAUSED:
        _take_up(turn)
    state = turn.state
    if state.phase is Phase.GETTING_READY:
        _ready(turn)  # done with getting ready
    elif state.phase is Phase.EXERCISING and turn.step.kind is Kind.OPEN:
        open_over(turn)
    elif state.broken is not None and state.broken.kind is SpanKind.OPEN:
        # In the lead-in after a pause: the hold that was broken off is over, with the time it had.
        turn.set(span=state.broken)
        open_over(turn)
    elif state.phase is Phase.RESTING and turn.stretch.dose.ends_by is EndsBy.PERSON:
        # The hold has ended already: it is said twice, or late.
        turn.answer(turn.replies.text("resting_already"))
    elif state.phase in RUNNING:
        if state.then is not Then.NEXT_STRETCH:
            turn.hush()
            stretch_over(turn)
    else:
        turn.answer(turn.replies.text("nothing_done"))


def _hurts(turn: Turn) -> None:
    if turn.state.phase in RUNNING or turn.state.phase is Phase.PAUSED:
        ask(turn, Asked.HURTS, turn.replies.text("hurts"))
    else:
        turn.answer(turn.replies.text("hurts_idle"))


def _end(turn: Turn, heard: Heard) -> None:
    state = turn.state
    if state.phase in (Phase.IDLE, Phase.FINISHED):
        turn.say_then(Then.QUIT, turn.replies.text("goodbye"))
        return
    if not heard.sure and len(state.done) >= MOST * len(turn.book.routine.stretches):
        ask(turn, Asked.STOP, turn.replies.text("ask_stop"))
        return
    finish(turn, "stopped")


# Questions


def _say_again(turn: Turn) -> None:
    last = turn.state.last_said
    turn.answer(last or turn.replies.text("nothing_said"), hold_clock=True)


def _how_to(turn: Turn, heard: Heard) -> None:
    first, *others = answers.how_to(turn, heard.slots.get("stretch"))
    turn.answer(" ".join((first, *others)), hold_clock=True)


def _answer_with(text: Callable[[Turn], str]) -> Callable[[Turn], None]:
    return lambda turn: turn.answer(text(turn))


def _why(turn: Turn, heard: Heard) -> None:
    turn.answer(answers.why(turn, heard.slots.get("stretch")))


def _needs(turn: Turn, heard: Heard) -> None:
    turn.answer(answers.needs(turn, heard.slots.get("stretch"), heard.slots.get("thing")))


_PLAIN: dict[str, Callable[[Turn], None]] = {
    "start_routine": _start_routine,
    "pause": _pause,
    "resume": _resume,
    "previous": _previous,
    "restart": _restart,
    "ready": _ready,
    "done": _done,
    "hurts": _hurts,
    "say_again": _say_again,
    "whats_next": _answer_with(answers.whats_next),
    "where_am_i": _answer_with(answers.where_am_i),
    "how_long": _answer_with(answers.how_long),
    "list": _answer_with(answers.names),
    "no_stretch": _answer_with(answers.no_stretch),
    "help": _answer_with(answers.help_for),
}
"""What each command without details does."""

_DETAILED: dict[str, Callable[[Turn, Heard], None]] = {
    "start_stretch": _start_stretch,
    "only_stretch": _only_stretch,
    "next": _next,
    "stop": _end,
    "how_to": _how_to,
    "why": _why,
    "needs": _needs,
}
"""What each command does that may come with slots or with doubt."""

_INFORMING = frozenset(
    {"say_again", "how_to", "whats_next", "where_am_i", "how_long", "why", "needs", "list", "no_stretch", "help"}
)
"""Questions of the person's: they change nothing, and leave a question of the guide's open."""
