"""Numbers in a text count as they are written."""

from __future__ import annotations

import pytest

from assistant.understanding.hypothesis import Match
from assistant.understanding.written_numbers import by_written_number

NUMBERS = {
    "1": "one",
    "2": "two",
    "3": "three",
    "7": "seven",
    "10": "ten",
    "11": "eleven",
    "20": "twenty",
    "60": "sixty",
    "100": "one hundred",
    "7th": "seventh",
}
SEVEN = Match("start_stretch", {"stretch": "upward_stretches"}, score=0.88, accepted=True, phrase="go to number seven")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("jump to number eleven", "eleven"),
        ("jump to number twenty seven", "twenty seven"),
        ("go to number one hundred", "one hundred"),
    ],
)
def test_another_number_than_the_phrase_has_is_a_number_that_no_stretch_has(text: str, number: str) -> None:
    match = by_written_number(SEVEN, text.split(), NUMBERS)
    assert (match.intent, match.slots, match.accepted) == ("no_stretch", {"number": number}, True)


@pytest.mark.parametrize("text", ["jump to number seven", "go to number seven this one", "go to number sevn"])
def test_the_same_number_or_none_leaves_the_match_as_it_is(text: str) -> None:
    assert by_written_number(SEVEN, text.split(), NUMBERS) == SEVEN


def test_a_stretch_that_is_called_by_its_name_may_have_any_number_beside_it() -> None:
    named = Match("start_stretch", {"stretch": "heel_raises"}, accepted=True, phrase="do the heel raises")
    assert by_written_number(named, ["do", "the", "heel", "raises", "one"], NUMBERS) == named


def test_what_was_not_accepted_is_not_near_to_a_stretch_either() -> None:
    unsure = Match(
        "start_stretch", {"stretch": "upward_stretches"}, score=0.7, phrase="go to number seven", doubtful=True
    )
    match = by_written_number(unsure, ["I", "go", "to", "eleven", "shops"], NUMBERS)
    assert (match.intent, match.slots, match.accepted, match.doubtful, match.score) == (None, {}, False, False, 0.7)


@pytest.mark.parametrize(
    ("slot", "value", "phrase", "said"),
    [
        ("seconds", "10", "hold for ten seconds", "hold for two seconds"),
        ("seconds", "60", "hold for sixty seconds", "hold for sixty seven seconds"),
        ("level", "7", "volume seven", "volume eleven"),
    ],
)
def test_another_time_or_level_than_there_is_means_nothing(slot: str, value: str, phrase: str, said: str) -> None:
    near = Match("set_hold", {slot: value}, score=0.9, accepted=True, sure=True, phrase=phrase)
    match = by_written_number(near, said.split(), NUMBERS)
    assert (match.intent, match.accepted, match.sure, match.doubtful) == (None, False, False, False)
    assert by_written_number(near, phrase.split(), NUMBERS) == near
