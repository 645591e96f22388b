"""A microphone that gives no sound is told from a quiet room, and from one that is silent between words."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.muteness import BACK_SECONDS, MUTED_SECONDS, ROOM_SECONDS, Muteness
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Samples

SECOND = LISTENING_RATE // BLOCK
RNG = np.random.default_rng(17)


def noise(db: float) -> Samples:
    return np.asarray(10 ** (db / 20) * RNG.standard_normal(BLOCK), np.float32)


def zeros() -> Samples:
    return np.zeros(BLOCK, np.float32)


def fed(muteness: Muteness, seconds: float, level: float | None, *, playing: bool = False) -> list[float]:
    """The seconds at which it changed, as it hears a level (dB of full scale; None for zeros)."""
    changes = []
    for number in range(round(seconds * SECOND)):
        if muteness.feed(zeros() if level is None else noise(level), playing=playing):
            changes.append((number + 1) / SECOND)
    return changes


@pytest.mark.parametrize("level", [None, -95.0])
def test_no_sound_from_the_start_is_noticed_within_five_seconds(level):
    muteness = Muteness()
    (at,) = fed(muteness, 60.0, level)
    assert MUTED_SECONDS <= at < 5.0
    assert muteness.muted


@pytest.mark.parametrize("playing", [False, True])
@pytest.mark.parametrize("level", [-78.0, -60.0, -30.0])
def test_a_room_that_falls_silent_is_noticed_each_time_and_that_it_is_back(level, playing):
    muteness = Muteness()
    for _ in range(3):
        assert fed(muteness, 12.0, level, playing=playing) in ([], [pytest.approx(BACK_SECONDS, abs=0.1)])
        assert not muteness.muted
        (at,) = fed(muteness, 30.0, None)
        assert at < 5.0


def test_a_quiet_room_is_no_mute():
    assert fed(Muteness(), 600.0, -80.0) == []


def test_a_gate_that_opens_for_words_alone_is_taken_for_a_mute_once_at_most():
    muteness = Muteness()
    changes = [fed(muteness, 20.0, None)]
    for _ in range(10):
        changes += [fed(muteness, 2.0, -30.0), fed(muteness, 15.0, None)]
    assert [len(each) for each in changes] == [1, 1, *[0] * 19]
    # A room, at last: some other microphone, or the gate was switched off.
    assert fed(muteness, ROOM_SECONDS + 1.0, -60.0) == []
    assert len(fed(muteness, 10.0, None)) == 1


def test_a_room_that_is_muted_right_after_the_start_is_noticed():
    muteness = Muteness()
    fed(muteness, 2.0, -60.0, playing=True)
    assert len(fed(muteness, 6.0, None)) == 1


def test_a_gate_that_the_loudspeaker_opens_for_long_shows_no_room():
    muteness = Muteness()
    fed(muteness, 0.3, None)
    fed(muteness, 3.0, -30.0, playing=True)
    fed(muteness, 1.0, None)
    fed(muteness, 30.0, -30.0, playing=True)
    assert fed(muteness, 30.0, None) == []


def test_a_click_is_no_sound_and_a_lost_block_no_silence():
    muteness = Muteness()
    fed(muteness, 6.0, None)
    assert fed(muteness, 0.1, -30.0) == []
    assert muteness.muted
    opened = Muteness()
    fed(opened, 0.15, -30.0)
    assert len(fed(opened, 6.0, None)) == 1
    muteness = Muteness()
    for _ in range(20):
        fed(muteness, 1.0, -60.0)
        fed(muteness, 0.06, None)
    assert len(fed(muteness, 6.0, None)) == 1
