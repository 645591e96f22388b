"""The live view in a real terminal: what is shown, what is typed, and that the terminal is restored."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import sys

import numpy as np
import pytest

from assistant import entries
from assistant.audio.levels import SILENT_DB, level_db
from assistant.dialogue.snapshot import Snapshot
from assistant.dialogue.state.state import State
from assistant.phases import Phase
from assistant.runtime.database import Database
from assistant.runtime.watching import Watching
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance
from assistant.view.conversation import Conversation
from assistant.view.keyboard import TypedLine
from assistant.view.layout import Line, Shown, layout
from assistant.view.live_view import LiveView, line_of
from assistant.view.screen import Screen
from assistant.view.signs import UNICODE
from assistant.view.terminal import view_possible
from tests.stage import BOOK, WORDED, Stage

if sys.platform == "win32":
    pytest.skip("a terminal for tests needs Unix", allow_module_level=True)

from tests.terminal import Terminal, in_terminal

COLOUR = re.compile(rb"\x1b\[[0-9;]*(3[0-7]|4[0-7]|9[0-7])[0-9;]*m")
LEFT, SHOWN_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"


@pytest.fixture
def typed(tmp_path):
    """`solemate --typed` in a terminal, with data of its own, for somebody who has heard the words on safety."""
    database = Database(tmp_path / "data" / "solemate")
    database.keep("safety_told", True)
    database.close()

    def start(*arguments: str, columns: int = 80, rows: int = 24, **environment: str | None):
        home = {
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        command = ("-m", "assistant", "--typed", *arguments)
        return in_terminal(*command, columns=columns, rows=rows, environment={**home, **environment})

    return start


def begin_a_hold(terminal: Terminal) -> None:
    terminal.wait_for("“start”")
    terminal.type("start heel stretches\r")
    terminal.wait_for("4/10  Heel stretches")
    terminal.type("ready\r")
    terminal.wait_for("● 4/10")


def is_given_back(terminal: Terminal) -> bool:
    return terminal.echoes and LEFT in terminal.written and SHOWN_CURSOR in terminal.written


def test_a_session_is_shown_and_obeys_what_is_typed(typed, tmp_path):
    log = tmp_path / "log.jsonl"
    with typed("--log", str(log)) as terminal:
        begin_a_hold(terminal)
        assert not terminal.echoes
        rows = terminal.wait_for(lambda rows: sum("██" in row for row in rows) == 10)
        assert rows[1] == "  The left foot."
        terminal.type("what a nice day it is\r")
        terminal.wait_for("✗ what a nice day it is")
        terminal.type("pasue\x7f\x7f\x7fuse now")
        terminal.wait_for("› pause now")
        terminal.type("\x17\x7f\r")
        terminal.wait_for("‖ 4/10")
        terminal.wait_for("  “resume”  “next”  “stop”")
        terminal.type("stop\r")
        terminal.wait_for("✓ The ten")
        terminal.type("\x04")
        assert terminal.end() == 0
        assert is_given_back(terminal)
        # What was said last is left behind.
        assert any("You    stop  [stop]" in row for row in terminal.rows)
    logged = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    intents = [entry["intent"] for entry in logged if entry["event"] == "heard"]
    assert intents == ["start_stretch", "ready", None, "pause", "stop"]


def test_it_follows_the_size_of_the_terminal(typed):
    with typed() as terminal:
        begin_a_hold(terminal)
        terminal.wait_for(lambda rows: sum("██" in row for row in rows) == 10)
        terminal.resize(40, 12)
        terminal.wait_for(
            lambda rows: (rows[0], rows[10]) == ("● 4/10  Heel stretches", "  “pause”  “next”  “how long”")
        )
        assert sum("██" in row for row in terminal.rows) == 5
        terminal.resize(12, 2)
        terminal.wait_for(lambda rows: rows[0].startswith("● 4/10"))
        terminal.resize(120, 40)
        terminal.wait_for(lambda rows: sum("██" in row for row in rows) == 15)


@pytest.mark.parametrize(("asked", "status"), [("\x03", 130), (signal.SIGTERM, 143)])
def test_the_terminal_is_given_back_when_it_is_ended(asked, status, typed):
    with typed() as terminal:
        terminal.wait_for("“start”")
        if isinstance(asked, str):
            terminal.type(asked)
        else:
            terminal.process.send_signal(asked)
        assert terminal.end() == status
        assert is_given_back(terminal)
        assert "Traceback" not in "\n".join(terminal.rows)


STOPPED = '"$0" -m assistant --typed; echo stopped; read -r line; fg >/dev/null'
"""Runs the program as a shell does, which goes on when it is stopped; Enter lets it go on as well."""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which stops and continues programs")
def test_after_being_stopped_and_continued_it_is_there_again(tmp_path):
    data = {"XDG_DATA_HOME": str(tmp_path)}
    with in_terminal("-m", "-c", STOPPED, sys.executable, program="bash", environment=data) as terminal:
        terminal.wait_for("“start”")
        terminal.type("\x1a")
        terminal.wait_for("stopped")
        assert is_given_back(terminal)
        terminal.type("\n")
        terminal.wait_for("“start”")
        terminal.type("start heel stretches\r")
        terminal.wait_for("4/10  Heel stretches")
        assert not terminal.echoes
        terminal.type("\x04")
        assert terminal.end() == 0


CRASH = """
import os, sys
from assistant.view.live_view import LiveView
from tests.stage import BOOK, Stage
stage = Stage()
view = LiveView(BOOK, {})
try:
    view.begin(lambda: stage.state)
    os.write(2, b"a library complains\\n")
    raise RuntimeError("broken")
