"""Numbers in a text: the one that is written counts, however much it sounds like another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.understanding.hypothesis import Match

NUMBERED = frozenset({"stretch", "routine", "seconds", "amount", "level"})
"""The slots whose value a number in the text may give."""


TIMES = frozenset({"time", "other"})
"""The slots with a time of day: each of its numbers counts, for six forty is not six forty five."""


def by_written_number(match: Match, words: Sequence[str], numbers: Mapping[str, str]) -> Match:
    """The match of a text, unless it means something by another number than the one the text has.

    "Jump to number eleven" sounds most like "jump to number seven", and means that there is no such stretch; "hold for
    two seconds" like "ten seconds", and means none of the times there are. `words` are the text's, normalised;
    `numbers` maps what is written with digits to words.
    """
    number_words = {word for said in numbers.values() for word in said.split()}
    meant, said = _runs(match.phrase.split(), number_words), _runs(words, number_words)
    if TIMES & match.slots.keys() and meant != said:
        return replace(match, intent=None, slots={}, accepted=False, sure=False, doubtful=False)
    if not NUMBERED & match.slots.keys() or not meant or set(meant) & set(said):
        return match
    if _words(said) <= _words(meant):
        return match  # "the forth one": the number itself is misspelt, and only its "one" is left
    if not match.accepted or "stretch" not in match.slots:
        match = replace(match, accepted=False, sure=False)
        return replace(match, intent=None, slots={}, doubtful=False)
    return replace(match, intent="no_stretch", slots={"number": said[0]})


def _words(runs: Sequence[str]) -> set[str]:
    return {word for run in runs for word in run.split()}


def _runs(words: Sequence[str], number_words: set[str]) -> list[str]:
    """The numbers among the words; "twenty three" is one."""
    runs = groupby(words, key=number_words.__contains__)
    return [" ".join(run) for is_number, run in runs if is_number]
