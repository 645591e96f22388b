"""Why something that was heard doesn't count, in a few words for the log and the screen. Light: each start loads it."""

from __future__ import annotations

OWN_WORDS = "my own words"
NO_NAME = "no name"
NAME_ALONE = "the name alone"
NO_COMMAND = "no command"
TO_ANOTHER = "said to another assistant"
NOT_CLEAR = "not clear: as much like another phrase"
STANDING_BY = "standing by"
NOTHING_ASKED = "nothing was asked"

UNDERSTOOD = frozenset({OWN_WORDS, NO_NAME, NAME_ALONE, TO_ANOTHER, STANDING_BY, NOTHING_ASKED})
"""Reasons to ignore what was understood; the others are that it was not."""


def not_sure(score: float, threshold: float) -> str:
    """That a score stayed below the threshold."""
    return f"not sure: {score:.2f} of {threshold:.2f}"
