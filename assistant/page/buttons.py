"""Which buttons mean something now: each is an intent that could be said as well. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from assistant.dialogue.requests.suggestions import fitting
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Book
from assistant.intent import ANY
from assistant.intents import INTENTS
from assistant.phases import RUNNING, Phase
from assistant.understanding.moment import Moment

MOST_PAIN = 10
"""The highest number that can be given to pain or effort."""

END_PROGRAM = "end_program"
"""What the button that closes the program says. It is the intent stop, but a name apart: a second tap on "Stop", with
nothing left to stop, must not close the program, which nobody can start again by touch."""


@dataclass(frozen=True)
class Button:
    """A button: the intent and slots that it stands for, the key of its words, and where it is.

    place: "main" (one or two, large), "answer" (to a question), "step" (back, again, next), "safety", "more". `label`
    stands in place of the words of a key.
    """

    intent: str
    place: str
    word: str = ""
    slots: tuple[tuple[str, str], ...] = ()
    label: str = ""


_ANSWERS: Mapping[Asked, tuple[tuple[str, str], ...]] = {
    Asked.GO_ON: (("yes", "go_on"), ("no", "start_over")),
    Asked.STOP: (("yes", "finish"), ("no", "go_on")),
    Asked.HURTS: (("next", "skip_it"), ("easier", "easier"), ("better", "better")),
    Asked.HURT_BEFORE: (("easier", "easier"), ("better", "as_usual"), ("next", "skip_it")),
    Asked.NUMBER: (("no", "no_number"),),
    Asked.STILL_HOLDING: (("yes", "still_holding"), ("done", "let_go")),
    Asked.EMERGENCY: (("yes", "call"), ("better", "better"), ("no", "no")),
    Asked.ALL_RIGHT: (("yes", "yes"), ("no", "no")),
    Asked.AWAKE: (("yes", "yes"), ("no", "no")),
}
"""What can be answered to each question, and the words for it."""

_STEPS = (("previous", "previous"), ("say_again", "say_again"), ("next", "next"))
_MORE_IN_RUN = ("how_to", "why", "how_long", "easier", "restart", "skip_next", "undo")
_MORE_ALWAYS = ("help", "slower", "faster", "quieter", "louder")
_TO_A_DOUBT = ("yes", "no")


def question_shown(state: State) -> str:
    """Which question is open, as a page sends it back with the answer; "" for none.

    Two questions in a row may have the very same buttons: effort, then pain, or either of the next stretch.
    """
    if _in_doubt(state):
        assert state.doubt is not None
        return f"doubt.{state.doubt.speech}"
    if state.asked is None or state.halt is None:
        return ""
    return f"{state.asked.value}.{state.halt.kind}.{state.run.stretch}.{state.halt.since:.3f}"


def answers_to(question: str) -> frozenset[str]:
    """The intents that answer a question, by what `question_shown` calls it."""
    kind = question.partition(".")[0]
    if kind == "doubt":
        return frozenset(_TO_A_DOUBT)
    numbers = ("number",) if kind in ("", Asked.NUMBER.value) else ()  # a number is always for a question
    return frozenset(numbers) | {intent for asked in Asked if asked.value == kind for intent, _ in _ANSWERS[asked]}


def buttons(state: State, book: Book, fits: Moment) -> tuple[Button, ...]:
    """The buttons for a state, the most useful first; `fits` is the guide's own moment."""
    found = (*_leading(state, book), *_steps(state), *_safety(state), *_more(state))
    return tuple(each for each in found if _means_something(each, fits))


def _means_something(button: Button, fits: Moment) -> bool:
    return button.intent not in fits.ignored and fits.meaning_of(button.intent) != ""


def _leading(state: State, book: Book) -> Iterator[Button]:
    if _in_doubt(state):
        yield from (Button(intent, "answer", intent) for intent in _TO_A_DOUBT)
    elif state.asked is not None:
        if state.asked is Asked.NUMBER:
            numbers = (str(n) for n in range(MOST_PAIN + 1))
            yield from (Button("number", "answer", slots=(("n", n),), label=n) for n in numbers)
        yield from (Button(intent, "answer", word) for intent, word in _ANSWERS[state.asked])
        if state.asked is Asked.STILL_HOLDING:
            yield Button("pause", "answer", "pause")
    else:
        yield from (Button(intent, "main", intent) for intent in _main(state, book))


