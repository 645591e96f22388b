"""After pain: gently, shorter and in the gentler way, or not at all; and asked about the next time."""

from __future__ import annotations

import pytest

from assistant.dialogue.state.run import Span, SpanKind
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import Stage, begun, exercising

SAFE = {"safety_told": True}
HEEL = ["[heel_stretches.gentler.1 side=left]", "[heel_stretches.gentler.2]"]


def span(stage: Stage) -> Span:
    """What the clock is counting."""
    assert stage.state.run.span is not None
    return stage.state.run.span


def hold() -> Stage:
    """Ten seconds into a hold of thirty."""
    return exercising("heel_stretches").wait(10)


def gently(stage: Stage) -> Stage:
    """Go on gently after pain, and say ready once all was told."""
    return stage.say("easier").silence().say("ready").wait_for(Phase.EXERCISING)


def next_time(stage: Stage, stretch: str) -> Stage:
    """The next day, with what was remembered, at the same stretch."""
    memory = {**SAFE, **{key: value for key, value in stage.remembered.items() if value is not None}}
    memory.pop("unfinished", None)
    return Stage(memory=memory, wall="2026-01-02T08:00:00").say("start_stretch", stretch=stretch)


# Going on


@pytest.mark.parametrize("answer", ["easier", "resume", "ready", "better", "start_routine"])
def test_it_goes_on_gently_at_a_word_in_the_gentler_way_with_a_shorter_hold_and_says_how_long(answer):
    stage = hold().say("hurts").say(answer)
    assert stage.saying == "[resuming_gently]"
    assert stage.wait(900).state.phase is Phase.GETTING_READY
    told = stage.said[stage.said.index("[resuming_gently]") :]
    up = "[heel_stretches.after.1]"  # from the floor, onto a chair
    assert told[:6] == ["[resuming_gently]", up, *HEEL, "[left_hold time=13 s]", "[say_ready]"]
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.said[-4:] == ["[starting_side side=left]", "[down 3]", "[down 2]", "[down 1]"]
    assert span(stage).remaining == pytest.approx(20 * 0.67, abs=0.1)


@pytest.mark.parametrize("answer", ["yes", "keep_going"])
def test_a_bare_yes_is_asked_about_and_never_leads_straight_back(answer):
    stage = hold().say("hurts").say(answer)
    assert (stage.saying, stage.state.asked) == ("[hurts_which]", Asked.HURTS)
    assert stage.say(answer).saying == "[resuming_gently]"
    assert hold().say("hurts").say(answer).say("next").state.run.stretch == 4


def test_the_usual_way_is_not_taken_up_again_so_soon():
    stage = hold().say("hurts").say("easier", off="yes")
    assert (stage.saying, stage.state.asked) == ("[hurts_which]", Asked.HURTS)


def test_nothing_begins_without_a_word():
    stage = hold().say("hurts").wait(3600)
    assert stage.finished == ["no answer"]
    assert stage.state.phase is Phase.FINISHED


def test_the_other_foot_is_done_gently_as_well():
    stage = gently(hold().say("hurts")).wait_for(Phase.EXERCISING, step=2)
    assert (stage.side, stage.length) == ("right", 20)


def test_of_a_hold_that_is_nearly_over_the_rest_is_done():
    stage = gently(hold().wait(13).say("hurts"))
    assert span(stage).remaining == pytest.approx(5, abs=0.1)
    stage = gently(hold().wait(17).say("hurts"))
    assert span(stage).remaining == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(("done", "last", "reply"), [(8, 13, "[resuming_gently]"), (13, 13, "[hurts_enough]")])
def test_of_a_count_a_third_is_left_out_and_none_is_done_beyond_that(done, last, reply):
    stage = exercising("heel_raises").wait_until(lambda s: s.run.span is not None and s.run.span.mark == done)
    stage.say("hurts").silence().say("easier")
    assert stage.saying == reply
    stage.silence().say("ready").wait_until(lambda s: s.run.stretch == 9)
    assert [text for text in stage.said if text.startswith("[count ")][-1] == f"[count {last}]"
    assert stage.said.count("[count 13]") == 1  # both feet at once: there is no other side


