"""The guide's sounds: pleasant, loud enough, and told apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from assistant.audio.cues import CUES, cue_samples
from assistant.ports import SPEAKING_RATE
from assistant.speaking.synthesis import SPEECH_LEVEL

FRAME = SPEAKING_RATE // 20  # 50 ms
FAN_LEVEL = SPEECH_LEVEL - 6.0
"""A fan nearly as loud as the guide's speech where the listener is, dB of full scale."""


def spectrum(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in Hz and the power at each."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), n=max(8192, len(samples)))) ** 2
    return np.fft.rfftfreq(max(8192, len(samples)), 1 / SPEAKING_RATE), power


def pitches(samples: np.ndarray) -> list[float]:
    """The strongest frequency of each frame that is not silent, Hz."""
    frames = [samples[at : at + FRAME] for at in range(0, len(samples) - FRAME + 1, FRAME // 2)]
    loudest = max(float(np.square(frame).mean()) for frame in frames)
    found = []
    for frame in frames:
        if np.square(frame).mean() > loudest / 100:
            frequencies, power = spectrum(frame)
            found.append(float(frequencies[np.argmax(power)]))
    return found


def test_the_cues_that_the_guide_needs_are_there() -> None:
    assert {"heard", "start", "rest", "end", "change", "finish", "pause", "tick"} <= set(CUES)


@pytest.mark.parametrize("name", CUES)
def test_no_cue_is_shrill(name: str) -> None:
    samples = cue_samples(name)
    frequencies, power = spectrum(samples)
    assert power[frequencies < 2000].sum() > 0.99 * power.sum()
    assert power[frequencies < 250].sum() < 0.02 * power.sum()
    assert 300 <= frequencies[np.argmax(power)] <= 900


@pytest.mark.parametrize("name", CUES)
def test_no_cue_clicks(name: str) -> None:
    samples = cue_samples(name)
    assert samples[0] == 0
    assert samples[-1] == pytest.approx(0, abs=1e-3)
    # A click is a wide-band burst: nothing above 4 kHz in any 10 ms, down to 50 dB below the cue.
    size = SPEAKING_RATE // 100
    padded = np.pad(samples, size)
    for at in range(0, len(padded) - size, size // 2):
        piece = padded[at : at + size] * np.hanning(size)
        high = np.abs(np.fft.rfft(piece))[size * 4000 // SPEAKING_RATE :]
        assert high.max() / (size / 4) < np.abs(samples).max() * 10 ** (-50 / 20)


@pytest.mark.parametrize("name", CUES)
def test_every_cue_is_as_loud_as_speech_and_leaves_room_for_it(name: str) -> None:
    samples = cue_samples(name)
    frames = [samples[at : at + FRAME] for at in range(0, max(1, len(samples) - FRAME + 1), FRAME // 2)]
    loudest = max(10 * np.log10(np.square(frame).mean()) for frame in frames)
    assert loudest > SPEECH_LEVEL - (3 if name in ("heard", "tick", "step") else -3)
    assert np.abs(samples).max() <= 0.5


@pytest.mark.parametrize("name", CUES)
def test_every_cue_stands_out_of_the_noise_of_a_fan(name: str) -> None:
    noise = np.random.default_rng(1).standard_normal(SPEAKING_RATE * 2)
    shaped = np.fft.irfft(np.fft.rfft(noise) / np.sqrt(1 + (np.fft.rfftfreq(len(noise), 1 / SPEAKING_RATE) / 200) ** 2))
    fan = shaped * 10 ** (FAN_LEVEL / 20) / np.sqrt(np.square(shaped).mean())
    samples = np.pad(cue_samples(name), (0, FRAME))
    of_fan = np.median([spectrum(fan[at : at + FRAME])[1] for at in range(0, len(fan) - FRAME, FRAME)], axis=0)
    over = [10 * np.log10((spectrum(samples[at : at + FRAME])[1] / of_fan).max()) for at in (0, FRAME // 2)]
    assert max(over) > 15


def test_they_are_short() -> None:
    assert len(cue_samples("heard")) / SPEAKING_RATE <= 0.15
    assert len(cue_samples("tick")) / SPEAKING_RATE <= 0.1
    assert all(len(cue_samples(name)) / SPEAKING_RATE <= 0.8 for name in CUES if name != "finish")
    assert len(cue_samples("finish")) / SPEAKING_RATE <= 2.0


def test_start_rises_rest_falls_and_finish_is_a_chord() -> None:
    start, rest = pitches(cue_samples("start")), pitches(cue_samples("rest"))
    assert start[-1] > start[0] * 1.3
    assert rest[-1] < rest[0] / 1.3
    finish = cue_samples("finish")
    frequencies, power = spectrum(finish[SPEAKING_RATE // 2 :])
    near = [power[np.abs(frequencies - note) < 15].max() / power.max() for note in (392.0, 523.25, 659.26, 783.99)]
    assert min(near) > 0.1


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """How alike two sounds are in pitch over time, from 0 to 1: the correlation of their spectrograms."""
    length = max(len(one), len(other))
    grams = []
    for samples in (one, other):
        padded = np.pad(samples, (0, length - len(samples) + FRAME))
        frames = [padded[at : at + FRAME] * np.hanning(FRAME) for at in range(0, length, FRAME // 2)]
        grams.append(np.sqrt(np.abs(np.fft.rfft(frames, axis=1))).ravel())
    return float(np.dot(grams[0], grams[1]) / np.linalg.norm(grams[0]) / np.linalg.norm(grams[1]))


@pytest.mark.parametrize(("one", "other"), list(combinations(CUES, 2)))
def test_no_two_cues_are_alike(one: str, other: str) -> None:
    assert likeness(cue_samples(one), cue_samples(other)) < 0.6


def test_an_unknown_cue_is_an_error_and_a_known_one_cannot_be_changed() -> None:
    with pytest.raises(KeyError):
        cue_samples("gong")
    with pytest.raises(ValueError, match="read-only"):
        cue_samples("tick")[0] = 1
