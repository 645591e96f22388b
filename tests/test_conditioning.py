"""One usable channel out of what a microphone gives: channels, offset, rumble, and what is no number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from assistant.audio.conditioning import Conditioner
from assistant.ports import LISTENING_RATE

Sound = npt.NDArray[np.float32]

RATE = 48_000
PIECE = 480


def noise(level: float, seed: int, seconds: float = 1.0) -> Sound:
    return np.random.default_rng(seed).normal(0.0, level, round(seconds * RATE)).astype(np.float32)


def tone(pitch: float = 440.0, seconds: float = 1.0, rate: int = RATE) -> Sound:
    return (0.2 * np.sin(2 * np.pi * pitch * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


def conditioned(frames: Sound, rate: int = RATE, piece: int = PIECE) -> Sound:
    conditioner = Conditioner(rate)
    frames = frames if frames.ndim == 2 else frames[:, None]
    pieces = [conditioner.feed(frames[start : start + piece]) for start in range(0, len(frames), piece)]
    return np.concatenate([*pieces, conditioner.feed(frames[:0], last=True)])


def level(sound: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(sound[len(sound) // 4 :], dtype=np.float64))))


USUAL = level(tone())


def test_one_good_channel_stays_as_it_is() -> None:
    sound = conditioned(tone())
    assert len(sound) == LISTENING_RATE
    assert level(sound) == pytest.approx(USUAL, rel=0.03)


@pytest.mark.parametrize("other", [-1.0, -0.6, 0.0, 1.0], ids=["opposite", "softer and opposite", "dead", "alike"])
def test_two_channels_give_what_is_in_them(other: float) -> None:
    for frames in (np.stack([tone(), other * tone()], 1), np.stack([other * tone(), tone()], 1)):
        assert level(conditioned(frames)) == pytest.approx(USUAL, rel=0.25)


def test_opposite_channels_are_heard_from_the_first_sample() -> None:
    sound = conditioned(np.stack([tone(), -tone()], 1))
    np.testing.assert_allclose(sound, conditioned(tone()), atol=1e-4)


def test_microphones_with_noise_of_their_own_are_averaged() -> None:
    frames = np.stack([noise(0.05, seed) for seed in range(4)], 1)
    assert level(conditioned(frames)) == pytest.approx(level(conditioned(frames[:, 0])) / 2, rel=0.1)


def test_a_channel_that_dies_is_left_out_and_taken_back_when_it_lives_again() -> None:
    second = np.concatenate([noise(0.05, 1, 4.0), np.zeros(16 * RATE, np.float32), noise(0.05, 2, 6.0)])
    conditioner = Conditioner(RATE)
    first = noise(0.05, 3, len(second) / RATE)
    levels = []
    for start in range(0, len(first), RATE):
        both = np.stack([first[start : start + RATE], second[start : start + RATE]], 1)
        levels.append(level(conditioner.feed(both)))
    alone = level(conditioned(first[:RATE]))
    assert levels[3] == pytest.approx(alone / np.sqrt(2), rel=0.1)
    assert levels[19] == pytest.approx(alone, rel=0.1)
    assert levels[25] == pytest.approx(alone / np.sqrt(2), rel=0.1)


def test_a_channel_full_of_hum_does_not_hide_a_good_one() -> None:
    hum, speech = 5 * tone(50.0), noise(0.02, 4)
    sound = conditioned(np.stack([hum, speech], 1))
    spectrum = np.abs(np.fft.rfft(sound))
    assert spectrum[500:4000].mean() > 0.9 * np.abs(np.fft.rfft(conditioned(speech)))[500:4000].mean()


def test_an_offset_is_gone_from_the_first_sample() -> None:
    sound = conditioned(tone() + np.float32(0.3))
    assert abs(float(sound.mean())) < 1e-3
    assert float(np.abs(sound).max()) < 0.25


@pytest.mark.parametrize(("pitch", "left"), [(10.0, 0.1), (25.0, 0.4)])
def test_rumble_is_made_fainter(pitch: float, left: float) -> None:
    assert level(conditioned(tone(pitch, 2.0))) < left * USUAL


def test_the_lowest_voice_is_left() -> None:
    assert level(conditioned(tone(85.0))) > 0.7 * USUAL


def hum(mains: float, seconds: float) -> Sound:
    places = np.arange(round(RATE * seconds)) / RATE
    return np.asarray(sum(0.05 / k * np.cos(2 * np.pi * mains * k * places + k * k) for k in range(1, 25)), np.float32)


@pytest.mark.parametrize("mains", [49.9, 50.0, 60.1])
def test_hum_is_gone_before_somebody_speaks_and_while_they_do(mains: float) -> None:
    there, gone = hum(mains, 4.0), noise(0.001, 5, 4.0)
    syllables = [noise(level, seed, 0.2) for seed, level in enumerate((0.1, 0.02, 0.07) * 5)]
    speech = np.concatenate([np.zeros(RATE, np.float32), *syllables])
    sound = conditioned(there + gone + speech)
    clean = conditioned(gone + speech)
    for start, end in ((0.45, 1.0), (1.1, 3.8)):
        part = slice(round(start * LISTENING_RATE), round(end * LISTENING_RATE))
        assert level((sound - clean)[part]) < 0.01 * level(there)


def test_hum_of_one_channel_is_not_taken_from_the_other() -> None:
    there, speech = hum(50.0, 3.0), noise(0.1, 9, 2.0)
    good = noise(0.001, 5, 3.0) + np.concatenate([np.zeros(RATE, np.float32), speech])
    sound = conditioned(np.stack([good, there], 1), piece=RATE // 10)
    part = slice(round(1.3 * LISTENING_RATE), round(2.8 * LISTENING_RATE))
    assert level((sound - conditioned(good))[part]) < 0.1 * level(there)


@pytest.mark.parametrize("floor", [0.0, 1e-3])
@pytest.mark.parametrize("pitch", [50.0, 100.0, 1000.0])
def test_hum_that_ends_leaves_none_behind(pitch: float, floor: float) -> None:
    buzz = np.sign(hum(pitch, 2.0)) * np.float32(0.2)
    sound = conditioned(np.concatenate([buzz, np.zeros(3 * RATE, np.float32)]) + noise(max(floor, 1e-9), 5, 5.0))
    assert level(sound[round(2.06 * LISTENING_RATE) :]) < max(2 * floor, 1e-4)


def test_a_voice_on_one_note_is_no_hum() -> None:
    sung = (1.0 + 0.8 * np.sin(2 * np.pi * 3.0 * np.arange(4 * RATE) / RATE)).astype("f4") * hum(110.0, 4.0)
    assert level(conditioned(sung)) == pytest.approx(level(sung), rel=0.15)


@pytest.mark.parametrize("damage", [np.nan, np.inf, -np.inf, 1e30])
def test_damage_does_not_spread(damage: float) -> None:
    frames = np.stack([tone(), tone()], 1)
    frames[10_000:10_100, 0] = damage
    sound = conditioned(frames)
    assert np.isfinite(sound).all()
    assert float(np.abs(sound).max()) < 4.0
    assert level(sound[LISTENING_RATE // 2 :]) == pytest.approx(USUAL, rel=0.25)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_the_pieces_do_not_matter(rate: int) -> None:
    mono = tone(rate=rate)
    whole = conditioned(mono, rate, rate)
    assert len(whole) == LISTENING_RATE
    np.testing.assert_allclose(conditioned(mono, rate, 333), whole, atol=1e-4)


def test_silence_stays_silence() -> None:
    assert not conditioned(np.zeros((RATE, 2), np.float32)).any()
    assert len(Conditioner(RATE).feed(np.zeros((0, 2), np.float32))) == 0
