"""A session in real time through PortAudio: a virtual microphone that a synthetic person talks into."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from assistant.audio.muteness import MUTED_SECONDS
from assistant.audio.sound_files import read_sound
from assistant.dialogue.state.turn import sentence
from assistant.front_end.echo_canceller import canceller_missing
from assistant.runtime.database import Database
from tests import pulse
from tests.speech import conversation, write_wav
from tests.stage import WORDED

REPLIES = WORDED.replies

ROOT = Path(__file__).parent.parent
LACKING = pulse.missing()
pytestmark = pytest.mark.skipif(LACKING is not None, reason=LACKING or "")


NO_CANCELLER = canceller_missing()
needs_canceller = pytest.mark.skipif(NO_CANCELLER is not None, reason=f"needs livekit: {NO_CANCELLER}")


@pytest.fixture
def room() -> Iterator[dict[str, str]]:
    with pulse.sound_server() as environment:
        data = Path(environment["HOME"], "data")
        database = Database(data / "solemate")
        database.keep("safety_told", True)  # nobody waits for all of it, and no word skips it
        database.close()
        with pulse.room_noise(environment):
            yield {**environment, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(data)}


@contextmanager
def running(room: dict[str, str], *options: str, keyboard: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """The program, until the test has seen enough of it or has failed: it goes on even if nobody reads."""
    command = [sys.executable, "-m", "assistant", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=room, stdin=keyboard, stdout=pipe, stderr=pipe, text=True) as guide:
        try:
            yield guide
        finally:
            guide.kill()


def read(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


DEVICES = ("--microphone", "quiet_microphone", "--speaker", "room_speaker")


PATIENCE = 60.0
"""Seconds to wait for the program's words before the test fails; a busy machine takes its time."""

ANSWER = 6.0
"""Seconds to wait for an answer before repeating something: on a busy machine, sound gets lost."""

ATTEMPTS = 5


QUIETER = 0.8
"""The factor (-2 dB) by which the person is quieter than the guide's own voice at the microphone."""


SLACK = 10.0
"""Seconds by which a busy machine may notice something late."""


BY_ITSELF = 4.0
"""Seconds for which the guide hears nobody but itself."""


class Conversation:
    """Someone who reads what the program prints and talks into the virtual microphone."""

    def __init__(self, process: subprocess.Popen[str], room: dict[str, str], folder: Path) -> None:
        self.room = room
        self.folder = folder
        self.lines: list[str] = []
        self.said = 0
        """How often something was said."""
        self._queue: queue.Queue[str] = queue.Queue()
        assert process.stdout is not None
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, output: IO[str]) -> None:
        for line in output:
            self._queue.put(line)

    def sees(self, wanted: str, patience: float = PATIENCE) -> bool:
        """Whether these words are printed before the patience, in seconds, is at its end."""
        until = time.monotonic() + patience
        while (left := until - time.monotonic()) > 0:
            try:
                self.lines.append(self._queue.get(timeout=left))
            except queue.Empty:
                return False
            if wanted in self.lines[-1]:
                return True
        return False

    def says(self, text: str, wanted: str, loudness: float = 1.0) -> bool:
        """Say something, again if need be, until these words are printed."""
        sound = conversation(self.folder / "said.wav", [(0.2, text)])
        if loudness != 1.0:
            write_wav(sound, loudness * read_sound(sound))
        for _ in range(ATTEMPTS):
            play = ["paplay", "--device=microphone", str(sound)]
            subprocess.run(play, env=self.room, check=True, timeout=PATIENCE)
            self.said += 1
            if self.sees(wanted, ANSWER):
                return True
        return False


def test_a_person_talks_with_the_guide_through_real_devices(room, tmp_path):
    log = tmp_path / "log.jsonl"
    with running(room, *DEVICES, "--recogniser", "built-in", "--log", str(log)) as guide:
        person = Conversation(guide, room, tmp_path)
        assert person.sees(REPLIES.text("greeting"))
        assert person.says("start heel stretches", "[start_stretch heel_stretches]"), person.lines
        assert person.says("I'm ready", "[ready]"), person.lines
        assert person.sees(sentence(REPLIES.text("countdown", n=REPLIES.number(1))))
        # By then the hold has begun; a "pause" right now would be acted on before.
        assert person.says("what's next", "[whats_next]"), person.lines
        assert person.says("pause", "[pause]"), person.lines
        assert person.says("stop", "The run is over"), person.lines
        assert person.says("goodbye", REPLIES.text("goodbye")), person.lines
        assert guide.wait(timeout=PATIENCE) == 0
        assert guide.stderr is not None
        assert "Traceback" not in guide.stderr.read()
    entries = read(log)
    phases = [entry["phase"] for entry in entries if entry["event"] == "state"]
    assert phases == ["idle", "getting_ready", "exercising", "paused", "finished"]


