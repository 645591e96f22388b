"""Reminders: given softly, at their time and when nothing is going on; put off, dismissed, and not given in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from assistant.dialogue.content.events import Cue, Say
from assistant.dialogue.requests.undo import UNDO_SECONDS
from assistant.dialogue.run.reminders import AGAIN, DEALT_WITH, LAST_DONE, REMINDERS
from assistant.phases import Phase
from tests.stage import BOOK, Stage

MINUTE, HOUR = 60.0, 3600.0

SAFE = {"safety_told": True}

STAYING = replace(BOOK, stays=True)


def stage(wall: str, *times: str, book: Any = STAYING, **memory: Any) -> Stage:
    """A guide that waits since `wall`, with reminders at these times."""
    return Stage(book=book, memory={**SAFE, REMINDERS: list(times), **memory}, wall=wall)


def told(of: Stage) -> list[str]:
    """When reminders were told, on the person's clock."""
    at = [now for now, effect in of.log if isinstance(effect, Say) and effect.soft]
    start = datetime.fromisoformat(of.wall)
    return [(start + timedelta(seconds=now)).isoformat(timespec="minutes") for now in at]


def all_stretches(of: Stage) -> Stage:
    """Do the whole routine, without waiting before a stretch."""
    of.say("start_routine")
    while of.state.phase is not Phase.FINISHED and of.state.phase is not Phase.IDLE:
        stretch = of.state.run.stretch
        of.say("ready").wait(1).say("ready")
        of.wait_until(lambda s, here=stretch: s.phase is Phase.FINISHED or s.run.stretch != here)
    return of


# At their time


def test_two_a_day_are_told_at_their_times_day_after_day():
    waiting = stage("2026-01-01T06:00:00", "08:00", "19:30").wait(48 * HOUR)
    assert told(waiting) == ["2026-01-01T08:00", "2026-01-01T19:30", "2026-01-02T08:00", "2026-01-02T19:30"]


def test_a_reminder_is_soft_comes_with_a_sound_and_is_said_once():
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(10 * MINUTE)
    said = [effect for _, effect in waiting.log if isinstance(effect, Say)]
    assert len(said) == 1
    assert said[0].soft
    assert said[0].text == "[remind]"
    assert [effect.name for _, effect in waiting.log if isinstance(effect, Cue)] == ["remind"]
    answer = waiting.say("help")
    assert not [effect for _, effect in answer.log if isinstance(effect, Say)][-1].soft


def test_nothing_is_told_without_reminders_or_without_a_clock():
    assert told(stage("2026-01-01T07:59:00").wait(24 * HOUR)) == []
    nobody_told_the_time = Stage(book=STAYING, memory={REMINDERS: ["08:00"]}, wall="").wait(24 * HOUR)
    assert nobody_told_the_time.said == []


def test_a_reminder_at_midnight_comes_once_a_day():
    assert told(stage("2026-01-01T23:50:00", "00:00").wait(25 * HOUR)) == ["2026-01-02T00:00", "2026-01-03T00:00"]


def test_it_waits_until_what_is_being_said_is_over():
    waiting = stage("2026-01-01T07:59:58", "08:00").say("list")
    assert waiting.state.speech is not None
    waiting.silence()
    assert waiting.state.now > 2  # it was due in the meantime
    assert len(told(waiting.wait(1))) == 1


# Runs


def test_none_is_told_while_a_run_goes_on_and_one_that_was_finished_counts():
    waiting = stage("2026-01-01T07:55:00", "08:00", "19:00").say("start_routine").silence()
    waiting.wait(10 * MINUTE)
    assert told(waiting) == []
    all_stretches(waiting)
    waiting.wait(24 * HOUR)
    assert told(waiting)[0] == "2026-01-01T19:00"


def test_one_that_came_due_in_a_run_given_up_early_is_told_a_quarter_of_an_hour_after_it():
    waiting = stage("2026-01-01T07:59:00", "08:00").say("start_routine").wait(2 * MINUTE).say("stop")
    assert told(waiting.wait(14 * MINUTE)) == []
    assert told(waiting.wait(2 * HOUR)) == ["2026-01-01T08:16"]


def test_a_pause_is_part_of_the_run():
    waiting = stage("2026-01-01T07:58:00", "08:00").say("start_routine").silence().say("pause").wait(4 * MINUTE)
    assert waiting.state.phase is Phase.PAUSED
    assert told(waiting) == []


@pytest.mark.parametrize(("wall", "expected"), [("06:30", []), ("03:00", ["2026-01-01T08:00"])])
def test_a_run_shortly_before_counts_and_one_in_the_night_does_not(wall, expected):
    waiting = all_stretches(stage(f"2026-01-01T{wall}:00", "08:00"))
    waiting.wait(8 * HOUR)
    assert told(waiting) == expected


