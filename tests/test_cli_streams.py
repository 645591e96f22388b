"""The program's streams and signals: pipes, full disks, Ctrl-C, and what is typed or cannot be shown."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.__main__ import main as program_start
from assistant.runtime.real_time import read_lines
from tests.speech import conversation
from tests.stage import WORDED

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "assistant", *arguments]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told_and_no_traceback(tmp_path):
    spoken = conversation(tmp_path / "in.wav", [(0.5, "start the routine")])
    command = program("--microphone", str(spoken), "--log", "/dev/full", "--recogniser", "built-in")
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pipe_that_closes_ends_the_program_without_a_word():
    with subprocess.Popen(
        program("--typed", "--until-finished"),
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("start the routine\n")
        process.stdin.close()
        assert WORDED.replies.text("greeting") in process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141


def test_ctrl_c_ends_a_session_and_its_files_are_whole(tmp_path):
    from assistant.audio.sound_files import read_sound

    spoken = tmp_path / "long.wav"
    conversation(spoken, [(1.0, "start the routine"), (3000.0, "stop")])
    out, log = tmp_path / "out.wav", tmp_path / "log.jsonl"
    command = program("--microphone", str(spoken), "--speaker", str(out), "--log", str(log), "--recogniser", "built-in")
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "[start_routine]" in line:
                break
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "solemate: stopped"
    assert len(read_sound(out)) > 16000
    assert all(json.loads(line) for line in log.read_text().splitlines())


def test_ctrl_c_while_the_program_is_loaded_is_no_traceback(monkeypatch, capsys):
    class Interrupting:
        """Finds modules, and is interrupted at it."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "assistant.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "assistant.cli.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting, *sys.meta_path])
    assert program_start() == 130
    assert capsys.readouterr().err == "\nsolemate: stopped\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", ["routine", "understand skip", "--typed"])
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">/dev/full"])
def test_closed_or_full_streams_give_no_traceback(command, closed):
    shell = ["sh", "-c", f"{' '.join(program(*command.split()))} {closed}"]
    done = subprocess.run(shell, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False, input="")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == (1 if closed == ">/dev/full" else 0)


def test_what_the_terminal_cannot_show_is_escaped():
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        program("understand", "日本"), env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing" in done.stdout


def test_a_letter_that_is_none_is_taken_for_a_word_that_means_nothing():
    done = subprocess.run(
        program("--typed"), env={**ENVIRONMENT, "PYTHONIOENCODING": "utf-8"}, capture_output=True, timeout=60,
        check=False, input=b"caf\xe9\nstart heel stretches\n",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"[start_stretch heel_stretches]" in done.stdout


def test_a_keyboard_that_fails_ends_what_is_typed(monkeypatch):
    def lines() -> Iterator[str]:
        yield "pause\n"
        raise OSError("the terminal is gone")

    told: list[str | None] = []
    monkeypatch.setattr(sys, "stdin", lines())
    with pytest.raises(OSError, match="gone"):
        read_lines(told.append)
    assert told == ["pause", None]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_the_end_of_what_is_typed_ends_the_run(tmp_path):
    import pty

    terminal, keyboard = pty.openpty()
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    with subprocess.Popen(
        program("--typed"), stdin=keyboard, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as guide:
        os.close(keyboard)
        os.write(terminal, b"start heel stretches\n\x04")
        out, err = guide.communicate(timeout=60)
    os.close(terminal)
    assert (guide.returncode, err) == (0, "")
    assert "[start_stretch heel_stretches]" in out
    assert "The run is over: stopped" in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", [["--help"], ["--version"], ["models", "--help"]])
def test_help_that_cannot_be_written_is_told(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            program(*command), env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("solemate: cannot write its output: No space left")
