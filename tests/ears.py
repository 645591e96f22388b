"""Built-in ears that listen to what eSpeak NG says in English.

Whoever imports fixtures from here names them in `__all__`: they are asked for by name, with those that they need.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.phrases import PhraseBook
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from tests.speech import spoken

VOICE = "en-us+f3"


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    folder = language_folder("en")
    return phrase_book(folder, read_routine(folder), phonemizer("en"))


@pytest.fixture(scope="module")
def matcher(book: PhraseBook) -> Matcher:
    return Matcher(book)


@pytest.fixture(scope="module")
def built_in() -> BuiltInRecogniser:
    return BuiltInRecogniser()


@pytest.fixture
def ear(built_in: BuiltInRecogniser, matcher: Matcher) -> Ear:
    return Ear(built_in, Interpreter(matcher))


def sound(said: Sequence[tuple[float, str]], seconds: float) -> Samples:
    samples = np.zeros(int(seconds * LISTENING_RATE), np.float32)
    for at, text in said:
        piece = spoken(text, VOICE)
        start = int(at * LISTENING_RATE)
        samples[start : start + len(piece)] += piece
    return samples


def heard_in(ear: Ear, samples: Samples, moment: Moment = NO_MOMENT, block: int = BLOCK) -> list[Utterance]:
    utterances = []
    for start in range(0, len(samples), block):
        utterances += ear.feed(samples[start : start + block], moment)
    return [*utterances, *ear.flush()]


def loud_end(text: str) -> float:
    """Seconds to the end of what is heard of a text."""
    return int(np.flatnonzero(np.abs(spoken(text, VOICE)) > 0.01)[-1]) / LISTENING_RATE
