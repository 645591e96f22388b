"""A number that somebody gives who was asked for one, in people's own words: "four or five", "six, I mean seven"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.understanding.clauses import ClauseWords, Words, places_of, split_at

NUMBER, SLOT = "number", "n"
"""The intent that gives a number, and its slot."""

HALF = "half"
"""Stands for half a number more, which is rounded up: who says so means more than the number alone."""


@dataclass(frozen=True)
class GivenNumbers:
    """Finds the number that is given. `values` maps what is said for a number to the number; `most` is the highest."""

    values: Mapping[str, str]
    clauses: ClauseWords
    most: int = 10

    def find(self, words: Sequence[str]) -> int | None:
        """The number that is given, of several the highest; None if none is, or if words say something else with it.

        What is corrected does not count, and beside another clause a number may stand: "five, but it's better now".
        """
        parts = split_at(words, self.clauses.corrections)
        for part in (*reversed(parts), words):
            found = [number for clause in self._clauses(part) for number in self._numbers(clause)]
            if found:
                return min(max(found), self.most)
        return None

    def _clauses(self, words: Sequence[str]) -> list[list[str]]:
        halves = _replaced(words, self.clauses.halves, [HALF])
        return split_at(_replaced(halves, self.clauses.beside_numbers, []), self.clauses.joints)

    def _numbers(self, words: Sequence[str]) -> list[int]:
        """The numbers in a clause in which nothing else is said."""
        if any(word not in self.values and word != HALF for word in words):
            return []
        return [
            int(self.values[word]) + (HALF in words[place + 1 : place + 2])
            for place, word in enumerate(words)
            if word in self.values
        ]


def _replaced(words: Sequence[str], marks: Sequence[Words], by: list[str]) -> list[str]:
    """The words with each of the marks in them, the longest ones first, replaced."""
    result = list(words)
    for mark in sorted(marks, key=len, reverse=True):
        for place in reversed(places_of(result, mark)):
            result[place : place + len(mark)] = by
    return result
