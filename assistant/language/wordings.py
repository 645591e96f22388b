"""Reads what the guide says, routines and replies; each mistake is reported with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from assistant.dialogue.content.coaching import Coaching
from assistant.dialogue.content.replies import Replies
from assistant.dialogue.content.routine import STRETCH_KEYS, Routine, Stretch
from assistant.dialogue.content.values import DataError, Keys
from assistant.errors import SolemateError
from assistant.language.files import COACHING, NAMING, ROUTINE, ROUTINES, SAFETY
from assistant.language.marked_yaml import Marked, load
from assistant.language.spelling import normalise

REPLIES = "replies.yaml"
"""The file in a language's folder that holds the replies."""

CHANGED = tuple(key for key in STRETCH_KEYS if key not in ("id", "name", "also_called"))
"""The keys that may differ from those of the stretch being used; under another name it would be another stretch."""

_DIGITS = {digit: digit for digit in "0123456789"}
"""Each digit as its own word: to compare names, it doesn't matter how a language says them."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

_Built = TypeVar("_Built")


def load_routine(folder: Path, path: Path) -> Routine:
    """The routine in a file, for the language of a folder. Raises SolemateError with file, line and mistake.

    A stretch with the key `use` is the language's own, but for what is given beside it. A routine without safety
    sentences has the language's.
    """

    def build(data: Mapping[str, Any]) -> Routine:
        routine = Routine.from_dict(_with_used(_with_safety(data, folder), folder / ROUTINES / f"{ROUTINE}.yaml"))
        _check_names(routine)
        return routine

    return _build(path, build)


def load_safety(folder: Path) -> tuple[str, ...]:
    """The language's safety sentences; none if it has no such file. Raises SolemateError as `load_routine` does."""
    path = folder / SAFETY
    if not path.is_file():
        return ()
    marked = load(path)
    marked.keys_among("the file", ("language", "safety"))
    sentences = marked.required("the file", "safety").items("'safety'")
    return tuple(each.text("a sentence on safety").strip() for each in sentences)


def _with_safety(data: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    usual = () if "safety" in data else load_safety(folder)
    return {**data, "safety": list(usual)} if usual else data


def _check_names(routine: Routine) -> None:
    """Check that each name can be said, and that no two stretches have names that only look different."""
    for key, name in _named(routine):
        _said(key, name)
    owners: dict[str, str] = {}
    for place, stretch in enumerate(routine.stretches):
        for key, name in _named(stretch, ("stretches", place)):
            owner = owners.setdefault(_said(key, name), stretch.id)
            if owner != stretch.id:
                raise DataError(key, f"'{name}' already names the stretch '{owner}'")


def _said(key: Keys, name: str) -> str:
    words = normalise(name, _DIGITS)
    if not words:
        raise DataError(key, f"nobody can say '{name}': a name has letters")
    return " ".join(words)


def _named(what: Routine | Stretch, at: Keys = ()) -> list[tuple[Keys, str]]:
    """Where each name is, and the name."""
    others = [((*at, "also_called", place), name) for place, name in enumerate(what.also_called)]
    return [((*at, "name"), what.name), *others]


def mistake_at(path: Path, keys: Keys, mistake: str, remedy: str) -> SolemateError:
    """The error for a mistake in a file, with its line."""
    return SolemateError(f"{_at(load(path), keys).where}: {mistake}", remedy)


def stretch_mistake(path: Path, stretches: Sequence[str], mistake: str, remedy: str) -> SolemateError | None:
    """As `mistake_at`, for the first of some stretches that a routine's file contains; None if it contains none."""
    entries = plain(load(path)).get("stretches")
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, Mapping) and entry.get("id") in stretches:
            return mistake_at(path, ("stretches", place, "name"), mistake, remedy)
    return None


def load_spelling(folder: Path) -> Callable[[str], str]:
    """A function from a name, however it is written, to how it is said; an article before it makes no difference."""
    path = folder / NAMING
    entries = plain(load(path)) if path.is_file() else {}
    numbers = {**entries.get("cardinals", {}), **entries.get("written", {})}
    article = entries.get("article")

    def spoken(name: str) -> str:
        words = normalise(name, numbers)
        return " ".join(words[1:] if words[:1] == [article] else words)

    return spoken


def _with_used(data: Mapping[str, Any], of: Path) -> Mapping[str, Any]:
    entries = data.get("stretches")
    if not isinstance(entries, list) or not any(isinstance(each, Mapping) and "use" in each for each in entries):
        return data
    known = _ten(of)
    stretches = []
    for place, entry in enumerate(entries):
        if isinstance(entry, Mapping) and "use" in entry:
            used = entry["use"]
            if not isinstance(used, str) or used not in known:
                what = f"no stretch '{used}' to use" if isinstance(used, str) else "no name of one stretch to use"
                raise DataError(("stretches", place, "use"), f"there is {what}; there is: {', '.join(known)}")
            for key in entry:
                if key not in ("use", *CHANGED):
                    mistake = f"beside 'use' may stand {', '.join(CHANGED)}, but not '{key}'"
                    raise DataError(("stretches", place, key), mistake)
            entry = _used(known[used], entry)
        stretches.append(entry)
    return {**data, "stretches": stretches}


def _ten(path: Path) -> dict[str, Mapping[str, Any]]:
    """The stretches that may be used, by their ids."""
    return {entry["id"]: entry for entry in plain(load(path))["stretches"]}


def _used(whole: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """A stretch, but for what is given beside `use`."""
    changed = {key: entry[key] for key in CHANGED if key in entry}
    # What goes with the gentler way of before does not go with another one.
    kept = {key: value for key, value in whole.items() if key != "gently" or "gentler" not in changed}
    return {**kept, **changed}


def shortened(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The data of a right routine, with `use` for each stretch that is one of the language's own, but for some keys."""
    known = _ten(folder / ROUTINES / f"{ROUTINE}.yaml")
    return {**data, "stretches": [_shorter(entry, known.get(entry.get("id", ""))) for entry in data["stretches"]]}


def _shorter(entry: Mapping[str, Any], whole: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if whole is None:
        return entry
    others = {key: entry[key] for key in CHANGED if key in entry and entry[key] != whole.get(key)}
    if "gentler" in others and "gently" in entry:
        others["gently"] = entry["gently"]
    return {"use": whole["id"], **others} if _used(whole, others) == entry else entry


def load_coaching(root: Path) -> Coaching:
    """What is the same in all languages, from the folder that they are in. Raises SolemateError with file and line."""
    return _build(root / COACHING, Coaching.from_dict)


def load_replies(folder: Path) -> Replies:
    """The replies of the language in this folder. Raises SolemateError with file, line and mistake."""
    return _build(folder / REPLIES, Replies.from_dict)


def load_last(folder: Path) -> str:
    """What the language calls the last stretch of a routine, whatever its number; empty if it has no word for it."""
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
    """The values alone, with numbers, true and false converted."""
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
    """What is at these keys, or the nearest thing around it."""
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
