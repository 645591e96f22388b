"""Music gets softer while the guide speaks: with a real sound server that turns music down for announcements."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import ducking
from assistant.audio.ducking import Ducking
from tests import pulse

ROOT = Path(__file__).parent.parent
TURNED_DOWN = f"module-role-ducking trigger_roles={ducking.ROLE} ducking_roles=music volume=30%"

if missing := pulse.missing():
    pytest.skip(missing, allow_module_level=True)


RATE = 8000
TONE = (np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE) * 8000).astype("<i2").tobytes()


FORM = (f"--rate={RATE}", "--latency-msec=20")


def music(environment: dict[str, str]) -> AbstractContextManager[None]:
    """Somebody else's music: a tone."""
    return pulse.playing(environment, TONE, "--device=speaker", "--property=media.role=music", *FORM)


def loudness(environment: dict[str, str]) -> float:
    """What comes out of the loudspeaker, RMS of the last part of a quarter of a second, as a share of the tone's."""
    command = ["parec", "--device=speaker.monitor", "--channels=1", "--format=s16le", *FORM]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as recorder:
        assert recorder.stdout is not None
        sound = np.frombuffer(recorder.stdout.read(RATE // 2), "<i2").astype(float)
        recorder.kill()
    return float(np.sqrt(np.mean(sound[-RATE // 10 :] ** 2)) / (8000 / np.sqrt(2)))


def streams(environment: dict[str, str]) -> str:
    """What the server says of all that plays."""
    command = ["pactl", "list", "sink-inputs"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True).stdout


def until(what: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.05)


@pytest.fixture
def server(monkeypatch) -> Iterator[dict[str, str]]:
    with pulse.sound_server(TURNED_DOWN) as environment:
        for name in ("PULSE_RUNTIME_PATH", "XDG_RUNTIME_DIR", "HOME"):
            monkeypatch.setenv(name, environment[name])
        yield environment


def test_music_is_turned_down_while_the_guide_speaks_and_up_again_after_it(server):
    quieter = Ducking()
    try:
        with music(server):
            until(lambda: loudness(server) > 0.9)
            began = time.monotonic()

            def turned_down() -> bool:
                quieter.speaks()
                return 0.001 < loudness(server) < 0.5

            until(turned_down)
            assert f'media.role = "{ducking.ROLE}"' in streams(server)
            until(lambda: loudness(server) > 0.9)
            assert time.monotonic() - began > ducking.LINGER
            until(lambda: ducking.ROLE not in streams(server))
    finally:
        quieter.close()


def test_the_guide_itself_is_not_turned_down_with_all_that_has_no_role(server, monkeypatch):
    monkeypatch.delenv("PULSE_PROP", raising=False)
    Ducking().close()
    script = "import sounddevice, time; sounddevice.OutputStream(device='room_speaker').start(); time.sleep(20)"
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL) as guide:
        try:
            until(lambda: f'media.role = "{ducking.OWN_ROLE}"' in streams(server))
        finally:
            guide.kill()


@pytest.mark.parametrize("wanted", ["on", "off"])
def test_a_session_announces_what_it_says_unless_that_is_not_wanted(server, tmp_path, wanted):
    environment = {**server, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    devices = ["--microphone", "quiet_microphone", "--speaker", "room_speaker"]
    command = [sys.executable, "-m", "assistant", *devices, "--plain", "--music-down", wanted]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            assert any("Hello" in line for line in program.stdout)
            until(lambda: 'application.name = "' in streams(server))
            if wanted == "on":
                until(lambda: f'media.role = "{ducking.ROLE}"' in streams(server))
            else:
                assert "media.role" not in streams(server)
        finally:
            program.kill()


def test_closing_lets_the_music_be_at_once(server):
    quieter = Ducking()
    with music(server):
        until(lambda: loudness(server) > 0.9)

        def turned_down() -> bool:
            quieter.speaks()
            return 0.001 < loudness(server) < 0.5

        until(turned_down)
        quieter.close()
        quieter.close()
        until(lambda: loudness(server) > 0.9)


def test_the_role_is_no_other_streams(server, monkeypatch):
    monkeypatch.setenv("PULSE_PROP", "application.icon_name=solemate")
    with ducking._role():
        pass
    assert os.environ["PULSE_PROP"] == "application.icon_name=solemate"


@pytest.mark.parametrize("server", ["", "unix:/nowhere/native"])
def test_without_a_server_nothing_happens_and_nothing_waits(monkeypatch, tmp_path, server):
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", server)
    quieter = Ducking()
    began = time.monotonic()
    for _ in range(1000):
        quieter.speaks()
    assert time.monotonic() - began < 1.0
    quieter.close()


def test_without_the_library_nothing_happens(monkeypatch):
    monkeypatch.setattr(ducking, "LIBRARY", "libnothing-of-the-kind.so.0")
    quieter = Ducking()
    quieter.speaks()
    quieter.close()
    assert not quieter.possible
