"""What outlasts a session: kept in SQLite as it happens, or in memory alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import SolemateError

DATABASE = "solemate.db"
"""The file in the user's data folder."""


LOCK_SECONDS = 1.0
"""How long to wait for another Solemate that is just ending."""


class NoMemory:
    """Forgets everything at the end: a session from a file goes the same way every time."""

    def load(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    def keep(self, key: str, value: Any) -> None:
        """Let it go."""


class Database:
    """Values by their keys in one table; each is on the disk before `keep` returns."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / DATABASE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # WAL with full synchronisation: a power cut loses nothing that was kept, and never the file.
            self._connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)
            # One Solemate at a time: the first keeps the file to itself for as long as it runs.
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
            self._connection.execute("BEGIN EXCLUSIVE")
            self._connection.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error

    def load(self) -> Mapping[str, Any]:
        """All that is kept; raises SolemateError if the file is damaged."""
        try:
            rows = self._connection.execute("SELECT key, value FROM memory").fetchall()
            return {key: json.loads(value) for key, value in rows}
        except (sqlite3.Error, ValueError) as error:
            raise self._failed(error) from error

    def keep(self, key: str, value: Any) -> None:
        """Keep a value that JSON can hold; None forgets the key. Raises SolemateError if it can't be written."""
        try:
            if value is None:
                self._connection.execute("DELETE FROM memory WHERE key = ?", (key,))
            else:
                self._connection.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (key, json.dumps(value)))
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _failed(self, error: Exception) -> SolemateError:
        if "locked" in str(error):
            return SolemateError(f"another Solemate is running already ({self.path} is in use); end that one first")
        return SolemateError(f"cannot use {self.path}: {error}; move it away or free some space, and start again")
