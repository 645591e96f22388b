"""A routine as data: its stretches, what they need, how they are done, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

from assistant.dialogue.content import values
from assistant.dialogue.content.bounds import BEATS
from assistant.dialogue.content.drawn import FIGURES
from assistant.dialogue.content.moving import Moves, Posture, moves
from assistant.dialogue.content.rules import USUAL, Rule, read_rules
from assistant.dialogue.content.values import DataError, Keys

__all__ = ["DataError", "Dose", "EndsBy", "Keys", "Posture", "Routine", "Stretch", "Thing"]


class ClockFrom(str, Enum):
    """When the clock of a hold starts: with the start cue, or once something is held, or the leg is up.

    For the last two the person gets more time before it, and starts it sooner by saying so ("got it").
    """

    READY = "ready"
    HELD = "held"
    UP = "up"


class EndsBy(str, Enum):
    """What ends a piece of work: the guide's clock, its counting, or the person."""

    CLOCK = "clock"
    COUNT = "count"
    PERSON = "person"


BODY_PARTS = ("toes", "heel", "ankle", "sole")
"""The parts of the foot that a stretch may be for."""


LEAD_IN = 3.0
"""Seconds of "three, two, one" before a start: the least that there is."""

CHANGE_TAKES = 8.0
"""Seconds to change feet where nothing else is said; people ask for 5 to 10."""


@dataclass(frozen=True)
class Thing:
    """Something to fetch before a stretch; `say` is its name with an article, `instead` what would do in its place.

    For a `patient` one the guide waits: it has to be found with a foot, or put round one.
    """

    name: str
    say: str
    optional: bool = False
    instead: str = ""
    patient: bool = False


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
class Gently:
    """What else is otherwise where the gentler way stands in place of the usual position, and of how it is done.

    both_feet: it is done with both feet at once. needs: what it needs besides; in another posture than the usual one
    nothing that was optional. Of the others, what is empty stays as usual.
    """

    change: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    posture: Posture | None = None
    needs: tuple[Thing, ...] = ()
    both_feet: bool = False


@dataclass(frozen=True)
class Stretch:
    """One stretch; `position`, `steady` (what to hold on to) and `how` are short sentences.

    `lead_in`: seconds from the word that begins it to the start of the clock, the countdown among them.
    `breathing` is a sentence, `breathe` two to four words for the middle of a hold. `again` is said before the second
    round, `change` is how to change sides, which takes `change_takes` seconds. `after` is how to get out of it at the
    end, `gentler` an easier way. In all of these, {side} and {other} stand for the current side and the other one.
    `unit`: what one round is called, singular and plural. `body`: the parts of the foot it is for. `beat`: seconds from
    one step or circle to the next, 0 if it has none. `hard`: doing it deserves a word. `drawing`: the figure that shows
    it, if not the one of its id. `gently`: the sentences of `gentler` stand in place of `position`, `how` and `steady`,
    and this in place of the rest; None where they are told besides.
    """

    id: str
    name: str
    also_called: tuple[str, ...]
    needs: tuple[Thing, ...]
    position: tuple[str, ...]
    how: tuple[str, ...]
    good_for: str
    dose: Dose
    steady: tuple[str, ...] = ()
    clock_from: ClockFrom = ClockFrom.READY
    lead_in: float = LEAD_IN
    breathing: str = ""
    breathe: str = ""
    again: str = ""
    unit: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    change_takes: float = CHANGE_TAKES
    after: tuple[str, ...] = ()
    gentler: tuple[str, ...] = ()
    gently: Gently | None = None
    posture: Posture | None = None
    body: tuple[str, ...] = ()
    beat: float = 0.0
    hard: bool = False
    drawing: str = ""