def test_one_stretch_alone_is_not_enough_to_count():
    waiting = stage("2026-01-01T07:30:00", "08:00").say("only_stretch", stretch="ankle_circles").silence()
    waiting.say("done").wait(2 * HOUR)
    assert LAST_DONE not in waiting.remembered
    assert told(waiting) == ["2026-01-01T08:00"]


# What is answered


def test_later_asks_again_in_fifteen_minutes_and_three_times_at_most():
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(2 * MINUTE)
    for _ in range(3):
        waiting.say("later")
        assert waiting.said[-1] == "[later minutes=15]"
        waiting.wait(15 * MINUTE + 1)
    times = [datetime.fromisoformat(each).time() for each in told(waiting)]
    assert times == [time(8), time(8, 16), time(8, 31), time(8, 46)]
    assert waiting.said[-1] == "[remind_last]"
    waiting.say("later")
    assert waiting.said[-1] == "[later_enough]"
    assert len(told(waiting.wait(12 * HOUR))) == 4


def test_later_said_twice_is_one_later():
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(2 * MINUTE).say("later").wait(MINUTE).say("later")
    assert waiting.remembered[AGAIN]["times"] == 1
    assert told(waiting.wait(HOUR)) == ["2026-01-01T08:00", "2026-01-01T08:17"]


def test_silence_is_no_reason_to_ask_again():
    assert told(stage("2026-01-01T07:59:00", "08:00").wait(10 * HOUR)) == ["2026-01-01T08:00"]


def test_not_today_ends_them_for_the_day_and_no_longer():
    waiting = stage("2026-01-01T07:59:00", "08:00", "19:00").wait(2 * MINUTE).say("later").say("not_today")
    assert told(waiting.wait(36 * HOUR)) == ["2026-01-01T08:00", "2026-01-02T08:00", "2026-01-02T19:00"]


def test_not_today_can_be_said_before_the_first_one():
    waiting = stage("2026-01-01T07:00:00", "08:00")
    waiting = Stage(book=BOOK, memory=waiting.memory, wall=waiting.wall).silence().say("not_today")
    assert waiting.said[-1] == "[not_today]"
    assert told(waiting.wait(10 * HOUR)) == []


@pytest.mark.parametrize("word", ["no", "stop", "done"])
def test_it_is_sent_away_by_a_word_and_the_program_does_not_end(word):
    waiting = stage("2026-01-01T07:59:00", "08:00", "19:00", book=BOOK).wait(1.5 * MINUTE).say(word)
    assert waiting.said[-1] == "[remind_dismissed]"
    assert not waiting.quit
    assert told(waiting.wait(12 * HOUR)) == ["2026-01-01T08:00", "2026-01-01T19:00"]


@pytest.mark.parametrize("word", ["yes", "start_routine", "ready"])
def test_it_leads_to_a_run(word):
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(1.5 * MINUTE).say(word)
    assert waiting.state.phase is Phase.GETTING_READY


def test_a_yes_that_comes_too_late_is_about_something_else():
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(5 * MINUTE).say("yes")
    assert waiting.state.phase is Phase.IDLE


def test_later_is_taken_back():
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(1.5 * MINUTE).say("later").wait(UNDO_SECONDS / 2).say("undo")
    assert waiting.remembered[AGAIN] is None
    assert waiting.say("later").remembered[AGAIN]["times"] == 1


def test_a_run_after_later_makes_the_rest_of_it_needless():
    waiting = stage("2026-01-01T07:59:00", "08:00").wait(1.5 * MINUTE).say("later")
    assert told(all_stretches(waiting).wait(10 * HOUR)) == ["2026-01-01T08:00"]


def test_not_today_is_a_no_where_something_else_was_asked():
    asked = Stage(memory={**SAFE, "hurt:heel_stretches": "2025-12-31"})
    asked.say("start_stretch", stretch="heel_stretches").silence()
    assert asked.state.phase is Phase.ASKING
    asked.say("not_today")
    assert asked.state.run.stretch == 4


# Over a restart


def test_a_login_shortly_after_the_time_is_reminded_and_a_start_by_hand_is_not():
    assert len(told(stage("2026-01-01T08:20:00", "08:00").wait(1))) == 1
    by_hand = stage("2026-01-01T08:20:00", "08:00", book=BOOK).wait(HOUR)
    assert told(by_hand) == []
    assert by_hand.remembered[DEALT_WITH] == "2026-01-01T08:20:00"


def test_a_restart_forgets_neither_what_was_told_nor_what_was_put_off():
    first = stage("2026-01-01T07:59:00", "08:00").wait(2 * MINUTE)
    again = stage("2026-01-01T08:05:00", "08:00", **{DEALT_WITH: first.remembered[DEALT_WITH]})
    assert told(again.wait(HOUR)) == []
    first.say("later")
    kept = {key: first.remembered[key] for key in (DEALT_WITH, AGAIN)}
    assert told(stage("2026-01-01T08:05:00", "08:00", **kept).wait(HOUR)) == ["2026-01-01T08:16"]
