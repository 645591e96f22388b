"""Files that a command writes: nothing in them is lost by a slip, or by a command that can't begin."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from assistant.audio.sound_files import FileSpeaker
from assistant.cli.main import main
from assistant.errors import UsageError
from assistant.ports import SPEAKING_RATE
from tests.speech import conversation, write_wav


@pytest.fixture
def talk(tmp_path):
    """A conversation of an earlier run."""
    path = tmp_path / "talk.wav"
    write_wav(path, np.full(SPEAKING_RATE, 0.25, np.float32))
    return path


def test_a_loudspeaker_overwrites_no_file_that_is_no_wav(tmp_path, monkeypatch, capsys):
    note = tmp_path / "note.txt"
    note.write_text("mine", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO("stop\n"))
    assert main(["--typed", "--speaker", str(note)]) == 2
    assert f"{note} is no WAV file, and would be overwritten" in capsys.readouterr().err
    assert note.read_text(encoding="utf-8") == "mine"


def test_a_loudspeaker_begins_an_empty_file_and_a_wav_anew(tmp_path, talk):
    (tmp_path / "empty").touch()
    for path in (tmp_path / "empty", talk):
        FileSpeaker(path).close()
        assert path.read_bytes()[:4] == b"RIFF"
        assert path.stat().st_size == 44


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo", "--voice", "nosuch", "--recogniser", "built-in", "--output", "TALK"],
        ["--typed", "--voice", "nosuch", "--speaker", "TALK"],
        ["--typed", "--name", "pause", "--speaker", "TALK"],
        ["calibrate", "--microphone", "nosuch.wav", "--speaker", "TALK", "--recogniser", "built-in"],
    ],
)
def test_a_command_that_cannot_begin_leaves_an_earlier_file_whole(arguments, talk, monkeypatch):
    before = talk.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.StringIO("stop\n"))
    assert main([str(talk) if each == "TALK" else each for each in arguments]) != 0
    assert talk.read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--log", "TALK", "demo", "--voice", "nosuch", "--output", "LINK"],
        ["--log", "new", "demo", "--voice", "nosuch", "--output", "./new"],
        ["calibrate", "--microphone", "TALK", "--speaker", "LINK"],
    ],
)
def test_no_command_takes_one_file_for_two_things(arguments, talk, tmp_path, monkeypatch, capsys):
    (tmp_path / "link.wav").hardlink_to(talk)
    monkeypatch.chdir(tmp_path)
    names = {"TALK": "talk.wav", "LINK": "link.wav"}
    assert main([names.get(each, each) for each in arguments]) == 2
    assert "are the same file" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_device_is_no_file():
    with pytest.raises(UsageError, match="are the same file"):
        check("USB.wav", "USB.wav")
    check("USB", "USB")


def check(microphone: str, speaker: str) -> None:
    from assistant.cli.options import check_files

    check_files({"microphone": microphone, "speaker": speaker})


@pytest.mark.parametrize("other", ["routine.yaml", "linked.wav"])
def test_no_file_is_overwritten_that_is_something_else(other, tmp_path, capsys):
    said = conversation(tmp_path / "say.wav", [(0.5, "pause")])
    (tmp_path / "routine.yaml").write_text("name: mine", encoding="utf-8")
    (tmp_path / "linked.wav").hardlink_to(said)
    before = (tmp_path / other).read_bytes()
    assert main(["--microphone", str(said), "--log", str(tmp_path / other)]) == 2
    assert "would be overwritten" in capsys.readouterr().err
    assert (tmp_path / other).read_bytes() == before


def test_a_log_of_an_earlier_run_is_written_anew(tmp_path, capsys):
    said = conversation(tmp_path / "say.wav", [(0.5, "pause")])
    log = tmp_path / "log.jsonl"
    assert [main(["--microphone", str(said), "--log", str(log)]) for _ in range(2)] == [0, 0]
    assert log.read_text(encoding="utf-8").count('"event": "heard"') == 1
