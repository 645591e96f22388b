"""`solemate languages`: which languages there are, and what one still lacks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import teach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.language.completeness import Lack


def register(subparsers: Any) -> None:
    """Add `languages` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "languages",
        help="list the languages, or check a new one",
        **teach(
            "Lists the languages there are, and what is missing to speak and to hear each.",
            "solemate languages",
            "solemate languages check ko",
        ),
    )
    parser.set_defaults(run=_list)
    commands = parser.add_subparsers(metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="name all that a language still lacks; the status is 1 if it lacks any",
        **teach(
            "Names all that a language still lacks, file by file and key by key. The status is 1 if it lacks any.",
            "solemate languages check ko",
            "solemate languages check my/intents/de    # a folder of your own",
        ),
    )
    check.add_argument("language", metavar="CODE|FOLDER", help="a language that comes along, or a folder of your own")
    check.set_defaults(run=_check)


def _found(folder: Path) -> Sequence[Lack]:
    from assistant.language.completeness import lacks
    from assistant.paths import data_folder
    from assistant.settings.table import SETTINGS

    return [*lacks(folder, data_folder("intents") / str(SETTINGS["language"].default)), *_conversation(folder)]


def _conversation(folder: Path) -> list[Lack]:
    """What is wrong with the optional conversation for `solemate demo`."""
    from assistant.errors import SolemateError
    from assistant.language.completeness import Lack
    from assistant.runtime.demo import DEMO, read_script

    if not (folder / DEMO).exists():
        return []
    try:
        read_script(folder)
    except SolemateError as error:
        return [Lack(DEMO, "", str(error))]
    return []


def _list(_: argparse.Namespace) -> int:
    from assistant.language.files import languages
    from assistant.paths import data_folder

    root = data_folder("intents")
    for language in languages(root):
        count = len(_found(root / language))
        parts = [f"lacks {count} things (`solemate languages check {language}`)"] if count else ["whole"]
        print(f"{language}: {'; '.join([*parts, *_to_hear(language)])}")
    return 0


def _to_hear(language: str) -> list[str]:
    """What is missing to speak and hear the language."""
    from assistant.errors import SolemateError
    from assistant.hearing.built_in import deaf_to
    from assistant.models.store import open_store
    from assistant.speaking.pyttsx3_engine import choose_voice

    missing = []
    try:
        choose_voice(language)
    except SolemateError as error:
        missing.append(f"no voice: {error}")
    store = open_store()
    if store.find(language) is None and deaf_to(language):
        missing.append(f"nobody listens to it yet: {store.way_to_get(language)}")
    return missing


def _check(args: argparse.Namespace) -> int:
    from assistant.wiring import language_folder

    given = Path(args.language)
    folder = given if given.is_dir() else language_folder(args.language)
    found = _found(folder.resolve())
    for lack in found:
        print(lack)
    print(f"{args.language}: {f'lacks {len(found)} things' if found else 'lacks nothing'}")
    return 1 if found else 0
