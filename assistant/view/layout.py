"""Lays out a snapshot in the rows of a terminal of any size, deciding what gives way when space is short."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from rich.cells import cell_len, set_cell_size

from assistant.dialogue.snapshot import Snapshot
from assistant.phases import Phase
from assistant.view.signs import FONT, ROWS, Signs

LOUDEST_DB, QUIETEST_DB = 0.0, -60.0
"""dB of full scale at the two ends of the level meter; a quiet room is at about -60."""

CLIPPING_DB = -1.0
"""Level, dB of full scale, from which the microphone is too loud."""

LARGEST = 3
"""The largest scale of the clock; any larger would only look odd."""

HEARD_ROWS = 3
"""Lines of what was heard, if there is space."""


@dataclass(frozen=True)
class Line:
    """Something that was heard, or told.

    kind: "command" (understood as `meaning`), "doubtful", "rejected" (`meaning` says why), "message" or "told".
    """

    kind: str
    text: str
    meaning: str = ""


@dataclass(frozen=True)
class Shown:
    """Everything shown.

    `level`: dB of full scale, None without a microphone; `typed`: None if nobody types; `mute`: what stands in place of
    the level while the microphone gives no sound, else empty.
    """

    snapshot: Snapshot
    saying: str = ""
    heard: tuple[Line, ...] = ()
    level: float | None = None
    typed: str | None = None
    mute: str = ""


@dataclass(frozen=True)
class Piece:
    """Text in one look; looks are defined in `assistant.view.screen`."""

    text: str
    look: str = ""


Row = tuple[Piece, ...]
EMPTY: Row = ()


@dataclass
class _Room:
    """The rows given to each part; `spare` are those not given yet."""

    spare: int
    parts: dict[str, int] = field(default_factory=dict)

    def give(self, part: str, rows: int = 1) -> None:
        if 0 < rows <= self.spare:
            self.spare -= rows
            self.parts[part] = self.parts.get(part, 0) + rows

    def of(self, part: str) -> int:
        return self.parts.get(part, 0)


def layout(shown: Shown, width: int, height: int, signs: Signs) -> tuple[Row, ...]:
    """The view as `height` rows at most, none wider than `width` cells."""
    reading = _clock_text(shown.snapshot)
    room = _share_out(shown, width, height, reading)
    rows: list[Row] = []
    above = below = 0
    if room.of("clock"):
        below = room.spare // 2
        above = room.spare - below
    heard = shown.heard[-room.of("heard") :] if room.of("heard") else ()
    saying = _wrapped(shown.saying, width - 2, signs)[: room.of("saying")]
    rows += [_title(shown, width, signs)] * room.of("title")
    rows += [_place(shown.snapshot, width, signs)] * room.of("place")
    rows += [EMPTY] * above
    rows += _clock(reading, shown.snapshot, room.of("clock"), width, signs)
    rows += [EMPTY] * below
    rows += [_bar(shown.snapshot, width, signs)] * room.of("bar")
    rows += [(Piece(f"{signs.guide if not n else ' '} ", "dim"), Piece(text)) for n, text in enumerate(saying)]
    rows += [_heard(line, width, signs) for line in heard]
    rows += [EMPTY] * max(0, height - len(rows) - room.of("says") - room.of("typed"))
    rows += [_says(shown.snapshot, width, signs)] * room.of("says")
    rows += [_typed(shown.typed or "", width, signs)] * room.of("typed")
    return tuple(rows[:height])


def _share_out(shown: Shown, width: int, height: int, reading: str) -> _Room:
    """Give rows to the most important parts first: each line here matters more than the next."""
    room = _Room(height)
    if shown.typed is not None:
        room.give("typed")
    room.give("title")
    if reading:
        room.give("clock")
    for part in ("says", "bar", "place", "heard"):
        room.give(part)
    fits = _clock_width(reading, 1) <= width
    if reading and fits:
        room.give("clock", ROWS - 1)
    room.give("saying")
    if len(shown.saying) > width - 2:
        room.give("saying")
    room.give("heard", min(HEARD_ROWS, len(shown.heard)) - 1)
    for scale in range(2, LARGEST + 1):
        # Two rows above and below stay empty: right next to other text it can't be read from afar.
        if room.of("clock") == ROWS * (scale - 1) and room.spare >= ROWS + 2 and _clock_width(reading, scale) <= width:
            room.give("clock", ROWS)
    return room


def _title(shown: Shown, width: int, signs: Signs) -> Row:
    snapshot = shown.snapshot
    mark = Piece(f"{signs.phases[snapshot.phase]} ", snapshot.phase.value)
    number = f"{snapshot.number}/{snapshot.total}  " if snapshot.number else ""
    meter: Row = ()
    if shown.mute:
        meter = (Piece(cut(f"{signs.heard['message']} {shown.mute}", width // 3, signs), "too_loud"),)
    elif shown.level is not None:
        meter = _meter(shown.level, width, signs)
    taken = sum(cell_len(piece.text) for piece in meter)
    text = cut(snapshot.title, width - 2 - len(number) - taken - (1 if meter else 0), signs)
    gap = width - 2 - len(number) - cell_len(text) - taken
    return (mark, Piece(number, "dim"), Piece(text, "title"), *((Piece(" " * gap), *meter) if meter else ()))


def _meter(level: float, width: int, signs: Signs) -> Row:
    cells = min(20, width // 4)
    share = (max(QUIETEST_DB, min(LOUDEST_DB, level)) - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)
    full = round(share * cells)
    look = "too_loud" if level >= CLIPPING_DB else "level"
    return (Piece(signs.filled * full, look), Piece(signs.empty * (cells - full), "dim"))


def _place(snapshot: Snapshot, width: int, signs: Signs) -> Row:
    return (
        Piece("  "),
        Piece(cut("  ".join(text for text in (snapshot.side, snapshot.round) if text), width - 2, signs)),
    )


def _clock_text(snapshot: Snapshot) -> str:
    """What is shown in large, after a sign for a pause or a question."""
    before = {Phase.PAUSED: "|", Phase.ASKING: "?"}.get(snapshot.phase, "")
    return " ".join(text for text in (before, snapshot.clock) if text)


def _clock_width(reading: str, scale: int) -> int:
    return 2 * scale * (sum(len(FONT[character][0]) for character in reading) + len(reading) - 1)


def _clock(reading: str, snapshot: Snapshot, rows: int, width: int, signs: Signs) -> list[Row]:
    look = "ending" if snapshot.ending and snapshot.phase is Phase.EXERCISING else snapshot.phase.value
    if rows < ROWS:
        return [(Piece(" " * max(0, (width - len(reading)) // 2)), Piece(reading, look))] * min(1, rows)
    scale = rows // ROWS
    margin = Piece(" " * ((width - _clock_width(reading, scale)) // 2))
    drawn: list[Row] = []
    for line in range(ROWS):
        dots = " ".join(FONT[character][line] for character in reading)
        # Dots and gaps are separate pieces, because dots also have a background colour.
        runs = ["".join(run) for _, run in groupby(dots.rstrip())]
        pieces = [
            Piece((signs.dot if run[0] == "#" else " ") * 2 * scale * len(run), look if run[0] == "#" else "")
            for run in runs
        ]
        drawn += [(margin, *pieces)] * scale
    return drawn


def _bar(snapshot: Snapshot, width: int, signs: Signs) -> Row:
    left = cut(snapshot.left, width // 2, signs)
    cells = max(1, width - cell_len(left) - 3)
    full = min(cells, round(snapshot.done * cells))
    filled, empty = Piece(signs.filled * full, "done"), Piece(signs.empty * (cells - full), "dim")
    return (Piece(" "), filled, empty, Piece(f"  {left}", "dim"))


def _heard(line: Line, width: int, signs: Signs) -> Row:
    text = line.text
    if line.kind == "rejected" and line.meaning:
        text = f"{text} ({line.meaning})"
    elif line.meaning and line.meaning != text:
        text = f"{text}  {signs.means} {line.meaning}"
    look = {"command": "command", "doubtful": "doubtful", "message": "message"}.get(line.kind, "dim")
    return (Piece(f"{signs.heard[line.kind]} ", look), Piece(cut(text, width - 2, signs), look))


def _says(snapshot: Snapshot, width: int, signs: Signs) -> Row:
    """As many of the commands as fit; the first is the most useful one."""
    pieces: list[Piece] = []
    room = width
    for text in snapshot.says:
        said = f"{signs.quotes[0]}{text}{signs.quotes[1]}"
        if cell_len(said) + 2 > room:
            break
        pieces += [Piece("  "), Piece(said, "say")]
        room -= cell_len(said) + 2
    return tuple(pieces)


def _typed(text: str, width: int, signs: Signs) -> Row:
    room = width - 3
    while text and cell_len(text) > room:
        text = text[1:]  # keep the end, where typing continues
    return (Piece(f"{signs.prompt} ", "dim"), Piece(text), Piece(" ", "cursor"))


def cut(text: str, width: int, signs: Signs) -> str:
    """The text, shortened with a sign that there is more if it does not fit."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + signs.cut if width > 1 else ""


def _wrapped(text: str, width: int, signs: Signs) -> list[str]:
    """The text in at most two lines."""
    if cell_len(text) <= width:
        return [text]
    first: list[str] = []
    words = text.split()
    while len(first) < len(words) and cell_len(" ".join([*first, words[len(first)]])) <= width:
        first.append(words[len(first)])
    if not first:
        return [cut(text, width, signs)]
    return [" ".join(first), cut(" ".join(words[len(first) :]), width, signs)]
