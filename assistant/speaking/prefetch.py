"""Renders ahead of need: in a thread of its own, the sentences that the guide may say soon."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable

from assistant.dialogue.lookahead import Coming
from assistant.dialogue.state.state import State
from assistant.errors import SolemateError
from assistant.speaking.cached_voice import CachedVoice
from assistant.speaking.synthesis import BrokenOff

NICENESS = 5
"""How far the thread stands back for listening, where the system knows threads apart (Linux): it gets a third of a core
that is wanted by both. With 10, a ninth, a sentence that came to be needed in the middle took too long."""

GIVE_WAY = 0.2
"""Seconds for which nothing is prepared after something else was needed."""


class Prefetcher:
    """Prepares what comes, from the state of the guide that it was shown last.

    Where the voice belongs to the thread that made it (on macOS and Windows, the system's own) it only writes to the
    disk what was rendered.
    """

    def __init__(self, voice: CachedVoice, coming: Callable[[State], Iterable[Coming]]) -> None:
        self._voice = voice
        self._coming = coming
        self._changed = threading.Condition()
        self._state: State | None = None
        self._closed = False
        self._idle = False
        voice.saves_later = True
        self._thread = threading.Thread(target=self._run, name="rendering ahead", daemon=True)
        self._thread.start()

    def look(self, state: State) -> str | None:
        """Show it where the guide is now; gives a complaint of the voice's, if there is a new one."""
        with self._changed:
            self._state = state
            self._idle = False
            self._changed.notify_all()
        return self._voice.complaint()

    def wait(self, seconds: float) -> bool:
        """Wait until all that may come is there; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle, seconds)

    def close(self) -> None:
        """End it: the sentence in the making is broken off, and what was made goes to the disk."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._voice.break_off()
        self._thread.join()

    def _run(self) -> None:
        _stand_back()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._state is not None)
                state, self._state = self._state, None
            if state is None:
                self._voice.save()
                return
            self._prepared(state, finished=self._prepare(state))

    def _prepared(self, state: State, *, finished: bool) -> None:
        """Go on with a state that was not finished, if there is no newer one."""
        with self._changed:
            if self._state is None:
                self._idle = finished
                if not finished and not self._closed:
                    self._state = state
            self._changed.notify_all()

    def _prepare(self, state: State) -> bool:
        """Prepare what may come after a state; False if it has to be gone on with."""
        room = self._voice.room
        for each in self._coming(state) if self._voice.synthesiser.movable else ():
            if self._closed or self._state is not None or room <= 0:
                break
            try:
                room -= self._voice.prepare(each.text, each.rate)
            except BrokenOff:
                self._give_way()
                return False
            except SolemateError:
                break  # it fails again where it is needed, and is told of there
            self._voice.save()
        self._voice.save()
        return True

    def _give_way(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._state is not None, GIVE_WAY)


def _stand_back() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
