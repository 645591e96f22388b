"""Every duration that may be told, from nothing to two hours: as it is, and as people say it."""

from __future__ import annotations

import re

import pytest

from assistant.wiring import guide_book, language_folder
from tests.stage import BOOK, WORDED

LONGEST = 7200
"""Two hours: nothing that is told lasts longer."""


def seconds_in(told: str) -> float:
    """The seconds that a duration in keys stands for."""
    number, unit = told.split()
    return float(number) * {"s": 1, "min": 60}[unit]


def steps(seconds: int) -> float:
    """How coarsely so many seconds are told, in seconds."""
    return 1 if seconds <= 20 else 5 if seconds < 60 else 30 if seconds < 300 else 60


@pytest.mark.parametrize("tenth", [0.0, 0.4])
def test_each_duration_is_told_as_it_is_to_half_a_step(tenth):
    for seconds in range(LONGEST + 1):
        told = seconds_in(BOOK.replies.duration(seconds + tenth))
        assert abs(told - seconds) <= steps(seconds) / 2 + 1, (seconds, told)


def test_a_longer_time_is_never_told_as_a_shorter_one():
    told = [seconds_in(BOOK.replies.duration(seconds)) for seconds in range(LONGEST + 1)]
    assert told == sorted(told)


def test_one_of_a_kind_is_one_and_several_are_several():
    told = {WORDED.replies.duration(seconds) for seconds in range(LONGEST + 1)}
    assert {"one second", "a minute", "a minute and a half", "two minutes", "two and a half minutes"} <= told
    assert not [
        each for each in told if re.search(r"(?<!-)\bone (seconds|minutes)|\b(two|[2-9]\d?) (second|minute)\b", each)
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(88, "a minute and a half"), (89, "a minute and a half"), (90, "a minute and a half"), (120, "two minutes"),
     (149, "two and a half minutes"), (57, "fifty-five seconds"), (59, "a minute"), (61, "a minute")],
)  # fmt: skip
def test_what_was_told_wrongly_once(seconds, words):
    assert WORDED.replies.duration(seconds) == words


def test_in_korean_there_is_a_duration_for_each_too():
    replies = guide_book(language_folder("ko")).replies
    told = [replies.duration(seconds) for seconds in range(LONGEST + 1)]
    assert all(re.search("초|분", each) for each in told)
    assert len(set(told)) == len({WORDED.replies.duration(seconds) for seconds in range(LONGEST + 1)})
