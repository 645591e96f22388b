"""What the built-in ear is taught with: other voices, disturbed sound, and what to hear in it. Needs no torch."""

from __future__ import annotations

import itertools
import os

import numpy as np
import pytest

from assistant.errors import SolemateError
from assistant.hearing.network_file import read_network, weights_file
from assistant.ports import LISTENING_RATE
from assistant.understanding.phonemes import Inventory
from bench import kokoro
from bench.kokoro import phonemes
from bench.recordings import recordings
from bench.teaching import mean, sound
from bench.teaching.alignment import kept_to, occupied
from bench.teaching.lessons import HOP, Lessons, Shares, room, stretched, with_margins
from bench.teaching.speakers import part_of
from bench.voices import CHOOSING, CHOOSING_NATURAL, HELD_BACK, HELD_BACK_NATURAL, TEACHING, TEACHING_NATURAL

CHANCE = np.random.default_rng


def voiced(seconds: float = 1.0, pitch: float = 120.0) -> np.ndarray:
    """A buzz with a formant: what a vowel is to an analysis."""
    time = np.arange(int(seconds * LISTENING_RATE)) / LISTENING_RATE
    harmonics = range(1, int(4000 / pitch))
    wave = sum(np.sin(2 * np.pi * pitch * k * time) / (1 + ((pitch * k - 700) / 300) ** 2) for k in harmonics)
    return np.asarray(0.2 * wave / np.abs(wave).max(), np.float32)


def pitch_of(samples: np.ndarray) -> tuple[float, float]:
    """The pitch in Hz (60 to 400), and how periodic the sound is there, 0 to 1."""
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4].astype(np.float64)
    power = np.abs(np.fft.rfft(middle, 2 * len(middle))) ** 2
    correlation = np.fft.irfft(power)[: len(middle)]
    lags = slice(LISTENING_RATE // 400, LISTENING_RATE // 60)
    best = int(correlation[lags].argmax()) + lags.start
    return LISTENING_RATE / best, float(correlation[best] / correlation[0])


def test_every_speaker_has_one_part_and_some_are_kept_for_figures():
    parts = [part_of(f"speaker {number}") for number in range(2000)]
    assert parts == [part_of(f"speaker {number}") for number in range(2000)]
    assert 0.12 < parts.count("reported") / 2000 < 0.18
    assert 0.07 < parts.count("choosing") / 2000 < 0.13


def test_a_whisper_has_no_pitch_and_is_as_loud():
    said = voiced()
    whispered = sound.whisper(said, CHANCE(1))
    assert pitch_of(said)[1] > 0.9
    assert pitch_of(whispered)[1] < 0.4
    assert len(whispered) == len(said)
    assert np.sqrt((whispered**2).mean()) == pytest.approx(np.sqrt((said**2).mean()), rel=0.01)
    assert not sound.whisper(np.zeros(1000, np.float32), CHANCE(1)).any()


def test_a_telephone_passes_its_band_alone():
    noise = CHANCE(2).normal(0, 0.1, LISTENING_RATE).astype(np.float32)
    power = np.abs(np.fft.rfft(sound.telephone(noise, CHANCE(3)))) ** 2
    frequencies = np.fft.rfftfreq(LISTENING_RATE, 1 / LISTENING_RATE)
    inside = power[(frequencies > 600) & (frequencies < 2800)].mean()
    assert power[frequencies < 120].mean() < 0.01 * inside
    assert power[frequencies > 6000].mean() < 0.01 * inside


@pytest.mark.parametrize("factor", [0.75, 1.3, 1.8])
def test_haste_changes_the_length_and_not_the_pitch(factor):
    said = voiced(1.5, 140.0)
    hasty = sound.faster(said, factor)
    assert len(hasty) == pytest.approx(len(said) / factor, abs=2)
    assert pitch_of(hasty)[0] == pytest.approx(140.0, rel=0.03)


def test_a_child_is_higher_at_the_same_pace_and_an_old_voice_slower():
    said = voiced(1.5, 110.0)
    small, old = sound.child(said, CHANCE(4)), sound.old(said, CHANCE(4))
    assert len(small) == len(said)
    assert 1.15 * 110 < pitch_of(small)[0] < 1.45 * 110
    assert 1.14 * len(said) < len(old) < 1.34 * len(said)


def test_what_was_said_takes_the_frames_that_its_paths_take():
    emissions = CHANCE(5).random((5, 3)) + 0.05  # two sounds and the blank
    way, blank = [0, 1, 1], 2
    expected = np.zeros_like(emissions)
    for path in itertools.product(range(3), repeat=5):
        kept = [symbol for symbol, _ in itertools.groupby(path) if symbol != blank]
        if kept == way:
            weight = np.prod([emissions[frame, symbol] for frame, symbol in enumerate(path)])
            for frame, symbol in enumerate(path):
                expected[frame, symbol] += weight
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(occupied(emissions, way, blank), expected, atol=1e-9)


def test_a_target_is_kept_to_what_was_said_only_if_it_was_heard():
    alphabet = ("s", "z", "t", "k", "<blank>")
    heard = np.array([[0.4, 0.5, 0, 0, 0.1], [0, 0, 0, 0, 1.0], [0, 0, 0.9, 0, 0.1]]) + 1e-6
    heard /= heard.sum(axis=1, keepdims=True)
    kept = kept_to(heard, [("s", "t")], alphabet, 4)
    assert kept[0, 0] > 0.6 > heard[0, 0]
    assert kept.sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert kept_to(heard, [("k", "k", "k")], alphabet, 4) is heard
    assert kept_to(heard, [], alphabet, 4) is heard
    assert Inventory([("s", "t")]).other == 2


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.4, 1.9])
def test_no_sound_is_lost_where_frames_fall_together(factor):
    target = np.zeros((40, 3), np.float32)
    target[:, 2] = 1.0
    for frame in (3, 9, 15, 27, 39):
        target[frame] = (1.0, 0.0, 0.0)
    frames = round(40 / factor)
    fewer = stretched(target, factor, frames)
    assert fewer.shape == (frames, 3)
    assert fewer.sum(axis=1) == pytest.approx(1.0)
    heard = (fewer[:, 0] > 0.4).astype(int)
    assert (np.diff(heard, prepend=0) == 1).sum() == 5


