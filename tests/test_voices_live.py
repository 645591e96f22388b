"""The natural voice through a real loudspeaker: played, and leading a session with prefetching."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.dialogue.state.turn import sentence
from assistant.speaking.piper_engine import natural_missing
from tests import pulse
from tests.stage import WORDED

REPLIES = WORDED.replies
ROOT = Path(__file__).parent.parent
MISSING = pulse.missing() or natural_missing("joe")

pytestmark = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))

PATIENCE = 60.0
"""Seconds to wait for the program before the test fails; a busy machine takes its time."""


@pytest.fixture
def room(tmp_path) -> Iterator[dict[str, str]]:
    with pulse.sound_server() as environment:
        yield {**environment, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def test_a_voice_is_heard_from_the_loudspeaker(room, tmp_path):
    # Into a file: a pipe is full after two seconds of sound, and the voice may take longer to begin.
    recorded = tmp_path / "heard.raw"
    listen = ["parec", "--device=speaker.monitor", "--latency-msec=20", "--raw", "--format=s16le", "--rate=16000"]
    with subprocess.Popen([*listen, "--channels=1", str(recorded)], env=room) as listener:
        play = [sys.executable, "-m", "assistant", "voices", "play", "joe", "Hello there.", "--speaker", "room_speaker"]
        done = subprocess.run(play, env=room, capture_output=True, text=True, timeout=PATIENCE, check=False)
        listener.terminate()
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("joe (piper), ")
    assert np.square(np.fromfile(recorded, "<i2") / 32768).sum() > 0.01 * 16000 * 0.5


def test_a_session_renders_ahead_what_was_not_said_yet(room, tmp_path):
    kept = tmp_path / "cache" / "solemate" / "speech"
    keyboard, terminal = os.openpty()
    command = [sys.executable, "-m", "assistant", "--typed", "--voice", "joe", "--speaker", "room_speaker"]
    said: list[str] = []
    mat = sentence(REPLIES.text("needs_maybe", things="a yoga mat"))
    with subprocess.Popen(command, env=room, stdin=terminal, stdout=subprocess.PIPE, text=True) as guide:
        assert guide.stdout is not None
        for line in guide.stdout:
            said += [line.partition("Guide")[2].strip()] if "Guide" in line else []
            if REPLIES.text("greeting") in line:
                os.write(keyboard, b"start heel stretches\n")
            elif mat in line:
                os.write(keyboard, b"stop\n")
                os.write(keyboard, b"goodbye\n")
        assert guide.wait(timeout=PATIENCE) == 0
    os.close(keyboard)
    os.close(terminal)
    sentences = sum(text.count(".") for text in said)
    assert REPLIES.text("goodbye") in said
    assert len(list(kept.iterdir())) > sentences + 3
