"""What drawings show, in words: for those who can't see them."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.dialogue.content.drawn import FIGURES
from assistant.errors import SolemateError
from assistant.language.files import DRAWINGS
from assistant.language.marked_yaml import Marked, load

SIDES = ("left", "right")
FIELDS = frozenset({"side", "other"})


@dataclass(frozen=True)
class Told:
    """A drawing in words: what it is of, and what is seen in it."""

    title: str
    shows: str


@dataclass(frozen=True)
class DrawingWords:
    """A language's words for its drawings, with {side} and {other} in those of one foot."""

    sides: Mapping[str, str]
    figures: Mapping[str, Told]

    def told(self, figure: str, side: str | None = None) -> Told:
        """The words for a figure of a side; of the right one if none is given, as it is drawn then.

        Raises KeyError if the language has none.
        """
        words = self.figures[figure]
        this = side or "right"
        filled = {"side": self.sides[this], "other": self.sides["right" if this == "left" else "left"]}
        return Told(words.title.format(**filled), words.shows.format(**filled))


def load_drawings(folder: Path) -> DrawingWords:
    """The words of a language's folder; every figure need not have some.

    Raises SolemateError with file, line and mistake, or if there is no such file.
    """
    path = folder / DRAWINGS
    if not path.is_file():
        raise SolemateError(f"{path} is missing", "it tells what each drawing shows")
    marked = load(path)
    marked.keys_among("the file", ("language", "sides", "drawings"))
    sides = marked.required("the file", "sides")
    sides.keys_among("'sides'", SIDES)
    figures = marked.required("the file", "drawings").mapping("'drawings'")
    return DrawingWords(
        sides={side: sides.required("'sides'", side).text(f"'{side}'") for side in SIDES},
        figures={name: _told(name, entry) for name, entry in figures.items()},
    )


def _told(name: str, entry: Marked) -> Told:
    if name not in FIGURES:
        entry.fail(f"there is no drawing '{name}'; there is: {', '.join(FIGURES)}")
    what = f"the drawing '{name}'"
    entry.keys_among(what, ("title", "shows"))
    return Told(*(_text(entry.required(what, key), key) for key in ("title", "shows")))


def _text(entry: Marked, key: str) -> str:
    text = entry.text(f"'{key}'").strip()
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        entry.fail(f"'{key}' has a stray brace: {error}")
    if not used <= FIELDS:
        entry.fail(f"'{key}' uses {{{sorted(used - FIELDS)[0]}}}; it may use: {', '.join(sorted(FIELDS))}")
    return text
