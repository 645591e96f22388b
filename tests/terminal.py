"""A pseudo-terminal: a program runs in it, and what it shows can be read."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyte

ROOT = Path(__file__).parent.parent

PATIENCE = 60.0
"""Seconds to wait for something to be shown; a busy machine takes its time."""


class Terminal:
    """A program in a terminal of so many columns and rows."""

    def __init__(self, command: list[str], environment: Mapping[str, str], columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self._own, theirs = pty.openpty()
        self.resize(columns, rows)
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, preexec_fn=self._of_its_own
        )
        self._theirs = theirs

    @staticmethod
    def _of_its_own() -> None:
        """The terminal becomes the new session's, as a shell's is."""
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._own, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def type(self, text: str) -> None:
        os.write(self._own, text.encode())

    def read(self, seconds: float = 0.05) -> None:
        """Take in what is written, for so long at most."""
        if select.select([self._own], [], [], seconds)[0]:
            piece = os.read(self._own, 1 << 16)
            self.written += piece
            self._stream.feed(piece)

    def wait_for(self, shown: str | Callable[[list[str]], bool]) -> list[str]:
        """Until a text, or something about the rows, can be seen."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            rows = self.rows
            if any(shown in row for row in rows) if isinstance(shown, str) else shown(rows):
                return rows
            self.read()
            if self.process.poll() is not None and not select.select([self._own], [], [], 0)[0]:
                break
        raise AssertionError(f"{shown!r} was not shown, but:\n" + "\n".join(self.rows))

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display]

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, as it does by itself."""
        return bool(termios.tcgetattr(self._theirs)[3] & termios.ECHO)

    def end(self) -> int:
        """The exit status, once all that was written has been taken in."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < until:
            self.read()
        while select.select([self._own], [], [], 0.1)[0]:
            self.read()
        return self.process.wait(0)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self._own)
        os.close(self._theirs)


@contextmanager
def in_terminal(
    *command: str,
    program: str = sys.executable,
    columns: int = 80,
    rows: int = 24,
    environment: Mapping[str, str | None] | None = None,
) -> Iterator[Terminal]:
    """Run Python (or `program`) in a terminal; an environment variable that is None is not there."""
    usual = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    variables = {**os.environ, **usual, **(environment or {})}
    kept = {name: value for name, value in variables.items() if value is not None}
    terminal = Terminal([program, *command], kept, columns, rows)
    try:
        yield terminal
    finally:
        terminal.close()
