"""Events that wait to be told to the broker: on disk, in order, so that neither its absence nor a restart loses any."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.runtime.database import BUSY_SECONDS, OWNER_ONLY

FILE = "rooms.db"
"""The file in the user's data folder."""

MOST = 10_000
"""Events that wait at most, two years of two runs a day; of more, the oldest are dropped."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS waiting (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS known (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
)


class Outbox:
    """Takes events on the guide's thread, and gives them to the one that tells them; neither waits for the other long.

    What can't be written, as on a full disk, waits in memory until it can.
    """

    def __init__(self, folder: Path | None, most: int = MOST) -> None:
        """`folder` None keeps all in memory. Nothing is raised: without a file it does the same until the end."""
        self._most = most
        self._lock = threading.Lock()
        self._unwritten: deque[str] = deque(maxlen=most)
        self._connection = _opened(folder)
        self.home = self._known("home", secrets.token_hex(8))
        """Tells this installation's Solemates from others: after a crash, its room is still its own."""

    def put(self, event: Mapping[str, Any]) -> None:
        """Have an event wait; the oldest make room for it."""
        self._unwritten.append(json.dumps(event, ensure_ascii=False, default=str))
        with self._lock:
            self._write_down()

    def first(self, count: int) -> Sequence[tuple[int, str]]:
        """The events that have waited longest, each with its number."""
        with self._lock, suppress(sqlite3.Error):
            self._write_down()
            found: list[tuple[int, str]] = self._connection.execute(
                "SELECT id, event FROM waiting ORDER BY id LIMIT ?", (count,)
            ).fetchall()
            return found
        return ()

    def remove(self, number: int) -> None:
        """Drop all up to this number, which were told. If that fails, they are told again, with the same id."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.execute("DELETE FROM waiting WHERE id <= ?", (number,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._write_down()
            self._connection.close()

    def _write_down(self) -> None:
        with suppress(sqlite3.Error):
            while self._unwritten:
                cursor = self._connection.execute("INSERT INTO waiting (event) VALUES (?)", (self._unwritten[0],))
                self._unwritten.popleft()
                last = cursor.lastrowid or 0
                if last > self._most:  # numbers only ever rise, so this is the oldest that may wait
                    self._connection.execute("DELETE FROM waiting WHERE id <= ?", (last - self._most,))

    def _known(self, key: str, value: str) -> str:
        """A value that was kept once; if none was, this one is kept from now on."""
        with suppress(sqlite3.Error):
            self._connection.execute("INSERT OR IGNORE INTO known VALUES (?, ?)", (key, value))
            found: str = self._connection.execute("SELECT value FROM known WHERE key = ?", (key,)).fetchone()[0]
            return found
        return value


def _opened(folder: Path | None) -> sqlite3.Connection:
    if folder is not None:
        with suppress(OSError, sqlite3.Error):
            folder.mkdir(parents=True, exist_ok=True)
            return _with_tables(folder / FILE)
    return _with_tables(None)


def _with_tables(path: Path | None) -> sqlite3.Connection:
    if path is not None and sys.platform != "win32":
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    connection = sqlite3.connect(
        path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        # As the history itself: a power cut loses nothing.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        for table in _TABLES:
            connection.execute(table)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
