"""The cache of rendered sentences on disk, limited in size: the least recently used ones go first.

One file for each sentence, named by the hash of what it was made from. It holds a mark, the hash of the sound, and the
sound as 16 bits at SPEAKING_RATE. Files are written under another name and then renamed, so none is ever incomplete;
one that is damaged all the same is deleted, and made again. Any number of processes may share the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import SolemateError
from assistant.files import UNFINISHED, write_whole

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

FORMAT = 1
"""To be raised when the same sentence would be rendered differently (trimming, level, rates), or this file format
changes."""

MARK = b"solemate speech\n"
"""How each file begins."""

SUFFIX = ".speech"
"""How the files' names end."""

STALE_SECONDS = 3600.0
"""Seconds after which an unfinished file was left behind by a process that was killed."""

FILLED_TO = 0.9
"""The share of the limit to which old sentences are evicted, so that not every new one evicts another."""

LOOK_EVERY = 32
"""Sentences written between two looks at the folder: another process may be writing there too."""

RETRY_SECONDS = 60.0
"""Seconds after which writing is tried again where it failed: a disk may be full for a while only."""

FULL_SCALE = 32767
"""The largest 16-bit sample."""


@dataclass(frozen=True)
class Recipe:
    """What a sentence is made from: engine, voice, version, rate in words a minute, and text."""

    engine: str
    voice: str
    version: str
    rate: int
    text: str

    @property
    def name(self) -> str:
        """The name of its file; the text can't be recovered from it."""
        parts = [FORMAT, self.engine, self.voice, self.version, self.rate, self.text]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class SpeechCache:
    """A folder of rendered sentences, of at most `limit` bytes.

    `problem` says why nothing can be written, None while it can. Sentences are then rendered each time.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self.problem: SolemateError | None = None
        self._retry_at = 0.0
        self._bytes: int | None = None
        self._written = 0

    def get(self, recipe: Recipe) -> Samples | None:
        """The sentence, if it is there and undamaged."""
        path = self._path(recipe)
        try:
            content = path.read_bytes()
        except OSError:
            return None  # not there, or unreadable: render it
        samples = _unpacked(content)
        try:
            if samples is None:
                path.unlink(missing_ok=True)
            else:
                os.utime(path)
        except OSError:
            pass  # a read-only folder: only the order of eviction depends on it
        return samples

    def has(self, recipe: Recipe) -> bool:
        """Whether there is a file for the sentence."""
        return self._path(recipe).exists()

    def put(self, recipe: Recipe, samples: Samples) -> None:
        """Store a sentence; if that fails, `problem` says why, and nothing more is written for a while."""
        content = _packed(samples)
        waits = self.problem is not None and time.monotonic() < self._retry_at
        if waits or len(content) > self.limit * FILLED_TO:
            return
        try:
            self._write(self._path(recipe), content)
            self._make_room(len(content))
        except OSError as error:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            if self.problem is None:  # else it was told already
                problem = f"rendered sentences can't be kept in {self.folder} ({error.strerror or error})"
                self.problem = SolemateError(problem, "free some space there")
        else:
            self.problem = None

    def size(self) -> int:
        """The total size of the sentences in bytes, as far as the folder can be read."""
        try:
            return sum(size for _, size, _ in self._files())
        except PermissionError:
            return 0

    def clear(self) -> int:
        """Delete all sentences; returns how many bytes they had. Raises OSError if they can't be deleted."""
        freed = 0
        for path, size, _ in list(self._files()):
            path.unlink(missing_ok=True)
            freed += size
        self._bytes = None
        return freed

    def _path(self, recipe: Recipe) -> Path:
        return self.folder / f"{recipe.name}{SUFFIX}"

    def _write(self, path: Path, content: bytes) -> None:
        try:
            write_whole(path, content)
        except PermissionError:
            if not path.exists():  # on Windows, a file that another process reads can't be replaced
                raise

    def _make_room(self, more: int) -> None:
        self._written += 1
        if self._bytes is not None:
            self._bytes += more
        if self._bytes is not None and self._bytes <= self.limit and self._written % LOOK_EVERY:
            return
        files = sorted(self._files(), key=lambda file: file[2])
        self._bytes = sum(size for _, size, _ in files)
        bound = self._bytes if self._bytes <= self.limit else self.limit * FILLED_TO
        for path, size, changed in files:
            stale = path.suffix == UNFINISHED and time.time() - changed > STALE_SECONDS
            if (self._bytes > bound and path.suffix == SUFFIX) or stale:
                path.unlink(missing_ok=True)
                self._bytes -= size

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        """Each of our files with its size and the time of its last use."""
        try:
            entries = list(os.scandir(self.folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            if not entry.name.endswith((SUFFIX, UNFINISHED)):
                continue
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue  # deleted by another process
            yield Path(entry.path), status.st_size, status.st_mtime


def rounded(samples: Samples) -> Samples:
    """The samples as they come back from 16 bits, so that a sentence is the same whether cached or not."""
    return _from_16_bits(_to_16_bits(samples))


def _to_16_bits(samples: Samples) -> bytes:
    return np.round(np.clip(samples, -1, 1) * FULL_SCALE).astype("<i2").tobytes()


def _from_16_bits(content: bytes) -> Samples:
    samples: Samples = np.frombuffer(content, "<i2").astype(np.float32) / np.float32(FULL_SCALE)
    return samples


def _packed(samples: Samples) -> bytes:
    sound = _to_16_bits(samples)
    return MARK + hashlib.sha256(sound).digest() + sound


def _unpacked(content: bytes) -> Samples | None:
    """The sound; None if the file is damaged."""
    start = len(MARK) + hashlib.sha256().digest_size
    sound = content[start:]
    if (
        len(content) < start
        or content[: len(MARK)] != MARK
        or content[len(MARK) : start] != hashlib.sha256(sound).digest()
    ):
        return None
    return _from_16_bits(sound)
