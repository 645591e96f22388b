"""Thresholds: the score from which something heard counts as a command, and the weight of each doubt."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from assistant.intents import INTENTS
from assistant.understanding import limits
from assistant.understanding.odds import DISTRESS_WORDS, WORDS, Odds, WordOdds


@dataclass(frozen=True)
class Threshold:
    """The least score for a short and for a long phrase."""

    short: float
    long: float

    def at(self, sounds: int) -> float:
        """The least score for a phrase of this many sounds."""
        share = min(1.0, max(0.0, (sounds - limits.SHORT) / (limits.LONG - limits.SHORT)))
        return self.short + share * (self.long - self.short)

    def stricter(self, by: float) -> Threshold:
        """The same threshold, raised by a part of a score."""
        return replace(self, short=self.short + by, long=self.long + by)


OPPOSITES: frozenset[frozenset[str]] = frozenset(
    frozenset({intent.name, other}) for intent in INTENTS.values() for other in intent.opposes
)
"""Intents with opposite effects: mistaking one for the other does harm, so they need a larger margin."""


@dataclass(frozen=True)
class Thresholds:
    """When to believe a match. What each number means is told in `assistant.understanding.limits`."""

    meant: Odds = field(default_factory=Odds)
    words: WordOdds = WORDS
    distress_words: WordOdds = DISTRESS_WORDS
    phonemes: Threshold = Threshold(*limits.PHONEMES)
    text: Threshold = Threshold(*limits.TEXT)
    checked: Threshold = Threshold(*limits.CHECKED)
    agreed: Threshold = Threshold(*limits.AGREED)
    contradicted: float = limits.CONTRADICTED
    margin: float = limits.MARGIN
    opposite_margin: float = limits.OPPOSITE_MARGIN
    halting_margin: float = limits.HALTING_MARGIN
    decoy_margin: float = limits.DECOY_MARGIN
    sure_score: float = limits.SURE_SCORE
    sure_margin: float = limits.SURE_MARGIN
    ask_band: float = limits.ASK_BAND
    ask_sounds: int = limits.ASK_SOUNDS
    decoy_handicap: float = limits.DECOY_HANDICAP
    filler_cost: float = limits.FILLER_COST
    expected_bonus: float = limits.EXPECTED_BONUS
    length_power: float = limits.LENGTH_POWER
    spot_sure: float = limits.SPOT_SURE
    spot_ask: float = limits.SPOT_ASK
    spot_short_ask: float = limits.SPOT_SHORT_ASK
    opposites: frozenset[frozenset[str]] = OPPOSITES

    def stricter(self, by: float) -> Thresholds:
        """The same thresholds, each raised by a part of a score (lowered if below 0), to suit a room."""
        thresholds = ((each.name, getattr(self, each.name)) for each in fields(self))
        raised: dict[str, Any] = {
            name: threshold.stricter(by) for name, threshold in thresholds if isinstance(threshold, Threshold | Odds)
        }
        return replace(self, **raised)
