"""The way out of an unknown name: what was probably meant. Light, as every start reads the settings."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(wrong: object, known: Iterable[str]) -> str:
    """The known name most similar to the wrong one, ignoring case; empty if none is similar."""
    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(str(wrong).casefold(), names, n=1)
    return f"did you mean {names[found[0]]!r}?" if found else ""


def did_you_mean_or_all(wrong: object, known: Iterable[str]) -> str:
    """As `did_you_mean`, or all known names if none is similar to the wrong one."""
    names = sorted(known)
    return did_you_mean(wrong, names) or f"known here: {', '.join(names) or 'none'}"
