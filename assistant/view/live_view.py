"""The live view of a session: takes the entries of its log, and shows the state several times a second.

It draws on a thread of its own, because a terminal may be slow and the guide must not wait for it. That thread reads
only frozen values, and changes nothing.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TextIO

from assistant.audio.levels import SILENT_DB
from assistant.dialogue.snapshot import snapshot
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book
from assistant.entries import DeviceGone, Entry, Finished, Heard, Notice, Said, Trouble
from assistant.view.conversation import Conversation
from assistant.view.keyboard import TypedLine, read_keys
from assistant.view.layout import HEARD_ROWS, QUIETEST_DB, Line, Row, Shown, layout
from assistant.view.screen import Screen
from assistant.view.signs import Signs, signs_for
from assistant.view.terminal import Terminal

FRAME = 0.125
"""Seconds between two looks at the state: enough for seconds and the level meter."""

FALL_DB = 5.0
"""dB by which the level meter falls from one look to the next, so that a short word stays visible."""

LAST_LINES = 10
"""Lines of the conversation that remain in the terminal afterwards."""


class LiveView:
    """Watches a session and shows it, from `begin` to `close`."""

    def __init__(
        self,
        book: Book,
        texts: Mapping[str, str],
        *,
        name: str | None = None,
        introduction: str = "",
        typed: bool = False,
        out: TextIO | None = None,
    ) -> None:
        """`texts`: the wordings of intents. `name`: the wake word. `typed`: commands are typed into the view."""
        self.level: Callable[[], float] | None = None
        """Gives the microphone's level, dB of full scale; None if there is no microphone."""
        self._out = sys.stdout if out is None else out
        self._book, self._texts, self._name = book, texts, name
        self._line = TypedLine() if typed else None
        self._screen = Screen(self._out)
        self._terminal = Terminal(self._screen)
        self._signs: Signs = signs_for(self._screen.console.encoding)
        self._saying = ""
        # Replaced, never mutated, because the other thread reads it.
        self._heard = tuple(Line("told", text) for text in introduction.splitlines())[-HEARD_ROWS:]
        self._last: deque[Entry] = deque(maxlen=LAST_LINES)
        self._level = SILENT_DB
        self._mute = False
        self._failed: Exception | None = None
        """What made it impossible to show anything; from then on there are lines of text instead."""
        self._lines: Conversation | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, entry: Entry) -> None:
        """Take in what happens."""
        if self._lines is not None:
            self._lines(entry)
            return
        if isinstance(entry, Said | Heard | Finished | Notice):
            self._last.append(entry)
        if isinstance(entry, Said):
            self._saying = entry.text
        line = line_of(entry)
        if line is not None:
            self._heard = (*self._heard, line)[-HEARD_ROWS:]
        if isinstance(entry, Trouble) and entry.kind.startswith("microphone"):
            self._mute = entry.kind == "microphone_silent"
        elif isinstance(entry, DeviceGone):
            self._mute = False
        if self._failed is not None:
            self._give_way(entry.t, self._failed)

    def _give_way(self, t: float, error: Exception) -> None:
        """Show lines of text instead, on the thread that may restore the terminal."""
        self.close()
        self._lines = Conversation(self._out)
        self._lines(Trouble(t, "output", f"the view broke off ({error!r}): lines instead"))

    def begin(self, state: Callable[[], State]) -> None:
        """Take over the terminal, and show the state from now on."""
        self._terminal.enter()
        self._thread = threading.Thread(target=self._work, args=(state,), name="view", daemon=True)
        self._thread.start()

    def read_keys(self, tell: Callable[[str | None], None]) -> None:
        """Pass on each line that is typed; None at the end."""
        assert self._line is not None
        read_keys(sys.stdin.fileno(), self._line, tell)

    def close(self) -> None:
        """Give the terminal back, and leave the last lines of the conversation there. A second call does nothing."""
        if self._over.is_set():
            return
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(OSError):  # the terminal is gone, and so is what was to be restored
            self._terminal.leave()
            lines = Conversation(self._out)
            while self._last:
                lines(self._last.popleft())

    def shown(self, state: State) -> Shown:
        """What should be visible now."""
        level = self.level
        if level is not None:
            self._level = max(level(), self._level - FALL_DB, QUIETEST_DB)
        return Shown(
            snapshot(state, self._book, self._texts, self._name),
            self._saying,
            self._heard,
            None if level is None else self._level,
            None if self._line is None else self._line.text,
            self._book.replies.text("no_sound") if self._mute else "",
        )

    def rows(self, state: State, width: int, height: int) -> tuple[Row, ...]:
        """What should be visible now, as rows for that size."""
        return layout(self.shown(state), width, height, self._signs)

    def _work(self, state: Callable[[], State]) -> None:
        try:
            self._draw_on(state)
        except Exception as error:  # the guide goes on, and takes notice of this at the next entry
            self._failed = error

    def _draw_on(self, state: Callable[[], State]) -> None:
        before: tuple[Shown, tuple[int, int]] | None = None
        while not self._over.wait(FRAME):
            size, shown = self._screen.size, self.shown(state())
            # Rounded, so that a level that looks the same causes no redrawing.
            shown = shown if shown.level is None else replace(shown, level=float(round(shown.level)))
            if (shown, size) != before or not self._screen.whole:
                before = (shown, size)
                self._screen.draw(layout(shown, *size, self._signs), size)


def line_of(entry: Entry) -> Line | None:
    """What an entry tells the person; None for nothing."""
    if isinstance(entry, Notice):
        return Line("message", entry.message)
    if not isinstance(entry, Heard):
        return None
    heard = entry.recognition
    if heard.ignored_because is not None:
        return Line("rejected", heard.text or heard.phonemes or "...", heard.ignored_because)
    if heard.intent:
        return Line("command", heard.text, heard.phrase)
    if heard.doubtful:
        return Line("doubtful", heard.phrase)
    return Line("rejected", heard.text or heard.phonemes or "...")
