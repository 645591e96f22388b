"""Reminders set and asked for by voice."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from assistant.dialogue.content import clock_times
from assistant.dialogue.run.reminders import REMINDERS, wish_holds
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
