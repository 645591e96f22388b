"""Free words beside the phrase that was heard: whether they fit the sound better, and how sure they must be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.rehearsal import rehearse
from assistant.understanding.heard_words import FEW_SURE, HeardWords, heard_freely, if_nearer, weighed
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import Moment
from assistant.understanding.phrases import Phrase, PhraseBook
from assistant.understanding.word_search import WordSearch
from assistant.wiring import guide_book, language_folder
from tests.test_word_search import WAYS, model, sound

HOLD_IT = ("h", "o", "l", "d", "ɪ", "t")
PHRASES = (Phrase("hold it", "pause", (), HOLD_IT), Phrase("no", "no", (), ("n", "o")))
MATCHER = Matcher(PhraseBook("en", PHRASES, vocabulary={word: WAYS[word] for word in ("hold", "it", "no")}))


def hold() -> Moment:
    return rehearse(guide_book(language_folder("en")), "hold").moment


def found_in(said: str, score: float) -> tuple[Match, Hypothesis, HeardWords]:
    """A phrase that was accepted in a sound with a score, and the free words in the same sound."""
    hypothesis = Hypothesis(tuple(said.replace("|", "").split()), recogniser="sounds", posteriors=sound(said))
    assert hypothesis.posteriors is not None
    by_sound = MATCHER.nats_of(hypothesis.posteriors, [HOLD_IT])
    phrase = Match("pause", score=score, accepted=True, sure=True, phrase="hold it", threshold=0.7, by_sound=by_sound)
    return phrase, hypothesis, heard_freely(hypothesis, WordSearch(model()))


def test_a_phrase_that_free_words_fit_much_better_than_needs_a_better_score():
    phrase, hypothesis, heard = found_in("o l d | m ɪ n ə t s", score=0.75)
    assert heard.words == ("old", "minutes")
    turned_down = if_nearer(phrase, heard, hypothesis, MATCHER)
    assert not turned_down.accepted
    assert not turned_down.sure
    assert turned_down.threshold > phrase.score
    assert if_nearer(replace(phrase, score=1.0), heard, hypothesis, MATCHER).accepted


def test_a_phrase_that_is_what_was_said_stays_whatever_its_score():
    phrase, hypothesis, heard = found_in("h o l d | ɪ t", score=0.71)
    assert if_nearer(phrase, heard, hypothesis, MATCHER) == phrase
    misheard = replace(heard, words=("old", "it"), ways=(("o", "l", "d", "ɪ", "t"),))
    assert if_nearer(phrase, misheard, hypothesis, MATCHER) == phrase


def test_words_that_nobody_can_spell_turn_no_phrase_down():
    phrase, hypothesis, heard = found_in("s d s l n | l s m s d", score=0.71)
    assert heard.searched
    assert not heard.ways
    assert if_nearer(phrase, heard, hypothesis, MATCHER) == phrase


def test_a_phrase_turned_down_by_little_is_worth_a_question():
    phrase, hypothesis, heard = found_in("o l d | m ɪ n ə t s", score=0.75)
    least = if_nearer(phrase, heard, hypothesis, MATCHER).threshold
    band = MATCHER.thresholds.ask_band
    near, far = (replace(phrase, score=least - share * band) for share in (0.5, 1.5))
    assert if_nearer(near, heard, hypothesis, MATCHER).doubtful
    assert not if_nearer(far, heard, hypothesis, MATCHER).doubtful


def test_a_recognisers_own_words_are_taken_as_they_are():
    heard = heard_freely(Hypothesis((), recogniser="vosk", free_text="no", free_confidence=0.9), None)
    assert heard == HeardWords(("no",), 0.9)
    assert heard.telling
    assert not heard.few


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
