"""Numbers said in a row, as somebody does who counts aloud: "seven eight nine"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.intents import DECOYS_ELSEWHERE
from assistant.understanding.hypothesis import Match
from assistant.understanding.phrases import Phrase, PhraseBook


class NumberRows:
    """Finds rows of numbers: of the phrases, those that people say one after the other with nothing in between."""

    def __init__(self, book: PhraseBook) -> None:
        said = {tuple(each.text.split()): each for each in book.phrases if _counts(each)}
        alone = {word for words in said for word in words if len(words) == 1}
        self._phrases = {words: each for words, each in said.items() if alone.issuperset(words)}
        self._longest = max(map(len, self._phrases), default=0)

    def find(self, words: Sequence[str]) -> Match | None:
        """What the last number means, if the words are numbers and nothing else; else None."""
        place, last = 0, None
        while place < len(words):
            lengths = range(min(self._longest, len(words) - place), 0, -1)
            found = next((length for length in lengths if tuple(words[place : place + length]) in self._phrases), 0)
            if not found:
                return None
            last = self._phrases[tuple(words[place : place + found])]
            place += found
        return _as_match(last, words) if last is not None else None


def _counts(phrase: Phrase) -> bool:
    """Whether a phrase has a number that somebody who counts may say: nobody counts nought."""
    return phrase.intent in DECOYS_ELSEWHERE and phrase.slot_values().get("n") != "0"


def _as_match(phrase: Phrase, words: Sequence[str]) -> Match:
    sure = Match(phrase.intent, phrase.slot_values(), score=1.0, margin=1.0, accepted=True, sure=True)
    return replace(sure, phrase=" ".join(words), tier="phrase", probability=1.0)
