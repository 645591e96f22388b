"""Fits the odds that a phrase heard by its sound was meant, by logistic regression on the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.errors import SolemateError
from assistant.understanding.gate import not_now
from assistant.understanding.given_numbers import NUMBER
from assistant.understanding.matcher import Matcher
from assistant.understanding.odds import Odds, Signs
from bench.fitting.judging import ANOTHER, Case, is_talk, is_what_was_said, is_word, of_phrases
from bench.fitting.regression import least_that_passes, regression
from bench.fitting.sounds import DISTRESS_KIND

TALK, WORD = 2.0, 2.0
"""What a phrase that was taken for a command weighs, of talk and of single words, beside a command."""


@dataclass(frozen=True)
class Row:
    """A phrase that came nearest: whether it was meant, what it weighs, and whether it fits the moment or is urgent.

    `talk`: it was heard in talk that is meant for others.
    """

    signs: Signs
    meant: bool
    weight: float
    expected: bool
    talk: bool = False


def fitted_odds(matcher: Matcher, cases: Sequence[Case], start: Odds, goal: float) -> Odds:
    """The odds by the cases, with a least that lets through `goal` phrases an hour of their talk.

    What is not expected needs as much more as in `start`. Raises SolemateError if there are too few of either, or if by
    what is found a phrase that fits worse is likelier.
    """
    cases = [case for case in of_phrases(cases) if case.heard.sound.kind != DISTRESS_KIND]  # few of these are phrases
    rows = [row for case in cases for row in rows_of(matcher, case)]
    if not any(row.meant for row in rows) or not any(row.talk for row in rows):
        raise SolemateError("there are no commands or no talk to fit the odds to", "--speech FOLDER names recordings")
    signs = [row.signs.values() for row in rows]
    weights = regression(signs, [row.meant for row in rows], [row.weight for row in rows])
    if max(weights[0], weights[0] + weights[1]) >= 0:
        raise SolemateError("by these sounds a worse fit is likelier to be meant: there are too few of them")
    of_talk = [
        float(np.dot(weights, values)) - (0.0 if row.expected else start.unexpected)
        for row, values in zip(rows, signs, strict=True)
        if row.talk
    ]
    hours = sum(case.heard.seconds for case in cases if is_talk(case)) / 3600
    return replace(start, weights=weights, least=least_that_passes(of_talk, goal * hours))


def rows_of(matcher: Matcher, case: Case) -> list[Row]:
    """What came nearest in each utterance of a case, if it would do anything at its moment."""
    sound, rows = case.heard.sound, list[Row]()
    for hypothesis in case.heard.hypotheses:
        found = matcher.signs(hypothesis, case.moment.expected)
        if found is None or not_now(found[0].intent, case.moment, doubtful=False) is not None:
            continue
        phrase, signs = found
        meant = is_what_was_said(phrase.intent, phrase.slot_values(), sound)
        expected = phrase.intent in matcher.urgent | case.moment.expected
        if sound.intent is not None:
            rows.append(Row(signs, meant, 1.0 if meant else -ANOTHER, expected))
        elif phrase.intent != NUMBER:
            rows.append(Row(signs, False, WORD if is_word(sound) else TALK, expected, talk=is_talk(case)))
    return rows
