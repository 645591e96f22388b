"""Sessions in a simulated room, as the bench measures them, with the real recogniser and the real canceller."""

from __future__ import annotations

import pytest

from assistant.audio.echo_canceller import canceller_missing
from assistant.hearing.hama import hama_missing
from tests.speech import spoken

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from assistant.bench import alone
from assistant.bench.barge_in import commands_for
from assistant.bench.room import to_level
from assistant.bench.scene import AS_IT_IS, WAYS, Stage
from assistant.bench.voices import DEVELOPMENT
from assistant.virtual import blocks_of

MISSING = canceller_missing() or hama_missing()
needs_both = pytest.mark.skipif(MISSING is not None, reason=f"needs livekit and hama: {MISSING}")


def test_commands_are_the_same_for_the_same_seed():
    assert commands_for(1, 5, DEVELOPMENT) == commands_for(1, 5, DEVELOPMENT)
    assert commands_for(1, 5, DEVELOPMENT) != commands_for(2, 5, DEVELOPMENT)


def test_ways_differ_by_name():
    assert len({way.name for way in WAYS}) == len(WAYS)


@needs_both
def test_the_guide_obeys_no_command_of_its_own(monkeypatch):
    monkeypatch.setattr(alone, "LONGEST", 18.0)
    figures = alone.routine(Stage(), alone.Job(AS_IT_IS, 1001))
    assert figures.commands == []
    assert figures.minutes == pytest.approx(0.3, abs=0.01)
    assert figures.canceller[0] > 0


@needs_both
def test_the_guide_falls_silent_when_it_is_interrupted():
    stage = Stage()
    scene = stage.scene(AS_IT_IS, 1001)
    stage.says(scene, "start heel stretches")
    while scene.clock.t < 3.0:
        scene.block()
    assert scene.yielded == []
    for piece in blocks_of(to_level(spoken("go back to the previous one please"))):
        scene.block(piece)
    assert len(scene.yielded) >= 1
    assert scene.yielded[0] < 3.8
