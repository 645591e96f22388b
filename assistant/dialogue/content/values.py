"""Reads single values of a data file; each mistake is raised with the keys that lead to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

_Kind = TypeVar("_Kind", bound=Enum)

Keys = tuple[str | int, ...]
"""Where something is in a data file: ("stretches", 3, "dose", "hold")."""


class DataError(Exception):
    """A mistake in a data file, and the keys that lead to it."""

    def __init__(self, keys: Keys, mistake: str) -> None:
        super().__init__(mistake)
        self.keys = keys
        self.mistake = mistake


MISSING = object()
"""The default of what must be there."""

_NAMES = {str: "a text", list: "a list", dict: "a mapping", bool: "true or false"}


def get(data: Mapping[str, Any], key: str, kind: type, at: Keys, default: Any = MISSING) -> Any:
    """A value of a type that was asked for (str, list, dict, bool), or the default where there is none."""
    value = data.get(key, default)
    if value is MISSING:
        raise DataError(at, f"the key '{key}' is missing")
    if not isinstance(value, kind):
        raise DataError((*at, key), f"'{key}' must be {_NAMES[kind]}")
    return value


def only(data: Mapping[str, Any], known: Sequence[str], at: Keys) -> None:
    """Raise DataError for a key that is not among the known ones."""
    for key in data:
        if key not in known:
            raise DataError((*at, key), f"the key '{key}' is not known here; known are {', '.join(known)}")


def text(data: Mapping[str, Any], key: str, at: Keys) -> str:
    """A text that is not empty, without space around it."""
    value: str = get(data, key, str, at)
    if not value.strip():
        raise DataError((*at, key), f"'{key}' is empty")
    return value.strip()


def texts(data: Mapping[str, Any], key: str, at: Keys, *, optional: bool = False) -> tuple[str, ...]:
    """A list of such texts; only an `optional` one may be missing or empty."""
    values = get(data, key, list, at, [] if optional else MISSING)
    for index, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            raise DataError((*at, key, index), f"'{key}' must be a list of texts, none of them empty")
    if not values and not optional:
        raise DataError((*at, key), f"'{key}' is empty")
    return tuple(value.strip() for value in values)


def one_of(data: Mapping[str, Any], key: str, kinds: type[_Kind], at: Keys) -> _Kind:
    """One of the values of an enumeration."""
    name, known = text(data, key, at), [str(kind.value) for kind in kinds]
    if name not in known:
        raise DataError((*at, key), f"'{name}' is none of {', '.join(known)}")
    return kinds(name)


def text_or_texts(data: Mapping[str, Any], key: str, at: Keys) -> tuple[str, ...]:
    """A text, or a list of them."""
    return texts(data, key, at) if isinstance(data.get(key), list) else (text(data, key, at),)


def number(data: Mapping[str, Any], key: str, at: Keys, default: Any) -> Any:
    """A number, whole or not."""
    value = data.get(key, default)
    if value is MISSING:
        raise DataError(at, f"the key '{key}' is missing")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DataError((*at, key), f"'{key}' must be a number, not {value!r}")
    return value


LONGEST = 3600
"""The most seconds, rounds or repetitions: more than an hour, or than 3600 of anything, is a typing error."""


def seconds(data: Mapping[str, Any], key: str, at: Keys, default: Any = MISSING) -> float:
    """Seconds, from 1 to LONGEST."""
    value = number(data, key, at, default)
    if not 1 <= value <= LONGEST:
        raise DataError((*at, key), f"'{key}' is {value}: it must be from 1 to {LONGEST} seconds")
    return float(value)


def whole(data: Mapping[str, Any], key: str, at: Keys, default: Any = MISSING, *, least: int = 1) -> int:
    """A whole number, from the least to LONGEST."""
    value = number(data, key, at, default)
    if value != int(value) or not least <= value <= LONGEST:
        raise DataError((*at, key), f"'{key}' is {value}: it must be a whole number from {least} to {LONGEST}")
    return int(value)
