"""The routines there are: those that come along, the user's own, and any file that is named."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.data import config_folder
from assistant.errors import SolemateError, UsageError
from assistant.language.files import ROUTINE, ROUTINES

if TYPE_CHECKING:
    from assistant.core.routine import Routine


def own_folder() -> Path:
    """Where the user's own routines can be put, to be chosen by voice; it need not be there."""
    return config_folder() / ROUTINES


def installed(folder: Path) -> dict[str, Path]:
    """The files of the routines of a language by their names; what comes along goes before the user's own."""
    found: dict[str, Path] = {}
    for place in (folder / ROUTINES, own_folder()):
        for path in sorted(place.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return found


def read_routine(folder: Path, name: str = ROUTINE) -> Routine:
    """A routine of a language by its name, or one's own by its file.

    Raises UsageError if there is neither, or the routine is in another language; SolemateError for a mistake in it.
    """
    there = installed(folder)
    path = there.get(name, Path(name))
    if name not in there and not path.is_file():
        raise UsageError(f"there is no routine '{name}': name a file, or one of {', '.join(there)}")
    routine = _load(folder, path)
    if routine.language != folder.name:
        raise UsageError(f"the routine {path} is in '{routine.language}': choose it with --language {routine.language}")
    return routine


def other_routines(folder: Path, first: Routine) -> tuple[Routine, ...]:
    """The routines of the language that can be chosen besides this one.

    One of the user's with a mistake, or with the id of another, is left out, and that is told: it must not keep the
    others from being done.
    """
    found = {first.id: first}
    for path in installed(folder).values():
        try:
            routine = _load(folder, path)
        except SolemateError as error:
            if path.parent != own_folder():
                raise
            _tell_left_out(str(error))
            continue
        if routine.language != folder.name:
            continue
        other = found.setdefault(routine.id, routine)
        if other != routine:
            _tell_left_out(f"{path} has the id '{routine.id}', as {other.name} has: give it another id")
    return tuple(found.values())[1:]


@cache
def _tell_left_out(mistake: str) -> None:
    """Tell it once, however many parts of the program read the routines."""
    print(f"solemate: a routine is left out: {mistake}", file=sys.stderr)


def _load(folder: Path, path: Path) -> Routine:
    from assistant.language.spoken import load_routine

    return load_routine(path, folder / ROUTINES / f"{ROUTINE}.yaml")
