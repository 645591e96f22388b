"""What accompanies the clock: tones in place of numbers, halfway, rounds to come, breathing, and what comes next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assistant.dialogue.content.events import Cue, Say
from assistant.dialogue.content.history import Day, History
from assistant.dialogue.run.instructions import intro
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase
from tests.stage import WORDED, Stage, begun, exercising
from tests.whole_routine import planned

TOLD = {"safety_told": True}

DOWN = ["[down 3]", "[down 2]", "[down 1]"]


def heard(stage: Stage, since: float) -> list[tuple[float, str]]:
    """What was said, and each sound but the answer to a word, with seconds from then on."""
    lines = []
    for t, effect in stage.log:
        if isinstance(effect, Say) and t >= since:
            lines.append((round(t + effect.after - since, 2), effect.text))
        elif isinstance(effect, Cue) and t >= since and effect.name != "heard":
            lines.append((round(t - since, 2), f"({effect.name})"))
    return lines


def known(stretch: str, times: int) -> History:
    """A stretch done on so many mornings, the last one yesterday."""
    today = date(2026, 1, 1)
    return History({today - timedelta(days=n): Day(morning=frozenset({stretch})) for n in range(1, times + 1)})


# Numbers where they help, tones where they don't


def test_less_than_ninety_numbers_count_down_in_the_whole_first_run():
    numbers = [line for _, line in planned() if line in DOWN]
    assert len(numbers) < 90


def test_the_first_round_of_a_side_is_counted_down_to_and_the_others_have_tones():
    stage = Stage(memory=TOLD).say("only_stretch", stretch="toe_stretching").wait_for(Phase.FINISHED)
    lines = [line for _, line in heard(stage, 0.0)]
    before = [lines[place - 3 : place] for place, line in enumerate(lines) if line == "(start)"]
    assert [each == DOWN for each in before] == [True, False, False, True, False, False]
    assert all(each[-2:] == ["(tick)", "(tick)"] for each in before if each != DOWN)


def test_the_tones_come_two_seconds_and_one_before_the_start():
    stage = exercising("resistance_band_stretches").wait_for(Phase.RESTING)
    begin, rest = stage.state.now, stage.length
    stage.wait_for(Phase.EXERCISING)
    ticks = [t for t, line in heard(stage, begin) if line == "(tick)"]
    assert ticks == pytest.approx([rest - 2, rest - 1], abs=0.01)
    assert stage.state.now - begin == pytest.approx(rest, abs=0.01)


@pytest.mark.parametrize(("stretch", "counted"), [("resistance_band_stretches", False), ("upward_stretches", True)])
def test_only_the_end_of_a_long_hold_is_counted_down(stretch, counted):
    stage = exercising(stretch)
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert ([line for _, line in heard(stage, begin) if line in DOWN] == DOWN) is counted


def test_if_only_cues_lead_the_numbers_are_ticks():
    stage = Stage(memory={"safety_told": True, "words": "sounds"}).say("start_stretch", stretch="heel_raises")
    stage.silence().say("ready").wait_for(Phase.EXERCISING)
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert [line for _, line in heard(stage, begin)] == ["(start)", *["(tick)"] * 20, "(change)"]


# Rounds to come


def test_in_a_short_rest_the_rounds_to_come_follow_the_word_that_ends_the_round():
    stage = exercising("resistance_band_stretches").say("set_rest", seconds="5").wait_for(Phase.RESTING)
    assert stage.saying.startswith("[relax] [rounds_left count=9]")
    stage.wait_for(Phase.EXERCISING).wait_for(Phase.RESTING)
    assert stage.saying == "[relax] [rounds_left count=8]"


def test_in_a_long_rest_they_come_before_its_end():
    stage = exercising("toe_walking").wait_for(Phase.RESTING)
    begin = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    told = [(t, line) for t, line in heard(stage, begin) if line.startswith("[rounds_left")]
    assert [(t, line[:21]) for t, line in told] == [(5.0, "[rounds_left count=4]")]


def test_the_last_round_is_called_so():
    stage = exercising("toe_walking", step=6).wait_for(Phase.RESTING)
    stage.wait_for(Phase.EXERCISING)
    assert "[last_round]" in stage.said
    assert stage.said.count("[rounds_left count=2]") == 1


# Halfway in counts


def test_in_a_count_half_of_it_is_told_with_its_number_and_so_are_the_last_five():
    stage = exercising("heel_raises")
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    told = {line: t for t, line in heard(stage, begin)}
    assert told["[counted_halfway n=10]"] == pytest.approx(28, abs=0.01)
    assert told["[counted_left left=5 n=15]"] == pytest.approx(43, abs=0.01)
    assert "[count 10]" not in told
    assert told["[count 20]"] == pytest.approx(58, abs=0.01)


@pytest.mark.parametrize(("amount", "half"), [("11", 6), ("14", 7)])
def test_half_of_another_count_is_told_where_it_is(amount, half):
    stage = exercising("heel_raises").say("set_hold", amount=amount).wait_for(Phase.RESTING)
    assert f"[counted_halfway n={half}]" in stage.said
    assert not [text for text in stage.said if text.startswith("[counted_left")]


def test_a_fast_or_a_short_count_has_numbers_alone():
    fast = Stage(memory={"safety_told": True, "pace": 1.5}).say("start_stretch", stretch="heel_raises").silence()
    fast.say("ready").wait_for(Phase.RESTING)
    assert "[count 10]" in fast.said
    short = exercising("heel_raises").say("set_hold", amount="8").wait_for(Phase.RESTING)
    assert {f"[count {n}]" for n in range(2, 9)} <= set(short.said)


# Breathing


def breaths(stretch: str, times: int = 0) -> list[int]:
    """In which holds of a stretch breathing is mentioned, if it was done so often before."""
    stage = Stage(memory=TOLD, history=known(stretch, times)).say("only_stretch", stretch=stretch)
    stage.wait_for(Phase.FINISHED)
    hold, found = 0, []
    for _, line in heard(stage, 0.0):
        hold += line == "(start)"
        if line == f"[{stretch}.breathe]":
            found.append(hold)
    return found


def doing(stretch: str, times: int) -> Stage:
    """A stage where a stretch that was done so often before is being exercised."""
    stage = Stage(memory=TOLD, history=known(stretch, times)).say("only_stretch", stretch=stretch).silence()
    return stage.say("ready").wait_for(Phase.EXERCISING)


def test_breathing_is_mentioned_in_one_hold_of_three():
    # In the first hold of the first times, how to breathe is told at length instead.
    assert breaths("resistance_band_stretches") == [4, 7, 10]
    assert 2 not in breaths("upward_stretches")


def test_it_is_mentioned_less_and_less():
    assert breaths("resistance_band_stretches", 3) == []
    assert breaths("resistance_band_stretches", 4) == [1]
    assert breaths("resistance_band_stretches", 8) == []
    assert breaths("resistance_band_stretches", 9) == [1]


def test_it_comes_early_in_the_hold_and_not_in_the_shortest():
    stage = doing("heel_stretches", 4)
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert (9.0, "[heel_stretches.breathe]") in heard(stage, begin)
    assert breaths("toe_stretching") == []


def test_in_an_open_hold_it_takes_the_place_of_the_first_word():
    stage = doing("toe_pressing", 4).wait(16)
    assert stage.said[-1] == "[toe_pressing.breathe]"
    stage.wait(30)
    assert stage.said[-1] == "[keep_going]"


# What comes next


def test_the_next_stretch_is_told_with_its_number_and_what_it_needs():
    stage = exercising("resistance_band_stretches", step=18).wait_until(lambda s: s.run.stretch == 6).wait(8)
    place = stage.said.index("[intro_with name=upward_stretches number=7 things=towel]")
    assert stage.said[place - 1] == "[resistance_band_stretches.after.1]"
    assert begun("heel_stretches").said.count("[intro name=heel_stretches number=4]") == 1


def test_what_the_name_of_a_stretch_says_is_not_told_again():
    turn = Turn(WORDED, State())
    band, pencil = (WORDED.routine.index(name) for name in ("resistance_band_stretches", "toe_pencil_pickups"))
    assert intro(turn, band) == "Number six: resistance band stretches, with a chair."
    assert intro(turn, pencil) == "Number eight: toe pencil pickups."


def test_a_stretch_that_was_ended_early_is_not_praised():
    stage = exercising("heel_stretches").wait(3).say("done").wait(8)
    assert "[relax_now] [stretch_left]" in stage.said
