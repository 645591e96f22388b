"""Puts a speech model into its place: completely or not at all, and one Solemate at a time."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from assistant.errors import SolemateError
from assistant.file_lock import lock
from assistant.models.integrity import NOTES, sizes
from assistant.models.unzip import Progress, flush, unpack


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Keep other Solemates away from the model `name` in `folder`, which is made if it isn't there.

    Raises SolemateError if one is already working on it, or if the folder can't be written.
    """
    path = folder / f".{name}.lock"
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = path.open("w")
        except OSError as error:
            raise SolemateError(f"the models' folder {folder} can't be written: {error.strerror}") from error
        with lock:
            if not _lock(lock):
                raise SolemateError(f"another Solemate is just getting {name}", "wait for it to finish")
            if not _still_at(path, lock):
                continue  # its owner has just deleted it, so holding it keeps nobody away
            try:
                yield
            finally:
                if sys.platform != "win32":  # where an open file can't be deleted
                    path.unlink(missing_ok=True)
            return


def install(
    source: Path,
    folder: Path,
    name: str,
    languages: tuple[str, ...],
    checksum: str | None,
    progress: Progress | None,
) -> Path:
    """Put the model in a zip or folder into its place, `name` in `folder`, completely or not at all.

    Returns the place. A model that is there is replaced. `checksum` is the zip's sha256, None for a folder; `progress`
    is called with the bytes unpacked and the total. To be called while `locked`. Raises SolemateError if it is no model
    that Vosk can use, or can't be installed there.
    """
    # On the same disk, so that the last step is a rename; with a name that no model can have.
    work = Path(tempfile.mkdtemp(prefix=f".{name}.new-", dir=folder))
    place = folder / name
    try:
        model = unpack(source, work, progress) if source.is_file() else _copy(source, work / "model")
        problem = vosk_problem(model)
        if problem:
            raise SolemateError(f"{source} is no model that can be used: it {problem}")
        notes = {"languages": list(languages), "sha256": checksum, "from": source.name, "bytes": sizes(model)}
        (model / NOTES).write_text(json.dumps(notes, indent=1) + "\n", encoding="utf-8")
        flush(model)
        if place.exists():
            place.rename(folder / f".{name}.old-{os.getpid()}")
        model.rename(place)
    except OSError as error:
        raise SolemateError(f"{source} can't be installed at {place}: {error.strerror or error}") from error
    finally:
        clear_leftovers(folder, name)
    return place


def clear_leftovers(folder: Path, name: str) -> None:
    """Delete what an interrupted installation of the model `name` left in `folder`.

    An old model without a successor is put back. To be called while `locked`. Raises OSError if that fails.
    """
    for old in sorted(folder.glob(f".{name}.old-*")):
        if (folder / name).exists():
            shutil.rmtree(old)
        else:
            old.rename(folder / name)
    for new in folder.glob(f".{name}.new-*"):
        shutil.rmtree(new)


def vosk_problem(folder: Path) -> str | None:
    """What keeps Vosk from using the folder, worded to follow "it"; None if nothing does."""
    from assistant.hearing.vosk import model_problem

    return model_problem(folder)


def _copy(source: Path, target: Path) -> Path:
    """Copy a model's folder, following links. Anything but a model is refused before copying."""
    inside = [entry for entry in source.iterdir() if entry.is_dir()]
    if vosk_problem(source) and len(inside) == 1 and not vosk_problem(inside[0]):
        source = inside[0]
    problem = vosk_problem(source)
    if problem:
        raise SolemateError(f"{source} is no model that can be used: it {problem}")
    return Path(shutil.copytree(source, target, copy_function=shutil.copyfile, ignore_dangling_symlinks=True))


def _lock(file: IO[str]) -> bool:
    """Lock the file until it is closed; whether that succeeded at once."""
    try:
        lock(file)
    except OSError:
        return False
    return True


def _still_at(path: Path, file: IO[str]) -> bool:
    """Whether the open file is still the one at `path`."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
