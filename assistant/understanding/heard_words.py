"""Words that were heard, not typed: how sure they are, and what that leaves of their meaning."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.intent_places import POLITE
from assistant.intents import INTENTS
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import Moment
from assistant.understanding.word_search import WordSearch

LEAST_CONFIDENCE = 0.2
"""How sure heard words must be to be looked at."""

FEWEST_WORDS = 2
"""Words that a search must find: one word alone sounds like much, and as a phrase it was turned down already."""

EXPECTED, UNEXPECTED = 0.7, 0.9
"""The least probability of what heard words mean, if it fits the moment, and if it doesn't: more than of typed words,
because most of what is heard is meant for nobody here."""

FEW_WORDS, FEW_SURE = 2, 0.95
"""So few words, found by a search, must be this probable: they are mostly the middle of something else."""

ASKED = 0.5
"""The probability from which the guide may ask whether it was meant, if it fits the moment."""

SURE = 0.9
"""The probability from which words could hardly mean anything else."""

TRUSTED, PROBABLY = 0.6, 0.65
"""How sure words of distress must be to count, and how probable distress must be by them to be more than a question."""

WORTH_TRUSTING = 0.3
"""How sure words of distress must be to ask."""

WORTH_ASKING = 0.3
"""How probable distress must be, the doubt about the words included, to ask: "the potatoes are burning" is heard as
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
    def few(self) -> bool:
        """Whether they need to be very probable, for being so few."""
        return self.searched and len(self.words) <= FEW_WORDS

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


def weighed(match: Match, heard: HeardWords, moment: Moment) -> Match:
    """What heard words mean at a moment, by how sure they are.

    Politeness alone never counts: it may be meant for anybody.
    """
    confidence = heard.confidence
    probability = match.probability * confidence
    if match.tier == "distress":
        trusted = confidence >= TRUSTED and (not heard.few or probability >= FEW_SURE)
        sure = match.accepted and trusted and match.probability >= PROBABLY
        doubtful = not sure and confidence >= WORTH_TRUSTING and probability >= WORTH_ASKING
        return replace(match, probability=probability, accepted=sure, sure=sure, doubtful=doubtful)
    fits = moment.meanings.get(match.intent or "", match.intent) in moment.expected
    polite = match.intent is not None and INTENTS[match.intent].means is POLITE
    least = max(EXPECTED if fits else UNEXPECTED, FEW_SURE if heard.few else 0.0)
    accepted = match.accepted and not polite and probability >= least
    doubtful = not accepted and (match.accepted or match.doubtful) and fits and probability >= ASKED
    return replace(
        match,
        score=match.score * confidence,
        probability=probability,
        threshold=max(match.threshold, least),
        accepted=accepted,
        sure=match.sure and probability >= SURE,
        doubtful=doubtful,
        addressed=match.addressed and confidence >= SURE,
    )
