"""How long it takes to say a text, before anybody has said it."""

from __future__ import annotations

SECONDS_A_LETTER = 0.075
"""What a voice at the usual rate, 160 words a minute, takes for a letter, pauses between sentences included."""

MOST_SECONDS_A_LETTER = 0.2
"""What no voice exceeds, however slowly it is set to speak."""

GRACE = 12.0
"""Seconds beyond that, for the longest utterance of a person, during which the guide holds its tongue."""


def likely_seconds(text: str) -> float:
    """How long it probably takes."""
    return SECONDS_A_LETTER * len(text)


def most_seconds(text: str) -> float:
    """After how long an utterance whose end nobody reports counts as over: a failing voice must not stop the run."""
    return GRACE + MOST_SECONDS_A_LETTER * len(text)
