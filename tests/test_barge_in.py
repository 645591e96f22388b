"""Sessions in a simulated room, as the bench measures them, with the real recogniser and the real canceller."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.front_end.barge_in import BargeIn
from assistant.front_end.echo_canceller import canceller_missing
from tests.speech import spoken

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from assistant.ports import BLOCK
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


def fed(barge_in: BargeIn, blocks: int, *, echo_known: bool) -> list[bool]:
    """Whether somebody counts as speaking while the guide plays softly, and something louder is heard."""
    chance = np.random.default_rng(blocks)
    said = []
    for _ in range(blocks):
        far = chance.normal(0.0, 0.01, BLOCK).astype(np.float32)
        near = chance.normal(0.0, 0.2, BLOCK).astype(np.float32)
        said.append(barge_in.feed(near, near, far, True, echo_known=echo_known).person_speaks)
    return said


def test_nobody_counts_as_speaking_over_the_guide_before_it_is_known_how_its_echo_comes():
    barge_in = BargeIn(lambda _: 1.0, BLOCK)
    for _ in range(200):
        soft = np.full(BLOCK, 0.01, np.float32)
        barge_in.feed(soft * np.float32(0.01), soft * np.float32(0.001), soft, False)
    assert not any(fed(barge_in, 30, echo_known=False))
    assert barge_in.another_voice(6.0, 6.9) == 0.0
    assert any(fed(barge_in, 20, echo_known=True))


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
