"""What outlasts a session: written to SQLite as it happens, or kept in memory alone."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from copy import copy
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.dialogue.content.events import Record
from assistant.dialogue.content.history import Day, History
from assistant.errors import SolemateError
from assistant.runtime.keeper import InUseError, Keeper
from assistant.runtime.past_times import LATEST, with_times

DATABASE = "solemate.db"
"""The file in the user's data folder."""

LOCK = "solemate.lock"
"""The file beside it that the one running Solemate keeps locked; the lock is released even if it is killed."""

LOCK_SECONDS = 1.0
"""Seconds to wait for another Solemate that is just ending."""

OWNER_ONLY, OWNER_ONLY_FOLDER = 0o600, 0o700
"""Modes of the files and of their folder: for the owner alone."""

BUSY_SECONDS = 0.02
"""Seconds that a write waits for another program's lock: somebody is being guided meanwhile, to the tenth of a second.
Whoever writes tries again later."""

SATELLITE = "satellite:"
"""Before the keys of what is kept for one satellite alone."""

END = "end"
"""The kind of record for the end of a run; it has no row of its own."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, routine TEXT, begun TEXT, ended TEXT, why TEXT)",
    "CREATE TABLE IF NOT EXISTS stretches (id INTEGER PRIMARY KEY, run INTEGER REFERENCES runs, at TEXT, stretch TEXT, "
    "outcome TEXT, seconds REAL)",
    "CREATE TABLE IF NOT EXISTS holds (id INTEGER PRIMARY KEY, run INTEGER REFERENCES runs, at TEXT, stretch TEXT, "
    "round INTEGER, side TEXT, seconds REAL)",
    "CREATE TABLE IF NOT EXISTS numbers (id INTEGER PRIMARY KEY, stretch INTEGER REFERENCES stretches, what TEXT, "
    "number INTEGER)",
)
"""Times are local, as ISO 8601, because a day is the person's day. Seconds are those of work, without rests. Numbers
are what the person gave to pain and effort (`what`), 0 to 10, for a row of `stretches`."""


class NoDatabase:
    """Remembers nothing, so that a session from a file goes the same way every time."""

    def load(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    def keep(self, key: str, value: Any) -> None:
        """Does nothing."""

    def history(self) -> History:
        """An empty history."""
        return History()

    def record(self, record: Record) -> None:
        """Does nothing."""

    def take_back(self, number: int) -> None:
        """Does nothing."""

    def wait_for_others(self, seconds: float) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


class DatabaseReader:
    """What is stored, read-only; also while a guide is running and writing.

    If nothing is stored yet, nothing is created.
    """

    locking = "NORMAL"
    """SQLite's locking mode; EXCLUSIVE shares nothing with other programs while it reads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / DATABASE
        try:
            if self.path.exists() and self.path.stat().st_size:
                self._connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)
                self._connection.execute(f"PRAGMA locking_mode={self.locking}")  # before anything is read
                with suppress(sqlite3.DatabaseError):  # a damaged file is told of where it is read
                    self._add_what_is_younger()
                self._connection.execute("PRAGMA query_only=ON")
            else:
                self._connection = sqlite3.connect(":memory:")
                for table in _TABLES:
                    self._connection.execute(table)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error

    def _add_what_is_younger(self) -> None:
        """Tables that the file of an earlier version lacks, empty, for this connection alone."""
        there = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in _TABLES:
            if table.split()[5] not in there:
                self._connection.execute(table.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))

    def load(self) -> Mapping[str, Any]:
        """All stored values. Raises SolemateError if the file is damaged."""
        try:
            rows = self._connection.execute("SELECT key, value FROM memory").fetchall()
            return {key: json.loads(value) for key, value in rows}
        except (sqlite3.Error, ValueError) as error:
            raise self._failed(error) from error

    def history(self) -> History:
        """What was done on which days, and how long it took: a run belongs to the half day in which it began."""
        days: dict[date, Day] = {}
        done = (
            "SELECT stretches.at, coalesce(nullif(runs.begun, ''), stretches.at) AS begun, stretch FROM stretches "
            "LEFT JOIN runs ON runs.id = stretches.run "
            "WHERE stretches.outcome IN ('done', 'shortened') AND stretches.at != ''"
        )
        for row in self.rows(done):
            self.moment(row["at"])  # a damaged one is named here too
            begun = self.moment(row["begun"])
            days[begun.date()] = days.get(begun.date(), Day()).with_done(begun, row["stretch"])
        return self._with_times(History(days))

    def _with_times(self, history: History) -> History:
        rows = self.rows(LATEST)
        for row in rows:
            self.moment(row["at"])
            self.moment(row["begun"])
        return with_times(history, rows)

    def moment(self, written: str) -> datetime:
        """A stored moment. Raises SolemateError if it is damaged."""
        try:
            return datetime.fromisoformat(written)
        except ValueError as error:
            raise self._failed(error) from error

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of a query. Raises SolemateError if the file is damaged."""
        try:
            cursor = self._connection.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def fault(self) -> str | None:
        """What is wrong with the file, according to SQLite; None if it is undamaged."""
        try:
            found: str = self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            self.load()
            self.history()
        except (sqlite3.Error, SolemateError) as error:
            return str(error)
        return None if found == "ok" else found

    def close(self) -> None:
        """Close the file, and release the lock."""
        self._connection.close()

    def _failed(self, error: Exception, file: Path | None = None) -> SolemateError:
        if "locked" in str(error) and file is not None:
            return InUseError(
                f"another Solemate is running already ({self.path} is in use)",
                "end that one first, or if it is the service: systemctl --user stop solemate",
            )
        if "locked" in str(error):
            return SolemateError(f"another program holds {self.path} locked", "wait for it, or close it")
        if "full" in str(error):
            return SolemateError(f"the disk is full, {file or self.path} can't be written", "free some space")
        reason = error.strerror if isinstance(error, OSError) else error
        problem = f"cannot use {file or self.path}: {reason}"
        if isinstance(error, PermissionError) or "readonly" in str(error):
            return SolemateError(problem, "give yourself the right to write it and its folder")
        return SolemateError(problem, "move it away or free some space, and start again")


class Database(DatabaseReader):
    """Values by key, and the history, in one file; each is on disk before its method returns."""

    def __init__(self, folder: Path, patience: float = LOCK_SECONDS) -> None:
        """`patience` is for opening: how long, in seconds, to wait for another program that holds a file."""
        self.path = folder / DATABASE
        self._run: int | None = None
        self._records: dict[int, tuple[str, int]] = {}  # this session's records: table and row, or END and run
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _close_to_others(folder, self.path)
            # Only one Solemate at a time may write; reading needs no lock, and is possible meanwhile.
            self._lock = sqlite3.connect(folder / LOCK, timeout=patience, isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error, folder / LOCK) from error
        try:
            with ExitStack() as undo:  # what stayed open would lock the file against the next attempt
                undo.callback(self._lock.close)
                self._connection = sqlite3.connect(self.path, timeout=patience, isolation_level=None)
                undo.callback(self._connection.close)
                # WAL with full synchronisation: a power cut loses nothing that was stored, and never damages the file.
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=FULL")
                for table in _TABLES:
                    self._connection.execute(table)
                self.wait_for_others(BUSY_SECONDS)
                undo.pop_all()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def beside(self) -> Database:
        """The same for another session at the same time, with records of its own; this one is closed for both."""
        other = copy(self)
        other._run, other._records = None, {}
        return other

    def wait_for_others(self, seconds: float) -> None:
        """How long each write waits, from now on, while another program holds the lock."""
        self._connection.execute(f"PRAGMA busy_timeout={round(1000 * seconds)}")

    def keep(self, key: str, value: Any) -> None:
        """Store a value that JSON can hold; None deletes the key. Raises SolemateError if it can't be written."""
        if value is None:
            self._write("DELETE FROM memory WHERE key = ?", key)
        else:
            self._write("INSERT OR REPLACE INTO memory VALUES (?, ?)", key, json.dumps(value))

    def record(self, record: Record) -> None:
        """Add an event to the history. Raises SolemateError if it can't be written."""
        values = record.values
        if record.kind == "run":
            self._run = self._write("INSERT INTO runs (routine, begun) VALUES (?, ?)", values["routine"], record.at)
            self._records[record.number] = ("runs", self._run)
        elif record.kind == "stretch":
            row = self._write(
                "INSERT INTO stretches (run, at, stretch, outcome, seconds) VALUES (?, ?, ?, ?, ?)",
                *(self._run, record.at, values["stretch"], values["outcome"], values["seconds"]),
            )
            self._records[record.number] = ("stretches", row)
        elif record.kind == "hold":
            row = self._write(
                "INSERT INTO holds (run, at, stretch, round, side, seconds) VALUES (?, ?, ?, ?, ?, ?)",
                *(self._run, record.at, values["stretch"], values["round"], values["side"], values["seconds"]),
            )
            self._records[record.number] = ("holds", row)
        elif record.kind == "number":
            stretch = max((row for table, row in self._records.values() if table == "stretches"), default=None)
            row = self._write(
                "INSERT INTO numbers (stretch, what, number) VALUES (?, ?, ?)",
                *(stretch, values["what"], values["number"]),
            )
            self._records[record.number] = ("numbers", row)
        else:
            self._write("UPDATE runs SET ended = ?, why = ? WHERE id = ?", record.at, values["why"], self._run)
            self._records[record.number] = (END, self._run or 0)

    def take_back(self, number: int) -> None:
        """Delete this session's records from a number on; a run that one of them ended is open again."""
        for taken in [each for each in self._records if each >= number]:
            table, row = self._records[taken]
            if table == END:
                self._write("UPDATE runs SET ended = NULL, why = NULL WHERE id = ?", row)
            else:
                self._write(f"DELETE FROM {table} WHERE id = ?", row)
            del self._records[taken]  # only now: if it can't be written, it is tried again
        runs = [row for table, row in self._records.values() if table == "runs"]
        self._run = runs[-1] if runs else None

    def forget(self) -> None:
        """Delete the whole history, and everything derived from it; what the person has set stays."""
        self.wait_for_others(LOCK_SECONDS)
        for table in ("numbers", "holds", "stretches", "runs"):
            self._write(f"DELETE FROM {table}")
        self._write(
            "DELETE FROM memory WHERE key LIKE 'best:%' OR key LIKE 'hurt:%' OR key LIKE 'gently:%' "
            "OR key LIKE 'share:%' OR key LIKE 'unfinished%' OR key LIKE 'satellite:%' OR key = 'last_done'"
        )
        # Overwrites what was deleted: forgotten means gone from the disk too.
        self._write("VACUUM")
        self._write("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file, and release the lock."""
        self._connection.close()
        self._lock.close()

    def _write(self, statement: str, *values: Any) -> int:
        try:
            return self._connection.execute(statement, values).lastrowid or 0
        except sqlite3.Error as error:
            raise self._failed(error) from error


def _close_to_others(folder: Path, path: Path) -> None:
    """Let nobody else read what is stored: it tells what hurt, and when. SQLite gives its other files the same mode."""
    if sys.platform == "win32":
        return  # where a user's folder is private anyway
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    for each in (folder, path, *folder.glob(f"{path.name}-*")):
        mode = OWNER_ONLY_FOLDER if each == folder else OWNER_ONLY
        if stat.S_IMODE(each.stat().st_mode) != mode:
            each.chmod(mode)


def is_running(folder: Path) -> bool:
    """Whether a Solemate that writes is running."""
    if not (folder / LOCK).exists():
        return False
    try:
        with closing(sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        # If the lock file can't be used, none is running; the next one that starts will report it.
        return "locked" in str(error)
    return False


def keeper_of(folder: Path) -> Keeper:
    """The keeper of the database in a folder. Raises InUseError if another Solemate is running."""
    patience = iter((LOCK_SECONDS,))  # later on somebody is being guided
    return Keeper(lambda: Database(folder, next(patience, 0.0)), lambda: _last_known(folder))


def _last_known(folder: Path) -> tuple[Mapping[str, Any], History]:
    """Values and history of a database that can't be opened for writing, as far as they can be read."""
    for read in (DatabaseReader, _ReaderWithoutRoom, _ReaderOfTheFile):
        try:
            with closing(read(folder)) as kept:
                return kept.load(), kept.history()
        except SolemateError:
            continue
    return {}, History()


class _ReaderWithoutRoom(DatabaseReader):
    """Reads on a full disk too, where there is no room for what SQLite shares between programs: alone it needs none."""

    locking = "EXCLUSIVE"


class _ReaderOfTheFile(DatabaseReader):
    """Reads on a disk that can't be written: what was in the file when it was last closed properly."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / DATABASE
        try:
            self._connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        except sqlite3.Error as error:
            raise self._failed(error) from error
