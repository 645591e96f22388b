"""What is wished for good: rests, a gentler way, and whether a stretch begins by itself; and what can be asked."""

from __future__ import annotations

import pytest

from assistant.dialogue.run.getting_ready import AUTO_START_SECONDS
from assistant.phases import Phase
from tests.stage import WORDED, Stage, begun, exercising

SAFE = {"safety_told": True}


def resting(stretch: str = "toe_walking") -> Stage:
    return exercising(stretch).wait_for(Phase.RESTING).silence()


# Rests


def test_a_rest_that_is_running_gets_the_length_that_was_said_and_later_ones_too():
    stage = resting().say("set_rest", seconds="20")
    assert stage.length == 20
    assert stage.said[-1] == "[rest_set time=20 s]"
    assert stage.remembered["rest"] == 20
    stage.wait_for(Phase.EXERCISING).wait_for(Phase.RESTING)
    assert stage.length == 20
    assert stage.state.memory.get("hold:toe_walking") is None


def test_longer_and_shorter_rests_are_told_and_kept():
    stage = resting()
    length = stage.length
    stage.say("more_rest")
    assert (stage.length, stage.remembered["rest"]) == (length + 5, 15)
    stage.say("less_rest")
    assert (stage.length, stage.remembered["rest"]) == (length, 10)
    idle = Stage().say("set_rest", seconds="120").say("more_rest")
    assert idle.said[-1] == "[rest_most]"


def test_a_rest_and_beginning_by_itself_can_be_taken_back():
    stage = resting().say("set_rest", seconds="60").say("undo")
    assert (stage.length, stage.remembered["rest"]) == (10, None)
    ready = begun("heel_stretches").wait(1)
    usual = ready.length
    assert ready.say("auto_start", on="yes").length == AUTO_START_SECONDS
    assert ready.say("undo").length == usual


def test_a_changeover_takes_longer_this_once():
    stage = exercising("heel_stretches").wait_for(Phase.RESTING).silence()
    stage.say("more_rest")
    assert stage.length == 13
    assert "rest" not in stage.remembered


def test_without_rests_one_round_follows_the_other():
    stage = exercising("toe_walking").say("set_rest", seconds="0")
    assert stage.said[-1] == "[rest_none]"
    stage.wait_until(lambda s: s.run.step == 2)
    assert stage.state.phase is Phase.EXERCISING
    assert stage.said[-1] == "[round round=2 rounds=5]"
    stage.wait_until(lambda s: s.run.stretch == 1)


def test_no_rest_in_a_rest_ends_it_soon_with_time_to_get_into_position():
    stage = resting().wait(1).say("set_rest", seconds="0")
    at = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert 3 <= stage.state.now - at <= 5


def test_between_open_holds_there_is_always_a_moment():
    stage = exercising("toe_pressing").say("set_rest", seconds="0").wait(3).say("done")
    assert stage.state.phase is Phase.RESTING
    assert stage.length == 5


# A gentler way


def test_a_gentler_way_is_told_kept_and_told_again_the_next_time():
    stage = exercising("heel_raises").say("easier")
    assert stage.said[-1] == "[easier] [heel_raises.gentler.1] [heel_raises.gentler.2] [easier_or_skip]"
    memory = {**SAFE, **stage.remembered, "unfinished": None}
    later = Stage(memory=memory, wall="2026-01-02T08:00:00").say("start_stretch", stretch="heel_raises").silence()
    assert later.said[-4:] == ["[gentle_way]", "[heel_raises.gentler.1]", "[heel_raises.gentler.2]", "[say_ready]"]
    assert "[heel_raises.gentler.1]" in later.say("how_to").silence().said[-4:]
    later.say("easier", off="yes")
    assert "[easier_off]" in later.said
    assert later.remembered["gentle:heel_raises"] is None


def test_asked_twice_the_way_is_told_again():
    stage = exercising("heel_stretches").say("easier").silence().say("easier")
    assert stage.said[-1].startswith("[easier_still] [heel_stretches.gentler.1 side=left]")


def test_outside_a_stretch_it_says_when_to_ask_for_it():
    assert Stage().say("easier").said[-1] == "[easier_idle]"
    assert exercising("heel_raises").say("easier", off="yes").said[-1] == "[easier_off_already]"


def test_a_gentler_way_leaves_the_question_after_pain_open():
    stage = exercising("heel_stretches").say("hurts").silence().say("easier")
    assert stage.state.phase is Phase.ASKING
    assert "[heel_stretches.gentler.1 side=left]" in stage.said[-1]


# Beginning by itself


def test_it_begins_by_itself_a_while_after_telling_for_who_wants_that():
    stage = Stage().say("auto_start", on="yes").silence().say("start_stretch", stretch="heel_stretches").silence()
    assert stage.said[-1] == "[say_in_place]"
    at = stage.state.now
    stage.wait_until(lambda s: s.run.leads_in)
    assert stage.state.now - at == pytest.approx(AUTO_START_SECONDS)
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


def test_the_dose_is_the_persons_own():
    stage = Stage(memory={**SAFE, "hold:heel_stretches": 70.0}).say("dose", stretch="heel_stretches")
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
