"""Writing a file whole or not at all: a reader, even after a crash, finds the old content or the new, never a part."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".part"
"""How the names of files end that are still being written."""

PRIVATE, SHARED = 0o600, 0o666
"""Modes of a new file, before the user's mask: for its owner alone, and for everybody the mask allows."""


def write_whole(path: Path, content: str | bytes, *, mode: int = PRIVATE, durable: bool = False) -> None:
    """Replace the file's content, or make the file and the folders above it; where that fails, nothing has changed.

    Text is written as UTF-8 with its line ends as they are. `mode` is for a new file; one that is there keeps its own.
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
