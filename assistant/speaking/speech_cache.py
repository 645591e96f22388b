"""Rendered sentences on disk, bounded: the ones not used for longest go first.

A file for each sentence, named by the hash of what it was made from; in it a mark, the hash of the sound, and the sound
as 16 bits at SPEAKING_RATE. Written beside its place and moved there, so none is ever half there; what is damaged all
the same is dropped, and made anew. Any number of processes may share the folder.
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

from assistant.files import UNFINISHED, write_whole

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

FORMAT = 1
"""To be raised when what is made of the same sentence changes: trimming, level, rates, or this file's form."""

MARK = b"solemate speech\n"
"""How each file begins."""

SUFFIX = ".speech"
"""How the files' names end."""

STALE_SECONDS = 3600.0
"""An unfinished file of this age was left behind by a process that was killed."""

FILLED_TO = 0.9
"""The part of the bound that is left when old sentences go, so that not each new one makes one go."""

LOOK_EVERY = 32
"""Sentences written between two looks at the folder: another process may write there too."""

FULL_SCALE = 32767
"""The largest sample of 16 bits."""


@dataclass(frozen=True)
class Recipe:
    """What a sentence is made from: by what (engine, voice and version), at how many words a minute, and its text."""

    engine: str
    voice: str
    version: str
    rate: int
    text: str

    @property
    def name(self) -> str:
        """The name of its file; the text can't be read from it."""
        parts = [FORMAT, self.engine, self.voice, self.version, self.rate, self.text]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class SpeechCache:
    """A folder of rendered sentences, of at most `limit` bytes.

    `problem` says why nothing can be written any more, None while it can: the sentences are then made each time.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self.problem: str | None = None
        self._bytes: int | None = None
        self._written = 0

    def get(self, recipe: Recipe) -> Samples | None:
        """The sentence, if it is there and whole."""
        path = self._path(recipe)
        try:
            content = path.read_bytes()
        except OSError:
            return None  # not there, or not to be read: it is made
        samples = _unpacked(content)
        try:
            if samples is None:
                path.unlink(missing_ok=True)
            else:
                os.utime(path)
        except OSError:
            pass  # a folder that can't be written: only the order in which sentences go depends on it
        return samples

    def has(self, recipe: Recipe) -> bool:
        """Whether there is a file for the sentence."""
        return self._path(recipe).exists()

    def put(self, recipe: Recipe, samples: Samples) -> None:
        """Keep a sentence; where that is not possible, `problem` says so, and no more is written."""
        content = _packed(samples)
        if self.problem is not None or len(content) > self.limit * FILLED_TO:
            return
        try:
            self._write(self._path(recipe), content)
            self._make_room(len(content))
        except OSError as error:
            self.problem = (
                f"rendered sentences can't be kept in {self.folder} ({error.strerror or error}): free some space there"
            )

    def size(self) -> int:
        """Bytes of the sentences there, as far as the folder may be read."""
        try:
            return sum(size for _, size, _ in self._files())
        except PermissionError:
            return 0

    def clear(self) -> int:
        """Forget all sentences; gives how many bytes that were. Raises OSError if they can't be removed."""
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
            if not path.exists():  # Windows lets nobody replace what another process reads: then it is there already
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
        """Each of our files with its size and when it was used last."""
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
                continue  # another process was quicker
            yield Path(entry.path), status.st_size, status.st_mtime


def rounded(samples: Samples) -> Samples:
    """The samples as they come back from 16 bits, so that a sentence is the same kept or not."""
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
    """The sound; None where the file is not whole."""
    start = len(MARK) + hashlib.sha256().digest_size
    sound = content[start:]
    if (
        len(content) < start
        or content[: len(MARK)] != MARK
        or content[len(MARK) : start] != hashlib.sha256(sound).digest()
    ):
        return None
    return _from_16_bits(sound)
