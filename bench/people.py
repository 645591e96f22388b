"""What people say in their own words, typed, each in its phase: what is understood of it, and how fast.

The sentences are a file of tab-separated columns: the phase (one that `solemate understand --when` knows), what is
said, what may happen, and its kind. What may happen are intents, as they count in the phase, separated by "|";
"nothing" is one.
"set_hold[seconds=20]" asks for a slot too, and "hurts?" means that the guide asks whether it was meant.
"""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.cli.understand import understand_in
from assistant.dialogue.rehearsal import Meant, Outcome, Scene, rehearse
from assistant.dialogue.state.turn import Book
from assistant.errors import SolemateError, UsageError
from assistant.intents import names_of
from assistant.language.meaning_file import load_meaning
from assistant.language.understand_text import TextUnderstanding
from assistant.understanding.gate import Gate
from assistant.wiring import guide_book, language_folder, phonemizer, phrase_book

KINDS = ("wanted", "distress", "others", "refusal")
"""What a person wants of the guide; what is the matter with them; what is said to others; what they don't want."""

HARMED = ("wanted", "refusal")
"""Kinds in which what is not allowed may do harm; the others have figures of their own."""

NOTHING = "nothing"

COLUMNS = ("phase", "said", "may_happen", "kind")

PHASES = {
    "count": "counting",
    "open": "open_hold",
    "press": "open_hold:toe_pressing",
    "walk": "hold:toe_walking",
    "hurts": "asked_pain",
    "waiting_circles": "waiting:ankle_circles",
    "waiting_pencil": "waiting:toe_pencil_pickups",
}
"""Short names of phases that a file may use."""

CHANGING = frozenset(
    {"set_hold", "add_hold", "set_rest", "more_rest", "less_rest", "leave_out", "put_back", "easier", "auto_start"}
    | {"skip_next", "last_round", "only_position", "other_side_first", "same_side_again", "remind", "not_today"}
)
"""Asides that change what is going to be done."""

MOVING = names_of(lambda intent: not intent.aside) | CHANGING
"""Intents that do harm where they were not meant."""

GOALS = {"wanted": 0.95, "distress": 0.95, "others": 0.99, "refusal": 0.995}
MOST_MS = 8.0
"""The goals: the shares that are right, and milliseconds from text to intent, 99 in 100."""

_ALLOWED = re.compile(r"(?P<intent>[a-z_]+)(?:\[(?P<slots>[^\]]*)\])?(?P<asked>\?)?")


@dataclass(frozen=True)
class Allowed:
    """One thing that may happen; `asked`: the guide asks whether it was meant."""

    intent: str
    slots: Mapping[str, str]
    asked: bool = False

    def is_met_by(self, meant: Meant) -> bool:
        """Whether this happened."""
        slots = {key: str(value) for key, value in meant.slots.items()}
        same = (meant.intent, meant.doubtful) == (self.intent, self.asked)
        return same and self.slots.items() <= slots.items()


@dataclass(frozen=True)
class Row:
    """Something that a person says in a phase, and what may come of it; none of `allowed` for nothing at all."""

    when: str
    said: str
    allowed: tuple[Allowed, ...]
    or_nothing: bool
    kind: str = KINDS[0]

    def is_right(self, outcome: Outcome) -> bool:
        """Whether all that happened may happen, and something did if something must."""
        if not outcome.meant:
            return self.or_nothing
        return all(any(each.is_met_by(meant) for each in self.allowed) for meant in outcome.meant)

    def harms(self, outcome: Outcome) -> bool:
        """Whether something is obeyed that moves the run, though they wanted something else, or just not that."""
        if self.kind not in HARMED:
            return False
        named = {each.intent for each in self.allowed}
        obeyed = {meant.intent for meant in outcome.meant if not meant.doubtful}
        return not self.is_right(outcome) and bool((obeyed - named) & MOVING)


