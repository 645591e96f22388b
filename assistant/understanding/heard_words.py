"""Words that were heard, not typed: how sure they are, and what that leaves of their meaning."""

from __future__ import annotations

from dataclasses import replace

from assistant.intent_places import POLITE
from assistant.intents import INTENTS
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import Moment
from assistant.understanding.word_search import WordSearch

LEAST_CONFIDENCE = 0.2
"""How sure heard words must be to be looked at."""

FEWEST_WORDS = 2
"""Words that a search must find: one word alone sounds like much, and as a phrase it was turned down already."""

EXPECTED, UNEXPECTED = 0.75, 0.9
"""The least probability of what heard words mean, if it fits the moment, and if it doesn't: more than of typed words,
because most of what is heard is meant for nobody here."""

ASKED = 0.5
"""The probability from which the guide may ask whether it was meant, if it fits the moment."""

SURE = 0.9
"""The probability from which words could hardly mean anything else."""

TRUSTED, PROBABLY = 0.6, 0.65
"""How sure words of distress must be to count, and how probable distress must be by them to be more than a question."""

WORTH_ASKING = 0.3
"""How probable distress must be, the doubt about the words included, to ask: "the potatoes are burning" is heard as
toes that are."""


def heard_freely(hypothesis: Hypothesis, search: WordSearch | None) -> tuple[str, float]:
    """The free words of a hypothesis and how sure they are, 0 to 1: the recogniser's own, else what a search finds in
    the posteriors. No words if they are too unsure to mean anything.
    """
    if hypothesis.free_text:
        text, confidence = hypothesis.free_text, hypothesis.free_confidence
    elif search is not None and hypothesis.posteriors is not None:
        found = search.find(hypothesis.posteriors)
        enough = found is not None and len(found.words) >= FEWEST_WORDS
        text, confidence = (" ".join(found.words), found.confidence) if found and enough else ("", 0.0)
    else:
        return "", 0.0
    return (text, confidence) if confidence >= LEAST_CONFIDENCE else ("", 0.0)


def weighed(match: Match, confidence: float, moment: Moment) -> Match:
    """What heard words mean at a moment, if they are right with this probability.

    Politeness alone never counts: it may be meant for anybody.
    """
    probability = match.probability * confidence
    if match.tier == "distress":
        sure = match.accepted and confidence >= TRUSTED and match.probability >= PROBABLY
        doubtful = not sure and confidence >= TRUSTED and probability >= WORTH_ASKING
        return replace(match, probability=probability, accepted=sure, sure=sure, doubtful=doubtful)
    fits = moment.meanings.get(match.intent or "", match.intent) in moment.expected
    polite = match.intent is not None and INTENTS[match.intent].means is POLITE
    accepted = match.accepted and not polite and probability >= (EXPECTED if fits else UNEXPECTED)
    doubtful = not accepted and (match.accepted or match.doubtful) and fits and probability >= ASKED
    return replace(
        match,
        score=match.score * confidence,
        probability=probability,
        threshold=max(match.threshold, EXPECTED if fits else UNEXPECTED),
        accepted=accepted,
        sure=match.sure and probability >= SURE,
        doubtful=doubtful,
        addressed=match.addressed and confidence >= SURE,
    )
