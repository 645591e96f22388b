"""Free words in what was heard, and how sure they must be."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assistant.dialogue.rehearsal import rehearse
from assistant.understanding.heard_words import HeardWords, heard_freely, weighed
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.odds import WordOdds
from assistant.understanding.thresholds import Thresholds
from assistant.understanding.word_search import WordSearch
from assistant.wiring import guide_book, language_folder
from tests.test_word_search import model, sound


def hold() -> Moment:
    return rehearse(guide_book(language_folder("en")), "hold").moment


def test_a_recognisers_own_words_are_taken_as_they_are():
    heard = heard_freely(Hypothesis((), recogniser="vosk", free_text="no", free_confidence=0.9), None)
    assert heard == HeardWords(("no",), 0.9)
    assert heard.telling


def test_what_a_search_finds_in_the_posteriors_is_free_words_as_well():
    hypothesis = Hypothesis((), recogniser="sounds", posteriors=sound("o l d | m ɪ n ə t s"))
    heard = heard_freely(hypothesis, WordSearch(model()))
    assert heard.words == ("old", "minutes")
    assert heard.searched
    assert heard_freely(hypothesis, None) == HeardWords()


def test_one_word_that_a_search_found_means_nothing():
    assert not HeardWords(("minutes",), 1.0, searched=True).telling
    assert HeardWords(("two", "minutes"), 1.0, searched=True).telling
    assert not HeardWords(("two", "minutes"), 0.04, searched=True).telling


LIMITS = replace(
    Thresholds(),
    words=WordOdds((1.0, 1.0, 4.0, 1.0, -9.0), least=0.0, ask=-2.0),
    distress_words=WordOdds((1.0, 1.0, 4.0, 0.0, -9.0), least=0.0, ask=-2.0),
)
"""Odds of words whose sums are done in the head: 5.5 nats speak for three sure words of a sure meaning, 3 for two."""


@pytest.mark.parametrize("tier", ["meaning", "distress"])
def test_fewer_words_that_a_search_found_must_be_surer(tier):
    said = Match("hurts" if tier == "distress" else "how_long", accepted=True, probability=0.9, tier=tier)
    words = HeardWords(("how", "long", "is", "that"), 0.99, searched=True)  # 2.2 + 4.6 + 5.5 - 9, and 1 for fitting
    few = HeardWords(("that", "long"), 0.99, searched=True)  # 2.2 + 4.6 + 2.8 - 9
    fewer = replace(few, confidence=0.9)  # 2.2 + 2.2 + 2.8 - 9: as much as a question takes
    counts = [weighed(said, each, hold(), LIMITS).accepted for each in (words, few, fewer)]
    assert counts == [True, True, False]
    assert weighed(said, fewer, hold(), LIMITS).doubtful
    assert not weighed(said, replace(fewer, confidence=0.3), hold(), LIMITS).doubtful
    own = replace(few, searched=False, confidence=0.9)
    assert weighed(said, own, hold(), LIMITS).accepted, "a recogniser's own words keep to other limits"


def test_what_fits_the_moment_needs_less_and_what_does_not_is_never_asked_about():
    said = Match("how_long", accepted=True, probability=0.9, tier="meaning")
    words = HeardWords(("that", "long"), 0.95, searched=True)  # 2.2 + 2.9 + 2.8 - 9, and 1 for fitting
    assert weighed(said, words, hold(), replace(LIMITS, words=replace(LIMITS.words, least=-0.5))).accepted
    elsewhere = weighed(said, words, NO_MOMENT, replace(LIMITS, words=replace(LIMITS.words, least=-0.5)))
    assert (elsewhere.accepted, elsewhere.doubtful) == (False, False)


def test_the_score_that_is_told_is_as_far_from_its_threshold_as_the_odds_are():
    said = Match("how_long", accepted=True, threshold=0.4, tier="meaning")
    counted = []
    for probability in (0.5, 0.9, 1.0):
        for confidence in (0.1, 0.5, 0.8, 0.9, 0.95, 1.0):
            match = replace(said, score=probability, probability=probability)
            found = weighed(match, HeardWords(("that", "long"), confidence, searched=True), hold(), LIMITS)
            assert found.accepted == (found.score >= found.threshold)
            json.dumps([found.score, found.threshold], allow_nan=False)
            counted.append(found.accepted)
    assert 0 < sum(counted) < len(counted)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
@pytest.mark.parametrize("searched", [True, False])
def test_words_that_are_not_sure_at_all_or_wholly_sure_are_no_fault(confidence, searched):
    said = Match("how_long", accepted=True, score=1.0, probability=1.0, tier="meaning")
    words = HeardWords(("how", "long", "is", "that", "now"), confidence, searched=searched)
    assert weighed(said, words, hold(), LIMITS).accepted == (confidence == 1.0)


def test_a_long_sentence_is_no_surer_than_one_of_eight_words():
    least = [Thresholds().words.least_probabilities(0.3, count, fits=True) for count in (8, 30, 1000)]
    assert len(set(least)) == 1
    assert least[0][0] > 0.5
    few = Thresholds().words.least_probabilities(0.9, 3, fits=True)[0]
    many = Thresholds().words.least_probabilities(0.9, 8, fits=True)[0]
    assert few > 0.99 > many


def test_odds_that_no_probability_changes_are_no_fault():
    always, never = WordOdds((1e-4, 0.0, 0.0, 0.0, 5.0), 0.0, -1.0), WordOdds((1e-4, 0.0, 0.0, 0.0, -5.0), 0.0, -1.0)
    assert always.least_probabilities(0.5, 3, fits=True)[0] < 0.01
    assert never.least_probabilities(0.5, 3, fits=True)[0] > 1.0


def test_politeness_is_never_taken_from_free_words():
    thanks = Match("thanks", accepted=True, probability=1.0, tier="meaning")
    assert not weighed(thanks, HeardWords(("thank", "you", "so", "much"), 1.0, searched=True), hold(), LIMITS).accepted


def test_unsure_words_of_distress_are_worth_a_question():
    said = Match("hurts", accepted=True, probability=0.9, tier="distress")
    unsure = weighed(said, HeardWords(("my", "foot", "is", "numb"), 0.4), hold(), LIMITS)
    assert not unsure.accepted
    assert unsure.doubtful
