"""What a language knows about free words, and how probable a meaning of theirs must be."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.intents import INTENTS
from assistant.understanding.clauses import ClauseWords
from assistant.understanding.distress import DistressWords
from assistant.understanding.meaning import MeaningModel
from assistant.understanding.moment import Moment
from assistant.understanding.slot_filling import SlotFinder
from assistant.understanding.word_search import WordSearch

ACCEPT_LEAVING, ACCEPT_MOVING, ACCEPT_ASIDE, ACCEPT_OPPOSED = 0.65, 0.45, 0.38, 0.55
"""The probability from which free words count: of what leaves the place in the run unasked, of what else moves the run,
of what only answers or adjusts, and of what adjusts where an intent with the opposite effect could have been meant."""

BETTER, ACCEPT_WELL = "better", 0.7
"""The same, where the guide asks about pain, for that it is better and what goes on: "could be better" is neither."""


@dataclass(frozen=True)
class FreeWords:
    """All that a language knows about free words; without a `model` only words of distress are found.

    `search` finds words in the posteriors of a recogniser that gives none.
    """

    model: MeaningModel | None = None
    slots: SlotFinder = field(default_factory=lambda: SlotFinder({}))
    clauses: ClauseWords = field(default_factory=ClauseWords)
    distress: DistressWords = field(default_factory=DistressWords)
    search: WordSearch | None = None


def least_probability(intent: str, moment: Moment) -> float:
    """The probability from which free words count for an intent."""
    row = INTENTS[intent]
    if moment.asks_about_pain and (row.goes_on or intent == BETTER):
        return ACCEPT_WELL
    if not row.aside:
        return ACCEPT_LEAVING if row.leaves and intent not in moment.answers else ACCEPT_MOVING
    return ACCEPT_OPPOSED if row.opposes and intent not in moment.answers else ACCEPT_ASIDE
