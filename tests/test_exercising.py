"""A stretch on the virtual clock as it should go: doses, rounds and sides, holds, counts, and open holds."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.steps import WORK, Kind, steps_of
from assistant.dialogue.state.state import Asked
from assistant.phases import Phase
from tests.stage import BOOK, BY_ITSELF, Stage, exercising

STRETCHES = [stretch.id for stretch in BOOK.routine.stretches]


# The facts of the routine


@pytest.mark.parametrize(
    ("stretch", "kind", "rounds", "seconds", "repetitions", "sides"),
    [
        ("toe_walking", Kind.HOLD, 5, 20, 0, 1),
        ("toe_stretching", Kind.HOLD, 3, 5, 0, 2),
        ("ankle_circles", Kind.HOLD, 1, 15, 0, 2),
        ("heel_stretches", Kind.HOLD, 1, 30, 0, 2),
        ("foot_massage", Kind.HOLD, 1, 30, 0, 2),
        ("resistance_band_stretches", Kind.HOLD, 10, 15, 0, 1),
        ("upward_stretches", Kind.HOLD, 1, 30, 0, 2),
        ("toe_pencil_pickups", Kind.OPEN, 5, 0, 0, 2),
        ("heel_raises", Kind.COUNT, 1, None, 20, 2),
        ("toe_pressing", Kind.OPEN, 10, 0, 0, 1),
    ],
)
def test_doses_are_those_of_the_routine(stretch, kind, rounds, seconds, repetitions, sides):
    steps = [step for step in steps_of(BOOK.routine.stretches[BOOK.routine.index(stretch)]) if step.kind in WORK]
    assert len(steps) == rounds * sides
    assert {step.kind for step in steps} == {kind}
    assert {step.repetitions for step in steps} == {repetitions}
    if seconds is not None:
        assert {step.seconds for step in steps} == {seconds}
    assert len({step.side for step in steps}) == sides


def test_toe_walking_relaxes_ten_seconds_between_rounds():
    rests = [s for s in steps_of(BOOK.routine.stretches[0]) if s.kind is Kind.REST]
    assert [rest.seconds for rest in rests] == [10, 10, 10, 10]


# A whole routine


def test_a_whole_routine_in_silence_comes_to_its_end():
    stage = Stage(memory=BY_ITSELF).say("start_routine")
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert stage.state.run.done == set(STRETCHES)
    order = list(dict.fromkeys(s.run.stretch for _, s in stage.states if s.run.stretch >= 0))
    assert order == list(range(10))
    assert stage.state.now < 3600
    assert stage.remembered["unfinished"] is None


@pytest.mark.parametrize("stretch", [s for s in STRETCHES if BOOK.routine.stretches[STRETCHES.index(s)].dose.hold])
def test_every_hold_lasts_as_long_as_it_should(stretch):
    stage = Stage(memory=BY_ITSELF).say("only_stretch", stretch=stretch)
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    begins = {s.run.step: t for t, s in stage.states if s.phase is Phase.EXERCISING}
    ends = [t for t, s in stage.states if s.phase is not Phase.EXERCISING and t > min(begins.values())]
    dose = BOOK.routine.stretches[BOOK.routine.index(stretch)].dose
    assert len(begins) == dose.rounds * max(1, len(dose.sides))
    for begin in begins.values():
        assert min(end for end in ends if end > begin) - begin == pytest.approx(dose.hold, abs=0.01)


def test_changing_sides_is_named_and_not_taken_out_of_the_second_side():
    stage = exercising("heel_stretches").wait_for(Phase.RESTING)
    asked_at = stage.state.now
    assert stage.said[-1].endswith("side=right]")
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - asked_at >= BOOK.routine.stretches[stage.state.run.stretch].change_takes
    begun_at = stage.state.now
    stage.wait_until(lambda s: s.phase is not Phase.EXERCISING)
    assert stage.state.now - begun_at == pytest.approx(30, abs=0.01)


def test_a_hold_has_a_start_a_middle_a_countdown_and_an_end():
    stage = exercising("heel_stretches")
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    times = {effect.text: t - begin for t, effect in stage.log if hasattr(effect, "text") and t >= begin}
    assert times["[halfway]"] == pytest.approx(15, abs=0.01)
    assert [times[word] for word in ("[down 3]", "[down 2]", "[down 1]")] == pytest.approx([27, 28, 29], abs=0.01)
    assert stage.cues[-2:] == ["start", "change"]


def test_repetitions_are_counted_aloud_at_their_pace():
    stage = exercising("heel_raises")
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    numbers = [(t - begin, e.text) for t, e in stage.log if hasattr(e, "text") and t >= begin][:20]
    assert numbers[9][1] == "[counted_halfway n=10]"
    assert [text for _, text in numbers][:3] == ["[count 1]", "[count 2]", "[count 3]"]
    assert numbers[-1][1] == "[count 20]"
    assert [t for t, _ in numbers] == pytest.approx([1 + 3 * n for n in range(20)], abs=0.01)


def test_an_open_hold_ends_by_the_persons_word_and_its_length_is_told():
    stage = exercising("toe_pressing").wait(12)
    stage.say("done")
    assert stage.said[-1] == "[open_done time=12 s]"
    assert stage.remembered["best:toe_pressing"] == pytest.approx(12, abs=0.1)
    stage.wait_for(Phase.EXERCISING).wait(14).say("done")
    assert stage.said[-1] == "[open_best time=14 s]"
    stage.wait_for(Phase.EXERCISING).wait(3).say("done")
    assert stage.said[-1] == "[open_done time=3 s]"
    assert stage.remembered["best:toe_pressing"] == pytest.approx(14, abs=0.1)


def test_done_while_paused_ends_an_open_hold_with_the_time_up_to_the_pause():
    stage = exercising("toe_pressing").wait(7).say("pause").wait(20).say("done")
    assert stage.said[-1] == "[open_done time=7 s]"
    assert stage.remembered["best:toe_pressing"] == pytest.approx(7, abs=0.01)
    stage.wait_for(Phase.EXERCISING)
    assert stage.said[-1] == "[rounds_left count=9]"
    assert stage.cues[-3:] == ["tick", "tick", "start"]


def test_done_in_the_lead_in_after_a_pause_ends_the_hold_with_the_time_it_had():
    stage = exercising("toe_pressing").wait(7).say("pause").wait(20).say("resume").wait(1).say("done")
    assert stage.said[-1] == "[open_done time=7 s]"
    stage.wait_for(Phase.EXERCISING)
    assert (stage.state.run.stretch, stage.state.run.step) == (9, 2)


def test_an_open_hold_that_was_broken_off_begins_anew():
    stage = exercising("toe_pressing").wait(7).say("pause").wait(20).say("resume").wait_for(Phase.EXERCISING)
    stage.wait(4).say("done")
    assert stage.said[-1] == "[open_done time=4 s]"


def test_an_open_hold_asks_after_a_minute_and_goes_on_if_nobody_answers():
    stage = exercising("toe_pressing").wait_for(Phase.ASKING)
    assert stage.state.asked is Asked.STILL_HOLDING
    stage.wait_for(Phase.RESTING).wait_for(Phase.EXERCISING)
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - begin == pytest.approx(20, abs=0.01)


def test_an_open_hold_goes_on_through_the_question():
    stage = exercising("toe_pressing")
    begin = stage.state.now
    stage.wait_for(Phase.ASKING).silence().wait(2).say("yes")
    assert stage.state.phase is Phase.EXERCISING
    stage.wait(5).say("done")
    assert stage.remembered["best:toe_pressing"] == pytest.approx(stage.state.now - begin, abs=0.1)
