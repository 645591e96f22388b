"""Calibration: measuring in simulated rooms, from files, and with real devices."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio.levels import speech_db
from assistant.checkup.calibration import Calibrating, Prompt
from assistant.checkup.findings import Finding, Measured, judge
from assistant.cli.main import main
from assistant.dialogue.content.replies import Replies
from assistant.errors import SolemateError
from assistant.hearing.choose import Ears
from assistant.ports import LISTENING_RATE
from assistant.settings.toml_file import SettingsFile
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.wiring import guide_book, language_folder, make_ears
from tests import pulse
from tests.simulated_rig import RoomRig, answer_of
from tests.speech import spoken, write_wav

# The measuring


@pytest.fixture(scope="module")
def ears():
    folder = language_folder("en")
    return make_ears(folder, guide_book(folder).routine, "built-in")


@pytest.fixture(scope="module")
def replies():
    return guide_book(language_folder("en")).replies


def measured_in(room: RoomRig, ears: Ears, replies: Replies) -> Measured:
    return Calibrating(room, ears, Pyttsx3Engine().render, replies, room.tell).measure()


def test_a_room_is_measured_as_it_is(ears, replies):
    room = RoomRig(echo=0.3, delay=0.15, noise=1e-3)
    measured = measured_in(room, ears, replies)
    assert measured.noise_db == pytest.approx(-60, abs=1.5)
    assert measured.speech_db == pytest.approx(speech_db(spoken("go back"), -60.0), abs=4)
    assert measured.echo_seconds == pytest.approx(0.15, abs=0.01)
    assert measured.echo_db == pytest.approx(-20 + 20 * math.log10(0.3), abs=4)
    assert measured.understood is not None
    assert measured.understood[0.0] >= 8
    assert [prompt.step for prompt in room.prompts] == [*range(1, 14), 13]
    seconds = len(room.heard) * 0.03
    assert 40 < seconds < 120


def test_a_quiet_voice_is_made_loud_enough_to_be_understood(ears, replies):
    measured = measured_in(RoomRig(speech=0.01, echo=0.0, noise=1e-5), ears, replies)
    judgement = judge(measured)
    assert Finding.VERY_QUIET in judgement.findings
    assert Finding.NO_ECHO in judgement.findings
    assert 25 < judgement.gain_db <= 40
    assert measured.understood is not None
    assert measured.understood[0.0] >= 8


def test_a_voice_that_is_cut_off_is_told(ears, replies):
    assert Finding.CLIPPING in judge(measured_in(RoomRig(speech=12.0), ears, replies)).findings


def test_nobody_there_ends_it_early_and_sets_nothing(ears, replies):
    room = RoomRig(says=lambda prompt: "")
    judgement = judge(measured_in(room, ears, replies))
    assert judgement.findings[0] is Finding.NOBODY_HEARD
    assert not judgement.usable
    assert len(room.prompts) == 3


def test_a_muted_microphone_is_told(ears, replies):
    judgement = judge(measured_in(RoomRig(noise=0.0, echo=0.0, speech=0.0), ears, replies))
    assert judgement.findings == (Finding.NO_SOUND, Finding.NO_ECHO)


# The command, from files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture(scope="module")
def quiet_room(ears, replies, tmp_path_factory):
    """What the microphone heard while somebody with a quiet one was calibrated."""
    room = RoomRig(speech=0.05, noise=1e-4, echo=0.02)
    measured_in(room, ears, replies)
    path = tmp_path_factory.mktemp("calibration") / "room.wav"
    # Nobody stops recording with the last block: an utterance that is told to be over a block later still fits.
    after = np.random.default_rng(1).normal(0.0, 1e-4, 2 * LISTENING_RATE).astype(np.float32)
    write_wav(path, np.concatenate([*room.heard, after]))
    return path


def test_from_files_it_sets_what_the_guide_then_uses(folder, quiet_room, replies, tmp_path, capsys):
    files = ["--microphone", str(quiet_room), "--speaker", str(tmp_path / "out.wav")]
    # The voice with which the room was made: another is done with its sentences earlier or later.
    assert main(["calibrate", "--json", "--recogniser", "built-in", "--voice", "system", *files]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["understood"] >= 8
    assert told["set"]["gain_db"] > 10
    assert {"made_louder", "very_quiet"} & {each["finding"] for each in told["findings"]}
    assert replies.text("calibrate_say", command="pause") in err
    assert (tmp_path / "out.wav").stat().st_size > 16000
    calibration = SettingsFile(folder).read()[1]
    assert calibration is not None
    assert calibration.values == told["set"]
    assert main(["settings", "--json"]) == 0
    by_key = {each["key"]: each for each in json.loads(capsys.readouterr().out)["settings"]}
    assert (by_key["gain_db"]["value"], by_key["gain_db"]["from"]) == (told["set"]["gain_db"], "calibrated")
    # A recording so quiet that nothing is understood in it without.
    whisper = np.pad(spoken("what's next"), 16000) * np.float32(0.004)
    write_wav(tmp_path / "whisper.wav", whisper)
    assert main(["listen", "--recogniser", "built-in", "--gain-db", "0", str(tmp_path / "whisper.wav")]) == 0
    assert "whats_next" not in capsys.readouterr().out
    assert main(["listen", "--recogniser", "built-in", str(tmp_path / "whisper.wav")]) == 0
    assert "whats_next" in capsys.readouterr().out


def test_a_file_that_is_over_too_soon_is_told_and_nothing_is_set(folder, tmp_path, capsys):
    write_wav(tmp_path / "short.wav", np.zeros(32000, np.float32))
    assert main(["calibrate", "--microphone", str(tmp_path / "short.wav")]) == 1
    assert "is over after 2 s" in capsys.readouterr().err
    assert not folder.exists()


def test_ctrl_c_leaves_the_settings_as_they_were(folder, quiet_room, monkeypatch):
    SettingsFile(folder).set("gain_db", 3.0)
    before = (folder / "settings.toml").read_bytes()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.checkup.calibration.Calibrating._understood", interrupted)
    with pytest.raises(KeyboardInterrupt):
        main(["calibrate", "--microphone", str(quiet_room), "--recogniser", "built-in", "--voice", "system"])
    assert (folder / "settings.toml").read_bytes() == before


def test_wrong_use_is_told(folder, tmp_path, capsys):
    assert main(["calibrate", "--speaker", "out.wav"]) == 2
    assert "go together" in capsys.readouterr().err
    write_wav(tmp_path / "in.wav", np.zeros(32000, np.float32))
    assert main(["calibrate", "--microphone", str(tmp_path / "in.wav"), "--speaker", str(tmp_path / "in.wav")]) == 2
    assert "would be overwritten" in capsys.readouterr().err


def test_commands_to_be_said_must_be_commands(ears, replies):
    wrong = replace(replies, texts={**replies.texts, "calibrate_commands": ("pause; the weather is nice",)})
    with pytest.raises(SolemateError, match="the weather is nice"):
        measured_in(RoomRig(), ears, wrong)


# With real devices


ROOT = Path(__file__).parent.parent

IN_A_ROOM = """
import sys
from pathlib import Path
from assistant import wiring
wiring.data_folder = lambda name: Path(sys.argv[1], name)
from assistant.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
"""The program with other data: fewer commands."""


