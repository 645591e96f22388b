"""Two ears on a slow machine: the one that hears words goes first, the other is asked only about what that leaves open.

What the words leave open is most single words, for a closed grammar answers everything. Of 72 sentences of talk by
three synthetic Korean voices two came out as a whole phrase, however sure Vosk said it was; of 120 commands 16 did
as one of three words and more, 15 of them rightly, and all 13 of which each word was sure. So a whole phrase of several
sure words is believed. No English Vosk model was at hand to measure with.
"""

from __future__ import annotations

from assistant.hearing.ensemble import BothRecogniser
from assistant.ports import Recogniser
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.phrases import PhraseBook

SURE = 0.9
"""How sure Vosk must be of each word. It mostly says 1, right or wrong: that is worth something only for many words."""

SURE_WORDS = 3
"""Words that a phrase must have to be believed without the second ear."""


class WordsFirstRecogniser:
    """As BothRecogniser, but `sounds` hears only what `words` are not sure of.

    They are sure of a whole phrase of the book with SURE_WORDS words and more; that nothing was said to the guide where
    they find none of its words, if their model lacks none of them; and of more words than any phrase has.
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
        """Forget what came before; a new stretch of speech starts."""
        self._both.begin()

    def feed(self, samples: Samples) -> None:
        """Let the words be heard, and keep the sound for the other ear."""
        self._both.feed(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """What the stretch is up to now; `quick`, by the words alone."""
        words = self._words.so_far(quick=quick)
        return words if quick or self._settled(words) else self._both.so_far()

    def end(self) -> Hypothesis:
        """What the whole stretch was, by the words alone where they are sure."""
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
