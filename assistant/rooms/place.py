"""The resume point of a run, on its way to another room of the same person. Pure.

What comes from a network is checked to the last value before the guide sees it: it goes by that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant.dialogue.content.routine import Routine
from assistant.dialogue.content.steps import WORK, Blocks, steps_of
from assistant.dialogue.state.turn import Book
from assistant.rooms.commands import MistakenMessageError, object_in, text_in

HURT = "hurt:"
"""How the keys begin under which the guide remembers that a stretch hurt."""

LONGEST = 3600.0
"""Seconds of a hold that may have been done."""

SIDES = ("", "left", "right")

MOST_ROUNDS = 50


def place_in(payload: bytes, book: Book) -> tuple[str, Mapping[str, Any] | None, bool]:
    """Whose message it is, the resume point in it (None for no run to go on with), and whether that run is going on.

    Raises MistakenMessageError.
    """
    given = object_in(text_in(payload))
    home, place, going = given.get("home"), given.get("place"), given.get("going", False)
    if not isinstance(home, str) or not (place is None or isinstance(place, dict)) or not isinstance(going, bool):
        raise MistakenMessageError("it is no place of a run")
    try:
        return home, None if place is None else _checked(place, book), going and place is not None
    except (KeyError, TypeError, ValueError, StopIteration):
        raise MistakenMessageError("it is no place of a run that there is here") from None


def _checked(place: Mapping[str, Any], book: Book) -> dict[str, Any]:
    routine = next(each for each in book.routines if each.id == place["routine"])
    stretch = routine.stretches[[each.id for each in routine.stretches].index(place["stretch"])]
    blocks = _blocks(place.get("blocks", []))
    steps, step, elapsed = steps_of(stretch, blocks), place["step"], float(place["elapsed"])
    at, day = datetime.fromisoformat(place["at"]), place["date"]
    right = (
        type(step) is int and 0 <= step <= len(steps) and (step == len(steps) or steps[step].kind in WORK),
        math.isfinite(elapsed) and 0.0 <= elapsed <= LONGEST,
        at.tzinfo is None and day == at.date().isoformat(),
        isinstance(place["only"], bool) and isinstance(place.get("begun", False), bool),
    )
    if not all(right):
        raise ValueError
    return {
        "date": day, "at": place["at"], "routine": routine.id, "stretch": stretch.id, "step": step, "elapsed": elapsed,
        "done": _known(place["done"], routine), "only": place["only"],
        **({"begun": True} if place.get("begun") else {}),
        **({"skip": _known(place["skip"], routine)} if place.get("skip") else {}),
        **({"blocks": [list(each) for each in blocks]} if blocks else {}),
    }  # fmt: skip


def _known(names: Sequence[str], routine: Routine) -> list[str]:
    known = {stretch.id for stretch in routine.stretches}
    if not isinstance(names, list) or not known.issuperset(names):
        raise ValueError
    return sorted(names)


def _blocks(given: Sequence[Sequence[Any]]) -> Blocks:
    blocks = tuple((side, rounds) for side, rounds in given)
    if any(side not in SIDES or type(rounds) is not int or not 0 < rounds <= MOST_ROUNDS for side, rounds in blocks):
        raise ValueError
    return blocks
