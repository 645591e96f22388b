"""How people sit, stand and lie, and how long it takes them to get from one posture into another."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from assistant.dialogue.content import values
from assistant.dialogue.content.values import DataError, Keys


class Posture(str, Enum):
    """How a stretch is done: what a person can leave out, or wish for alone."""

    STANDING = "standing"
    SITTING = "sitting"
    FLOOR = "floor"


Moves = Mapping[tuple[Posture, Posture], float]
"""Seconds from one posture into another."""


def moves(data: Mapping[str, Any], at: Keys) -> Moves:
    """Check and build what a file says: for each posture, seconds to each other one. Raises DataError."""
    known = [posture.value for posture in Posture]
    values.only(data, known, at)
    found: dict[tuple[Posture, Posture], float] = {}
    for before in data:
        inner: Mapping[str, Any] = values.get(data, before, dict, at)
        values.only(inner, known, (*at, before))
        for after in inner:
            found[Posture(before), Posture(after)] = values.seconds(inner, after, (*at, before))
    return found


def all_moves(data: Mapping[str, Any], at: Keys) -> Moves:
    """The same, where none may be missing."""
    found = moves(data, at)
    for before in Posture:
        for after in Posture:
            if (before, after) not in found:
                raise DataError(at, f"how long it takes from {before.value} to {after.value} is missing")
    return found
