"""Clocks that jump, and laptops that sleep: what becomes of reminders and runs, and that it is noticed at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from assistant.audio.mixer import Player
from assistant.dialogue.content.events import WallClock
from assistant.dialogue.guide import Guide
from assistant.dialogue.state.state import Asked
from assistant.entries import Entry, Trouble
from assistant.phases import Phase
from assistant.runtime import real_time
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance
from tests.stage import BOOK, Stage
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


class Sleeper:
    """A session in the loop, on clocks that are set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.awake, self.wall = 1000.0, datetime(2026, 1, 1, 8, 0)
        monkeypatch.setattr(real_time, "time", SimpleNamespace(monotonic=lambda: self.awake))
        monkeypatch.setattr(real_time, "datetime", SimpleNamespace(now=lambda: self.wall))
        self.told: list[Entry] = []
        self.session = Session(
            Guide(BOOK), Player(), Mute(), silent, NoDatabase(), watchers=[self.told.append], wall=self.wall.isoformat()
        )
        self.loop = real_time.Loop(self.session, None)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds / real_time.WAKE)):
            self.awake += real_time.WAKE
            self.wall += timedelta(seconds=real_time.WAKE)
            self.loop._advance()

    def until(self, phase: Phase) -> None:
        for _ in range(3000):
            if self.session.state.phase is phase:
                return
            self.pass_time(real_time.WAKE)
        raise AssertionError(f"never {phase}")

    def hear(self, intent: str, **slots: Any) -> None:
        t = self.loop.t
        meant = Match(intent, slots=slots, accepted=True, sure=True)
        self.session.hear(t, Utterance(t, t, Hypothesis((), "", "test"), meant))


HOURS = 8 * 3600.0


@pytest.mark.parametrize(
    ("awake", "wall"),
    [(0.0, HOURS), (HOURS, HOURS), (HOURS, 0.0)],
    ids=["the program's clock sleeps too", "it goes on", "it goes on, and the other one sleeps"],
)
def test_a_run_stands_still_after_hours_of_sleep_and_asks(monkeypatch, awake, wall):
    sleeper = Sleeper(monkeypatch)
    sleeper.pass_time(1.0)
    sleeper.hear("start_stretch", stretch="heel_stretches")
    sleeper.until(Phase.GETTING_READY)
    sleeper.hear("ready")
    sleeper.until(Phase.EXERCISING)
    sleeper.pass_time(5.0)
    assert sleeper.session.state.run.span is not None
    elapsed, t = sleeper.session.state.run.span.elapsed, sleeper.session.state.now
    sleeper.awake += awake
    sleeper.wall += timedelta(seconds=wall)
    sleeper.pass_time(1.0)
    state = sleeper.session.state
    assert state.asked is Asked.AWAKE
    assert state.now == pytest.approx(t + 1.0, abs=0.2), "the time asleep is no time of the session"
    assert state.run.span is not None
    assert state.run.span.elapsed == pytest.approx(elapsed, abs=0.2)
    assert [entry.kind for entry in sleeper.told if isinstance(entry, Trouble)] == ["slept"]
    sleeper.hear("yes")
    sleeper.until(Phase.EXERCISING)


def test_a_loop_that_is_busy_for_some_seconds_has_not_slept(monkeypatch):
    sleeper = Sleeper(monkeypatch)
    sleeper.pass_time(1.0)
    sleeper.awake += 10.0
    sleeper.wall += timedelta(seconds=10.0)
    sleeper.pass_time(0.1)
    assert sleeper.session.state.now == pytest.approx(11.1, abs=0.1)
    assert not [entry for entry in sleeper.told if isinstance(entry, Trouble)]
