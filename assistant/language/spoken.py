"""Reads what the guide says: a routine file and a language's replies, with each mistake named by file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from assistant.core.replies import Replies
from assistant.core.routine import DataError, Keys, Routine
from assistant.language.files import NAMING
from assistant.language.marked import Marked, load

REPLIES = "replies.yaml"
"""The file of a language's folder that holds the replies."""

CHANGED = ("dose",)
"""What may be another than in the stretch that is used: with other words it would be another stretch."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

_Built = TypeVar("_Built")


def load_routine(path: Path, of: Path | None = None) -> Routine:
    """The routine in a file; raises SolemateError naming file, line and mistake.

    A stretch that has the key `use` is that of the routine in the file `of`, with the dose that stands beside it.
    """

    def build(data: Mapping[str, Any]) -> Routine:
        return Routine.from_dict(_with_used(data, of) if of is not None else data)

    return _build(path, build)


def _with_used(data: Mapping[str, Any], of: Path) -> Mapping[str, Any]:
    entries = data.get("stretches")
    if not isinstance(entries, list) or not any(isinstance(each, Mapping) and "use" in each for each in entries):
        return data
    known = {entry["id"]: entry for entry in plain(load(of))["stretches"]}
    stretches = []
    for place, entry in enumerate(entries):
        if isinstance(entry, Mapping) and "use" in entry:
            used = entry["use"]
            if not isinstance(used, str) or used not in known:
                what = f"no stretch '{used}' to use" if isinstance(used, str) else "no name of one stretch to use"
                raise DataError(("stretches", place, "use"), f"there is {what}; there is: {', '.join(known)}")
            for key in entry:
                if key not in ("use", *CHANGED):
                    mistake = f"beside 'use' only {', '.join(CHANGED)} may stand, not '{key}'"
                    raise DataError(("stretches", place, key), mistake)
            entry = {**known[used], **{key: entry[key] for key in CHANGED if key in entry}}
        stretches.append(entry)
    return {**data, "stretches": stretches}


def load_replies(folder: Path) -> Replies:
    """The replies of the language in this folder; raises SolemateError naming file, line and mistake."""
    return _build(folder / REPLIES, Replies.from_dict)


def load_last(folder: Path) -> str:
    """What the last stretch of a routine is called in the language, whatever its number; empty where it has no word."""
    path = folder / NAMING
    if not path.is_file():
        return ""
    entries = load(path).mapping("the file")
    return entries["last"].text("'last'") if "last" in entries else ""


def _build(path: Path, from_dict: Callable[[Mapping[str, Any]], _Built]) -> _Built:
    marked = load(path)
    marked.mapping("the file")
    try:
        return from_dict(plain(marked))
    except DataError as error:
        return _at(marked, error.keys).fail(error.mistake)


def plain(marked: Marked) -> Any:
    """The values alone, with numbers and true and false as such."""
    if isinstance(marked.value, dict):
        return {key: plain(value) for key, value in marked.value.items()}
    if isinstance(marked.value, list):
        return [plain(value) for value in marked.value]
    if marked.value in ("true", "false"):
        return marked.value == "true"
    if marked.value is not None and _NUMBER.fullmatch(marked.value):
        return float(marked.value) if "." in marked.value else int(marked.value)
    return marked.value


def _at(marked: Marked, keys: Keys) -> Marked:
    """What stands at these keys, or the nearest thing around it."""
    for key in keys:
        value = marked.value
        inside: Marked | None = None
        if isinstance(value, dict):
            inside = value.get(str(key))
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            inside = value[key]
        if inside is None:
            break
        marked = inside
    return marked
