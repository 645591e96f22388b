"""The doctor's real probes with something really broken: a library gone, a model truncated, a disk full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.audio.portaudio import load_portaudio
from assistant.checkup import doctor, probes
from assistant.checkup.doctor import State
from assistant.hearing import built_in
from assistant.hearing.network_file import weights_file
from assistant.settings.table import Settings
from tests import models, pulse

ROOT = Path(__file__).parent.parent
SETTINGS = Settings.of()


def real() -> doctor.Probes:
    return probes.real_probes(lambda: SETTINGS)


def in_a_process(look: str, before: str = "", **environment: str) -> list[str]:
    """State, found and todo of one check by the real probes, in a process in which `before` was done."""
    script = (
        f"import sys; {before}\n"
        "from assistant.checkup import doctor, probes; from assistant.settings.table import Settings\n"
        "settings = Settings.of(); real = probes.real_probes(lambda: settings)\n"
        f"check = doctor._guarded('part', lambda: doctor.{look})\n"
        "print(check.state.value, check.found.replace(chr(10), ' '), check.todo, sep=chr(10))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return done.stdout.split("\n")[:3]


def test_an_old_python(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    check = doctor._python(real())
    assert (check.state, check.found) == (State.FAILURE, "Python 3.9.2")


def test_espeak_is_gone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    check = doctor._espeak(real())
    assert (check.state, check.todo) == (State.FAILURE, "sudo apt install espeak-ng")


def test_portaudio_is_gone(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    load_portaudio.cache_clear()
    try:
        check = doctor._guarded("portaudio", lambda: doctor._portaudio(real()))
    finally:
        load_portaudio.cache_clear()
    assert check.state is State.FAILURE
    assert "install PortAudio" in check.found


def test_the_voice_is_gone():
    state, found, todo = in_a_process("_voice(real, settings)", "sys.modules['pyttsx3'] = sys.modules['piper'] = None")
    assert (state, "there is no voice" in found) == ("failure", True)
    assert "espeak-ng" in todo or "eSpeak NG" in todo


def test_the_echo_canceller_is_gone(monkeypatch):
    monkeypatch.setitem(sys.modules, "livekit.rtc", None)
    check = doctor._canceller(real(), SETTINGS)
    assert (check.state, "livekit" in check.found) == (State.WARNING, True)


def test_there_is_no_recogniser(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(built_in, "weights_file", lambda language: tmp_path / f"ear-{language}.npz")
    check = doctor._guarded("recogniser", lambda: doctor._recogniser(real(), SETTINGS))
    assert (check.state, "nobody can listen" in check.found) == (State.FAILURE, True)
    assert "ear-en.npz is missing" in check.found
    assert "solemate models get" in check.found


def test_the_built_in_ears_weights_are_cut_short(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    cut = tmp_path / "ear-en.npz"
    content = weights_file("en").read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    monkeypatch.setattr(built_in, "weights_file", lambda language: cut)
    check = doctor._guarded("recogniser", lambda: doctor._recogniser(real(), Settings.of({"recogniser": "built-in"})))
    assert (check.state, "ear-en.npz can't be read" in check.found) == (State.FAILURE, True)
    assert "solemate models get" in check.found + check.todo


@pytest.mark.parametrize("fault", ["emptied", "gone"])
def test_a_vosk_model_is_cut_short(tmp_path, fault):
    folder = models.make_folder(tmp_path / "solemate" / "models" / "vosk-model-small-en-us-0.15")
    if fault == "emptied":
        os.truncate(folder / "graph" / "Gr.fst", 0)
    else:
        (folder / "am" / "final.mdl").unlink()
    state, found, todo = in_a_process("_recogniser(real, settings)", XDG_DATA_HOME=str(tmp_path))
    assert state == "warning"
    assert ("Gr.fst is empty" if fault == "emptied" else "lacks am/final.mdl") in found
    assert "solemate models get" in todo


def test_the_disk_is_full(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 10**10 - 10**6, 10**6))
    check = doctor._disk(real())
    assert (check.state, check.todo) == (State.FAILURE, "free some space")


def test_the_clock_is_behind_the_program(tmp_path, monkeypatch):
    made = tmp_path / "probes.py"
    made.write_text("")
    later = probes._clock()[0].timestamp() + 3 * 24 * 3600
    os.utime(made, (later, later))
    monkeypatch.setattr(probes, "__file__", str(made))
    check = doctor._time(real())
    assert (check.state, "before this program was made" in check.found) == (State.WARNING, True)


@pytest.mark.parametrize(
    ("board", "battery", "kernel", "state"),
    [
        (True, False, 5, State.WARNING),
        (True, False, 0, State.OK),
        (True, True, 5, State.OK),
        (False, False, 5, State.OK),
    ],
)
def test_a_board_whose_clock_was_never_set(tmp_path, monkeypatch, board, battery, kernel, state):
    if board:
        (tmp_path / "model").write_text("Raspberry Pi 4")
    (tmp_path / "clocks" / ("rtc0" if battery else "")).mkdir(parents=True)
    monkeypatch.setattr(probes, "BOARD", tmp_path / "model")
    monkeypatch.setattr(probes, "CLOCKS", tmp_path / "clocks")
    monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace(adjtimex=lambda told: kernel))
    assert doctor._time(real()).state is state


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it")
def test_the_kernel_answers_and_the_clock_stays(tmp_path, monkeypatch):
    (tmp_path / "model").write_text("a board")
    monkeypatch.setattr(probes, "BOARD", tmp_path / "model")
    monkeypatch.setattr(probes, "CLOCKS", tmp_path)
    assert probes._clock_unset() is False, "model is taken for a clock here"
    monkeypatch.setattr(probes, "CLOCKS", tmp_path / "none")
    assert probes._clock_unset() in (True, False)


@contextmanager
def playing(samples: np.ndarray, environment: dict[str, str]):
    """Somebody who plays into the microphone all the while."""
    command = ["pacat", "--playback", "--device=microphone", "--rate=44100", "--channels=1", "--format=s16le"]
    player = subprocess.Popen([*command, "/dev/stdin"], env=environment, stdin=subprocess.PIPE)
    assert player.stdin is not None
    feeder = subprocess.Popen(
        [sys.executable, "-c", "import sys\nsound = open(sys.argv[1], 'rb').read()\n"
         "try:\n    while True: sys.stdout.buffer.write(sound)\nexcept OSError: sys.exit(0)",
         _kept(samples, Path(environment["HOME"]))],
        stdout=player.stdin, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        for process in (player, feeder):
            process.kill()
            process.wait()


def _kept(samples: np.ndarray, folder: Path) -> str:
    path = folder / "noise.raw"
    path.write_bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return str(path)


@pytest.mark.timeout(240)
@pytest.mark.skipif(pulse.missing() is not None, reason=str(pulse.missing()))
def test_a_muted_microphone():
    with pulse.sound_server() as environment, pulse.room_noise(environment):
        look = "_microphone(real, Settings.of({'microphone': 'quiet_microphone'}))"
        assert in_a_process(look, **environment)[0] == "ok"
        pulse.mute(environment, yes=True)
        state, found, todo = in_a_process(look, **environment)
    assert (state, found) == ("failure", "quiet_microphone gives no sound")
    assert "unmute" in todo


@pytest.mark.timeout(240)
@pytest.mark.skipif(pulse.missing() is not None, reason=str(pulse.missing()))
@pytest.mark.parametrize(("level", "todo"), [(0.05, "turn off what makes the noise"), (4.0, "turn it down")])
def test_a_noisy_and_a_clipping_microphone(level, todo):
    noise = np.random.default_rng(0).normal(0.0, level, 44100).astype(np.float32)
    with pulse.sound_server() as environment, playing(noise, environment):
        look = "_microphone(real, Settings.of({'microphone': 'quiet_microphone'}))"
        found = in_a_process(look, **environment)
    assert found[0] == "warning"
    assert todo in found[2]
