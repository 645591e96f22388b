"""Whether a phrase that was heard may be just the beginning of another one: "next" of "next round"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from assistant.understanding.hypothesis import Match
from assistant.understanding.phrases import Phonemes, PhraseBook

Meaning = tuple[str | None, frozenset[tuple[str, str]]]
"""An intent and its slots."""


class GoingOn:
    """Knows the beginnings of a book's phrases by their usual sound: "to" and "two" begin the same.

    Only whole words count, because nobody pauses inside one. Fillers are left out: "start please" means no more than
    "start", and in a match they are not part of the phrase. So are decoys: nobody hesitates in "next week". Computed
    when first asked (some 20 ms).
    """

    def __init__(self, book: PhraseBook) -> None:
        self._book = book

    def otherwise(self, match: Match) -> bool:
        """Whether more words could turn the match into another command."""
        own = (match.intent, frozenset(match.slots.items()))
        return not self._beginnings.get(self._sound(match.phrase), set()) <= {own}

    @cached_property
    def _beginnings(self) -> Mapping[Phonemes, set[Meaning]]:
        """What each beginning may come to mean when more words follow."""
        found: dict[Phonemes, set[Meaning]] = {}
        commands = {(p.text, (p.intent, frozenset(p.slots))) for p in self._book.phrases if p.intent is not None}
        for text, meaning in commands:
            for beginning in _beginnings(text):
                found.setdefault(self._sound(beginning), set()).add(meaning)
        return found

    def _sound(self, text: str) -> Phonemes:
        """The usual sound; a word missing from the vocabulary stands for itself."""
        return tuple(
            sound for word in text.split() for sound in self._book.vocabulary.get(word, ((word,),))[0]
        )  # fmt: skip


def _beginnings(text: str) -> Iterator[str]:
    words = text.split()
    for count in range(1, len(words)):
        yield " ".join(words[:count])
