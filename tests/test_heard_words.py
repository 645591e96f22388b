"""Free words in what was heard, and how sure they must be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.rehearsal import rehearse
from assistant.understanding.heard_words import FEW_SURE, HeardWords, heard_freely, weighed
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import Moment
from assistant.understanding.word_search import WordSearch
from assistant.wiring import guide_book, language_folder
from tests.test_word_search import model, sound


def hold() -> Moment:
    return rehearse(guide_book(language_folder("en")), "hold").moment


def test_a_recognisers_own_words_are_taken_as_they_are():
    heard = heard_freely(Hypothesis((), recogniser="vosk", free_text="no", free_confidence=0.9), None)
    assert heard == HeardWords(("no",), 0.9)
    assert heard.telling
    assert not heard.few


def test_what_a_search_finds_in_the_posteriors_is_free_words_as_well():
    hypothesis = Hypothesis((), recogniser="sounds", posteriors=sound("o l d | m ɪ n ə t s"))
    heard = heard_freely(hypothesis, WordSearch(model()))
    assert heard.words == ("old", "minutes")
    assert heard.searched
    assert heard_freely(hypothesis, None) == HeardWords()


def test_one_word_that_a_search_found_means_nothing():
    assert not HeardWords(("minutes",), 1.0, searched=True).telling
    assert HeardWords(("two", "minutes"), 1.0, searched=True).telling
    assert not HeardWords(("two", "minutes"), 0.1, searched=True).telling


@pytest.mark.parametrize("tier", ["meaning", "distress"])
def test_two_words_that_a_search_found_must_be_all_but_sure(tier):
    said = Match("hurts" if tier == "distress" else "how_long", accepted=True, probability=0.9, tier=tier)
    few = HeardWords(("that", "long"), 1.0, searched=True)
    more = HeardWords(("how", "long", "now"), 1.0, searched=True)
    assert not weighed(said, few, hold()).accepted
    assert weighed(said, few, hold()).doubtful
    assert weighed(replace(said, probability=FEW_SURE), few, hold()).accepted
    assert weighed(said, more, hold()).accepted
    assert weighed(said, replace(few, searched=False), hold()).accepted


def test_unsure_words_of_distress_are_worth_a_question():
    said = Match("hurts", accepted=True, probability=0.9, tier="distress")
    unsure = weighed(said, HeardWords(("my", "foot", "is", "numb"), 0.4, searched=True), hold())
    assert not unsure.accepted
    assert unsure.doubtful
