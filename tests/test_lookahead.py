"""The lookahead: whatever the guide does say was foreseen, just by stepping it into the future."""

from __future__ import annotations

from itertools import islice

import pytest

from assistant.dialogue.content.events import Say
from assistant.dialogue.lookahead import Upcoming, upcoming
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import RATE
from assistant.phases import Phase
from tests.stage import BY_ITSELF, Stage


def foreseen(stage: Stage) -> set[str]:
    return {each.text for each in upcoming(stage.guide, stage.state)}


def soonest(stage: Stage, count: int) -> list[str]:
    return [each.text for each in islice(upcoming(stage.guide, stage.state), count)]


def test_before_anything_is_said_the_whole_routine_is_foreseen():
    stage = Stage(memory=BY_ITSELF)
    known = foreseen(stage)
    stage.say("start_routine").wait_for(Phase.FINISHED)
    said = [effect.text for _, effect in stage.log if isinstance(effect, Say)]
    assert len(said) > 150
    # What depends on how long one can hold was not to be known; here each hold is asked about, and then given up.
    unknown = {text for text in said if text not in known}
    assert len(unknown) <= 3, unknown


def test_what_comes_next_comes_first():
    stage = Stage(memory=BY_ITSELF)
    stage.say("start_routine").wait(1.0)
    assert soonest(stage, 2) == [
        "[lay_ready]",
        "[intro name=toe_walking number=1]",
    ]
    stage.wait_for(Phase.EXERCISING).wait(6.0)
    assert soonest(stage, 2) == ["[halfway]", "[relax]"]


@pytest.mark.parametrize("intent", ["next", "how_long", "whats_next", "where_am_i", "why", "how_to", "help", "hurts"])
def test_each_answer_that_fits_is_foreseen_some_seconds_ahead(intent):
    stage = Stage(memory=BY_ITSELF)
    stage.say("start_routine").wait_for(Phase.EXERCISING)
    known = foreseen(stage)
    stage.wait(7.0)
    before = len(stage.said)
    stage.say(intent)
    assert set(stage.said[before:]) <= known
    assert len(stage.said) > before


def test_any_stretch_that_may_be_asked_for_is_foreseen():
    stage = Stage(memory=BY_ITSELF)
    known = foreseen(stage)
    for stretch in stage.book.routine.stretches:
        other = Stage(memory=BY_ITSELF).say("start_stretch", stretch=stretch.id)
        assert other.saying in known


def test_each_text_comes_at_the_rate_at_which_it_would_be_said():
    stage = Stage(memory={**BY_ITSELF, RATE: 200})
    found = set(upcoming(stage.guide, stage.state))
    assert Upcoming("[intro name=toe_walking number=1]", 200) in found
    assert Upcoming("[slower]", 180) in found
    assert Upcoming("[faster]", 220) in found


def test_nothing_is_told_twice_and_nothing_is_changed():
    stage = Stage(memory=BY_ITSELF)
    stage.say("start_routine").wait(2.0)
    before: State = stage.state
    found = list(upcoming(stage.guide, stage.state))
    assert len(found) == len(set(found))
    assert stage.state is before


@pytest.mark.parametrize(
    "phase", [Phase.IDLE, Phase.GETTING_READY, Phase.RESTING, Phase.PAUSED, Phase.ASKING, Phase.FINISHED]
)
def test_there_is_always_something_to_prepare(phase):
    stage = Stage(memory=BY_ITSELF)
    if phase is not Phase.IDLE:
        stage.say("start_routine").wait_for(Phase.EXERCISING).wait(2.0)
    {
        Phase.GETTING_READY: lambda: stage.say("next"),
        Phase.RESTING: lambda: stage.wait_for(Phase.RESTING),
        Phase.PAUSED: lambda: stage.say("pause"),
        Phase.ASKING: lambda: stage.say("hurts"),
        Phase.FINISHED: lambda: stage.say("stop"),
    }.get(phase, lambda: stage)()
    assert stage.state.phase is phase
    assert len(foreseen(stage)) > 50
