"""Sessions in a simulated room, as the bench measures them, with the real recogniser and the real canceller."""

from __future__ import annotations

import pytest

from assistant.front_end.echo_canceller import canceller_missing
from tests.speech import spoken

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from assistant.runtime.virtual_clock import blocks_of
from bench import self_triggering
from bench.barge_in import commands_for
from bench.room_simulation import to_level
from bench.simulated_session import AS_IT_IS, Stage
from bench.voices import DEVELOPMENT

MISSING = canceller_missing()
needs_both = pytest.mark.skipif(MISSING is not None, reason=f"needs livekit: {MISSING}")


def test_commands_are_the_same_for_the_same_seed():
    assert commands_for(1, 5, DEVELOPMENT) == commands_for(1, 5, DEVELOPMENT)
    assert commands_for(1, 5, DEVELOPMENT) != commands_for(2, 5, DEVELOPMENT)


@needs_both
def test_the_guide_obeys_no_command_of_its_own(monkeypatch):
    monkeypatch.setattr(self_triggering, "LONGEST", 18.0)
    figures = self_triggering.routine(Stage(), self_triggering.Job(AS_IT_IS, 1001))
    assert figures.commands == []
    assert figures.minutes == pytest.approx(0.3, abs=0.01)
    assert figures.front_end[0] > 0


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
