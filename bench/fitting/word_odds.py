"""Fits the odds that free words were meant that a search found, by logistic regression on the cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.errors import SolemateError
from assistant.understanding.gate import not_now
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.odds import WordOdds, word_signs
from assistant.understanding.thresholds import Thresholds
from bench.fitting.judging import DISTRESS, Case, is_what_was_said, is_word
from bench.fitting.odds import STRENGTH, is_talk

WORDS_GOAL, DISTRESS_GOAL, ASKED_GOAL = 1.0, 0.5, 1.5
"""How many an hour of talk that is meant for others may count by their meaning, and as distress, and how many may count
as distress or be asked about. Together they are no more than half of what phrases are allowed: nobody but the person
who is heard knows what was said."""

ASK_BELOW = 1.0
"""Nats below the least odds from which the guide may ask whether something was meant."""

TALK = 1.5
"""What talk weighs beside what was meant for the guide."""

Signs = tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """What free words in a sound would mean, and whether that was meant."""

    signs: Signs
    distress: bool
    meant: bool
    talk: bool


def fitted_word_odds(interpreter: Interpreter, cases: Sequence[Case]) -> Thresholds:
    """The thresholds of an interpreter, with the odds of free words by the cases.

    Raises SolemateError if there is too little that was meant, or too little talk.
    """
    rows = [row for case in cases for row in rows_of(interpreter, case)]
    hours = sum(case.heard.seconds for case in cases if is_talk(case)) / 3600
    words, pain = ([row for row in rows if row.distress == distress] for distress in (False, True))
    odds = _fitted(words, WORDS_GOAL * hours)
    of_pain = _fitted(pain, DISTRESS_GOAL * hours)
    return replace(
        interpreter.matcher.thresholds,
        words=replace(odds, ask=round(odds.least - ASK_BELOW, 3)),
        distress_words=replace(of_pain, ask=_least(of_pain.weights, pain, ASKED_GOAL * hours)),
    )


def rows_of(interpreter: Interpreter, case: Case) -> list[Row]:
    """What the free words in each utterance of a case would mean at its moment, where no phrase counts."""
    sound, rows = case.heard.sound, list[Row]()
    if is_word(sound):
        return rows
    for hypothesis in case.heard.hypotheses:
        phrase = interpreter.phrase(hypothesis, case.moment)
        heard, found = interpreter.in_words(hypothesis, phrase, case.moment)
        if not found or found[0].intent is None or not_now(found[0].intent, case.moment, doubtful=False) is not None:
            continue
        match = found[0]
        fits = case.moment.meanings.get(str(match.intent), match.intent) in case.moment.expected
        signs = word_signs(match.probability, heard.confidence, len(heard.words), fits=fits)
        meant = is_what_was_said(match.intent, match.slots, sound)
        rows.append(Row(signs, match.intent == DISTRESS, meant, talk=is_talk(case)))
    return rows


def _fitted(rows: Sequence[Row], passing: float) -> WordOdds:
    """The weights by the rows, and the least odds that let so much of their talk pass."""
    from sklearn.linear_model import LogisticRegression

    if not any(row.meant for row in rows) or not any(row.talk for row in rows):
        raise SolemateError("there are no free words or no talk to fit the odds to", "--every 1 takes all sounds")
    signs = np.array([row.signs[:-1] for row in rows])  # the last is the constant
    middle, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit((signs - middle) / spread, [row.meant for row in rows], [TALK if row.talk else 1.0 for row in rows])
    found = model.coef_[0] / spread
    constant = float(model.intercept_[0] - found @ middle)
    if found[0] <= 0:
        raise SolemateError("by these sounds a less probable meaning is likelier: there are too few of them")
    weights = tuple(round(float(each), 4) for each in (*found, constant))
    return WordOdds(weights, _least(weights, rows, passing), 0.0)


def _least(weights: Signs, rows: Sequence[Row], passing: float) -> float:
    """The log odds above which no more of the rows' talk are than may pass."""
    odds = sorted((float(np.dot(weights, row.signs)) for row in rows if row.talk), reverse=True)
    return math.ceil(1000 * odds[min(len(odds) - 1, int(passing))] + 1) / 1000
