"""Whether a phrase that was heard may be just the beginning of another one: "next" of "next round"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from assistant.understanding.hypothesis import Match
from assistant.understanding.phrases import Phonemes, PhraseBook

Meaning = tuple[str | None, frozenset[tuple[str, str]]]
"""An intent and its slots."""


class GoingOn:
    """Knows the beginnings of a book's phrases by their usual sound: "to" and "two" begin the same.

    Only whole words count, because nobody pauses inside one. Fillers are left out: "start please" means no more than
    "start", and in a match they are not part of the phrase. So are decoys: nobody hesitates in "next week". Computed
    when first asked, which takes 0.1 s: `prepare` has it done before somebody waits for it.
    """

    def __init__(self, book: PhraseBook) -> None:
        self._book = book

    def prepare(self) -> None:
        """Compute what is to be known, if that isn't done."""
        _ = self._beginnings

    def otherwise(self, match: Match) -> bool:
        """Whether more words could turn the match into another command."""
        own = (match.intent, frozenset(match.slots.items()))
        return not self._beginnings.get(self._sound(match.phrase), set()) <= {own}

    @cached_property
    def _beginnings(self) -> Mapping[Phonemes, set[Meaning]]:
        """What each beginning may come to mean when more words follow."""
        found: dict[Phonemes, set[Meaning]] = {}
        meanings = dict[tuple[object, ...], Meaning]()
        for phrase in (each for each in self._book.phrases if each.intent is not None):
            meant = (phrase.intent, phrase.slots)
            meaning = meanings.get(meant) or meanings.setdefault(meant, (phrase.intent, frozenset(phrase.slots)))
            sound: Phonemes = ()
            for word in phrase.text.split()[:-1]:
                sound += self._usual(word)
                found.setdefault(sound, set()).add(meaning)
        return found

    def _sound(self, text: str) -> Phonemes:
        """The usual sound."""
        return tuple(sound for word in text.split() for sound in self._usual(word))

    def _usual(self, word: str) -> Phonemes:
        """The usual sound of a word; one that is missing from the vocabulary stands for itself."""
        known = self._book.vocabulary.get(word)
        return tuple(known[0]) if known else (word,)