def test_what_is_gentle_with_both_feet_never_tells_to_stand_on_one_foot_afterwards():
    stage = gently(exercising("heel_raises").wait(20).say("hurts").silence())
    said = len(stage.said)
    stage.wait_until(lambda s: s.run.stretch == 9)
    assert not [text for text in stage.said[said:] if "heel_raises.change" in text or "heel_raises.position" in text]


def test_of_open_ended_holds_the_last_ones_are_left_out():
    stage = gently(exercising("toe_pressing").wait(4).say("hurts").silence())
    rounds = 1
    while stage.state.run.stretch == 9 and stage.state.phase is not Phase.FINISHED:
        stage.wait(4).say("done").wait_until(lambda s: s.phase in (Phase.EXERCISING, Phase.FINISHED))
        rounds += stage.state.phase is Phase.EXERCISING
    assert rounds == 7


def test_late_in_them_the_round_that_hurt_is_the_last():
    stage = exercising("toe_pressing")
    while stage.state.run.step < 16:
        stage.wait(4).say("done").wait_until(lambda s: s.phase is Phase.EXERCISING)
    gently(stage.wait(2).say("hurts").silence())
    stage.wait(4).say("done").wait(1)
    assert stage.finished == ["complete"]


def test_what_hurts_again_is_done_with_less_still_but_never_next_to_nothing():
    stage = gently(gently(hold().say("hurts").silence()).say("hurts").silence())
    assert stage.remembered["gently:heel_stretches"] == pytest.approx(0.67**2, abs=0.001)


@pytest.mark.parametrize("answer", ["easier", "yes", "ready", "resume", "better", "keep_going", "restart", "next"])
def test_what_hurts_for_the_third_time_is_left_out_today(answer):
    stage = gently(gently(hold().say("hurts").silence()).say("hurts").silence()).say("hurts")
    assert (stage.saying, stage.state.asked) == ("[hurts_stop] [hurts_often]", Asked.HURTS)
    assert "[hurts_again_skip]" in stage.wait(40).said
    stage.say(answer)
    assert (stage.state.run.stretch, stage.state.phase) == (4, Phase.GETTING_READY)
    assert ("[enough_for_today]" in stage.said) is (answer != "next")


def test_who_says_no_then_may_rest():
    stage = gently(gently(hold().say("hurts").silence()).say("hurts").silence()).say("hurts").silence().say("no")
    assert (stage.saying, stage.state.asked) == ("[hurts_no_skip]", Asked.HURTS)


def test_before_the_work_it_is_said_too_and_nothing_is_lost():
    told = begun("heel_stretches").say("hurts").silence().say("easier")
    assert told.saying == "[resuming_gently]"
    lines = told.silence().said
    assert lines[lines.index("[resuming_gently]") :][-4:-2] == HEEL
    assert lines[-2].startswith("[told_hold_sides rounds=1 time=20 s")
    assert lines[-1] == "[say_ready]"
    assert span(told).kind is SpanKind.READY
    assert told.wait(600).state.phase is Phase.GETTING_READY
    telling = Stage().say("start_stretch", stretch="heel_stretches").wait(4)
    telling.say("hurts").silence().say("easier")
    assert telling.saying == "[resuming_gently]"
    assert telling.silence().said[-1] == "[say_ready]"
    assert not [text for text in telling.said[telling.said.index("[resuming_gently]") :] if "position" in text]


def test_always_gently_is_kept_for_good_and_said():
    stage = hold().say("hurts").silence().say("easier", always="yes")
    assert stage.silence().said[-7:-5] == ["[resuming_gently]", "[gently_always]"]
    assert stage.remembered["gentle:heel_stretches"] == 0.67
    assert "gentle:heel_stretches" not in hold().say("hurts").say("easier").remembered
    stage.say("ready").wait_for(Phase.EXERCISING)
    later = gently(next_time(stage, "heel_stretches").silence()).wait_until(lambda s: s.run.stretch == 4)
    assert "gently:heel_stretches" not in later.state.memory
    again = next_time(later, "heel_stretches")
    assert again.remembered.get("hurt:heel_stretches") is None


