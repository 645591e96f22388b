"""Finds what a free sentence names: a stretch, a thing, a time, a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.understanding.clauses import Words, ends_before

NEAR_ENOUGH = 86.0
"""How alike a name and the words must be, of 100, if no name stands there word for word: "the calf raise thing"."""

LEAST_LETTERS = 5
"""Letters of a name that may be looked for by likeness; a shorter one is like anything."""

LEAST_WORD = 4
"""Letters of a word by which a stretch may be told; shorter ones are mostly articles."""

COMMON = 3
"""Stretches in whose names a word stands that tells nothing: "the", "one"."""

BY_LIKENESS = "stretch"
"""The slot whose values have names in people's own words."""


@dataclass(frozen=True)
class Found:
    """A value of a slot: where it stands in the words (from, to), and the words of the book that it was found by."""

    slot: str
    value: str
    start: int
    end: int
    name: str


class SlotFinder:
    """Finds values of slots in words.

    `values` maps each slot to what is said for each of its values; right after the words `instead` stands what is not
    wanted.
    """

    def __init__(self, values: Mapping[str, Mapping[str, str]], instead: Sequence[Words] = ()) -> None:
        self._instead = instead
        self._values = {
            slot: {tuple(said.split()): value for said, value in texts.items()} for slot, texts in values.items()
        }
        self._longest = {slot: max(map(len, texts), default=0) for slot, texts in self._values.items()}
        self._names = [said for said in values.get(BY_LIKENESS, {}) if len(said) >= LEAST_LETTERS]
        self._stretches_of = self._words_of_names()

    def _words_of_names(self) -> dict[str, set[str]]:
        """For each word that is a name nearly by itself ("the ball one"), the stretches in whose names it stands."""
        found: dict[str, set[str]] = {}
        names = self._values.get(BY_LIKENESS, {})
        for name, stretch in names.items():
            for word in name:
                found.setdefault(word, set()).add(stretch)
        common = {word for word, of in found.items() if len(of) >= COMMON}
        alone = {word for name in names for word in name if {*name} - common == {word}}
        return {word: of for word, of in found.items() if word in alone and len(word) >= LEAST_WORD}

    def find(self, words: Sequence[str], slot: str) -> Found | None:
        """The longest value of a slot in the words, the last one of several; None if there is none."""
        texts, best = self._values.get(slot, {}), None
        for start in range(len(words)):
            for end in range(min(len(words), start + self._longest.get(slot, 0)), start, -1):
                said = tuple(words[start:end])
                if said in texts and not ends_before(words, start, self._instead):
                    found = Found(slot, texts[said], start, end, " ".join(said))
                    best = found if best is None or end - start >= best.end - best.start else best
                    break
        return best or (self._alike(words) or self._by_its_words(words) if slot == BY_LIKENESS else None)

    def _alike(self, words: Sequence[str]) -> Found | None:
        """A stretch whose name is said nearly; its place is not known, so it is all of the words."""
        text = " ".join(words)
        scored = [(fuzz.partial_ratio(name, text), len(name), name) for name in self._names if len(name) <= len(text)]
        score, _, name = max(scored, default=(0.0, 0, ""))
        if score < NEAR_ENOUGH:
            return None
        value = self._values[BY_LIKENESS][tuple(name.split())]
        return Found(BY_LIKENESS, value, 0, len(words), name)

    def _by_its_words(self, words: Sequence[str]) -> Found | None:
        """The one stretch in whose names all of the words stand that stand in any: "the one with the ball"."""
        named = [self._stretches_of[word] for word in words if word in self._stretches_of]
        left = set.intersection(*named) if named else set()
        if len(left) != 1:
            return None
        name = next(word for word in words if word in self._stretches_of)
        return Found(BY_LIKENESS, left.pop(), 0, len(words), name)

    def marked(self, words: Sequence[str]) -> list[str]:
        """The words with what is named word for word replaced by the name of its slot, so that all stretches, all
        times and all numbers look alike to whoever compares sentences."""
        marks: list[Found] = []
        for slot in self._values:
            found = self.find(words, slot)
            if found is not None and found.end - found.start < len(words) + (found.name == " ".join(words)):
                marks.append(found)
        marks.sort(key=lambda each: (each.start - each.end, each.start))
        taken: list[Found] = []
        for mark in marks:
            if all(mark.end <= other.start or mark.start >= other.end for other in taken):
                taken.append(mark)
        result = list(words)
        for mark in sorted(taken, key=lambda each: -each.start):
            result[mark.start : mark.end] = [f"[{mark.slot}]"]
        return result
