"""The settings file: read and checked, and changed in one step while keeping comments and order.

The only module that knows TOML.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.did_you_mean import did_you_mean
from assistant.errors import SolemateError, UsageError, one_line
from assistant.files import write_whole
from assistant.settings.kinds import Value
from assistant.settings.table import SETTINGS, Calibration, Settings

FILE = "settings.toml"
"""The file's name in the user's config folder."""

CALIBRATED = "calibrated"
"""The table that `solemate calibrate` writes, kept apart from what the user wrote."""

NOTES = ("microphone", "day")
"""What that table holds besides settings."""

HEAD = "Solemate's settings; `solemate settings` tells what each does."

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


class SettingsFile:
    """The user's TOML file; it need not exist."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def read(self) -> tuple[dict[str, Value], Calibration | None]:
        """The values set by hand, and the calibration. Raises UsageError with file, line, key and mistake."""
        text = self._text()
        plain = self._parsed(text)
        table = plain.pop(CALIBRATED, None)
        values = {key: self._checked(text, key, value) for key, value in plain.items()}
        return values, None if table is None else self._calibration(text, table)

    def set(self, key: str, value: Value) -> None:
        """Set a setting; a calibrated value is kept, but overridden.

        Raises SolemateError if the file can't be written.
        """

        def change(document: Any) -> None:
            document[key] = _written(value)

        self._change(change)

    def unset(self, key: str) -> bool:
        """Remove a key, set by hand or calibrated, known or not; whether it was there."""
        found = False

        def change(document: Any) -> None:
            nonlocal found
            for table in (document, document.get(CALIBRATED)):
                if isinstance(table, MutableMapping) and key in table:
                    del table[key]
                    found = True

        self._change(change)
        return found

    def calibrate(self, calibration: Calibration) -> None:
        """Replace the last calibration, and the same settings set by hand."""

        def change(document: Any) -> None:
            import tomlkit

            for key in calibration.values:
                document.pop(key, None)
            document.pop(CALIBRATED, None)
            table = tomlkit.table()
            table.comment("by `solemate calibrate`, for this microphone")
            for key, value in calibration.values.items():
                table[key] = _written(value)
            table["microphone"], table["day"] = calibration.microphone, calibration.day
            document[CALIBRATED] = table

        self._change(change)

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            raise UsageError(f"{self.path}: is not UTF-8 text (byte {error.start})", "write it anew") from error
        except OSError as error:
            raise SolemateError(f"cannot read {self.path}: {error.strerror}") from error

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            plain: dict[str, Any] = _toml().loads(text)
        except ValueError as error:
            message = str(error)
            found = _AT_LINE.search(message)
            line = f":{found[1]}" if found else ""
            raise UsageError(
                f"{self.path}{line}: not valid TOML ({_AT_LINE.sub('', message)})", 'a setting is like: name = "coach"'
            ) from error
        return plain

    def _checked(self, text: str, key: str, value: object, table: str = "") -> Value:
        known = [each.key for each in SETTINGS.values() if each.calibrated or not table]
        where = f"{self.path}:{_line(text, key, table)}"
        if key not in known:
            remedy = did_you_mean(key, known) or f"there are {', '.join(known)}"
            raise UsageError(f"{where}: there is no setting {key!r}{' here' if table else ''}", remedy)
        try:
            return SETTINGS[key].kind.check(value)
        except ValueError as error:
            raise UsageError(f"{where}: {key} {error}") from error

    def _calibration(self, text: str, table: object) -> Calibration:
        if not isinstance(table, Mapping):
            raise UsageError(f"{self.path}:{_line(text, CALIBRATED, '')}: {CALIBRATED} must be a table, [{CALIBRATED}]")
        values = {key: self._checked(text, key, table[key], CALIBRATED) for key in table if key not in NOTES}
        return Calibration(values, *(str(table.get(note, "")) for note in NOTES))

    def _change(self, change: Callable[[Any], None]) -> None:
        import tomlkit

        text = self._text()
        self._parsed(text)
        document = tomlkit.parse(text)
        change(document)
        changed = tomlkit.dumps(document)
        if changed and not text:
            changed = f"# {HEAD}\n\n{changed}"
        if changed != text:
            self._write(changed)

    def _write(self, text: str) -> None:
        """Write in one step: after a crash there is the old file or the new one, and a symbolic link stays one."""
        try:
            write_whole(self.path.resolve(), text, durable=True)
        except OSError as error:
            raise SolemateError(
                f"cannot write {self.path}: {error.strerror}", "free some space, or mend its folder"
            ) from error


def settings_file() -> SettingsFile:
    """The user's settings file."""
    from assistant.paths import config_folder

    return SettingsFile(config_folder())


@contextmanager
def blaming(settings: Settings, key: str, kind: type[UsageError] = UsageError) -> Iterator[None]:
    """Wrap code that uses a setting: its errors then say that the value came from the file, and how to remove it."""
    try:
        yield
    except kind as error:
        if settings.origins[key] != "file":
            raise
        taking_out = f"{key} is set in {settings_file().path}, to take it out: solemate settings unset {key}"
        raise UsageError(error.problem, one_line(error.remedy, taking_out)) from error


def _toml() -> Any:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib


def _written(value: Value) -> Any:
    """The value as TOML has it: whole numbers without a point, "off" for None."""
    if value is None:
        return "off"
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _line(text: str, key: str, table: str) -> int:
    """The line in which a key of a table is set; the first line if it can't be found, as in an inline table."""
    now = ""
    for number, line in enumerate(text.splitlines(), start=1):
        head = re.match(r"\s*\[+\s*[\"']?([^\]\"']*?)[\"']?\s*\]", line)
        if head:
            now = head[1]
            if not table and now.split(".")[0] == key:
                return number
        elif now == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
            return number
    return 1
