"""Numbers given in people's own words; what is no number is asked about, and never met with silence."""

from __future__ import annotations

from functools import cache

import pytest

from assistant.understanding.clauses import ClauseWords
from assistant.understanding.given_numbers import GivenNumbers
from bench.people import Row, Typist

VALUES = {"zero": "0", "nil": "0", "four": "4", "five": "5", "six": "6", "ten": "10"}
CLAUSES = ClauseWords(
    corrections=(("i", "mean"), ("no",)),
    joints=(("but",), ("and",)),
    halves=(("and", "a", "half"),),
    beside_numbers=(("out", "of", "ten"), ("maybe",), ("a",), ("or",), ("between",)),
)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("four or five", 5),
        ("maybe a six", 6),
        ("between four and five", 5),
        ("five and a half", 6),
        ("ten and a half", 10),
        ("four out of ten", 4),
        ("four i mean five", 5),
        ("six no four", 4),
        ("five but it is better now", 5),
        ("nil", 0),
        ("five minutes", None),
        ("skip to five", None),
        ("maybe", None),
        ("", None),
    ],
)
def test_the_number_that_is_given(said, number):
    assert GivenNumbers(VALUES, CLAUSES).find(said.split()) == number


@cache
def typist() -> Typist:
    return Typist()


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("six or seven", "Seven."),
        ("maybe a four or five", "Five."),
        ("seven and a half", "Eight."),
        ("four, I mean five", "Five."),
        ("nil", "Zero."),
        ("five but it's better now", "Five."),
        ("quite a lot", "Just a number"),
        ("not too bad", "Just a number"),
        ("yes a bit", "Just a number"),
        ("easy", "Just a number"),
        ("five minutes", "Just a number"),
        ("the cat wants its dinner", "Just a number"),
    ],
)
def test_what_is_said_to_the_question_for_a_number(said, reply):
    assert typist().outcome(Row("asked_number", said, (), False, "wanted")).reply.startswith(reply)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("hold", "oops"),
        ("hold", "the band hit me"),
        ("waiting:resistance_band_stretches", "the chair moved"),
        ("open_hold", "nearly lost it"),
        ("rest", "my chair is squeaking"),
        ("idle", "the kettle's on"),
    ],
)
def test_remarks_end_and_start_nothing(when, said):
    assert typist().outcome(Row(when, said, (), True, "others")).meant == ()
