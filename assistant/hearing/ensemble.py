"""Two recognisers on the same sound: one streams words from a closed grammar, the other gives the phonemes.

Both always hear; or, on a slow machine, the words go first, and the other hears only what they leave open. That is most
single words, because a closed grammar finds one of its phrases in anything. See docs/tuning.md.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.ports import Recogniser
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.phrases import PhraseBook

SURE = 0.9
"""How sure Vosk must be of each word, 0 to 1. It mostly says 1, right or wrong, which is worth something only for many
words."""

SURE_WORDS = 3
"""Words that a phrase must have to be believed without the second recogniser."""


class BothRecogniser:
    """Joins `words`, which gives text and partial results (Vosk), and `sounds`, which gives posteriors (hama).

    The hypothesis is that of `words`, with the posteriors of `sounds`, and its phonemes as second opinion; the matcher
    is sure where both agree. If `words` heard none of its phrases, the hypothesis is that of `sounds`, with an empty
    second opinion: a word that the one model lacks can still be understood, but only if it is clear.
    """

    def __init__(self, words: Recogniser, sounds: Recogniser) -> None:
        self._words = words
        self._sounds = sounds
        self.name = f"{words.name}+{sounds.name}"
        self.missing_words = words.missing_words
        self._joined: tuple[Hypothesis, Hypothesis, Hypothesis] | None = None

    def begin(self) -> None:
        """Start a new stretch of speech, and forget the one before."""
        self._words.begin()
        self._sounds.begin()

    def feed(self, samples: Samples) -> None:
        """Let both recognisers hear the next samples."""
        self._sounds.feed(samples)
        self._words.feed(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """The hypothesis of both so far; with `quick`, that of the words if there are any."""
        if quick:
            words = self._words.so_far(quick=True)
            return words if words.text else self._sounds.so_far(quick=True)
        return self._together(self._words.so_far(), self._sounds.so_far())

    def end(self) -> Hypothesis:
        """The hypothesis of both for the whole stretch."""
        sounds = self._sounds.end()
        return self._together(self._words.end(), sounds)

    def _together(self, words: Hypothesis, sounds: Hypothesis) -> Hypothesis:
        """The joint hypothesis; the same object as long as both parts are the same."""
        if self._joined is None or self._joined[0] is not words or self._joined[1] is not sounds:
            self._joined = (words, sounds, _joined(words, sounds, self.name))
        return self._joined[2]


def _joined(words: Hypothesis, sounds: Hypothesis, name: str) -> Hypothesis:
    if not words.text:
        return replace(sounds, second_opinion=(), free_text=words.free_text, free_confidence=words.free_confidence)
    words = replace(words, recogniser=name, second_opinion=sounds.phonemes)
    return replace(words, posteriors=sounds.posteriors, rehearings=sounds.rehearings)


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
