"""hama behind its interface: phonemes of real sound."""

from __future__ import annotations

import importlib.metadata
import importlib.util

import numpy as np
import pytest

from assistant.errors import SolemateError
from assistant.hearing import hama
from assistant.hearing.hama import SPEEDS, HamaRecogniser, hama_missing
from assistant.ports import BLOCK
from assistant.understanding.ctc import best_path
from tests.speech import spoken

pytestmark = pytest.mark.skipif(hama_missing() is not None, reason=f"hama can't be used here: {hama_missing()}")


@pytest.fixture(scope="module")
def recogniser() -> HamaRecogniser:
    return HamaRecogniser()


def test_it_hears_the_phonemes_of_a_word(recogniser):
    heard = recogniser.hear(np.pad(spoken("stop"), 4000))
    assert heard.recogniser == "hama"
    assert heard.text == ""
    assert heard.phonemes[:3] == ("s", "t", "ɑ")


def test_fed_in_blocks_it_hears_the_same_as_at_once(recogniser):
    sound = np.pad(spoken("what comes next"), 4000)
    recogniser.begin()
    for start in range(0, len(sound), BLOCK):
        recogniser.feed(sound[start : start + BLOCK])
    assert recogniser.end().phonemes == recogniser.hear(sound).phonemes


def test_at_other_speeds_it_hears_what_the_room_left_of_the_sound(recogniser, monkeypatch):
    sound = np.pad(spoken("what comes next"), 4000)
    without = recogniser.hear(sound)
    monkeypatch.setattr(hama, "dereverberated", lambda samples: samples * np.float32(0.0))
    silent = recogniser.hear(sound)
    assert silent.phonemes == without.phonemes
    assert [best_path(posteriors) for posteriors in silent.rehearings] == [()] * len(SPEEDS)


def test_begin_forgets_what_came_before(recogniser):
    recogniser.feed(spoken("goodbye"))
    recogniser.begin()
    assert recogniser.end().phonemes == ()


def test_posteriors_are_probabilities_and_spell_the_phonemes(recogniser):
    heard = recogniser.hear(spoken("heel stretches"))
    assert heard.posteriors is not None
    assert len(heard.rehearings) == len(SPEEDS)
    for posteriors in (heard.posteriors, *heard.rehearings):
        assert posteriors.log_probs.shape[1] == len(posteriors.alphabet)
        assert np.exp(posteriors.log_probs).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
        assert posteriors.alphabet[posteriors.blank] == "<blank>"
    assert best_path(heard.posteriors) == heard.phonemes
    slower, faster = (posteriors.log_probs.shape[0] for posteriors in heard.rehearings)
    assert slower > heard.posteriors.log_probs.shape[0] > faster


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 801])
def test_hardly_any_sound_is_nothing_and_no_failure(recogniser, samples):
    assert recogniser.hear(np.zeros(samples, np.float32)).phonemes == ()


def test_sound_beyond_full_scale_is_taken(recogniser):
    assert recogniser.hear(spoken("stop") * 30).phonemes


def test_without_a_library_it_says_what_to_do(monkeypatch):
    import hama._engine

    monkeypatch.setattr(hama._engine, "_LIB", None)
    assert "no library" in str(hama_missing())
    with pytest.raises(SolemateError, match="solemate models get"):
        HamaRecogniser()


def test_without_the_package_it_says_what_to_do(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "hama._engine", None)
    assert "can't be imported" in str(hama_missing())
    with pytest.raises(SolemateError, match="pip install hama"):
        HamaRecogniser()


def test_the_version_is_that_of_the_installed_package_and_0_where_there_is_none(monkeypatch):
    assert hama.hama_version() == importlib.metadata.version("hama")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert hama.hama_version() == "0"
