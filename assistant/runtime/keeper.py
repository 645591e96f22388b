"""Keeps what outlasts a session, come what may: what can't be written now waits in memory, and is written later.

A full disk, a database that another program holds locked, a folder that may not be written: none of that is a reason to
leave somebody alone with a leg in the air.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from assistant.dialogue.content.events import Record, TakeBack
from assistant.dialogue.content.history import History
from assistant.errors import SolemateError

RETRY_SECONDS, LATER_SECONDS = 1.0, 5.0
"""Seconds between two attempts to write: at first, and once the trouble has lasted."""

LASTING_SECONDS = 2.5
"""Seconds after which the trouble counts as lasting, and is worth a word: a backup program's lock is gone by then."""

BEST = "best:"
"""How the keys of personal bests begin: of two, the longer one is kept."""


LAST_SECONDS = 1.0
"""Seconds that the last attempt waits for another program's lock, when nobody is being guided any more."""


class InUseError(SolemateError):
    """Another Solemate keeps things in the same place: there is one person to guide, and one guide."""


class Storage(Protocol):
    """Stores what outlasts a session. Whatever fails raises SolemateError."""

    def load(self) -> Mapping[str, Any]:
        """All stored values."""

    def keep(self, key: str, value: Any) -> None:
        """Store a value; None deletes it."""

    def history(self) -> History:
        """Which stretches were done on which days."""

    def record(self, record: Record) -> None:
        """Add an event to the history."""

    def take_back(self, number: int) -> None:
        """Delete this session's records from a number on."""

    def wait_for_others(self, seconds: float) -> None:
        """How long whatever is written waits, from now on, while another program holds the lock."""

    def close(self) -> None:
        """Nothing more will be stored."""


class Keeper:
    """Stands before a storage and never fails; `tend` is to be called regularly, and tells of lasting trouble."""

    def __init__(
        self, open_storage: Callable[[], Storage], known: Callable[[], tuple[Mapping[str, Any], History]] | None = None
    ) -> None:
        """`open_storage` is called again until it succeeds; `known` reads what can be read where it doesn't.

        Raises InUseError if another Solemate is running.
        """
        self._open = open_storage
        self._storage: Storage | None = None
        self._problem: SolemateError | None = None
        self._waiting: dict[str, Any] = {}
        """Values that are not stored yet, by key; None is to delete it."""
        self._events: deque[Record | TakeBack] = deque()
        self.told: Callable[[Record | TakeBack], None] = lambda _: None
        """Called with each event of the history as it happens; must not wait."""
        self.kept: Callable[[str, Any], None] = lambda _key, _value: None
        """Called with each value that is kept, None for one that is deleted; must not wait."""
        self._since: float | None = None
        self._retry_at = 0.0
        try:
            self._storage, self._memory, self._past = self._opened()
        except InUseError:
            raise
        except SolemateError as error:
            self._problem = error
            self._memory, self._past = known() if known is not None else ({}, History())

    def load(self) -> Mapping[str, Any]:
        """All values that were stored when the session began, as far as they could be read."""
        return self._memory

    def history(self) -> History:
        """Which stretches had been done by then, as far as that could be read."""
        return self._past

    def keep(self, key: str, value: Any) -> None:
        """Store a value, now or as soon as that is possible; None deletes it."""
        self._waiting.pop(key, None)
        self._waiting[key] = value
        self._write_on()
        self.kept(key, value)

    def record(self, record: Record) -> None:
        """Add an event to the history, now or as soon as that is possible."""
        self._events.append(record)
        self._write_on()
        self.told(record)

    def take_back(self, number: int) -> None:
        """Delete this session's records from a number on, now or as soon as that is possible."""
        self._events.append(TakeBack(number))
        self._write_on()
        self.told(TakeBack(number))

    def tend(self, t: float) -> SolemateError | None:
        """Try again what failed, if it is time; tells what the matter is if that has lasted. `t` is in seconds."""
        if self._problem is None:
            return None
        if self._since is None:
            self._since, self._retry_at = t, t + RETRY_SECONDS
        if t >= self._retry_at:
            if self._write():
                return None
            self._retry_at = t + (RETRY_SECONDS if t - self._since < LASTING_SECONDS else LATER_SECONDS)
        return self._problem if t - self._since >= LASTING_SECONDS else None

    def close(self) -> SolemateError | None:
        """Write what still waits, and close the storage; tells why if something is lost."""
        if self._storage is not None:
            self._storage.wait_for_others(LAST_SECONDS)
        if self._waiting or self._events:
            self._write()
        if self._storage is not None:
            self._storage.close()
        return self._problem if self._waiting or self._events else None

    def _write_on(self) -> None:
        """Write at once, unless the last attempt failed: then `tend` decides when the next one is."""
        if self._problem is None:
            self._write()

    def _write(self) -> bool:
        """Write all that waits; whether that succeeded."""
        try:
            storage = self._storage if self._storage is not None else self._reopened()
            while self._events:
                event = self._events[0]
                if isinstance(event, TakeBack):
                    storage.take_back(event.number)
                else:
                    storage.record(event)
                self._events.popleft()
            while self._waiting:
                key, value = next(iter(self._waiting.items()))
                storage.keep(key, value)
                del self._waiting[key]
        except SolemateError as error:
            self._problem = error
            return False
        self._problem = self._since = None
        return True

    def _opened(self) -> tuple[Storage, Mapping[str, Any], History]:
        """Open the storage, and read what is in it: one that can't be read is not to be written either."""
        storage = self._open()
        try:
            return storage, storage.load(), storage.history()
        except SolemateError:
            storage.close()
            raise

    def _reopened(self) -> Storage:
        """The storage, opened late: what is in it was not known, so what has counted as a best since may be none."""
        storage, stored, _ = self._opened()
        for key in [key for key in self._waiting if key.startswith(BEST)]:
            if stored.get(key) is not None and (self._waiting[key] or 0.0) < stored[key]:
                del self._waiting[key]
        self._storage = storage
        return storage
