"""A session in which something beside the guide fails goes on, says so where it matters, and gets over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio.mixer import Player
from assistant.dialogue.content.events import Record
from assistant.dialogue.guide import Guide
from assistant.entries import Entry, Said, Trouble
from assistant.errors import SolemateError
from assistant.phases import Phase
from assistant.runtime.database import NoDatabase
from assistant.runtime.json_log import MOST_UNWRITTEN, JsonLog
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import VirtualClock
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from tests.small_disk import missing, small_disk
from tests.stage import BOOK

QUICK = replace(BOOK, ready_seconds=1.0)


class Sick(NoDatabase):
    """A storage that can't be written while it is `sick`."""

    def __init__(self) -> None:
        self.sick = False
        self.kept: list[Any] = []

    def _write(self, what: Any) -> None:
        if self.sick:
            raise SolemateError("the disk is full", "free some space")
        self.kept.append(what)

    def keep(self, key: str, value: Any) -> None:
        self._write((key, value))

    def record(self, record: Record) -> None:
        self._write(record)


class Talker:
    """A voice that takes half a second for everything, and fails at what it is told to."""

    name = "talker"
    rate = 160

    def __init__(self) -> None:
        self.fails: Callable[[str], bool] = lambda _: False
        self.error: Exception = SolemateError("the voice is gone")

    def render(self, text: str) -> Samples:
        if self.fails(text):
            raise self.error
        return np.full(8000, 0.1, np.float32)


class Guided:
    """A session that somebody is in, on the virtual clock; `seen` is what a watcher was told."""

    def __init__(self, *watchers: Any, storage: Sick | None = None) -> None:
        self.storage, self.voice, self.seen = storage or Sick(), Talker(), list[Entry]()
        self.session = Session(
            Guide(QUICK), Player(), self.voice, lambda _: np.zeros(160, np.float32), self.storage,
            watchers=[*watchers, self.seen.append], wall="2026-01-01T08:00:00", goes_on=True,
        )  # fmt: skip
        self.clock = VirtualClock(self.session, None, None)

    def hear(self, intent: str, **slots: Any) -> Guided:
        meant = Match(intent, slots=slots, accepted=True, sure=True)
        self.session.hear(self.clock.t, Utterance(self.clock.t, self.clock.t, Hypothesis((), "", "test"), meant))
        return self

    def wait(self, seconds: float) -> Guided:
        until = self.clock.t + seconds
        while self.clock.t < until:
            self.clock.block()
        return self

    def until(self, wanted: Callable[[], bool], most: float = 600.0) -> Guided:
        until = self.clock.t + most
        while not wanted() and self.clock.t < until:
            self.clock.block()
        assert wanted()
        return self

    @property
    def said(self) -> list[str]:
        return [entry.text for entry in self.seen if isinstance(entry, Said)]

    def troubles(self, *kinds: str) -> list[str]:
        return [entry.message for entry in self.seen if isinstance(entry, Trouble) and entry.kind in kinds]


def begun(guided: Guided) -> Guided:
    guided.wait(2.0).hear("start_stretch", stretch="heel_stretches")
    return guided.until(lambda: guided.session.state.phase is Phase.EXERCISING)


def test_a_disk_that_fills_up_is_told_once_and_the_run_goes_on_to_its_end():
    guided = begun(Guided())
    guided.storage.sick = True
    guided.until(lambda: "[cannot_keep]" in guided.said, 15.0)
    assert len(guided.troubles("cannot_keep")) == 1
    assert "free some space" in guided.troubles("cannot_keep")[0]
    guided.hear("only_stretch", stretch="heel_stretches").until(lambda: guided.session.state.phase is Phase.FINISHED)
    guided.wait(30.0)
    assert guided.said.count("[cannot_keep]") == 1
    kept = len(guided.storage.kept)
    guided.storage.sick = False
    guided.until(lambda: "[kept_again]" in guided.said, 15.0).wait(30.0)
    assert (len(guided.troubles("cannot_keep")), len(guided.troubles("kept_again"))) == (1, 1)
    assert guided.said.count("[kept_again]") == 1
    kinds = [each.kind for each in guided.storage.kept[kept:] if isinstance(each, Record)]
    assert kinds[-2:] == ["stretch", "end"]


def test_what_is_over_before_it_was_said_is_not_said():
    guided = Guided().wait(3.0).hear("start_stretch", stretch="heel_raises")
    guided.until(lambda: guided.session.state.phase is Phase.EXERCISING)
    guided.storage.sick = True
    guided.until(lambda: bool(guided.troubles("cannot_keep")), 15.0)
    guided.storage.sick = False
    guided.until(lambda: bool(guided.troubles("kept_again")), 15.0).wait(60.0)
    assert not {"[cannot_keep]", "[kept_again]"} & set(guided.said)


