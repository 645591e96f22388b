"""A routine as data: its stretches, what they need, how they are done, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Keys = tuple[str | int, ...]
"""Where something is in a data file: ("stretches", 3, "dose", "hold")."""


class DataError(Exception):
    """A mistake in a data file, and the keys that lead to it."""

    def __init__(self, keys: Keys, mistake: str) -> None:
        super().__init__(mistake)
        self.keys = keys
        self.mistake = mistake


class EndsBy(str, Enum):
    """What ends a piece of work: the guide's clock, its counting, or the person."""

    CLOCK = "clock"
    COUNT = "count"
    PERSON = "person"


class Posture(str, Enum):
    """How a stretch is done: what a person can leave out, or wish for alone."""

    STANDING = "standing"
    SITTING = "sitting"
    FLOOR = "floor"


BODY_PARTS = ("toes", "heel", "ankle", "sole")
"""The parts of the foot that a stretch may be for."""


@dataclass(frozen=True)
class Thing:
    """Something to fetch before a stretch; `say` is its name with an article, `instead` what would do in its place."""

    name: str
    say: str
    optional: bool = False
    instead: str = ""


@dataclass(frozen=True)
class Dose:
    """How much of a stretch is done, on each of `sides` (none: both feet at once).

    hold: seconds of one hold (ends_by clock). repetitions and pace (seconds per repetition): if they are counted aloud.
    rounds: how often the hold, the count or the open-ended hold is done. rest: seconds between two rounds.
    """

    ends_by: EndsBy
    rounds: int = 1
    hold: float = 0.0
    repetitions: int = 0
    pace: float = 0.0
    rest: float = 0.0
    sides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """One stretch; `position` and `how` are short sentences, `again` is said before the second round.

    `change` is how to change sides, `after` how to get out of it at the end, `gentler` an easier way. In all of these,
    {side} and {other} stand for the current side and the other one. `body`: the parts of the foot it is for.
    """

    id: str
    name: str
    also_called: tuple[str, ...]
    needs: tuple[Thing, ...]
    position: tuple[str, ...]
    how: tuple[str, ...]
    again: str
    good_for: str
    dose: Dose
    change: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    gentler: tuple[str, ...] = ()
    posture: Posture | None = None
    body: tuple[str, ...] = ()


