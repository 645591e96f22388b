"""The odds that a phrase that was heard was meant, and the score that they ask for."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from assistant.understanding import limits
from assistant.understanding.odds import FARTHEST, Odds, Signs
from assistant.understanding.scoring import WORST

CLEAR = Signs(nats=4.0, sounds=8.0, own=8.0, frames=30.0, before_others=6.0, before_decoys=5.0, fillers=False, cost=0.0)


def log_odds(signs: Signs, odds: Odds) -> float:
    return sum(weight * value for weight, value in zip(odds.weights, signs.values(), strict=True))


def score(signs: Signs) -> float:
    return 1.0 - signs.nats / (WORST * signs.sounds)


@pytest.mark.parametrize("sounds", [2.0, 5.0, 20.0])
@pytest.mark.parametrize("expected", [True, False])
def test_the_least_score_is_the_one_at_which_the_odds_are_the_least(sounds, expected):
    odds = Odds()
    least = odds.least if expected else odds.least + odds.unexpected
    needed = odds.least_score(replace(CLEAR, sounds=sounds), expected=expected)
    at = replace(CLEAR, sounds=sounds, nats=(1.0 - needed) * WORST * sounds)
    assert log_odds(at, odds) == pytest.approx(least)
    for nats in (at.nats - 1.0, at.nats + 1.0):
        other = replace(at, nats=nats)
        assert (score(other) >= needed) == (log_odds(other, odds) >= least)


@pytest.mark.parametrize(
    "worse",
    [
        {"before_decoys": 0.0},
        {"before_decoys": -2.0},
        {"fillers": True},
        {"cost": 1.5},
    ],
)
def test_what_speaks_against_a_phrase_asks_for_a_higher_score(worse):
    odds = Odds()
    assert odds.least_score(replace(CLEAR, **worse), expected=True) > odds.least_score(CLEAR, expected=True)


def test_each_nat_against_a_phrase_makes_it_less_likely():
    total, a_sound = limits.MEANT[:2]
    assert all(total + a_sound / sounds < 0 for sounds in range(1, 61))


def test_how_far_the_next_one_is_behind_does_not_matter_for_ever():
    far = replace(CLEAR, before_others=FARTHEST, before_decoys=FARTHEST)
    farther = replace(CLEAR, before_others=math.inf, before_decoys=math.inf)
    assert far.values() == farther.values()
    assert all(map(math.isfinite, farther.values()))


def test_stricter_odds_ask_for_as_much_more_of_any_phrase():
    odds, stricter = Odds(), Odds().stricter(0.07)
    for signs in (CLEAR, replace(CLEAR, sounds=3.0, fillers=True)):
        more = stricter.least_score(signs, expected=True) - odds.least_score(signs, expected=True)
        assert more == pytest.approx(0.07)