finally:
    view.close()
"""


def test_after_an_error_the_terminal_is_given_back_and_all_complaints_are_shown():
    with in_terminal("-c", CRASH) as terminal:
        assert terminal.end() == 1
        assert is_given_back(terminal)
        shown = "\n".join(terminal.rows)
        assert "RuntimeError: broken" in shown
        assert "a library complains" in shown


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--plain"], {}), (["--view", "off"], {}), ([], {"TERM": "dumb"}), ([], {"TERM": None})],
)
def test_where_it_is_not_wanted_or_cannot_be_there_are_lines(arguments, environment, typed):
    with typed(*arguments, **environment) as terminal:
        terminal.wait_for(f"Guide  {WORDED.replies.text('greeting')}")
        assert terminal.echoes
        terminal.type("what's next\r")
        terminal.wait_for("You    what's next  [whats_next]")
        assert b"\x1b[?1049h" not in terminal.written
        terminal.type("stop\r")
        assert terminal.end() == 0


def test_no_color_takes_the_colours_and_leaves_the_rest(typed):
    written = []
    for environment in ({}, {"NO_COLOR": "1"}):
        with typed(**environment) as terminal:
            terminal.wait_for("“start”")
            terminal.type("start heel stretches\r")
            terminal.wait_for("✓ start heel stretches")
            written.append(terminal.written)
    assert [bool(COLOUR.search(each)) for each in written] == [True, False]


@pytest.mark.parametrize("environment", [{"LANG": "C"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}])
def test_a_terminal_without_unicode_gets_none(environment, typed):
    with typed(**environment) as terminal:
        terminal.wait_for('"start"')
        terminal.type("start heel stretches\r")
        terminal.wait_for("+ start heel stretches")
        terminal.type("\x04")
        assert terminal.end() == 0
        assert terminal.written.isascii()


def test_only_a_terminal_of_its_own_is_taken(monkeypatch):
    assert not view_possible(io.StringIO(), None, {"TERM": "xterm"})
    own, theirs = os.openpty()
    with os.fdopen(theirs, "w") as out:
        # It is a terminal, but not that of this program.
        assert not view_possible(out, None, {"TERM": "xterm"})
    os.close(own)


# What it draws


HOLD = Snapshot(Phase.EXERCISING, "Heel stretches", 4, 10, clock="24", says=("pause",))


class Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_only_rows_that_changed_are_written():
    out = Tty()
    screen = Screen(out)
    screen.enter()
    size = (79, 24)
    assert screen.draw(layout(Shown(HOLD), *size, UNICODE), size) == 24
    assert screen.draw(layout(Shown(HOLD), *size, UNICODE), size) == 0
    heard = Shown(HOLD, heard=(Line("command", "pause"),))
    before = len(out.getvalue())
    assert 0 < screen.draw(layout(heard, *size, UNICODE), size) <= 8  # the clock moved up a row
    assert screen.draw(layout(heard, 39, 12, UNICODE), (39, 12)) == 12
    assert len(out.getvalue()) > before
    screen.leave()
    written = len(out.getvalue())
    assert screen.draw(layout(Shown(HOLD), *size, UNICODE), size) == 0
    assert len(out.getvalue()) == written


def heard(text: str, phonemes: str, match: Match, why: str | None = None) -> entries.Heard:
    hypothesis = Hypothesis(tuple(phonemes.split()), text)
    return entries.heard(0.0, Utterance(0.0, 1.0, hypothesis, match, ignored_because=why))


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (entries.Said(0.0, 1, "Hello."), None),
        (entries.DeviceGone(0.0, "it is gone"), Line("message", "it is gone")),
        (entries.DeviceBack(0.0, "it is back"), Line("message", "it is back")),
        (entries.Trouble(0.0, "voice", "it lacks a file"), Line("message", "it lacks a file")),
        (heard("skip", "", Match("next", phrase="skip", accepted=True)), Line("command", "skip", "skip")),
        (heard("x", "", Match("next", phrase="next", doubtful=True)), Line("doubtful", "next")),
        (heard("", "k ɑ", Match(None)), Line("rejected", "k ɑ")),
        (
            heard("yes", "", Match("yes", accepted=True), "nothing was asked"),
            Line("rejected", "yes", "nothing was asked"),
        ),
    ],
)
def test_what_the_log_tells_is_shown(entry, line):
    assert line_of(entry) == line


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (heard("skip", "", Match("next", phrase="skip", accepted=True)), "You    skip  [next]"),
        (heard("skip", "", Match("next", accepted=True), "nothing was asked"), "(ignored, nothing was asked: skip)"),
        (heard("skip", "", Match("next"), "no name"), "(ignored, no name: skip)"),
        (heard("skibble", "", Match("next"), "not sure: 0.71 of 0.86"), "(not understood as a command: skibble)"),
        (heard("", "", Match(None), "no command"), "(not understood as a command: a sound)"),
    ],
)
def test_the_lines_tell_why_what_was_understood_is_ignored(entry, line):
    out = io.StringIO()
    Conversation(out)(entry)
    assert out.getvalue().strip().endswith(line)


def test_the_level_is_that_of_the_samples():
    loud = np.sin(np.arange(480) * 0.3).astype(np.float32)
    assert level_db(loud) == pytest.approx(-3.0, abs=0.1)
    assert level_db(loud * 0.1) == pytest.approx(-23.0, abs=0.1)
    assert level_db(np.zeros(480, np.float32)) == SILENT_DB
    assert level_db(np.zeros(0, np.float32)) == SILENT_DB


def test_the_meter_rises_at_once_and_falls_slowly():
    view = LiveView(BOOK, {}, out=Tty())
    levels = iter([-20.0, -50.0, -50.0, -10.0])
    view.level = lambda: next(levels)
    state: State = Stage().state
    assert [view.shown(state).level for _ in range(4)] == [-20.0, -25.0, -30.0, -10.0]


def test_a_microphone_without_sound_is_shown_until_it_sounds_or_is_gone():
    view = LiveView(BOOK, {}, out=Tty())
    view.level = lambda: -120.0
    state: State = Stage().state

    def title() -> str:
        return "".join(piece.text for piece in view.rows(state, 79, 24)[0])

    told = (
        entries.Trouble(0.0, "microphone_silent", "no sound"),
        entries.Trouble(1.0, "microphone_sounds", "sound again"),
        entries.Trouble(2.0, "microphone_silent", "no sound"),
        entries.DeviceGone(3.0, "unplugged"),
    )
    shown = []
    for entry in told:
        view(entry)
        shown.append(title().endswith("! [no_sound]"))
    assert shown == [True, False, True, False]


class Gone(Tty):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_terminal_that_is_gone_ends_nothing():
    view = LiveView(BOOK, {}, out=Gone())
    view._screen._entered = True
    state: State = Stage().state
    view._work(lambda: state)
    told: list[entries.Entry] = []
    tell = Watching([view, told.append], goes_on=True)
    for number in range(3):
        tell(entries.Said(0.0, number, "Hello."))
    assert sum(isinstance(entry, entries.Trouble) for entry in told) == 1
    assert len(told) == 4
    view.close()


def test_a_view_that_breaks_off_gives_way_to_lines():
    out = Tty()
    view = LiveView(BOOK, {}, out=out)
    view(entries.Said(0.0, 1, "Hello."))
    view._work(lambda: None)  # type: ignore[arg-type,return-value]
    view(entries.Said(1.0, 2, "Say start to begin."))
    view(entries.Said(2.0, 3, "Well done."))
    lines = out.getvalue().splitlines()
    guide = [line.partition("Guide  ")[2] for line in lines if "Guide" in line]
    assert guide == ["Hello.", "Say start to begin.", "Well done."]
    assert sum("the view broke off" in line for line in lines) == 1


# What is typed


@pytest.mark.parametrize(
    ("typed", "lines", "left"),
    [
        (["pau", "se\r"], ["pause"], ""),
        (["pause\nnext\n", "st"], ["pause", "next"], "st"),
        (["  \r"], [], ""),
        (["stopp\x7f"], [], "stop"),
        (["go back\x17"], [], "go "),
        (["go back\x15next"], [], "next"),
        (["\x1b[A\x1b[200~a\x1bOBb\x1b"], [], "ab"),
        (["x\x04"], [], "x"),
        (["\x04"], [None], ""),
        (["다음\r"], ["다음"], ""),
        (["a" * 400], [], "a" * 300),
    ],
)
def test_a_line_grows_letter_by_letter(typed, lines, left):
    line = TypedLine()
    assert [found for piece in typed for found in line.feed(piece)] == lines
    assert line.text == left