@needs_canceller
@pytest.mark.alone
def test_a_person_interrupts_a_guide_that_hears_itself_louder(tmp_path):
    log = tmp_path / "log.jsonl"
    with pulse.sound_server(pulse.ECHO) as loud:
        room = {**loud, "PYTHONPATH": str(ROOT)}
        with running(room, *DEVICES, "--recogniser", "built-in", "--log", str(log)) as guide:
            person = Conversation(guide, room, tmp_path)
            assert person.sees(REPLIES.text("greeting"))
            assert person.says("start heel stretches", "[start_stretch heel_stretches]", QUIETER), person.lines
            # It explains for more than half a minute. Once the canceller has settled, it obeys nothing of that.
            person.sees("Nobody says this", BY_ITSELF)
            assert not person.sees("  You  ", BY_ITSELF), person.lines
            assert person.says("pause", "[pause]", QUIETER), person.lines
            guide.send_signal(signal.SIGINT)
            assert guide.wait(timeout=PATIENCE) == 130
    entries = read(log)
    assert any(entry["event"] == "yielded" for entry in entries)
    obeyed = [entry["intent"] for entry in entries if entry["event"] == "heard" and entry["accepted"]]
    assert len(obeyed) <= person.said, obeyed  # what it makes of a word in its own din, is another test's matter


def test_a_sound_server_that_dies_and_comes_back(room, tmp_path):
    log = tmp_path / "log.jsonl"
    with running(room, *DEVICES, "--recogniser", "built-in", "--log", str(log)) as guide:
        person = Conversation(guide, room, tmp_path)
        assert person.sees(REPLIES.text("greeting"))
        assert person.says("start heel stretches", "[start_stretch heel_stretches]"), person.lines
        pulse.stop(room)
        assert person.sees(REPLIES.text("microphone_gone")), person.lines
        pulse.serve(room)
        with pulse.awake("speaker", room), pulse.awake("microphone", room):
            assert person.sees(REPLIES.text("microphone_back")), person.lines
            assert person.sees(REPLIES.text("say_resume")), person.lines
            assert person.says("resume", "[resume]"), person.lines
        guide.send_signal(signal.SIGINT)
        assert guide.wait(timeout=PATIENCE) == 130
    entries = read(log)
    assert {entry["event"] for entry in entries} >= {"device_gone", "device_back"}
    phases = [entry["phase"] for entry in entries if entry["event"] == "state"]
    assert phases == ["idle", "getting_ready", "paused", "getting_ready"]


@pytest.mark.timeout(300)
def test_a_muted_microphone_is_told_once_within_seconds_and_that_it_is_back(room, tmp_path):
    log = tmp_path / "log.jsonl"
    with running(room, *DEVICES, "--recogniser", "built-in", "--log", str(log)) as guide:
        person = Conversation(guide, room, tmp_path)
        assert person.sees(REPLIES.text("greeting"), 2 * PATIENCE)
        person.sees("Nobody says this", 2 * BY_ITSELF)  # for so long it hears a room
        assert REPLIES.text("microphone_silent") not in "".join(person.lines)
        pulse.mute(room, yes=True)
        before = time.monotonic()
        assert person.sees("the microphone gives no sound"), person.lines
        assert time.monotonic() - before < MUTED_SECONDS + SLACK
        assert person.sees(REPLIES.text("microphone_silent")), person.lines
        assert not person.sees(REPLIES.text("microphone_silent"), 2 * BY_ITSELF), "it is said once"
        pulse.mute(room, yes=False)
        assert person.sees(REPLIES.text("microphone_sounds")), person.lines
    events = [entry["event"] for entry in read(log)]
    assert events.count("microphone_silent") == events.count("microphone_sounds") == 1


@pytest.mark.timeout(300)
def test_a_microphone_that_is_muted_from_the_start_is_told(room, tmp_path):
    pulse.mute(room, yes=True)
    with running(room, *DEVICES, "--recogniser", "built-in") as guide:
        person = Conversation(guide, room, tmp_path)
        assert person.sees(REPLIES.text("microphone_silent"), 2 * PATIENCE), person.lines
        pulse.mute(room, yes=False)
        assert person.sees(REPLIES.text("microphone_sounds")), person.lines
        assert person.says("start heel stretches", "[start_stretch heel_stretches]"), person.lines


def test_a_second_one_is_told_that_one_is_running(room, tmp_path):
    with running(room, *DEVICES) as first:
        assert Conversation(first, room, tmp_path).sees(REPLIES.text("greeting"))
        with running(room, *DEVICES) as second:
            _, err = second.communicate(timeout=PATIENCE)
        assert second.returncode == 1
        assert "another Solemate is running already" in err
        first.send_signal(signal.SIGINT)
        assert first.wait(timeout=PATIENCE) == 130
        assert first.stderr is not None
        assert "Traceback" not in first.stderr.read()


def test_typing_in_real_time(room, tmp_path):
    keyboard, terminal = os.openpty()
    with running(room, "--typed", "--speaker", "room_speaker", keyboard=terminal) as guide:
        person = Conversation(guide, room, tmp_path)
        assert person.sees(REPLIES.text("greeting"))
        os.write(keyboard, b"what is it good for\n")
        assert person.sees("[why]")
        os.write(keyboard, b"goodbye\n")
        assert person.sees(REPLIES.text("goodbye"))
        assert guide.wait(timeout=PATIENCE) == 0
    os.close(keyboard)
    os.close(terminal)


def test_a_device_that_is_not_there_is_named(room):
    with running(room, "--microphone", "yellow submarine") as guide:
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
