"""Lets a session on the virtual clock take as long as on the wall: for a sound file, while somebody looks at a page."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

from assistant.understanding.hypothesis import Utterance


class Pace:
    """Called with the time of each block, it waits until that has come, and returns what was pressed meanwhile."""

    def __init__(self) -> None:
        self._pressed: queue.Queue[Utterance] = queue.Queue()
        self._waiting = threading.Event()  # never set: a wait that Ctrl-C ends at once
        self._start: float | None = None

    def tell(self, utterance: Utterance) -> None:
        """Take what was pressed, from any thread."""
        self._pressed.put(utterance)

    def __call__(self, t: float) -> Iterator[Utterance]:
        """Wait until `t`, in seconds from the first call."""
        now = time.monotonic()
        if self._start is None:
            self._start = now - t
        if self._start + t > now:
            self._waiting.wait(self._start + t - now)
        while not self._pressed.empty():
            yield self._pressed.get()
