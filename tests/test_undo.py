"""Undo: the last command is taken back, what it changed, and where it led."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import Quit, SetRate, TakeBack
from assistant.dialogue.requests.undo import UNDO_SECONDS
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import Asked, Before, Halt, State
from assistant.phases import Phase
from tests.stage import Stage, begun, exercising, states_within


@pytest.mark.parametrize("command", ["next", "stop", "pause", "restart", "done"])
def test_the_hold_goes_on_with_the_time_that_was_left(command):
    stage = exercising("heel_stretches").wait(10).say(command).wait(3).say("undo").wait_for(Phase.EXERCISING)
    assert (stage.state.run.stretch, stage.side) == (3, "left")
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - begin == pytest.approx(20, abs=0.01)
    assert "heel_stretches" not in stage.state.run.done


def test_who_has_moved_on_is_told_the_position_first():
    stage = exercising("heel_stretches").wait(10).say("next").wait(30).say("undo").silence()
    assert stage.state.phase is Phase.GETTING_READY
    assert "[heel_stretches.position.2 side=left]" in stage.said[stage.said.index("[undone]") :]
    assert stage.said[-2:] == ["[left_hold time=20 s]", "[say_ready]"]


def test_what_the_command_put_into_the_history_is_dropped():
    stage = exercising("heel_stretches").wait(10)
    records = stage.state.records
    stage.say("done").say("undo")
    assert TakeBack(records) in [effect for _, effect in stage.log]
    assert not stage.state.history.days


def test_pain_that_was_misheard_is_forgotten():
    stage = exercising("heel_stretches").wait(10).say("hurts").say("undo")
    assert stage.remembered["hurt:heel_stretches"] is None


def test_a_wish_is_taken_back_and_the_run_goes_on_where_it_is():
    stage = exercising("heel_stretches").wait(20).say("set_hold", seconds="60").say("undo")
    begin = stage.state.now
    assert "hold:heel_stretches" not in stage.state.memory
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - begin == pytest.approx(10, abs=0.01)
    stage = exercising("heel_stretches").wait(28).say("faster").wait(5)
    assert stage.state.phase is Phase.RESTING
    assert stage.say("undo").state.phase is Phase.RESTING
    assert [e.words_per_minute for _, e in stage.log if isinstance(e, SetRate)] == [180, 160]


def test_getting_ready_is_explained_again():
    stage = begun("heel_stretches").say("next").wait(2).say("undo").silence()
    assert (stage.state.run.stretch, stage.state.phase) == (3, Phase.GETTING_READY)
    stage.wait(2).say("ready").wait_for(Phase.EXERCISING)


def test_what_was_asked_is_asked_again_and_a_pause_stays_one():
    stage = exercising("heel_stretches").say("hurts").wait(1).say("next").say("undo")
    assert stage.state.asked is Asked.HURTS
    assert stage.silence().said[-1] == "[hurts]"
    paused = exercising("heel_stretches").say("pause").say("next").say("undo")
    assert paused.state.phase is Phase.PAUSED
    assert paused.say("resume").wait_for(Phase.EXERCISING).state.run.stretch == 3


def test_starting_is_taken_back():
    stage = Stage().say("start_routine").wait(2).say("undo").silence()
    assert stage.state.phase is Phase.IDLE
    assert stage.wait(600).state.phase is Phase.IDLE


def test_only_the_last_command_and_only_for_a_while():
    stage = exercising("heel_stretches").say("next").say("undo").say("undo")
    assert stage.said[-1] == "[nothing_to_undo]"
    assert stage.wait_for(Phase.EXERCISING).state.run.stretch == 3
    late = exercising("heel_stretches").say("next").wait(UNDO_SECONDS + 1).say("undo")
    assert late.said[-1] == "[nothing_to_undo]"
    assert late.state.run.stretch == 4


def test_undo_says_no_to_a_question_about_a_doubt():
    stage = exercising("heel_stretches").wait(2).say("stop", doubtful=True).wait(3).say("undo")
    assert stage.state.doubt is None
    assert stage.state.phase is Phase.EXERCISING


def test_ready_is_taken_back_and_not_the_command_before_it():
    stage = begun("heel_stretches").say("ready").wait(0.5).say("undo").silence()
    assert (stage.state.phase, stage.state.run.stretch) == (Phase.GETTING_READY, 3)
    assert stage.state.run.span is not None
    assert stage.state.run.span.kind is SpanKind.READY


def test_the_end_of_the_program_is_taken_back():
    stage = Stage().silence().say("stop").wait(0.3).say("undo").wait(30)
    assert stage.said[-1] == "[undone]"
    assert not any(isinstance(effect, Quit) for _, effect in stage.log)


@pytest.mark.parametrize("command", ["no", "restart"])
def test_who_did_not_want_to_begin_anew_can_still_go_on(command):
    first = exercising("heel_stretches").wait(12).say("stop").silence()
    stage = (
        Stage(memory={**first.state.memory, "auto_start": None})
        .say("start_routine")
        .silence()
        .say(command)
        .wait(2)
        .say("undo")
        .silence()
    )
    assert stage.state.asked is Asked.GO_ON
    stage.say("yes").wait_for(Phase.EXERCISING)
    assert stage.state.run.stretch == 3
    assert stage.state.run.span is not None
    assert stage.state.run.span.remaining == pytest.approx(18, abs=0.1)


def test_what_was_before_does_not_pile_up():
    stage = exercising("heel_stretches")
    for _ in range(20):
        stage.say("pause").wait(1).say("resume").wait_for(Phase.EXERCISING)
    stage.say("pause").say("undo").say("hurts").wait(1).say("next").say("pause")
    found = states_within(stage.state)
    assert len([each for each in found if isinstance(each, State)]) == 1
    assert {type(each) for each in found} == {State, Halt, Before}
    assert len(found) <= 4


def test_a_wish_for_one_session_does_not_become_lasting_by_taking_back_what_changed_it():
    stage = Stage()
    stage.state, _ = stage.guide.begin({"words": "full"}, stage.wall, None, {"words": "short"})
    stage.say("quiet", words="sounds")
    assert stage.remembered["words"] == "sounds"
    stage.say("undo")
    assert stage.remembered["words"] == "full"
    assert stage.state.memory["words"] == "short"
    stage.say("talk").say("undo")
    assert (stage.remembered["words"], stage.state.memory["words"]) == ("full", "short")


def test_where_nothing_was_kept_under_a_wish_nothing_is_kept_after_taking_back():
    stage = Stage()
    stage.state, _ = stage.guide.begin({}, stage.wall, None, {"words": "short"})
    stage.say("talk").say("undo")
    assert stage.remembered["words"] is None
    assert stage.state.memory["words"] == "short"
