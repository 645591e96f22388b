"""Keeps the guide's own voice, heard by its microphone, from counting as a command."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

LIKE_ITSELF = 70.0
"""Percent of similarity to part of what the guide is saying from which something heard counts as its own voice."""


ANOTHER = 0.1
"""Share of an utterance in which somebody else must have been heard for it to be theirs, whatever they said. They may
say the guide's own words, as in "next" over "say next to move on"."""

SIGN = 0.05
"""Share below which nobody else was heard at all. What is said over the guide's voice mostly has several times as much;
see docs/tuning.md."""


TELLING = 6
"""Phonemes from which a sure match can stand for itself: a residual echo can sound like "okay"."""


def is_own_voice(
    heard: Sequence[str], saying: Sequence[Sequence[str]], another: float, *, sure: bool, urgent: bool
) -> bool:
    """Whether something heard while the guide was `saying` this counts as its own voice; all in phonemes.

    `another` is the share of the utterance, 0 to 1, in which somebody else was heard. With no other speaker detected,
    accept only a sure match that is long or `urgent` and unlike the guide's own words, because residual echo may no
    longer resemble any word. That also holds in the first second, before anybody can tell who is speaking.
    """
    if another >= ANOTHER or not saying:
        return False
    stands_for_itself = sure and (urgent or len(heard) >= TELLING)
    return (another < SIGN and not stands_for_itself) or any(is_echo(heard, words) for words in saying)


def is_echo(heard: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the phonemes heard are similar to part of what was said at the time."""
    if not heard or not said or len(heard) > len(said):
        return False
    return fuzz.partial_ratio(list(heard), list(said)) >= LIKE_ITSELF
