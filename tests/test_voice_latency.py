"""How the bench measures waiting for sentences: the same session each time, and really cached or not."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from assistant.ports import Stopping
from assistant.speaking.cached_voice import CachedVoice
from assistant.speaking.speech_cache import SpeechCache
from assistant.speaking.synthesis import BrokenOff, Stop
from assistant.understanding.hypothesis import Samples
from bench.voice_latency import OwnClock, Slow, Uncached, _waited, rows


class Quick:
    """A synthesiser that counts."""

    name, engine, version, repeatable, movable = "test", "test", "1", True, True

    def __init__(self) -> None:
        self.made = 0

    def sentences(self, text: str) -> list[str]:
        return [text]

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        self.made += 1
        return np.full(800 * len(text), 0.1, np.float32)


def test_each_way_says_the_same_and_makes_as_much_as_it_must(tmp_path):
    without, cold, warm = Quick(), Quick(), Quick()
    first = _waited(Uncached(without), OwnClock(), 60.0)
    second = _waited(CachedVoice(cold, SpeechCache(tmp_path, 10**8)), OwnClock(), 60.0)
    third = _waited(CachedVoice(warm, SpeechCache(tmp_path, 10**8)), OwnClock(), 60.0)
    assert first["sentences"] == second["sentences"] == third["sentences"] == without.made > 15
    assert 10 < cold.made <= without.made
    assert warm.made == 0
    assert [row[0] for row in rows({"test": {"warm": third}, "piper": "isn't installed"})] == [
        "speaking, test: warm", "speaking, piper",
    ]  # fmt: skip


def test_a_slowed_voice_can_be_broken_off():
    stop = Stop()
    slow = Slow(Quick(), 10**9)
    ended: list[bool] = []

    def speak() -> None:
        try:
            slow.speak("Hello.", 160, stop)
        except BrokenOff:
            ended.append(True)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    stop()
    thread.join(20.0)
    assert ended == [True]


def test_a_voice_that_is_not_slowed_is_the_same():
    assert len(Slow(Quick(), 1).speak("Hello.", 160)) == 800 * 6
    stop = Stop()
    stop()
    with pytest.raises(BrokenOff):
        Slow(Quick(), 2).speak("Hello.", 160, stop)
