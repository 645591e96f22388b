"""Reminders set and asked for by voice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from assistant.dialogue.content import clock_times
from assistant.dialogue.run.reminders import ONCE, REMINDERS, wish_holds
from assistant.wiring import guide_book
from tests.stage import ENGLISH, Stage
from tests.test_reminders import HOUR, SAFE, stage, told

SEVEN = "[time_morning time=[time_hour following=8 hour=7]]"


@pytest.mark.parametrize(
    ("before", "slots", "after"),
    [
        ([], {"time": "08:00"}, ["08:00"]),
        ([], {"time": "08:00", "other": "21:00"}, ["08:00", "21:00"]),
        (["08:00"], {"time": "19:00"}, ["08:00", "19:00"]),
        (["08:00", "19:00"], {"time": "20:30"}, ["08:00", "20:30"]),
        (["08:00", "19:00"], {"time": "07:00"}, ["07:00", "19:00"]),
        (["08:00"], {"time": "09:00"}, ["09:00"]),
        (["06:00", "10:00"], {"time": "09:00"}, ["06:00", "09:00"]),
        (["06:00", "10:00"], {"time": "19:00"}, ["06:00", "19:00"]),
        (["08:00", "19:00"], {"time": "08:00", "other": "08:00"}, ["08:00"]),
        (["07:00"], {"what": "usual"}, ["08:00", "19:00"]),
        (["08:00", "19:00"], {"what": "off"}, []),
        (["08:00", "19:00"], {"what": "only_at", "time": "09:00"}, ["09:00"]),
        (["08:00", "19:00"], {"what": "only_at", "time": "8:00?"}, ["08:00"]),
        # one in place of another
        (["08:00", "19:00"], {"time": "20:00", "old": "19:00"}, ["08:00", "20:00"]),
        (["08:00", "19:00"], {"time": "8:00?", "old": "7:00?"}, ["08:00", "20:00"]),
        (["06:00", "10:00"], {"time": "9:00?", "old": "6:00?"}, ["09:00", "10:00"]),
        (["07:00", "19:00"], {"time": "20:00", "old": "7:00?"}, ["07:00", "20:00"]),
        (["11:00", "19:00"], {"time": "1:00?", "old": "11:00"}, ["13:00", "19:00"]),
        (["10:00"], {"time": "12:00?", "old": "10:00?"}, ["12:00"]),
        (["11:30"], {"time": "12:30?", "old": "11:30"}, ["12:30"]),
        (["13:00"], {"time": "11:00?", "old": "13:00"}, ["11:00"]),
        (["21:00"], {"time": "11:00?", "old": "21:00"}, ["23:00"]),
        (["08:00", "19:00"], {"time": "08:00", "old": "19:00"}, ["08:00"]),
        # not any more
        (["08:00", "19:00"], {"what": "not_at", "time": "19:00"}, ["08:00"]),
        (["08:00", "19:00"], {"what": "not_at", "time": "8:00?"}, ["19:00"]),
        (["08:00", "19:00"], {"what": "not_at", "time": "08:00", "other": "7:00?"}, []),
    ],
)
def test_times_are_set_by_voice(before, slots, after):
    assert stage("2026-01-01T12:00:00", *before).say("remind", **slots).remembered[REMINDERS] == after


@pytest.mark.parametrize(
    ("said", "now", "meant"),
    [
        ("7:30?", "06:00", "07:30"),
        ("7:30?", "12:00", "19:30"),
        ("7:30?", "20:00", "07:30"),
        ("12:00?", "09:00", "12:00"),
        ("12:15?", "13:00", "12:15"),
        ("2:00?", "20:00", "14:00"),
        ("11:00?", "12:00", "11:00"),
        ("5:00?", "04:00", "17:00"),
        ("07:30", "12:00", "07:30"),
    ],
)
def test_a_time_without_morning_or_evening_is_the_next_one_in_waking_hours(said, now, meant):
    assert clock_times.meant(said, datetime.fromisoformat(f"2026-01-01T{now}:00")) == meant


def test_what_was_set_is_told_in_full_and_is_not_due_at_once():
    waiting = stage("2026-01-01T19:10:00").say("remind", time="7:00?")
    assert waiting.said[-1] == f"[reminders_set times={SEVEN}]"
    waiting.say("remind", time="19:00")
    assert waiting.said[-1] == f"[reminders_set times={SEVEN} and [time_evening time=[time_hour following=8 hour=7]]]"
    assert told(waiting.wait(14 * HOUR)) == ["2026-01-02T07:00"]


def test_who_ends_the_program_by_a_word_is_told_that_it_has_to_run():
    assert Stage().say("remind", time="08:00").said[-1].endswith("[reminders_while_running]")


def test_the_next_one_is_told():
    assert stage("2026-01-01T12:00:00").say("remind").said[-1].startswith("[reminders_none]")
    waiting = stage("2026-01-01T12:00:00", "08:00", "19:15")
    quarter_past = "[time_evening time=[time_quarter_past following=8 hour=7]]"
    assert waiting.say("remind", what="when").said[-1] == f"[next_today time={quarter_past}]"
    waiting.say("remind", what="today")
    assert waiting.say("remind").said[-1] == "[next_tomorrow time=[time_morning time=[time_hour following=9 hour=8]]]"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("08:00", "eight in the morning"),
        ("12:00", "noon"),
        ("00:00", "midnight"),
        ("12:30", "half past twelve in the afternoon"),
        ("23:45", "a quarter to twelve at night"),
        ("18:05", "six oh five in the evening"),
        ("18:20", "six twenty in the evening"),
        ("00:15", "a quarter past twelve at night"),
    ],
)
def test_times_are_said_as_people_say_them(at, words):
    assert clock_times.in_words(guide_book(ENGLISH).replies, time.fromisoformat(at)) == words


def test_setting_them_is_taken_back():
    waiting = stage("2026-01-01T12:00:00", "08:00").say("remind", what="off").say("undo")
    assert waiting.remembered[REMINDERS] == ["08:00"]


def test_what_was_set_by_voice_holds_until_the_settings_file_is_changed():
    heard = Stage(memory=SAFE)
    heard.state, _ = heard.guide.begin(SAFE, heard.wall, None, {REMINDERS: ["08:00"]})
    heard.say("remind", time="09:00")
    assert not wish_holds(heard.remembered, ["08:00"])
    assert wish_holds(heard.remembered, ["10:00"])


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"what": "no_time"}, "[reminders_no_time]"),
        ({"what": "which_time"}, "[reminders_which_time]"),
        ({"what": "too_many"}, "[reminders_too_many]"),
        ({"what": "one_once"}, "[once_which]"),
        ({"what": "not_at", "time": "9:00?"}, "[reminders_not_then time=[time_hour following=10 hour=9]]"),
        ({"what": "not_at", "time": "08:00", "other": "09:00"}, "[reminders_not_then time="),
        ({"what": "not_at", "time": "7:00?"}, "[reminders_which times="),
        ({"what": "not_at", "time": "07:00", "day": "tomorrow"}, "[reminders_daily]"),
        ({"what": "not_at", "ahead": "20"}, "[nothing_to_put_off]"),
        ({"time": "10:00", "old": "09:00"}, "[reminders_not_then time="),
        ({"time": "8:00?", "old": "7:00?"}, "[reminders_which_moved times="),
        ({"what": "only_at", "time": "7:00?"}, "[reminders_which times="),
    ],
)
def test_what_is_not_clear_changes_nothing(slots, reply):
    waiting = stage("2026-01-01T12:00:00", "07:00", "19:00").say("remind", **slots)
    assert waiting.said[-1].startswith(reply)
    assert waiting.state.memory[REMINDERS] == ["07:00", "19:00"]
    assert ONCE not in waiting.state.memory


def test_a_reminder_that_is_cancelled_may_be_taken_back():
    waiting = stage("2026-01-01T12:00:00", "08:00").say("remind", what="not_at", time="08:00")
    assert waiting.said[-1] == "[reminders_off]"
    assert waiting.say("undo").state.memory[REMINDERS] == ["08:00"]


@pytest.mark.parametrize(
    ("now", "slots", "at"),
    [
        ("07:00", {"day": "tonight", "time": "8:00?"}, "2026-01-01T20:00:00"),
        ("18:00", {"day": "tonight", "time": "12:00?"}, "2026-01-02T00:00:00"),
        ("18:00", {"day": "tonight", "time": "1:00?"}, "2026-01-02T01:00:00"),
        ("18:00", {"day": "today", "time": "8:00?"}, "2026-01-01T20:00:00"),
        ("18:00", {"day": "once", "time": "08:00"}, "2026-01-02T08:00:00"),
        ("18:00", {"day": "tomorrow", "time": "20:00"}, "2026-01-02T20:00:00"),
        ("21:00", {"day": "tonight", "time": "8:00?"}, None),
        ("21:00", {"day": "today", "time": "20:00"}, None),
    ],
)
def test_a_reminder_is_given_once_on_the_day_that_was_said(now, slots, at):
    waiting = stage(f"2026-01-01T{now}:00", "07:00").say("remind", **slots)
    assert waiting.state.memory.get(ONCE) == at
    assert waiting.said[-1].startswith("[once_to" if at else "[once_past time=")
    assert waiting.state.memory[REMINDERS] == ["07:00"]


@pytest.mark.parametrize(
    "slots",
    [{"what": "not_at", "time": "9:00?"}, {"what": "not_at", "ahead": str(21 * 60 + 5)},
     {"what": "not_at", "time": "09:00", "day": "tomorrow"}],
)  # fmt: skip
def test_the_one_that_is_given_once_is_cancelled_as_well(slots):
    waiting = stage("2026-01-01T12:00:00", "07:00").say("remind", day="tomorrow", time="09:00")
    waiting.say("remind", **slots)
    assert waiting.said[-1].startswith("[once_off time=")
    assert (waiting.state.memory.get(ONCE), waiting.state.memory[REMINDERS]) == (None, ["07:00"])


def test_the_one_that_is_given_once_is_moved_on_its_day():
    waiting = stage("2026-01-01T12:00:00", "07:00").say("remind", day="tomorrow", time="09:00")
    waiting.say("remind", old="9:00?", time="10:00?")
    assert (waiting.state.memory[ONCE], waiting.state.memory[REMINDERS]) == ("2026-01-02T10:00:00", ["07:00"])


@pytest.mark.parametrize(
    ("once", "slots", "reply", "left"),
    [
        # both kinds in one breath
        ("2026-01-02T09:00:00", {"what": "not_at", "time": "7:00?", "other": "9:00?"}, "reminders_off", (None, [])),
        ("2026-01-02T07:00:00", {"what": "not_at", "time": "7:00?"}, "reminders_off", (None, [])),
        # on another day, in another while, or either of two
        ("2026-01-01T20:00:00", {"what": "not_at", "time": "8:00?", "day": "tomorrow"}, "reminders_not_then", None),
        ("2026-01-01T19:00:00", {"what": "not_at", "time": "7:00?", "day": "tomorrow"}, "reminders_daily", None),
        ("2026-01-02T09:00:00", {"what": "not_at", "ahead": "60"}, "nothing_to_put_off", None),
        ("2026-01-01T19:00:00", {"what": "not_at", "time": "7:00?"}, "reminders_which", None),
        ("2026-01-01T19:00:00", {"time": "8:00?", "old": "7:00?"}, "reminders_which_moved", None),
        # on that day
        ("2026-01-01T19:00:00", {"what": "not_at", "time": "7:00?", "day": "tonight"}, "once_off", (None, ["07:00"])),
        ("2026-01-01T13:00:00", {"what": "not_at", "ahead": "55"}, "once_off", (None, ["07:00"])),
        # into the past
        ("2026-01-01T20:00:00", {"time": "07:00", "old": "20:00"}, "once_past", None),
    ],
)
def test_of_the_daily_one_and_the_one_for_once_only_what_was_said_changes(once, slots, reply, left):
    waiting = stage("2026-01-01T12:00:00", "07:00")
    waiting.state = replace(waiting.state, memory={**waiting.state.memory, ONCE: once})
    waiting.say("remind", **slots)
    assert waiting.said[-1].startswith(f"[{reply}")
    assert (waiting.state.memory.get(ONCE), waiting.state.memory[REMINDERS]) == (left or (once, ["07:00"]))