def test_a_lesson_has_a_target_for_every_other_frame(tmp_path):
    people, targets = tmp_path / "people", tmp_path / "targets"
    people.mkdir()
    targets.mkdir()
    said = voiced(1.2)
    np.save(people / "a.npy", said)
    target = np.full((-(-(len(with_margins(said)) // 160 + 1) // 2), 191), 1 / 191, np.float16)
    np.save(targets / "a.npy", target)
    lessons = Lessons(people, targets, None, Shares(noise=0.0))
    for seed in range(12):
        mels, wanted = lessons.lesson("a", ["a"], seed)
        assert len(wanted) == (len(mels) + 1) // 2
        assert np.isfinite(mels).all()
        assert wanted.sum(axis=1) == pytest.approx(1.0, abs=0.01)
    again = lessons.lesson("a", ["a"], 3)[0]
    np.testing.assert_array_equal(again, lessons.lesson("a", ["a"], 3)[0])


def test_rooms_keep_the_moment_of_the_sound():
    for number in (1, 301):
        response = room(number)
        assert int(np.abs(response).argmax()) < HOP
        assert np.isfinite(response).all()


def test_noise_is_added_at_a_ratio(tmp_path):
    if not (recordings() / "noise").is_dir():
        pytest.skip(f"no recordings of noise in {recordings()} (SOLEMATE_SPEECH={os.environ.get('SOLEMATE_SPEECH')})")
    from bench.teaching.lessons import noise

    pieces = [noise(4000, CHANCE(seed)) for seed in range(20)]
    assert all(len(piece) == 4000 and piece.any() for piece in pieces)


def test_natural_voices_are_given_sounds_that_their_network_has_signs_for():
    assert phonemes("en-us", "start heel stretches") == "stˈɑːɹt hˈiːl stɹˈɛʧᵻz"
    assert phonemes("en-gb", "go back") == "ɡˌQ bˈak"


def test_other_voices_than_those_that_are_known_are_not_taken_for_them(tmp_path, monkeypatch):
    package, version, _ = kokoro.VOICES
    (tmp_path / f"{package}-{version}.tgz").write_bytes(b"other voices")
    monkeypatch.setattr("bench.kokoro.cache_folder", lambda: tmp_path)
    with pytest.raises(SolemateError, match=r"is not the kokoro-js .* that is known here"):
        kokoro.archive_of_voices()


def test_nobody_who_teaches_helps_to_choose_numbers_or_is_reported_on():
    groups = (TEACHING_NATURAL, CHOOSING_NATURAL, HELD_BACK_NATURAL)
    people = [{name for voice in voices for name in voice.voice.split()[-1].split("+")} for voices in groups]
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(people, 2))
    taught = {speaker.voice for speaker in TEACHING}
    assert taught.isdisjoint(speaker.voice for speaker in (*CHOOSING, *HELD_BACK))


def test_the_mean_of_weights_lies_between_them(tmp_path):
    installed = weights_file("en")
    arrays = dict(np.load(installed))
    name = next(name for name, array in arrays.items() if array.dtype == np.float16)
    arrays[name] = arrays[name] + np.float16(0.5)
    other = tmp_path / "other.npz"
    np.savez(other, **arrays)
    mean.main([str(tmp_path / "mean.npz"), str(installed), str(other)])
    found = dict(np.load(tmp_path / "mean.npz"))
    assert found[name].dtype == np.float16
    assert found[name] == pytest.approx(dict(np.load(installed))[name] + 0.25, abs=2e-3)
    unchanged = set(arrays) - {name}
    assert all(np.array_equal(found[each], arrays[each]) for each in unchanged)
    read_network(tmp_path / "mean.npz")


def test_there_is_no_mean_of_different_networks(tmp_path):
    installed = weights_file("en")
    arrays = dict(np.load(installed))
    arrays["alphabet"] = arrays["alphabet"][::-1]
    other = tmp_path / "other.npz"
    np.savez(other, **arrays)
    with pytest.raises(SolemateError, match=r"other\.npz is of another network"):
        mean.mean([installed, other])
    with pytest.raises(SolemateError, match=r"other\.npz is there already"):
        mean.main([str(other), str(installed), str(installed)])
    other.write_bytes(b"")
    with pytest.raises(SolemateError, match=r"other\.npz"):
        mean.mean([installed, other])
