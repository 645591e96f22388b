"""What a person sees while waiting: a bar if the amount of work is known, else a spinner.

Everything goes to standard error, only if that is a terminal, and vanishes once the wait is over. A wait inside another
one adds a bar to it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.view.signs import shows_unicode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

SOON = 1.0
"""Seconds of waiting before anything is shown."""

Told = Callable[[int, int], None]
"""To be called with how much is done, and the total."""

_active: list[Any] = []
"""The bars on the screen, at most one display of them: two would overwrite each other."""


def shows_progress() -> bool:
    """Whether somebody can see it: standard error is a terminal that can redraw a line."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


@contextmanager
def spinner(what: str) -> Iterator[None]:
    """Show a spinner after a second; for work of unknown length."""
    if not shows_progress() or _active:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_spin, args=(what, over), name="waiting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _spin(what: str, over: threading.Event) -> None:
    if over.wait(SOON):
        return
    from rich.live import Live
    from rich.spinner import Spinner

    kind = "dots" if shows_unicode(sys.stderr.encoding, os.environ) else "line"
    with Live(Spinner(kind, f"{what} ..."), console=_console(), transient=True, redirect_stdout=_one_terminal()):
        over.wait()


@contextmanager
def transfer_bar(what: str, then: str = "") -> Iterator[Told]:
    """A bar for bytes. When the total changes, something else has begun, called `then`."""
    if not shows_progress():
        yield _nobody
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), DownloadColumn()]
    with _bars(*columns, TransferSpeedColumn(), TimeRemainingColumn()) as bars:
        yield _telling(bars, what, then, [])


@contextmanager
def counting_bar(what: str) -> Iterator[Told]:
    """A bar for things that are done one after the other."""
    if not shows_progress():
        yield _nobody
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    tasks: list[tuple[int, Any]] = []
    with _bars(*columns) as bars:
        try:
            yield _telling(bars, what, "", tasks)
        finally:
            for _, task in tasks:
                bars.remove_task(task)


def _nobody(_done: int, _total: int) -> None:
    """Nobody can see it."""


def _telling(bars: Progress, what: str, then: str, tasks: list[tuple[int, Any]]) -> Told:
    """A function that moves the bar; `tasks` gets the total and the task id of each bar that is begun."""

    def told(done: int, total: int) -> None:
        if not tasks or tasks[-1][0] != total:
            # Starts where the first call is: a fetch may be a resumed one, and its speed counts only what comes now.
            name = f"{what}: {then}" if tasks and then else what
            tasks.append((total, bars.add_task(name, total=total, completed=done)))
        bars.update(tasks[-1][1], completed=done)

    return told


@contextmanager
def _bars(*columns: Any) -> Iterator[Progress]:
    if _active:
        yield _active[-1]
        return
    from rich.progress import Progress

    with Progress(*columns, console=_console(), transient=True, redirect_stdout=_one_terminal()) as bars:
        _active.append(bars)
        try:
            yield bars
        finally:
            _active.remove(bars)


def _one_terminal() -> bool:
    """Whether to move printed text above the bar; text for a file or a pipe has to be left alone."""
    return sys.stdout.isatty()


def _console() -> Console:
    from rich.console import Console

    class AsciiConsole(Console):
        """For a terminal without Unicode; rich judges by the stream's encoding, which is UTF-8 even in the C locale."""

        @property
        def encoding(self) -> str:
            return "ascii"

    kind = Console if shows_unicode(sys.stderr.encoding, os.environ) else AsciiConsole
    return kind(file=sys.stderr)
