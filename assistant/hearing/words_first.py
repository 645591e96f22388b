"""Two recognisers on a slow machine: the one for words goes first, the other hears only what that leaves open.

That is most single words, because a closed grammar finds one of its phrases in anything, and Vosk is nearly always
sure. A whole phrase of several sure words is hardly ever wrong, so it is believed. See docs/tuning.md.
"""

from __future__ import annotations

from assistant.hearing.ensemble import BothRecogniser
from assistant.ports import Recogniser
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.phrases import PhraseBook

SURE = 0.9
"""How sure Vosk must be of each word, 0 to 1. It mostly says 1, right or wrong, which is worth something only for many
words."""

SURE_WORDS = 3
"""Words that a phrase must have to be believed without the second recogniser."""


class WordsFirstRecogniser:
    """As BothRecogniser, but `sounds` hears only what `words` are not sure of.

    They are sure of a whole phrase of the book with at least SURE_WORDS words; that nothing was said to the guide if
    they find none of its words and their model lacks none of them; and of more words than any phrase has.
    """

    def __init__(self, words: Recogniser, sounds: Recogniser, book: PhraseBook) -> None:
        self._words = words
        self._both = BothRecogniser(words, sounds)
        self.name = self._both.name
        self.missing_words = words.missing_words
        texts = [phrase.text for phrase in book.phrases if phrase.intent is not None]
        self._believed = frozenset(text for text in texts if len(text.split()) >= SURE_WORDS)
        around = [
            max((len(f.text.split()) for f in side), default=0) for side in (book.fillers_before, book.fillers_after)
        ]
        self._most_words = max(len(text.split()) for text in texts) + sum(around)

    def begin(self) -> None:
        """Start a new stretch of speech, and forget the one before."""
        self._both.begin()

    def feed(self, samples: Samples) -> None:
        """Let `words` hear the samples, and keep them for `sounds`."""
        self._both.feed(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """The hypothesis so far; with `quick`, by the words alone."""
        words = self._words.so_far(quick=quick)
        return words if quick or self._settled(words) else self._both.so_far()

    def end(self) -> Hypothesis:
        """The hypothesis of the whole stretch, by the words alone if they are sure."""
        words = self._words.so_far()
        if not self._settled(words):
            return self._both.end()
        self.begin()
        return words

    def _settled(self, words: Hypothesis) -> bool:
        if not words.text:
            return not self.missing_words
        if len(words.text.split()) > self._most_words:
            return True
        return words.text in self._believed and words.confidence is not None and words.confidence >= SURE
