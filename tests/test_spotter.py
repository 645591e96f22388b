"""Words of distress anywhere in what was heard, by sound, and what must not be taken for them."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.language.understand_text import new_interpreter, new_matcher
from assistant.understanding.hypothesis import Hypothesis, Posteriors
from assistant.understanding.phrases import Phrase
from assistant.understanding.spotter import Spotted, Spotter
from assistant.understanding.thresholds import Thresholds
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from tests.speech import spoken

SOUNDS = ("h", "ɝ", "t", "s", "p", "e", "n", "d", "ʌ", "z", "m", "i", "l", "o", "<blank>")


def posteriors(*sounds: str) -> Posteriors:
    """Each sound clearly, for two frames, with a blank after it."""
    frames = [sound for each in sounds for sound in (each, each, "<blank>")]
    table = np.full((len(frames), len(SOUNDS)), np.log(0.001), np.float32)
    table[np.arange(len(frames)), [SOUNDS.index(sound) for sound in frames]] = np.log(0.98)
    return Posteriors(table, SOUNDS, SOUNDS.index("<blank>"))


def phrase(text: str, *sounds: str, intent: str | None = "hurts") -> Phrase:
    return Phrase(text, intent, (("kind", "pain"),) if intent else (), sounds)


HURTS = phrase("my toe hurts", "m", "i", "t", "o", "h", "ɝ", "t", "s")
HURT = ("h", "ɝ", "t")
NOT = phrase("doesn't hurt", "d", "ʌ", "z", "n", "t", *HURT, intent=None)
IT_HURT = phrase("it hurt", "i", "t", *HURT)


@pytest.fixture(scope="module")
def spotter() -> Spotter:
    return Spotter([HURTS, IT_HURT, NOT])


def spotted(spotter: Spotter, hypothesis: Hypothesis) -> Spotted | None:
    return spotter.spot(spotter.weigh(hypothesis), Thresholds())


@pytest.mark.parametrize("around", [(), ("n", "o"), ("l", "e", "d", "z")])
def test_a_phrase_is_found_anywhere(spotter, around):
    found = spotted(spotter, Hypothesis((), posteriors=posteriors(*around, *HURTS.phonemes, *around)))
    assert found is not None
    assert found.sure
    match = found.match()
    assert (match.intent, match.slots, match.phrase) == ("hurts", {"kind": "pain"}, "my toe hurts")
    assert match.accepted
    assert not match.sure, "it waits for the end of the sentence"


def test_what_is_less_clear_is_worth_a_question(spotter):
    heard = ("m", "i", "t", "o", "ɝ", "d", "s")
    found = spotted(spotter, Hypothesis((), posteriors=posteriors(*heard)))
    assert found is not None
    assert (found.match().accepted, found.match().doubtful) == (False, True)


def test_a_rival_that_holds_the_same_sounds_wins(spotter):
    assert spotted(spotter, Hypothesis((), posteriors=posteriors("i", "t", *HURT))) is not None
    assert spotted(spotter, Hypothesis((), posteriors=posteriors("i", *NOT.phonemes))) is None


def test_nothing_is_spotted_where_there_is_no_sound_or_nothing_like_it(spotter):
    assert spotted(spotter, Hypothesis(HURTS.phonemes)) is None
    assert spotted(spotter, Hypothesis((), posteriors=posteriors())) is None
    assert spotted(spotter, Hypothesis((), posteriors=posteriors("l", "o", "n", "l", "i", "l", "o"))) is None


def test_by_voice_distress_is_heard_in_sentences_that_nobody_wrote_down():
    folder = language_folder("en")
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    ear = Ear(BuiltInRecogniser(), new_interpreter(new_matcher(book)))

    def distress(text: str) -> list[str]:
        heard = [*ear.feed(np.pad(spoken(text, "en-us+f4"), 16000)), *ear.flush()]
        return [each.match.slots.get("kind", "") for each in heard if each.match.intent == "hurts"]

    assert distress("I have fallen and I can't get up from the floor") == ["fall"]
    assert distress("my leg has gone completely numb") == ["numb"]
    assert distress("the bus was late again this morning") == []
    assert distress("no it doesn't hurt at all today") == []
