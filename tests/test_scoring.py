"""What the matcher reckons with: thresholds, costs of sounds and edits, evidence, and the shortlist."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from assistant.understanding.phonemes import Inventory, cost, cost_table, fold, folded
from assistant.understanding.scoring import Evidence, Sounds, edit_costs, frames_of_sound, likeness
from assistant.understanding.shortlist import Shortlist
from assistant.understanding.thresholds import Threshold
from assistant.understanding.word_paths import condensed
from tests.test_matcher import BOOK, posteriors, sound


def test_the_threshold_is_stricter_for_short_phrases():
    threshold = Threshold(0.9, 0.8)
    assert threshold.at(1) == threshold.at(3) == pytest.approx(0.9)
    assert threshold.at(10) == threshold.at(40) == pytest.approx(0.8)
    assert 0.8 < threshold.at(6) < 0.9


def slow_edits(heard: list[int], wanted: list[int], costs: np.ndarray, gaps: np.ndarray) -> float:
    table = np.zeros((len(heard) + 1, len(wanted) + 1))
    table[1:, 0] = np.cumsum(gaps[heard])
    table[0, 1:] = np.cumsum(gaps[wanted])
    for row, column in product(range(1, len(heard) + 1), range(1, len(wanted) + 1)):
        one, other = heard[row - 1], wanted[column - 1]
        swapped = table[row - 1, column - 1] + costs[one, other]
        table[row, column] = min(swapped, table[row - 1, column] + gaps[one], table[row, column - 1] + gaps[other])
    return float(table[-1, -1])


def test_the_edit_costs_of_many_phrases_agree_with_the_plain_table():
    draw = np.random.default_rng(4)
    costs = draw.uniform(0, 1, (9, 9))
    costs = (costs + costs.T) / 2
    np.fill_diagonal(costs, 0)
    gaps = draw.uniform(0.3, 1, 9)
    for _ in range(20):
        heard_sounds = list(map(int, draw.integers(0, 9, draw.integers(0, 12))))
        phrases = [list(map(int, draw.integers(0, 9, draw.integers(0, 15)))) for _ in range(10)]
        found = edit_costs(heard_sounds, phrases, costs, gaps)
        assert found == pytest.approx([slow_edits(heard_sounds, wanted, costs, gaps) for wanted in phrases])


def test_spellings_of_one_sound_are_folded():
    assert folded(("ɟ", "͡", "ʝ", "e", "s")) == folded(("j", "eɪ", "s"))
    assert fold("ɡ") == "g"
    assert fold("õ") == "o"
    assert fold("t͡ʃ") == "t͡ʃ"


def test_costs_are_a_distance_and_know_what_is_alike():
    sounds = list(Inventory([phrase.phonemes for phrase in BOOK.phrases]).sounds)
    table = cost_table(sounds, sounds)
    assert np.allclose(table, table.T)
    assert (np.diag(table) == 0).all()
    assert (table[~np.eye(len(sounds), dtype=bool)] > 0).all()
    assert table.max() <= 1.0
    assert cost("i", "ɪ") < cost("i", "ɑ")
    assert cost("k", "g") < cost("k", "m")
    assert cost("s", "i") == 1.0


def test_codes_come_back_as_the_same_numbers():
    inventory = Inventory([sound("start heel stretches")])
    phonemes = ("s", "ʒ", "t͡ʃ")
    assert inventory.decode(inventory.code(phonemes)) == inventory.numbers(phonemes)
    assert inventory.numbers(phonemes)[1] == inventory.other


def test_alike_is_what_is_spoken_alike_and_silence_is_like_nothing():
    inventory = Inventory([phrase.phonemes for phrase in BOOK.phrases])
    table = likeness(inventory)
    assert table.shape == (inventory.other + 1,) * 2
    assert (np.diag(table) == 1).all()
    assert (table[-1, :-1] == 0).all()
    places = inventory.numbers(("t", "d", "m"))
    assert table[places[0], places[1]] > table[places[0], places[2]]


def test_what_is_heard_stays_a_probability_and_gets_surer():
    inventory = Inventory([phrase.phonemes for phrase in BOOK.phrases])
    unsure = posteriors(sound("stop"), 0.6)
    found, frames = Sounds(inventory).probabilities(unsure)
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert len(found) == len(frames) < len(unsure.log_probs) + 1
    assert (found > 0).all()
    s = inventory.numbers(("s",))[0]
    assert found[:, s].max() > 0.6
    nats, _ = Sounds(inventory).nats(unsure)
    assert nats == pytest.approx(-np.log(found))


def test_frames_of_one_sound_become_one():
    blank, sound_column = np.array([0.02, 0.98]), np.array([0.9, 0.1])
    rows = np.array([blank, blank, sound_column, sound_column, sound_column, blank])
    assert len(condensed(rows)) == 3
    assert len(condensed(np.zeros((0, 2)))) == 0
    unsure = np.array([blank, [0.4, 0.6], blank])
    assert condensed(unsure) == pytest.approx(np.array([[0.4, 0.6]]))


def test_the_shortlist_has_the_nearest_first():
    inventory = Inventory([phrase.phonemes for phrase in BOOK.phrases])
    shortlist = Shortlist(BOOK.phrases, BOOK, inventory)
    first = shortlist.candidates(inventory.code(sound("heel stretches")))[0]
    assert BOOK.phrases[first.phrase].text == "heel stretches"


def test_evidence_is_against_what_was_not_said():
    inventory = Inventory([phrase.phonemes for phrase in BOOK.phrases])
    evidence = Evidence(inventory)
    codes = [inventory.code(sound(text)) for text in ("stop", "start", "ankle circles")]
    against = evidence.by_sound(posteriors(sound("stop")), codes)
    assert list(np.argsort(against)) == [0, 1, 2]
    assert against[0] == pytest.approx(0.0, abs=1.0)


def test_frames_of_hardly_anything_but_silence_are_not_counted():
    clear = posteriors(sound("stop"), sureness=0.999, held=3)
    assert frames_of_sound(clear) == 3 * len(sound("stop"))
    assert frames_of_sound(posteriors(())) == 1, "a blank that is not sure"
