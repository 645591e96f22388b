"""Fits the odds that free words found by a search were meant, by logistic regression on the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.errors import SolemateError
from assistant.understanding.gate import not_now
from assistant.understanding.heard_words import may_count
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.odds import WordOdds, word_signs
from assistant.understanding.thresholds import Thresholds
from bench.fitting.judging import DISTRESS, Case, is_talk, is_what_was_said, is_word
from bench.fitting.regression import Signs, least_that_passes, regression

WORDS_GOAL, DISTRESS_GOAL, ASKED_GOAL = 1.5, 0.7, 2.6
"""How often in an hour of talk that is meant for others something may count by its meaning, and as distress, and how
often it may count as distress or be asked about."""

ASK_BELOW = 1.0
"""Nats below the least odds from which the guide may ask whether something was meant."""

TALK = 1.5
"""What talk weighs beside what was meant for the guide."""


@dataclass(frozen=True)
class WordRow:
    """What free words in a sound would mean: whether that was meant, and whether it may count at all, or be asked
    about, however good the odds are."""

    signs: Signs
    distress: bool
    meant: bool
    talk: bool
    may_count: bool
    may_ask: bool


def fitted_word_odds(interpreter: Interpreter, cases: Sequence[Case]) -> Thresholds:
    """The thresholds of an interpreter, with the odds of free words by the cases.

    Raises SolemateError if there is too little that was meant, or too little talk.
    """
    rows = [row for case in cases for row in word_rows(interpreter, case)]
    hours = sum(case.heard.seconds for case in cases if is_talk(case)) / 3600
    words, pain = ([row for row in rows if row.distress == distress] for distress in (False, True))
    odds = _fitted(words, WORDS_GOAL * hours)
    of_pain = _fitted(pain, DISTRESS_GOAL * hours)
    asked = [_odds(of_pain.weights, row) for row in pain if row.talk and row.may_ask]
    return replace(
        interpreter.matcher.thresholds,
        words=replace(odds, ask=round(odds.least - ASK_BELOW, 3)),
        distress_words=replace(of_pain, ask=least_that_passes(asked, ASKED_GOAL * hours)),
    )


def word_rows(interpreter: Interpreter, case: Case) -> list[WordRow]:
    """What the free words in each utterance of a case would mean at its moment, where no phrase counts."""
    sound, rows = case.heard.sound, list[WordRow]()
    if is_word(sound):
        return rows
    for hypothesis in case.heard.hypotheses:
        phrase = interpreter.phrase(hypothesis, case.moment)
        heard, found = interpreter.in_words(hypothesis, phrase, case.moment)
        match = found[0] if found else None
        if match is None or match.intent is None or not_now(match.intent, case.moment, doubtful=False) is not None:
            continue
        fits = case.moment.meaning_of(match.intent) in case.moment.expected
        rows.append(
            WordRow(
                word_signs(match.probability, heard.confidence, len(heard.words), fits=fits),
                match.intent == DISTRESS,
                is_what_was_said(match.intent, match.slots, sound),
                is_talk(case),
                may_count(match),
                match.accepted or match.doubtful,
            )
        )
    return rows


def _fitted(rows: Sequence[WordRow], passing: float) -> WordOdds:
    """The weights by the rows, and the least odds that let this much of their talk through."""
    of_talk = [row for row in rows if row.talk and row.may_count]
    if not any(row.meant for row in rows) or not of_talk:
        raise SolemateError("there are no free words or no talk to fit the odds to", "--every 1 takes all sounds")
    weights = regression(
        [row.signs for row in rows], [row.meant for row in rows], [TALK if row.talk else 1.0 for row in rows]
    )
    if weights[0] <= 0:
        raise SolemateError("by these sounds a less probable meaning is likelier: there are too few of them")
    return WordOdds(weights, least_that_passes([_odds(weights, row) for row in of_talk], passing), 0.0)


def _odds(weights: Signs, row: WordRow) -> float:
    return float(np.dot(weights, row.signs))
