"""Line editing for when the view, not the terminal, shows what is typed."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable, Iterator

END = "\x04"
"""Ctrl-D."""

_ESCAPE = re.compile("\x1b(\\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""What arrow keys and the like send; ignored."""

MOST = 300
"""The most letters in a line; no command is half as long."""


class TypedLine:
    """The line as it is typed.

    Knows Backspace, Ctrl-U (whole line), Ctrl-W (word), Enter, and Ctrl-D on an empty line.
    """

    def __init__(self) -> None:
        self.text = ""

    def feed(self, typed: str) -> Iterator[str | None]:
        """Take what was typed; yields each finished line, and None at the end of input."""
        for character in _ESCAPE.sub("", typed):
            if character in "\r\n":
                line, self.text = self.text.strip(), ""
                if line:
                    yield line
            elif character == END:
                if not self.text:
                    yield None
            elif character in "\x7f\b":
                self.text = self.text[:-1]
            elif character == "\x15":
                self.text = ""
            elif character == "\x17":
                self.text = re.sub(r"\S*\s*$", "", self.text)
            elif character.isprintable() and len(self.text) < MOST:
                self.text += character


def read_keys(source: int, line: TypedLine, tell: Callable[[str | None], None]) -> None:
    """Read from a file descriptor until the end of input, passing on each line and the final None."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        try:
            typed = os.read(source, 1024)
        except OSError:  # the terminal is gone
            typed = b""
        if not typed:
            tell(None)
            return
        for each in line.feed(decoder.decode(typed)):
            tell(each)
            if each is None:
                return