@dataclass(frozen=True)
class Routine:
    """Stretches in order; `safety` is told once, at the first run ever. Chosen by `name` or `also_called`."""

    id: str
    name: str
    language: str
    safety: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    also_called: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The names of each stretch, by its id."""
        return {stretch.id: (stretch.name, *stretch.also_called) for stretch in self.stretches}

    def index(self, stretch_id: str) -> int:
        """The index of a stretch, from 0; raises KeyError for an id that is not there."""
        for index, stretch in enumerate(self.stretches):
            if stretch.id == stretch_id:
                return index
        raise KeyError(stretch_id)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Routine:
        """Check and build a routine. Raises DataError saying where the mistake is."""
        at: Keys = ()
        known = ("id", "name", "also_called", "language", "safety", "stretches")
        _only(data, known, at)
        entries = _get(data, "stretches", list, at)
        if not entries:
            raise DataError(("stretches",), "a routine needs at least one stretch")
        stretches = tuple(_stretch(entry, ("stretches", index)) for index, entry in enumerate(entries))
        _distinct(stretches)
        return cls(
            id=_id(data, at),
            name=_text(data, "name", at),
            language=_text(data, "language", at),
            safety=_text_or_texts(data, "safety", at),
            stretches=stretches,
            also_called=_texts(data, "also_called", at, optional=True),
        )


def _distinct(stretches: Sequence[Stretch]) -> None:
    taken: dict[str, str] = {}
    for index, stretch in enumerate(stretches):
        for called in (stretch.id, stretch.name, *stretch.also_called):
            owner = taken.setdefault(called.lower(), stretch.id)
            if owner != stretch.id:
                raise DataError(("stretches", index), f"'{called}' already names the stretch '{owner}'")
        if sum(other.id == stretch.id for other in stretches) > 1:
            raise DataError(("stretches", index, "id"), f"the id '{stretch.id}' is used twice")


_STRETCH_KEYS = (
    *("id", "name", "also_called", "needs", "position", "how", "again", "good_for", "dose"),
    *("change", "after", "gentler", "posture", "body"),
)


def _stretch(data: Any, at: Keys) -> Stretch:
    if not isinstance(data, Mapping):
        raise DataError(at, "a stretch must be a mapping of keys to values")
    _only(data, _STRETCH_KEYS, at)
    return Stretch(
        id=_id(data, at),
        name=_text(data, "name", at),
        also_called=_texts(data, "also_called", at, optional=True),
        needs=tuple(
            _thing(entry, (*at, "needs", index)) for index, entry in enumerate(_get(data, "needs", list, at, []))
        ),
        position=_texts(data, "position", at),
        how=_texts(data, "how", at),
        again=_text(data, "again", at),
        good_for=_text(data, "good_for", at),
        dose=_dose(_get(data, "dose", dict, at), (*at, "dose")),
        change=_text_or_texts(data, "change", at) if "change" in data else (),
        after=_text_or_texts(data, "after", at) if "after" in data else (),
        gentler=_text_or_texts(data, "gentler", at) if "gentler" in data else (),
        posture=_posture(data, at) if "posture" in data else None,
        body=_body(data, at),
    )


def _posture(data: Mapping[str, Any], at: Keys) -> Posture:
    name, kinds = _text(data, "posture", at), [kind.value for kind in Posture]
    if name not in kinds:
        raise DataError((*at, "posture"), f"'{name}' is none of {', '.join(kinds)}")
    return Posture(name)


def _body(data: Mapping[str, Any], at: Keys) -> tuple[str, ...]:
    parts = _texts(data, "body", at, optional=True)
    for index, part in enumerate(parts):
        if part not in BODY_PARTS:
            raise DataError((*at, "body", index), f"'{part}' is none of {', '.join(BODY_PARTS)}")
    return parts


def _id(data: Mapping[str, Any], at: Keys) -> str:
    found = _text(data, "id", at)
    if not found.isidentifier():
        mistake = f"'{found}' is no id: use letters, digits and underscores only, and no digit to begin with"
        raise DataError((*at, "id"), mistake)
    return found


def _thing(data: Any, at: Keys) -> Thing:
    if not isinstance(data, Mapping):
        raise DataError(at, "a needed thing must have the keys 'thing' and 'say'")
    _only(data, ("thing", "say", "optional", "instead"), at)
    instead = _text(data, "instead", at) if "instead" in data else ""
    return Thing(_text(data, "thing", at), _text(data, "say", at), _get(data, "optional", bool, at, False), instead)


_DOSE_KEYS = {
    EndsBy.CLOCK: ("hold",),
    EndsBy.COUNT: ("repetitions", "pace"),
    EndsBy.PERSON: (),
}


def _dose(data: Mapping[str, Any], at: Keys) -> Dose:
    kinds = [kind.value for kind in EndsBy]
    name = _text(data, "ends_by", at)
    if name not in kinds:
        raise DataError((*at, "ends_by"), f"'{name}' is none of {', '.join(kinds)}")
    kind = EndsBy(name)
    needed = _DOSE_KEYS[kind]
    _only(data, ("ends_by", "rounds", "rest", "sides", *needed), at)
    rounds = _whole(data, "rounds", at, 1)
    dose = Dose(
        ends_by=kind,
        rounds=rounds,
        hold=_seconds(data, "hold", at) if "hold" in needed else 0.0,
        repetitions=_whole(data, "repetitions", at) if "repetitions" in needed else 0,
        pace=_seconds(data, "pace", at) if "pace" in needed else 0.0,
        rest=_seconds(data, "rest", at) if rounds > 1 or "rest" in data else 0.0,
        sides=_texts(data, "sides", at, optional=True),
    )
    if len(set(dose.sides)) != len(dose.sides) or not set(dose.sides) <= {"left", "right"}:
        raise DataError((*at, "sides"), "sides must be left out, or be left and right, each once")
    return dose


_MISSING = object()
_NAMES = {str: "a text", list: "a list", dict: "a mapping", bool: "true or false"}


def _get(data: Mapping[str, Any], key: str, kind: type, at: Keys, default: Any = _MISSING) -> Any:
    value = data.get(key, default)
    if value is _MISSING:
        raise DataError(at, f"the key '{key}' is missing")
    if not isinstance(value, kind):
        raise DataError((*at, key), f"'{key}' must be {_NAMES[kind]}")
    return value


def _only(data: Mapping[str, Any], known: Sequence[str], at: Keys) -> None:
    for key in data:
        if key not in known:
            raise DataError((*at, key), f"the key '{key}' is not known here; known are {', '.join(known)}")


def _text(data: Mapping[str, Any], key: str, at: Keys) -> str:
    value: str = _get(data, key, str, at)
    if not value.strip():
        raise DataError((*at, key), f"'{key}' is empty")
    return value.strip()


def _texts(data: Mapping[str, Any], key: str, at: Keys, *, optional: bool = False) -> tuple[str, ...]:
    values = _get(data, key, list, at, [] if optional else _MISSING)
    for index, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            raise DataError((*at, key, index), f"'{key}' must be a list of texts, none of them empty")
    if not values and not optional:
        raise DataError((*at, key), f"'{key}' is empty")
    return tuple(value.strip() for value in values)


def _text_or_texts(data: Mapping[str, Any], key: str, at: Keys) -> tuple[str, ...]:
    return _texts(data, key, at) if isinstance(data.get(key), list) else (_text(data, key, at),)


def _number(data: Mapping[str, Any], key: str, at: Keys, default: Any) -> Any:
    value = data.get(key, default)
    if value is _MISSING:
        raise DataError(at, f"the key '{key}' is missing")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DataError((*at, key), f"'{key}' must be a number, not {value!r}")
    return value


LONGEST = 3600
"""The most seconds, rounds or repetitions: more than an hour, or than 3600 of anything, is a typing error."""


def _seconds(data: Mapping[str, Any], key: str, at: Keys) -> float:
    value = _number(data, key, at, _MISSING)
    if not 1 <= value <= LONGEST:
        raise DataError((*at, key), f"'{key}' is {value}: it must be from 1 to {LONGEST} seconds")
    return float(value)


def _whole(data: Mapping[str, Any], key: str, at: Keys, default: Any = _MISSING) -> int:
    value = _number(data, key, at, default)
    if value != int(value) or not 1 <= value <= LONGEST:
        raise DataError((*at, key), f"'{key}' is {value}: it must be a whole number from 1 to {LONGEST}")
    return int(value)
