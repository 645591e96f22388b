"""Holds that are broken off, made longer or shorter, and what is wished for in a hold for this once or for good."""

from __future__ import annotations

import pytest

from assistant.dialogue.run.reminders import ONCE, REMINDERS
from assistant.dialogue.state.preferences import AUTO_START
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import AT_A_WORD, Stage, exercising
from tests.test_answers import asked_for_a_number
from tests.test_reminders import HOUR, stage, told


def test_letting_go_of_one_side_goes_on_to_the_other():
    held = exercising("heel_stretches").wait(5).say("let_go")
    assert (held.state.phase, held.side, held.state.run.stretch) == (Phase.RESTING, "right", 3)
    assert held.wait_for(Phase.EXERCISING).side == "right"
    assert held.wait(2).say("let_go").state.run.then is not None
    held.wait_until(lambda s: s.run.stretch == 4)
    assert "heel_stretches" not in held.state.run.done


def test_letting_go_of_one_round_goes_on_to_a_rest_that_waits():
    held = exercising("resistance_band_stretches").wait(3).say("let_go")
    assert (held.state.run.phase, held.state.run.stretch) == (Phase.RESTING, 5)
    assert held.state.phase is Phase.PAUSED, "what came off has to be put on again"
    assert held.wait(60).state.phase is Phase.PAUSED
    assert held.say("ready").wait_for(Phase.EXERCISING).state.run.stretch == 5


def test_letting_go_ends_an_open_ended_hold_and_begins_nothing():
    assert exercising("toe_pressing").wait(7).say("let_go").said[-1] != "[resting_already]"
    waiting = Stage(memory=AT_A_WORD).say("start_stretch", stretch="toe_pencil_pickups").silence()
    assert waiting.say("let_go").said[-1] == "[take_your_time]"
    assert waiting.wait(60).state.phase is Phase.GETTING_READY


def test_that_it_is_enough_in_a_hold_is_asked_about():
    held = exercising("heel_stretches").wait(5).say("stop", said="enough")
    assert held.state.asked is Asked.STOP
    assert held.say("no").wait_for(Phase.EXERCISING).side == "left"
    assert exercising("heel_stretches").say("stop", said="enough").say("stop").finished == ["stopped"]


@pytest.mark.parametrize(
    ("after", "seconds", "change", "length"), [(0, 5, "", 35), (0, 5, "shorter", 25), (20, 20, "shorter", 22)]
)
def test_seconds_more_and_less(after, seconds, change, length):
    slots = {"seconds": str(seconds), **({"change": change} if change else {})}
    held = exercising("heel_stretches").wait(after).say("add_hold", **slots)
    span = held.state.run.span
    assert span is not None
    assert span.length == pytest.approx(length, abs=1)


def test_seconds_more_in_a_rest_are_of_the_rest():
    resting = exercising("resistance_band_stretches").wait_for(Phase.RESTING).wait(1)
    before = resting.state.run.span
    resting.say("add_hold", seconds="10")
    after = resting.state.run.span
    assert before is not None
    assert after is not None
    assert after.length == before.length + 10
    assert not resting.state.run.plan.added


@pytest.mark.parametrize(("change", "seconds"), [("double", 60.0), ("half", 15.0)])
def test_twice_and_half_as_long(change, seconds):
    assert exercising("heel_stretches").say("set_hold", change=change).remembered["hold:heel_stretches"] == seconds


def test_what_is_too_long_is_said_to_be():
    held = exercising("heel_stretches").say("set_hold", seconds="600")
    assert held.said[-1].startswith("[hold_most")
    assert exercising("heel_stretches").say("set_rest", seconds="600").said[-1].startswith("[rest_too_long")
    assert "hold:heel_stretches" not in held.remembered


def test_this_one_is_left_out_for_good():
    held = exercising("heel_stretches").say("leave_out", which="this")
    assert held.remembered["left_out:heel_stretches"] == "always"
    assert held.state.run.stretch == 4
    assert Stage().say("leave_out", which="this").said[-1] == "[nothing_running]"


def test_what_comes_back_at_once_is_done_at_once():
    held = exercising("heel_stretches").say("leave_out", stretch="heel_stretches", until="today")
    assert held.state.run.stretch == 4
    assert held.say("put_back", stretch="heel_stretches").state.run.stretch == 3
    assert exercising("foot_massage").say("put_back", stretch="heel_stretches").state.run.stretch == 4


def test_wait_for_me_is_for_good_unless_something_is_going_on():
    assert Stage().say("auto_start", on="no", said="wait").remembered[AUTO_START] is False
    held = exercising("heel_stretches").say("auto_start", on="no", said="wait")
    assert held.state.phase is Phase.PAUSED
    assert AUTO_START not in held.remembered


@pytest.mark.parametrize(("what", "told_side"), [("next", "[side_next side=right]"), ("", "[where_side side=left]")])
def test_which_foot_it_is_and_which_comes_next(what, told_side):
    slots = {"what": what} if what else {}
    assert exercising("heel_stretches").say("which_side", **slots).said[-1] == told_side


def test_which_foot_to_stand_on_is_told_with_the_position():
    assert "side=left" in exercising("heel_raises").say("which_side", what="stand").said[-1]


def test_a_reminder_that_is_given_once():
    waiting = stage("2026-01-01T12:00:00").say("remind", ahead="60")
    assert waiting.remembered[ONCE] == "2026-01-01T13:00:00"
    assert REMINDERS not in waiting.remembered
    assert told(waiting.wait(2 * HOUR)) != []
    assert waiting.remembered.get(ONCE) is None
    assert len(told(waiting.wait(30 * HOUR))) == len(told(waiting))


def test_a_reminder_for_tomorrow_and_none_on_some_days():
    waiting = stage("2026-01-01T12:00:00").say("remind", day="tomorrow", time="9:00?")
    assert waiting.remembered[ONCE] == "2026-01-02T09:00:00"
    assert waiting.say("remind", day="tomorrow").said[-1] == "[once_when]"
    daily = stage("2026-01-01T12:00:00", "08:00").say("remind", what="weekday")
    assert daily.said[-1] == "[reminders_daily]"
    assert daily.state.memory[REMINDERS] == ["08:00"]
    assert waiting.say("remind", what="off").remembered.get(ONCE) is None


def test_what_is_offered_is_said_where_it_was_asked_for():
    assert exercising("heel_stretches").say("hurts").silence().say("help").said[-1] == "[hurts_ask]"
    assert asked_for_a_number("pain").say("help").said[-1] == "[ask_pain]"
