"""`solemate settings`: every setting with its value, origin and purpose; and changing them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli.options import add_json, add_settings, columns, settings_of, teach
from assistant.settings.kinds import Number, Value, without_password
from assistant.settings.table import FILES, SETTINGS, Settings, setting, shown

if TYPE_CHECKING:
    from assistant.settings.toml_file import SettingsFile


_FILES = frozenset({"routine"}) | FILES
"""Settings that may be a file."""


def register(subparsers: Any) -> None:
    """Add `settings` with its subcommands to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "settings",
        help="show and change the settings",
        **teach(
            "Shows every setting: its value, where that came from, and what it does. Each is also a flag, which counts "
            "for one run.",
            "solemate settings",
            "solemate settings set ready_seconds 30",
            "solemate settings set name coach    # then only what begins with it is a command",
        ),
    )
    add_json(parser)
    add_settings(parser, *SETTINGS)
    parser.set_defaults(run=_show)
    commands = parser.add_subparsers(metavar="COMMAND")

    change = commands.add_parser(
        "set",
        help="set one, from now on",
        **teach("Sets one, from now on.", "solemate settings set words short", "solemate settings set view off"),
    )
    change.add_argument("key", metavar="KEY", help=", ".join(SETTINGS))
    change.add_argument("value", metavar="VALUE", help="its value")
    change.set_defaults(run=_set)

    unset = commands.add_parser(
        "unset",
        help="back to the default",
        **teach("Takes one back to its default.", "solemate settings unset ready_seconds"),
    )
    unset.add_argument("key", metavar="KEY", help=", ".join(SETTINGS))
    unset.set_defaults(run=_unset)


def _show(args: argparse.Namespace) -> int:
    from assistant.settings.toml_file import settings_file

    settings, path = settings_of(args), settings_file().path
    if args.json:
        print(json.dumps({"file": str(path), "settings": _plain(settings)}, indent=2, ensure_ascii=False))
        return 0
    rows = [("KEY", "VALUE", "FROM", "WHAT IT DOES")]
    rows += [(key, shown(settings.values[key]), settings.origins[key], each.about) for key, each in SETTINGS.items()]
    print("\n".join(columns(rows)))
    print(f"\nThey are kept in {path}{'' if path.exists() else ', which is not there yet'}")
    calibration = settings.calibration
    if calibration is not None:
        print(f"Calibrated on {calibration.day} with {calibration.microphone}")
    return 0


def _plain(settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "value": _public(settings.values[key]),
            "from": settings.origins[key],
            "default": each.default,
            "flag": each.flag,
            "values": each.kind.metavar,
            "range": [each.kind.low, each.kind.high] if isinstance(each.kind, Number) else None,
            "about": each.about,
            "why_default": each.reason,
        }
        for key, each in SETTINGS.items()
    ]


def _public(value: Value) -> Value:
    return without_password(value) if isinstance(value, str) else value


def _set(args: argparse.Namespace) -> int:
    from assistant.errors import UsageError
    from assistant.settings.toml_file import settings_file

    each = setting(args.key)
    try:
        value = each.kind.check(each.kind.parse(args.value))
    except ValueError as error:
        raise UsageError(f"{each.key} {error}") from error
    if each.key in _FILES and value is not None:
        named = Path(str(value)).expanduser()
        if named.is_file():
            value = str(named.resolve())  # so that it is found from any folder
        elif each.key != "routine":  # which has names too
            raise UsageError(f"{each.key}: there is no file {value}", "write it first, or name another one")
    file = settings_file()
    refuse_useless(each.key, value, file)
    file.set(each.key, value)
    print(f"{each.key} is {shown(value)} from now on ({file.path})")
    return 0


def refuse_useless(key: str, value: Value, file: SettingsFile) -> None:
    """Raise UsageError for a routine, voice or wake word that would keep anything from starting."""
    if key not in ("routine", "voice", "name") or value is None:
        return
    from assistant.errors import SolemateError, UsageError
    from assistant.speaking.choose import synthesiser_for
    from assistant.wiring import language_folder, read_routine, understanding_for

    try:
        language = Settings.of({}, *file.read()).text("language")
    except UsageError:
        language = str(SETTINGS["language"].default)  # this change may be what repairs the file
    folder = language_folder(language)
    if key == "routine":
        read_routine(folder, str(value))
    elif key == "name":
        understanding_for(Settings.of({"name": value}), folder, read_routine(folder))
    else:
        try:
            synthesiser_for(language, str(value))
        except UsageError:
            raise
        except SolemateError:
            pass  # while nothing can speak yet, the voices are unknown


def _unset(args: argparse.Namespace) -> int:
    from assistant.settings.toml_file import settings_file

    file = settings_file()
    # It must be possible to remove an invalid key too.
    if file.unset(args.key):
        print(f"{args.key} is no longer set ({file.path})")
        return 0
    each = setting(args.key)
    was = file.unset(each.key)
    print(f"{each.key} {'is no longer' if was else 'was not'} set ({file.path}); it is {shown(each.default)}")
    return 0
