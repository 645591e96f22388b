"""YAML that remembers its lines, with checks whose messages give file, line, key and mistake."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from assistant.did_you_mean import did_you_mean_or_all
from assistant.errors import SolemateError

DEEPEST = 20
"""Levels of nesting that a file may have; anything deeper is a mistake or an attack."""

LARGEST = 1_000_000
"""Bytes that a file may have, fifty times as many as any here; a larger one was given by mistake."""

WIDE = 110
"""Characters of a line that is written, where its words allow."""


@dataclass(frozen=True)
class Marked:
    """A piece of YAML and where it is.

    Scalars are kept as written, so that `yes`, `no` and `on` stay words; null and empty are None.
    """

    value: str | list[Marked] | dict[str, Marked] | None
    file: Path
    line: int

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.line}"

    def fail(self, mistake: str, remedy: str = "") -> NoReturn:
        """Raise SolemateError with the place and the mistake."""
        raise SolemateError(f"{self.where}: {mistake}", remedy)

    def mapping(self, what: str) -> dict[str, Marked]:
        """The value as a mapping; `what` names it in the message."""
        if not isinstance(self.value, dict):
            self.fail(f"{what} must be a mapping (key: value), not {_kind(self.value)}")
        return self.value

    def items(self, what: str) -> list[Marked]:
        """The value as a list with at least one entry."""
        if not isinstance(self.value, list):
            self.fail(f"{what} must be a list (lines beginning with '-'), not {_kind(self.value)}")
        if not self.value:
            self.fail(f"{what} is empty")
        return self.value

    def text(self, what: str) -> str:
        """The value as text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.fail(f"{what} must be text, not {_kind(self.value)}")
        return self.value

    def whole_number(self, what: str) -> int:
        """The value as a whole number from 0 up."""
        text = self.text(what)
        if not (text.isascii() and text.isdigit()):
            self.fail(f"{what} must be a whole number, not {text!r}")
        return int(text)

    def keys_among(self, what: str, known: Iterable[str]) -> dict[str, Marked]:
        """The value as a mapping that has only known keys."""
        entries = self.mapping(what)
        names = sorted(known)
        for key, entry in entries.items():
            if key not in names:
                entry.fail(f"unknown key {key!r} in {what}", did_you_mean_or_all(key, names))
        return entries

    def required(self, what: str, key: str) -> Marked:
        """The value of a required key."""
        entries = self.mapping(what)
        if key not in entries:
            self.fail(f"{what} lacks the key {key!r}")
        return entries[key]


def _kind(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else f"{value!r}"


# libyaml is much faster; where PyYAML was built without it, PyYAML's own parser has to do.
_Events: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Loader(yaml.composer.Composer, _Events):  # type: ignore[misc]  # the base class depends on the machine
    """Rejects aliases: nobody needs them here, and a few lines of them can expand to more than any memory holds."""

    def __init__(self, stream: str) -> None:
        _Events.__init__(self, stream)
        yaml.composer.Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As in the base class, but raises ComposerError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not used here", mark)
        return super().compose_node(parent, index)


def load(path: Path) -> Marked:
    """Read a YAML file. Raises SolemateError with file and line if it can't be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SolemateError(f"{path}: is no plain file, but a folder, a pipe or a device")
        if status.st_size > LARGEST:
            raise SolemateError(f"{path}: is larger than {LARGEST / 1e6:g} MB")
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except RecursionError:
        raise SolemateError(f"{path}: nested deeper than {DEEPEST} levels") from None
    except OSError as error:
        raise SolemateError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SolemateError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in str(error.problem):  # libyaml's own limit, deeper than ours
            raise SolemateError(f"{path}: nested deeper than {DEEPEST} levels") from error
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SolemateError(f"{path}:{line}: not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise SolemateError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if node is None:
        raise SolemateError(f"{path}: is empty")
    return _marked(node, path, node.start_mark.line + 1)


def dump(data: Any) -> str:
    """Data as YAML that reads as the same data again, in the same order; SolemateError if it is nested too deeply."""
    try:
        return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=WIDE))
    except RecursionError:
        raise SolemateError(f"nested deeper than {DEEPEST} levels") from None


def _marked(node: yaml.Node, path: Path, line: int, depth: int = 0) -> Marked:
    if depth > DEEPEST:
        raise SolemateError(f"{path}:{line}: nested deeper than {DEEPEST} levels")
    if isinstance(node, yaml.ScalarNode):
        empty = node.tag == "tag:yaml.org,2002:null"
        return Marked(None if empty else node.value, path, line)
    if isinstance(node, yaml.SequenceNode):
        return Marked([_marked(item, path, item.start_mark.line + 1, depth + 1) for item in node.value], path, line)
    entries: dict[str, Marked] = {}
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise SolemateError(f"{path}:{key_line}: a key must be text")
        if key.value in entries:
            raise SolemateError(
                f"{path}:{key_line}: the key {key.value!r} stands twice, first in line {entries[key.value].line}"
            )
        entries[key.value] = _marked(value, path, key_line, depth + 1)
    return Marked(entries, path, line)
