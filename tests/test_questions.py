"""Questions at any time, and what waits for their answers."""

from __future__ import annotations

import pytest

from assistant.phases import Phase
from tests.stage import BOOK, Stage, exercising, place_of


def test_whats_next_names_it_with_its_needs_and_the_clock_goes_on():
    stage = exercising("heel_stretches").wait(5)
    before = stage.elapsed
    stage.say("whats_next")
    assert stage.said[-1] == "[next_is_needing name=foot_massage things=tennis ball]"
    span = stage.wait(2).state.run.span
    assert span is not None
    assert span.elapsed == pytest.approx(before + 2)


def test_where_am_i_tells_name_number_side_and_round():
    assert exercising("heel_stretches").say("where_am_i").said[-1] == (
        "[where name=heel_stretches number=4 total=10] [where_side side=left] [where_left count=6]"
    )
    walking = exercising("toe_walking").say("where_am_i").said[-1]
    assert "[where_round round=1 rounds=5] [where_round_more count=4]" in walking


def test_how_long_tells_the_nearest_first():
    said = exercising("heel_stretches").wait(10).say("how_long").said[-1]
    assert said.startswith("[left_hold time=20 s] [left_stretch time=about 55 s] [left_routine time=about ")
    assert exercising("heel_raises").wait(7).say("how_long").said[-1].startswith("[left_count count=17]")
    assert "[left_open time=7 s]" in exercising("toe_pressing").wait(7).say("how_long").said[-1]


def test_say_again_says_it_again_while_the_clock_waits():
    stage = exercising("heel_stretches").wait(17)
    stage.say("say_again")
    assert stage.said[-2:] == ["[halfway]", "[heel_stretches.good_for]"]
    elapsed = stage.elapsed
    stage.silence()
    assert stage.elapsed == pytest.approx(elapsed)
    stage.wait(1)
    assert stage.elapsed == pytest.approx(elapsed + 1)


def test_a_question_during_the_explanation_is_answered_and_the_explanation_goes_on():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(3)
    broken_off = stage.saying
    stage.say("why")
    assert stage.said[-1] == "[why name=heel_stretches reason=[heel_stretches.good_for]]"
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == broken_off, 30)
    stage.silence()
    assert stage.said[-1] == "[say_ready]"


def test_how_to_tells_the_steps_of_the_named_or_the_current_stretch():
    told = exercising("heel_stretches").silence().say("how_to").said[-1]
    assert told.startswith("[how name=heel_stretches] [heel_stretches.position.1] ")
    assert told.endswith("[heel_stretches.breathing]")
    other = exercising("heel_stretches").silence().say("how_to", stretch="foot_massage").said[-1]
    assert "[foot_massage.how.1] [foot_massage.how.2 side=left]" in other


@pytest.mark.parametrize(
    ("slots", "answer"),
    [
        ({"stretch": "foot_massage"}, "[needs_of name=foot_massage things=tennis ball]"),
        ({"stretch": "toe_pressing"}, "[needs_nothing name=toe_pressing]"),
        ({"thing": "towel"}, "[need_thing names=upward_stretches thing=towel]"),
        ({"thing": "dumbbell"}, "[need_no_thing thing=dumbbell]"),
        ({}, "[needs_all "),
    ],
)
def test_needs(slots, answer):
    assert Stage().say("needs", **slots).said[-1].startswith(answer)


def test_list_names_all_ten():
    said = Stage().say("list").said[-1]
    assert all(stretch.name in said for stretch in BOOK.routine.stretches)


def test_a_number_that_no_stretch_has_is_told_of_and_changes_nothing():
    stage = exercising("heel_stretches").wait(5)
    place, before = place_of(stage.state), stage.elapsed
    stage.say("no_stretch", number="eleven")
    assert stage.said[-1] == "[no_stretch total=10]"
    stage.wait(2)
    assert place_of(stage.state) == place
    assert stage.elapsed == pytest.approx(before + 2)
    assert Stage().say("no_stretch", number="zero").silence().state.phase is Phase.IDLE
