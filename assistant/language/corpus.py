"""Reads a language's corpus: what people say for each intent, a file each, one sentence a line.

A line `[what=side]` begins a section whose sentences all have that slot's value; `[seconds]`, without a value, one
whose sentences name it themselves; `[]` one with neither. Lines that begin with `#` are comments. `none.txt` holds what
isn't meant for the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.did_you_mean import did_you_mean_or_all
from assistant.errors import SolemateError, UsageError
from assistant.intents import INTENTS
from assistant.language.files import CORPUS, corpus_files

NOT_MEANT = "none"
"""The name of the file with what isn't meant for the guide."""

_SECTION = re.compile(r"\[(?:(\w+)(?:=(\w+))?)?\]")


@dataclass(frozen=True)
class Said:
    """A sentence of the corpus, its intent (empty if it isn't meant for the guide) and what its section gives.

    `names` is the slot that the sentences of its section name themselves; empty for none.
    """

    text: str
    intent: str
    slots: tuple[tuple[str, str], ...] = ()
    names: str = ""


def read_corpus(folder: Path) -> list[Said]:
    """The corpus of the language in `folder`, file after file in the order of their names.

    Raises UsageError if there is none, SolemateError with file and line for a mistake.
    """
    files = corpus_files(folder)
    if not any(path.stem == NOT_MEANT for path in files):
        remedy = f"what people say belongs there, and in {NOT_MEANT}.txt what isn't meant for the guide"
        raise UsageError(f"{folder / CORPUS} has no {NOT_MEANT}.txt", remedy)
    return [said for path in files for said in _file(path)]


def _file(path: Path) -> Iterator[Said]:
    """The sentences of one file. Another file may have the same ones: the moment decides which is meant."""
    seen: dict[str, str] = {}
    intent = "" if path.stem == NOT_MEANT else path.stem
    if intent and intent not in INTENTS:
        raise SolemateError(f"{path}: there is no intent {intent!r}", did_you_mean_or_all(intent, INTENTS))
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SolemateError(f"{path}: is not UTF-8 ({error})", "save it as UTF-8") from error
    slots, names = tuple[tuple[str, str], ...](), ""
    for number, line in enumerate(map(str.strip, lines), start=1):
        where = f"{path}, line {number}"
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            slots, names = _section(line, intent, where)
            continue
        if not any(map(str.isalnum, line)):
            raise SolemateError(f"{where}: {line!r} has no word", "write a sentence, or take the line out")
        known = seen.setdefault(line.lower(), where)
        if known != where:
            raise SolemateError(f"{where}: {line!r} stands in {known} already", "take one of them out")
        yield Said(line, intent, slots, names)


def _section(line: str, intent: str, where: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """What a section gives, and the slot that its sentences name themselves."""
    found = _SECTION.fullmatch(line)
    if found is None:
        raise SolemateError(f"{where}: {line!r} is no section", "write it as [slot], [slot=value] or []")
    slot, value = found.groups()
    if slot is None:
        return (), ""
    known = INTENTS[intent].slots if intent else {}
    if slot not in known:
        raise SolemateError(f"{where}: {intent or NOT_MEANT!r} has no slot {slot!r}", did_you_mean_or_all(slot, known))
    if value is None:
        return (), slot
    if known[slot] and value not in known[slot]:
        raise SolemateError(f"{where}: {slot!r} can't be {value!r}", did_you_mean_or_all(value, known[slot]))
    return ((slot, value),), ""