def test_undo_takes_going_gently_back_to_the_question():
    stage = hold().say("hurts").silence().say("easier").wait(1).say("undo").silence()
    assert stage.state.asked is Asked.HURTS
    assert stage.remembered["gently:heel_stretches"] is None


# The next time


def hurt_before(stretch: str = "heel_stretches") -> Stage:
    """The next day, where the guide asks about what hurt, though it was done to its end, gently."""
    stage = gently(exercising(stretch).wait(5).say("hurts").silence())
    return next_time(stage.wait_until(lambda s: s.run.stretch != 3), stretch)


@pytest.mark.parametrize("answer", ["easier", "yes", "resume", "ready", "start_routine", "keep_going"])
def test_what_hurt_is_asked_about_and_done_gently(answer):
    stage = hurt_before()
    assert (stage.silence().said[-1], stage.state.asked) == ("[ask_hurt_before name=heel_stretches]", Asked.HURT_BEFORE)
    stage.say(answer)
    assert stage.saying == "[doing_gently]"
    said = stage.silence().said
    begun = said.index("[doing_gently]")
    assert [text for text in said[begun:] if "heel_stretches." in text][:2] == HEEL
    assert not [text for text in said if "heel_stretches.position" in text or "heel_stretches.how" in text]
    assert stage.wait(600).state.phase is Phase.GETTING_READY
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.length == 20


@pytest.mark.parametrize(("answer", "slots"), [("easier", {"off": "yes"}), ("better", {})])
def test_as_usual_is_as_usual(answer, slots):
    stage = hurt_before().silence().say(answer, **slots)
    assert stage.saying == "[doing_as_usual]"
    assert "[gentle_way]" not in stage.silence().said
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.length == 30


def test_once_it_went_without_pain_it_is_not_asked_about_again_and_as_long_as_ever():
    stage = gently(hurt_before().silence()).wait_until(lambda s: s.run.stretch == 4)
    assert (stage.remembered["hurt:heel_stretches"], stage.remembered["gently:heel_stretches"]) == (None, None)
    later = next_time(stage, "heel_stretches").silence()
    assert later.state.phase is Phase.GETTING_READY
    assert later.say("ready").wait_for(Phase.EXERCISING).length == 30


def test_what_hurt_again_is_asked_about_again():
    stage = hurt_before().say("easier", off="yes").silence().say("ready").wait_for(Phase.EXERCISING).say("hurts")
    gently(stage.silence()).wait_until(lambda s: s.run.stretch == 4)
    assert stage.state.memory["hurt:heel_stretches"] == "2026-01-02"


def test_of_open_ended_holds_as_usual_are_all_of_them():
    asked = hurt_before("toe_pressing").silence()
    gently, usual = asked.copy().say("easier"), asked.say("easier", off="yes")
    for stage, rounds in ((gently, 7), (usual, 10)):
        stage.silence().say("ready").wait_for(Phase.EXERCISING).wait(4).say("done")
        assert f"[rounds_left count={rounds - 1}]" in " ".join(stage.wait_for(Phase.EXERCISING).said)


def test_a_length_that_is_asked_for_is_the_whole_of_it():
    stage = gently(hold().say("hurts").silence()).say("set_hold", seconds="40")
    assert stage.length == 40
    assert stage.remembered["gently:heel_stretches"] is None
    longer = gently(hold().say("hurts").silence()).say("set_hold", change="longer")
    assert longer.remembered["hold:heel_stretches"] == 25


# No way back that is not asked about


