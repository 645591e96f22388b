"""One short word comes near to much that people say to each other: "left" is much like "list", "up" like "back".

So where it is not waited for, it needs more than its score: the next meaning must be further behind. What is urgent is
left alone, because missing it does more harm, and so is what only answers a question: it does nothing without one.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.intents import INTENTS, URGENT
from assistant.understanding.hypothesis import Match
from assistant.understanding.limits import SHORT_WORD
from assistant.understanding.moment import Moment
from assistant.understanding.phrases import PhraseBook
from assistant.understanding.thresholds import Thresholds


def if_clear_enough(match: Match, moment: Moment, book: PhraseBook, thresholds: Thresholds) -> Match:
    """What was heard by its sound, no longer accepted if it is one short word that nobody waits for and isn't clear.

    It is then worth a question, unless it is too short for one.
    """
    sounds = _sounds(match, book)
    waited_for = match.intent in URGENT | moment.awaited | moment.answers or match.named
    if not match.accepted or not sounds or waited_for or INTENTS[str(match.intent)].only_as_answer:
        return match
    if match.score >= thresholds.short_word and match.ahead >= thresholds.short_word_margin:
        return match
    least = max(match.threshold, thresholds.short_word)
    return replace(match, accepted=False, sure=False, doubtful=sounds >= thresholds.ask_sounds, threshold=least)


def _sounds(match: Match, book: PhraseBook) -> int:
    """The sounds of the phrase, if it is one short word; else 0."""
    ways = book.vocabulary.get(match.phrase, ())
    return len(ways[0]) if ways and len(ways[0]) <= SHORT_WORD else 0