def read_rows(path: Path) -> list[Row]:
    """The rows of a file. Raises SolemateError if it can't be read, UsageError for a mistake, with its line."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(_rows_in(path, csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)))
    except OSError as error:
        raise SolemateError(f"cannot read {path}: {error.strerror}") from error


def _rows_in(path: Path, lines: Iterator[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(lines, start=1):
        if not cells or cells[0].startswith("#") or (number == 1 and cells[0] == COLUMNS[0]):
            continue
        try:
            yield _row(cells)
        except ValueError as error:
            raise UsageError(f"{path}:{number}: {error}", f"its columns should be: {', '.join(COLUMNS)}") from error


def _row(cells: Sequence[str]) -> Row:
    phase, said, may_happen, kind = (*cells, *[""] * (len(COLUMNS) - len(cells)))[: len(COLUMNS)]
    if not said or not may_happen:
        raise ValueError("something is missing")
    if kind not in KINDS:
        raise ValueError(f"the kind {kind!r} is none of {', '.join(KINDS)}")
    names = may_happen.split("|")
    allowed = tuple(_allowed(each) for each in names if each != NOTHING)
    return Row(PHASES.get(phase, phase), said, allowed, NOTHING in names, kind)


def _allowed(written: str) -> Allowed:
    found = _ALLOWED.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no intent, such as set_hold[seconds=20] or hurts?")
    pairs = [each.partition("=") for each in (found["slots"] or "").split(",") if each]
    return Allowed(found["intent"], {key: value for key, _, value in pairs}, bool(found["asked"]))


class Typist:
    """Types what people say, in the phases in which they say it."""

    def __init__(self, language: str = "en") -> None:
        folder = language_folder(language)
        self.book: Book = guide_book(folder)
        letters = phonemizer(language)
        self.understanding = TextUnderstanding.of(
            phrase_book(folder, self.book.routine, letters), letters, model=load_meaning(folder)
        )
        self._scene = lru_cache(maxsize=None)(lambda when: rehearse(self.book, when))

    def scene(self, when: str) -> Scene:
        """The guide in a phase. Raises UsageError for one that is not there."""
        return self._scene(when)

    def outcome(self, row: Row) -> Outcome:
        """What comes of a row."""
        return understand_in(self.scene(row.when), row.said, self.understanding, Gate())[1]

    def seconds(self, row: Row) -> float:
        """How long it takes from the text of a row to its intent."""
        scene = self.scene(row.when)
        moment, t = scene.moment, scene.state.now
        begun = time.perf_counter()
        self.understanding.utterance(row.said, moment, t)
        return time.perf_counter() - begun


def understanding(path: Path | None) -> dict[str, Any] | str:
    """What is understood of the sentences in a file; a text if there is none."""
    if path is None:
        return "`--said FILE` names the sentences"
    rows, typist = read_rows(path), Typist()
    outcomes = [(row, typist.outcome(row)) for row in rows]
    acted = [row for row, outcome in outcomes if not row.allowed and any(not each.doubtful for each in outcome.meant)]
    asked = [row for row, outcome in outcomes if not row.allowed and any(each.doubtful for each in outcome.meant)]
    p50, p99 = np.percentile([1000 * typist.seconds(row) for row in rows] or [0.0], (50, 99))
    return {
        "by_kind": {kind: share for kind in KINDS if (share := _share(kind, outcomes))["of"]},
        "meant_for_nobody": {"acted_on": len(acted), "asked_about": len(asked), "of": sum(not r.allowed for r in rows)},
        "harmful": {
            "count": sum(row.harms(outcome) for row, outcome in outcomes),
            "of": sum(row.kind in HARMED for row in rows),
        },
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "wrong": [_told(row, outcome) for row, outcome in outcomes if not row.is_right(outcome)],
    }


def _share(kind: str, outcomes: Sequence[tuple[Row, Outcome]]) -> dict[str, int]:
    right = [row.is_right(outcome) for row, outcome in outcomes if row.kind == kind]
    return {"right": sum(right), "of": len(right)}


def _told(row: Row, outcome: Outcome) -> dict[str, Any]:
    meant = [f"{each.intent}{'?' if each.doubtful else ''}" for each in outcome.meant]
    return {
        "phase": row.when,
        "said": row.said,
        "kind": row.kind,
        "harmful": row.harms(outcome),
        "meant": meant,
        "reply": outcome.reply,
    }


def rows_of_understanding(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    nobody, harmful = result["meant_for_nobody"], result["harmful"]
    shares = [
        (f"understood, {kind}", f"{share['right'] / share['of']:.1%} of {share['of']} right", f"{GOALS[kind]:.1%}")
        for kind, share in result["by_kind"].items()
    ]
    acted = f"{nobody['acted_on']} acted on and {nobody['asked_about']} asked about"
    return [
        *shares,
        ("", f"of {nobody['of']} that mean nothing {acted}", ""),
        ("", f"{harmful['count']} of {harmful['of']} harmful", "under 0.5%"),
        ("", f"p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms", f"p99 under {MOST_MS:.0f} ms"),
    ]


def lines_of_wrong(result: dict[str, Any]) -> list[str]:
    """What came out wrong, a line each."""
    return [
        f"{'HARMFUL ' * each['harmful']}{each['kind']}, {each['phase']}: {each['said']} -> "
        f"{', '.join(each['meant']) or NOTHING}"
        for each in result["wrong"]
    ]
