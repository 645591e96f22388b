"""A voice that caches what it has rendered, in memory and on disk, and can prefetch sentences in another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE, Synthesiser
from assistant.speaking.speech_cache import Recipe, SpeechCache, rounded
from assistant.speaking.synthesis import (
    KEPT_BYTES,
    WORDS_PER_MINUTE,
    BrokenOff,
    Paced,
    Recent,
    Stop,
    UnusableError,
    has_words,
    plain,
)

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

PAUSE_SECONDS, COMMA_SECONDS = 0.35, 0.12
"""Seconds of silence between two sentences that are rendered separately, and between the pieces of one; together with
the margins around each, a breath and a shorter one."""

Key = tuple[str, int]
"""A sentence and a rate."""


class CachedVoice(Paced):
    """The guide's voice. `render` is for what is needed now, `prepare` for what may be needed soon.

    What is needed now goes first: anything else being prepared is stopped. `spare` makes the synthesiser to switch to
    if the first one turns out to be unusable.
    """

    def __init__(
        self,
        synthesiser: Synthesiser,
        store: SpeechCache | None = None,
        *,
        rate: int = WORDS_PER_MINUTE,
        spare: Callable[[], Synthesiser] | None = None,
    ) -> None:
        self.synthesiser = synthesiser
        self.store = store
        self.rate = rate
        self.saves_later = False
        """Whether somebody else calls `save`, so that a sentence that is needed never waits for the disk."""
        self._spare = spare
        self._complaints: list[SolemateError] = []
        self._told: SolemateError | None = None
        self._recent = Recent()
        self._unsaved: list[tuple[Recipe, Samples]] = []
        self._lock = threading.Lock()
        """Guards what is in memory; held only briefly."""
        self._free = threading.Condition()
        self._making: Key | None = None
        self._stop: Stop | None = None
        self._begun = 0.0
        self._waiting = 0
        """How many threads are waiting for a sentence they need now."""

    @property
    def name(self) -> str:
        """The name of the voice."""
        return self.synthesiser.name

    @property
    def room(self) -> int:
        """Bytes of sound that may be prepared without evicting what was prepared before."""
        return KEPT_BYTES // 2 if self.store is None else max(KEPT_BYTES, self.store.limit) // 2

    def complaint(self) -> SolemateError | None:
        """What went wrong and was got round, each once; None for nothing."""
        problem = self.store.problem if self.store is not None else None
        if problem is not None and problem is not self._told:
            self._told = problem
            self._complaints.append(problem)
        return self._complaints.pop(0) if self._complaints else None

    def render(self, text: str) -> Samples:
        """The text as samples at SPEAKING_RATE, shape (0,) if it has no words. They are shared, so they are read-only.

        Raises SolemateError if it can't be rendered.
        """
        text, rate = plain(text), self._rate
        try:
            pieces = self._pieces(text, rate)
        except UnusableError as error:
            if self._spare is None:
                raise
            self._replace(error, self._spare)
            pieces = self._pieces(text, rate)
        if not self.saves_later:
            self.save()
        return pieces[0][1] if len(pieces) == 1 else joined(pieces)

    def pieces(self, text: str) -> Sequence[str]:
        """The pieces of a text that are rendered separately, for those who play each while the next one is made."""
        return self._sentences(plain(text))

    def prepare(self, text: str, rate: int) -> int:
        """Have a text ready for when it is needed; returns the bytes of sound rendered for that, 0 if it was ready.

        Raises BrokenOff if something else is needed now, and SolemateError.
        """
        made = 0
        for piece in self._sentences(plain(text)):
            with self._lock:
                there = self._recent.get((piece, rate)) is not None
            if there or (self.store is not None and self.store.has(self._recipe(piece, rate))):
                continue
            made += self._make(piece, rate, needed=False).nbytes
        return made

    def break_off(self) -> None:
        """Stop whatever is being prepared."""
        with self._free:
            if self._stop is not None:
                self._stop()

    def save(self) -> None:
        """Write what was rendered to disk."""
        while self.store is not None:
            with self._lock:
                if not self._unsaved:
                    return
                recipe, samples = self._unsaved.pop(0)
            self.store.put(recipe, samples)

    def _pieces(self, text: str, rate: int) -> list[tuple[str, Samples]]:
        return [(piece, self._needed(piece, rate)) for piece in self._sentences(text)]

    def _sentences(self, text: str) -> Sequence[str]:
        return self.synthesiser.sentences(text) if has_words(text) else ()

    def _recipe(self, text: str, rate: int) -> Recipe:
        voice = self.synthesiser
        return Recipe(voice.engine, voice.name, voice.version, rate, text)

    def _needed(self, text: str, rate: int) -> Samples:
        """A sentence from memory, else from disk, else rendered."""
        key = (text, rate)
        with self._lock:
            kept = self._recent.get(key)
        if kept is None and self.store is not None:
            kept = self.store.get(self._recipe(text, rate))
            if kept is not None:
                with self._lock:
                    self._recent.put(key, kept)
        return self._make(text, rate, needed=True) if kept is None else kept

    def _make(self, text: str, rate: int, *, needed: bool) -> Samples:
        """Render a sentence, one at a time. A needed one goes first; any other gives way and raises BrokenOff."""
        key = (text, rate)
        with self._free:
            if needed:
                self._waiting += 1
                self._break_off_unless(key)
            elif self._waiting:
                raise BrokenOff
            self._free.wait_for(lambda: self._making is None)
            self._waiting -= needed
            with self._lock:
                kept = self._recent.get(key)
            if kept is not None:  # prepared in the meantime
                return kept
            self._making, self._stop, self._begun = key, None if needed else Stop(), time.monotonic()
            stop = self._stop
        try:
            samples = rounded(self.synthesiser.speak(text, rate, stop))
        finally:
            with self._free:
                self._making = self._stop = None
                self._free.notify_all()
        with self._lock:
            if self.store is not None:
                self._unsaved.append((self._recipe(text, rate), samples))
            return self._recent.put(key, samples)

    def _break_off_unless(self, key: Key) -> None:
        """Stop whatever is being prepared, unless it is the sentence needed now.

        If the sentence needed now is already in the making, wait for it at most as long as it has taken so far: on a
        busy machine it could take far longer, because preparing has a low priority.
        """
        stop = self._stop
        if stop is None:
            return
        if self._making != key or not self._free.wait_for(
            lambda: self._stop is not stop, time.monotonic() - self._begun
        ):
            stop()

    def _replace(self, error: UnusableError, spare: Callable[[], Synthesiser]) -> None:
        self._spare = None
        self.synthesiser = spare()
        self._complaints.append(SolemateError(f"{self.synthesiser.name} speaks instead: {error.problem}", error.remedy))
        with self._lock:
            self._recent = Recent()


def pause_after(text: str) -> float:
    """Seconds of silence between a piece and the next one."""
    return PAUSE_SECONDS if text.endswith((".", "!", "?", "…", "。")) else COMMA_SECONDS


def joined(pieces: Sequence[tuple[str, Samples]]) -> Samples:
    """The sound of sentences, each given with its text, with a pause between."""
    parts: list[Samples] = []
    for text, samples in pieces:
        parts += [samples, np.zeros(round(pause_after(text) * SPEAKING_RATE), np.float32)]
    return np.concatenate(parts[:-1]) if parts else np.zeros(0, np.float32)
