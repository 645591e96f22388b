"""Prefetching: renders, in a thread of its own, the sentences that the guide may say soon."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable

from assistant.dialogue.lookahead import Upcoming
from assistant.dialogue.state.state import State
from assistant.errors import SolemateError
from assistant.speaking.cached_voice import CachedVoice
from assistant.speaking.synthesis import BrokenOff

NICENESS = 5
"""How far the thread yields to listening, on systems that give threads their own priority (Linux). With much more, a
sentence that is needed while being rendered takes too long; see docs/tuning.md."""

GIVE_WAY = 0.2
"""Seconds without prefetching after something else was needed."""


class Prefetcher:
    """Prefetches what may come after the state of the guide that it was last given.

    If the voice belongs to the thread that made it (the system's own, on macOS and Windows), it only writes rendered
    sentences to disk.
    """

    def __init__(self, voice: CachedVoice, coming: Callable[[State], Iterable[Upcoming]]) -> None:
        self._voice = voice
        self._coming = coming
        self._changed = threading.Condition()
        self._state: State | None = None
        self._closed = False
        self._idle = False
        voice.saves_later = True
        self._thread = threading.Thread(target=self._run, name="rendering ahead", daemon=True)
        self._thread.start()

    def look(self, state: State) -> SolemateError | None:
        """Tell it the guide's state; returns a complaint of the voice's, if there is a new one."""
        with self._changed:
            self._state = state
            self._idle = False
            self._changed.notify_all()
        return self._voice.complaint()

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` until all that may come is ready; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle, seconds)

    def close(self) -> None:
        """End the thread: the sentence in the making is stopped, and what was rendered goes to disk."""
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
        """Continue with a state that was not finished, unless there is a newer one."""
        with self._changed:
            if self._state is None:
                self._idle = finished
                if not finished and not self._closed:
                    self._state = state
            self._changed.notify_all()

    def _prepare(self, state: State) -> bool:
        """Prefetch what may come after a state; False if that has to be continued later."""
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
                break  # it will fail again when it is needed, and be reported then
            self._voice.save()
        self._voice.save()
        return True

    def _give_way(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._state is not None, GIVE_WAY)


def _stand_back() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
