"""Who is near and who is far, by level: a person over a quiet radio, on made-up levels and by sound."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.front_end.vad import CHUNK
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.hearing.endpointing import Endpointer
from assistant.language.understand_text import new_interpreter, new_matcher
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from tests.speech import spoken

RADIO, PERSON, ROOM = -38.0, -18.0, -70.0
"""Levels in dB."""


def chunks(seconds: float) -> int:
    return round(seconds * LISTENING_RATE / CHUNK)


def steps(*parts: tuple[float, float]) -> list[str]:
    """What each chunk is, given seconds and levels; all above the room is speech to the VAD."""
    endpointer = Endpointer()
    levels = [level for seconds, level in parts for _ in range(chunks(seconds))]
    return [endpointer.step(1.0 if level > ROOM else 0.0, level) for level in levels]


def test_a_person_over_a_quiet_radio_begins_an_utterance_and_ends_it():
    found = steps((3.0, RADIO), (0.6, PERSON), (2.0, RADIO))
    assert found.count("nearer") == 1
    assert found.index("nearer") == chunks(3.0) + 1, "two chunks of a person are enough"
    end = found.index("end")
    assert chunks(3.6) < end < chunks(3.6 + 0.16 + 0.64 + 0.1), "the radio counts as silence"
    assert "begin" in found[end:], "and is listened to for the next person"


def test_a_radio_between_the_words_is_a_hesitation():
    found = steps((3.0, RADIO), (0.4, PERSON), (0.5, RADIO), (0.4, PERSON), (1.5, RADIO))
    assert [step for step in found if step not in ("speech", "silence")] == ["begin", "nearer", "end", "begin"]


def test_a_radio_switched_on_with_the_first_word_is_background_too():
    assert "end" in steps((1.0, ROOM), (0.6, PERSON), (2.0, RADIO))


@pytest.mark.parametrize("soft", [0.1, 0.3])
def test_a_word_may_begin_softly(soft):
    found = steps((1.0, ROOM), (soft, PERSON - 16), (0.5, PERSON), (1.0, ROOM))
    assert [step for step in found if step not in ("speech", "silence")] == ["begin", "end"]


def test_stress_and_weak_sounds_part_nothing():
    word = [(0.2, PERSON), (0.13, PERSON - 20), (0.2, PERSON - 8), (0.1, PERSON - 16)]
    found = steps((1.0, ROOM), *word, *word, *word, (0.3, PERSON - 10), (1.0, ROOM))
    assert [step for step in found if step not in ("speech", "silence")] == ["begin", "end"]


def test_without_levels_nobody_is_nearer_than_another():
    endpointer = Endpointer()
    assert {endpointer.step(1.0) for _ in range(chunks(4.0))} == {"silence", "begin", "speech"}


def with_radio(below: float) -> Samples:
    """ "That hurts", "pause" and "stop" said over somebody who reads on, so many dB below them."""
    texts = ("that hurts", "pause", "stop")
    person = np.concatenate([np.pad(_at_full_scale(spoken(text)), (48000, 24000)) for text in texts])
    read = _at_full_scale(spoken("the towns along the coast are connected by a road that " * 12, "en-gb+f2", 165))
    radio = np.resize(read, len(person)) * 10 ** (-below / 20)
    noise = np.random.default_rng(1).normal(0.0, 2e-3, len(person))
    return np.asarray(0.6 * (person + radio) + noise, np.float32)


def _at_full_scale(samples: Samples) -> Samples:
    return np.asarray(samples / np.abs(samples).max(), np.float32)


@pytest.mark.parametrize("below", [19, 25])
def test_over_a_quiet_radio_what_is_urgent_is_heard(below):
    folder = language_folder("en")
    ear = Ear(
        BuiltInRecogniser(), new_interpreter(new_matcher(phrase_book(folder, read_routine(folder), phonemizer("en"))))
    )
    heard = [*ear.feed(with_radio(below)), *ear.flush()]
    assert [each.match.intent for each in heard if each.match.accepted] == ["hurts", "pause", "stop"]