def test_a_storage_that_is_sick_from_the_start_is_told_of_after_the_greeting():
    storage = Sick()
    storage.load = lambda: (_ for _ in ()).throw(SolemateError("solemate.db is damaged"))  # type: ignore[method-assign]
    guided = Guided(storage=storage).wait(10.0)
    assert guided.said == ["[greeting]", "[cannot_keep]"]
    begun(guided)


def test_a_muted_microphone_is_shown_at_once_and_said_once_after_the_sentence_that_is_being_said():
    guided = begun(Guided())
    guided.session.notice(guided.clock.t, "microphone_silent", "the microphone gives no sound")
    assert guided.troubles("microphone_silent") == ["the microphone gives no sound"]
    saying = guided.said[-1]
    guided.until(lambda: guided.said[-1] != saying, 5.0)
    assert guided.said[-1] == "[microphone_silent]"
    guided.wait(60.0)
    assert guided.said.count("[microphone_silent]") == 1
    guided.session.notice(guided.clock.t, "microphone_sounds", "it gives sound again")
    guided.wait(2.0)
    assert guided.said.count("[microphone_sounds]") == 1


def test_a_mute_is_not_told_of_a_microphone_that_was_unplugged_meanwhile():
    guided = begun(Guided())
    guided.session.notice(guided.clock.t, "microphone_silent", "no sound")
    guided.session.device_gone(guided.clock.t, "microphone", "unplugged")
    guided.wait(5.0)
    assert "[microphone_silent]" not in guided.said
    assert "[microphone_gone]" in guided.said


@pytest.mark.parametrize("error", [SolemateError("the log is full"), BrokenPipeError(32, "Broken pipe"), KeyError("x")])
def test_a_watcher_that_fails_is_told_of_once_until_it_works_again(error):
    broken = True

    def watch(entry: Entry) -> None:
        if broken:
            raise error

    guided = begun(Guided(watch))
    assert len(guided.troubles("output")) == 1
    broken = False
    guided.wait(20.0)
    assert guided.troubles("output")[1:] == ["what happens can be written again"]
    broken = True
    guided.hear("pause").wait(5.0)
    assert len(guided.troubles("output")) == 3


def test_where_nobody_is_guided_a_watcher_that_fails_ends_it():
    def watch(entry: Entry) -> None:
        raise SolemateError("the log is full")

    with pytest.raises(SolemateError, match="the log is full"):
        Session(Guide(QUICK), Player(), Talker(), lambda _: np.zeros(160, np.float32), NoDatabase(), watchers=[watch])


@pytest.mark.parametrize("error", [SolemateError("the voice is gone"), RuntimeError("no such graph")])
def test_a_sentence_that_the_voice_cannot_make_is_left_to_be_read(error):
    guided = Guided()
    guided.voice.error, guided.voice.fails = error, lambda text: "greeting" not in text
    begun(guided)
    assert len(guided.troubles("voice")) == 1
    assert str(error.args[0]) in guided.troubles("voice")[0]
    guided.voice.fails = lambda _: False
    guided.hear("pause").wait(3.0).hear("resume").until(lambda: guided.session.state.phase is Phase.EXERCISING)
    guided.voice.fails = lambda _: True
    guided.wait(60.0)
    assert len(guided.troubles("voice")) == 2


def test_a_log_on_a_full_disk_is_whole_once_there_is_room(tmp_path: Path):
    reason = missing(tmp_path / "try")
    if reason is not None:
        pytest.skip(reason)
    with small_disk(tmp_path / "disk") as disk:
        log = JsonLog(disk.folder / "log.jsonl")
        guided = Guided(log)
        disk.fill()
        begun(guided)
        assert "No space left" in guided.troubles("output")[0]
        guided.wait(20.0)
        disk.empty()
        guided.hear("pause").wait(5.0)
        log.close()
        lines = [json.loads(line) for line in log.path.read_text().splitlines()]
        events = [line for line in lines if line["event"] != "output"]
        assert len(events) == len([entry for entry in guided.seen if getattr(entry, "kind", "") != "output"])


def test_a_log_that_never_works_again_takes_no_more_memory_than_it_may(monkeypatch):
    monkeypatch.setattr("assistant.runtime.json_log.MOST_UNWRITTEN", 1000)
    if not Path("/dev/full").exists():
        pytest.skip("only Linux has a disk that is always full")
    log = JsonLog(Path("/dev/full"))
    for number in range(100):
        with pytest.raises(SolemateError):
            log(Said(0.0, number, "Stop, and ease off."))
    assert 900 < len(log._unwritten) <= 1000 < MOST_UNWRITTEN
    log.close()
