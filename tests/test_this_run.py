"""What is wished otherwise for one run: sides, rounds, a hold, the next stretch; and beginning all of it anew."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import Record
from assistant.dialogue.run.resume_point import UNFINISHED
from assistant.phases import Phase
from tests.stage import BY_ITSELF, Stage, begun, exercising

SAFE = BY_ITSELF


def again(stage: Stage) -> Stage:
    """Another session, with what was remembered."""
    return Stage(memory={**SAFE, **stage.remembered}).silence()


def outcomes(stage: Stage) -> list[tuple[str, str]]:
    """What became of each stretch, as the history has it."""
    records = [effect for _, effect in stage.log if isinstance(effect, Record) and effect.kind == "stretch"]
    return [(record.values["stretch"], record.values["outcome"]) for record in records]


def sides_held(stage: Stage) -> list[str]:
    """The side of each hold that was done, in order."""
    records = [effect for _, effect in stage.log if isinstance(effect, Record) and effect.kind == "hold"]
    return [record.values["side"] for record in records]


# A hold


@pytest.mark.parametrize("after", [3, 20, 28.5])
def test_added_seconds_lengthen_the_hold_that_is_running_and_only_this_one(after):
    stage = exercising("heel_stretches").wait(after).say("add_hold", seconds="10")
    assert stage.length == 40
    assert stage.said[-1] == "[hold_added time=40 s]"
    stage.wait_for(Phase.RESTING)
    assert stage.remembered.keys() == {UNFINISHED}
    assert stage.wait_for(Phase.EXERCISING).length == 30
    assert stage.said.count("[halfway]") <= 2


def test_halfway_is_said_once_though_seconds_were_added_after_it():
    stage = exercising("heel_stretches").wait(17).say("add_hold", seconds="20").wait_for(Phase.RESTING)
    assert stage.said.count("[halfway]") == 1


def test_seconds_added_while_waiting_are_for_the_coming_hold():
    stage = begun("heel_stretches").say("add_hold", seconds="10").silence()
    assert stage.state.phase is Phase.GETTING_READY
    assert stage.say("ready").wait_for(Phase.EXERCISING).length == 40


def test_seconds_added_in_a_rest_are_for_the_rest():
    resting = exercising("toe_walking").wait_for(Phase.RESTING)
    before = resting.length
    resting.say("add_hold", seconds="10")
    assert resting.state.phase is Phase.RESTING
    assert resting.length == before + 10
    assert resting.wait_for(Phase.EXERCISING).length == 20


def test_what_is_counted_or_open_gets_no_seconds():
    assert "[hold_counted]" in exercising("heel_raises").say("add_hold", seconds="10").saying
    assert "[hold_open]" in exercising("toe_pressing").say("add_hold", seconds="10").saying
    assert "[hold_idle]" in Stage().say("add_hold", seconds="10").saying


def test_added_seconds_can_be_taken_back():
    stage = exercising("heel_stretches").wait(3).say("add_hold", seconds="10").say("undo")
    assert stage.state.phase is Phase.EXERCISING
    assert stage.length == 30


@pytest.mark.parametrize(("held", "outcome"), [(3, "skipped"), (20, "shortened")])
def test_done_counts_from_half_of_the_work_on_and_is_kept_as_what_it_was(held, outcome):
    stage = exercising("heel_stretches", step=2) if outcome == "shortened" else exercising("heel_stretches")
    stage.wait(held).say("done").wait(1)
    assert outcomes(stage) == [("heel_stretches", outcome)]
    assert ("heel_stretches" in stage.state.run.done) is (outcome == "shortened")
    assert stage.silence().wait(1).state.run.stretch == 4


# Sides


def test_which_side_tells_the_foot_and_in_a_change_the_coming_one():
    assert exercising("heel_stretches").say("which_side").said[-1] == "[where_side side=left]"
    assert begun("heel_stretches").say("which_side").said[-1] == "[where_side side=left]"
    changing = exercising("heel_stretches").wait_for(Phase.RESTING).silence().wait(1)
    assert changing.say("which_side").said[-1] == "[side_next side=right]"
    assert exercising("toe_walking").say("which_side").said[-1] == "[both_feet]"
    assert Stage().say("which_side").said[-1] == "[where_nothing]"


def test_the_other_foot_can_be_first_this_time():
    stage = begun("heel_stretches").say("other_side_first")
    assert stage.said[-1] == "[side_first side=right]"
    stage.silence()
    assert "[heel_stretches.change.1 side=right]" in stage.said
    assert stage.state.phase is Phase.GETTING_READY
    stage.say("ready").wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["right", "left"]
    assert again(stage).say("start_stretch", stretch="heel_stretches").silence().side == "left"


def test_the_other_foot_first_within_the_first_side_begins_anew_with_it():
    stage = exercising("heel_stretches").wait(5).say("other_side_first").silence()
    assert (stage.state.phase, stage.side) == (Phase.GETTING_READY, "right")
    stage.say("ready").wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["left", "right", "left"]


def test_the_other_foot_first_is_told_how_it_is_where_it_comes_anyway():
    changing = exercising("heel_stretches").wait_for(Phase.RESTING).silence().wait(1)
    assert changing.say("other_side_first").said[-1] == "[side_next side=right]"
    assert begun("toe_walking").say("other_side_first").said[-1] == "[both_feet]"
    assert Stage().say("other_side_first").said[-1] == "[nothing_running]"


def test_the_same_foot_again_comes_after_this_one_and_then_the_other():
    stage = exercising("heel_stretches").wait(5).say("same_side_again")
    assert stage.said[-1] == "[side_again_after side=left]"
    stage.wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["left", "left", "right"]
    assert any("[same_again side=left]" in text for text in stage.said)


def test_the_same_foot_again_in_the_change_goes_back_to_it_at_once():
    stage = exercising("heel_stretches").wait_for(Phase.RESTING).silence().wait(1).say("same_side_again")
    assert stage.wait_for(Phase.EXERCISING).side == "left"
    stage.wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["left", "left", "right"]


def test_the_same_foot_again_after_the_last_one_does_that_once_more():
    stage = exercising("heel_stretches", step=2).wait(29).wait_until(lambda s: "heel_stretches" in s.run.done)
    assert stage.say("same_side_again").wait_for(Phase.EXERCISING).side == "right"
    stage.wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["left", "right", "right"]


@pytest.mark.parametrize("intent", ["same_side_again", "other_side_first"])
def test_an_order_of_feet_does_not_answer_the_question_whether_to_go_on_in_pain(intent):
    stage = exercising("heel_stretches").say("hurts").silence().say(intent).silence()
    assert stage.state.phase is Phase.ASKING
    asked = ["[hurts_which]"] if intent == "same_side_again" else ["[question_first]", "[hurts]"]
    assert stage.said[-len(asked) :] == asked


# Rounds


def test_the_last_round_is_the_last_of_either_foot():
    stage = exercising("toe_stretching").say("last_round")
    assert stage.said[-1] == "[last_round_now]"
    stage.wait_until(lambda s: s.run.stretch == 2)
    assert sides_held(stage) == ["left", "right"]


def test_one_more_round_in_a_rest_is_the_coming_one():
    stage = exercising("toe_walking").wait_for(Phase.RESTING).say("last_round")
    assert stage.said[-1] == "[last_round_coming]"
    stage.wait_until(lambda s: s.run.stretch == 1)
    assert len(sides_held(stage)) == 2
    assert "[last_round]" in stage.said


def test_the_last_round_can_be_taken_back():
    stage = exercising("toe_walking").say("last_round").say("undo").wait_until(lambda s: s.run.stretch == 1)
    assert len(sides_held(stage)) == 5


def test_where_there_are_no_rounds_none_is_the_last():
    assert exercising("heel_stretches").say("last_round").said[-1] == "[no_other_round]"
    assert Stage().say("last_round").said[-1] == "[nothing_running]"


def test_other_sides_and_rounds_are_kept_for_a_run_that_is_resumed():
    stage = begun("toe_stretching").say("other_side_first").silence().say("ready").wait_for(Phase.EXERCISING)
    stage.say("last_round").wait(2)
    resumed = again(stage).say("resume").silence()
    assert resumed.side == "right"
    resumed.say("ready").wait_until(lambda s: s.run.stretch == 2)
    assert sides_held(resumed) == ["right", "left"]


# The next stretch


def test_the_next_stretch_is_skipped_this_time_and_only_this_time():
    stage = exercising("heel_stretches").say("skip_next")
    assert stage.said[-1] == "[skip_next name=foot_massage]"
    assert stage.say("whats_next").said[-1].startswith("[next_is_needing name=resistance_band_stretches")
    resumed = again(stage.wait(1)).say("resume").silence().say("next")
    assert resumed.state.run.stretch == 5
    anew = again(resumed.say("stop")).say("start_stretch", stretch="heel_stretches").say("next")
    assert anew.state.run.stretch == 4


def test_the_skipped_one_comes_back_by_undo_by_put_back_or_by_its_name():
    stage = exercising("heel_stretches").say("skip_next")
    assert stage.copy().say("undo").state.phase is Phase.EXERCISING
    assert stage.copy().say("undo").say("next").state.run.stretch == 4
    assert stage.copy().say("put_back").say("next").state.run.stretch == 4
    named = stage.copy().say("start_stretch", stretch="foot_massage").silence().say("restart")
    assert named.state.run.stretch == 4


def test_there_is_nothing_to_skip_after_the_last_one():
    assert exercising("toe_pressing").say("skip_next").said[-1] == "[next_is_none]"
    assert Stage().say("skip_next").said[-1] == "[nothing_running]"


def test_go_back_by_several():
    assert exercising("heel_stretches").say("previous", count="2").state.run.stretch == 1
    assert exercising("heel_stretches").say("previous", count="9").state.run.stretch == 0


@pytest.mark.parametrize("first", ["", "pause", "hurts", "stop"])
def test_the_whole_routine_begins_anew_from_anywhere(first):
    stage = exercising("heel_stretches", step=2).wait_until(lambda s: s.run.stretch == 4).silence()
    if first:
        stage.say(first)
    stage.say("restart_routine")
    assert (stage.state.phase, stage.state.run.stretch, stage.state.run.done) == (Phase.GETTING_READY, 0, frozenset())


# When it was


@pytest.mark.parametrize(
    ("wall", "morning", "evening"), [("2026-01-01T13:50:00", True, False), ("2026-01-01T23:50:00", False, True)]
)
def test_a_run_belongs_to_the_half_day_in_which_it_began(wall, morning, evening):
    stage = Stage(memory=SAFE, wall=wall).say("start_routine").wait_until(lambda s: s.phase is Phase.FINISHED)
    (day,) = stage.state.history.days.values()
    assert (len(day.morning) == 10, len(day.evening) == 10) == (morning, evening)
