"""`solemate routine`: the stretches and how much of each is done; and routines of one's own."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli import routine_add, routine_share
from assistant.cli.options import add_json, add_settings, settings_of, teach
from assistant.cli.routine_lines import lines_of
from assistant.errors import SolemateError, UsageError
from assistant.files import write_new

if TYPE_CHECKING:
    from assistant.dialogue.content.replies import Replies
    from assistant.dialogue.content.routine import Stretch


def register(subparsers: Any) -> None:
    """Add `routine` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "routine",
        help="show the stretches, or make a routine of your own",
        **teach(
            "Shows the stretches of a routine, how much of each is done, and what they need.",
            "solemate routine",
            "solemate routine --routine five_minutes",
            "solemate routine new mine.yaml    # then change it, and: solemate --routine mine.yaml",
        ),
    )
    add_json(parser)
    add_settings(parser, "language", "routine")
    parser.set_defaults(run=_run)
    commands = parser.add_subparsers(metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="read a routine of your own, and name any mistake with its line",
        **teach(
            "Reads a routine of your own, and names any mistake with its line.", "solemate routine check mine.yaml"
        ),
    )
    check.add_argument("file", metavar="FILE|NAME")
    check.set_defaults(run=_check)
    new = commands.add_parser(
        "new",
        help="write a routine with comments, to be changed",
        **teach(
            "Writes a routine with comments, to be changed; nothing is overwritten. Given a name alone, it can be "
            "chosen by voice.",
            "solemate routine new mine",
            "solemate routine new mine.yaml",
        ),
    )
    new.add_argument("file", metavar="FILE|NAME", type=Path)
    new.set_defaults(run=_new)
    routine_share.register(commands)
    routine_add.register(commands)


def _run(args: argparse.Namespace) -> int:
    from assistant.wiring import language_folder, routine_for

    settings = settings_of(args)
    routine = routine_for(settings, language_folder(settings.text("language")))
    if args.json:
        from assistant.language.wordings import load_replies

        replies = load_replies(language_folder(settings.text("language")))
        print(json.dumps([_plain(stretch, replies) for stretch in routine.stretches], indent=2, ensure_ascii=False))
        return 0
    print("\n".join(lines_of(routine)))
    return 0


def _check(args: argparse.Namespace) -> int:
    from assistant.wiring import checked_routine, language_folder

    file, routine = checked_routine(language_folder(settings_of(args).text("language")), args.file)
    count = len(routine.stretches)
    print(f"{file}: {routine.name}, {count} stretch{'es' * (count > 1)}, nothing wrong")
    return 0


def _new(args: argparse.Namespace) -> int:
    from assistant.language.completeness import TEMPLATE
    from assistant.language.routine_files import own_folder
    from assistant.wiring import language_folder

    file: Path = args.file
    if not file.name:
        raise UsageError("a new routine needs a name, such as mine, or a file, such as mine.yaml")
    if not file.suffix and file.name == str(file):
        file = own_folder() / f"{file}.yaml"
    folder = language_folder(settings_of(args).text("language"))
    text = _filled((folder / TEMPLATE).read_text(encoding="utf-8"), file)
    try:
        if not file.exists():
            _refuse_taken(folder, file, text)
        write_new(file, text)
    except FileExistsError:
        raise UsageError(f"{file} is there already", "choose another name") from None
    except OSError as error:
        raise SolemateError(f"cannot write {file}: {error.strerror}") from error
    print(f"{file} is a routine to be changed. Then: solemate routine check {shlex.quote(str(file))}")
    return 0


def _refuse_taken(folder: Path, file: Path, text: str) -> None:
    """Raise UsageError if the name of the file gives the routine an id or a name that another one has."""
    from assistant.language.routine_files import routines_beside, taken

    routine_id, name = (re.findall(rf"(?m)^{key}: (.*)", text)[0] for key in ("id", "name"))
    found = taken(folder, routine_id, [name], routines_beside(folder, file))
    if found is not None:
        raise UsageError(f"{file} would be like another routine ({found.problem})", "choose another name")


def _filled(template: str, file: Path) -> str:
    """The template with an id and a name made from the file's name, so that two routines can be told apart."""
    words = re.findall(r"[^\W_]+", file.stem)
    name, found = " ".join(words), "_".join(words)
    if words:
        # Digits alone would be a number to YAML.
        known = name if any(word.isalpha() for word in words) else rf"\1 {name}"
        template = re.sub(r"(?m)^name: (.*)", f"name: {known}", template, count=1)
        template = re.sub(r"(?m)^id: .*", f"id: {found if found.isidentifier() else f'my_{found}'}", template, count=1)
    return template.replace("FILE", shlex.quote(str(file)))


def _plain(stretch: Stretch, replies: Replies) -> dict[str, Any]:
    dose = stretch.dose
    return {
        "id": stretch.id,
        "name": stretch.name,
        "needs": [thing.name for thing in stretch.needs if not thing.optional],
        "may_need": [thing.name for thing in stretch.needs if thing.optional],
        "position": [replies.sided(text, "") for text in stretch.position],
        "how": [replies.sided(text, "") for text in stretch.how],
        "gentler": [replies.sided(text, "") for text in stretch.gentler],
        "posture": stretch.posture.value if stretch.posture else None,
        "body": list(stretch.body),
        "good_for": stretch.good_for,
        "dose": {
            "ends_by": dose.ends_by.value,
            "hold_seconds": dose.hold or None,
            "repetitions": dose.repetitions or None,
            "pace_seconds": dose.pace or None,
            "rounds": dose.rounds,
            "rest_seconds": dose.rest,
            "sides": list(dose.sides),
        },
    }
