"""The snapshot of a state for display: the stretch, the clock, and the progress."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assistant.dialogue.content.steps import Kind, Step
from assistant.dialogue.snapshot import clock, snapshot
from assistant.dialogue.state.run import Span, SpanKind
from assistant.phases import Phase
from tests.stage import BOOK, BY_ITSELF, Stage
from tests.test_suggestions import exercising

TEXTS = {"pause": "pause", "next": "next", "how_long": "how long"}


def test_a_hold_shows_stretch_side_round_and_the_seconds_left():
    seen = snapshot(exercising().wait(5.5).state, BOOK, TEXTS)
    assert (seen.phase, seen.title, seen.number, seen.total) == (Phase.EXERCISING, "Heel_stretches", 4, 10)
    assert (seen.side, seen.round, seen.clock) == ("[where_side side=left]", "", "25")
    assert seen.says == ("pause", "next", "how long")
    assert not seen.ending
    rounds = snapshot(exercising("toe_walking").wait_for(Phase.RESTING).state, BOOK, TEXTS)
    assert (rounds.side, rounds.round) == ("", "[where_round round=2 rounds=5]")


def test_the_last_three_seconds_are_marked():
    assert snapshot(exercising().wait(27.5).state, BOOK, TEXTS).ending
    assert not snapshot(exercising("toe_pressing").wait(27.5).state, BOOK, TEXTS).ending


def test_a_pause_keeps_the_clock_and_a_question_too():
    stage = exercising().wait(10.0).say("pause").wait(20.0)
    seen = snapshot(stage.state, BOOK, TEXTS)
    assert (seen.phase, seen.title, seen.clock) == (Phase.PAUSED, "Heel_stretches", "20")
    asked = snapshot(exercising().wait(10.0).say("hurts").wait(5.0).state, BOOK, TEXTS)
    assert (asked.phase, asked.clock) == (Phase.ASKING, "20")


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (Span(SpanKind.HOLD, 30.0, 0.2), "30"),
        (Span(SpanKind.HOLD, 30.0, 29.9), "1"),
        (Span(SpanKind.READY, 90.0, 0.0), "1:30"),
        (Span(SpanKind.OPEN, 0.0, 7.9), "0:07"),
        (Span(SpanKind.OPEN, 0.0, 75.0), "1:15"),
        (Span(SpanKind.COUNT, 61.0, 0.0), "0/20"),
        (Span(SpanKind.COUNT, 61.0, 1.0), "1/20"),
        (Span(SpanKind.COUNT, 61.0, 60.9), "20/20"),
        (Span(SpanKind.COUNT, 61.0, 61.0), "20/20"),
    ],
)
def test_the_clock_is_written_as_what_is_counted(span, shown):
    assert clock(span, Step(Kind.COUNT, 61.0, 1, 1, "", 20, 3.0)) == shown


def test_before_a_run_and_after_it_there_is_the_routine():
    idle = snapshot(Stage().state, BOOK, TEXTS)
    assert (idle.title, idle.number, idle.clock, idle.done) == ("Ten_foot_stretches", 0, "", 0.0)
    assert idle.left.startswith("About ")
    over = Stage().say("only_stretch", stretch="toe_walking").silence().say("ready").wait_for(Phase.EXERCISING)
    finished = snapshot(over.say("stop").state, BOOK, TEXTS)
    assert (finished.phase, finished.done) == (Phase.FINISHED, 0.0)


def test_the_bar_never_falls_through_a_whole_routine_and_ends_full():
    stage = Stage(memory=BY_ITSELF).say("start_routine")
    shares = [snapshot(stage.state, BOOK, TEXTS).done]
    while stage.state.phase is not Phase.FINISHED:
        stage.wait(5.0)
        if stage.state.phase is Phase.ASKING:
            stage.say("yes")
        shares.append(snapshot(stage.state, BOOK, TEXTS).done)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert len(set(shares)) > 50
    # A lead-in, or an open-ended hold, takes time that was not planned: the bar waits meanwhile.
    assert all(later >= earlier - 0.02 for earlier, later in pairwise(shares))


def test_a_stretch_by_itself_has_a_bar_of_its_own():
    stage = Stage().say("only_stretch", stretch="heel_stretches").wait_for(Phase.GETTING_READY)
    assert snapshot(stage.state, BOOK, TEXTS).done == 0.0
    stage.silence().say("ready").wait_for(Phase.EXERCISING).wait(15.0)
    assert 0.4 < snapshot(stage.state, BOOK, TEXTS).done < 0.7
