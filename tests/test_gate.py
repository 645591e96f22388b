"""What counts and what is let pass: the guide's own voice, the wake word, and what the guide is doing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.dialogue.guide import Guide
from assistant.phases import Phase
from assistant.understanding.gate import NAME_LASTS, Gate, counts_after_urgent
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.own_voice import ANOTHER, SIGN, is_echo, is_own_voice
from assistant.understanding.reasons import (
    NAME_ALONE,
    NO_COMMAND,
    NO_NAME,
    NOT_CLEAR,
    NOTHING_ASKED,
    OWN_WORDS,
    STANDING_BY,
    TO_ANOTHER,
)
from tests.stage import BOOK, Stage

SAYING = [list("sejnɛksttəmuvɒn")]
NEXT = list("nɛkst")
PAUSE = list("pɔz")


def test_a_piece_of_what_is_being_said_is_an_echo() -> None:
    assert is_echo(NEXT, SAYING[0])
    assert not is_echo(PAUSE, SAYING[0])


@pytest.mark.parametrize("sure", [True, False])
def test_the_guides_words_are_a_command_where_somebody_else_was_heard(sure: bool) -> None:
    assert not is_own_voice(NEXT, SAYING, ANOTHER, sure=sure, urgent=True)
    assert is_own_voice(NEXT, SAYING, ANOTHER - 0.01, sure=sure, urgent=True)


def test_without_a_sign_of_another_voice_only_sure_words_count_that_are_urgent_or_long() -> None:
    assert is_own_voice(PAUSE, SAYING, 0.0, sure=False, urgent=True)
    assert is_own_voice(PAUSE, SAYING, 0.0, sure=True, urgent=False)
    assert not is_own_voice(PAUSE, SAYING, 0.0, sure=True, urgent=True)
    assert not is_own_voice(list("hilstrɛ"), SAYING, 0.0, sure=True, urgent=False)
    assert is_own_voice(list("hilstrɛ"), SAYING, 0.0, sure=False, urgent=False)


def test_with_a_sign_of_another_voice_what_is_no_echo_counts() -> None:
    assert not is_own_voice(PAUSE, SAYING, SIGN, sure=False, urgent=False)


@pytest.mark.parametrize("sure", [True, False])
def test_while_nothing_is_being_said_nothing_is_an_echo(sure: bool) -> None:
    assert not is_own_voice(PAUSE, [], 0.0, sure=sure, urgent=False)


# The gate


def heard(
    intent: str | None = "next", *, called: bool = True, start: float = 0.0, phrase: str = "", **match: Any
) -> Utterance:
    found = Match(intent, score=0.9, accepted=intent is not None, sure=True, phrase=phrase, called=called)
    return Utterance(start, start + 0.5, Hypothesis(tuple(NEXT)), replace(found, **match))


def test_what_is_sure_and_fits_counts() -> None:
    judged = Gate().judge(heard())
    assert judged.ignored_because is None
    assert judged.match.accepted


def test_what_is_not_sure_says_how_much_it_lacked() -> None:
    short = heard(accepted=False, sure=False, score=0.712, threshold=0.86)
    assert Gate().judge(short).ignored_because == "not sure: 0.71 of 0.86"
    alike = heard(accepted=False, sure=False, score=0.9, threshold=0.86)
    assert Gate().judge(alike).ignored_because == NOT_CLEAR
    assert Gate().judge(heard(None)).ignored_because == NO_COMMAND


def test_what_may_have_been_meant_is_left_for_a_question() -> None:
    judged = Gate().judge(heard(accepted=False, doubtful=True))
    assert judged.ignored_because is None
    assert judged.match.doubtful


@pytest.mark.parametrize(
    ("another", "said", "counts"),
    [(0.0, ["say next"], False), (0.5, ["say next"], True), (0.0, [], True), (None, ["say next"], True)],
    ids=["an echo", "somebody over it", "in silence", "from a file"],
)
def test_the_guides_own_words_pass(another: float | None, said: list[str], counts: bool) -> None:
    gate = Gate(phonemes=lambda text: tuple(SAYING[0]))
    judged = gate.judge(replace(heard(), another=another), NO_MOMENT, said)
    assert judged.match.accepted is counts
    assert judged.ignored_because == (None if counts else OWN_WORDS)


def test_what_was_not_meant_for_the_guide_passes_and_is_not_even_asked_about() -> None:
    gate = Gate("coach")
    assert gate.judge(heard("next")).match.accepted
    for uncalled in (
        heard("next", called=False),
        heard("start_stretch", called=False, accepted=False, doubtful=True),
        heard("stop", called=False, accepted=False, doubtful=True),
    ):
        judged = gate.judge(uncalled)
        assert (judged.match.accepted, judged.match.doubtful, judged.match.sure) == (False, False, False)
        assert judged.ignored_because == NO_NAME


def test_what_was_not_understood_is_not_asked_about_if_it_lacks_the_name_or_is_an_echo() -> None:
    unknown = heard(None, sure=False, called=False, addressed=True)
    assert Gate("coach").judge(unknown).ignored_because == NO_NAME
    assert Gate().judge(unknown).ignored_because == NO_COMMAND
    gate = Gate(phonemes=lambda text: tuple(SAYING[0]))
    assert gate.judge(replace(unknown, another=0.0), NO_MOMENT, ["say next"]).ignored_because == OWN_WORDS


def test_urgent_words_and_answers_need_no_name() -> None:
    gate = Gate("coach")
    for intent in ("pause", "stop", "hurts"):
        assert gate.judge(heard(intent, called=False)).ignored_because is None
    assert gate.judge(heard("yes", called=False), Moment(answers=frozenset({"yes", "no"}))).match.accepted
    assert not gate.judge(heard("yes", called=False)).match.accepted


@pytest.mark.parametrize(("pause", "counts"), [(0.4, True), (NAME_LASTS - 0.1, True), (NAME_LASTS + 0.1, False)])
def test_the_name_alone_calls_for_the_next_thing_said(pause: float, counts: bool) -> None:
    gate = Gate("coach")
    assert gate.judge(heard(None, phrase="coach")).ignored_because == NAME_ALONE
    assert gate.judge(heard("next", called=False, start=0.5 + pause)).match.accepted is counts
    assert not gate.judge(heard("next", called=False, start=1.5 + pause)).match.accepted


def test_what_means_nothing_now_passes_and_the_log_knows_what_it_was() -> None:
    nothing_asked = Moment(ignored=frozenset({"yes"}))
    judged = Gate().judge(heard("yes"), nothing_asked)
    assert (judged.ignored_because, judged.match.accepted) == (NOTHING_ASKED, True)
    standby = Moment(ignored=frozenset({"next"}), ignored_if_doubtful=frozenset({"next", "list"}), standby=True)
    assert Gate().judge(heard("next"), standby).ignored_because == STANDING_BY
    assert Gate().judge(heard("list"), standby).ignored_because is None
    assert Gate().judge(heard("list", accepted=False, doubtful=True), standby).ignored_because == STANDING_BY


@pytest.mark.parametrize(
    ("urgent", "rest", "counts"),
    [
        (None, Match("next", accepted=True), True),
        (Match("pause"), Match("next", accepted=True), False),
        (Match("pause"), Match("hurts", accepted=True), True),
        (Match("pause"), Match("hurts", doubtful=True), True),
        (Match("pause"), Match("hurts"), False),
        (Match("hurts"), Match("hurts", accepted=True), False),
    ],
)
def test_after_something_urgent_only_pain_counts(urgent: Match | None, rest: Match, counts: bool) -> None:
    assert counts_after_urgent(urgent, rest) is counts


# What the guide tells the gate


def test_nothing_is_asked_until_it_is() -> None:
    stage = Stage()
    guide = Guide(BOOK)
    answers = {"yes", "no", "never_mind", "not_that", "called", "better", "keep_going", "wait", "got_it"}
    answers |= {"let_go", "no_number", "no_phone", "skip_talk", "number", "clock_time"}
    assert guide.moment(stage.state).ignored == answers
    stage.say("start_stretch", stretch="heel_stretches").say("ready").say("hurts")
    assert stage.state.phase is Phase.ASKING
    assert guide.moment(stage.state).ignored == {
        *("got_it", "no_phone", "skip_talk", "greeting", "thanks", "number", "called", "clock_time"),
    }


def test_in_standby_only_what_begins_something_counts() -> None:
    guide = Guide(replace(BOOK, stays=True))
    state, _effects = guide.begin()
    moment = guide.moment(state)
    assert moment.standby
    assert {"pause", "next", "yes", "later"} <= moment.ignored
    assert not {"start_routine", "start_stretch", "help"} & moment.ignored
    assert "start_routine" in moment.ignored_if_doubtful


@pytest.mark.parametrize(
    ("pause", "intent", "counts"), [(1.0, "next", False), (1.0, "hurts", True), (3.0, "next", True)]
)
def test_what_follows_another_assistants_name_said_on_its_own_is_meant_for_it(pause, intent, counts):
    gate = Gate()
    assert gate.judge(heard(None, to_another=True)).ignored_because == TO_ANOTHER
    assert gate.judge(heard(intent, start=0.5 + pause)).match.accepted is counts
    assert gate.judge(heard("next", start=2.0 + pause)).match.accepted


def test_asked_about_pain_an_answer_that_sounds_like_another_assistants_name_is_asked_about():
    asked = Moment(must_answer=True, asks_about_pain=True)
    judged = Gate().judge(heard(None, to_another=True, phrase="skip this one"), asked)
    assert (judged.ignored_because, judged.match.addressed) == (NO_COMMAND, True)
    assert not Gate().judge(heard(None, to_another=True, phrase="skip"), Moment(must_answer=True)).match.addressed


def test_after_a_whole_order_to_another_assistant_the_next_command_counts():
    gate = Gate()
    gate.judge(heard(None, to_another=True, phrase="skip this one"))
    assert gate.judge(heard("next", start=1.0)).match.accepted
