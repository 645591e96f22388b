"""Bars and signs of waiting: seen in a terminal, and nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("a terminal for tests needs Unix", allow_module_level=True)

from assistant.view.progress_bar import counting_bar, shows_progress, spinner, transfer_bar
from tests.terminal import ROOT, in_terminal

ON = "\x04"
"""Lets a script read on; unlike Enter it moves no cursor."""

TRANSFER = """
import sys
from assistant.view.progress_bar import transfer_bar
with transfer_bar("a-model", "unpacking") as told:
    told(10_000_000, 40_000_000)
    told(20_000_000, 40_000_000)
    sys.stdin.readline()
    told(60_000_000, 60_000_000)
    sys.stdin.readline()
print("over")
"""

NESTED = """
import sys
from assistant.view.progress_bar import counting_bar, spinner
with counting_bar("sections") as told, spinner("never seen"):
    told(1, 3)
    print("a line meanwhile")
    with counting_bar("measured") as each:
        each(7, 9)
        sys.stdin.readline()
    sys.stdin.readline()
print("over")
"""

WAITING = """
import sys
from assistant.view.progress_bar import spinner
with spinner("Loading the recogniser"):
    if sys.argv[1:] == ["long"]:
        sys.stdin.readline()
print("over")
"""


def test_a_transfer_has_a_bar_with_name_and_size_and_then_another():
    with in_terminal("-c", TRANSFER) as terminal:
        row = next(row for row in terminal.wait_for("20.0/40.0 MB") if "a-model" in row)
        assert "━" in row
        terminal.type(ON)
        terminal.wait_for("a-model: unpacking")
        terminal.type(ON)
        assert terminal.end() == 0
        # The bar has gone without a trace.
        assert not any("MB" in row for row in terminal.rows)
        assert any("over" in row for row in terminal.rows)


def test_one_wait_in_another_adds_a_bar_and_takes_it_away():
    with in_terminal("-c", NESTED) as terminal:
        rows = terminal.wait_for("7/9")
        assert any("sections" in row and "1/3" in row for row in rows)
        assert any("a line meanwhile" in row for row in rows)
        terminal.type(ON)
        terminal.wait_for(lambda rows: not any("7/9" in row for row in rows))
        terminal.type(ON)
        assert terminal.end() == 0
        assert b"never seen" not in terminal.written


def test_a_long_wait_without_an_end_in_sight_is_told_and_a_short_one_is_not():
    with in_terminal("-c", WAITING, "long") as terminal:
        terminal.wait_for("Loading the recogniser ...")
        terminal.type(ON)
        assert terminal.end() == 0
    with in_terminal("-c", WAITING) as terminal:
        assert terminal.end() == 0
        assert b"Loading" not in terminal.written


@pytest.mark.parametrize(("script", "shown"), [(TRANSFER, "20.0/40.0 MB"), (WAITING, "Loading")])
def test_a_terminal_without_unicode_gets_none(script, shown):
    with in_terminal("-c", script, "long", environment={"LC_ALL": "C"}) as terminal:
        terminal.wait_for(shown)
        for _ in range(script.count("readline")):
            terminal.type(ON)
        assert terminal.end() == 0
        assert terminal.written.isascii()


@pytest.mark.parametrize("script", [TRANSFER, NESTED, WAITING])
def test_nothing_of_it_goes_into_a_pipe(script):
    done = subprocess.run(
        [sys.executable, "-c", script, "long"], input="\n\n", cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "over"


def test_what_is_told_is_taken_though_nobody_sees_it(capfd):
    assert not shows_progress()
    with transfer_bar("a"), spinner("b"), counting_bar("c") as told:
        told(1, 2)
    assert capfd.readouterr() == ("", "")
