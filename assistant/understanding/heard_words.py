"""Words that were heard, not typed: how sure they are, and what that leaves of their meaning."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from assistant.intent_places import POLITE
from assistant.intents import INTENTS
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import Moment
from assistant.understanding.thresholds import Thresholds
from assistant.understanding.word_search import WordSearch

LEAST_CONFIDENCE = 0.05
"""How sure heard words must be to be looked at."""

FEWEST_WORDS = 2
"""Words that a search must find: one word alone sounds like much, and as a phrase it was turned down already."""

EXPECTED, UNEXPECTED = 0.7, 0.9
"""The least probability of what a recogniser's own words mean, if it fits the moment, and if it doesn't: more than of
typed words, because most of what is heard is meant for nobody here."""

ASKED = 0.5
"""The probability of what such words mean from which the guide may ask, if it fits the moment."""

SURE = 0.9
"""The probability from which words could hardly mean anything else."""

TRUSTED, PROBABLY = 0.6, 0.65
"""How sure a recogniser's own words of distress must be to count, and how probable distress must be by any words to be
more than a question."""

WORTH_TRUSTING = 0.3
"""How sure a recogniser's own words of distress must be to ask."""

WORTH_ASKING = 0.3
"""How probable distress must be, the doubt about such words included, to ask: "the potatoes are burning" is heard as
toes that are."""


@dataclass(frozen=True)
class HeardWords:
    """Free words, and how sure they are, 0 to 1.

    `searched`: found in the posteriors; otherwise they are the recogniser's own.
    """

    words: tuple[str, ...] = ()
    confidence: float = 0.0
    searched: bool = False

    @property
    def telling(self) -> bool:
        """Whether they may mean anything at all."""
        enough = len(self.words) >= (FEWEST_WORDS if self.searched else 1)
        return enough and self.confidence >= LEAST_CONFIDENCE


def heard_freely(hypothesis: Hypothesis, search: WordSearch | None) -> HeardWords:
    """The free words of a hypothesis: the recogniser's own, else what a search finds in the posteriors."""
    if hypothesis.free_text:
        return HeardWords(tuple(hypothesis.free_text.split()), hypothesis.free_confidence)
    found = None if search is None or hypothesis.posteriors is None else search.find(hypothesis.posteriors)
    return HeardWords() if found is None else HeardWords(found.words, found.confidence, True)


def weighed(match: Match, heard: HeardWords, moment: Moment, thresholds: Thresholds) -> Match:
    """What heard words mean at a moment, by how sure they are."""
    fits = moment.meaning_of(match.intent or "") in moment.expected
    distress = match.tier == "distress"
    if heard.searched:
        odds = thresholds.distress_words if distress else thresholds.words
        least, ask = odds.least_probabilities(heard.confidence, len(heard.words), fits=fits)
    else:
        least, ask = _of_own_words(heard.confidence, distress=distress, fits=fits)
    counts = may_count(match) and match.probability >= least
    asks = (match.accepted or match.doubtful) and match.probability >= ask
    probability = match.probability * heard.confidence
    if distress:
        return replace(match, probability=probability, accepted=counts, sure=counts, doubtful=asks and not counts)
    return replace(
        match,
        score=match.score * heard.confidence,
        probability=probability,
        # 1 stands for what can't be reached: JSON has no infinity.
        threshold=min(1.0, max(match.threshold, least) * heard.confidence),
        accepted=counts,
        sure=match.sure and probability >= SURE,
        doubtful=asks and fits and not counts,
        addressed=match.addressed and heard.confidence >= SURE,
    )


def may_count(match: Match) -> bool:
    """Whether what heard words mean may count at all, however sure they are: politeness may be meant for anybody, and
    distress that is not probable by the words is no more than a question."""
    polite = match.intent is not None and INTENTS[match.intent].means is POLITE
    return match.accepted and not polite and (match.tier != "distress" or match.probability >= PROBABLY)


def _of_own_words(confidence: float, *, distress: bool, fits: bool) -> tuple[float, float]:
    """The least probability of what a recogniser's own words mean to count, and to ask; above 1 for never."""
    confidence = max(confidence, LEAST_CONFIDENCE)
    if distress:
        least = 0.0 if confidence >= TRUSTED else math.inf
        ask = WORTH_ASKING / confidence if confidence >= WORTH_TRUSTING else math.inf
        return least, ask
    return (EXPECTED if fits else UNEXPECTED) / confidence, ASKED / confidence
