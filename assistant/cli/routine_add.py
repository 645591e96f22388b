"""`solemate routine add`: shows a routine that somebody has sent, and keeps it if that is wanted."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import qr_codes
from assistant.cli.options import settings_of, teach
from assistant.cli.routine_lines import lines_of
from assistant.errors import NameClashError, SolemateError, UsageError
from assistant.files import write_new, write_whole

if TYPE_CHECKING:
    from assistant.dialogue.content.routine import Routine

LONGEST_NAME = 100
"""Bytes of a routine's id, which becomes a file's name; most file systems end at 255."""

TOLD = 300
"""Characters of a mistake that are told; it may quote what was sent."""


@dataclass(frozen=True)
class Sent:
    """A routine that somebody sent: as data, and as the text of its file."""

    data: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Place:
    """Where a routine is to be kept; `taken` if an earlier one of its id is there, and `same` if that is no other."""

    file: Path
    taken: bool = False
    same: bool = False


def register(commands: Any) -> None:
    """Add `add` to the commands of `routine`."""
    add = commands.add_parser(
        "add",
        help="keep a routine that somebody has sent you",
        **teach(
            "Shows a routine that somebody has sent you, and keeps it if you say so: from the text, or a file with it, "
            "from a picture of its QR code (PNG or JPEG), or from the routine's file.",
            "solemate routine add 'SOLEMATE1-...-END'",
            "solemate routine add sheet.png",
            "solemate routine add mail.txt --yes       # in a script",
        ),
    )
    add.add_argument("sent", metavar="TEXT|FILE|PICTURE")
    add.add_argument("--yes", action="store_true", help="keep it without asking; an earlier one stays all the same")
    add.add_argument("--replace", action="store_true", help="put it in the place of an earlier one without asking")
    add.set_defaults(run=_add)


def _add(args: argparse.Namespace) -> int:
    from assistant.language.routine_files import own_folder

    sent = _sent(args.sent)
    language = sent.data.get("language")
    folder = _folder_of(language if isinstance(language, str) else settings_of(args).text("language"))
    routine = _read(folder, sent)
    place = _place(folder, routine, own_folder())
    _check(folder, routine, place)
    print("\n".join(_told(routine, folder)))
    if place.same:
        print(f"It is there already: {place.file}")
        return 0
    if not _agreed(args, place, sys.stdin.isatty()):
        print("Nothing was changed.")
        return 0
    try:
        (write_whole if place.taken else write_new)(place.file, sent.text)
    except OSError as error:
        raise SolemateError(f"cannot write {place.file}: {error.strerror}") from error
    print(f"It is kept in {place.file}. Then: solemate --routine {shlex.quote(place.file.stem)}")
    return 0


def _sent(given: str) -> Sent:
    """What was given: the text of a routine, or a file with that, with a picture of it, or with the routine itself."""
    from assistant.language.shared_routine import is_shared

    path = Path(given)
    try:
        there = path.is_file()
    except OSError:  # it is too long to be the name of a file
        there = False
    if not there:
        if is_shared(given):
            return _unpacked(given)
        named = given if len(given) <= 60 else f"{given[:57]}..."
        raise UsageError(
            f"there is no file {named!r}, and no routine's text begins like that",
            "give a file, a picture, or a text that begins with SOLEMATE1-",
        )
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise SolemateError(f"{path}: cannot be read: {error.strerror}") from error
    return _pictured(path) if qr_codes.is_picture(start) else _written(path)


def _unpacked(text: str) -> Sent:
    from assistant.language.marked_yaml import dump
    from assistant.language.shared_routine import unpack

    data = unpack(text)
    return Sent(data, dump(data))


def _pictured(path: Path) -> Sent:
    from assistant.language.shared_routine import is_shared

    qr_codes.need(qr_codes.READER, "a picture", "scan", "paste the text that belongs to it")
    found = sorted({text for text in qr_codes.read(path) if is_shared(text)})
    if not found:
        raise SolemateError(
            f"{path}: no QR code with a routine is found in it", "take a sharper one, or paste the text"
        )
    return _unpacked("\n".join(found))


def _written(path: Path) -> Sent:
    """A text file with the text of a routine, or with the routine itself, which is kept with its comments."""
    from assistant.language.marked_yaml import LARGEST, load
    from assistant.language.shared_routine import is_shared, refuse_strange
    from assistant.language.wordings import plain

    try:
        if path.stat().st_size > LARGEST:
            raise SolemateError(f"{path}: is larger than {LARGEST / 1e6:g} MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SolemateError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SolemateError(f"{path}: is neither text (UTF-8) nor a picture (PNG or JPEG)") from None
    if is_shared(text):
        return _unpacked(text)
    data = plain(load(path))
    if not isinstance(data, dict):
        raise SolemateError(f"{path}: is no routine")
    refuse_strange(data)
    return Sent(data, text)


def _folder_of(language: str) -> Path:
    from assistant.wiring import language_folder

    try:
        return language_folder(language)
    except UsageError as error:
        raise SolemateError(f"the routine can't be used: {error.problem[:TOLD]}", error.remedy) from error


def _read(folder: Path, sent: Sent) -> Routine:
    """The routine, checked as any file. Where it is then is nobody's concern, so mistakes are told without a file."""
    from assistant.language.routine_files import read_routine

    with tempfile.TemporaryDirectory(prefix="solemate-") as temporary:
        file = Path(temporary) / "sent.yaml"
        file.write_text(sent.text, encoding="utf-8")
        try:
            return read_routine(folder, str(file))
        except SolemateError as error:
            problem = re.sub(rf"{re.escape(str(file))}(:\d+)?:? ?", "", error.problem)
            raise _refusal(problem) from error


