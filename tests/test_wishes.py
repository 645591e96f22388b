"""What a person changes for good or for today: holds, stretches left out, and how the guide speaks."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import SetRate, SetVolume
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import AT_A_WORD, BOOK, BY_ITSELF, Stage, begun, exercising

SAFE = AT_A_WORD


def length_of_hold(stage: Stage) -> float:
    """How long the hold that has just begun lasts, in seconds."""
    begin = stage.state.now
    stage.wait_until(lambda s: s.phase is not Phase.EXERCISING)
    return stage.state.now - begin


# Holds


@pytest.mark.parametrize(
    ("slots", "seconds"),
    [({"seconds": "40"}, 40), ({"change": "longer"}, 40), ({"change": "shorter"}, 25), ({"seconds": "5"}, 5)],
)
def test_a_hold_is_set_for_now_for_the_other_side_and_for_next_time(slots, seconds):
    stage = exercising("heel_stretches")
    begin = stage.state.now
    stage.wait(2).say("set_hold", **slots)
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - begin == pytest.approx(seconds, abs=0.01)
    assert length_of_hold(stage.wait_for(Phase.EXERCISING)) == pytest.approx(seconds, abs=0.01)
    again = Stage(memory={**BY_ITSELF, **stage.remembered}).say("only_stretch", stretch="heel_stretches")
    assert length_of_hold(again.wait_for(Phase.EXERCISING)) == pytest.approx(seconds, abs=0.01)
    other = Stage(memory={**BY_ITSELF, **stage.remembered}).say("only_stretch", stretch="foot_massage")
    assert length_of_hold(other.wait_for(Phase.EXERCISING)) == pytest.approx(30, abs=0.01)


def test_a_hold_that_is_made_shorter_than_it_was_ends_now():
    stage = exercising("heel_stretches").wait(20).say("set_hold", seconds="15").wait(0.1)
    assert stage.state.phase is Phase.RESTING


def test_the_halfway_and_the_countdown_move_with_the_end():
    stage = exercising("heel_stretches")
    begin = stage.state.now
    stage.wait(16).say("set_hold", seconds="60").wait_for(Phase.RESTING)
    times = {effect.text: t - begin for t, effect in stage.log if hasattr(effect, "text") and t > begin + 17}
    assert times["[halfway]"] == pytest.approx(30, abs=0.01)
    assert [times[word] for word in ("[down 3]", "[down 2]", "[down 1]")] == pytest.approx([57, 58, 59], abs=0.01)


def test_a_hold_is_set_while_paused_and_goes_on_with_what_is_left_of_it():
    stage = exercising("heel_stretches").wait(10).say("pause").say("set_hold", seconds="40").say("resume")
    assert length_of_hold(stage.wait_for(Phase.EXERCISING)) == pytest.approx(30, abs=0.01)


def test_repetitions_get_more_and_seconds_of_them_are_explained():
    stage = exercising("heel_raises").wait(4).say("set_hold", seconds="40")
    assert stage.said[-1] == "[hold_counted]"
    begun = len(exercising("heel_raises").said)
    stage = exercising("heel_raises").say("set_hold", change="longer").wait_for(Phase.RESTING)
    assert "[count 25]" in stage.said
    assert "[count 3]" in stage.said[begun:]


def test_a_hold_as_long_as_one_can_has_no_length_to_set():
    assert exercising("toe_pressing").say("set_hold", change="longer").said[-1] == "[hold_open]"


def test_always_sets_every_hold_and_without_a_stretch_it_has_to_be_said():
    stage = Stage().say("set_hold", seconds="40")
    assert not any(key.startswith("hold:") for key in stage.remembered)
    stage.say("set_hold", seconds="40", scope="always")
    assert stage.said[-1] == "[hold_set_all time=40 s]"
    assert {key: value for key, value in stage.remembered.items() if key.startswith("hold:")} == {
        f"hold:{stretch.id}": 40.0 for stretch in BOOK.routine.stretches if stretch.dose.hold
    }


def test_always_sets_every_hold_in_the_midst_of_one_as_well():
    stage = exercising("heel_stretches").say("set_hold", seconds="40", scope="always")
    assert stage.state.memory["hold:foot_massage"] == 40.0
    assert length_of_hold(stage) == pytest.approx(40, abs=0.01)


# Left out


def test_what_is_left_out_for_good_is_left_out_in_later_runs_and_said_once():
    stage = Stage().say("leave_out", stretch="toe_stretching")
    later = Stage(memory={**SAFE, **stage.remembered}, wall="2026-03-01T08:00:00").say("start_routine").say("next")
    assert later.state.run.stretch == 2
    assert later.said[-1] == "[left_out_here names=toe_stretching]"
    assert later.say("previous").state.run.stretch == 0
    assert "[left_out_here" not in later.say("next").said[-1]
    assert later.say("start_stretch", stretch="toe_stretching").state.run.stretch == 1


def test_what_is_left_out_today_is_back_tomorrow():
    stage = Stage().say("leave_out", thing="towel", until="today")
    assert stage.remembered == {"left_out:upward_stretches": "2026-01-01"}
    assert stage.say("start_stretch", stretch="resistance_band_stretches").say("next").state.run.stretch == 7
    tomorrow = Stage(memory={**SAFE, **stage.remembered}, wall="2026-01-02T08:00:00")
    assert tomorrow.say("start_stretch", stretch="resistance_band_stretches").say("next").state.run.stretch == 6


def test_a_thing_that_no_stretch_cannot_do_without_leaves_nothing_out():
    stage = Stage().say("leave_out", thing="mat", until="today")
    assert stage.remembered == {}
    assert stage.said[-1] == "[do_without thing=mat]"
    assert stage.say("leave_out", thing="rope", until="today").said[-1] == "[needs_no_thing thing=rope]"


@pytest.mark.parametrize("said", ["", "pause", "hurts"])
def test_leaving_out_the_current_stretch_goes_on_to_the_next(said):
    stage = exercising("foot_massage")
    if said:
        stage.say(said)
    stage.say("leave_out", thing="tennis ball", until="today")
    assert (stage.state.run.stretch, stage.state.phase) == (5, Phase.GETTING_READY)


def test_put_back_takes_in_again_one_those_of_a_thing_or_all():
    stage = Stage().say("leave_out", thing="chair").say("leave_out", stretch="toe_pressing")
    stage.say("put_back", stretch="toe_pressing")
    assert stage.remembered["left_out:toe_pressing"] is None
    stage.say("put_back", stretch="toe_pressing")
    assert stage.said[-1] == "[nothing_left_out]"
    stage.say("put_back")
    assert set(stage.remembered.values()) == {None}


def test_with_everything_left_out_there_is_a_way_back():
    stage = Stage()
    for stretch in BOOK.routine.stretches:
        stage.say("leave_out", stretch=stretch.id)
    stage.say("start_routine")
    assert "[all_left_out]" in stage.said[-1]
    assert stage.say("put_back").say("start_routine").state.run.stretch == 0


def test_a_run_ends_after_the_last_stretch_that_is_not_left_out():
    stage = Stage(memory=BY_ITSELF).say("leave_out", stretch="toe_pressing")
    stage.say("start_stretch", stretch="heel_raises")
    stage.wait_until(lambda s: s.phase is Phase.FINISHED).silence()
    assert stage.finished == ["complete"]
    assert "[left_out_here names=toe_pressing]" in stage.said


# How it speaks


def test_rate_and_volume_change_within_bounds_and_are_there_the_next_time():
    stage = Stage().say("faster").say("slower").say("slower").say("louder").say("volume", level="10").say("louder")
    effects = [effect for _, effect in stage.log]
    assert [effect.words_per_minute for effect in effects if isinstance(effect, SetRate)] == [180, 160, 140]
    assert [effect.level for effect in effects if isinstance(effect, SetVolume)] == [8, 10, 10]
    assert stage.said[-1] == "[loudest]"
    again = [effect for _, effect in Stage(memory=stage.remembered).log]
    assert again[:2] == [SetRate(140), SetVolume(10)]
    for _ in range(9):
        stage.say("slower")
    assert stage.remembered["rate"] == 100
    assert stage.said[-1] == "[slowest]"


def test_fewer_words_leave_the_description_out_and_how_to_tells_all_of_it():
    stage = Stage(memory={**SAFE, "words": "short"}).say("start_stretch", stretch="heel_stretches").silence()
    assert stage.said[1:] == [
        "[intro name=heel_stretches number=4]",
        "[heel_stretches.position.1]",
        "[heel_stretches.position.2 side=left]",
        "[told_hold_sides rounds=1 time=30 s unit=[unit_rounds]]",
        "[say_ready]",
    ]
    assert "[heel_stretches.how.1 side=left]" in stage.say("how_to").said[-1]


def test_with_sounds_alone_the_guide_names_the_stretch_answers_and_leads_by_cues():
    stage = Stage(memory=BY_ITSELF).say("quiet", words="sounds").silence().say("only_stretch", stretch="heel_stretches")
    said = len(stage.said)
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    stage.silence()
    assert stage.said[said - 1 :] == [
        "[intro name=heel_stretches number=4]",
        "[relax_now]",
        "[heel_stretches.after.1]",
        "[finished_one name=heel_stretches]",
    ]
    assert stage.cues.count("start") == 2
    assert stage.cues.count("change") == 1
    assert stage.cues.count("tick") >= 10
    holding = exercising("heel_stretches").say("quiet", words="sounds").silence().say("how_long")
    assert holding.said[-1].startswith("[left_hold ")


def test_talk_brings_all_words_back():
    stage = Stage(memory={**SAFE, "words": "sounds"}).say("talk").say("start_stretch", stretch="heel_stretches")
    assert stage.silence().said[-1] == "[say_ready]"
    assert "[heel_stretches.how.1 side=left]" in stage.said


# Pain remembered


def hurt_before() -> Stage:
    stage = exercising("heel_stretches").say("hurts")
    assert stage.remembered["hurt:heel_stretches"] == "2026-01-01"
    memory = {**SAFE, **stage.remembered, "unfinished": None}
    return Stage(memory=memory, wall="2026-01-02T08:00:00").say("start_stretch", stretch="heel_stretches")


def test_what_hurt_is_asked_about_the_next_time_and_done_after_a_yes():
    stage = hurt_before()
    assert stage.state.asked is Asked.HURT_BEFORE
    stage.say("yes").silence()
    assert stage.state.phase is Phase.GETTING_READY
    assert stage.said[-1] == "[say_ready]"
    stage.say("ready").wait_until(lambda s: s.run.stretch == 4)
    assert stage.remembered["hurt:heel_stretches"] is None


def test_without_an_answer_the_run_ends_where_it_hurt_before():
    stage = hurt_before().wait_until(lambda s: s.phase is not Phase.ASKING)
    assert stage.state.phase is Phase.FINISHED
    assert stage.said[-2:] == ["[hurt_before_again]", "[stopped_no_answer]"]
    assert stage.state.run.stretch == 3


@pytest.mark.parametrize("answer", ["no", "next"])
def test_what_hurt_is_left_out_today_otherwise(answer):
    stage = hurt_before().say(answer)
    assert stage.state.run.stretch == 4
    assert stage.remembered["left_out:heel_stretches"] == "2026-01-02"
    assert "[left_out_here names=heel_stretches]" in stage.silence().said


def test_what_may_have_been_a_yes_is_not_enough_to_do_what_hurt():
    assert hurt_before().say("yes", doubtful=True).state.asked is Asked.HURT_BEFORE


def test_leaving_out_for_good_answers_it_as_well():
    stage = hurt_before().say("leave_out", stretch="heel_stretches")
    assert stage.state.run.stretch == 4
    assert stage.remembered["left_out:heel_stretches"] == "always"


def test_in_the_same_session_it_is_not_asked_again():
    stage = exercising("heel_stretches").say("hurts").say("yes").say("restart")
    assert stage.state.phase is Phase.GETTING_READY
    assert begun("heel_stretches").state.phase is Phase.GETTING_READY


def test_the_only_stretch_left_out_is_the_end_and_not_the_way_to_the_next():
    asked = Stage(memory={**SAFE, "hurt:heel_stretches": "2025-12-31"}).say("only_stretch", stretch="heel_stretches")
    assert asked.silence().say("no").finished == ["stopped"]
    begun_alone = Stage().say("only_stretch", stretch="heel_stretches").silence()
    assert begun_alone.say("leave_out", stretch="heel_stretches").finished == ["stopped"]
    assert "[left_out names=heel_stretches]" in begun_alone.said[-1]