def _in_doubt(state: State) -> bool:
    return state.doubt is not None and bool(state.doubt.speech) and state.phase is not Phase.IDLE


def _main(state: State, book: Book) -> tuple[str, ...]:
    run, phase = state.run, state.phase
    if phase in (Phase.IDLE, Phase.FINISHED):
        wanted = ("start_routine", "resume", "later", "not_today", "progress")
        return tuple(intent for intent in fitting(state, book.routine_of(state)) if intent in wanted)
    if phase is Phase.PAUSED:
        return ("resume",)
    if run.clock_waits and run.leads_in:
        return ("got_it", "pause")
    if phase is Phase.EXERCISING and run.span is not None and run.span.kind is SpanKind.OPEN:
        return ("done", "pause")
    if run.leads_in or phase is Phase.EXERCISING:
        return ("pause",)
    if run.span is not None and run.span.kind is SpanKind.WAIT:
        return ("ready",)
    return ("ready", "wait" if phase is Phase.GETTING_READY else "pause")


def _steps(state: State) -> Iterator[Button]:
    if state.phase in RUNNING or state.phase is Phase.PAUSED:
        yield from (Button(intent, "step", word) for intent, word in _STEPS)


def _safety(state: State) -> Iterator[Button]:
    """Pain always, and stop while there is something to stop: each has its place, and nothing else is ever there."""
    yield Button("hurts", "safety", "hurts")
    if stoppable(state):
        about_pain = state.asked in (Asked.HURTS, Asked.EMERGENCY)
        yield Button("stop", "safety", "finish" if about_pain else "stop")  # as the question calls it


def stoppable(state: State) -> bool:
    """Whether there is a run that "stop" would end; otherwise it would close the program."""
    return state.phase in RUNNING or (state.phase in (Phase.PAUSED, Phase.ASKING) and state.run.phase in RUNNING)


def _more(state: State) -> Iterator[Button]:
    if state.phase in RUNNING or state.phase is Phase.PAUSED:
        yield from (Button(intent, "more", intent) for intent in _MORE_IN_RUN)
    yield from (Button(intent, "more", intent) for intent in _MORE_ALWAYS)
    if not stoppable(state):
        yield Button("stop", "more", END_PROGRAM)


_PRESSED_ELSEWHERE = {"only_stretch", "start_stretch", "choose_routine", "leave_out", "put_back"}
_SET = {"quiet", "talk", "beat", "auto_start", "ask_after"}

PRESSED_ON: Mapping[str, str] = {
    **dict.fromkeys(("leave_out", "put_back"), "/choose"),
    **dict.fromkeys(_SET, "/settings"),
}
"""Where what does not move the run on is pressed, so that one gets back there."""

PRESSABLE = frozenset(
    {"start_routine", "resume", "later", "not_today", "progress", "got_it", "done", "pause", "ready", "wait", "hurts"}
    | {"stop", "number", *_MORE_IN_RUN, *_MORE_ALWAYS, *_PRESSED_ELSEWHERE, *_SET}
    | {intent for intent, _ in _STEPS}
    | {intent for answers in _ANSWERS.values() for intent, _ in answers}
)
"""All that a page can press, anywhere."""


def mistake_in(intent: str, slots: Mapping[str, str], book: Book, *, allowed: Container[str] = PRESSABLE) -> str | None:
    """What is wrong with something that a page, or another program, says was pressed; None if nothing is."""
    row = INTENTS.get(intent)
    if row is None or intent not in allowed:
        return f"no button means {intent!r}"
    if not row.required <= slots.keys() or (row.one_of and not row.one_of & slots.keys()):
        return f"{intent} lacks a slot"
    if any(slot in slots and other not in slots for slot, other in row.beside.items()):
        return f"{intent} lacks a slot"
    known = {
        "stretch": {stretch for routine in book.routines for stretch in routine.names},
        "routine": {routine.id for routine in book.routines},
    }
    for slot, value in slots.items():
        if slot not in row.slots:
            return f"{intent} has no slot {slot!r}"
        if value not in (known.get(slot, ()) if row.slots[slot] == ANY else row.slots[slot]):
            return f"{slot} of {intent} can't be {value!r}"
    return None
