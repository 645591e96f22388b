"""How much reverberation is removed, and that a voice without any stays as it is."""

from __future__ import annotations

import numpy as np

from assistant.audio.levels import level_db
from assistant.front_end.dereverberation import dereverberated
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples

PARTS = np.arange(2 * LISTENING_RATE) // (LISTENING_RATE // 25) % 5
"""The fifth of a burst and its pause, 40 ms each, in which each sample is."""


def bursts(seed: int = 1) -> Samples:
    """Sounds of 80 ms with pauses between them, as syllables come: the ring is heard in the pauses."""
    return np.asarray(0.1 * np.random.default_rng(seed).standard_normal(len(PARTS)) * (PARTS < 2), np.float32)


def ringing(sound: Samples, seconds: float = 0.5) -> Samples:
    time = np.arange(round(seconds * LISTENING_RATE))
    late = np.random.default_rng(2).standard_normal(len(time)) * 10 ** (-3 * time / len(time)) / 30
    late[0] = 1.0
    return np.convolve(sound, late)[: len(sound)].astype(np.float32)


def test_the_ring_becomes_quieter_and_the_voice_stays() -> None:
    wet = ringing(bursts())
    less = dereverberated(wet)
    assert len(less) == len(wet)
    assert less.dtype == np.float32
    late, loud = PARTS >= 3, PARTS < 2
    assert level_db(less[late]) < level_db(wet[late]) - 5
    assert abs(level_db(less[loud]) - level_db(wet[loud])) < 1


def test_what_has_no_ring_stays_as_it_is() -> None:
    dry = bursts()
    assert level_db(dereverberated(dry) - dry) < level_db(dry) - 10


def test_what_is_too_short_to_tell_stays_to_the_sample() -> None:
    short = bursts()[: LISTENING_RATE // 5]
    np.testing.assert_array_equal(dereverberated(short), short)


def test_silence_stays_silent() -> None:
    silence = np.zeros(LISTENING_RATE, np.float32)
    np.testing.assert_allclose(dereverberated(silence), silence, atol=1e-9)
