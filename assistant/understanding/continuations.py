"""Whether a phrase that was heard may be just the beginning of another: "next" of "next round"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from assistant.understanding.hypothesis import Match
from assistant.understanding.phrases import Phonemes, PhraseBook

Meaning = tuple[str | None, frozenset[tuple[str, str]]]
"""An intent and its slots."""


class GoingOn:
    """Knows the beginnings of the phrases of a book, by their usual sound: "to" and "two" begin the same.

    Only whole words count, for nobody falls silent inside one. Fillers are left out: "start please" means no more than
    "start", and in a match they are no part of the phrase. Decoys are left out too: nobody hesitates in "next week".
    Computed once, when first asked (some 20 ms).
    """

    def __init__(self, book: PhraseBook) -> None:
        self._book = book

    def otherwise(self, match: Match) -> bool:
        """Whether more words may make another command of what was understood."""
        own = (match.intent, frozenset(match.slots.items()))
        return not self._beginnings.get(self._sound(match.phrase), set()) <= {own}

    @cached_property
    def _beginnings(self) -> Mapping[Phonemes, set[Meaning]]:
        """What may come of a sound when more words follow."""
        found: dict[Phonemes, set[Meaning]] = {}
        commands = {(p.text, (p.intent, frozenset(p.slots))) for p in self._book.phrases if p.intent is not None}
        for text, meaning in commands:
            for beginning in _beginnings(text):
                found.setdefault(self._sound(beginning), set()).add(meaning)
        return found

    def _sound(self, text: str) -> Phonemes:
        """The usual sound; a word that the vocabulary lacks stands for itself."""
        return tuple(
            sound for word in text.split() for sound in self._book.vocabulary.get(word, ((word,),))[0]
        )  # fmt: skip


def _beginnings(text: str) -> Iterator[str]:
    words = text.split()
    for count in range(1, len(words)):
        yield " ".join(words[:count])
