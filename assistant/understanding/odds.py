"""The odds that a phrase that was heard by its sound was meant, weighed by logistic regression.

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


def _near(nats: float) -> float:
    return min(FARTHEST, max(-FARTHEST, nats))
