"""After a sleep of the machine nothing goes on by itself: the guide asks, and then waits as in a pause."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.dialogue.content.events import DeviceGone, WallClock, Woken
from assistant.dialogue.guide import PAUSE_LIMIT
from assistant.dialogue.run.resume_point import UNFINISHED
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import Stage, begun, exercising
from tests.test_reminders import stage as reminding
from tests.test_reminders import told


def sleep(stage: Stage, seconds: float = 8 * 3600.0) -> Stage:
    """The person's clock goes on, that of the program stands still."""
    now = stage.state.time_of_day
    assert now is not None
    stage._step(WallClock(stage.state.now, (now + timedelta(seconds=seconds)).isoformat()))
    return stage


def asked_awake(stage: Stage) -> bool:
    return stage.state.asked is Asked.AWAKE and stage.said[-1] == "[ask_awake]"


@pytest.mark.parametrize("stretch", ["heel_stretches", "heel_raises", "toe_pressing"])
def test_a_run_that_was_slept_through_stands_still_and_asks(stretch):
    stage = sleep(exercising(stretch).wait(3.0))
    assert asked_awake(stage)
    said, cues = len(stage.said), len(stage.cues)
    stage.wait(8.0)
    assert (len(stage.said), len(stage.cues)) == (said, cues)
    stage.say("yes").wait_for(Phase.EXERCISING)
    assert stage.elapsed == pytest.approx(0.0 if stretch == "toe_pressing" else 3.0, abs=1.1)


def test_while_getting_ready_and_in_a_rest_it_asks_too():
    assert asked_awake(sleep(begun("heel_stretches")))
    assert asked_awake(sleep(exercising("toe_walking").wait_for(Phase.RESTING)))


def test_a_program_that_stood_still_asks_once_although_the_clock_leaps_as_well():
    stage = exercising("heel_stretches").wait(3.0)
    stage._step(Woken(stage.state.now))
    assert asked_awake(stage)
    sleep(stage).wait(5.0)
    assert stage.said.count("[ask_awake]") == 1


def test_without_an_answer_it_is_a_pause_that_ends_by_itself():
    stage = sleep(exercising("heel_stretches").wait(3.0)).wait(100.0)
    assert stage.state.phase is Phase.PAUSED
    assert stage.said.count("[ask_awake]") == 1
    assert stage.remembered[UNFINISHED]["elapsed"] == pytest.approx(3.0, abs=0.1)
    stage.wait(PAUSE_LIMIT + 10.0)
    assert stage.finished == ["no answer"]


def test_a_person_who_comes_late_resumes_or_finishes():
    late = sleep(exercising("heel_stretches").wait(3.0)).wait(100.0).say("resume").silence()
    late.say("ready").wait_for(Phase.EXERCISING)
    assert sleep(exercising("heel_stretches")).silence().say("no").finished == ["stopped"]


def test_a_pause_that_was_slept_through_is_asked_about():
    assert asked_awake(sleep(exercising("heel_stretches").wait(3.0).say("pause").wait(20.0)))


def test_a_question_after_which_nothing_goes_on_by_itself_is_asked_again():
    stage = sleep(exercising("heel_stretches").say("hurts").silence())
    assert stage.state.asked is Asked.HURTS
    assert stage.said[-1] == "[hurts]"


def test_whether_to_do_what_hurt_before_is_still_asked_then():
    memory = {"safety_told": True, "hurt:heel_stretches": "2025-12-31"}
    stage = Stage(memory=memory).silence().say("start_stretch", stretch="heel_stretches")
    stage.wait_until(lambda state: state.asked is Asked.HURT_BEFORE).silence()
    question = stage.said[-1]
    assert asked_awake(sleep(stage))
    stage.silence().say("yes")
    assert (stage.state.asked, stage.saying) == (Asked.HURT_BEFORE, question)


def test_somebody_of_whom_it_is_not_known_that_they_are_well_is_not_led_on():
    stage = exercising("heel_stretches").say("hurts", doubtful=True).wait(60.0)
    assert stage.state.phase is Phase.PAUSED
    sleep(stage)
    assert (stage.state.phase, stage.saying) == (Phase.PAUSED, "[all_right_paused]")


@pytest.mark.parametrize("seconds", [-3600.0, 5.0])
def test_a_clock_that_is_set_a_little_or_back_interrupts_nobody(seconds):
    stage = sleep(exercising("heel_stretches").wait(3.0), seconds)
    assert stage.state.phase is Phase.EXERCISING


def test_where_nothing_is_going_on_nothing_is_asked():
    stage = sleep(Stage().silence())
    assert (stage.state.phase, stage.state.asked) == (Phase.IDLE, None)
    finished = exercising("heel_stretches").say("stop").silence()
    if finished.state.asked is Asked.STOP:
        finished.say("yes").silence()
    assert sleep(finished).state.asked is None


def test_a_lost_microphone_after_waking_leaves_it_paused():
    stage = sleep(exercising("heel_stretches").wait(3.0))
    stage._step(DeviceGone(stage.state.now, True))
    stage.wait(200.0)
    assert stage.state.phase is Phase.PAUSED


def test_of_the_reminders_that_were_slept_through_one_is_told():
    waiting = reminding("2026-01-01T07:00:00", "08:00", "08:20").wait(60.0)
    waiting._step(WallClock(waiting.state.now, datetime(2026, 1, 1, 8, 30).isoformat()))
    assert len(told(waiting.wait(3600.0))) == 1
