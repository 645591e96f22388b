"""The characters that the view is made of, for terminals with and without Unicode."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.phases import Phase

FONT: Mapping[str, tuple[str, str, str, str, str]] = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", " # ", " # "),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ":": (" ", "#", " ", "#", " "),
    "/": ("  #", "  #", " # ", "#  ", "#  "),
    "|": ("# #", "# #", "# #", "# #", "# #"),
    "?": ("###", "  #", " ##", "   ", " # "),
    " ": (" ", " ", " ", " ", " "),
}
"""Characters of five rows; | is the pause sign. A dot is two cells wide, which makes it about square."""

ROWS = 5
"""The height of the font."""


@dataclass(frozen=True)
class Signs:
    """The characters for each purpose; `phases` before the title, `heard` before what was heard (see `Line.kind`)."""

    dot: str
    filled: str
    empty: str
    cut: str
    means: str
    guide: str
    prompt: str
    quotes: tuple[str, str]
    phases: Mapping[Phase, str]
    heard: Mapping[str, str]


UNICODE = Signs(
    dot="█",
    filled="━",
    empty="─",
    cut="…",
    means="→",
    guide="»",
    prompt="›",
    quotes=("“", "”"),
    phases={
        Phase.IDLE: "○",
        Phase.GETTING_READY: "◌",
        Phase.EXERCISING: "●",
        Phase.RESTING: "◐",
        Phase.PAUSED: "‖",
        Phase.ASKING: "?",
        Phase.FINISHED: "✓",
    },
    heard={"command": "✓", "doubtful": "?", "rejected": "✗", "message": "!", "told": " "},
)

ASCII = Signs(
    dot="#",
    filled="=",
    empty="-",
    cut="~",
    means="->",
    guide=">",
    prompt=":",
    quotes=('"', '"'),
    phases={
        Phase.IDLE: ".",
        Phase.GETTING_READY: ".",
        Phase.EXERCISING: "*",
        Phase.RESTING: "o",
        Phase.PAUSED: "|",
        Phase.ASKING: "?",
        Phase.FINISHED: "=",
    },
    heard={"command": "+", "doubtful": "?", "rejected": "x", "message": "!", "told": " "},
)


def signs_for(encoding: str | None, environment: Mapping[str, str] | None = None) -> Signs:
    """The signs for a stream with this encoding, in this environment (None: that of the process)."""
    return UNICODE if shows_unicode(encoding, os.environ if environment is None else environment) else ASCII


def shows_unicode(encoding: str | None, environment: Mapping[str, str]) -> bool:
    """Whether a terminal is likely to show more than ASCII.

    Python writes UTF-8 even in the C locale, and sets LC_CTYPE for that; somebody who chose that locale has a terminal
    without Unicode.
    """
    if not (encoding or "").lower().replace("-", "").startswith("utf"):
        return False
    chosen = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    if chosen.upper() == "C.UTF-8":
        chosen = environment.get("LC_ALL") or environment.get("LANG") or chosen
    return chosen not in ("C", "POSIX")
