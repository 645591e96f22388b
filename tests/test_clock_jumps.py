"""Clocks that jump, and laptops that sleep: what becomes of reminders, and that it is noticed at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from assistant.audio.mixer import Player
from assistant.dialogue.content.events import WallClock
from assistant.dialogue.guide import Guide
from assistant.runtime import real_time
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from tests.stage import Stage
from tests.test_reminders import HOUR, MINUTE, STAYING, stage, told


def jump(of: Stage, to: str) -> Stage:
    """The person's clock tells another time, as after a sleep of the machine."""
    of._step(WallClock(of.state.now, to))
    return of


@pytest.mark.parametrize(
    ("woken", "expected"),
    [("2026-01-01T08:40:00", 1), ("2026-01-01T10:00:00", 0), ("2026-01-03T08:10:00", 1), ("2026-01-03T07:00:00", 0)],
)
def test_after_a_sleep_a_reminder_is_told_only_if_it_is_not_long_past(woken, expected):
    waiting = jump(stage("2026-01-01T07:00:00", "08:00").wait(MINUTE), woken).wait(1)
    assert len(told(waiting)) == expected


def test_a_clock_that_is_put_back_an_hour_reminds_once():
    waiting = stage("2026-10-25T02:25:00", "02:30").wait(10 * MINUTE)
    jump(waiting, "2026-10-25T02:10:00").wait(HOUR)
    assert len(told(waiting)) == 1


def test_a_time_that_the_clock_leaps_over_is_told_after_the_leap():
    waiting = stage("2026-03-29T01:59:00", "02:30").wait(30)
    jump(waiting, "2026-03-29T03:00:00").wait(1)
    assert len(told(waiting)) == 1


def test_a_clock_that_was_years_ahead_does_not_silence_reminders():
    waiting = stage("2036-01-01T07:59:00", "08:00").wait(2 * MINUTE).say("later")
    jump(waiting, "2026-01-01T07:30:00").wait(HOUR)
    assert len(told(waiting)) == 2


def silent(_: str) -> Any:
    """What every word and every sound is like here."""
    return np.zeros(10, np.float32)


@dataclass
class Mute:
    """A voice without a sound."""

    name: str = "mute"
    rate: int = 160

    def render(self, text: str) -> Any:
        return silent(text)


@pytest.mark.parametrize("leap", [timedelta(hours=9), -timedelta(hours=1)])
def test_a_machine_that_wakes_and_a_clock_that_is_set_are_noticed_at_once(monkeypatch, leap):
    now = datetime.now()
    guided = Session(Guide(STAYING), Player(), Mute(), silent, NoDatabase(), wall=now.isoformat())
    loop = real_time.Loop(guided, None)
    heard: list[str] = []
    monkeypatch.setattr(guided, "clock_is", lambda t, wall: heard.append(wall))
    loop._tell_time()
    assert heard == []

    class Leapt(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now + leap

    monkeypatch.setattr(real_time, "datetime", Leapt)
    loop._tell_time()
    assert heard == [(now + leap).isoformat()]