def _refusal(problem: str) -> SolemateError:
    shorter = problem if len(problem) <= TOLD else f"{problem[:TOLD]}..."
    return SolemateError(f"the routine has a mistake: {shorter}", "ask whoever made it for another one")


def _place(folder: Path, routine: Routine, own: Path) -> Place:
    """The file that has this routine already, of an earlier day; a new one of its id if there is none."""
    from assistant.language.marked_yaml import load
    from assistant.language.routine_files import own_files
    from assistant.language.wordings import load_routine, plain

    if len(routine.id.encode()) > LONGEST_NAME:
        raise _refusal(f"its id has more than {LONGEST_NAME} bytes")
    for path in own_files():
        with suppress(SolemateError):
            found = plain(load(path))
            if isinstance(found, dict) and found.get("id") == routine.id:
                same = False
                with suppress(SolemateError):  # an earlier one with a mistake in it
                    same = load_routine(folder, path) == routine
                return Place(path, taken=True, same=same)
    file, number = own / f"{routine.id}.yaml", 2
    while os.path.lexists(file):
        file, number = own / f"{routine.id}_{number}.yaml", number + 1
    return Place(file)


def _check(folder: Path, routine: Routine, place: Place) -> None:
    """Raise SolemateError if there is another one of its name, or a stretch's name means something else."""
    from assistant.language.routine_files import routines_beside, taken
    from assistant.wiring import phonemizer, phrase_book

    names = (routine.name, *routine.also_called)
    beside = [routine]
    for other in routines_beside(folder, place.file):
        found = taken(folder, routine.id, names, [other])
        if found is not None:
            raise SolemateError(
                f"the routine can't be kept: {found.problem[:TOLD]}", "rename the other one, or this one"
            )
        if taken(folder, other.id, (other.name, *other.also_called), beside) is None:
            beside.append(other)
    try:
        phrase_book(folder, routine, phonemizer(folder.name), beside[1:])
    except NameClashError as clash:
        raise _refusal(clash.problem) from clash


def _told(routine: Routine, folder: Path) -> list[str]:
    """The routine as `solemate routine` shows it, and before it what it is called, and what else it brings."""
    from assistant.dialogue.content.rules import USUAL
    from assistant.language.wordings import load_safety

    count = len(routine.stretches)
    name = " ".join(routine.name.split())
    lines = [f"{name} ({routine.id}), {count} stretch{'es' * (count > 1)}:", *lines_of(routine)]
    if routine.safety != load_safety(folder):
        lines.append(f"Its words on safety: {' '.join(' '.join(routine.safety).split())}")
    if routine.rules != USUAL:
        lines.append("It has rules of its own for what comes after pain and numbers.")
    return lines


def _agreed(args: argparse.Namespace, place: Place, somebody: bool) -> bool:
    """Whether it is to be kept there. Raises UsageError if that was not said, and nobody is there to ask."""
    if args.replace or (args.yes and not place.taken):
        return True
    if not somebody or args.yes:
        if place.taken:
            raise UsageError(f"{place.file} has this routine in another form", "say so if it may go: --replace")
        raise UsageError("there is nobody to ask whether it is to be kept", "say so: --yes")
    question = f"Put it in the place of the one in {place.file}?" if place.taken else f"Keep it in {place.file}?"
    try:
        return input(f"{question} Type yes: ").strip().lower() in ("yes", "y")
    except EOFError:
        print()
        return False
