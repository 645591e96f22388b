"""Takes over a terminal, and restores it: at the end, on errors, on Ctrl-Z and on SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import IO, Any

from assistant.view.screen import Screen

TERMINATED = 128 + signal.SIGTERM
"""The exit status of a terminated program, by the convention of shells."""

MOST_ASIDE = 20_000
"""Bytes of error messages shown afterwards; a library that repeats itself would fill the screen."""


def view_possible(out: IO[str], source: IO[str] | None = None, environment: Mapping[str, str] | None = None) -> bool:
    """Whether a live view is possible: on a terminal that can move its cursor, with the program in the foreground.

    `source`: where commands are typed, None if nowhere.
    """
    kind = (os.environ if environment is None else environment).get("TERM", "" if sys.platform != "win32" else "win")
    if kind in ("", "dumb", "unknown") or not out.isatty():
        return False
    if sys.platform == "win32":
        from rich.console import Console

        return source is None and not Console(file=out).legacy_windows
    if source is not None and not source.isatty():
        return False
    try:
        # A program in the background must not touch the terminal, or it is stopped.
        return os.tcgetpgrp(out.fileno()) == os.getpgrp()
    except OSError:
        return False


class Terminal:
    """The terminal while the view owns it. To be entered and left by the main thread."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._keys: Keys | None = None
        self._aside: Aside | None = None
        self._signals: dict[int, Any] = {}

    def enter(self) -> None:
        """Take it over."""
        self._take()
        if threading.current_thread() is not threading.main_thread():
            return  # signal handlers can only be set there
        self._signals[signal.SIGTERM] = signal.signal(signal.SIGTERM, _end)
        if sys.platform != "win32":
            self._signals[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, self._sleep)

    def leave(self) -> None:
        """Give it back. A second call does nothing."""
        for number, before in self._signals.items():
            signal.signal(number, before)
        self._signals.clear()
        self._give_back()

    def _take(self) -> None:
        self._aside = Aside()
        self._keys = Keys()
        self._screen.enter()

    def _give_back(self) -> None:
        with suppress(OSError):  # if the terminal is gone, the rest is still to be restored
            self._screen.leave()
        if self._keys is not None:
            self._keys.restore()
            self._keys = None
        if self._aside is not None:
            self._aside.show()
            self._aside = None

    def _sleep(self, number: int, _frame: FrameType | None) -> None:
        """Ctrl-Z: give the terminal back, stop as any program would, and take it over again afterwards."""
        self._give_back()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._sleep)
        self._take()


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(TERMINATED)


class Keys:
    """Makes typed characters come one by one, and not be echoed. Ctrl-C and Ctrl-Z work as usual."""

    def __init__(self) -> None:
        self._before: list[Any] | None = None
        if sys.platform == "win32" or not sys.stdin.isatty():
            return
        import termios

        self._termios = termios
        self._before = termios.tcgetattr(sys.stdin.fileno())
        letters = termios.tcgetattr(sys.stdin.fileno())
        letters[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, letters)

    def restore(self) -> None:
        """Restore the terminal; unread characters are dropped, so that the shell does not get them."""
        if self._before is not None:
            with suppress(self._termios.error):  # that of a terminal that is gone
                self._termios.tcsetattr(sys.stdin.fileno(), self._termios.TCSAFLUSH, self._before)


class Aside:
    """Collects what libraries write to standard error, if that is a terminal, until the view is over."""

    def __init__(self) -> None:
        self._stderr: int | None = None
        if not os.isatty(2):
            return
        sys.stderr.flush()
        try:
            self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the view
        except OSError:
            return  # every disk is full: better messages across the view than no view
        self._stderr = os.dup(2)
        os.dup2(self._kept.fileno(), 2)

    def show(self) -> None:
        """Restore standard error, and print what was collected."""
        if self._stderr is None:
            return
        sys.stderr.flush()
        os.dup2(self._stderr, 2)
        os.close(self._stderr)
        self._stderr = None
        self._kept.seek(0)
        kept = self._kept.read(MOST_ASIDE)
        self._kept.close()
        while kept:
            kept = kept[os.write(2, kept) :]
