"""What several commands share: an option for every setting, --json, and help with examples."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.settings.kinds import SOUND_FILES, Kind, Value
from assistant.settings.table import SETTINGS, Settings, shown

HEARING = ("language", "routine", "recogniser", "name", "gain_db", "strictness")
"""The settings of commands that listen to sound."""

READING = ("language", "routine", "name", "strictness")
"""The settings of commands that understand text."""


class Teaching(argparse.HelpFormatter):
    """Keeps the line breaks of texts that have them, such as examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" not in text:
            return super()._fill_text(text, width, indent)
        return "".join(f"{indent}{line}" for line in text.splitlines(keepends=True))


def teach(description: str, *examples: str) -> dict[str, Any]:
    """Arguments for `add_parser` that make --help say what a command is for, and show how to use it.

    The examples are complete lines as typed, with a comment after # if needed.
    """
    lines = "\n".join(f"  {line}" for line in examples)
    return {"description": description, "epilog": f"examples:\n{lines}", "formatter_class": Teaching}


def add_settings(parser: argparse._ActionsContainer, *keys: str, files: bool = False) -> None:
    """A flag for each of these settings; `files` if the command takes a sound file instead of a device.

    One that was not given leaves no value, so that the same flag before the command counts too.
    """
    for key in keys:
        setting = SETTINGS[key]
        default = "" if setting.default is None else f" (default: {shown(setting.default)})"
        metavar, about = setting.kind.metavar, setting.about
        bare: dict[str, Any] = {} if setting.bare is None else {"nargs": "?", "const": setting.bare}
        if files and setting.file:
            metavar, about = f"{metavar}|{setting.file[0]}", f"{about}, or {setting.file[1]}"
        parser.add_argument(
            setting.flag,
            dest=key,
            type=_typed(setting.kind),
            default=argparse.SUPPRESS,
            metavar=metavar,
            **bare,
            help=f"{about}{default}".replace("%", "%%"),
        )


def _typed(kind: Kind) -> Callable[[str], Value]:
    def parse(text: str) -> Value:
        try:
            return kind.parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings in effect: flags, then the settings file, then defaults.

    Raises UsageError for a mistake in the file.
    """
    from assistant.settings.toml_file import settings_file

    return Settings.of(flags_of(args), *settings_file().read())


def flags_of(args: argparse.Namespace) -> dict[str, Value]:
    """The settings given on the command line."""
    return {key: getattr(args, key) for key in SETTINGS if hasattr(args, key)}


def is_file(name: str | None) -> bool:
    """Whether a microphone or loudspeaker is a sound file rather than a device."""
    if not name:
        return False
    return name.lower().endswith(SOUND_FILES) or "/" in name or Path(name).is_file()


def check_files(named: Mapping[str, str | Path | None]) -> None:
    """Check that no two options name the same file, which would be overwritten. Raises UsageError naming both.

    A plain name may be a device's; a Path is always a file.
    """
    files: dict[object, str] = {}
    for option, name in named.items():
        if name is None or (isinstance(name, str) and not is_file(name)):
            continue
        other = files.setdefault(_identity(Path(name)), option)
        if other != option:
            raise UsageError(f"--{other} and --{option} are the same file, {name}: it would be overwritten")


def _identity(path: Path) -> object:
    """The same value for the same file, whatever it is called; for a file that does not exist yet, its path."""
    try:
        status = path.stat()
    except OSError:
        return path.resolve()
    return status.st_dev, status.st_ino


def for_source(settings: Settings, *, from_file: bool) -> Settings:
    """The settings for sound from a file, or from a device: a calibration applies only to its own kind.

    A recording is not as loud as the microphone in the room.
    """
    calibration = settings.calibration
    if calibration is None or is_file(calibration.microphone) == from_file:
        return settings
    return settings.without_calibration()


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as lines: each column as wide as it needs to be, the last one as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option --json."""
    parser.add_argument("--json", action="store_true", help="as JSON")
