"""Two recognisers on the same sound: one streams words from a closed grammar, the other gives the phonemes."""

from __future__ import annotations

from dataclasses import replace

from assistant.ports import Recogniser
from assistant.understanding.hypothesis import Hypothesis, Samples


class BothRecogniser:
    """Joins `words`, which gives text and partial results (Vosk), and `sounds`, which gives posteriors.

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
    return replace(words, posteriors=sounds.posteriors)
