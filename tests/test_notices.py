"""What the guide says of troubles that it gets over: once, and where a word does no harm."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.dialogue.content.events import Notice, Noticed
from assistant.phases import Phase
from tests.stage import Stage, begun, exercising
from tests.test_reminders import stage as reminding
from tests.test_reminders import told

LASTING: tuple[Notice, ...] = ("cannot_keep", "kept_again")
URGENT: tuple[Notice, ...] = ("microphone_silent", "microphone_sounds")


def noticed(stage: Stage, what: Notice) -> Stage:
    stage._step(Noticed(stage.state.now, what))
    return stage


def may(stage: Stage, what: Notice) -> bool:
    return stage.guide.may_say(stage.state, what)


def test_there_are_no_others():
    assert {*LASTING, *URGENT} == set(get_args(Notice))


@pytest.mark.parametrize("what", URGENT)
def test_about_the_microphone_it_speaks_after_the_sentence_at_hand(what):
    stage = Stage().silence().say("start_stretch", stretch="heel_stretches").wait(1.0)
    saying = stage.saying
    assert may(stage, what)
    noticed(stage, what)
    assert stage.saying == saying
    stage.wait_until(lambda state: state.speech is not None and state.speech.text != saying)
    assert stage.saying == f"[{what}]"
    stage.silence().say("ready").wait_for(Phase.EXERCISING)


@pytest.mark.parametrize("what", URGENT)
@pytest.mark.parametrize("make", [lambda: Stage().silence(), lambda: exercising("heel_stretches").say("pause").wait(9)])
def test_it_speaks_of_the_microphone_before_a_run_and_in_a_pause(what, make):
    stage = make()
    phase = stage.state.phase
    assert noticed(stage, what).saying == f"[{what}]"
    assert stage.silence().state.phase is phase


def test_in_a_hold_the_clock_runs_on():
    stage = noticed(exercising("heel_stretches").wait(5.0), "microphone_silent").wait(2.0)
    assert stage.elapsed == pytest.approx(7.0, abs=0.1)


def test_no_number_is_lost_under_it():
    stage = exercising("heel_raises").wait(7.0)
    noticed(stage, "microphone_silent").silence()
    stage.wait_until(lambda state: state.run.span is None or state.phase is not Phase.EXERCISING)
    numbers = [text for text in stage.said if text.startswith("[count")]
    assert len(numbers) == len(set(numbers)) >= 19, numbers


@pytest.mark.parametrize("what", LASTING)
def test_of_what_can_wait_it_speaks_where_it_disturbs_nobody(what):
    assert may(Stage().silence(), what)
    assert may(exercising("heel_stretches").wait(8.0), what)
    assert may(exercising("heel_stretches").say("pause").wait(9.0), what)
    assert not may(Stage(), what), "it is greeting"
    assert not may(exercising("heel_stretches").wait(3.0), what), "it tells the rest of the stretch"
    assert not may(exercising("heel_stretches").wait(24.0), what), "the countdown comes"
    assert not may(exercising("heel_raises").wait(3.0), what), "it counts"
    assert not may(exercising("heel_stretches").say("hurts").silence(), what), "it asks"
    assert not may(Stage().silence().say("start_stretch", stretch="heel_stretches"), what), "it explains"
    assert may(begun("heel_stretches").wait(1.0), what)


def test_what_was_said_last_is_still_what_is_said_again():
    stage = begun("heel_stretches").wait(1.0)
    last = stage.state.talk.last_said
    noticed(stage, "cannot_keep").silence()
    assert stage.state.talk.last_said == last


@pytest.mark.parametrize("what", [*LASTING, *URGENT])
def test_on_standby_it_says_nothing_unasked_but_after_a_reminder_it_does(what):
    waiting = reminding("2026-01-01T07:59:00", "08:00")
    assert not may(waiting, what)
    waiting.wait_until(lambda _: bool(told(waiting))).silence().wait(1.0)
    assert may(waiting, what)
