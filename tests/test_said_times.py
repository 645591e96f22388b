"""Times of day in people's own words: which there are, in which part of the day, and what is none."""

from __future__ import annotations

import pytest

from assistant.language.understand_text import TextUnderstanding
from assistant.understanding.clauses import ClauseWords
from assistant.understanding.clock_words import ClockWords
from assistant.understanding.said_reminders import SaidReminders
from assistant.understanding.said_times import TimeReader
from bench.people import Typist


@pytest.fixture(scope="module")
def english() -> TextUnderstanding:
    return Typist().understanding


def read(english: TextUnderstanding, said: str) -> list[str | None]:
    """The times in what is said; None for one that there isn't."""
    book = english.book
    return [time.written for time in TimeReader(book.clock, book.numbers).read(english.speller.words(said))]


@pytest.mark.parametrize(
    ("said", "time"),
    [
        # hours
        ("at seven", "7:00?"),
        ("seven o'clock", "7:00?"),
        ("8 o clock", "8:00?"),
        ("at one", "1:00?"),
        ("12", "12:00?"),
        # hours and minutes
        ("8:20", "8:20?"),
        ("eight twenty five", "8:25?"),
        ("nine oh five", "9:05?"),
        ("8:07", "8:07?"),
        ("7.30", "7:30?"),
        ("730", "7:30?"),
        ("1030", "10:30?"),
        ("10:10", "10:10?"),
        ("11:11", "11:11?"),
        ("seven three zero", "7:30?"),
        # beside an hour
        ("twenty past eight", "8:20?"),
        ("ten after nine", "9:10?"),
        ("twenty five to six", "5:35?"),
        ("8 minutes to nine", "8:52?"),
        ("a quarter to one", "12:45?"),
        ("quarter of nine", "8:45?"),
        ("ten before eight", "7:50?"),
        ("half past twelve", "12:30?"),
        ("half seven", "7:30?"),
        ("quarter to midnight", "23:45"),
        ("ten past noon", "12:10"),
        # of 24 hours
        ("19:00", "19:00"),
        ("19.45", "19:45"),
        ("21:15", "21:15"),
        ("22:30", "22:30"),
        ("23:59", "23:59"),
        ("18:37", "18:37"),
        ("07:30", "07:30"),
        ("0700", "07:00"),
        ("00:30", "00:30"),
        ("24:00", "00:00"),
        ("nineteen hundred", "19:00"),
        ("1900 hours", "19:00"),
        ("twenty two hundred", "22:00"),
        ("noon", "12:00"),
        ("12 noon", "12:00"),
        ("midday", "12:00"),
        ("midnight", "00:00"),
    ],
)
def test_a_time_is_read(english, said, time):
    assert read(english, said) == [time]
    assert read(english, f"remind me at {said.removeprefix('at ')} please") == [time]


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("8:20 pm", "20:20"),
        ("730pm", "19:30"),
        ("8am", "08:00"),
        ("8 o'clock p.m.", "20:00"),
        ("12 am", "00:00"),
        ("12:30 am", "00:30"),
        ("12 pm", "12:00"),
        ("0:15 am", "00:15"),
        ("quarter to twelve pm", "23:45"),
        ("quarter to one am", "00:45"),
        ("07:30 pm", "19:30"),
        ("17 pm", "17:00"),
        ("8 in the morning", "08:00"),
        ("two in the afternoon", "14:00"),
        ("twelve in the evening", "00:00"),
        ("quarter past twelve at night", "00:15"),
        ("ten to twelve at night", "23:50"),
        ("three at night", "03:00"),
        ("every evening 8", "20:00"),
        ("tomorrow morning at 7", "07:00"),
        ("in the evening please remind me at 8", "20:00"),
        ("nine in the evening, every evening", "21:00"),
        ("move my morning reminder to 8", "08:00"),
        ("move my evening reminder to 8 in the morning", "08:00"),
        ("good morning, remind me at 8", "8:00?"),
        ("tonight at 8", "8:00?"),  # of that the day tells
    ],
)
def test_the_part_of_the_day_is_that_of_the_time_that_comes_of_it(english, said, time):
    assert read(english, said) == [time]


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("7 am and 7 pm", ["07:00", "19:00"]),
        ("mornings at 6, evenings at 9", ["06:00", "21:00"]),
        ("8 in the morning and 8 at night", ["08:00", "20:00"]),
        ("at 6:45 and 21:15", ["6:45?", "21:15"]),
        ("at 7, at noon and at 8 pm", ["7:00?", "12:00", "20:00"]),
        ("7, 8 and 9", [None, "9:00?"]),  # digits are one number: better none than another one
        ("from ten to eight", ["10:00?", "8:00?"]),
        ("ten to eight", ["7:50?"]),
        ("8 instead of 7", ["8:00?", "7:00?"]),
        ("tomorrow morning at 7 and tomorrow evening at 7", ["07:00", "19:00"]),
    ],
)
def test_of_several_times_each_has_its_own_part_of_the_day(english, said, times):
    assert read(english, said) == times


@pytest.mark.parametrize(
    "said", ["7:61 pm", "8:72", "25:00", "at 26", "24:30", "13 am", "19:00 am", "half past thirty", "26 pm", "at 99"]
)
def test_a_time_that_there_is_not_is_told_from_none(english, said):
    assert read(english, said) == [None]


@pytest.mark.parametrize(
    "said",
    ["in twenty minutes", "twice a day", "one more time", "the one", "in two hours", "every 2 days", "number four",
     "ten minutes earlier in the mornings", "half an hour", "the first one", "two times a day", "in an hour and a half",
     "hold for thirty seconds", "in twenty five", "in 35 minutes", "one of these", "tomorrow morning", ""],
)  # fmt: skip
def test_what_is_no_time_is_not_read(english, said):
    assert read(english, said) == []


def test_a_language_without_words_for_times_has_none():
    assert TimeReader(ClockWords(), {"7": "seven"}).read(["at", "seven"]) == []
    assert not SaidReminders(ClockWords(), ClauseWords(), {"7": "seven"}).known


def test_who_only_gives_a_time_wishes_nothing_else(english):
    book = english.book
    reminders = SaidReminders(book.clock, ClauseWords(), book.numbers)
    asked = ["when", "is", "half", "past", "seven"]
    assert reminders.slots(asked, {"time": "19:30"}) == {"what": "when"}
    assert reminders.just_time(asked, {"time": "19:30"}) == {"time": "19:30"}
    assert reminders.just_time(["at", "eight", "twenty", "p", "m"], {"time": "19:30"}) == {"time": "20:20"}
