"""The signs that the view is made of, for terminals with Unicode and for those without."""

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
"""Digits of five rows; | is the sign for a pause. A dot is twice as wide as a row is high, so that it looks square."""

ROWS = 5
"""The height of the font."""


@dataclass(frozen=True)
class Signs:
    """What stands for what; `phases` before the title, `heard` before what was heard (see `Line.kind`)."""

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
    """The signs for a stream with this encoding, in this environment (that of the process)."""
    return UNICODE if shows_unicode(encoding, os.environ if environment is None else environment) else ASCII


def shows_unicode(encoding: str | None, environment: Mapping[str, str]) -> bool:
    """Whether a terminal can be taken to show more than ASCII.

    Python writes UTF-8 in the C locale too, and sets LC_CTYPE for it; who chose that locale has a terminal without.
    """
    if not (encoding or "").lower().replace("-", "").startswith("utf"):
        return False
    chosen = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    if chosen.upper() == "C.UTF-8":
        chosen = environment.get("LC_ALL") or environment.get("LANG") or chosen
    return chosen not in ("C", "POSIX")
