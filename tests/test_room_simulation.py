"""The simulated room: levels, delays, walls, and the same room for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.ports import BLOCK, LISTENING_RATE

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from bench import room_simulation as rooms
from bench.room_simulation import LEVEL, Delay, Room, Setting, impulse_response, level_of, setting_of, to_level

QUIET = np.zeros(BLOCK, np.float32)


def babble(seconds: float, seed: int = 3) -> np.ndarray:
    """Noise with the spectrum of speech, in whole blocks, at the person's level."""
    chance = np.random.default_rng(seed)
    spectrum = np.fft.rfft(chance.standard_normal(round(seconds * LISTENING_RATE / BLOCK) * BLOCK))
    spectrum *= 1 / np.maximum(1, np.arange(len(spectrum)) / len(spectrum) * 16)
    return to_level(np.fft.irfft(spectrum).astype(np.float32))


def heard(room: Room, person: np.ndarray, guide: np.ndarray) -> np.ndarray:
    return np.concatenate(
        [room.hear(person[i : i + BLOCK], guide[i : i + BLOCK]) for i in range(0, len(person), BLOCK)]
    )


def lateness(sound: np.ndarray, original: np.ndarray) -> float:
    """Milliseconds."""
    spectrum = np.fft.rfft(sound, 2 * len(sound)) * np.conj(np.fft.rfft(original, 2 * len(sound)))
    return int(np.argmax(np.abs(np.fft.irfft(spectrum / (np.abs(spectrum) + 1e-9))))) * 1000 / LISTENING_RATE


def test_the_level_is_that_of_the_loudest_frame():
    sound = np.zeros(10 * rooms.LEVEL_FRAME, np.float32)
    sound[: rooms.LEVEL_FRAME] = 0.5
    assert level_of(sound) == pytest.approx(0.5)
    assert level_of(to_level(sound, 0.1)) == pytest.approx(0.1)
    assert level_of(np.zeros(0, np.float32)) == 0.0


def test_the_same_seed_is_the_same_room_and_another_is_not():
    sound = babble(1.0)
    first, again, other = (heard(Room(seed), sound, sound) for seed in (1000, 1000, 1001))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_rooms_to_choose_in_and_rooms_to_report_differ():
    assert not set(rooms.DEVELOPMENT_SEEDS) & set(rooms.REPORT_SEEDS)
    assert len({setting_of(seed) for seed in (*rooms.DEVELOPMENT_SEEDS, *rooms.REPORT_SEEDS)}) == 40


def test_walls_ring_as_long_as_asked():
    response = impulse_response((4.0, 5.0, 2.5), 0.4, 1.0, np.random.default_rng(1)).astype(np.float64)
    left = np.cumsum(response[::-1] ** 2)[::-1]
    decay = 10 * np.log10(left / left[0] + 1e-12)
    twenty = np.argmax(decay < -25) - np.argmax(decay < -5)
    assert 0.25 < 3 * twenty / LISTENING_RATE < 0.55


def test_the_person_comes_at_their_level_and_the_echo_louder():
    person, guide = babble(3.0), babble(3.0, 4)
    setting = replace(setting_of(1003), echo=6.0, drive=0.0)
    alone = level_of(heard(Room(1003, setting), person, guide * 0))
    echo = level_of(heard(Room(1003, setting), person * 0, guide))
    assert 20 * np.log10(alone / LEVEL) == pytest.approx(0.0, abs=2.0)
    assert 20 * np.log10(echo / LEVEL) == pytest.approx(6.0, abs=2.5)


def test_without_echo_the_loudspeaker_is_not_heard():
    assert not heard(Room(1, Setting(echo=None)), babble(0.3) * 0, babble(0.3)).any()


@pytest.mark.parametrize("snr", [6.0, 15.0])
def test_noise_comes_at_the_ratio_asked_for(snr):
    silence = np.zeros(12 * LISTENING_RATE, np.float32)
    noise = level_of(heard(Room(1, Setting(snr=snr)), silence, silence))
    assert 20 * np.log10(LEVEL / noise) == pytest.approx(snr, abs=0.5)


def test_a_second_talker_is_in_the_room():
    silence = np.zeros(3 * LISTENING_RATE, np.float32)
    talk = level_of(heard(Room(1, Setting(talker=-3.0), talker=babble(2.0)), silence, silence))
    assert 20 * np.log10(talk / LEVEL) == pytest.approx(-3.0, abs=2.0)


def test_the_loudspeaker_is_as_late_as_asked_and_jumps():
    sound = babble(4.0)
    setting = Setting(drive=0.0, ring=0.2, delay=Delay(59.0, jumps=((2.0, 116.0),)))
    room = Room(1, setting)
    echo = heard(room, sound * 0, sound)
    half = 2 * LISTENING_RATE
    assert lateness(echo[:half], sound[:half]) == pytest.approx(59.0, abs=1.0)
    assert lateness(echo[half:], sound[half:]) == pytest.approx(116.0, abs=1.0)
    assert room.delay == pytest.approx(116.0)


def test_clocks_slide_apart():
    room = Room(1, Setting(delay=Delay(60.0, drift=1000.0)))
    for _ in range(100):
        room.hear(QUIET, QUIET)
    assert room.delay == pytest.approx(63.0)


def test_a_driven_loudspeaker_makes_harmonics():
    tone = (0.5 * np.sin(2 * np.pi * 500 * np.arange(2 * LISTENING_RATE) / LISTENING_RATE)).astype(np.float32)

    def third(drive: float) -> float:
        spectrum = np.abs(np.fft.rfft(heard(Room(1, Setting(drive=drive)), tone * 0, tone)[LISTENING_RATE:]))
        return float(spectrum[1490:1510].max() / spectrum[495:505].max())

    assert third(0.0) < 0.001
    assert third(1.0) > 0.02
