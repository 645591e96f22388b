"""Thresholds: the score from which something heard counts as a command, and the weight of each doubt."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from assistant.intents import INTENTS

MOST_RELIEVED = 6.0
"""Nats of margin beyond which a match gets no surer: nothing else in the book is like it, whatever was said."""

SHORT, LONG = 3, 10
"""Sounds in a phrase: up to SHORT the strict threshold applies, from LONG on the lenient one, in between an
interpolation."""


@dataclass(frozen=True)
class Threshold:
    """The least score for a short and for a long phrase.

    The relief is how far it falls for each nat (up to MOST_RELIEVED) by which the next meaning is less probable.
    """

    short: float
    long: float
    short_relief: float = 0.0
    long_relief: float = 0.0

    def at(self, sounds: int, apart: float = 0.0) -> float:
        """The least score for a phrase of this many sounds, if the next meaning is `apart` nats less probable."""
        share = min(1.0, max(0.0, (sounds - SHORT) / (LONG - SHORT)))
        nats = min(MOST_RELIEVED, max(0.0, apart))
        short, long = self.short - nats * self.short_relief, self.long - nats * self.long_relief
        return short + share * (long - short)

    def stricter(self, by: float) -> Threshold:
        """The same threshold, raised by a part of a score."""
        return replace(self, short=self.short + by, long=self.long + by)


OPPOSITES: frozenset[frozenset[str]] = frozenset(
    frozenset({intent.name, other}) for intent in INTENTS.values() for other in intent.opposes
)
"""Intents with opposite effects: mistaking one for the other does harm, so they need a larger margin."""


@dataclass(frozen=True)
class Thresholds:
    """When to believe a match. Margins, handicap and bonus are in nats (natural logarithms of odds)."""

    sound: Threshold = Threshold(0.86, 0.88, 0.04, 0.017)
    """For phonemes with posteriors (hama alone). Fitted together with the margins and costs below and with
    `matcher.LENGTH_POWER`; see docs/tuning.md."""
    phonemes: Threshold = Threshold(0.8, 0.65)
    """For phonemes without posteriors."""
    text: Threshold = Threshold(0.9, 0.8)
    """For text without a second opinion: typed."""
    checked: Threshold = Threshold(0.6, 0.5)
    """For text from a closed grammar, checked by free decoding."""
    agreed: Threshold = Threshold(0.8, 0.78)
    """For text from a closed grammar, checked by another recogniser's posteriors: lower than `sound`, because two
    recognisers would have to err in the same way. See docs/tuning.md."""
    contradicted: Threshold = Threshold(0.94, 0.9)
    """For posteriors if a closed grammar found none of its phrases in the same sound."""
    margin: float = 0.16
    """By how much the nearest meaning must be better than any other."""
    opposite_margin: float = 1.7
    """The same if the other meaning is the opposite. Not for urgent intents: stopping by mistake does less harm."""
    decoy_margin: float = 2.9
    """The same if the other phrase is a decoy, its handicap included: a decoy may fit better by at most the
    difference."""
    sure_score: float = 0.85
    """From this score on, and with `sure_margin`, it could hardly have been anything else."""
    sure_margin: float = 4.0
    unsure_rise: float = 0.05
    """How far above its threshold a sound must score that is not sure, not urgent and not expected in the moment: with
    less, it is mostly talk that means nothing. See docs/tuning.md."""
    ask_band: float = 0.04
    """How far below the threshold a score may be for the guide to ask. Not fitted yet."""
    ask_sounds: int = 4
    """Sounds that a phrase must have for the guide to ask: the shortest ones come near to anything."""
    decoy_handicap: float = 5.3
    """How much better than a command a decoy must be to win: people who talk to a guide mostly mean it."""
    filler_cost: float = 4.7
    """The cost of taking part of what was heard for fillers, so that a whole phrase is preferred."""
    filler_threshold: float = 0.065
    """How far above the threshold a score must be if part of the sound is taken for fillers. See docs/tuning.md."""
    expected_bonus: float = 0.7
    """The lead of a command that fits the moment: twice as probable as one that doesn't."""
    opposites: frozenset[frozenset[str]] = OPPOSITES

    def stricter(self, by: float) -> Thresholds:
        """The same thresholds, each raised by a part of a score (lowered if below 0), to suit a room."""
        thresholds = ((each.name, getattr(self, each.name)) for each in fields(self))
        raised: dict[str, Any] = {
            name: threshold.stricter(by) for name, threshold in thresholds if isinstance(threshold, Threshold)
        }
        return replace(self, **raised)
