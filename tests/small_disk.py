"""A disk of some megabytes that can be filled, emptied, and made read-only: a real one, in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 8_000_000
"""Bytes: more than SQLite puts beside a database before it tidies up."""


class Disk:
    """Where it is mounted, and what can be done to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave not a byte free."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                return

    def empty(self) -> None:
        """Make room again."""
        self._filler.unlink()

    def make_read_only(self, *, yes: bool) -> None:
        """Let nothing be written any more, or again."""
        mode = "ro" if yes else "rw"
        subprocess.run(["mount", "-o", f"remount,{mode}", str(self.folder)], check=True, timeout=20)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mount one in a new folder."""
    folder.mkdir()
    _mount(folder)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=20)


def _mount(folder: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    subprocess.run(command, check=True, timeout=20, capture_output=True)


def missing(folder: Path) -> str | None:
    """Why there can be none here; None if there can."""
    if not sys.platform.startswith("linux"):
        return "only Linux has disks in memory"
    try:
        with small_disk(folder):
            return None
    except (OSError, subprocess.CalledProcessError) as error:
        return f"nobody but root may mount a disk ({error})"
