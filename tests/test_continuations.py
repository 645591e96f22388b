"""Which phrases may be the beginning of another command."""

from __future__ import annotations

import pytest

from assistant.understanding.continuations import GoingOn
from assistant.understanding.hypothesis import Match
from assistant.understanding.phrases import Phrase, PhraseBook
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine


def book(*said: tuple[str, str | None, dict[str, str]], **vocabulary: tuple[str, ...]) -> PhraseBook:
    phrases = tuple(Phrase(text, intent, tuple(slots.items()), tuple(text)) for text, intent, slots in said)
    return PhraseBook("xx", phrases, vocabulary={word: (sound,) for word, sound in vocabulary.items()})


SMALL = book(
    ("start", "start_routine", {}),
    ("start the routine", "start_routine", {}),
    ("start heel stretches", "start_stretch", {"stretch": "heel_stretches"}),
    ("explain", "how_to", {}),
    ("explain heel stretches", "how_to", {"stretch": "heel_stretches"}),
    ("pause", "pause", {}),
    ("pause it", "pause", {}),
    ("go", "ready", {}),
    ("go home", None, {}),
    ("star", "yes", {}),
)


@pytest.mark.parametrize(
    ("match", "open_ended"),
    [
        (Match("start_routine", phrase="start"), True),
        (Match("start_routine", phrase="start the routine"), False),
        (Match("start_stretch", {"stretch": "heel_stretches"}, phrase="start heel stretches"), False),
        (Match("how_to", phrase="explain"), True),
        (Match("pause", phrase="pause"), False),
        (Match("ready", phrase="go"), False),
        (Match("yes", phrase="star"), False),
        (Match("yes", phrase="never heard"), False),
    ],
)
def test_more_words_make_another_command(match, open_ended):
    assert GoingOn(SMALL).otherwise(match) is open_ended


def test_what_begins_with_the_same_sound_counts_whatever_its_letters():
    alike = book(
        ("two", "ready", {}),
        ("to the next", "next", {}),
        two=("t", "u"),
        to=("t", "u"),
        the=("ð", "ə"),
        next=("n", "ɛ"),
    )
    assert GoingOn(alike).otherwise(Match("ready", phrase="two"))


def test_the_english_book_knows_what_may_go_on():
    folder = language_folder("en")
    going_on = GoingOn(phrase_book(folder, read_routine(folder), phonemizer("en")))
    may = {"start": "start_routine", "next": "next", "skip": "next", "what": "say_again", "explain": "how_to"}
    assert all(going_on.otherwise(Match(intent, phrase=text)) for text, intent in may.items())
    whole = {"pause": "pause", "hold on": "pause", "how much longer": "how_long", "ready": "ready", "undo": "undo"}
    assert not any(going_on.otherwise(Match(intent, phrase=text)) for text, intent in whole.items())
