"""What is told at the beginning, at each round and at the end of a stretch, and the way out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.phases import Phase
from tests.stage import BOOK, BY_ITSELF, Stage, begun, exercising


def test_of_the_whole_all_that_is_needed_is_told_at_its_beginning():
    all_of_it = "[needs_all things=chair, tennis ball, resistance band, towel and pencil]"
    assert Stage().say("start_routine").silence().said[1:4] == [
        all_of_it, BOOK.replies.text("lay_ready"), "[intro name=toe_walking number=1]",
    ]  # fmt: skip
    assert "[needs_all" not in " ".join(begun("heel_stretches").said)
    assert "[needs_all" not in " ".join(
        Stage(memory={"safety_told": True, "words": "short"}).say("start_routine").silence().said
    )
    without = Stage().say("leave_out", thing="towel").silence().say("start_routine").silence()
    assert any("[needs_all" in text for text in without.said)
    assert not [text for text in without.said if "[needs_all" in text and "towel" in text]


def test_the_rounds_to_come_are_told_from_the_second_on_and_what_to_do_before_that_alone():
    walking = replace(BOOK.routine.stretches[0], again="Once more.")
    routine = replace(BOOK.routine, stretches=(walking, *BOOK.routine.stretches[1:]))
    stage = Stage(replace(BOOK, routine=routine), memory=BY_ITSELF).say("only_stretch", stretch="toe_walking")
    told = [text for text in stage.wait_until(lambda s: s.run.step == 6).said if "[rounds_left " in text]
    assert told == ["[rounds_left count=4] Once more.", "[rounds_left count=3]", "[rounds_left count=2]"]
    assert "[round" not in " ".join(exercising("ankle_circles").said)


def test_who_has_let_go_is_not_told_to():
    stage = Stage(memory=BY_ITSELF).say("only_stretch", stretch="toe_pencil_pickups")
    for _ in range(10):
        stage.wait_for(Phase.EXERCISING).wait(5).say("done")
    stage.silence()
    assert not any("[relax" in text for text in stage.said)
    assert stage.finished == ["complete"]
    last = ["[open_done time=5 s]", "[toe_pencil_pickups.after.1]", "[finished_one name=toe_pencil_pickups]"]
    assert stage.said[-3:] == last


def test_the_way_out_of_a_stretch_is_told_at_its_end():
    for words in ("full", "short", "sounds"):
        stage = Stage(memory={"safety_told": True, "words": words})
        stage.say("only_stretch", stretch="resistance_band_stretches")
        told = stage.wait_until(lambda s: s.phase is Phase.FINISHED).silence().said[-3:]
        assert told[0] == "[relax_now]"
        assert told[1:] == [BAND_OFF, "[finished_one name=resistance_band_stretches]"]


BAND_OFF = "[resistance_band_stretches.after.1]"


@pytest.mark.parametrize("words", ["full", "short", "sounds"])
@pytest.mark.parametrize("phase", [Phase.GETTING_READY, Phase.EXERCISING, Phase.RESTING, Phase.PAUSED, Phase.ASKING])
@pytest.mark.parametrize(
    ("command", "slots"),
    [
        ("next", {}),
        ("previous", {}),
        ("stop", {}),
        ("start_stretch", {"stretch": "toe_walking"}),
        ("only_stretch", {"stretch": "toe_walking"}),
        ("choose_routine", {"routine": "five_minutes"}),
        ("leave_out", {"thing": "resistance band"}),
    ],
)
def test_the_way_out_is_told_wherever_the_stretch_is_left(command, slots, phase, words):
    stage = Stage(memory={"safety_told": True, "words": words})
    stage.say("start_stretch", stretch="resistance_band_stretches").silence().say("ready").wait(0.1)
    if phase is not Phase.GETTING_READY:
        stage.wait_for(Phase.EXERCISING)
    if phase is Phase.RESTING:
        stage.wait_for(phase)
    if phase in (Phase.PAUSED, Phase.ASKING):
        stage.say("pause" if phase is Phase.PAUSED else "hurts").wait(1)
    assert stage.state.phase is phase
    since = len(stage.said)
    stage.say(command, **slots).silence()
    told = stage.said[since:]
    assert told.count(BAND_OFF) == 1
    assert not [text for text in told[: told.index(BAND_OFF)] if text.startswith(("[intro", "[stopped"))]
    stage.say("stop").silence()
    assert stage.said.count(BAND_OFF) == 1


@pytest.mark.parametrize("after", ["next", "ready", "previous", "stop"])
def test_a_way_out_that_was_cut_off_is_told_before_what_comes_next(after):
    stage = exercising("resistance_band_stretches").say("done")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == BAND_OFF).wait(1)
    assert stage.say(after).saying == BAND_OFF


def test_whoever_says_ready_again_and_again_does_not_have_the_way_out_begun_again_and_again():
    stage = exercising("resistance_band_stretches").say("next")
    for _ in range(12):
        stage.say("ready").wait(1)
    assert stage.said.count(BAND_OFF) == 1
    assert stage.state.run.leads_in or stage.state.phase is Phase.EXERCISING


def test_who_is_not_in_a_stretch_is_not_told_the_way_out():
    before_it = begun("resistance_band_stretches").say("next").silence()
    assert BAND_OFF not in before_it.said
    done = exercising("resistance_band_stretches").say("done").silence()
    done.wait_until(lambda s: s.phase is Phase.GETTING_READY).silence().say("next").silence().say("stop").silence()
    assert done.said.count(BAND_OFF) == 1
    assert BAND_OFF not in exercising("resistance_band_stretches").wait(3).say("restart").silence().said
