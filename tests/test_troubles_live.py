"""The program as it runs, with a disk that is really full, a database that is really locked, and a sleep."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.runtime.database import DATABASE, Database
from tests.other_program import holding
from tests.small_disk import missing, small_disk
from tests.stage import WORDED

if sys.platform == "win32":
    pytest.skip("a terminal for tests needs Unix", allow_module_level=True)

from tests.terminal import PATIENCE, Terminal, in_terminal
from tests.test_view import begin_a_hold

SAYS = WORDED.replies.text

SLEEPER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path

from assistant.cli.main import main
from assistant.runtime import real_time

class Wall(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now() + timedelta(hours=8 if Path(sys.argv[1]).exists() else 0)

real_time.datetime = Wall
sys.exit(main(sys.argv[2:]))
"""
"""The program in a machine that has slept for eight hours as soon as there is a file."""


def remembering(data: Path) -> Path:
    """Data of somebody who has heard the words on safety; its database."""
    database = Database(data / "solemate")
    database.keep("safety_told", True)
    database.close()
    return data / "solemate" / DATABASE


@contextmanager
def typed(
    folder: Path, data: Path, *options: str, program: tuple[str, ...] = ("-m", "assistant")
) -> Iterator[Terminal]:
    environment = {"XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(folder / "config")}
    with in_terminal(*program, "--typed", *options, columns=120, environment=environment) as terminal:
        yield terminal


def hears(terminal: Terminal, text: str) -> None:
    """Until it was shown, if only for a moment; a word of the guide's is soon followed by the next."""
    until = time.monotonic() + PATIENCE
    while text.encode() not in terminal.written and time.monotonic() < until:
        terminal.read()
    assert text.encode() in terminal.written, terminal.rows


def end(terminal: Terminal) -> int:
    terminal.type("stop\r")
    terminal.wait_for("✓ The ten")
    terminal.type("\x04")
    return terminal.end()


def ends(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return [row[0] for row in connection.execute("SELECT why FROM runs")]


@pytest.mark.timeout(300)
def test_a_disk_that_fills_up_in_a_stretch_ends_nothing(tmp_path):
    reason = missing(tmp_path / "try")
    if reason is not None:
        pytest.skip(reason)
    with small_disk(tmp_path / "disk") as disk:
        database = remembering(disk.folder)
        log = disk.folder / "log.jsonl"
        with typed(tmp_path, disk.folder, "--log", str(log)) as terminal:
            begin_a_hold(terminal)
            disk.fill()
            hears(terminal, "cannot write the log")
            terminal.type("pause\r")
            terminal.wait_for("‖ 4/10")
            hears(terminal, SAYS("cannot_keep"))
            terminal.type("resume\r")
            terminal.wait_for("● 4/10")
            disk.empty()
            terminal.type("pause\r")
            hears(terminal, SAYS("kept_again"))
            assert end(terminal) == 0
        assert ends(database) == ["stopped"]
        said = log.read_text()
        assert said.count(SAYS("cannot_keep")) == said.count(SAYS("kept_again")) == 1
        assert '"event": "cannot_keep"' in said


@pytest.mark.timeout(300)
def test_a_lock_that_another_program_holds_in_a_stretch_ends_nothing(tmp_path):
    database = remembering(tmp_path / "data")
    with typed(tmp_path, tmp_path / "data") as terminal:
        begin_a_hold(terminal)
        with holding(database) as other:
            terminal.type("pause\r")
            hears(terminal, "another program holds")
            hears(terminal, SAYS("cannot_keep"))
            other.let_go()
        hears(terminal, SAYS("kept_again"))
        assert end(terminal) == 0
    assert ends(database) == ["stopped"]


@pytest.mark.timeout(300)
def test_a_database_that_is_locked_at_the_start_and_to_the_end_keeps_nobody_from_stretching(tmp_path):
    database = remembering(tmp_path / "data")
    with holding(database, alone=True):
        with typed(tmp_path, tmp_path / "data", "--words", "short") as terminal:
            hears(terminal, SAYS("cannot_keep"))
            terminal.type("goodbye\r")
            assert terminal.end() == 0
    with holding(database, alone=True), typed(tmp_path, tmp_path / "data") as terminal:
        hears(terminal, SAYS("cannot_keep"))
        terminal.type("set the volume to three\r")
        terminal.wait_for("✓ set the volume to three")
        terminal.type("goodbye\r")
        assert terminal.end() == 0
        assert any("not all of what you did could be kept" in row for row in terminal.rows)


@pytest.mark.timeout(300)
def test_a_machine_that_has_slept_for_hours_asks_and_begins_nothing(tmp_path):
    remembering(tmp_path / "data")
    slept = tmp_path / "slept"
    with typed(tmp_path, tmp_path / "data", program=("-c", SLEEPER, str(slept))) as terminal:
        begin_a_hold(terminal)
        slept.touch()
        terminal.wait_for("? 4/10")
        hears(terminal, SAYS("ask_awake"))
        hears(terminal, "the machine was asleep")
        terminal.type("yes\r")
        terminal.wait_for("● 4/10")
        assert end(terminal) == 0


@pytest.mark.timeout(300)
def test_output_that_nobody_reads_any_more_ends_nothing(tmp_path):
    """The words go to a pipe that is closed; whoever types is still led, and it is all in the log."""
    remembering(tmp_path / "data")
    log = tmp_path / "log.jsonl"
    shell = f'"{sys.executable}" -m assistant --typed --log "{log}" | head -n 1; echo "left: $?"'
    environment = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with in_terminal("-c", shell, program="/bin/sh", columns=120, environment=environment) as terminal:
        terminal.wait_for("Guide")
        for command in ("start heel stretches", "ready", "pause", "stop", "goodbye"):
            terminal.type(f"{command}\r")
            wait_in(log, f'"text": "{command}"', terminal)
        assert terminal.end() == 0
        assert "left: 0" in terminal.rows
    assert "Traceback" not in "\n".join(terminal.rows)
    assert '"why": "stopped"' in log.read_text()


def wait_in(log: Path, text: str, terminal: Terminal) -> None:
    for _ in range(1200):
        if log.exists() and text in log.read_text():
            return
        terminal.read()
    raise AssertionError(f"{text} is not in the log:\n{log.read_text()}\n" + "\n".join(terminal.rows))
