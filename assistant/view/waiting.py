"""What a person sees who has to wait: a bar where it is known how much there is to do, else a sign that it goes on.

All of it on standard error, and only where that is a terminal; gone without a trace once the wait is over.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

SOON = 1.0
"""Seconds that a wait may take before anything is shown of it."""

Item = TypeVar("Item")


def shows_waiting() -> bool:
    """Whether somebody is there to see it: a terminal that can draw over a line."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show that something goes on, from a second on; nothing is told of how much is left, for nobody knows."""
    if not shows_waiting():
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
    with _console().status(f"{what} ...", spinner=_spinner()):
        over.wait()


@contextmanager
def transfer(what: str, then: str = "") -> Iterator[Callable[[int, int], None]]:
    """A bar for bytes: gives what is to be told those that are there, and those that there will be.

    Where it is told another total, something else has begun, called `then`.
    """
    if not shows_waiting():
        yield lambda *_: None
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), DownloadColumn()]
    with _progress(*columns, TransferSpeedColumn(), TimeRemainingColumn()) as progress:
        tasks: dict[int, Any] = {}

        def told(done: int, total: int) -> None:
            if total not in tasks:
                # Only the first call knows where it starts: a broken fetch goes on, and its speed is of what comes now.
                name = f"{what}: {then}" if tasks and then else what
                tasks[total] = progress.add_task(name, total=total, completed=done)
            progress.update(tasks[total], completed=done)

        yield told


@contextmanager
def steps(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar for steps: gives what is to be told of each step as it begins, in a word or two."""
    if not shows_waiting():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with _progress(*columns) as progress:
        task = progress.add_task(what, total=total)
        begun = 0

        def begin(step: str) -> None:
            nonlocal begun
            progress.update(task, completed=begun, description=f"{what}: {step}" if step else what)
            begun += 1

        yield begin


def stepping(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The items, one after the other, with a bar of how many have come."""
    with steps(what, total) as begin:
        begin("")
        for item in items:
            begin("")
            yield item


def _progress(*columns: Any) -> Progress:
    from rich.progress import Progress

    # What is printed meanwhile is moved above the bar; but what goes into a file or a pipe must get there.
    return Progress(*columns, console=_console(), transient=True, redirect_stdout=sys.stdout.isatty())


def _console() -> Console:
    from rich.console import Console

    return Console(file=sys.stderr)


def _spinner() -> str:
    return "dots" if (sys.stderr.encoding or "").lower().startswith("utf") else "line"
