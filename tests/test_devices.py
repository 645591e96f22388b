"""Microphones and loudspeakers: the real PortAudio on a private sound server, and what goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.audio.devices import BLOCK_SECONDS, Device, _channels, _matching, _refusal, sound_problem
from assistant.audio.portaudio import HANG_SECONDS
from assistant.audio.streams import LOST_SECONDS
from tests import pulse

ROOT = Path(__file__).parent.parent
LACKING = pulse.missing()
needs_server = pytest.mark.skipif(LACKING is not None, reason=LACKING or "")

if sound_problem() is not None and "libportaudio2" in str(sound_problem()):
    pytest.skip(f"needs PortAudio: {sound_problem()}", allow_module_level=True)


LOSS = "tests.device_loss_scenarios"
"""What is run where devices are lost."""


def run(scenario: str, environment: dict[str, str], module: str = "tests.device_scenarios") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, scenario],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return {**found, "stderr": done.stderr}


@pytest.fixture(scope="module")
def room() -> Iterator[dict[str, str]]:
    with pulse.sound_server() as environment:
        yield environment


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment without a sound server."""
    return pulse.surroundings(tmp_path)


@needs_server
def test_devices_are_found_by_name_part_or_number(room: dict[str, str]) -> None:
    found = run("looked_for", room)
    assert found["problem"] is None
    assert {"default", "room_speaker", "room_heard", "quiet_microphone"} <= set(found["names"])
    assert found["default"] == "default"
    assert found["part"] == "room_heard"
    assert found["number"] == "room_heard"
    assert found["stderr"] == ""


@needs_server
def test_a_name_that_fits_none_or_many_lists_what_there_is(room: dict[str, str]) -> None:
    found = run("looked_for", room)
    for case in ("ambiguous", "unknown", "unknown number"):
        name, message = found[case]
        assert name == "SolemateError"
        assert "room_speaker" in message
        assert "\n" not in message
    assert "more than one loudspeaker is called 'room'" in found["ambiguous"][1]
    assert "there is no microphone 'yellow'" in found["unknown"][1]
    assert "99" in found["unknown number"][1]


@needs_server
def test_what_the_loudspeaker_plays_the_microphone_hears(room: dict[str, str]) -> None:
    found = run("played_and_heard", room)
    assert found["correlation"] > 0.9  # 0.96 where it came half a sample off
    assert found["level"] == pytest.approx(1.0, abs=0.1)
    assert 0 < found["delay"] < 1.5
    assert -BLOCK_SECONDS <= found["began"] <= found["waited"]
    assert found["events"] == ["SpeechStarted", "SpeechEnded"]
    assert found["dropped"] == 0
    assert found["rates"] == [44_100, 44_100]
    assert found["blocks"] == [480]
    assert found["stderr"] == ""


@needs_server
def test_speech_that_is_stopped_falls_silent_and_one_can_wait_for_silence(room: dict[str, str]) -> None:
    found = run("stopped", room)
    assert found["seconds"] < 1.0  # 0.2 s on an idle machine, of which 0.12 s are the two devices' buffers
    assert found["silent"] is True
    assert found["still"] is False


@needs_server
def test_blocks_that_nobody_reads_are_dropped_and_counted(room: dict[str, str]) -> None:
    found = run("not_read", room)
    assert found["lazy"] > 10
    assert found["keen"] == 0
    assert found["gave"] == 480


@needs_server
def test_closing_ends_the_iteration_at_once(room: dict[str, str]) -> None:
    assert run("closed_while_read", room) == {"heard": True, "ended": True, "after": None, "more": 0, "stderr": ""}


@needs_server
def test_a_device_that_falls_silent_is_reported_lost() -> None:
    with pulse.sound_server() as environment:
        found = run("server_dies", environment, LOSS)
    assert found["lost"][0] == "DeviceLost"
    assert "the microphone 'room_heard' fell silent" in found["lost"][1]
    assert found["speaker"][0] == "DeviceLost"
    assert found["seconds"] < 5
    assert found["again"][0] == "SolemateError"
    assert "\n" not in found["again"][1]


@needs_server
def test_a_device_that_hangs_is_reported_lost_and_does_not_keep_the_program() -> None:
    with pulse.sound_server() as environment:
        found = run("server_hangs", environment, LOSS)  # ends, at all
    assert found["lost"][0] == found["speaker"][0] == "DeviceLost"
    assert LOST_SECONDS * 0.5 < found["seconds"] < LOST_SECONDS + 1
    assert found["ended"] < 4 * HANG_SECONDS + 1


BOTH_WENT_AND_CAME = [["Back", "input"], ["Back", "output"], ["Gone", "input"], ["Gone", "output"]]


