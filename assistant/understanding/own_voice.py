"""The guide's own voice, heard by its own microphone, is not a command."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

LIKE_ITSELF = 70.0
"""Percent of likeness to a part of what is being said from which something heard counts as the guide's own voice."""


ANOTHER = 0.4
"""The share of an utterance in which somebody else must have been heard for it to be theirs, whatever they said: it may
be the guide's own words, as "next" over "say next to move on"."""

SIGN = 0.15
"""The share that is a sign of somebody else at all. In 16 development rooms what was taken for a command while nobody
was there had none of it, and commands rightly heard over the voice had half and more."""


TELLING = 6
"""Sounds from which something sure can stand for itself: a rest of an echo with a kitchen in it sounded like "okay"."""


def is_own_voice(
    heard: Sequence[str], saying: Sequence[Sequence[str]], another: float, *, sure: bool, urgent: bool
) -> bool:
    """Whether something heard while the guide was `saying` this, all in phonemes, has to count as its own voice.

    `another` is the share of it in which somebody else was heard. Without a sign of them, what counts could hardly have
    been anything else, is long or `urgent`, and is unlike what is being said: what is left of an echo is no word of it
    any more. It is so too in the first second, when nobody knows yet who is heard.
    """
    if another >= ANOTHER or not saying:
        return False
    stands_for_itself = sure and (urgent or len(heard) >= TELLING)
    return (another < SIGN and not stands_for_itself) or any(is_echo(heard, words) for words in saying)


def is_echo(heard: Sequence[str], said: Sequence[str]) -> bool:
    """Whether what was heard, in phonemes, is like a part of what was being said at the time."""
    if not heard or not said or len(heard) > len(said):
        return False
    return fuzz.partial_ratio(list(heard), list(said)) >= LIKE_ITSELF
