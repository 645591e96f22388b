"""Finds and reads routines: those that ship with the program, the user's own, and any file named."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import NameClashError, SolemateError, UsageError
from assistant.language.files import ROUTINE, ROUTINES
from assistant.paths import config_folder

if TYPE_CHECKING:
    from assistant.dialogue.content.routine import Routine
    from assistant.dialogue.content.values import Keys


@dataclass(frozen=True)
class Taken:
    """What a routine has that another one has already: under which key, what is wrong with it, and the way out."""

    keys: Keys
    problem: str
    remedy: str


def own_folder() -> Path:
    """The folder for the user's own routines, which can be chosen by voice; it need not exist."""
    return config_folder() / ROUTINES


def installed(folder: Path) -> dict[str, Path]:
    """The routine files of a language by name; one that ships with the program hides one of the user's."""
    found: dict[str, Path] = {}
    for path in _files(folder):
        found.setdefault(path.stem, path)
    return found


def _files(folder: Path) -> list[Path]:
    return [*_come_along(folder), *own_files()]


def _come_along(folder: Path) -> list[Path]:
    """The routines that ship with a language."""
    return sorted((folder / ROUTINES).glob("*.yaml"))


def read_routine(folder: Path, name: str = ROUTINE) -> Routine:
    """A routine of a language by its name, or any routine by its file.

    Raises UsageError if there is neither, or if the routine is in another language; SolemateError for a mistake in it.
    """
    there = installed(folder)
    path = there.get(name, Path(name))
    if name not in there and not path.is_file():
        raise UsageError(f"there is no routine '{name}'", f"name a file, or one of {', '.join(there)}")
    routine = _load(folder, path)
    if routine.language != folder.name:
        remedy = f"choose it with --language {routine.language}"
        raise UsageError(f"the routine {path} is in '{routine.language}'", remedy)
    return routine


def other_routines(folder: Path, first: Routine) -> tuple[Routine, ...]:
    """The routines of the language that can be chosen besides this one.

    One of the user's that has a mistake, or the id or a name of another one, is left out with a message, so that the
    others still work.
    """
    found = [first]
    first_file: Path | None = None
    for path in _files(folder):
        try:
            routine = _load(folder, path)
            if routine.language != folder.name:
                continue
            if routine == first and first_file is None:
                first_file = path
                continue
            refuse_taken(folder, path, routine, found)
        except SolemateError as error:
            if path.parent != own_folder():
                raise
            _tell_left_out(str(error))
            continue
        found.append(routine)
    return tuple(found[1:])


def routines_beside(folder: Path, path: Path) -> list[Routine]:
    """The routines that the one in a file must differ from, leaving out those with a mistake.

    A file outside the user's folder may be a newer copy of one inside, which then gives way.
    """
    found = []
    mine = path.resolve().parent == own_folder().resolve()
    for other in _files(folder) if mine else _come_along(folder):
        if path.exists() and other.exists() and other.samefile(path):
            continue
        with suppress(SolemateError):
            found.append(_load(folder, other))
    return [routine for routine in found if routine.language == folder.name]


def taken(folder: Path, routine_id: str, names: Iterable[str], others: Iterable[Routine]) -> Taken | None:
    """The first key of a routine whose value another one already has, and what is wrong; None if there is none."""
    from assistant.language.wordings import load_spelling

    spoken = load_spelling(folder)
    for other in others:
        if routine_id == other.id:
            return Taken(("id",), f"the id '{routine_id}' is that of '{other.name}' already", "give it another id")
        theirs = {spoken(name) for name in (other.name, *other.also_called)}
        for place, name in enumerate(names):
            if spoken(name) in theirs:
                keys: Keys = ("also_called", place - 1) if place else ("name",)
                problem = f"'{name}' is what the routine '{other.id}' is called already"
                return Taken(keys, problem, "give it another name")
    return None


def refuse_taken(folder: Path, path: Path, routine: Routine, others: Iterable[Routine]) -> None:
    """Raise SolemateError with file and line if the routine has the id or a name of another one."""
    from assistant.language.wordings import mistake_at

    found = taken(folder, routine.id, (routine.name, *routine.also_called), others)
    if found is not None:
        raise mistake_at(path, found.keys, found.problem, found.remedy)


def clash_in(paths: Iterable[Path], clash: NameClashError) -> SolemateError:
    """The error about a stretch's name, with file and line if one of these files has it."""
    from assistant.language.wordings import stretch_mistake

    for path in paths:
        with suppress(SolemateError):
            found = stretch_mistake(path, clash.stretches, clash.mistake, clash.remedy)
            if found is not None:
                return found
    return clash


def own_files() -> list[Path]:
    """The user's own routines."""
    return sorted(own_folder().glob("*.yaml"))


@cache
def _tell_left_out(mistake: str) -> None:
    """Print the message once, however many parts of the program read the routines."""
    print(f"solemate: a routine is left out: {mistake}", file=sys.stderr)


def _load(folder: Path, path: Path) -> Routine:
    """A routine from a file. Raises SolemateError if one of the user's has the id or a name of one that ships."""
    from assistant.language.wordings import load_routine

    routine = load_routine(folder, path)
    if routine.language == folder.name and path.resolve().parent != (folder / ROUTINES).resolve():
        refuse_taken(folder, path, routine, [_load(folder, each) for each in _come_along(folder)])
    return routine
