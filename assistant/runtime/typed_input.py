"""The keyboard as microphone: lines of text instead of speech."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.runtime.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.language.understand_text import TextUnderstanding

_TIMED = re.compile(r"@\s*([0-9.]*)\s+(.*)")


def run_typed(
    clock: VirtualClock, lines: Iterable[str], understanding: TextUnderstanding, *, until_finished: bool
) -> None:
    """Run a session on lines of text, on the virtual clock.

    Each line is said once the guide has fallen silent; `@SECONDS text` is said that many seconds after the start (or at
    once if that is past), even while the guide speaks. Raises UsageError for a line with an invalid time.
    """
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text:
            continue
        at, text = _timed(text, number)
        if at is None:
            clock.finish_speaking()
        while at is not None and clock.t < at and not clock.session.quit:
            clock.block()
        if clock.session.quit:
            return
        clock.session.hear(clock.t, understanding.utterance(text, clock.session.moment, clock.t))
        clock.block()
    if until_finished:
        clock.until_finished()
    clock.finish_speaking()


def _timed(text: str, number: int) -> tuple[float | None, str]:
    if not text.startswith("@"):
        return None, text
    found = _TIMED.fullmatch(text)
    try:
        return (float(found[1]), found[2]) if found else _no_time(text, number)
    except ValueError:
        return _no_time(text, number)


def _no_time(text: str, number: int) -> tuple[float, str]:
    raise UsageError(f"line {number}: '{text}' should be like '@12.5 pause': seconds from the start, then the words")
