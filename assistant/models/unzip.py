"""Unpacks a zip from an untrusted source."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from assistant.errors import SolemateError

Progress = Callable[[int, int], None]
"""Called with the number of bytes done and the total."""

MOST_ENTRIES = 10_000
"""The most entries in a zip; a speech model has a few dozen files."""

MOST_GROWTH = 50
"""How many times its packed size a zip may unpack to; models reach two or three, zip bombs a thousand."""

SMALL = 1 << 20
"""Bytes up to which growth doesn't matter: small files of zeros are not bombs."""

CHUNK = 1 << 16
"""Bytes copied at a time."""

_ENCRYPTED = 1
"""The flag bit of an encrypted entry (section 4.4.4 of PKWARE's APPNOTE)."""

_CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db")
"""What desktop systems add to a zip."""


def unpack(archive: Path, target: Path, progress: Progress | None = None) -> Path:
    """Unpack `archive` into the empty folder `target`; returns the folder with the contents.

    That is `target`, or the only folder in it, if it contains everything. `progress` is called with the bytes done and
    the total. Raises SolemateError if the file is not a zip, is broken or encrypted, holds links or anything else that
    isn't a file, has names that lead outside, would grow excessively, or does not fit on the disk.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            entries = zipped.infolist()
            _check(archive, entries, target)
            done, total = 0, sum(entry.file_size for entry in entries)
            for entry in entries:
                for size in _extract(zipped, entry, target):
                    done += size
                    if progress:
                        progress(done, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise SolemateError(f"{archive} is no whole zip file: {error}") from error
    except FileExistsError as error:
        raise SolemateError(f"{archive} is not accepted: it has {Path(error.filename).name!r} twice") from error
    except OSError as error:
        raise SolemateError(f"{archive} can't be unpacked: {error.strerror or error}") from error
    inside = [entry for entry in target.iterdir() if entry.name not in _CLUTTER]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else target


def top_folder(archive: Path) -> str | None:
    """The name of the only folder in the zip that contains everything; None if there is none. Raises SolemateError."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            paths = [PurePosixPath(name) for name in zipped.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise SolemateError(f"{archive} is no whole zip file: {error}") from error
    names = {path.parts[0] for path in paths if path.parts and path.parts[0] not in _CLUTTER}
    return names.pop() if len(names) == 1 and any(len(path.parts) > 1 for path in paths) else None


def _check(archive: Path, entries: list[zipfile.ZipInfo], target: Path) -> None:
    if not entries:
        raise SolemateError(f"{archive} is empty")
    if len(entries) > MOST_ENTRIES:
        raise SolemateError(f"{archive} is not accepted: it has {len(entries)} entries, more than {MOST_ENTRIES}")
    for entry in entries:
        problem = _problem(entry)
        if problem:
            raise SolemateError(f"{archive} is not accepted: {entry.filename!r} {problem}")
    total = sum(entry.file_size for entry in entries)
    if total > max(SMALL, MOST_GROWTH * archive.stat().st_size):
        raise SolemateError(f"{archive} is not accepted: it would unpack to {total} bytes, out of all measure")
    free = shutil.disk_usage(target).free
    if total > free:
        raise SolemateError(f"{archive} needs {total} bytes unpacked, and {free} are free at {target}")


def _problem(entry: zipfile.ZipInfo) -> str | None:
    """What is wrong with an entry, in a few words; zipfile itself would silently repair some of it."""
    name = entry.orig_filename
    if not name or "\0" in name or "\\" in name or ":" in name:
        return "is no name for a file"
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        return "leads out of the folder"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no file"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    return None


def _extract(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> Iterator[int]:
    """Write an entry; yields the size of each piece in bytes once it is written."""
    path = target.joinpath(*PurePosixPath(entry.filename).parts)
    if entry.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # zipfile reads no more than the declared size, and verifies the checksum at the end.
    with zipped.open(entry) as packed, path.open("xb") as file:
        while piece := packed.read(CHUNK):
            file.write(piece)
            yield len(piece)


def flush(folder: Path) -> None:
    """Have the system write the files to disk, so that a power cut after the rename can't leave empty ones."""
    if sys.platform == "win32":  # where only files open for writing can be flushed
        return
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
