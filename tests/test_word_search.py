"""Words found in sound: which, by a small model of words, and how sure they are."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.dialogue.rehearsal import rehearse
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.language.understand_text import new_interpreter, new_matcher
from assistant.language.word_model_file import word_model
from assistant.understanding.hypothesis import Posteriors
from assistant.understanding.word_model import BOUND, MARKS, UNKNOWN, WordModel, learned
from assistant.understanding.word_search import WordSearch
from assistant.wiring import guide_book, language_folder, phonemizer, phrase_book, read_routine, usable_meaning
from tests.speech import spoken

WAYS = {
    "two": (("t", "u"),),
    "to": (("t", "u"), ("t", "ə")),
    "hold": (("h", "o", "l", "d"),),
    "old": (("o", "l", "d"),),
    "it": (("ɪ", "t"),),
    "i": (("aɪ",),),
    "want": (("w", "ɑ", "n", "t"),),
    "minutes": (("m", "ɪ", "n", "ə", "t", "s"),),
    "no": (("n", "o"),),
}
SAID = ("i want to hold it", "i want two minutes", "hold it", "two minutes", "no", "i want to", "old minutes")
ALPHABET = ("<blank>", "<wb>", *sorted({sound for ways in WAYS.values() for way in ways for sound in way}), "k", "ʃ")


def model() -> WordModel:
    return learned([(text.split(), 1.0) for text in SAID], WAYS)


def sound(text: str, *, boundaries: bool = True, clear: float = 0.9) -> Posteriors:
    """A recogniser's posteriors for sounds separated by spaces, and words by "|": two frames a sound, then a blank."""
    heard = [symbol for symbol in text.replace("|", "<wb>").split() if boundaries or symbol != "<wb>"]
    columns = [ALPHABET.index(each) for symbol in heard for each in (symbol, symbol, "<blank>")]
    probabilities = np.full((len(columns), len(ALPHABET)), (1.0 - clear) / (len(ALPHABET) - 1))
    probabilities[np.arange(len(columns)), columns] = clear
    return Posteriors(np.log(probabilities).astype(np.float32), ALPHABET, blank=0)


def words(text: str, *, boundaries: bool = True) -> list[str]:
    found = WordSearch(model()).find(sound(text, boundaries=boundaries))
    return list(found.words) if found else []


@pytest.mark.parametrize("boundaries", [True, False])
def test_words_are_found_by_their_sounds_and_by_what_follows_what(boundaries):
    assert words("aɪ | w ɑ n t | t u | h o l d | ɪ t", boundaries=boundaries) == ["i", "want", "to", "hold", "it"]
    assert words("aɪ | w ɑ n t | t u | m ɪ n ə t s", boundaries=boundaries) == ["i", "want", "two", "minutes"]


def test_a_slip_of_the_recogniser_changes_no_words():
    assert words("aɪ | w ɑ n k | t u | h o l d | ɪ t") == ["i", "want", "to", "hold", "it"]


def test_a_boundary_tells_where_a_word_begins():
    assert words("ɪ t | h o l d") == ["it", "hold"]
    assert words("o l d | m ɪ n ə t s") == ["old", "minutes"]


def test_what_is_no_word_is_unknown_and_leaves_little_trust():
    search = WordSearch(model())
    known, strange = search.find(sound("t u | m ɪ n ə t s")), search.find(sound("s d s l n | l s m s d"))
    assert known is not None
    assert strange is not None
    assert MARKS[UNKNOWN] in strange.words
    assert strange.confidence < 0.2 < 0.8 < known.confidence


@pytest.mark.parametrize("frames", [0, 1, 40])
def test_silence_has_no_words(frames):
    silence = np.full((frames, len(ALPHABET)), 1e-6, np.float32)
    silence[:, 0] = 1.0
    assert WordSearch(model()).find(Posteriors(np.log(silence), ALPHABET, blank=0)) is None


def test_the_model_gives_each_word_a_share_after_each_other():
    small = model()
    table = small.between(np.arange(len(small.words)))
    after = np.exp(-table).sum(axis=1)
    assert after == pytest.approx(np.ones(len(small.words)), abs=0.05)
    number = {word: place for place, word in enumerate(small.words)}
    assert table[number["want"], number["two"]] < table[number["want"], number["no"]]
    assert table[BOUND, number["i"]] < table[number["i"], number["i"]]


def test_some_of_the_words_have_the_same_shares_as_among_all():
    small = model()
    everything = small.between(np.arange(len(small.words)))
    some = np.array([BOUND, UNKNOWN, 5, 3, 5])
    assert small.between(some) == pytest.approx(everything[np.ix_(some, some)])


def test_words_without_a_pronunciation_are_unknown():
    lacking = learned([(["hold", "the", "line"], 1.0)], WAYS)
    assert lacking.words == (*MARKS, "hold")


@pytest.mark.parametrize(
    ("when", "said", "intent"),
    [
        ("hold", "how many more of these do i have to do", "how_long"),
        ("hold", "the bus was late again this morning", None),
    ],
)
def test_free_speech_is_understood_by_its_sound_in_its_moment(when, said, intent):
    folder = language_folder("en")
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    matcher = new_matcher(book)
    ear = Ear(BuiltInRecogniser(), new_interpreter(matcher, usable_meaning(folder)[0], word_model(folder, book, None)))
    moment = rehearse(guide_book(folder), when).moment
    heard = [*ear.feed(np.pad(spoken(said), 16_000), moment), *ear.flush()]
    assert [each.match.intent for each in heard if each.match.accepted] == ([intent] if intent else [])
