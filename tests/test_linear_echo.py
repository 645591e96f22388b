"""What the linear canceller removes, and what it leaves."""

from __future__ import annotations

import numpy as np

from assistant.audio.levels import level_db
from assistant.front_end.linear_echo import LinearEcho
from assistant.ports import BLOCK
from assistant.understanding.hypothesis import Samples

BLOCKS = 200
PERSON = slice(150, 180)
"""Blocks in which a person speaks."""


def white(seed: int, level: float = 0.1) -> Samples:
    return np.asarray(level * np.random.default_rng(seed).standard_normal(BLOCK * BLOCKS), np.float32)


def room(seed: int = 9) -> np.ndarray:
    """An echo's path that falls by 60 dB in 0.2 s."""
    time = np.arange(3200)
    return np.asarray(np.random.default_rng(seed).standard_normal(3200) * 10 ** (-3 * time / 3200) / 8)


def blocks(sound: Samples) -> list[Samples]:
    return list(sound.reshape(BLOCKS, BLOCK))


def through(sound: Samples, path: np.ndarray) -> Samples:
    return np.convolve(sound, path)[: len(sound)].astype(np.float32)


def level(parts: list[Samples]) -> float:
    return level_db(np.concatenate(parts))


def test_the_echo_goes_and_the_person_stays() -> None:
    far = white(1)
    echo, person = through(far, room()), white(2, 0.05)
    person.reshape(BLOCKS, BLOCK)[: PERSON.start] = 0.0
    person.reshape(BLOCKS, BLOCK)[PERSON.stop :] = 0.0
    canceller = LinearEcho()
    rest = [canceller.feed(n, f) for n, f in zip(blocks(echo + person), blocks(far), strict=True)]
    assert level(rest[100:150]) < level(blocks(echo)[100:150]) - 20
    wrong = [got - meant for got, meant in zip(rest, blocks(person), strict=True)]
    assert level(wrong[PERSON]) < level(blocks(person)[PERSON]) - 10


def test_after_a_jump_it_begins_anew_and_makes_nothing_louder() -> None:
    far = white(1)
    echo = through(far, room())
    half = BLOCK * BLOCKS // 2
    jumped = np.concatenate([echo[:half], through(far, room(8))[half:]]).astype(np.float32)
    canceller = LinearEcho()
    rest = [canceller.feed(n, f) for n, f in zip(blocks(jumped), blocks(far), strict=True)]
    for got, near in zip(rest, blocks(jumped), strict=True):
        assert float(np.dot(got, got)) <= float(np.dot(near, near)) * 1.0001
    assert level(rest[-30:]) < level(blocks(jumped)[-30:]) - 10


def test_without_the_loudspeaker_all_passes() -> None:
    near, canceller = white(3), LinearEcho()
    silence = np.zeros(BLOCK, np.float32)
    for block in blocks(near):
        np.testing.assert_allclose(canceller.feed(block, silence), block, atol=1e-6)


def test_it_learns_within_two_seconds_of_a_voice() -> None:
    # Weak at high frequencies, as voices are: what learns from each block once is slow with it.
    far = np.convolve(white(4, 0.02), 0.95 ** np.arange(100))[: BLOCK * BLOCKS].astype(np.float32)
    echo = through(far, room())
    canceller = LinearEcho()
    rest = [canceller.feed(n, f) for n, f in zip(blocks(echo), blocks(far), strict=True)]
    assert level(rest[66:80]) < level(blocks(echo)[66:80]) - 15


def test_silence_in_between_makes_it_forget_nothing() -> None:
    far = white(1)
    far.reshape(BLOCKS, BLOCK)[60:180] = 0.0
    echo = through(far, room())
    canceller = LinearEcho()
    rest = [canceller.feed(n, f) for n, f in zip(blocks(echo), blocks(far), strict=True)]
    assert level(rest[180:184]) < level(blocks(echo)[180:184]) - 15
