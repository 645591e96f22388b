"""Compiles sentence templates into a book of phrases with their sounds, cached on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import assistant
from assistant.files import write_whole
from assistant.intents import INTENTS
from assistant.language.files import language_files
from assistant.ports import Phonemizer
from assistant.understanding.phrases import PhraseBook

CACHE_FORMAT = 15
"""To be raised whenever the same files would give a different book, or the book is stored differently."""

CACHES_KEPT = 4
"""Books of one language that are kept in the cache folder; the least recently used ones go."""


def compile_language(
    folder: Path,
    stretches: Mapping[str, Sequence[str]],
    phonemizer: Phonemizer,
    cache_dir: Path | None,
    routines: Mapping[str, Sequence[str]] | None = None,
) -> PhraseBook:
    """The phrases of the language in `folder`, for a routine's stretches.

    `stretches` maps the id of each stretch, in the routine's order, to its names; its number is its position in that
    order. `routines` does the same for the routines that can be chosen.

    `phonemizer.name` must change whenever its answers might (so it ends with a version). With a `cache_dir` the book is
    read from there, or stored there; a cache that is broken or can't be written does no harm.

    Raises UsageError if there is no such language, SolemateError if a file or a name has a mistake.
    """
    key = cache_key(folder, stretches, phonemizer.name, routines)
    path = cache_dir / f"phrases-{folder.name}-{key[:24]}.json" if cache_dir else None
    book = _cached(path, key) if path else None
    if book is None:
        # Imported here, so that a cached language needs neither PyYAML nor hassil.
        from assistant.language.build import build_book
        from assistant.language.folder import read_folder

        book = build_book(read_folder(folder), stretches, phonemizer, routines)
        if path:
            _keep(path, key, book)
    return book


def cache_key(
    folder: Path,
    stretches: Mapping[str, Sequence[str]],
    phonemizer: str,
    routines: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """A hash of everything that a book depends on.

    Raises UsageError or SolemateError if the language's files are missing.
    """
    slots = {name: {slot: list(values) for slot, values in intent.slots.items()} for name, intent in INTENTS.items()}
    names = [[stretch, *spoken] for stretch, spoken in stretches.items()]
    chosen = [[routine, *spoken] for routine, spoken in (routines or {}).items()]
    parts = [CACHE_FORMAT, assistant.__version__, phonemizer, folder.name, names, chosen, slots]
    digest = hashlib.sha256(json.dumps(parts).encode())
    for path in language_files(folder):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _cached(path: Path, key: str) -> PhraseBook | None:
    try:
        plain = json.loads(path.read_bytes())
        if plain["key"] != key:
            return None
        book = PhraseBook.from_plain(plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # absent, cut off or not ours: compile again
    with contextlib.suppress(OSError):  # only affects which books are cleared up first
        os.utime(path)
    return book


def _keep(path: Path, key: str, book: PhraseBook) -> None:
    """Write the cache file in one step; if that fails, the next start simply takes longer."""
    text = json.dumps({"key": key, **book.to_plain()}, ensure_ascii=False, separators=(",", ":"))
    try:
        write_whole(path, text)
        _clear_up(path)
    except OSError:
        # A cache that can't be written (read-only, disk full) is no failure: the book is in memory, and the next start
        # compiles it again. Whatever needs the room more, such as a log, reports it.
        pass


def _clear_up(newest: Path) -> None:
    prefix = newest.name.rsplit("-", 1)[0]
    books = sorted(newest.parent.glob(f"{prefix}-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in books[CACHES_KEPT:]:
        old.unlink(missing_ok=True)
