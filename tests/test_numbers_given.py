"""Pain and effort as numbers from nought to ten: asked for where that is wanted, kept, and used the next time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.content.events import Record, TakeBack
from assistant.dialogue.content.rules import USUAL, Rule, When
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import BOOK, Stage, exercising
from tests.test_after_pain import next_time
from tests.test_answers import PHASES, asked_for_a_number


def given(stage: Stage) -> list[tuple[str, str, int]]:
    """The numbers that were kept: of which stretch, for what, which."""
    records = [effect.values for _, effect in stage.log if isinstance(effect, Record) and effect.kind == "number"]
    return [(values["stretch"], values["what"], values["number"]) for values in records]


def ruled(*rules: Rule) -> Stage:
    """Asked for both numbers after heel stretches, in a routine with other rules."""
    book = replace(BOOK, routine=replace(BOOK.routine, rules=rules))
    stage = Stage(book, {"safety_told": True, "ask_after": "both"}).say("start_stretch", stretch="heel_stretches")
    return stage.silence().say("ready").wait_until(lambda s: s.asked is Asked.NUMBER).silence()


# Asking


def test_nothing_is_asked_unless_it_is_wanted():
    stage = exercising("heel_stretches").wait_until(lambda s: s.run.stretch == 4)
    assert not any("ask_" in text for text in stage.said)
    stage = exercising("heel_stretches").say("ask_after", what="both").silence().say("ask_after", what="off")
    assert stage.said[-1] == "[ask_after_off]"
    stage.wait_until(lambda s: s.run.stretch == 4)
    assert "[ask_pain]" not in stage.said


@pytest.mark.parametrize(
    ("what", "questions"), [("pain", ["ask_pain"]), ("effort", ["ask_effort"]), ("both", ["ask_effort", "ask_pain"])]
)
def test_what_is_wanted_is_asked_after_the_end_and_kept_with_the_stretch(what, questions):
    stage = exercising("heel_stretches").say("ask_after", what=what)
    assert stage.saying == f"[ask_after_{what}]"
    for number, question in enumerate(questions):
        stage.wait_until(lambda s: s.asked is Asked.NUMBER)
        assert stage.saying == f"[{question}]"
        stage.silence().say("number", n=str(number))
        assert stage.saying == f"[number_kept number={number}]"
    assert given(stage) == [("heel_stretches", each.removeprefix("ask_"), n) for n, each in enumerate(questions)]
    assert stage.wait(4).state.run.stretch == 4
    assert stage.said.index("[heel_stretches.after.1]") < stage.said.index(f"[{questions[0]}]")


def test_silence_goes_on_after_some_seconds_and_nothing_is_lost():
    stage = asked_for_a_number("both")
    at = stage.state.now
    stage.wait_until(lambda s: s.run.stretch == 4)
    assert stage.state.now - at < 25
    assert given(stage) == []
    assert "heel_stretches" in stage.state.run.done
    assert stage.said.count("[ask_effort]") == stage.said.count("[ask_pain]") == 1


@pytest.mark.parametrize("answer", ["next", "ready", "resume", "done"])
def test_who_wants_to_go_on_goes_on(answer):
    stage = asked_for_a_number("pain").say(answer)
    assert stage.state.run.stretch == 4
    assert given(stage) == []


@pytest.mark.parametrize(
    ("answer", "again"), [("yes", "[sorry_number]"), ("keep_going", "[sorry_number]"), ("easier", "[ask_pain_again]")]
)
def test_what_is_no_number_is_asked_about(answer, again):
    stage = asked_for_a_number("pain").say(answer)
    assert stage.said[-1] == again
    assert stage.state.asked is Asked.NUMBER
    assert given(stage.say("number", n="3")) == [("heel_stretches", "pain", 3)]


@pytest.mark.parametrize("answer", ["no", "better"])
def test_no_pain_is_nought_and_no_effort_is_no_number(answer):
    assert given(asked_for_a_number("pain").say(answer)) == [("heel_stretches", "pain", 0)]
    assert given(asked_for_a_number("effort").say(answer)) == []


def test_that_it_hurt_is_noted_and_the_number_asked_for_again():
    stage = asked_for_a_number("pain").say("hurts")
    assert (stage.saying, stage.state.asked) == ("[ask_pain_again]", Asked.NUMBER)
    assert stage.remembered["hurt:heel_stretches"] == "2026-01-01"
    assert given(stage.silence().say("number", n="3")) == [("heel_stretches", "pain", 3)]


def test_what_is_worse_is_worse_here_too():
    assert asked_for_a_number("pain").say("hurts", kind="chest").state.asked is Asked.EMERGENCY
    cramp = asked_for_a_number("pain").say("hurts", kind="cramp")
    assert cramp.state.asked is Asked.HURTS
    assert cramp.silence().say("next").state.run.stretch == 4


@pytest.mark.parametrize("only", [False, True])
@pytest.mark.parametrize("answer", ["number", "next", "stop", "silence"])
def test_after_the_last_stretch_the_run_is_complete_whatever_is_answered(only, answer):
    stage = Stage(memory={"safety_told": True, "ask_after": "pain"})
    stage.say("only_stretch" if only else "start_stretch", stretch="heel_stretches" if only else "toe_pressing")
    stage.silence().say("ready").wait_for(Phase.EXERCISING)
    for _ in range(0 if only else 10):
        stage.wait(2).say("done").wait_until(lambda s: s.phase is Phase.EXERCISING or s.asked is Asked.NUMBER)
    stage.wait_until(lambda s: s.asked is Asked.NUMBER, 120).silence()
    assert stage.state.asked is Asked.NUMBER
    if answer == "number":
        stage.say("number", n="2")
    elif answer != "silence":
        stage.say(answer)
    stage.wait_for(Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert [number for _, _, number in given(stage)] == ([2] if answer == "number" else [])


def test_stop_in_the_midst_of_the_routine_ends_it():
    assert asked_for_a_number("pain").say("stop").finished == ["stopped"]


def test_who_wants_no_more_of_them_is_not_asked_the_second_one_either():
    stage = asked_for_a_number("both").say("ask_after", what="off")
    assert stage.saying == "[ask_after_off]"
    assert stage.silence().wait(1).state.run.stretch == 4
    assert "[ask_pain]" not in stage.said


def test_who_can_t_say_is_asked_no_further_about_that_and_told_so():
    stage = asked_for_a_number("pain").say("no_number")
    assert stage.saying == "[number_none]"
    assert given(stage.silence()) == []
    assert stage.wait(1).state.run.stretch == 4
    assert stage.state.memory["ask_after"] == "pain"


def test_who_says_not_to_ask_is_asked_no_more():
    stage = asked_for_a_number("both").say("no_number", what="off")
    assert stage.saying == "[ask_after_off]"
    assert stage.silence().wait(1).state.run.stretch == 4
    assert stage.remembered["ask_after"] == "off"
    assert "[ask_pain]" not in stage.said


def test_a_stretch_that_was_skipped_is_not_asked_about():
    stage = exercising("heel_stretches").say("ask_after", what="both").silence().say("next")
    assert stage.wait(1).state.run.stretch == 4
    assert stage.state.phase is Phase.GETTING_READY


def test_a_number_that_was_misheard_is_taken_back_and_asked_for_again():
    stage = asked_for_a_number("pain").say("number", n="7").wait(0.5).say("undo").silence()
    assert stage.state.asked is Asked.NUMBER
    assert any(isinstance(effect, TakeBack) for _, effect in stage.log)
    assert "share:heel_stretches" not in stage.state.memory
    assert stage.say("number", n="2").saying == "[number_kept number=2]"


def test_a_pause_ends_the_question_and_the_run_goes_on_with_the_next_stretch():
    stage = asked_for_a_number("both").say("pause").wait(60)
    assert stage.state.phase is Phase.PAUSED
    stage.say("resume").silence().wait(60)
    assert stage.state.run.stretch == 4


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "asking for a number"])
def test_numbers_mean_nothing_where_none_is_asked_for(phase):
    stage = PHASES[phase]()
    moment = stage.guide.moment(stage.state)
    assert "number" in moment.ignored | moment.overheard  # what somebody counts aloud is answered by nothing
    assert "number" in moment.overheard or "number" not in moment.answers


def test_only_the_numbers_from_nought_to_ten_are_numbers():
    moment = asked_for_a_number("pain")
    assert given(moment.say("number", n="11").silence()) == []
    assert moment.said[-1] == "[sorry_number]"
    assert moment.state.asked is Asked.NUMBER
    assert "number" in moment.guide.moment(moment.state).awaited


# Using


@pytest.mark.parametrize(("number", "reply", "length"), [(4, "number_kept", 30), (5, "number_gentler", 20)])
def test_more_than_four_is_shorter_the_next_time_and_gentler_is_offered(number, reply, length):
    stage = asked_for_a_number("pain").say("number", n=str(number))
    assert stage.saying == f"[{reply} number={number}]"
    later = next_time(stage, "heel_stretches").silence()
    assert (later.state.asked is Asked.HURT_BEFORE) == (number > 4)
    later.say("easier" if number > 4 else "ready").silence()
    if number > 4:
        later.say("ready")
    assert later.wait_for(Phase.EXERCISING).length == length


def test_a_better_number_makes_it_as_long_as_ever():
    stage = asked_for_a_number("pain").say("number", n="8").silence()
    later = next_time(stage, "heel_stretches").silence().say("easier").silence().say("ready")
    later.wait_until(lambda s: s.asked is Asked.NUMBER).silence().say("number", n="1").silence()
    third = next_time(later, "heel_stretches").silence()
    assert third.state.asked is None
    assert third.say("ready").wait_for(Phase.EXERCISING).length == 30


def test_the_rules_are_the_routines_own():
    hard = Rule(When.EFFORT_OVER, 7, share=0.5)
    easy = Rule(When.EFFORT_UNDER, 3, share=1.2)
    assert ruled(hard, easy).say("number", n="8").saying == "[number_shorter number=8]"
    assert ruled(hard, easy).say("number", n="7").saying == "[number_kept number=7]"
    stage = ruled(hard, easy).say("number", n="2")
    assert stage.saying == "[number_longer number=2]"
    assert stage.remembered["share:heel_stretches"] == 1.2
    assert ruled().say("number", n="2").silence().say("number", n="10").saying == "[number_kept number=10]"


def test_of_two_numbers_the_one_that_makes_it_shorter_counts():
    stage = ruled(Rule(When.EFFORT_UNDER, 3, share=1.2), *USUAL).say("number", n="1").silence().wait(1).silence()
    stage.say("number", n="9")
    assert stage.remembered["share:heel_stretches"] == 0.67
