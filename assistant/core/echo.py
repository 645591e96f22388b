"""The guide's own voice, heard by its own microphone, is not a command."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

LIKE_ITSELF = 70.0
"""Percent of likeness to a part of what is being said from which something heard counts as the guide's own voice."""


def is_echo(heard: Sequence[str], said: Sequence[str]) -> bool:
    """Whether what was heard, in phonemes, is like a part of what was being said at the time."""
    if not heard or not said or len(heard) > len(said):
        return False
    return fuzz.partial_ratio(list(heard), list(said)) >= LIKE_ITSELF