@dataclass(frozen=True)
class Routine:
    """Stretches in order; `safety` is told once, at the first run ever. Chosen by `name` or `also_called`.

    `moving`: seconds from one posture into another, where they are not the usual ones.
    `rules`: what pain and the numbers for pain and effort change.
    """

    id: str
    name: str
    language: str
    safety: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    also_called: tuple[str, ...] = ()
    moving: Moves = field(default_factory=dict)
    rules: tuple[Rule, ...] = USUAL

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
        known = ("id", "name", "also_called", "language", "safety", "moving", "rules", "stretches")
        values.only(data, known, at)
        entries = values.get(data, "stretches", list, at)
        if not entries:
            raise DataError(("stretches",), "a routine needs at least one stretch")
        stretches = tuple(_stretch(entry, ("stretches", index)) for index, entry in enumerate(entries))
        _distinct(stretches)
        return cls(
            id=_id(data, at),
            name=values.text(data, "name", at),
            language=values.text(data, "language", at),
            safety=values.text_or_texts(data, "safety", at),
            stretches=stretches,
            also_called=values.texts(data, "also_called", at, optional=True),
            moving=moves(values.get(data, "moving", dict, at, {}), ("moving",)),
            rules=read_rules(data["rules"], ("rules",)) if "rules" in data else USUAL,
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


STRETCH_KEYS = tuple(each.name for each in fields(Stretch))
"""The keys that a stretch may have."""


def _stretch(data: Any, at: Keys) -> Stretch:
    if not isinstance(data, Mapping):
        raise DataError(at, "a stretch must be a mapping of keys to values")
    values.only(data, STRETCH_KEYS, at)
    if "gently" in data and "gentler" not in data:
        raise DataError((*at, "gently"), "'gently' needs the sentences of 'gentler', which are told then")
    return Stretch(
        id=_id(data, at),
        name=values.text(data, "name", at),
        also_called=values.texts(data, "also_called", at, optional=True),
        needs=_things(data, at),
        position=values.texts(data, "position", at),
        how=values.texts(data, "how", at),
        good_for=values.text(data, "good_for", at),
        dose=_dose(values.get(data, "dose", dict, at), (*at, "dose")),
        steady=values.text_or_texts(data, "steady", at) if "steady" in data else (),
        clock_from=values.one_of(data, "clock_from", ClockFrom, at) if "clock_from" in data else ClockFrom.READY,
        lead_in=_lead_in(data, at),
        breathing=values.text(data, "breathing", at) if "breathing" in data else "",
        breathe=values.text(data, "breathe", at) if "breathe" in data else "",
        again=values.text(data, "again", at) if "again" in data else "",
        unit=_unit(data, at),
        change=values.text_or_texts(data, "change", at) if "change" in data else (),
        change_takes=values.seconds(data, "change_takes", at, CHANGE_TAKES),
        after=values.text_or_texts(data, "after", at) if "after" in data else (),
        gentler=values.text_or_texts(data, "gentler", at) if "gentler" in data else (),
        gently=_gently(values.get(data, "gently", dict, at), (*at, "gently")) if "gently" in data else None,
        posture=values.one_of(data, "posture", Posture, at) if "posture" in data else None,
        body=_body(data, at),
        beat=_beat(data, at) if "beat" in data else 0.0,
        hard=values.get(data, "hard", bool, at, False),
        drawing=_drawing(data, at) if "drawing" in data else "",
    )


def _drawing(data: Mapping[str, Any], at: Keys) -> str:
    name = values.text(data, "drawing", at)
    if name not in FIGURES:
        raise DataError((*at, "drawing"), f"there is no drawing '{name}'; there is: {', '.join(FIGURES)}")
    return name


def _things(data: Mapping[str, Any], at: Keys) -> tuple[Thing, ...]:
    entries = values.get(data, "needs", list, at, [])
    return tuple(_thing(entry, (*at, "needs", index)) for index, entry in enumerate(entries))


def _gently(data: Mapping[str, Any], at: Keys) -> Gently:
    values.only(data, tuple(each.name for each in fields(Gently)), at)
    return Gently(
        change=values.text_or_texts(data, "change", at) if "change" in data else (),
        after=values.text_or_texts(data, "after", at) if "after" in data else (),
        posture=values.one_of(data, "posture", Posture, at) if "posture" in data else None,
        needs=_things(data, at),
        both_feet=values.get(data, "both_feet", bool, at, False),
    )


def _beat(data: Mapping[str, Any], at: Keys) -> float:
    seconds: float = values.number(data, "beat", at, values.MISSING)
    if not BEATS[0] <= seconds <= BEATS[1]:
        raise DataError((*at, "beat"), f"'beat' is {seconds}: it must be from {BEATS[0]} to {BEATS[1]} seconds")
    return float(seconds)


def _lead_in(data: Mapping[str, Any], at: Keys) -> float:
    seconds = values.seconds(data, "lead_in", at, LEAD_IN)
    if seconds < LEAD_IN:
        raise DataError((*at, "lead_in"), f"'lead_in' is {seconds:g}: it must be at least {LEAD_IN:g} seconds")
    return seconds


def _unit(data: Mapping[str, Any], at: Keys) -> tuple[str, ...]:
    words = values.texts(data, "unit", at, optional=True)
    if words and len(words) != 2:
        raise DataError((*at, "unit"), "'unit' must be what one round is called, and what several are: [pull, pulls]")
    return words


def _body(data: Mapping[str, Any], at: Keys) -> tuple[str, ...]:
    parts = values.texts(data, "body", at, optional=True)
    for index, part in enumerate(parts):
        if part not in BODY_PARTS:
            raise DataError((*at, "body", index), f"'{part}' is none of {', '.join(BODY_PARTS)}")
    return parts


def _id(data: Mapping[str, Any], at: Keys) -> str:
    found = values.text(data, "id", at)
    if not found.isidentifier():
        mistake = f"'{found}' is no id: use letters, digits and underscores only, and no digit to begin with"
        raise DataError((*at, "id"), mistake)
    return found


def _thing(data: Any, at: Keys) -> Thing:
    if not isinstance(data, Mapping):
        raise DataError(at, "a needed thing must have the keys 'thing' and 'say'")
    values.only(data, ("thing", "say", "optional", "instead", "patient"), at)
    return Thing(
        name=values.text(data, "thing", at),
        say=values.text(data, "say", at),
        optional=values.get(data, "optional", bool, at, False),
        instead=values.text(data, "instead", at) if "instead" in data else "",
        patient=values.get(data, "patient", bool, at, False),
    )


_DOSE_KEYS = {
    EndsBy.CLOCK: ("hold",),
    EndsBy.COUNT: ("repetitions", "pace"),
    EndsBy.PERSON: (),
}


def _dose(data: Mapping[str, Any], at: Keys) -> Dose:
    kind = values.one_of(data, "ends_by", EndsBy, at)
    needed = _DOSE_KEYS[kind]
    values.only(data, ("ends_by", "rounds", "rest", "sides", *needed), at)
    rounds = values.whole(data, "rounds", at, 1)
    dose = Dose(
        ends_by=kind,
        rounds=rounds,
        hold=values.seconds(data, "hold", at) if "hold" in needed else 0.0,
        repetitions=values.whole(data, "repetitions", at) if "repetitions" in needed else 0,
        pace=values.seconds(data, "pace", at) if "pace" in needed else 0.0,
        rest=values.seconds(data, "rest", at) if rounds > 1 or "rest" in data else 0.0,
        sides=values.texts(data, "sides", at, optional=True),
    )
    if len(set(dose.sides)) != len(dose.sides) or not set(dose.sides) <= {"left", "right"}:
        raise DataError((*at, "sides"), "sides must be left out, or be left and right, each once")
    return dose
