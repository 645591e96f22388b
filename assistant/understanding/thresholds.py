"""From which score on something heard counts as a command, and how much a doubt weighs: every number in one place."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from assistant.intents import INTENTS

MOST_RELIEVED = 6.0
"""Nats of margin beyond which more is no surer: there, whatever was said, nothing else in the book is like it."""

SHORT, LONG = 3, 10
"""Sounds in a phrase: up to SHORT the strict threshold holds, from LONG on the lenient one, and in between a mean."""


@dataclass(frozen=True)
class Threshold:
    """The least score of a short and of a long phrase.

    The relief is what that falls by for each nat (up to MOST_RELIEVED) by which the next meaning is less probable.
    """

    short: float
    long: float
    short_relief: float = 0.0
    long_relief: float = 0.0

    def at(self, sounds: int, apart: float = 0.0) -> float:
        """The least score of a phrase of so many sounds, the next meaning being `apart` nats less probable."""
        share = min(1.0, max(0.0, (sounds - SHORT) / (LONG - SHORT)))
        nats = min(MOST_RELIEVED, max(0.0, apart))
        short, long = self.short - nats * self.short_relief, self.long - nats * self.long_relief
        return short + share * (long - short)

    def stricter(self, by: float) -> Threshold:
        """The same threshold, higher by a part of a score."""
        return replace(self, short=self.short + by, long=self.long + by)


OPPOSITES: frozenset[frozenset[str]] = frozenset(
    frozenset({intent.name, other}) for intent in INTENTS.values() for other in intent.opposes
)
"""Intents that do opposite things: mistaking one for the other does harm, so they need more of a margin."""


@dataclass(frozen=True)
class Thresholds:
    """When to believe. Margins, handicap and bonus are in nats (natural logarithms of odds)."""

    sound: Threshold = Threshold(0.86, 0.88, 0.04, 0.017)
    """For phonemes with posteriors (hama alone). A logistic regression on score, margin and length gave the form, and a
    random search the numbers, together with the margins and costs below and `matching.LENGTH_POWER`: of 2432
    commands by the bench's choosing voices and seven of flite and Festival 96.3 % are accepted rightly and 0.6 %
    wrongly; 4 of 450 unrelated synthetic sentences, none of 49 recordings of other talk and 9 of 52 other words pass
    (the half of the recordings that is fitted on, see `bench.recognition.reported_half`)."""
    phonemes: Threshold = Threshold(0.8, 0.65)
    """For phonemes without posteriors."""
    text: Threshold = Threshold(0.9, 0.8)
    """For text without a second hearing: typed."""
    checked: Threshold = Threshold(0.6, 0.5)
    """For text from a closed grammar, checked by free decoding."""
    agreed: Threshold = Threshold(0.8, 0.78)
    """For text from a closed grammar, checked by another recogniser's posteriors: lower than `sound`, because two ears
    have to err the same way. Of 299 stretches of other talk, one in 20 reaches 0.79 with the phrase that is second
    nearest to it, and one in 100 0.82; no English Vosk model was at hand to measure with."""
    contradicted: Threshold = Threshold(0.94, 0.9)
    """For posteriors where a closed grammar found none of its phrases in the same sound."""
    margin: float = 0.16
    """By how much better than any other meaning the nearest must be."""
    opposite_margin: float = 1.7
    """The same, where the other meaning is the opposite; not for urgent intents: stopping does less harm."""
    decoy_margin: float = 2.9
    """The same, where the other is a decoy, its handicap counted: it may fit better by the difference at most."""
    sure_score: float = 0.85
    """From this score, and with `sure_margin`, it could hardly have been anything else."""
    sure_margin: float = 4.0
    ask_band: float = 0.04
    """By how much less than the threshold a score may be for the command to be asked about. Not fitted yet."""
    ask_sounds: int = 4
    """Sounds that a phrase must have to be asked about: the shortest ones come near to anything."""
    decoy_handicap: float = 5.3
    """By how much a decoy must be better than a command to win: people who talk to a guide mostly mean it."""
    filler_cost: float = 4.7
    """What it costs to take a part of what was heard for fillers, so that a whole phrase is preferred."""
    filler_threshold: float = 0.065
    """How much better than the threshold a score must be where a part of the sound is taken for fillers: two thirds
    fewer unrelated sentences pass with it, at the same share of commands."""
    expected_bonus: float = 0.7
    """What a command that fits the moment is ahead: twice as probable as one that doesn't."""
    opposites: frozenset[frozenset[str]] = OPPOSITES

    def stricter(self, by: float) -> Thresholds:
        """The same thresholds, each higher by a part of a score (lower if below 0): for a room that asks for it."""
        thresholds = ((each.name, getattr(self, each.name)) for each in fields(self))
        raised: dict[str, Any] = {
            name: threshold.stricter(by) for name, threshold in thresholds if isinstance(threshold, Threshold)
        }
        return replace(self, **raised)
