"""What a sentence is made of, as numbers: n-grams of its words and letters, hashed into buckets.

Hashing needs no list of the n-grams, and a word that was never seen still shares its letters with those that were
(Weinberger and others, 2009: Feature Hashing for Large Scale Multitask Learning).
"""

from __future__ import annotations

import math
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

BUCKETS = 1 << 14
"""Buckets that n-grams are hashed into; twice as many gain nothing that could be measured (docs/tuning.md)."""

WORDS_IN_A_ROW = 3
LETTERS_IN_A_ROW = (3, 4, 5)
"""The longest n-gram of words, and the lengths of those of letters."""

APART = 4
"""How far apart two words may stand that count as a pair: "how ... longer"."""


def ngrams(words: Sequence[str]) -> Iterator[str]:
    """The n-grams of normalised words: words in a row, pairs of words apart, letters within a word."""
    bounded = ["<", *words, ">"]
    for length in range(1, WORDS_IN_A_ROW + 1):
        for start in range(len(bounded) - length + 1):
            if length > 1 or 0 < start <= len(words):
                yield "w" + " ".join(bounded[start : start + length])
    for first in range(len(words)):
        for second in range(first + 2, min(first + APART + 1, len(words))):
            yield f"p{words[first]}~{words[second]}"
    for word in words:
        padded = unicodedata.normalize("NFKD", f"_{word}_")  # a syllable of Hangul becomes its two or three letters
        for length in LETTERS_IN_A_ROW:
            for start in range(len(padded) - length + 1):
                yield "l" + padded[start : start + length]


def bucket_counts(words: Sequence[str]) -> dict[int, float]:
    """The buckets of the n-grams, each with 1 plus the logarithm of how many fell into it."""
    counts = Counter(zlib.crc32(each.encode()) % BUCKETS for each in ngrams(words))
    return {bucket: 1.0 + math.log(count) for bucket, count in counts.items()}
