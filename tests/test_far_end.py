"""What was played when, reported by clocks that jitter, drift and jump."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.far_end import KEPT, SETTLING, SLACK, FarEnd, Timeline
from assistant.ports import BLOCK, LISTENING_RATE

SECONDS = BLOCK / LISTENING_RATE


def counted(first: int, count: int = BLOCK) -> np.ndarray:
    """Samples that say where they are."""
    return np.arange(first, first + count, dtype=np.float32)


def test_what_was_played_is_found_at_its_time():
    far = FarEnd()
    for number in range(20):
        far.played(counted(number * BLOCK), 100.0 + number * SECONDS)
    assert np.array_equal(far.during(100.0, BLOCK), counted(0))
    assert np.array_equal(far.during(100.1, 100), counted(1600, 100))


def test_what_is_not_known_is_silence():
    far = FarEnd()
    assert not far.during(3.0, BLOCK).any()
    far.played(counted(1), 10.0)
    assert not far.during(9.0, BLOCK).any()
    half = far.during(10.0 + SECONDS / 2, BLOCK)
    assert np.array_equal(half[: BLOCK // 2], counted(1 + BLOCK // 2, BLOCK // 2))
    assert not half[BLOCK // 2 :].any()


def test_what_was_played_long_ago_is_forgotten():
    far = FarEnd()
    for number in range(2 * KEPT // BLOCK):
        far.played(counted(1 + number * BLOCK), number * SECONDS)
    assert not far.during(0.0, BLOCK).any()
    end = 2 * KEPT // BLOCK * SECONDS
    assert far.during(end - 3.0, BLOCK).all()


def test_a_pause_of_the_device_is_silence():
    far = FarEnd()
    for number in range(10):
        far.played(np.ones(BLOCK, np.float32), number * SECONDS)
    for number in range(10):
        far.played(np.ones(BLOCK, np.float32), 5.0 + number * SECONDS)
    assert not far.during(2.0, BLOCK).any()
    assert far.during(5.2, BLOCK).all()


def test_times_that_tremble_leave_no_gap():
    chance = np.random.default_rng(1)
    line = Timeline()
    places = [line.place(BLOCK, 50.0 + number * SECONDS + chance.normal(0.0, 0.01)) for number in range(1000)]
    settled = places[round(SETTLING / SECONDS) + 1 :]
    assert set(np.diff(settled)) == {BLOCK}
    assert line.breaks == 0
    assert places[-1] == pytest.approx(50.0 * LISTENING_RATE + 999 * BLOCK, abs=0.01 * LISTENING_RATE)


def test_a_first_time_that_was_wrong_is_made_up_for_within_a_second():
    line = Timeline()
    little = BLOCK // 6
    line.place(little, 0.04)
    for number in range(1, 260):
        tremble = 0.025 if number % 40 < 20 else -0.025
        place = line.place(little, number * little / LISTENING_RATE + tremble)
    assert place == pytest.approx(259 * little, abs=0.02 * LISTENING_RATE)


def test_a_clock_that_slides_is_followed_all_at_once_and_seldom():
    line = Timeline()
    slow = SECONDS * (1 + 100e-6)
    places = [line.place(BLOCK, number * slow) for number in range(20_000)]
    wanted = np.arange(20_000) * slow * LISTENING_RATE
    assert np.abs(places - wanted).max() < (SLACK + 0.001) * LISTENING_RATE
    assert line.breaks == np.count_nonzero(np.diff(places) != BLOCK) == 1  # 60 ms in ten minutes


def test_one_late_call_is_no_jump_but_a_lasting_one_is():
    line = Timeline()
    for number in range(10):
        line.place(BLOCK, number * SECONDS)
    assert line.place(BLOCK, 10 * SECONDS + 0.1) == 10 * BLOCK
    assert line.place(BLOCK, 11 * SECONDS) == 11 * BLOCK
    for number in range(12, 20):
        place = line.place(BLOCK, number * SECONDS + 0.1)
    assert place == 19 * BLOCK + 1600
    assert line.breaks == 1


def test_a_loudspeaker_that_ran_out_of_sound_has_broken_off():
    far = FarEnd()
    for number in range(40):
        far.played(counted(number * BLOCK), number * SECONDS)
    assert far.breaks == 0
    far.broke()
    assert far.breaks == 1
