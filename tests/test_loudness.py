"""How much louder a quiet microphone is made for the VAD, and that a usual one is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.front_end.vad import CHUNK, MOST_GAIN, USUAL_NOISE, USUAL_VOICE, Loudness
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples


def sound(level: float, seconds: float = 1.0, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0.0, level, round(seconds * LISTENING_RATE)).astype(np.float32)


def gains(loudness: Loudness, samples: Samples) -> list[float]:
    return [float(loudness.gain(samples[at : at + CHUNK])) for at in range(0, len(samples) - CHUNK, CHUNK)]


def test_a_usual_microphone_is_left_alone() -> None:
    loudness = Loudness()
    heard = np.concatenate([sound(1.2 * USUAL_NOISE), sound(USUAL_VOICE), sound(1.2 * USUAL_NOISE, 9.0)])
    assert set(gains(loudness, heard)) == {1.0}


def test_somebody_far_away_in_the_usual_noise_is_left_alone() -> None:
    loudness = Loudness()
    heard = np.concatenate([sound(1.2 * USUAL_NOISE, 9.0), sound(4 * USUAL_NOISE)])
    assert set(gains(loudness, heard)) == {1.0}


def test_a_quiet_microphone_is_made_as_loud_as_a_usual_one() -> None:
    loudness = Loudness()
    heard = np.concatenate([sound(USUAL_NOISE / 30), sound(USUAL_VOICE / 30), sound(USUAL_NOISE / 30)])
    assert gains(loudness, heard)[40] == pytest.approx(30.0, rel=0.2)


def test_a_loud_voice_after_silence_is_not_made_louder() -> None:
    loudness = Loudness()
    before = gains(loudness, np.zeros(LISTENING_RATE * 9, np.float32))
    assert before[-1] == pytest.approx(MOST_GAIN)
    assert set(gains(loudness, sound(1.1 * USUAL_VOICE))) == {1.0}


def test_pieces_of_any_length_are_made_louder() -> None:
    quiet = sound(USUAL_NOISE / 30, 9.0)
    louder = Loudness().louder(quiet)
    assert louder.shape == quiet.shape
    assert float(np.std(louder[-LISTENING_RATE:])) > 20 * USUAL_NOISE / 30
    assert len(Loudness().louder(quiet[:0])) == 0
