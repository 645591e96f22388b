"""What is wished for good: rests, a gentler way, and whether a stretch begins by itself; and what can be asked."""

from __future__ import annotations

import pytest

from assistant.dialogue.requests.resting import TO_GO_ON
from assistant.dialogue.state.preferences import LEAST_CHANGE
from assistant.dialogue.state.run import Then, Until
from assistant.phases import Phase
from tests.stage import AT_A_WORD, BOOK, WORDED, Stage, begun, exercising

SAFE = {"safety_told": True}


def resting(stretch: str = "toe_walking") -> Stage:
    return exercising(stretch).wait_for(Phase.RESTING).silence()


def waits_for(stage: Stage) -> Until:
    """What the guide waits for before a stretch."""
    assert stage.state.run.span is not None
    return stage.state.run.span.until


# Rests


def test_a_rest_that_is_running_gets_the_length_that_was_said_and_later_ones_of_the_stretch_too():
    stage = resting().say("set_rest", seconds="20")
    assert stage.length == 20
    assert stage.said[-1] == "[rest_set_here name=toe_walking time=20 s]"
    assert (stage.remembered["rest:toe_walking"], stage.remembered.get("rest")) == (20, None)
    stage.wait_for(Phase.EXERCISING).wait_for(Phase.RESTING)
    assert stage.length == 20
    assert stage.state.memory.get("hold:toe_walking") is None
    later = Stage(memory={**SAFE, **stage.remembered, "unfinished": None})
    others = later.say("start_stretch", stretch="toe_stretching").say("ready").wait_for(Phase.EXERCISING)
    usual = next(each.dose.rest for each in BOOK.routine.stretches if each.id == "toe_stretching")
    assert others.wait_for(Phase.RESTING).length == usual
    again = later.say("start_stretch", stretch="toe_walking").say("ready").wait_for(Phase.EXERCISING)
    assert again.wait_for(Phase.RESTING).length == 20


def test_all_rests_get_the_length_that_was_said_whatever_was_said_of_one_before():
    stage = resting().say("set_rest", seconds="20").say("set_rest", seconds="30", scope="always")
    assert stage.length == 30
    assert stage.said[-1] == "[rest_set time=30 s]"
    assert (stage.remembered["rest:toe_walking"], stage.remembered["rest"]) == (None, 30)
    stage.say("start_stretch", stretch="toe_stretching").say("ready").wait_for(Phase.EXERCISING)
    assert stage.wait_for(Phase.RESTING).length == 30


def test_longer_and_shorter_rests_are_told_and_kept():
    stage = resting()
    length = stage.length
    stage.say("more_rest")
    assert (stage.length, stage.remembered["rest:toe_walking"]) == (length + 5, 15)
    assert stage.said[-1] == "[rest_set_here name=toe_walking time=15 s]"
    stage.say("less_rest")
    assert (stage.length, stage.remembered["rest:toe_walking"]) == (length, 10)
    longest = resting().say("set_rest", seconds="120").say("more_rest")
    assert longest.said[-1] == "[rest_most]"
    assert resting().say("set_rest", seconds="0").say("less_rest").said[-1] == "[rest_least]"


def test_before_a_run_longer_rests_are_meant_for_every_stretch_and_each_stays_what_it_is_to_the_others():
    stage = Stage(memory=SAFE).say("more_rest")
    assert stage.said[-1] == "[rest_longer]"
    rests = {each.id: each.dose.rest for each in BOOK.routine.stretches if each.dose.rounds > 1}
    assert {key: value for key, value in stage.remembered.items() if value} == {
        f"rest:{stretch}": rest + 5 for stretch, rest in rests.items()
    }
    assert stage.say("less_rest").said[-1] == "[rest_shorter]"


def test_a_short_rest_is_shortened_in_small_steps_until_none_is_left():
    stage = resting().say("set_rest", seconds="4")
    lengths = [stage.say("less_rest").remembered["rest:toe_walking"] for _ in range(2)]
    assert (lengths, stage.said[-1]) == ([2, 0], "[rest_none_here name=toe_walking]")


def test_a_rest_and_beginning_by_itself_can_be_taken_back():
    stage = resting().say("set_rest", seconds="60").say("undo")
    assert (stage.length, stage.remembered["rest:toe_walking"]) == (10, None)
    ready = begun("heel_stretches").wait(1)
    assert waits_for(ready.say("auto_start", on="yes")) is Until.TIME
    assert waits_for(ready.say("undo")) is Until.WORD


# Changeovers


def changing() -> Stage:
    return exercising("heel_stretches").wait_for(Phase.RESTING).silence()


USUAL_CHANGE = next(each.change_takes for each in BOOK.routine.stretches if each.id == "heel_stretches")


