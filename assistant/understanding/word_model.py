"""What people say word by word: the words of a language with their sounds, and how probably one follows another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understanding.phrases import Phonemes

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

BOUND, UNKNOWN = 0, 1
"""The numbers of the beginning and end of a sentence, and of any word that the model lacks."""

MARKS = ("", "<unk>")
"""What stands for these two among the words."""

DISCOUNT = 0.75
"""What is taken off the count of each pair of words, and given to pairs that nobody said: the usual value."""

UNKNOWN_SHARE = 0.02
"""How often a word is none of the model's."""


@dataclass(frozen=True)
class WordModel:
    """Pairs of words, with back-off (Kneser and Ney, "Improved backing-off for m-gram language modeling", 1995).

    `words` begin with MARKS; `ways` are the pronunciations of each. All else is in nats against: `alone` a word
    whatever stands before it, `backing` going back to that after a word, shape (words,); `follows` are the words that
    were seen after each word and `pairs` what they cost, those after word n from `starts[n]` to `starts[n + 1]`.
    """

    words: tuple[str, ...]
    ways: tuple[tuple[Phonemes, ...], ...]
    alone: Floats
    backing: Floats
    starts: Numbers
    follows: Numbers
    pairs: Floats

    def between(self, numbers: Numbers) -> Floats:
        """The nats against each word (column) after each word (row), for some of the words; shape (some, some)."""
        table = self.backing[numbers][:, None] + self.alone[numbers][None, :]
        columns = np.full(len(self.words), -1, np.int64)
        columns[numbers] = np.arange(len(numbers))
        counts = self.starts[numbers + 1] - self.starts[numbers]
        places = np.arange(counts.sum()) + np.repeat(self.starts[numbers] - np.cumsum(counts) + counts, counts)
        column = columns[self.follows[places]]
        row = np.repeat(np.arange(len(numbers)), counts)
        there = column >= 0
        table[row[there], column[there]] = self.pairs[places[there]]
        return np.asarray(table, np.float32)


def learned(sentences: Iterable[tuple[Sequence[str], float]], ways: Mapping[str, tuple[Phonemes, ...]]) -> WordModel:
    """The model of sentences, each with a weight; words without a pronunciation in `ways` are unknown."""
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for sentence, weight in sentences:
        known = [word if word in ways else MARKS[UNKNOWN] for word in sentence]
        for pair in zip(("", *known), (*known, ""), strict=True):
            counts[pair] += weight
    words = (*MARKS, *sorted({word for pair in counts for word in pair} - set(MARKS)))
    number = {word: place for place, word in enumerate(words)}
    found = sorted(
        (number[one], number[other], count) for (one, other), count in counts.items() if other != MARKS[UNKNOWN]
    )
    before, after = (np.array([row[place] for row in found], np.int64) for place in (0, 1))
    seen = np.array([row[2] for row in found])
    size = len(words)
    kinds = np.bincount(after, minlength=size) + 0.0  # in how many places, which is fairer than how often
    kinds[UNKNOWN] = UNKNOWN_SHARE / (1 - UNKNOWN_SHARE) * kinds.sum()
    alone = np.maximum(kinds, 0.5) / np.maximum(kinds, 0.5).sum()
    totals = np.bincount(before, seen, minlength=size)
    discounts = np.minimum(seen, DISCOUNT)
    left = np.bincount(before, discounts, minlength=size) / np.maximum(totals, 1e-9)
    left[totals == 0] = 1.0
    chance = (seen - discounts) / totals[before] + left[before] * alone[after]
    return WordModel(
        words,
        tuple(ways.get(word, ()) for word in words),
        np.asarray(-np.log(alone), np.float32),
        np.asarray(-np.log(left), np.float32),
        np.searchsorted(before, np.arange(size + 1)),
        after,
        np.asarray(-np.log(chance), np.float32),
    )
