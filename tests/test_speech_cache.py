"""Rendered sentences on disk: limited, shared, and never worse than none."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.files import UNFINISHED
from assistant.speaking.speech_cache import SUFFIX, Recipe, SpeechCache, rounded
from assistant.understanding.hypothesis import Samples

ROOT = Path(__file__).parent.parent
LARGE = 10_000_000
SECOND = 16_000 * 2
"""Bytes in a second of sound."""


def recipe(text: str = "Three.", **changes: object) -> Recipe:
    return Recipe(**{"engine": "piper", "voice": "joe", "version": "1", "rate": 160, "text": text, **changes})  # type: ignore[arg-type]


def sound(seed: int = 0, seconds: float = 1.0) -> Samples:
    return rounded(np.random.default_rng(seed).uniform(-1, 1, round(16_000 * seconds)).astype(np.float32))


def test_what_was_put_comes_back_the_very_same(tmp_path):
    store = SpeechCache(tmp_path / "made" / "here", LARGE)
    store.put(recipe(), sound())
    again = SpeechCache(tmp_path / "made" / "here", LARGE).get(recipe())
    assert again is not None
    assert again.dtype == np.float32
    assert np.array_equal(again, sound())
    assert store.problem is None


def test_no_sound_is_kept_too(tmp_path):
    store = SpeechCache(tmp_path, LARGE)
    store.put(recipe(), sound()[:0])
    again = store.get(recipe())
    assert again is not None
    assert again.shape == (0,)


@pytest.mark.parametrize(
    "other",
    [{"engine": "espeak"}, {"voice": "gmw/en"}, {"version": "2"}, {"rate": 180}, {"text": "Two."}],
    ids=lambda other: next(iter(other)),
)
def test_another_engine_voice_version_rate_or_text_is_another_sentence(tmp_path, other):
    store = SpeechCache(tmp_path, LARGE)
    store.put(recipe(), sound())
    assert store.get(recipe(**other)) is None


def test_the_text_is_not_to_be_read_from_the_folder(tmp_path):
    store = SpeechCache(tmp_path, LARGE)
    store.put(recipe("Your best pencil hold is a minute."), sound())
    (path,) = tmp_path.iterdir()
    assert b"pencil" not in path.read_bytes() + path.name.encode()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content[:-2],
        lambda content: content + b"\0\0",
        lambda content: content[:-100] + bytes(100),
        lambda content: b"x" + content[1:],
        lambda content: bytes(len(content)),
    ],
)
def test_what_is_damaged_is_dropped_and_made_anew(tmp_path, damage):
    store = SpeechCache(tmp_path, LARGE)
    store.put(recipe(), sound())
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert store.get(recipe()) is None
    assert not path.exists()
    store.put(recipe(), sound())
    assert store.get(recipe()) is not None


def test_it_stays_within_its_bound_and_what_was_not_used_for_longest_goes(tmp_path):
    store = SpeechCache(tmp_path, 10 * SECOND)
    begun = time.time() - 1000
    for number in range(9):
        store.put(recipe(str(number)), sound(number))
        os.utime(store._path(recipe(str(number))), (begun + number, begun + number))
    assert store.get(recipe("0")) is not None  # used again, so no longer the oldest
    for number in range(9, 14):
        store.put(recipe(str(number)), sound(number))
        assert store.size() <= 10 * SECOND
    assert store.get(recipe("0")) is not None
    assert store.get(recipe("1")) is None
    assert store.get(recipe("13")) is not None


def test_a_sentence_larger_than_all_of_it_is_not_kept(tmp_path):
    store = SpeechCache(tmp_path, SECOND)
    store.put(recipe(), sound(seconds=2))
    assert store.size() == 0
    assert store.problem is None


def test_a_full_disk_is_told_once_and_got_round(tmp_path, monkeypatch):
    store = SpeechCache(tmp_path, LARGE)
    store.put(recipe("One."), sound())
    attempts = []

    def full(*_: object) -> None:
        attempts.append(1)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("assistant.speaking.speech_cache.os.replace", full)
        store.put(recipe("Two."), sound())
        store.put(recipe("Three."), sound())
    assert "No space left" in str(store.problem)
    assert str(tmp_path) in str(store.problem)
    assert len(attempts) == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [SUFFIX], "and nothing unfinished is left"
    assert store.get(recipe("One.")) is not None


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev")
def test_a_folder_that_cannot_be_made_is_told_and_got_round():
    store = SpeechCache(Path("/dev/full/speech"), LARGE)
    assert store.get(recipe()) is None
    assert store.size() == 0
    store.put(recipe(), sound())
    assert "/dev/full/speech" in str(store.problem)


def test_a_process_killed_while_it_writes_leaves_nothing_that_counts(tmp_path):
    script = f"""
import os, sys
from pathlib import Path
import numpy as np
from assistant.speaking import speech_cache as m
m.os.replace = lambda *_: os.kill(os.getpid(), 9)
m.SpeechCache(Path({str(tmp_path)!r}), 10**7).put(m.Recipe("piper", "joe", "1", 160, "Three."), np.zeros(9, np.float32))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60, check=False)
    assert done.returncode != 0
    (left,) = tmp_path.iterdir()
    assert left.suffix == UNFINISHED
    store = SpeechCache(tmp_path, LARGE)
    assert store.get(recipe()) is None
    os.utime(left, (0, 0))
    store.put(recipe(), sound())
    assert not left.exists(), "what was left behind long ago is cleared up"
    assert store.get(recipe()) is not None


WRITER = """
import sys
from pathlib import Path
import numpy as np
from assistant.speaking.speech_cache import Recipe, SpeechCache
store = SpeechCache(Path(sys.argv[1]), 40_000)
wrong = 0
for turn in range(300):
    number = turn * int(sys.argv[2]) % 17
    recipe = Recipe("piper", "joe", "1", 160, str(number))
    there = store.get(recipe)
    wrong += there is not None and not np.array_equal(there, np.full(2000, number / 32767, np.float32))
    store.put(recipe, np.full(2000, number / 32767, np.float32))
print(wrong, store.problem)
"""


def test_two_processes_share_a_folder_that_is_too_small_for_both(tmp_path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), step], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for step in ("3", "5")
    ]
    assert [writer.communicate(timeout=60)[0].strip() for writer in writers] == ["0 None", "0 None"]
    store = SpeechCache(tmp_path, 40_000)
    store.put(recipe(), sound(seconds=0.1))
    assert store.size() <= 40_000


def test_clearing_forgets_sentences_and_nothing_else(tmp_path):
    store = SpeechCache(tmp_path, LARGE)
    for number in range(3):
        store.put(recipe(str(number)), sound(number))
    (tmp_path / "mine.txt").write_text("mine")
    assert store.clear() > 3 * SECOND
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert store.clear() == 0
