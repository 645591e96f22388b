"""What is kept for satellites: one database for all, in which each has its own place in the routine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.dialogue.run.resume_point import PUT_BY, UNFINISHED
from assistant.runtime.database import SATELLITE, Database

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.dialogue.content.events import Record
    from assistant.dialogue.content.history import History


class Kept:
    """The database, which is opened when it is first needed and stays with the one server that there may be.

    All of it is for one thread.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database: Database | None = None

    def open(self) -> Database:
        """The database. Raises InUseError if another Solemate is running, SolemateError if it can't be used."""
        if self._database is None:
            self._database = Database(self._folder)
        return self._database

    def of(self, satellite: str) -> Places:
        """What is kept for a satellite. Raises as `open` does."""
        return Places(self.open(), satellite)

    def close(self) -> None:
        """Nothing more will be kept."""
        if self._database is not None:
            self._database.close()
            self._database = None


class Places:
    """A storage in which the places are a satellite's own; habits, history and bests are the household's."""

    def __init__(self, database: Database, satellite: str) -> None:
        self._database = database.beside()
        self._own = f"{SATELLITE}{satellite}:"

    def load(self) -> Mapping[str, Any]:
        """What is kept of this satellite and of everybody."""
        kept = self._database.load()
        own = {key.removeprefix(self._own): value for key, value in kept.items() if key.startswith(self._own)}
        return {k: v for k, v in kept.items() if not k.startswith(SATELLITE) and not _is_place(k)} | own

    def keep(self, key: str, value: Any) -> None:
        """Store a value; None deletes it."""
        self._database.keep(f"{self._own}{key}" if _is_place(key) else key, value)

    def history(self) -> History:
        """Which stretches were done on which days, wherever that was."""
        return self._database.history()

    def record(self, record: Record) -> None:
        """Add an event to the history."""
        self._database.record(record)

    def take_back(self, number: int) -> None:
        """Delete this satellite's records from a number on."""
        self._database.take_back(number)

    def wait_for_others(self, seconds: float) -> None:
        """How long each write waits while another program holds the lock."""
        self._database.wait_for_others(seconds)

    def close(self) -> None:
        """The database stays open for the others."""


def _is_place(key: str) -> bool:
    return key == UNFINISHED or key.startswith(PUT_BY)
