"""Fitting the odds of free words: what they are found on, and how much talk they let through."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import SolemateError
from assistant.intents import INTENTS
from assistant.language.corpus import read_corpus
from assistant.understanding.heard_words import HeardWords
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.thresholds import Thresholds
from assistant.wiring import language_folder
from bench.fitting.heard import Heard
from bench.fitting.judging import Case
from bench.fitting.sounds import NEAR_KIND, NOBODY, OWN_KIND, OWN_WORDS, Sound, own_words
from bench.fitting.word_odds import ASK_BELOW, ASKED_GOAL, DISTRESS_GOAL, WORDS_GOAL, fitted_word_odds, word_rows
from bench.voices import HELD_BACK, HELD_BACK_NATURAL, PIPER

CONFIDENCE = 0.9


class Freely:
    """Hears four words in everything, which mean the intent in its text as probably as it says there."""

    matcher = SimpleNamespace(thresholds=Thresholds())

    def phrase(self, hypothesis: Hypothesis, moment: Moment) -> Match:
        del hypothesis, moment
        return Match(None)

    def in_words(self, hypothesis: Hypothesis, phrase: Match, moment: Moment) -> tuple[HeardWords, tuple[Match, ...]]:
        del phrase, moment
        intent, probability = hypothesis.text.split()
        tier = "distress" if intent == "hurts" else "meaning"
        match = Match(intent, accepted=True, probability=float(probability), tier=tier)
        return HeardWords(("what", "is", "heard", "here"), CONFIDENCE, searched=True), (match,)


def _case(probability: float, heard: str, meant: str | None, kind: str = OWN_KIND) -> Case:
    hypothesis = Hypothesis((), f"{heard} {probability}")
    return Case(Heard(Sound(kind, "", "", meant), (hypothesis,), 360.0), NO_MOMENT)


def _cases(draw: random.Random, intent: str) -> list[Case]:
    said = [_case(draw.uniform(0.6, 0.99), intent, intent) for _ in range(60)]
    return [*said, *(_case(draw.uniform(0.3, 0.95), intent, None, NEAR_KIND) for _ in range(40))]


def test_the_odds_of_words_tell_wishes_from_talk_and_let_through_as_much_of_it_as_they_may():
    freely: Any = Freely()
    cases = [*_cases(random.Random(1), "next"), *_cases(random.Random(2), "hurts")]
    found = fitted_word_odds(freely, cases)

    def passing(intent: str, *, talk: bool, ask: bool = False) -> int:
        odds = found.distress_words if intent == "hurts" else found.words
        least = odds.least_probabilities(CONFIDENCE, 4, fits=False)[ask]
        chosen = [each for each in cases if (each.heard.sound.intent is None) == talk]
        texts = [each.heard.hypotheses[0].text.split() for each in chosen]
        return sum(name == intent and float(probability) >= least for name, probability in texts)

    hours = 8
    assert passing("next", talk=True) == int(WORDS_GOAL * hours)
    assert passing("hurts", talk=True) == int(DISTRESS_GOAL * hours)
    assert passing("hurts", talk=True, ask=True) == int(ASKED_GOAL * hours)
    assert passing("next", talk=False) > 20
    assert found.words.ask == pytest.approx(found.words.least - ASK_BELOW)
    assert found.meant == Thresholds().meant


def test_words_without_talk_or_without_wishes_are_nothing_to_fit_to():
    freely: Any = Freely()
    both = _cases(random.Random(1), "next") + _cases(random.Random(2), "hurts")
    for cases in (
        [each for each in both if each.heard.sound.intent],
        [each for each in both if not each.heard.sound.intent],
    ):
        with pytest.raises(SolemateError, match="no free words or no talk"):
            fitted_word_odds(freely, cases)
    swapped = [
        _case(0.4, "next", "next"),
        _case(0.5, "next", "next"),
        _case(0.9, "next", None),
        _case(0.8, "next", None),
    ]
    with pytest.raises(SolemateError, match="less probable meaning is likelier"):
        fitted_word_odds(freely, swapped)


def test_what_is_a_row_of_words():
    freely: Any = Freely()
    right, wrong, talk = (
        word_rows(freely, _case(0.9, "next", meant, kind))[0]
        for meant, kind in (("next", OWN_KIND), ("stop", OWN_KIND), (None, NEAR_KIND))
    )
    assert [(row.meant, row.talk) for row in (right, wrong, talk)] == [(True, False), (False, False), (False, True)]
    assert word_rows(freely, _case(0.9, "next", None, "words")) == [], "a single word is no sentence"
    asleep = replace(NO_MOMENT, ignored=frozenset({"next"}))
    assert word_rows(freely, replace(_case(0.9, "next", None, NEAR_KIND), moment=asleep)) == []


def test_sentences_in_peoples_own_words_name_intents_and_are_said_by_nobody_who_is_reported_on():
    lines = [line.split("\t") for line in OWN_WORDS.read_text(encoding="utf-8").splitlines()]
    assert {intent for intent, _ in lines} <= {NOBODY, *INTENTS}
    assert len({text for _, text in lines}) == len(lines)
    sounds = own_words()
    assert {each.kind for each in sounds} == {OWN_KIND, NEAR_KIND}
    corpus = {each.text.lower() for each in read_corpus(language_folder("en"))}
    assert not [text for _, text in lines if text.lower() in corpus], "the classifier would know them by heart"
    assert not {each.speaker for each in sounds} & {*HELD_BACK, *HELD_BACK_NATURAL, PIPER}
