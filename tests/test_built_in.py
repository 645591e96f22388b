"""The built-in ear behind its interface: phonemes of real sound."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing import built_in
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.ports import BLOCK
from assistant.understanding.ctc import best_path
from assistant.understanding.phonemes import fold
from tests.speech import spoken


@pytest.fixture(scope="module")
def recogniser() -> BuiltInRecogniser:
    return BuiltInRecogniser()


def test_it_hears_the_phonemes_of_a_word(recogniser):
    heard = recogniser.hear(np.pad(spoken("stop"), 4000))
    assert heard.recogniser == "built-in"
    assert heard.text == ""
    assert heard.phonemes[:3] == ("s", "t", "ɑ")


def test_the_y_of_yeah_is_one_sound_although_the_network_writes_it_in_pieces(recogniser):
    heard = recogniser.hear(np.pad(spoken("yeah"), 4000))
    assert sum(fold(phoneme) == "j" for phoneme in heard.phonemes) == 1
    assert heard.posteriors is not None
    columns = [place for place, symbol in enumerate(heard.posteriors.alphabet) if symbol == "ɟ"]
    assert np.exp(heard.posteriors.log_probs[:, columns]).sum(axis=1).max() > 0.6


def test_fed_in_blocks_it_hears_the_same_as_at_once(recogniser):
    sound = np.pad(spoken("what comes next"), 4000)
    recogniser.begin()
    for start in range(0, len(sound), BLOCK):
        recogniser.feed(sound[start : start + BLOCK])
    assert recogniser.end().phonemes == recogniser.hear(sound).phonemes


def test_begin_forgets_what_came_before(recogniser):
    recogniser.feed(spoken("goodbye"))
    recogniser.begin()
    assert recogniser.end().phonemes == ()


def test_posteriors_are_probabilities_and_spell_the_phonemes(recogniser):
    heard = recogniser.hear(spoken("heel stretches"))
    assert heard.posteriors is not None
    assert heard.posteriors.log_probs.shape[1] == len(heard.posteriors.alphabet)
    assert np.exp(heard.posteriors.log_probs).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert heard.posteriors.alphabet[heard.posteriors.blank] == "<blank>"
    assert best_path(heard.posteriors) == heard.phonemes


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 801])
def test_hardly_any_sound_is_nothing_and_no_failure(recogniser, samples):
    assert recogniser.hear(np.zeros(samples, np.float32)).phonemes == ()


def test_sound_beyond_full_scale_is_taken(recogniser):
    assert recogniser.hear(spoken("stop") * 30).phonemes


@pytest.mark.parametrize("fault", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_in_the_sound_does_little_harm(recogniser, fault):
    sound = np.pad(spoken("stop"), 4000)
    broken = sound.copy()
    broken[1000:1100] = fault
    heard = recogniser.hear(broken)
    assert heard.phonemes[-4:] == recogniser.hear(sound).phonemes[-4:]
    assert heard.posteriors is not None
    assert np.isfinite(heard.posteriors.log_probs).all()


@pytest.mark.parametrize("value", [np.nan, 0.0, 1.0, -1.0])
def test_a_second_of_one_value_is_nothing(recogniser, value):
    assert recogniser.hear(np.full(16_000, value, np.float32)).phonemes == ()


def test_sound_too_long_for_any_command_is_heard(recogniser):
    heard = recogniser.hear(np.tile(np.pad(spoken("stop"), 8000), 30))
    assert heard.posteriors is not None
    assert sum(phoneme == "ɑ" for phoneme in heard.phonemes) == 30


def test_other_languages_are_not_its_own():
    assert built_in.deaf_to("en") is None
    assert built_in.deaf_to("ko") == "the built-in ear doesn't know the language 'ko'"
