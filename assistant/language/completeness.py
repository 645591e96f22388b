"""What a language's folder still lacks, file by file and key by key, compared with the program and another language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.dialogue.content.drawn import FIGURES
from assistant.dialogue.content.reply_fields import FIELDS
from assistant.dialogue.content.routine_names import routine_names, stretch_names
from assistant.errors import SolemateError
from assistant.intents import INTENTS
from assistant.language import files
from assistant.language.build import MOST_MISSING, sample
from assistant.language.drawings import load_drawings
from assistant.language.folder import LanguageFolder, read_folder
from assistant.language.marked_yaml import load
from assistant.language.page_words import PAGE, load_page_words, missing_words
from assistant.language.wordings import REPLIES, load_replies, load_routine, plain

TEMPLATE = "routine_template.yaml"
"""The file in a language's folder that a new routine starts from."""


@dataclass(frozen=True)
class Lack:
    """A file (relative to the folder), the key concerned (empty: the whole file), and what is wrong with it."""

    file: str
    key: str
    what: str = "is missing"

    def __str__(self) -> str:
        """As one line."""
        return ": ".join(filter(None, (self.file, f"{self.key} {self.what}".strip())))


def lacks(folder: Path, like: Path) -> list[Lack]:
    """Everything that the language in `folder` lacks; the language in `like` says which routines there must be."""
    wordings = (*_drawings(folder), *_page(folder))
    return [*_sentences(folder), *_replies(folder), *_routines(folder, like), *wordings, *_others(folder)]


def _sentences(folder: Path) -> Iterator[Lack]:
    """Intents without a sentence, slot values that no sentence gives, and numbers without a word."""
    if not any((folder / files.SENTENCES).glob("*.yaml")):
        yield Lack(files.SENTENCES, "")
        return
    try:
        read = read_folder(folder)
        yield from _slots(folder, read)
    except SolemateError as error:
        yield Lack(files.SENTENCES, "", str(error))
        return
    numbers = [n for n in range(MOST_MISSING + 1) if n not in read.naming.cardinals]
    yield from (Lack(files.NAMING, f"cardinals {number}") for number in numbers)
    if not read.naming.stretch_numbers:
        yield Lack(files.NAMING, "stretch_numbers")


def _slots(folder: Path, read: LanguageFolder) -> Iterator[Lack]:
    """Only the names of a routine's stretches make the sentences complete; without a routine, slots are not checked."""
    there = {template.intent for template in read.templates if template.intent}
    yield from (Lack(files.SENTENCES, f"intent {name}") for name in INTENTS if name not in there)
    routine = folder / files.ROUTINES / f"{files.ROUTINE}.yaml"
    if not routine.is_file():
        return
    filled: dict[str, set[tuple[str, str]]] = {}
    others = (path for path in sorted(routine.parent.glob("*.yaml")) if path != routine)
    routines = [load_routine(folder, path) for path in (routine, *others)]
    for sampled in sample(read, stretch_names(routines), routine_names(routines)):
        filled.setdefault(sampled.intent or "", set()).update(sampled.slots)
    for name in sorted(there):
        for slot, values in INTENTS[name].slots.items():
            given = {value for key, value in filled.get(name, ()) if key == slot}
            if not given:
                yield Lack(files.SENTENCES, f"intent {name}, slot {slot}")
            yield from (
                Lack(files.SENTENCES, f"intent {name}, slot {slot}: {value}")
                for value in values
                if given and value not in given
            )


def _raw(path: Path) -> Mapping[str, Any]:
    data = plain(load(path))
    return data if isinstance(data, Mapping) else {}


def _replies(folder: Path) -> Iterator[Lack]:
    path = folder / REPLIES
    if not path.is_file():
        yield Lack(REPLIES, "")
        return
    try:
        data = _raw(path)
        there, numbers = data.get("replies"), data.get("numbers", [])
        if not isinstance(there, Mapping) or not isinstance(numbers, list):
            load_replies(folder)  # raises an error that says what they must be
            return
        missing = [key for key in FIELDS if key not in there]
        yield from (Lack(REPLIES, f"replies {key}") for key in missing)
        if len(numbers) <= MOST_MISSING:
            yield Lack(REPLIES, f"numbers {len(numbers)} to {MOST_MISSING}")
        if not missing:
            load_replies(folder)
    except SolemateError as error:
        yield Lack(REPLIES, "", str(error))


def _routines(folder: Path, like: Path) -> Iterator[Lack]:
    names = sorted(path.name for path in (like / files.ROUTINES).glob("*.yaml"))
    for name in names:
        file, path = f"{files.ROUTINES}/{name}", folder / files.ROUTINES / name
        if not path.is_file():
            yield Lack(file, "")
            continue
        try:
            wanted, data = _raw(like / files.ROUTINES / name), _raw(path)
            mine = {_id(entry): entry for entry in _stretches(data)}
            yield from (Lack(file, key) for key in wanted if key not in data)
            for entry in _stretches(wanted):
                if _id(entry) not in mine:
                    yield Lack(file, f"stretch {_id(entry)}")
                    continue
                yield from (Lack(file, f"{_id(entry)} {key}") for key in entry if key not in mine[_id(entry)])
            load_routine(folder, path)
        except SolemateError as error:
            yield Lack(file, "", str(error))


def _stretches(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stretches that can be compared; loading the routine reports what is wrong with others."""
    stretches = data.get("stretches")
    return [each for each in stretches if isinstance(each, Mapping)] if isinstance(stretches, list) else []


def _id(entry: Mapping[str, Any]) -> str:
    return str(entry.get("id", entry.get("use")))


def _drawings(folder: Path) -> Iterator[Lack]:
    if not (folder / files.DRAWINGS).is_file():
        yield Lack(files.DRAWINGS, "")
        return
    try:
        there = load_drawings(folder).figures
        yield from (Lack(files.DRAWINGS, f"drawings {name}") for name in FIGURES if name not in there)
    except SolemateError as error:
        yield Lack(files.DRAWINGS, "", str(error))


def _page(folder: Path) -> Iterator[Lack]:
    path = folder / PAGE
    if not path.is_file():
        yield Lack(PAGE, "")
        return
    try:
        missing = missing_words(folder)
        yield from (Lack(PAGE, key) for key in missing)
        if not missing:
            load_page_words(folder)
    except SolemateError as error:
        yield Lack(PAGE, "", str(error))


def _others(folder: Path) -> Iterator[Lack]:
    for name in (files.FILLERS, files.DECOYS, files.NAMING, files.SAFETY, TEMPLATE):
        if not (folder / name).is_file():
            yield Lack(name, "")
