"""Moving about in the routine: on and back, to a stretch, a round or a side, and to where a run stopped."""

from __future__ import annotations

from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import BY_ITSELF, Stage, begun, exercising


def test_moving_about():
    stage = exercising("heel_stretches").say("next")
    assert stage.state.run.stretch == 4
    assert stage.say("previous").state.run.stretch == 3
    assert stage.say("start_stretch", stretch="toe_pressing").state.run.stretch == 9
    assert stage.say("restart").state.phase is Phase.GETTING_READY
    stage.say("next")
    assert stage.finished == ["stopped"]


def test_the_routine_goes_on_from_where_it_was_started():
    stage = exercising("heel_stretches").wait_until(lambda s: s.run.stretch == 4)
    assert stage.state.phase is Phase.GETTING_READY


def test_only_one_stretch_ends_after_it():
    stage = Stage(memory=BY_ITSELF).say("only_stretch", stretch="ankle_circles")
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert stage.state.run.done == {"ankle_circles"}


def test_after_the_only_stretch_nothing_is_next():
    stage = Stage().say("only_stretch", stretch="ankle_circles").say("next")
    assert (stage.state.phase, stage.finished) == (Phase.FINISHED, ["stopped"])


def test_next_round_and_skip_this_side():
    stage = exercising("toe_walking").wait(3).say("next", what="round")
    assert (stage.state.phase, stage.state.run.step) == (Phase.RESTING, 1)
    stage.say("next", what="round").wait_for(Phase.EXERCISING)
    assert stage.state.run.step == 2
    stage = exercising("heel_stretches").wait(3).say("next", what="side")
    assert (stage.state.phase, stage.state.run.stretch) == (Phase.RESTING, 3)
    stage.wait_for(Phase.EXERCISING).say("next", what="side")
    assert stage.state.run.stretch == 4


def test_skipping_a_side_while_getting_ready_still_waits_for_ready():
    stage = begun("ankle_circles").say("next", what="side").silence().wait(20)
    assert stage.state.phase is Phase.GETTING_READY
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.side == "right"


def test_done_said_twice_does_not_end_an_open_ended_stretch():
    stage = exercising("toe_pencil_pickups").wait(5).say("done").wait(2).say("done")
    assert stage.state.phase is Phase.RESTING
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.run.stretch == 7


def test_done_ends_the_current_stretch():
    stage = exercising("heel_stretches", step=2).wait(3).say("done")
    assert "heel_stretches" in stage.state.run.done
    assert stage.silence().wait(1).state.run.stretch == 4


def test_starting_again_offers_to_go_on_where_todays_run_stopped():
    stage = exercising("heel_stretches").say("stop").silence().say("start_routine")
    assert (stage.state.phase, stage.state.asked) == (Phase.ASKING, Asked.GO_ON)
    assert stage.say("yes").state.run.stretch == 3
    stage.say("stop").say("start_routine").say("no")
    assert stage.state.run.stretch == 0


def test_yesterdays_run_is_not_offered():
    memory = {"safety_told": True, "unfinished": {"date": "2025-12-31", "stretch": "heel_stretches"}}
    assert Stage(memory=memory).say("start_routine").state.run.stretch == 0
