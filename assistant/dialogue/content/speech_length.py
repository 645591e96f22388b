"""Estimates how long a text takes to say."""

from __future__ import annotations

SECONDS_A_LETTER = 0.075
"""Seconds of speech per letter at the usual rate, 160 words a minute, including pauses between sentences."""

MOST_SECONDS_A_LETTER = 0.2
"""Seconds per letter that no voice exceeds, however slowly it is set to speak."""

GRACE = 12.0
"""Seconds on top of that, for the person's longest utterance, during which the guide is silent."""


def likely_seconds(text: str) -> float:
    """How long it probably takes, in seconds."""
    return SECONDS_A_LETTER * len(text)


def most_seconds(text: str) -> float:
    """Seconds after which an utterance counts as over if its end is not reported: a failing voice must not stop the
    run."""
    return GRACE + MOST_SECONDS_A_LETTER * len(text)
