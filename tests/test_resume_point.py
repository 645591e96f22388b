"""The resume point is never lost: what is stored, and how the next session continues from it."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.run.resume_point import UNFINISHED, unfinished
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import BOOK, Stage, exercising

SAFE = {"safety_told": True}


def crashed(stage: Stage, wall: str = "2026-01-01T09:00:00") -> Stage:
    """Another session after this one was killed: with what had been kept, its seconds included."""
    kept = {**stage.state.memory, UNFINISHED: unfinished(stage.state, BOOK.routine)}
    return Stage(memory=kept, wall=wall)


def test_the_next_start_offers_the_stretch_the_side_and_the_round_with_the_time_that_was_left():
    stage = exercising("toe_stretching").wait_until(lambda s: s.run.step == 8 and s.phase is Phase.EXERCISING)
    again = crashed(stage.wait(2))
    place = "place=toe_stretching, [place_side side=right], [place_round round=2]"
    assert again.said[0] == f"[greeting_unfinished {place}]"
    again.say("start_routine")
    assert again.said[-1] == f"[ask_go_on {place}]"
    again.say("yes").silence().say("ready")
    assert again.saying == "[starting_side side=right] [round round=2 rounds=3]"
    again.wait_for(Phase.EXERCISING, stretch=1, step=8)
    begin = again.state.now
    again.wait_for(Phase.RESTING)
    assert again.state.now - begin == pytest.approx(3, abs=0.01)


def test_resume_takes_it_up_at_once_and_no_begins_anew():
    stage = exercising("heel_stretches").wait(12)
    assert crashed(stage).say("resume").state.run.stretch == 3
    asked = crashed(stage).say("start_routine")
    assert asked.state.asked is Asked.GO_ON
    assert asked.say("no").state.run.stretch == 0


def test_start_goes_on_where_it_was_just_asked_whether_to():
    place = {"stretch": 3, "step": 0}
    stage = crashed(exercising("heel_stretches").wait(12)).say("start_routine").silence().say("start_routine")
    assert {key: getattr(stage.state.run, key) for key in place} == place
    assert stage.silence().say("ready").wait_for(Phase.EXERCISING).elapsed == pytest.approx(12, abs=0.01)


@pytest.mark.parametrize(
    ("anew", "slots"), [("start_routine", {"from": "beginning"}), ("restart", {}), ("restart_routine", {})]
)
def test_who_names_the_beginning_begins_there(anew: str, slots: dict[str, Any]):
    again = crashed(exercising("heel_stretches").wait(12)).say("start_routine").silence()
    assert again.say(anew, **slots).state.run.stretch == 0


def test_a_count_goes_on_with_the_next_number():
    stage = crashed(exercising("heel_raises").wait(10)).say("resume").silence().say("ready")
    begun = len(stage.wait_for(Phase.EXERCISING).said)
    stage.wait_for(Phase.RESTING)
    assert stage.said[begun] == "[count 5]"


def test_a_hold_as_long_as_one_can_begins_anew():
    stage = crashed(exercising("toe_pressing").wait(10)).say("resume").silence().say("ready")
    stage.wait_for(Phase.EXERCISING)
    assert stage.elapsed == 0


def test_between_two_stretches_the_next_one_is_it():
    stage = crashed(exercising("heel_stretches", step=2).wait(5).say("done").wait(0.2)).say("resume")
    assert stage.state.run.stretch == 4
    assert stage.state.run.done == {"heel_stretches"}


def test_what_was_done_and_that_it_was_the_only_one_stay_known():
    stage = Stage().say("only_stretch", stretch="heel_stretches").silence().say("ready").wait_for(Phase.EXERCISING)
    again = crashed(stage.wait(3)).forget("auto_start").say("resume").wait_until(lambda s: s.phase is Phase.FINISHED)
    assert again.finished == ["complete"]
    assert again.state.run.done == {"heel_stretches"}


def test_the_place_is_kept_while_paused_asking_and_after_a_stop():
    for command in ("pause", "hurts", "stop"):
        stage = exercising("heel_stretches").wait(12).say(command)
        kept = {**stage.state.memory, "hurt:heel_stretches": None}
        again = Stage(memory={key: value for key, value in kept.items() if value is not None}).say("resume")
        again.silence().say("ready").wait_for(Phase.EXERCISING)
        assert (again.state.run.stretch, again.state.run.step) == (3, 0)
        if command != "hurts":
            assert again.elapsed == pytest.approx(12, abs=0.01)


@pytest.mark.parametrize(
    ("wall", "offered"),
    [("2026-01-01T22:00:00", True), ("2026-01-02T00:30:00", True), ("2026-01-02T08:00:00", False)],
)
def test_it_is_offered_on_its_day_and_a_little_after_midnight(wall, offered):
    stage = Stage(wall="2026-01-01T23:00:00").say("start_stretch", stretch="heel_stretches").silence().say("ready")
    again = crashed(stage.wait_for(Phase.EXERCISING).wait(5), wall)
    assert (again.say("start_routine").state.asked is Asked.GO_ON) is offered


def test_the_first_hold_is_offered_though_the_power_went_as_it_began():
    first = BOOK.routine.stretches[0].id
    stage = exercising(first)
    assert crashed(stage).say("start_routine").state.asked is Asked.GO_ON
    kept = Stage(memory={**SAFE, **stage.remembered})  # what was on the disk, without the seconds of the hold
    assert kept.say("start_routine").state.asked is Asked.GO_ON


def test_nothing_is_offered_where_nothing_was_begun_or_the_routine_has_changed():
    assert crashed(Stage().say("start_routine")).say("start_routine").state.asked is None
    gone = {**SAFE, UNFINISHED: {"date": "2026-01-01", "stretch": "no_such_stretch", "step": 3}}
    assert Stage(memory=gone).say("start_routine").state.run.stretch == 0


def test_a_place_of_a_longer_routine_is_brought_within_this_one():
    odd = {"date": "2026-01-01", "stretch": "heel_stretches", "step": 99, "elapsed": 1e9}
    stage = Stage(memory={**SAFE, UNFINISHED: odd}).say("resume")
    assert stage.wait_until(lambda s: s.phase is Phase.FINISHED).finished == ["complete"]


def test_what_was_left_out_since_is_not_gone_on_with():
    stopped = exercising("heel_stretches").wait(12).say("stop").silence()
    stage = stopped.say("leave_out", stretch="heel_stretches").silence().say("start_routine")
    assert stage.said[-1] == "[ask_go_on place=foot_massage]"
    assert stage.say("yes").state.run.stretch == 4
    only = Stage().say("only_stretch", stretch="heel_stretches").silence().say("ready").wait_for(Phase.EXERCISING)
    only.wait(5).say("stop").silence().say("leave_out", stretch="heel_stretches").silence()
    assert only.say("start_routine").state.run.stretch == 0