@needs_server
def test_devices_that_come_back_are_opened_again() -> None:
    with pulse.sound_server() as environment:
        found = run("server_returns", environment, LOSS)
    assert (found["begun"], found["lost"], found["again"]) == (True, True, True)
    assert found["changes"] == BOTH_WENT_AND_CAME
    assert set(found["names"]) == {"quiet_microphone", "room_speaker"}
    assert found["share"] < 0.5  # 0.03 on an idle machine
    assert found["grown"] < 50e6


@needs_server
def test_a_server_that_hung_for_a_while_is_used_again() -> None:
    with pulse.sound_server() as environment:
        found = run("server_thaws", environment, LOSS)
    assert (found["begun"], found["lost"], found["again"]) == (True, True, True)
    assert ["Gone", "input"] in found["changes"]
    assert ["Back", "input"] in found["changes"]


@needs_server
def test_a_microphone_that_does_not_come_back_is_replaced_by_the_default_one() -> None:
    with pulse.sound_server() as environment:
        found = run("another_instead", environment, LOSS)
    assert (found["begun"], found["lost"], found["again"]) == (True, True, True)
    assert "quiet_microphone" not in found["known"]
    assert {"new_microphone", "room_speaker"} <= set(found["known"])
    assert "quiet_microphone" not in found["names"]


@needs_server
def test_a_loudspeaker_that_breaks_off_works_further_ahead_from_then_on() -> None:
    with pulse.sound_server() as environment:
        found = run("breaks_off", environment)
    assert found["then"] > found["first"]
    assert "underrun" not in found["stderr"]


@needs_server
def test_ctrl_c_ends_it_at_once(room: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.device_scenarios", "interrupted"],
        cwd=ROOT,
        env=room,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert json.loads(out) == {"ended": "by Ctrl-C"}
    assert process.returncode == 0
    assert err == ""


@pytest.mark.skipif(Path("/proc/asound/pcm").exists(), reason="this machine has a sound card, so it is not without one")
@pytest.mark.skipif(sys.platform != "linux", reason="only ALSA can be kept from finding a device")
def test_without_a_device_the_message_says_what_to_do_and_alsa_nothing(nowhere: dict[str, str]) -> None:
    found = run("without", nowhere)
    assert found["microphone"][0] == found["speaker"][0] == "NoSoundDevice"
    assert found["problem"] == found["microphone"][1]
    assert "there is no microphone" in found["problem"]
    assert "--typed" in found["problem"]
    assert "there is no loudspeaker" in found["speaker"][1]
    assert found["stderr"] == ""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PortAudio is inside the package sounddevice")
def test_without_portaudio_the_message_says_how_to_install_it(nowhere: dict[str, str]) -> None:
    found = run("without_library", nowhere)
    assert "sudo apt install libportaudio2" in found["problem"]
    assert found["problem"] == found["microphone"][1] == found["speaker"][1]
    assert found["stderr"] == ""


def refused(code: int, text: str = "Something failed") -> str:
    import sounddevice

    usb = Device("USB Microphone", 2, 1, 0, 48_000)
    return str(_refusal(usb, "input", sounddevice.PortAudioError(text, code, (0, -111, "Connection\nrefused"))))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-9985, "in use by another program"),
        (-9996, "is gone"),
        (-9997, "refuses every sample rate"),
        (-9998, "refuses every sample rate"),
        (-9999, "Connection refused"),
        (-9986, "Something failed"),
    ],
)
def test_portaudio_codes_are_put_into_words(code: int, words: str) -> None:
    assert words in refused(code)
    assert "the microphone 'USB Microphone'" in refused(code)
    assert "\n" not in refused(code)


def test_a_device_is_asked_for_its_own_channels_first_unless_it_takes_any_number() -> None:
    def tried(inputs: int, outputs: int) -> tuple[list[int], list[int]]:
        device = Device("", 0, inputs, outputs, 48_000)
        return _channels(device, "input"), _channels(device, "output")

    assert tried(1, 1) == ([1], [1])
    assert tried(2, 2) == ([2, 1], [2, 1])
    assert tried(6, 8) == ([6, 1, 2], [2, 1, 8])
    assert tried(128, 128) == ([1, 2, 128], [2, 1, 128])


def test_a_whole_name_wins_over_a_part() -> None:
    devices = [Device(name, index, 1, 1, 48_000) for index, name in enumerate(["USB Audio", "USB Audio 2", "default"])]
    assert [device.index for device in _matching("usb audio", devices)] == [0]
    assert [device.index for device in _matching("usb", devices)] == [0, 1]
    assert [device.index for device in _matching("2", devices)] == [2]
    assert _matching("", devices) == []


def test_no_handle_is_lost_in_looking_for_devices() -> None:
    sound_problem()
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to count open files")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        sound_problem()
    assert len(os.listdir("/proc/self/fd")) == before
