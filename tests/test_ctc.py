"""The forward algorithm, compared with a textbook one and with adding up all paths."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from assistant.understanding.ctc import best_path, forward
from assistant.understanding.hypothesis import Posteriors

BLANK = 0


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    kept = [column for place, column in enumerate(path) if place == 0 or column != path[place - 1]]
    return tuple(column for column in kept if column != BLANK)


def by_counting(emissions: np.ndarray, phrase: tuple[int, ...]) -> float:
    """The probabilities of all paths that spell the phrase, added up."""
    frames, columns = emissions.shape
    total = 0.0
    for path in product(range(columns), repeat=frames):
        if collapsed(path) == phrase:
            total += float(np.prod([emissions[frame, column] for frame, column in enumerate(path)]))
    return total


def textbook(emissions: np.ndarray, phrase: tuple[int, ...]) -> float:
    """The recursion of the paper, state by state in plain loops, unscaled."""
    states = [BLANK]
    for sound in phrase:
        states += [sound, BLANK]
    alpha = [0.0] * len(states)
    alpha[0] = emissions[0, BLANK]
    if len(states) > 1:
        alpha[1] = emissions[0, states[1]]
    for frame in emissions[1:]:
        before, alpha = alpha, []
        for state, column in enumerate(states):
            total = before[state] + (before[state - 1] if state > 0 else 0.0)
            if state > 1 and column != BLANK and column != states[state - 2]:
                total += before[state - 2]
            alpha.append(total * frame[column])
    return alpha[-1] + (alpha[-2] if len(alpha) > 1 else 0.0)


def random_emissions(frames: int, columns: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(columns, 0.5), frames)


@pytest.mark.parametrize("seed", range(5))
def test_it_adds_up_all_paths(seed):
    emissions = random_emissions(5, 4, seed)
    phrases = [(), (1,), (2, 3), (1, 1), (3, 2, 1), (1, 2, 1, 2), (2, 2, 2)]
    found = np.exp(forward(emissions, BLANK, phrases))
    assert found == pytest.approx([by_counting(emissions, phrase) for phrase in phrases])


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_the_textbook_on_many_phrases_of_all_lengths(seed):
    emissions = random_emissions(60, 12, seed)
    draw = np.random.default_rng(seed)
    phrases = [tuple(map(int, draw.integers(1, 12, draw.integers(0, 25)))) for _ in range(40)]
    found = forward(emissions, BLANK, phrases)
    assert found == pytest.approx([np.log(textbook(emissions, phrase)) for phrase in phrases])


def test_all_phrases_together_are_certain():
    emissions = random_emissions(4, 3, 1)
    phrases = sorted({collapsed(path) for path in product(range(3), repeat=4)})
    assert np.exp(forward(emissions, BLANK, phrases)).sum() == pytest.approx(1.0)


def test_a_phrase_longer_than_the_sound_is_impossible():
    emissions = random_emissions(3, 4, 2)
    found = forward(emissions, BLANK, [(1, 2, 3), (1, 2, 3, 1), (2, 2)])
    assert np.isfinite(found[[0, 2]]).all()
    assert found[1] == -np.inf


def test_ten_seconds_do_not_underflow():
    emissions = np.full((500, 40), 1e-12)
    assert np.isfinite(forward(emissions, BLANK, [(1, 2, 3)])).all()


def test_with_no_frames_only_nothing_was_said():
    found = forward(np.zeros((0, 4)), BLANK, [(), (1,)])
    assert found[0] == 0.0
    assert found[1] == -np.inf


def test_the_best_path_is_read_without_blanks_and_repeats():
    alphabet = ("<blank>", "s", "t", "<wb>")
    order = [0, 1, 1, 0, 1, 3, 2, 2, 0]
    log_probs = np.full((len(order), 4), -9.0, np.float32)
    log_probs[np.arange(len(order)), order] = 0.0
    assert best_path(Posteriors(log_probs, alphabet, 0)) == ("s", "s", "t")
    assert best_path(Posteriors(log_probs, ("<blank>", "s", "s", "<wb>"), 0)) == ("s", "s", "s")
    log_probs[2, 1:3] = -9.0, 0.0
    assert best_path(Posteriors(log_probs, ("<blank>", "s", "s", "<wb>"), 0)) == ("s", "s", "s")
    assert best_path(Posteriors(np.zeros((0, 4), np.float32), alphabet, 0)) == ()
