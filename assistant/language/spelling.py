"""Written words to the sounds they stand for, in any language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # These import numpy, which reading a routine should not have to: it only compares names.
    from assistant.ports import Phonemizer
    from assistant.understanding.phrases import Phonemes, PhraseBook

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DIGITS_APART = re.compile(r"[0-9]+|[^0-9]+")


def normalise(text: str, numbers: Mapping[str, str]) -> list[str]:
    """The words of a text: lower case, no punctuation except apostrophes inside words, numbers as words.

    `numbers` maps what is written with digits to words. Digits that it lacks are said one by one if it has those, and
    left out otherwise.
    """
    folded = unicodedata.normalize("NFC", text.translate(_APOSTROPHES)).lower()
    words: list[str] = []
    for token in _WORD.findall(folded):
        words.extend(_spelled_out(token, numbers))
    return words


def _spelled_out(token: str, numbers: Mapping[str, str]) -> list[str]:
    if token in numbers:
        return numbers[token].split()
    if not any(character.isdigit() for character in token):
        return [token]
    words: list[str] = []
    for piece in _DIGITS_APART.findall(token):
        if piece in numbers:
            words.extend(numbers[piece].split())
        elif not piece[0].isdigit():
            words.append(piece)
        else:
            words.extend(word for digit in piece for word in numbers.get(digit, "").split())
    return words


class Speller:
    """Gives the phonemes of free text: from the book's vocabulary, else from the phonemizer, once for each word.

    `numbers` maps what is written with digits to words, as in the book. Words in `by_meaning` that the book lacks get
    none: they are understood by what they mean, and grapheme-to-phoneme takes a while for each.
    """

    def __init__(self, book: PhraseBook, phonemizer: Phonemizer, by_meaning: Collection[str] = ()) -> None:
        self.numbers = book.numbers
        self._by_meaning = by_meaning
        self._phonemizer = phonemizer
        self._known: dict[str, Phonemes] = {word: ways[0] for word, ways in book.vocabulary.items() if ways}

    def words(self, text: str) -> list[str]:
        """The normalised words of the text."""
        return normalise(text, self.numbers)

    def phonemes(self, text: str) -> Phonemes:
        """The phonemes of the text, word after word with nothing between."""
        return self.phonemes_of(self.words(text))

    def phonemes_of(self, words: Sequence[str]) -> Phonemes:
        """The phonemes of words that are already normalised."""
        return tuple(phoneme for word in words for phoneme in self._word(word))

    def _word(self, word: str) -> Phonemes:
        known = self._known.get(word)
        if known is None and word in self._by_meaning:
            return ()
        if known is None:
            known = self._known[word] = tuple(self._phonemizer.word(word))
        return known


class LetterPhonemizer:
    """Stands in where there is no grapheme-to-phoneme: the letters of a word serve as its phonemes.

    Typed text and recognised words can still be compared, by spelling instead of sound.
    """

    name = "letters-1"

    def word(self, word: str) -> Phonemes:
        """The letters and digits of the word, decomposed so that an accent, or a Hangul jamo, counts on its own."""
        return tuple(character for character in unicodedata.normalize("NFKD", word) if character.isalnum())
