"""One short word by its sound: it needs more where nobody waits for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assistant.understanding.hypothesis import Hypothesis, Match, Posteriors
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.limits import SHORT_WORD
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.short_words import if_clear_enough
from assistant.understanding.thresholds import Thresholds
from tests.test_matcher import BOOK, sound

LIMITS = Thresholds()
CLEAR: dict[str, Any] = {"score": LIMITS.short_word + 0.05, "ahead": LIMITS.short_word_margin + 0.5}
NEAR: dict[str, Any] = {**CLEAR, "ahead": LIMITS.short_word_margin - 0.5}
LOW: dict[str, Any] = {**CLEAR, "score": LIMITS.short_word - 0.05}


def heard(word: str, intent: str, moment: Moment = NO_MOMENT, **how: Any) -> tuple[bool, bool]:
    """Whether a word counts, and whether it is worth a question."""
    match = Match(intent, accepted=True, sure=True, phrase=word, **how)
    found = if_clear_enough(match, moment, BOOK, LIMITS)
    assert found.accepted or not found.sure
    return found.accepted, found.doubtful


@pytest.mark.parametrize("how", [NEAR, LOW])
def test_one_short_word_that_is_not_clear_is_only_worth_a_question(how):
    assert heard("next", "next", **how) == (False, True)
    assert heard("next", "next", **CLEAR) == (True, False)


def test_what_is_waited_for_counts_as_before():
    for moment in (Moment(awaited=frozenset({"next"})), Moment(answers=frozenset({"next"}))):
        assert heard("next", "next", moment, **NEAR) == (True, False)
    assert heard("next", "next", named=True, **NEAR) == (True, False)


@pytest.mark.parametrize(("word", "intent"), [("pause", "pause"), ("stop", "stop"), ("pause", "hurts"), ("no", "no")])
def test_urgent_words_and_mere_answers_count_as_before(word, intent):
    assert heard(word, intent, **{**LOW, "ahead": 0.0}) == (True, False)


def test_the_shortest_words_are_not_asked_about():
    assert len(BOOK.vocabulary["no"][0]) < LIMITS.ask_sounds
    assert heard("no", "next", **NEAR) == (False, False)


def test_several_words_and_long_ones_are_not_short():
    assert heard("start heel stretches", "start_stretch", **NEAR) == (True, False)
    assert len(BOOK.vocabulary["stretches"][0]) > SHORT_WORD
    assert heard("stretches", "list", **NEAR) == (True, False)


def test_it_is_asked_of_what_was_heard_and_not_of_what_was_typed(monkeypatch):
    found = Match("next", accepted=True, phrase="next", **NEAR)
    monkeypatch.setattr(Matcher, "match", lambda *_: found)
    posteriors = Posteriors(np.zeros((0, 1), np.float32), ("<blank>",), 0)
    interpreter = Interpreter(Matcher(BOOK))
    assert not interpreter.match(Hypothesis(sound("next"), posteriors=posteriors)).accepted
    assert interpreter.match(Hypothesis(sound("next"), "next", "text")).accepted
    assert interpreter.match(Hypothesis(sound("next"))).accepted
