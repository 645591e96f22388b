"""A session in real time through PortAudio: a virtual microphone that a synthetic person talks into."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import pulse
from tests.speech import conversation

ROOT = Path(__file__).parent.parent
LACKING = pulse.missing()
pytestmark = pytest.mark.skipif(LACKING is not None, reason=LACKING or "")


@pytest.fixture
def room() -> Iterator[dict[str, str]]:
    with pulse.sound_server() as environment:
        yield {**environment, "PYTHONPATH": str(ROOT)}


def start(room: dict[str, str], *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *options],
        env=room,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


DEVICES = ("--microphone", "quiet_microphone", "--speaker", "room_speaker")


PATIENCE = 60.0
"""Seconds to wait for words of the program before it is ended and the test has failed."""


def read_until(process: subprocess.Popen[str], wanted: str) -> list[str]:
    """Lines of the program up to the one with these words; fails if they do not come."""
    assert process.stdout is not None
    lines: list[str] = []
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if wanted in line:
                return lines
    finally:
        watchdog.cancel()
    raise AssertionError(f"{wanted!r} never came: {lines}")


def talk(room: dict[str, str], folder: Path, text: str) -> None:
    """Say something into the virtual microphone; returns when it has been said."""
    sound = conversation(folder / "said.wav", [(0.2, text)])
    subprocess.run(["paplay", "--device=microphone", str(sound)], env=room, check=True, timeout=30)


def test_a_person_talks_with_the_guide_through_real_devices(room, tmp_path):
    log = tmp_path / "log.jsonl"
    with start(room, *DEVICES, "--recogniser", "hama", "--log", str(log)) as guide:
        read_until(guide, "Hello")
        talk(room, tmp_path, "start heel stretches")
        read_until(guide, "[start_stretch heel_stretches]")
        talk(room, tmp_path, "I'm ready")
        read_until(guide, "[ready]")
        read_until(guide, "One.")
        talk(room, tmp_path, "pause")
        read_until(guide, "[pause]")
        talk(room, tmp_path, "stop")
        read_until(guide, "The run is over")
        talk(room, tmp_path, "goodbye")
        out, err = guide.communicate(timeout=30)
    assert guide.returncode == 0
    assert "Goodbye" in out
    assert err == ""
    entries: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    phases = [entry["phase"] for entry in entries if entry["event"] == "state"]
    assert phases == ["idle", "getting_ready", "exercising", "paused", "finished"]


def test_a_second_one_is_told_that_one_is_running(room):
    with start(room, *DEVICES) as first:
        read_until(first, "Hello")
        with start(room, *DEVICES) as second:
            _, err = second.communicate(timeout=30)
        assert second.returncode == 1
        assert "another Solemate is running already" in err
        first.send_signal(signal.SIGINT)
        _, err = first.communicate(timeout=30)
    assert first.returncode == 130
    assert "Traceback" not in err


def test_typing_in_real_time(room):
    keyboard, terminal = os.openpty()
    command = [sys.executable, "-m", "assistant", "--typed", "--speaker", "room_speaker"]
    with subprocess.Popen(command, env=room, stdin=terminal, stdout=subprocess.PIPE, text=True) as guide:
        read_until(guide, "Hello")
        os.write(keyboard, b"what is it good for\n")
        read_until(guide, "[why]")
        os.write(keyboard, b"goodbye\n")
        read_until(guide, "Goodbye")
        guide.communicate(timeout=30)
    os.close(keyboard)
    os.close(terminal)
    assert guide.returncode == 0


def test_a_device_that_is_not_there_is_named(room):
    with start(room, "--microphone", "yellow submarine") as guide:
        _, err = guide.communicate(timeout=30)
    assert guide.returncode == 1
    assert "yellow submarine" in err
    assert err.count("\n") == 1


def test_without_sound_the_demo_shows_the_main_job(tmp_path):
    environment = {**pulse.surroundings(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "assistant"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "solemate --typed" in done.stderr
    assert "[start_stretch heel_stretches]" in done.stdout
    assert (tmp_path / "solemate-demo.wav").stat().st_size > 1_000_000
    assert done.returncode == 0