def person_answers(prompt: str, folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes] | None:
    """Somebody at the microphone who answers once the prompt has been said."""
    said = answer_of(Prompt(prompt, 0, 0))
    if not said:
        return None
    waits = np.zeros(len(Pyttsx3Engine().render(prompt)) + round(1.3 * 16000), np.float32)
    path = folder / "answer.wav"
    write_wav(path, np.concatenate([waits, spoken(said), np.zeros(8000, np.float32)]))
    return subprocess.Popen(["paplay", "--device=microphone", str(path)], env=environment)


def calibrated(intents: Path, environment: dict[str, str]) -> tuple[int, dict[str, Any], list[str]]:
    """Calibrate with somebody at the microphone: the status, what was found, and what was shown."""
    devices = ["--microphone", "quiet_microphone", "--speaker", "room_speaker", "--recogniser", "built-in"]
    command = [sys.executable, "-c", IN_A_ROOM, str(intents), "calibrate", "--json", *devices]
    shown: list[str] = []
    answers: list[subprocess.Popen[bytes] | None] = []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr is not None
        assert program.stdout is not None
        for line in program.stderr:
            shown.append(line)
            prompt = re.match(r" *\d+/\d+  (.*)", line)
            if prompt:
                answers.append(person_answers(prompt[1], intents, environment))
        out = program.stdout.read()
    for answer in answers:
        if answer is not None:
            answer.wait(timeout=20)
    return program.returncode, json.loads(out or "{}"), shown


@pytest.mark.timeout(400)
@pytest.mark.skipif(pulse.missing() is not None, reason=str(pulse.missing()))
def test_with_real_devices_it_hears_the_loudspeaker_and_the_person(tmp_path):
    shutil.copytree(ROOT / "intents", tmp_path / "intents")
    replies = tmp_path / "intents" / "en" / "replies.yaml"
    commands = re.compile(r"  calibrate_commands: .*?\n\n", re.S)
    few = "  calibrate_commands: what's next; how long is left; start heel stretches\n\n"
    replies.write_text(commands.sub(few, replies.read_text(encoding="utf-8")), encoding="utf-8")
    with pulse.sound_server(pulse.ECHO) as environment:
        environment = {**environment, "PYTHONPATH": str(ROOT), "SOLEMATE_CONFIG": str(tmp_path / "config")}
        for _ in range(3):  # on a very busy machine sound breaks off, and the loudspeaker is not found in the pieces
            status, told, shown = calibrated(tmp_path, environment)
            if status == 0 and told["echo_seconds"] is not None and told["understood"]:
                break
    assert status == 0, shown
    assert told["microphone"] == "quiet_microphone"
    assert told["echo_db"] == pytest.approx(-20, abs=6)
    assert 0.0 <= told["echo_seconds"] < 1.0
    assert told["speech_db"] > -40
    assert told["understood"] >= 2
    calibration = SettingsFile(tmp_path / "config").read()[1]
    assert calibration is not None
    assert calibration.values == told["set"]
    assert calibration.microphone == "quiet_microphone"
