"""Whether a speech model's files still have the sizes they were installed with: Vosk crashes on a truncated one."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from assistant.models.catalogue import Package

NOTES = "solemate.json"
"""The file that Solemate puts into a model's folder: its languages, where it came from, and the sizes of its files.
Vosk ignores it."""

CHUNK = 1 << 16
"""Bytes read at a time."""


def file_sha256(path: Path) -> str:
    """The checksum of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of each file in a model's folder, except for the notes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != NOTES)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def damage(folder: Path) -> str | None:
    """What has happened to an installed model's files, worded to follow "it".

    None if nothing has, or if it was put there by hand, without notes.
    """
    try:
        noted: dict[str, int] = dict(json.loads((folder / NOTES).read_text(encoding="utf-8"))["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _unlike(folder, noted)


def package_folder(package: Package) -> Path | None:
    """The folder of the model in a Python package; None if the package isn't installed."""
    spec = importlib.util.find_spec(package.module)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / package.folder


def package_damage(package: Package, folder: Path) -> str | None:
    """What has happened to the files of the model in a Python package, as in `damage`; pip recorded their sizes.

    None if nothing has, or if whatever installed the package recorded nothing.
    """
    from importlib.metadata import PackageNotFoundError, distribution  # loads slowly, and few have such a package

    try:
        files = distribution(package.name).files or ()
    except PackageNotFoundError:
        return None
    inside = PurePosixPath(package.module, package.folder)
    return _unlike(
        folder,
        {
            file.relative_to(inside).as_posix(): file.size
            for file in files
            if file.size is not None and file.is_relative_to(inside)
        },
    )


def _unlike(folder: Path, noted: Mapping[str, int]) -> str | None:
    """The first file that is missing or has another size than was recorded, worded to follow "it"."""
    found = sizes(folder)
    for name, size in noted.items():
        if name not in found:
            return f"lacks {name}"
        if found[name] != size:
            return f"is broken: {name} has {found[name]} bytes, not {size}"
    return None