def test_a_changeover_takes_longer_now_and_next_time():
    stage = changing()
    length = stage.length
    stage.say("more_rest")
    assert stage.length == length + 5
    assert stage.remembered["change:heel_stretches"] == USUAL_CHANGE + 5
    assert stage.said[-1] == f"[change_set_here name=heel_stretches time={USUAL_CHANGE + 5:g} s]"
    assert not any(key.startswith("rest") for key in stage.remembered)
    stage.say("undo")
    # There is always time left to hear that, and to get ready.
    assert (stage.length, stage.remembered["change:heel_stretches"]) == (max(length, TO_GO_ON), None)


def test_the_time_to_change_feet_is_set_by_name_wherever_the_stretch_has_got_to():
    stage = exercising("toe_stretching").say("set_rest", seconds="20", what="change")
    assert stage.said[-1] == "[change_set_here name=toe_stretching time=20 s]"
    stage.wait_until(lambda s: s.run.then is Then.CHANGE)
    asked = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - asked == pytest.approx(20, abs=0.1)  # the time to move counts from the first word
    assert stage.state.memory.get("rest:toe_stretching") is None


def test_nobody_changes_feet_in_no_time_and_before_a_run_all_changeovers_are_meant():
    stage = Stage(memory=SAFE).say("set_rest", seconds="0", what="change")
    assert (stage.said[-1], stage.remembered["change"]) == (f"[change_set time={LEAST_CHANGE:g} s]", 0)
    held = exercising("heel_stretches").say("set_rest", seconds="0", what="change").wait_for(Phase.RESTING).silence()
    assert held.length == LEAST_CHANGE
    assert held.say("less_rest").said[-1] == "[change_least]"
    assert Stage(memory=SAFE).say("more_rest", what="change").said[-1] == "[change_longer]"


def test_where_a_stretch_has_no_rests_its_changeover_is_meant_and_where_it_has_neither_all_rests():
    assert exercising("heel_stretches").say("more_rest").said[-1].startswith("[change_set_here name=heel_stretches")
    only = exercising("toe_walking").say("set_rest", seconds="10", what="change")
    assert only.said[-1] == "[change_set time=10 s]"


# No rests at all


def test_without_rests_one_round_follows_the_other():
    stage = exercising("toe_walking").say("set_rest", seconds="0")
    assert stage.said[-1] == "[rest_none_here name=toe_walking]"
    stage.wait_until(lambda s: s.run.step == 2)
    assert stage.state.phase is Phase.EXERCISING
    assert stage.said[-1] == "[rounds_left count=4]"
    stage.wait_until(lambda s: s.run.stretch == 1)


def test_no_rest_in_a_rest_ends_it_soon_with_time_to_get_into_position():
    stage = resting().wait(1).say("set_rest", seconds="0")
    at = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert 3 <= stage.state.now - at <= 5


def test_between_open_holds_there_is_always_a_moment():
    stage = exercising("toe_pressing").say("set_rest", seconds="0")
    assert stage.said[-1] == "[rest_set_here name=toe_pressing time=4 s]"
    stage.wait(3).say("done")
    assert stage.state.phase is Phase.RESTING
    assert stage.length == 4


# A gentler way


def test_a_gentler_way_is_told_kept_and_told_again_the_next_time():
    stage = exercising("toe_walking").say("easier")
    assert stage.said[-1] == "[easier] [toe_walking.gentler.1] [toe_walking.gentler.2] [easier_or_skip]"
    memory = {**AT_A_WORD, **stage.remembered, "unfinished": None}
    later = Stage(memory=memory, wall="2026-01-02T08:00:00").say("start_stretch", stretch="toe_walking").silence()
    assert later.said[-4:] == ["[gentle_way]", "[toe_walking.gentler.1]", "[toe_walking.gentler.2]", "[say_ready]"]
    assert "[toe_walking.gentler.1]" in later.say("how_to").silence().said[-4:]
    later.say("easier", off="yes")
    assert "[easier_off]" in later.said
    assert later.remembered["gentle:toe_walking"] is None


@pytest.mark.parametrize("where", ["hold", "telling", "ready"])
def test_a_gentler_position_is_got_into_at_a_word_and_told_in_place_of_the_usual_one(where):
    memory = {"safety_told": True}
    stage = Stage(memory=memory).say("start_stretch", stretch="heel_stretches")
    if where == "telling":
        stage.wait(3)
    elif where == "ready":
        stage.silence()
    else:
        stage.say("ready").wait_for(Phase.EXERCISING).wait(10)
    said = len(stage.said)
    stage.say("easier").wait(600)
    assert stage.state.phase is Phase.GETTING_READY
    told = stage.said[said:]
    up = ["[heel_stretches.after.1]"] if where == "hold" else []  # from the floor, onto a chair
    gentler = ["[heel_stretches.gentler.1 side=left]", "[heel_stretches.gentler.2]"]
    assert told[: len(up) + 3] == ["[easier]", *up, *gentler]
    assert not [text for text in told if "heel_stretches.position" in text or "heel_stretches.how" in text]
    assert stage.say("ready").wait_for(Phase.EXERCISING).state.run.stretch == 3


