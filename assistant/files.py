"""Writes a file completely or not at all: a reader finds the old content or the new, even after a crash."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".part"
"""The suffix of files that are still being written."""

PRIVATE, SHARED = 0o600, 0o666
"""Modes of a new file, before the umask: for its owner alone, and for everybody the umask allows."""


def write_whole(path: Path, content: str | bytes, *, mode: int = PRIVATE, durable: bool = False) -> None:
    """Replace the file's content, or create the file and its folders; if that fails, nothing has changed.

    Text is written as UTF-8 with its line ends unchanged. `mode` is for a new file; an existing one keeps its own.
    `durable` also waits until the content would survive a power cut. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content.encode() if isinstance(content, str) else content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            os.chmod(part, path.stat().st_mode & 0o777)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_new(path: Path, content: str | bytes) -> None:
    """Create the file and its folders; of a file that can't be written to the end, nothing is left to be in the way.

    Raises FileExistsError if it is there already, and other kinds of OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        try:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
        except OSError:
            path.unlink()
            raise
