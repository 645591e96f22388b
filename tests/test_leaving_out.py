"""Leaving out a position or a foot for today, and having all of it back."""

from __future__ import annotations

from assistant.dialogue.content.events import Record
from assistant.phases import Phase
from tests.stage import AT_A_WORD, BOOK, BY_ITSELF, Stage, begun, exercising

SAFE = AT_A_WORD
FLOOR = "ankle_circles, heel_stretches, resistance_band_stretches and upward_stretches"


def sides_held(stage: Stage) -> list[str]:
    records = [effect for _, effect in stage.log if isinstance(effect, Record) and effect.kind == "hold"]
    return [record.values["side"] for record in records]


def test_nothing_on_the_floor_today_is_said_and_done():
    stage = Stage().say("leave_out", position="floor")
    assert stage.said[-1] == f"[left_out_today names={FLOOR}]"
    assert stage.say("start_stretch", stretch="toe_stretching").say("next").state.run.stretch == 4
    tomorrow = Stage(memory={**SAFE, **stage.remembered}, wall="2026-01-02T08:00:00")
    assert tomorrow.say("start_stretch", stretch="toe_stretching").say("next").state.run.stretch == 2


def test_leaving_out_a_position_leaves_the_current_stretch_if_it_is_one():
    stage = exercising("heel_stretches").say("leave_out", position="floor")
    assert (stage.state.phase, stage.state.run.stretch) == (Phase.GETTING_READY, 4)
    assert stage.said[-1] == f"[left_out_today names={FLOOR}]"


def test_what_is_left_out_for_good_stays_so_and_what_only_one_position_leaves_comes_back():
    stage = Stage(memory={**SAFE, "left_out:heel_stretches": "always"}).say("leave_out", position="floor")
    assert stage.state.memory["left_out:heel_stretches"] == "always"
    stage.say("only_position", position="floor")
    assert stage.state.memory["left_out:heel_stretches"] == "always"
    done = [each.id for each in BOOK.routine.stretches if f"left_out:{each.id}" not in stage.state.memory]
    assert done == ["ankle_circles", "resistance_band_stretches", "upward_stretches"]
    assert stage.say("put_back").say("start_routine").state.run.stretch == 0


def test_only_sitting_today():
    stage = Stage(memory=BY_ITSELF).say("only_position", position="sitting").say("start_routine")
    assert stage.state.run.stretch == 1
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert stage.state.run.done == {"toe_stretching", "toe_pencil_pickups"}


def test_a_foot_is_left_out_today_where_each_foot_has_its_turn():
    stage = Stage().say("leave_out", body="left_foot")
    assert stage.said[-1] == "[left_out_foot side=left]"
    stage.say("start_stretch", stretch="heel_stretches").silence()
    assert "[only_this_foot side=right]" in stage.said
    assert stage.side == "right"
    assert "[only_this_foot side=right]" in stage.say("dose").said[-1]
    stage.say("ready").wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["right"]
    assert "heel_stretches" in stage.state.run.done
    tomorrow = Stage(memory={**SAFE, **stage.remembered, "unfinished": None}, wall="2026-01-02T08:00:00")
    assert tomorrow.say("start_stretch", stretch="heel_stretches").silence().side == "left"


def test_what_takes_both_feet_stays_with_a_word_of_care():
    stage = Stage().say("leave_out", body="right_foot").say("start_stretch", stretch="toe_walking").silence()
    assert "[both_feet_care side=right]" in stage.said
    assert "[both_feet_care side=left]" in exercising("toe_walking").say("leave_out", body="left_foot").said[-1]


def test_leaving_out_the_foot_that_is_being_done_gets_ready_for_the_other_one():
    stage = exercising("heel_stretches").wait(5).say("leave_out", body="left_foot").silence()
    assert (stage.state.phase, stage.side) == (Phase.GETTING_READY, "right")
    assert "[heel_stretches.change.1 side=right]" in stage.said
    stage.say("ready").wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["left", "right"]


def test_leaving_out_the_other_foot_lets_the_hold_go_on_and_ends_after_it():
    stage = exercising("heel_stretches").wait(5).say("leave_out", body="right_foot")
    assert stage.state.phase is Phase.EXERCISING
    stage.wait_until(lambda s: s.run.stretch == 4)
    assert sides_held(stage) == ["left"]


def test_leaving_out_the_last_foot_ends_the_stretch_and_both_feet_leave_it_out():
    stage = exercising("heel_stretches", step=2).wait(5).say("leave_out", body="right_foot")
    assert "heel_stretches" in stage.state.run.done
    stage.wait_until(lambda s: s.run.stretch == 4).silence().say("leave_out", body="left_foot")
    assert stage.state.run.stretch == 5  # the massage is done foot by foot, the band takes both


def test_a_foot_left_out_after_the_run_stood_still_is_not_resumed():
    stage = exercising("heel_stretches").wait(5).say("stop").silence().say("leave_out", body="left_foot").say("resume")
    assert (stage.silence().state.phase, stage.side) == (Phase.GETTING_READY, "right")
    assert stage.say("ready").wait_for(Phase.EXERCISING).elapsed < 1


def test_put_back_and_undo_bring_a_foot_back():
    stage = Stage().say("leave_out", body="left_foot").silence()
    assert stage.copy().say("undo").say("start_stretch", stretch="heel_stretches").silence().side == "left"
    assert stage.say("put_back").said[-1].startswith("[put_back_foot side=left]")
    assert stage.say("start_stretch", stretch="heel_stretches").silence().side == "left"


def test_another_order_is_taken_back_while_it_is_being_told():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(3).say("other_side_first")
    assert stage.side == "right"
    assert stage.say("undo").side == "left"


def test_a_foot_left_out_while_getting_ready_is_told_anew():
    stage = begun("foot_massage").say("leave_out", body="left_foot").silence()
    assert stage.side == "right"
    assert stage.said[-1] == "[say_ready]"
