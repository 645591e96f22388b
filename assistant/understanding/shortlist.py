"""Which phrases come near to what was heard, with fillers stripped: a cheap first look at all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Filler, Phrase, PhraseBook

Floats = npt.NDArray[np.float64]

NEAREST = 60
"""Phrases kept if no fillers are stripped; more change nothing."""

COMPARED = 1000
"""Phrases that are compared in order of their sounds. They are chosen by the sounds they share with what was heard, in
any order: at least as many edits are needed as the longer of the two has sounds that it doesn't share."""

NEAREST_REST = 24
"""Phrases kept for each way of stripping fillers."""

MOST_WAYS = 8
"""Ways of stripping fillers that are followed up; stripping none always is."""

FILLERS_DEEP = 3
"""The most fillers in a row on one side: "um, okay, could you"."""

FILLER_LIMIT = 0.4
"""Share of a filler's sounds that may differ from what was heard."""


@dataclass(frozen=True)
class Way:
    """What was heard with fillers stripped: codes of those `before` and `after`, the `rest`, and the edits it took."""

    before: str
    rest: str
    after: str
    edits: int


@dataclass(frozen=True)
class Candidate:
    """A phrase with fillers around it.

    `phrase` is its number among the phrases, `code` the sound of all of it, and `sounds` how many sounds are the
    phrase's own.
    """

    phrase: int
    code: str
    sounds: int


class Shortlist:
    """Finds the phrases that are nearest to a code; `book` has the fillers around them."""

    def __init__(self, phrases: Sequence[Phrase], book: PhraseBook, inventory: Inventory) -> None:
        self._phrases, self._book = phrases, book
        self._phrases_of: dict[str, list[int]] = {}
        for number, phrase in enumerate(phrases):
            if code := inventory.code(phrase.phonemes):
                self._phrases_of.setdefault(code, []).append(number)
        # Only the usual pronunciation of each phrase is compared at first; the others once that came near.
        self._codes = list(self._phrases_of)
        self._codes_of: dict[int, list[str]] = {}
        self._lengths = np.array([len(code) for code in self._codes], dtype=np.float64)
        self._inventory = inventory
        sounds = inventory.other + 1
        places = np.repeat(np.arange(len(self._codes)), self._lengths.astype(np.int64))
        which = places * sounds + inventory.decoded(self._codes)
        counts = np.bincount(which, minlength=sounds * len(self._codes))
        self._counts = np.ascontiguousarray(counts.reshape(-1, sounds).T.astype(np.uint8))
        self._before = _codes(book.fillers_before, inventory)
        self._after = [code[::-1] for code in _codes(book.fillers_after, inventory)]

    def candidates(self, heard: str, ways: Sequence[Way] | None = None) -> list[Candidate]:
        """The phrases nearest to `heard`, nearest first: whole and with fillers stripped, or in the `ways` given."""
        found: dict[Candidate, float] = {}
        for way in self._ways(heard) if ways is None else ways:
            plain = not (way.before or way.after)
            places = self._nearest(way, heard, NEAREST if plain else NEAREST_REST)
            phrases = [phrase for place in places for phrase in self._phrases_of[self._codes[place]]]
            if not plain:  # a decoy is all that was said, so "could you pass please" is none
                phrases = [phrase for phrase in phrases if self._phrases[phrase].intent is not None]
            spelled = [(phrase, code) for phrase in phrases for code in self._all_codes(phrase)]
            codes = [code for _, code in spelled]
            lengths = np.array([len(code) for code in codes], dtype=np.float64)
            for (phrase, code), far in zip(spelled, self._far(way, codes, lengths, heard), strict=True):
                found.setdefault(Candidate(phrase, way.before + code + way.after, len(code)), float(far))
        return sorted(found, key=lambda each: (found[each], each.phrase, each.code))

    def _all_codes(self, phrase: int) -> list[str]:
        """The codes of all pronunciations of a phrase, made when first asked for."""
        if phrase not in self._codes_of:
            ways = self._book.ways_of(self._phrases[phrase])
            self._codes_of[phrase] = list(dict.fromkeys(filter(None, map(self._inventory.code, ways))))
        return self._codes_of[phrase]

    def _nearest(self, way: Way, heard: str, count: int) -> list[int]:
        """The indices of the codes nearest to the rest of `way`, nearest first."""
        numbers, wanted = np.unique(self._inventory.decode(way.rest), return_counts=True)
        shared = np.zeros(len(self._codes))
        for number, times in zip(numbers, wanted, strict=True):
            shared += np.minimum(self._counts[number], times)
        edits = np.maximum(self._lengths, len(way.rest)) - shared
        places = _smallest(_normalised(edits, way, self._lengths, heard), COMPARED)
        codes = [self._codes[place] for place in places]
        return [places[near] for near in _smallest(self._far(way, codes, self._lengths[places], heard), count)]

    def _far(self, way: Way, codes: list[str], lengths: Floats, heard: str) -> Floats:
        """The distance of each code, with the fillers of `way` around it, from what was heard: 0 (the same) to 1."""
        edits = np.asarray(process.cdist([way.rest], codes, scorer=Levenshtein.distance)[0], dtype=np.float64)
        return _normalised(edits, way, lengths, heard)

    def _ways(self, heard: str) -> list[Way]:
        """Ways to strip fillers from both ends: none first, then the best."""
        whole = Way("", heard, "", 0)
        fronts = _stripped(heard, self._before)
        ways = []
        for before, rest, edits in [("", heard, 0), *fronts]:
            ways += [Way(before, rest, "", edits)] if before else []
            for after, middle, more in _stripped(rest[::-1], self._after):
                ways.append(Way(before, middle[::-1], after[::-1], edits + more))
        ways.sort(key=lambda way: (way.edits - len(way.before) - len(way.after), way.before, way.after))
        return [whole, *ways[: MOST_WAYS - 1]]


