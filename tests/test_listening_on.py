"""Listening goes on after a fault of its own, and notices a microphone without sound; all with devices made up here."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from assistant.errors import SolemateError
from assistant.ports import BLOCK
from assistant.runtime import listener
from assistant.runtime.listener import BegunAnew, Found, Listening, Silent
from assistant.understanding.hypothesis import Samples
from assistant.understanding.moment import Moment

PATIENCE = 60.0
"""Seconds; a busy machine takes its time."""


class Microphone:
    """Gives blocks as fast as they are read: `loud` ones, or digital silence."""

    def __init__(self, *, loud: bool) -> None:
        self.loud = loud
        self.at = 0.0
        self.breaks = 0
        self.read_so_far = 0

    def read(self, timeout: float) -> Samples:
        self.read_so_far += 1
        self.at += 0.03
        time.sleep(0)  # lets the other thread have its turn
        return np.full(BLOCK, 0.01 if self.loud else 0.0, np.float32)


class Ear:
    """Fails at the blocks that it is told to."""

    def __init__(self, number: int, faulty: set[int]) -> None:
        self._number, self._faulty = number, faulty
        self.speaking = False

    def feed(self, block: Samples, moment: Moment) -> list[Any]:
        if self._number in self._faulty:
            raise ValueError(f"ear {self._number} has no such state")
        return []

    def flush(self) -> list[Any]:
        return []


class Rig:
    """Listening to a microphone, with what it tells."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *faulty: int, loud: bool = True) -> None:
        self.ears = 0
        monkeypatch.setattr(listener, "LiveEar", lambda ear, chain: SimpleNamespace(feed=ear.feed, hearing=True))
        frame = SimpleNamespace(person_speaks=False)
        self.lost_track = 0
        chain = SimpleNamespace(feed=lambda *_, **__: frame, lost_track=self.loses_track)
        monkeypatch.setattr(listener, "Chain", lambda **_: chain)
        self.microphone = Microphone(loud=loud)
        far_end = SimpleNamespace(breaks=0, during=lambda *_: np.zeros(BLOCK, np.float32))
        self.speaker = SimpleNamespace(far_end=far_end)
        devices = SimpleNamespace(microphone=lambda timeout=0.0: self.microphone, speaker=self.speaker)
        ears = SimpleNamespace(gain=1.0, new_ear=lambda: self.new_ear(set(faulty)))
        self.told: queue.Queue[Found] = queue.Queue()
        self.listening = Listening(devices, ears, Moment, self.told.put, cancels=False)  # type: ignore[arg-type]

    def loses_track(self) -> None:
        self.lost_track += 1

    def new_ear(self, faulty: set[int]) -> Ear:
        self.ears += 1
        return Ear(self.ears, faulty)

    def next(self, kind: type[Any]) -> Any:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.told.get(timeout=PATIENCE)
            if isinstance(found, kind):
                return found
        raise AssertionError(f"no {kind.__name__} was told")

    def hears_on(self) -> bool:
        """Whether it reads far more than fits the queue between its two threads."""
        until, wanted = time.monotonic() + PATIENCE, self.microphone.read_so_far + 5 * listener.WAITING_FRAMES
        while time.monotonic() < until and self.microphone.read_so_far < wanted:
            threading.Event().wait(0.01)
        return self.microphone.read_so_far >= wanted


@pytest.fixture
def rig(monkeypatch):
    rigs: list[Rig] = []

    def make(*faulty: int, loud: bool = True) -> Rig:
        rigs.append(Rig(monkeypatch, *faulty, loud=loud))
        return rigs[-1]

    yield make
    for each in rigs:
        each.listening.stop()


def test_an_ear_that_fails_is_replaced_and_the_program_hears_on(rig):
    made = rig(1)
    assert "ear 1 has no such state" in made.next(BegunAnew).message
    assert made.hears_on()
    assert made.ears == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_fails_again_and_again_ends_the_program_rather_than_be_deaf(rig):
    made = rig(*range(1, 100))
    made.next(BegunAnew)
    made.next(BegunAnew)
    assert "listening broke off" in str(made.next(SolemateError))


def test_a_fault_in_taking_the_sound_is_got_over_too(rig):
    made = rig()
    read: Callable[[float], Samples] = made.microphone.read
    failed = threading.Event()

    def fail_once(timeout: float) -> Samples:
        if not failed.is_set():
            failed.set()
            raise FloatingPointError("overflow")
        return read(timeout)

    made.microphone.read = fail_once
    assert "overflow" in made.next(BegunAnew).message
    assert made.hears_on()


def test_a_device_that_lost_sound_has_the_echo_looked_for_again(rig):
    made = rig()
    assert made.hears_on()
    assert made.lost_track == 0
    made.microphone.breaks += 1
    assert made.hears_on()
    made.speaker.far_end.breaks += 1
    assert made.hears_on()
    assert made.lost_track == 2


def test_a_microphone_without_sound_is_told_once_and_that_it_is_back(rig):
    made = rig()
    assert made.hears_on()
    made.microphone.loud = False
    assert made.next(Silent).yes
    assert made.hears_on()
    made.microphone.loud = True
    assert not made.next(Silent).yes


def test_a_new_ear_does_not_tell_again_that_there_is_no_sound(rig):
    made = rig(loud=False)
    assert made.next(Silent).yes
    made.listening._dropped = made.listening._hearing
    assert made.hears_on()
    kinds = [type(made.told.get_nowait()) for _ in range(made.told.qsize())]
    assert Silent not in kinds
