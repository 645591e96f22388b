"""The kinds of settings: one of a few words, a number in a range, on or off, a text, a name, times of day.

Imports next to nothing, because each start needs the settings.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import time
from typing import Protocol
from urllib.parse import urlsplit

from assistant.did_you_mean import did_you_mean
from assistant.errors import one_line

Value = str | float | bool | None
"""The value of a setting; None for nothing in particular."""

OFF = "off"
"""The word for "none" on the command line."""

SOUND_FILES = (".wav", ".flac")
"""How the names of sound files end."""

NAME_WORDS, NAME_LETTERS = 3, 30
"""The most words and letters in a wake word: it is said before each command."""

HIDDEN = "***"

# Where the scheme and // were forgotten, only what has no blanks is an address, and the letter of a drive is no user.
_WITH_PASSWORD = re.compile(r"^(\s*(?:[\w+.-]+:)?//[^:@/]*|[^:@/\\\s]{2,}(?=:\S*@)):.*@", re.DOTALL)


def without_password(text: str) -> str:
    """The text with the password of an address in it hidden."""
    return _WITH_PASSWORD.sub(rf"\1:{HIDDEN}@", text)


class Kind(Protocol):
    """What values a setting may have. Both methods raise ValueError saying what the value must be."""

    @property
    def metavar(self) -> str:
        """What its values look like, for help."""

    def parse(self, text: str) -> Value:
        """The value typed on the command line."""

    def check(self, value: object) -> Value:
        """The value read from the file."""


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def metavar(self) -> str:
        """For help."""
        return "|".join(self.options)

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """One of the options."""
        if not isinstance(value, str) or value not in self.options:
            mistake = f"must be one of {', '.join(self.options)}, not {value!r}"
            raise ValueError(one_line(mistake, did_you_mean(value, self.options)))
        return value


@dataclass(frozen=True)
class Language:
    """An available language. What was typed is checked when it is used."""

    metavar: str = "en"

    def parse(self, text: str) -> Value:
        """Any word."""
        return text

    def check(self, value: object) -> Value:
        """One of the folders in intents/."""
        from assistant.language.files import languages
        from assistant.paths import data_folder

        return Choice(tuple(languages(data_folder("intents")))).check(value)


@dataclass(frozen=True)
class Number:
    """A number in a range, ends included."""

    low: float
    high: float
    unit: str
    metavar: str

    def parse(self, text: str) -> Value:
        """A number that was typed."""
        try:
            number = float(text)
        except ValueError:
            raise ValueError(self._wanted(repr(text))) from None
        return self.check(number)

    def check(self, value: object) -> Value:
        """A number in the range."""
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            raise ValueError(self._wanted(repr(value)))
        if not self.low <= value <= self.high:
            nearby = min(max(value, self.low), self.high)
            raise ValueError(f"{self._wanted(f'{value:g}')}; the nearest is {nearby:g}")
        return float(value)

    def _wanted(self, value: str) -> str:
        return (
            f"must be a number{f' of {self.unit}' if self.unit else ''} from {self.low:g} to {self.high:g}, not {value}"
        )


@dataclass(frozen=True)
class Switch:
    """On or off."""

    metavar: str = "on|off"

    def parse(self, text: str) -> Value:
        """The word for it."""
        words = {"on": True, "yes": True, "true": True, OFF: False, "no": False, "false": False}
        if text.lower() not in words:
            raise ValueError(f"must be on or off, not {text!r}")
        return words[text.lower()]

    def check(self, value: object) -> Value:
        """TOML's true or false, or one of the words."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.parse(value)
        raise ValueError(f"must be true or false, not {value!r}")


@dataclass(frozen=True)
class Text:
    """Any text that is not blank."""

    metavar: str

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """A text that is not blank."""
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"must be a text, not {value!r}")
        return value