def _normalised(edits: Floats, way: Way, lengths: Floats, heard: str) -> Floats:
    """The edits, including those that the fillers of `way` took, as a share of the number of sounds."""
    return np.asarray((edits + way.edits) / np.maximum(lengths + len(way.before) + len(way.after), len(heard)))


def _codes(fillers: Sequence[Filler], inventory: Inventory) -> list[str]:
    return [code for code in dict.fromkeys(inventory.code(filler.phonemes) for filler in fillers) if code]


def _stripped(heard: str, fillers: Sequence[str]) -> list[tuple[str, str, int]]:
    """(fillers, rest, edits) for sequences of fillers that fit the start of `heard`; the rest is never empty."""
    found: list[tuple[str, str, int]] = []
    level = [("", heard, 0)]
    for _ in range(FILLERS_DEEP):
        level = [
            (row + filler, rest[length:], edits + more)
            for row, rest, edits in level
            for filler, length, more in _fitting(rest, fillers)
        ]
        level.sort(key=lambda way: (way[2] - len(way[0]), way[0]))
        level = level[:MOST_WAYS]
        found += level
    return found


def _fitting(heard: str, fillers: Sequence[str]) -> list[tuple[str, int, int]]:
    """(filler, number of sounds it takes up, edits) for the fillers that fit the start."""
    if len(heard) < 2 or not fillers:
        return []
    longest = min(len(heard) - 1, max(map(len, fillers)) + 1)
    starts = [heard[:length] for length in range(1, longest + 1)]
    edits = process.cdist(fillers, starts, scorer=Levenshtein.distance)
    best = edits.argmin(axis=1)
    least = edits[np.arange(len(fillers)), best]
    return [
        (filler, int(best[row]) + 1, int(least[row]))
        for row, filler in enumerate(fillers)
        if least[row] <= FILLER_LIMIT * len(filler)
    ]


def _smallest(values: npt.NDArray[np.float64], count: int) -> list[int]:
    """The indices of the smallest values, in order; ties by index."""
    if len(values) > count:
        limit = np.partition(values, count - 1)[count - 1]
        places = np.flatnonzero(values <= limit)
    else:
        places = np.arange(len(values))
    return [int(place) for place in places[np.argsort(values[places], kind="stable")]]
