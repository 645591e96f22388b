"""Sessions in a simulated room, as the bench measures them, with the real recogniser and the real canceller."""

from __future__ import annotations

import pytest

from assistant.audio.echo_canceller import canceller_available
from assistant.hearing.hama import hama_available
from tests.speech import spoken

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from assistant.bench import barge_in
from assistant.bench.barge_in import WAYS, Figures, Stage, Way, alone, commands_for
from assistant.bench.room import to_level
from assistant.bench.voices import DEVELOPMENT
from assistant.virtual import blocks_of

MISSING = canceller_available() or hama_available()
needs_both = pytest.mark.skipif(MISSING is not None, reason=f"needs livekit and hama: {MISSING}")


def test_commands_are_the_same_for_the_same_seed():
    assert commands_for(1, 5, DEVELOPMENT) == commands_for(1, 5, DEVELOPMENT)
    assert commands_for(1, 5, DEVELOPMENT) != commands_for(2, 5, DEVELOPMENT)


def test_ways_differ_by_name():
    assert len({way.name for way in WAYS}) == len(WAYS)


@needs_both
def test_the_guide_obeys_no_command_of_its_own(monkeypatch):
    monkeypatch.setattr(barge_in, "ALONE_SECONDS", 18.0)
    figures = Figures()
    alone(Stage(), Way("cancelled"), 1001, figures, None)
    assert figures.unasked == []
    assert figures.minutes == pytest.approx(0.3)
    assert figures.canceller_share > 0


@needs_both
def test_the_guide_falls_silent_when_it_is_interrupted():
    stage = Stage()
    scene = stage.scene(Way("cancelled"), 1001)
    stage.says(scene, "start heel stretches")
    while scene.clock.t < 3.0:
        scene.block()
    assert scene.yielded == []
    for piece in blocks_of(to_level(spoken("go back to the previous one please"))):
        scene.block(piece)
    assert len(scene.yielded) >= 1
    assert scene.yielded[0] < 3.8
