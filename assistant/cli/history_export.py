"""The history for other programs: a line of CSV for each stretch, an event of a calendar (iCalendar) for each run."""

from __future__ import annotations

import csv
import errno
import io
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from assistant.errors import SolemateError, UsageError

if TYPE_CHECKING:
    from assistant.runtime.database import DatabaseReader

STDOUT = "-"
"""The name of a file that stands for standard output."""

LINE_BYTES = 75
"""The most bytes of a line of iCalendar, its end not counted (RFC 5545, 3.1); longer ones are folded."""

STAMP = "%Y%m%dT%H%M%S"
"""How iCalendar writes a moment. Without a zone it is the time on the wall wherever the calendar is read, as it was
where the run was done."""

COLUMNS = ("run", "at", "stretch", "outcome", "seconds", "effort", "pain")

_STRETCHES = (
    "SELECT run, at, stretch, outcome, seconds, "
    "(SELECT number FROM numbers WHERE numbers.stretch = stretches.id AND what = 'effort' ORDER BY id DESC) AS effort, "
    "(SELECT number FROM numbers WHERE numbers.stretch = stretches.id AND what = 'pain' ORDER BY id DESC) AS pain "
    "FROM stretches"
)


def stretches_of(database: DatabaseReader, run: int | None = None) -> list[dict[str, Any]]:
    """Every stretch (of a run) that was done, skipped or hurt, with COLUMNS; seconds are those of work."""
    if run is None:
        return [dict(row) for row in database.rows(f"{_STRETCHES} ORDER BY id")]
    return [dict(row) for row in database.rows(f"{_STRETCHES} WHERE run = ? ORDER BY id", run)]


def as_csv(database: DatabaseReader) -> str:
    """A line for each stretch."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(stretches_of(database))
    return text.getvalue()


def as_ical(database: DatabaseReader, names: Mapping[str, str], now: datetime) -> str:
    """An event for each run that began at a known time. `names`: of routines and stretches, by their ids.

    `now`: the moment at which it is written, with its zone.
    """
    by_run: dict[int, list[dict[str, Any]]] = {}
    for row in stretches_of(database):
        by_run.setdefault(row["run"], []).append(row)
    stamp = now.astimezone(timezone.utc).strftime(STAMP) + "Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Solemate//Solemate//EN"]
    for run in database.rows("SELECT id, routine, begun, ended FROM runs WHERE begun != '' ORDER BY id"):
        lines += _event(database, dict(run), by_run.get(run["id"], []), names, stamp)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(
    database: DatabaseReader,
    run: Mapping[str, Any],
    stretches: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    stamp: str,
) -> list[str]:
    begun = database.moment(run["begun"])
    known = [run["ended"], *(row["at"] for row in stretches)]
    # A run that was broken off has no end: what was last done in it is the nearest to one.
    ended = max((database.moment(at) for at in known if at), default=begun)
    done = sum(row["outcome"] == "done" for row in stretches)
    told = "\n".join(_line(row, names) for row in stretches)
    return [
        "BEGIN:VEVENT",
        f"UID:{run['id']}-{begun.strftime(STAMP)}@solemate",
        f"DTSTAMP:{stamp}",
        f"DTSTART:{begun.strftime(STAMP)}",
        f"DTEND:{max(ended, begun + timedelta(seconds=1)).strftime(STAMP)}",
        f"SUMMARY:{_text(names.get(run['routine'], run['routine']))} ({done})",
        *([f"DESCRIPTION:{_text(told)}"] if told else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _line(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    outcome = "" if row["outcome"] == "done" else f", {row['outcome']}"
    numbers = "".join(f", {what} {row[what]} of 10" for what in ("effort", "pain") if row[what] is not None)
    return f"{names.get(row['stretch'], row['stretch'])}: {row['seconds']:g} s{outcome}{numbers}"


def _text(text: str) -> str:
    """A text as iCalendar writes it (RFC 5545, 3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most LINE_BYTES, each but the first after a space, and no letter cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LINE_BYTES:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])


def write(name: str, content: str) -> None:
    """Write an export to a new file, or to standard output for STDOUT.

    Raises UsageError if the file is there already, SolemateError if it can't be written; no part of it is left then.
    """
    if name == STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content.encode())
        sys.stdout.flush()
        return
    try:
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # what hurt, and when, is nobody else's
    except FileExistsError:
        raise UsageError(f"{name} is there already", "choose another name, or move it away") from None
    except OSError as error:
        raise SolemateError(f"cannot write {name}: {error.strerror}") from error
    try:
        with os.fdopen(file, "wb") as written:
            written.write(content.encode())
    except OSError as error:
        os.unlink(name)
        remedy = "free some space" if error.errno == errno.ENOSPC else ""
        raise SolemateError(f"cannot write {name}: {error.strerror}", remedy) from error
