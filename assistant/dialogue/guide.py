"""The guide: a pure function from its state and an event to its next state and its effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from assistant.dialogue import notices, standby
from assistant.dialogue.content.events import (
    DeviceBack,
    DeviceGone,
    Effect,
    Event,
    Heard,
    Notice,
    Noticed,
    NotUnderstood,
    SpeechEnded,
    SpeechStarted,
    WallClock,
    Woken,
)
from assistant.dialogue.content.history import History
from assistant.dialogue.content.routine_names import heard_in
from assistant.dialogue.device_loss import device_changed
from assistant.dialogue.requests import confirmation, distress, numbers, waiting
from assistant.dialogue.requests.commands import obey
from assistant.dialogue.requests.expectations import answers, as_meant, awaited, expected, meanings, overheard
from assistant.dialogue.requests.routine_choice import not_here
from assistant.dialogue.run import reminders, waking
from assistant.dialogue.run.instructions import pause_after, take_note
from assistant.dialogue.run.leading import await_answer, finish, open_over, pass_mark, talk_on
from assistant.dialogue.run.pausing import end_halt, resume_run
from assistant.dialogue.run.resume_point import keep_place, place_in_words, to_go_on_with
from assistant.dialogue.run.timeline import marks_of, seconds_to_mark
from assistant.dialogue.state.run import Span, Then
from assistant.dialogue.state.state import ABOUT_PAIN, Asked, Halt, State
from assistant.dialogue.state.turn import RATE, VOLUME, Book, Turn
from assistant.intents import INTENTS, names_of
from assistant.understanding.gate import not_now
from assistant.understanding.moment import Moment

PAUSE_REMINDER = 300.0
PAUSE_LIMIT = 1800.0
"""Seconds of pause after which the guide says once that it is still there, and seconds after which it ends the run,
with its place kept: a pause is for the telephone or the door, not for the night."""

EMERGENCY_ASKED_FOR = 3600.0
"""Seconds for which the guide keeps asking whether somebody should be called; then it waits in silence. Whoever might
hear it has heard it by then."""

WAITS: Mapping[Asked, tuple[float, ...]] = {
    Asked.GO_ON: (12.0, 30.0),
    Asked.STOP: (8.0,),
    Asked.HURTS: (30.0, 90.0),
    Asked.HURT_BEFORE: (12.0, 60.0),
    Asked.NUMBER: (8.0,),
    Asked.STILL_HOLDING: (10.0,),
    Asked.EMERGENCY: (20.0, 50.0, 110.0, 230.0),
    Asked.ALL_RIGHT: (10.0, 25.0),
    Asked.AWAKE: (12.0, 60.0),
}
"""Seconds of silence after a question: it is repeated after each but the last, and given up after that. A person in
pain gets the most time, and the run does not continue without an answer, nor where it hurt before; without a number it
goes on. Whether somebody should be called is not given up: from the last on, it is asked again as often as between the
last two."""


class Guide:
    """Leads through a routine. Stateless: the same event in the same state always does the same."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def begin(
        self,
        memory: Mapping[str, Any] | None = None,
        wall: str = "",
        history: History | None = None,
        wishes: Mapping[str, Any] | None = None,
    ) -> tuple[State, tuple[Effect, ...]]:
        """The first state, with what is remembered from earlier sessions; `wall` is date and time, as ISO 8601.

        `wishes` replace remembered values for this session.
        """
        kept, wished = dict(memory or {}), dict(wishes or {})
        state = State(memory=kept | wished, wishes={key: kept.get(key) for key in wished}, wall=wall)
        turn = Turn(self.book, replace(state, history=history or History()))
        for key, set_it in ((RATE, turn.set_rate), (VOLUME, turn.set_volume)):
            if key in turn.state.memory:
                set_it(int(turn.state.memory[key]))
        reminders.begin(turn)
        if not self.book.stays:
            _greet(turn)
        return turn.state, tuple(turn.effects)

    def step(self, state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
        """Let the time until the event pass, then handle the event; time never goes backwards."""
        turn = Turn(self.book, state)
        while self.next_moment(turn.state) <= event.t:
            _pass_moment(turn, self.next_moment(turn.state))
        _let_pass(turn, max(event.t, turn.state.now))
        if isinstance(event, Heard):
            _heard(turn, event)
        elif isinstance(event, NotUnderstood):
            waiting.not_understood(turn)
            _begin_waiting_anew(turn)
        elif isinstance(event, SpeechStarted):
            _speech_started(turn, event.id)
        elif isinstance(event, SpeechEnded):
            _speech_ended(turn, event.id)
        elif isinstance(event, DeviceGone | DeviceBack):
            confirmation.drop(turn)
            device_changed(turn, event)
        elif isinstance(event, WallClock | Woken):
            _woken_or_set(turn, event)
        elif isinstance(event, Noticed):
            confirmation.drop(turn)
            notices.notice(turn, event.what)
        confirmation.settle(turn)
        standby.settle(turn)
        keep_place(turn)
        return turn.state, tuple(turn.effects)

    def moment(self, state: State) -> Moment:
        """What fits what the guide is doing, and what means nothing now."""
        return _moment(self.book, state)

    def may_say(self, state: State, notice: Notice) -> bool:
        """Whether the person may be told now of a trouble of the program's own."""
        return notices.may_say(self.book, state, notice)

    def next_moment(self, state: State) -> float:
        """When, in seconds, something next happens by itself; infinity if nothing will."""
        return min(
            _speech_moment(state),
            _span_moment(self.book, state),
            _wait_moment(state),
            confirmation.next_moment(state),
            reminders.next_moment(state),
        )


def _greet(turn: Turn) -> None:
    place = to_go_on_with(turn.state, turn.routine)
    if place is None:
        turn.say(turn.replies.text("greeting"))
    else:
        turn.say(turn.replies.text("greeting_unfinished", place=place_in_words(turn, place)))


def _must_answer(state: State) -> bool:
    return state.asked is Asked.NUMBER or state.asked in ABOUT_PAIN


def _moment(book: Book, state: State) -> Moment:
    answering, meant = answers(state), meanings(state)
    fits = Moment(expected(state), awaited(answering), answering, meanings=meant, overheard=overheard(state))
    fits = replace(fits, must_answer=_must_answer(state), asks_about_pain=state.asked in ABOUT_PAIN)
    if not standby.standing_by(book, state):
        idle_words = names_of(lambda intent: intent.only_as_answer) - fits.answers
        return replace(fits, ignored=frozenset(name for name in idle_words | set(meant) if not meant.get(name)))
    return replace(
        fits,
        ignored=standby.ignored(book, state, doubtful=False),
        ignored_if_doubtful=standby.ignored(book, state, doubtful=True),
        standby=True,
    )


def _woken_or_set(turn: Turn, event: WallClock | Woken) -> None:
    slept = isinstance(event, Woken) or waking.has_slept(turn.state, event.now)
    if isinstance(event, WallClock):
        turn.set(wall=event.now, wall_at=turn.state.now)
    if slept:
        confirmation.drop(turn)
        waking.woken(turn)


def _heard(turn: Turn, heard: Heard) -> None:
    moment = _moment(turn.book, turn.state)
    if not_now(heard.intent, moment, doubtful=heard.doubtful) is not None:
        return  # the session's gate stops these already; this keeps the guide right without one
    meant = moment.meaning_of(heard.intent)
    if not meant or (heard.doubtful and meant != heard.intent and INTENTS[meant].only_as_answer):
        return  # what only may have been said must not answer a question by what it means
    here = heard_in(turn.routine, turn.book.stretch_names, turn.book.last, as_meant(heard, meant))
    if here is None:
        not_here(turn, heard)
        return
    command = here if meant in moment.overheard else confirmation.resolve(turn, here)
    if command is not None:
        _begin_waiting_anew(turn)
        obey(turn, command)
    elif meant != "hurts" and _must_answer(turn.state):
        waiting.not_understood(turn)


def _begin_waiting_anew(turn: Turn) -> None:
    if turn.state.halt:
        turn.set(halt=replace(turn.state.halt, waited=0.0, reminded=0))


def _speech_moment(state: State) -> float:
    return state.speech.deadline if state.speech else math.inf


def _span_moment(book: Book, state: State) -> float:
    return state.now + seconds_to_mark(Turn(book, state))


def _waits(halt: Halt) -> tuple[float, ...]:
    return WAITS[halt.asked] if halt.asked else (PAUSE_REMINDER, PAUSE_LIMIT)


def _wait_moment(state: State) -> float:
    halt = state.halt
    if halt is None or state.speech is not None:
        return math.inf
    if halt.asked is Asked.EMERGENCY and state.now - halt.since > EMERGENCY_ASKED_FOR:
        return math.inf
    return state.now + max(0.0, _waits(halt)[halt.reminded] - halt.waited)


def _let_pass(turn: Turn, t: float) -> None:
    state = turn.state
    passed = t - state.now
    span, halt = state.run.span, state.halt
    if state.clock_runs and span is not None:
        turn.set_run(span=replace(span, elapsed=span.elapsed + passed))
    if halt is not None and state.speech is None:
        turn.set(halt=replace(halt, waited=halt.waited + passed))
    turn.set(now=t)
    turn.silence, turn.earlier_effects = 0.0, len(turn.effects)


def _pass_moment(turn: Turn, t: float) -> None:
    """Let time pass up to the next thing that happens by itself, and let that happen."""
    before = turn.state
    _let_pass(turn, t)
    if _speech_moment(before) <= t and before.speech is not None:
        _speech_ended(turn, before.speech.id)
    elif _span_moment(turn.book, before) <= t and before.run.span is not None and turn.state.run.span is not None:
        _pass_span_moment(turn, before.run.span, turn.state.run.span)
    elif reminders.next_moment(before) <= t:
        reminders.remind(turn)
    elif confirmation.next_moment(before) > t:
        _wait_over(turn)
    confirmation.settle(turn)
    standby.settle(turn)
    keep_place(turn)


def _pass_span_moment(turn: Turn, before: Span, now: Span) -> None:
    at, mark, value = marks_of(before, turn.step, turn.state.run.unanswered)[before.mark]
    if not await_answer(turn, before):
        turn.set_run(span=replace(now, mark=before.mark + 1, elapsed=max(at, now.elapsed)))
        pass_mark(turn, mark, value)


def _speech_started(turn: Turn, number: int) -> None:
    speech = turn.state.speech
    if speech is not None and speech.id == number and speech.pending:
        turn.set_talk(speech=replace(speech, pending=False), last_said=speech.text)


def _speech_ended(turn: Turn, number: int) -> None:
    _speech_started(turn, number)  # if it was not reported
    speech = turn.state.speech
    if speech is None or speech.id != number:
        return  # the end of an utterance that has been dropped
    take_note(turn, speech.text)
    questioned = turn.state.questioning
    turn.set_talk(speech=None)
    if turn.state.then is not Then.NOTHING:  # else a clock is running, which does not wait for the talk
        turn.silence = pause_after(turn, speech.text)
    if not questioned:  # after a question the talk leaves room for the answer
        talk_on(turn)


def _wait_over(turn: Turn) -> None:
    """Nobody has answered for a while: ask again, or do what is to be done without an answer."""
    state, halt = turn.state, turn.state.halt
    assert halt is not None
    last = halt.reminded + 1 >= len(_waits(halt))
    turn.set(halt=replace(halt, reminded=halt.reminded + 1))
    if state.asked is Asked.EMERGENCY and last:
        turn.set(halt=replace(halt, waited=_waits(halt)[-2]))
        turn.say(halt.again)
    elif last:
        _GIVE_UP[state.asked](turn)
    else:
        turn.say(halt.again or turn.replies.text(_ASKED_AGAIN.get(state.asked, "ask_again")))


def _let_go(turn: Turn) -> None:
    turn.set_run(unanswered=True)
    end_halt(turn)
    open_over(turn, by_person=False)


def _end_unanswered(turn: Turn) -> None:
    finish(turn, "no answer")


_ASKED_AGAIN = {None: "still_paused", Asked.HURTS: "hurts_again", Asked.HURT_BEFORE: "hurt_before_again"}
"""What is said for the first time without an answer, by the question, or to a pause."""

_GIVE_UP: Mapping[Asked | None, Callable[[Turn], None]] = {
    None: _end_unanswered,
    Asked.HURTS: _end_unanswered,
    Asked.HURT_BEFORE: _end_unanswered,
    Asked.NUMBER: numbers.leave,
    Asked.STILL_HOLDING: _let_go,
    Asked.STOP: resume_run,
    Asked.GO_ON: end_halt,
    Asked.ALL_RIGHT: distress.unanswered,
    Asked.AWAKE: waking.nobody_there,
}
"""What is done when a question is given up, or a pause."""
