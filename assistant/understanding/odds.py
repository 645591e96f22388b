"""The odds that what was heard by its sound was meant, phrases and free words, weighed by logistic regression.

What other talk sounds like decides as much as how well a phrase fits, so the weights are found on commands and on talk
that is meant for others: `python -m bench.fitting`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from assistant.understanding import limits
from assistant.understanding.scoring import WORST

FARTHEST = 8.0
"""Nats beyond which it no longer matters how far the next one is behind, or before."""


@dataclass(frozen=True)
class Signs:
    """What speaks for a phrase and against it.

    `nats` against it, compared over so many `sounds`; `own`: how many of these the phrase and its fillers have, and
    `frames`: in how many something was heard. `before_others`, `before_decoys`: nats by which the nearest other
    command, and the nearest decoy, are behind; below 0 if they are before it. `fillers`: whether part of the sound was
    taken for fillers. `cost`: that of the phrase.
    """

    nats: float
    sounds: float
    own: float
    frames: float
    before_others: float
    before_decoys: float
    fillers: bool
    cost: float

    def values(self) -> tuple[float, ...]:
        """The numbers that are weighed, in the order of `limits.MEANT`; the first two grow with the nats."""
        decoys = _near(self.before_decoys)
        return (
            self.nats,
            self.nats / self.sounds,
            self.sounds,
            math.log(self.sounds),
            self.own,
            math.log(self.own),
            self.frames / self.sounds,
            _near(self.before_others),
            decoys,
            min(0.0, decoys),
            float(self.fillers),
            self.cost,
            1.0,
        )


@dataclass(frozen=True)
class Odds:
    """When a phrase counts: the weights of its signs, and the least log odds (nats) of what the moment expects.

    `unexpected`: how much more everything else needs. `rise` raises the scores that are asked for, to suit a room.
    """

    weights: tuple[float, ...] = limits.MEANT
    least: float = limits.MEANT_LEAST
    unexpected: float = limits.MEANT_UNEXPECTED
    rise: float = 0.0

    def least_score(self, signs: Signs, *, expected: bool) -> float:
        """The score from which the odds are good enough: a score is nothing but nats a sound."""
        values = signs.values()
        rest = sum(weight * value for weight, value in zip(self.weights[2:], values[2:], strict=True))
        needed = self.least if expected else self.least + self.unexpected
        most_nats = (rest - needed) / -(self.weights[0] + self.weights[1] / signs.sounds)
        return 1.0 - most_nats / (WORST * signs.sounds) + self.rise

    def stricter(self, by: float) -> Odds:
        """The same odds, all scores raised by a part of a score."""
        return replace(self, rise=self.rise + by)


SUREST_MEANING, SUREST_WORDS = 0.999, 0.9999
"""Probabilities of a meaning, and of words, are taken to be no higher than these, and no lower than 1 less them."""

ENOUGH_WORDS = 8
"""More words than these are no surer sign: a long sentence of a television, half understood, means nothing."""


@dataclass(frozen=True)
class WordOdds:
    """When words that a search found count: the weights of their signs, and the least log odds (nats) for it.

    The signs are the log odds of what they mean and of the words themselves, the logarithm of how many there are,
    whether it fits the moment, and 1. `ask`: the log odds from which it is worth a question. The first weight is above
    0.
    """

    weights: tuple[float, ...]
    least: float
    ask: float

    def least_probabilities(self, confidence: float, words: int, *, fits: bool) -> tuple[float, float]:
        """How probable their meaning must be for so many words to count, and to ask; above 1 if it never can be.

        `confidence`: how sure the words are, 0 to 1.
        """
        _, *others = word_signs(0.5, confidence, words, fits=fits)
        rest = sum(weight * value for weight, value in zip(self.weights[1:], others, strict=True))
        return self._probability(self.least - rest), self._probability(self.ask - rest)

    def _probability(self, odds: float) -> float:
        """The probability at which the first sign, weighed, reaches these log odds."""
        most = _log_odds(1.0, SUREST_MEANING)
        needed = max(-most, odds / self.weights[0])
        return 1.0 / (1.0 + math.exp(-needed)) if needed <= most else math.inf


WORDS = WordOdds(limits.WORDS, limits.WORDS_LEAST, limits.WORDS_ASK)
DISTRESS_WORDS = WordOdds(limits.DISTRESS_WORDS, limits.DISTRESS_WORDS_LEAST, limits.DISTRESS_WORDS_ASK)


def word_signs(probability: float, confidence: float, words: int, *, fits: bool) -> tuple[float, ...]:
    """What speaks for words that a search found, in the order of `limits.WORDS`; there is at least one word."""
    meaning, sure = _log_odds(probability, SUREST_MEANING), _log_odds(confidence, SUREST_WORDS)
    return meaning, sure, math.log(min(ENOUGH_WORDS, words)), float(fits), 1.0


def _log_odds(probability: float, most: float) -> float:
    kept = min(most, max(1.0 - most, probability))
    return math.log(kept / (1.0 - kept))


def _near(nats: float) -> float:
    return min(FARTHEST, max(-FARTHEST, nats))