def test_with_both_feet_from_now_on_nothing_is_told_of_one():
    stage = exercising("heel_raises").wait(10).say("easier").silence().say("ready").wait_for(Phase.EXERCISING)
    assert stage.side == ""
    stage.wait_until(lambda s: s.run.stretch == 9)
    assert not [text for text in stage.said if "heel_raises.change" in text]


def test_asked_twice_the_way_is_told_again():
    stage = exercising("heel_stretches").say("easier").silence().say("ready").wait_for(Phase.EXERCISING).say("easier")
    assert stage.said[-1].startswith("[easier_still] [heel_stretches.gentler.1 side=left]")


def test_outside_a_stretch_it_says_when_to_ask_for_it():
    assert Stage().say("easier").said[-1] == "[easier_idle]"
    assert exercising("heel_raises").say("easier", off="yes").said[-1] == "[easier_off_already]"


# Beginning by itself


@pytest.mark.parametrize("stretch", ["heel_stretches", "upward_stretches"])
def test_it_begins_by_itself_with_or_without_a_thing_for_who_wants_that(stretch):
    stage = Stage().say("auto_start", on="yes").silence().say("start_stretch", stretch=stretch).silence()
    assert not [text for text in stage.said if text.startswith(("[say_ready", "[say_when_set"))]
    assert waits_for(stage) is Until.TIME
    told = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - told < 60
    assert stage.remembered["auto_start"] is True


def test_it_waits_without_end_with_a_soft_word_now_and_then_for_who_wants_that():
    stage = begun("heel_stretches").say("auto_start", on="no").wait(3600)
    assert stage.state.phase is Phase.GETTING_READY
    assert 5 < stage.said.count("[still_waiting]") < 20
    assert stage.say("ready").wait_for(Phase.EXERCISING).state.run.stretch == 3


# Doses and times


@pytest.mark.parametrize(
    ("stretch", "dose"),
    [
        ("toe_walking", "[dose_hold_rounds rounds=5 time=20 s]"),
        ("toe_stretching", "[dose_hold_rounds_sides rounds=3 time=5 s]"),
        ("heel_stretches", "[dose_hold_sides rounds=1 time=30 s]"),
        ("heel_raises", "[dose_count_sides count=20 rounds=1]"),
        ("toe_pencil_pickups", "[dose_open_rounds_sides rounds=5]"),
        ("toe_pressing", "[dose_open_rounds rounds=10]"),
    ],
)
def test_the_dose_of_the_current_and_of_a_named_stretch(stretch, dose):
    assert begun(stretch).say("dose").said[-1] == dose
    assert Stage().say("dose", stretch=stretch).said[-1] == f"[dose_of dose={dose} name={stretch}]"


def test_in_a_hold_what_is_left_of_it_comes_before_the_dose():
    stage = exercising("heel_stretches").wait(10).say("dose")
    assert stage.said[-1] == "[left_hold time=20 s] [dose_hold_sides rounds=1 time=30 s]"
    other = exercising("heel_stretches").say("dose", stretch="toe_walking")
    assert other.said[-1].startswith("[dose_of ")


def test_the_dose_is_the_persons_own():
    stage = Stage(memory={**AT_A_WORD, "hold:heel_stretches": 70.0}).say("dose", stretch="heel_stretches")
    assert "[dose_hold_sides rounds=1 time=70 s]" in stage.said[-1]
    assert Stage().say("dose").said[-1].startswith("[left_nothing ")


def test_the_total_time_is_that_of_all_or_of_what_is_left():
    assert Stage().say("total_time").said[-1].startswith("[left_nothing time=")
    assert exercising("heel_stretches").say("total_time").said[-1].startswith("[left_routine time=about ")
    alone = Stage().say("only_stretch", stretch="heel_stretches").silence()
    assert alone.say("total_time").said[-1].startswith("[left_stretch time=about ")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "one second"), (19.7, "twenty seconds"), (58, "a minute"), (70, "a minute"), (88, "a minute and a half"),
        (90, "a minute and a half"), (118, "two minutes"), (149, "two and a half minutes"),
        (180, "three minutes"), (299, "five minutes"), (1090, "eighteen minutes"),
    ],
)  # fmt: skip
def test_durations_are_neither_one_minutes_nor_half_a_minute_off(seconds, words):
    assert WORDED.replies.duration(seconds) == words


# Positions, parts of the foot, other things


def test_positions_parts_and_substitutes():
    assert Stage().say("positions", position="sitting").said[-1] == (
        "[positions_sitting names=toe_stretching and toe_pencil_pickups]"
    )
    assert "[for_ankle names=ankle_circles, " in Stage().say("stretches_for", body="ankle").said[-1]
    assert begun("foot_massage").say("instead").said[-1] == "[tennis ball.instead]"
    assert Stage().say("instead", thing="towel").said[-1] == "[towel.instead]"
    assert Stage().say("instead").said[-1] == "[instead]"
    assert begun("toe_walking").say("instead").said[-1] == "[needs_nothing name=toe_walking]"
