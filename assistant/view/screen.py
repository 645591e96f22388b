"""Writes rows to a terminal: only those that changed, each in one piece, so that nothing flickers."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Sequence
from typing import IO

from rich.console import Console
from rich.control import Control
from rich.text import Text
from rich.theme import Theme

from assistant.view.layout import EMPTY, Row

LOOKS = {
    "title": "bold",
    "dim": "dim",
    "say": "bold cyan",
    "done": "cyan",
    "level": "green",
    "too_loud": "bold red",
    "command": "green",
    "doubtful": "yellow",
    "message": "bold yellow",
    "cursor": "reverse",
    "ending": "bright_white on bright_white",
    "idle": "white on white",
    "getting_ready": "cyan on cyan",
    "exercising": "green on green",
    "resting": "blue on blue",
    "paused": "yellow on yellow",
    "asking": "magenta on magenta",
    "finished": "white on white",
}
"""The style of each look. Block characters have the same colour as background, so that no font leaves gaps."""

BLOCKS = "█#"
"""The characters that may be drawn on their own colour; any others would be invisible."""

ALTERNATE, SHOW_CURSOR = True, True


class Screen:
    """The whole terminal. Thread-safe; drawing after `leave` does nothing."""

    def __init__(self, out: IO[str]) -> None:
        self.console = Console(file=out, theme=Theme(LOOKS), highlight=False, soft_wrap=True)
        self._shown: list[Row | None] = []
        self._size = (0, 0)
        self._lock = threading.RLock()
        self._entered = False

    @property
    def size(self) -> tuple[int, int]:
        """Usable columns, and rows. The last column stays free, because some terminals wrap there."""
        width, height = self.console.size
        return max(1, width - 1), max(1, height)

    @property
    def whole(self) -> bool:
        """Whether anything was drawn since `enter`."""
        return bool(self._shown)

    def enter(self) -> None:
        """Switch to a screen of its own, which hides what was there."""
        with self._lock:
            self.console.control(Control.alt_screen(ALTERNATE), Control.show_cursor(not SHOW_CURSOR))
            self._entered = True
            self._shown = []

    def leave(self) -> None:
        """Show again what was there before. A second call does nothing."""
        with self._lock:
            if self._entered:
                self._entered = False
                self.console.control(Control.show_cursor(SHOW_CURSOR), Control.alt_screen(not ALTERNATE))

    def draw(self, rows: Sequence[Row], size: tuple[int, int]) -> int:
        """Show these rows on a screen of this size; returns how many of them had to be written."""
        with self._lock:
            if not self._entered:
                return 0
            pieces: list[str] = []
            if size != self._size or not self._shown:
                self._size, self._shown = size, [None] * size[1]
                pieces.append(str(Control.clear()))
            changed = [n for n, row in enumerate(rows) if row != self._shown[n]]
            for number in changed:
                pieces += [str(Control.move_to(0, number)), self._ansi(rows[number], size[0])]
                self._shown[number] = rows[number]
            if pieces:
                self.console.file.write("".join(pieces))
                self.console.file.flush()
            return len(changed)

    def _ansi(self, row: Row, width: int) -> str:
        text = text_of(row)
        text.truncate(width)  # in a very narrow terminal not even the signs fit
        text.pad_right(max(0, width - text.cell_len))
        encoding = self.console.encoding
        text.plain = text.plain.encode(encoding, "replace").decode(encoding)
        with self.console.capture() as captured:
            self.console.print(text, end="")
        return captured.get()


def text_of(row: Row) -> Text:
    """A row as rich text."""
    return Text.assemble(*((piece.text, _look(piece.text, piece.look)) for piece in row or EMPTY), no_wrap=True)


def _look(text: str, look: str) -> str:
    style = LOOKS.get(look, "")
    return style if " on " not in style or set(text) <= set(BLOCKS) else style.partition(" on ")[0]


def as_svg(rows: Sequence[Row], width: int) -> str:
    """The rows as an SVG picture that loads nothing from the network."""
    console = Console(
        record=True, width=width, file=io.StringIO(), theme=Theme(LOOKS), color_system="truecolor", force_terminal=True
    )
    for row in rows:
        console.print(text_of(row), no_wrap=True, crop=True)
    svg = console.export_svg(title="solemate", unique_id="solemate")
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code, ", "")
