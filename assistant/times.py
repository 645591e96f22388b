"""What a setting of times of day may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Times:
    """Times of day, HH:MM, up to `most` of them, or the word for none. The value is them in a row, parted by commas."""

    most: int
    off: str
    metavar: str = "08:00,19:00|off"

    def parse(self, text: str) -> str:
        """Times parted by commas or spaces."""
        times = text.replace(",", " ").split()
        if [each.lower() for each in times] == [self.off]:
            return self.off
        written = sorted({self._time(each) for each in times})
        if not 1 <= len(written) <= self.most:
            raise ValueError(self._wanted(repr(text)))
        return ",".join(written)

    def check(self, value: object) -> str:
        """A text as it is typed, or TOML's list of texts or times."""
        if isinstance(value, list) and not value:
            return self.off
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
        return f"must be up to {self.most} times of day like 08:00,19:30, or {self.off}, not {value}"
