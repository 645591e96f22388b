"""Pausing, pain, and ending."""

from __future__ import annotations

import pytest

from assistant.dialogue.state.state import Asked
from assistant.phases import RUNNING, Phase
from tests.stage import BY_ITSELF, Stage, begun, exercising

# Pausing


def test_pause_stops_speech_and_clock_and_resume_gives_a_lead_in_and_the_time_that_was_left():
    stage = exercising("heel_stretches").wait(10).say("pause")
    assert (stage.state.phase, stage.speech, stage.cues[-1]) == (Phase.PAUSED, None, "pause")
    stage.wait(50).say("resume").wait_for(Phase.EXERCISING)
    assert stage.said[-3:] == ["[down 3]", "[down 2]", "[down 1]"]
    resumed = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - resumed == pytest.approx(20, abs=0.01)


def test_after_a_long_pause_the_position_is_told_and_there_is_time_to_get_into_it():
    memory = {"safety_told": True, "auto_start": True}
    stage = Stage(memory=memory).say("start_stretch", stretch="upward_stretches").silence().say("ready")
    stage.wait_for(Phase.EXERCISING).wait(10).say("pause").wait(900).say("resume")
    resumed = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    told = stage.said[stage.said.index("[resuming]") :]
    assert told[1:4] == [
        "[upward_stretches.position.1]",
        "[upward_stretches.position.2 side=left]",
        "[left_hold time=20 s]",
    ]
    assert stage.state.now - resumed > 15
    assert stage.length - stage.elapsed == pytest.approx(20, abs=0.1)


def test_a_pause_in_a_changeover_gives_the_whole_of_it_again():
    stage = exercising("upward_stretches").wait_for(Phase.RESTING).wait(9).say("pause").wait(20).say("resume")
    resumed = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert "[upward_stretches.change.2]" in stage.said[stage.said.index("[resuming]") :]
    assert stage.state.now - resumed >= 10


def test_a_pause_at_the_end_of_a_rest_gives_a_lead_in():
    stage = exercising("toe_pressing").wait(5).say("done").wait_for(Phase.RESTING).wait(3).say("pause").wait(5)
    resumed = stage.say("resume").state.now
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - resumed >= 3


def test_pause_in_the_middle_of_an_explanation_says_the_sentence_again():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(4)
    speaking = stage.saying
    stage.say("pause").wait(60).say("resume")
    assert stage.said[-1] == speaking
    stage.silence()
    assert stage.said[-1] == "[say_ready]"


def test_pause_in_a_rest_keeps_what_is_left_of_it():
    stage = exercising("toe_walking").wait_for(Phase.RESTING).wait(4).say("pause").wait(50).say("resume")
    resumed = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - resumed == pytest.approx(6, abs=0.01)


def test_a_pause_is_mentioned_once_and_ends_the_run_in_the_end_with_its_place_kept():
    stage = exercising("heel_stretches").say("pause").wait(1799)
    assert stage.state.phase is Phase.PAUSED
    assert stage.said.count("[still_paused]") == 1
    stage.wait(60)
    assert stage.finished == ["no answer"]
    assert stage.state.memory["unfinished"]["stretch"] == "heel_stretches"


# Pain and ending


def test_done_does_not_answer_the_question_about_pain():
    stage = exercising("heel_stretches").say("hurts").say("done")
    assert stage.state.asked is Asked.HURTS
    assert stage.finished == []


@pytest.mark.parametrize("phase", [Phase.GETTING_READY, Phase.EXERCISING, Phase.RESTING, Phase.PAUSED])
def test_pain_stops_everything_at_once_and_offers_to_go_on_skip_or_finish(phase):
    stage = begun("heel_stretches")
    if phase is not Phase.GETTING_READY:
        stage.say("ready").wait_for(Phase.EXERCISING)
    if phase is Phase.RESTING:
        stage.wait_for(Phase.RESTING)
    if phase is Phase.PAUSED:
        stage.say("pause")
    stage.say("hurts")
    assert stage.state.phase is Phase.ASKING
    assert stage.said[-1] == "[hurts]"
    where = stage.state.run.stretch
    assert stage.wait(25).state.run.stretch == where
    for answer, seen in (("next", Phase.GETTING_READY), ("stop", Phase.FINISHED)):
        other = Stage()
        other.state, other.speech = stage.state, stage.speech
        assert other.say(answer).state.phase is seen
    stage.say("yes").wait_until(lambda s: s.phase in RUNNING)
    assert stage.state.run.stretch == where


def test_pain_without_an_answer_ends_the_run_and_never_goes_on():
    stage = exercising("heel_stretches").say("hurts")
    stage.wait_until(lambda s: s.phase is not Phase.ASKING)
    assert stage.finished == ["no answer"]


def test_stop_ends_at_once_unless_most_is_done_and_the_word_was_not_clear():
    assert exercising("heel_stretches").say("stop", sure=False).finished == ["stopped"]
    stage = Stage(memory=BY_ITSELF).say("start_routine").wait_until(lambda s: s.run.stretch == 7)
    stage.say("stop", sure=False)
    assert stage.state.asked is Asked.STOP
    assert stage.say("no").wait_until(lambda s: s.phase is not Phase.ASKING).state.run.stretch == 7
    stage.say("stop", sure=True)
    assert stage.finished == ["stopped"]


def test_stop_when_nothing_runs_says_goodbye():
    assert Stage().say("stop").silence().wait(1).quit