@dataclass(frozen=True)
class Device:
    """A device, by part of its name. What was typed may be a sound file instead, where the command takes one."""

    metavar: str = "NAME"

    def parse(self, text: str) -> Value:
        """Any text that is not blank."""
        return Text(self.metavar).check(text)

    def check(self, value: object) -> Value:
        """A text that is not the name of a sound file: files are for a single run."""
        if isinstance(value, str) and value.lower().endswith(SOUND_FILES):
            raise ValueError(f"must be a device, not {value!r}; a sound file is for one run, as a flag")
        return Text(self.metavar).check(value)


@dataclass(frozen=True)
class Name:
    """The wake word: a few words of letters; "off" for none."""

    metavar: str = "coach"

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """The wake word in lower case with single spaces; None for off, and for what was parsed as that."""
        words = value.lower().split() if isinstance(value, str) else []
        if value is None or words == [OFF]:
            return None
        spelled = " ".join(words)
        letters = all(word.replace("'", "").isalpha() for word in words)
        if not words or not letters or len(words) > NAME_WORDS or len(spelled) > NAME_LETTERS:
            raise ValueError(f"must be one to {NAME_WORDS} words of letters, or {OFF}, not {value!r}")
        return spelled


@dataclass(frozen=True)
class Address:
    """Where a server listens: tcp://HOST:PORT."""

    metavar: str = "tcp://HOST:PORT"

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """The address as it was given."""
        if isinstance(value, str):
            host_and_port(value)
            return value
        raise ValueError(f"must be an address like tcp://127.0.0.1:10600, not {value!r}")


def host_and_port(uri: str) -> tuple[str, int]:
    """The host and the port of tcp://HOST:PORT. Raises ValueError for anything else."""
    wanted = f"must be an address like tcp://127.0.0.1:10600, not {without_password(uri)!r}"
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme != "tcp" or not host or port is None or parts.path.strip("/") or parts.username is not None:
        raise ValueError(wanted)
    return host, port


@dataclass(frozen=True)
class WebAddress:
    """The address of a server that speaks HTTP, or "off"."""

    metavar: str = "http://home:8123|off"

    def parse(self, text: str) -> Value:
        """As `check`."""
        return self.check(text)

    def check(self, value: object) -> Value:
        """The address without a slash at its end; None for off."""
        given = without_password(value) if isinstance(value, str) else value
        wanted = f"must be an address like http://homeassistant.local:8123, or {OFF}, not {given!r}"
        if value is None or value == OFF:
            return None
        if not isinstance(value, str):
            raise ValueError(wanted)
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or parts.query or parts.fragment or parts.username is not None or not value.isascii():
            raise ValueError(wanted)
        return value.rstrip("/")


@dataclass(frozen=True)
class Times:
    """Up to `most` times of day, HH:MM, or "off". The value is a text with commas between the times."""

    most: int
    metavar: str = "08:00,19:00|off"

    def parse(self, text: str) -> str:
        """Times separated by commas or spaces."""
        times = text.replace(",", " ").split()
        if [each.lower() for each in times] == [OFF]:
            return OFF
        written = sorted({self._time(each) for each in times})
        if not 1 <= len(written) <= self.most:
            raise ValueError(self._wanted(repr(text)))
        return ",".join(written)

    def check(self, value: object) -> str:
        """A text as it is typed, or TOML's list of texts or times."""
        if isinstance(value, list) and not value:
            return OFF
        if isinstance(value, list) and all(isinstance(each, str | time) for each in value):
            return self.parse(",".join(map(str, value)))
        if not isinstance(value, str):
            raise ValueError(self._wanted(repr(value)))
        return self.parse(value)

    def _time(self, text: str) -> str:
        found = re.fullmatch(r"(\d\d?):(\d\d)(?::00)?", text)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValueError(self._wanted(repr(text)))
        return f"{int(found[1]):02}:{found[2]}"

    def _wanted(self, value: str) -> str:
        return f"must be up to {self.most} times of day like 08:00,19:30, or {OFF}, not {value}"
