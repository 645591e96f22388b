"""Ears with a part left out, to measure what that part is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.front_end.vad import CHUNK
from assistant.hearing.ear import Ear
from assistant.understanding.hypothesis import Hypothesis, Match, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.phrases import PhraseBook
from assistant.understanding.thresholds import Thresholds
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine

Part = Literal["", "margin", "voice activity", "scoring"]
"""What an ear does without; "" for nothing."""

LOUD = 10 ** (-42 / 20)
"""RMS (-42 dB of full scale) from which an ear without a VAD takes sound for speech: the most usual way to do without
one, and as low as the quietest vowel of a person at the bench's level."""

FARTHEST = 0.65
"""Normalised distance up to which plain scoring accepts the nearest phrase."""


class LevelActivity:
    """Takes anything loud for speech."""

    def __call__(self, chunk: Samples) -> float:
        """1 for loud, 0 for quiet samples."""
        return float(np.dot(chunk, chunk) > LOUD**2 * CHUNK)

    def reset(self) -> None:
        """Does nothing."""


class PlainMatcher(Matcher):
    """Accepts the phrase nearest by normalised Levenshtein distance between phonemes, up to FARTHEST."""

    def __init__(self, book: PhraseBook) -> None:
        super().__init__(book)
        self._phrases = tuple(phrase for phrase in book.phrases if phrase.intent is not None)
        self._sounds = [list(phrase.phonemes) for phrase in self._phrases]

    def match(
        self,
        hypothesis: Hypothesis,
        expected: frozenset[str] = frozenset(),
        overheard: frozenset[str] = frozenset(),
        *,
        named: bool = False,
    ) -> Match:
        """The nearest phrase, whatever fits the moment."""
        del expected, overheard, named
        heard = list(hypothesis.phonemes)
        if not heard:
            return Match(None)
        _, distance, place = process.extractOne(heard, self._sounds, scorer=Levenshtein.normalized_distance)
        phrase = self._phrases[place]
        accepted = float(distance) <= FARTHEST
        return Match(phrase.intent, phrase.slot_values(), 1.0 - float(distance), accepted=accepted, phrase=phrase.text)


def without_margin() -> Thresholds:
    """Thresholds that ask for no distance to the next meaning."""
    return replace(Thresholds(), margin=0.0, opposite_margin=0.0, decoy_margin=0.0)


def english_ears(without: Part = "") -> Callable[[], Ear]:
    """Makes built-in ears for English; only one of them may hear at a time."""
    from assistant.hearing.built_in import BuiltInRecogniser

    folder = language_folder("en")
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    if without == "scoring":
        matcher: Matcher = PlainMatcher(book)
    else:
        matcher = Matcher(book, without_margin() if without == "margin" else None)
    recogniser = BuiltInRecogniser()

    def new_ear() -> Ear:
        return Ear(recogniser, Interpreter(matcher), LevelActivity() if without == "voice activity" else None)

    return new_ear
