"""Several routines together: the names of their stretches, and what a command means in the current routine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import Routine

Names = Mapping[str, tuple[str, ...]]
"""The names of each thing, by its id."""


def stretch_names(routines: Sequence[Routine]) -> Names:
    """The names of the stretches of all routines, those of the first routine first.

    A name shared by two stretches counts as that of the first; `heard_in` finds the one that is meant.
    """
    found: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    for routine in routines:
        for stretch, names in routine.names.items():
            # A name used twice within one routine is a mistake, reported when phrases are built.
            own = tuple(
                name for name in names if routine is routines[0] or taken.setdefault(_bare(name), stretch) == stretch
            )
            taken.update({_bare(name): stretch for name in own})
            found[stretch] = (*found.get(stretch, ()), *(name for name in own if name not in found.get(stretch, ())))
    return {stretch: names for stretch, names in found.items() if names}


def routine_names(routines: Sequence[Routine]) -> Names:
    """The names of the routines themselves."""
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for routine in routines:
        own = tuple(name for name in (routine.name, *routine.also_called) if _bare(name) not in taken)
        taken.update(map(_bare, own))
        found[routine.id] = own
    return found


def heard_in(routine: Routine, names: Names, last: str, heard: Heard) -> Heard | None:
    """What a command means in a routine; None if it names a stretch that this routine does not have.

    `names` are those of all routines, in the order by which numbers were understood; `last` is the word for the last
    one.
    """
    named = heard.slots.get("stretch")
    if named is None or named not in names:
        return heard
    words = f" {_bare(heard.phrase)} "
    by_number = heard.phrase and not any(f" {_bare(name)} " in words for name in names[named])
    if by_number:
        index = list(names).index(named)
        here = len(routine.stretches)
        if last and f" {_bare(last)} " in words:
            index = here - 1
        if index >= here:
            return Heard(heard.t, "no_stretch", {}, heard.sure, heard.doubtful)
        return _with_stretch(heard, routine.stretches[index].id)
    if named in routine.names:
        return heard
    spoken = set(map(_bare, names[named]))
    same = next((each.id for each in routine.stretches if spoken & set(map(_bare, routine.names[each.id]))), None)
    return None if same is None else _with_stretch(heard, same)


def _with_stretch(heard: Heard, stretch: str) -> Heard:
    return replace(heard, slots={**heard.slots, "stretch": stretch})


def _bare(name: str) -> str:
    """A name without case, punctuation and its article."""
    return " ".join(re.findall(r"[^\W_]+", name.lower()))
