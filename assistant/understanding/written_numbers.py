"""Numbers in typed text: the number that is written counts, however much it sounds like another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.understanding.hypothesis import Match

NUMBERED = frozenset({"stretch", "routine", "seconds", "amount", "level", "n"})
"""The slots whose value may come from a number in the text."""


TIMES = frozenset({"time", "other"})
"""The slots for a time of day, where every number counts: six forty is not six forty five."""


def by_written_number(match: Match, words: Sequence[str], numbers: Mapping[str, str]) -> Match:
    """The match of a text, corrected if its number is not the one in the text.

    "Jump to number eleven" sounds most like "jump to number seven", but means that there is no such stretch; "hold for
    two seconds" sounds like "ten seconds", but means none of the times there are. `words` are the normalised words of
    the text; `numbers` maps what is written with digits to words.
    """
    number_words = {word for said in numbers.values() for word in said.split()}
    meant, said = _runs(match.phrase.split(), number_words), _runs(words, number_words)
    if TIMES & match.slots.keys() and meant != said:
        return replace(match, intent=None, slots={}, accepted=False, sure=False, doubtful=False)
    if not NUMBERED & match.slots.keys() or not meant or set(meant) & set(said):
        return match
    if _words(said) <= _words(meant):
        return match  # "the forth one": the number is misspelt, and only "one" is left
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