@pytest.mark.parametrize("answer", ["restart", "same_side_again", "keep_going"])
def test_to_do_it_over_after_pain_is_asked_about(answer):
    stage = hold().say("hurts").silence().say(answer)
    assert (stage.saying, stage.state.asked) == ("[hurts_which]", Asked.HURTS)


def asked_just_now(stage: Stage) -> None:
    """The stretch is not told, let alone begun, before the person says how to do it."""
    assert "[ask_hurt_now name=heel_stretches]" in stage.wait(6).said
    assert stage.state.asked is Asked.HURT_BEFORE
    usual = stage.copy().silence().say("easier", off="yes")
    assert usual.saying == "[hurts_which]"
    assert stage.silence().say("easier").silence().wait(600).state.phase is Phase.GETTING_READY
    assert stage.say("ready").wait_for(Phase.EXERCISING).length == 20
    assert [text for text in stage.said if text.startswith("[told_hold")][-1].startswith(
        "[told_hold_sides rounds=1 time=20 s"
    )


def test_back_to_what_hurt_in_any_way_it_is_asked_about():
    asked_just_now(hold().say("hurts").silence().say("start_stretch", stretch="heel_stretches"))
    asked_just_now(hold().say("hurts").silence().say("next").wait(2).say("previous"))
    asked_just_now(hold().say("hurts").silence().say("next").wait(90).say("start_stretch", stretch="heel_stretches"))


def test_who_finishes_after_pain_and_carries_on_is_asked_as_well():
    stage = hold().say("hurts").silence().say("stop").silence().say("start_routine").silence().say("yes")
    assert "[ask_hurt_before name=heel_stretches]" in stage.silence().said
    assert stage.say("easier").wait(600).state.phase is Phase.GETTING_READY
    assert stage.said[stage.said.index("[doing_gently]") :].count("[say_ready]") == 1


def test_undo_of_the_skip_is_back_at_the_question_and_undo_of_the_pain_waits_for_a_word():
    assert hold().say("hurts").silence().say("next").wait(2).say("undo").silence().state.asked is Asked.HURTS
    stage = hold().say("hurts").silence().say("undo").silence()
    assert stage.wait(600).state.phase is Phase.GETTING_READY
    assert "[left_hold time=20 s]" in stage.said


def test_the_other_side_is_the_other_side_and_waits_for_a_word():
    stage = hold().say("hurts").silence().say("next", what="side")
    assert (stage.saying, stage.side) == ("[side_instead side=right]", "right")
    assert stage.silence().said[-2].startswith("[told_hold rounds=1 time=30 s")
    assert stage.wait(600).state.phase is Phase.GETTING_READY
    assert exercising("toe_pressing").say("hurts").silence().say("next", what="side").state.phase is Phase.FINISHED


def test_at_the_changeover_only_the_gentler_way_is_told():
    stage = gently(hold().say("hurts").silence())
    said = len(stage.said)
    stage.wait_for(Phase.EXERCISING, step=2)
    assert "[heel_stretches.gently.change.1 side=right]" in stage.said[said:]
    assert not [text for text in stage.said[said:] if "heel_stretches.change" in text]


def test_no_halfway_comes_right_after_it_was_taken_up_again():
    stage = gently(exercising("heel_stretches").wait(12).say("hurts").silence())
    said = len(stage.said)
    stage.wait_for(Phase.RESTING)
    assert "[halfway]" not in stage.said[said:]


# On one's feet, and in silence


def test_after_dizziness_nobody_is_led_back_to_what_is_done_standing():
    stage = exercising("toe_walking").wait(5).say("hurts", kind="dizzy")
    assert stage.saying == "[ease_dizzy] [hurts_ask_doctor]"
    for answer in ("easier", "ready", "no"):
        assert stage.say(answer).saying == "[not_standing]"
    assert stage.state.asked is Asked.HURTS


def test_what_hurt_before_is_not_gone_past_in_silence():
    stage = hurt_before().silence()
    assert stage.wait(50).state.asked is Asked.HURT_BEFORE
    assert stage.wait(60).finished == ["no answer"]
