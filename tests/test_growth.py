"""The phrases that a language takes from its corpus."""

from __future__ import annotations

import pytest

from assistant.language.corpus import Said
from assistant.language.growth import grown
from assistant.understanding.phrases import Phrase
from assistant.understanding.slot_filling import SlotFinder

NUMBERS = {"10": "ten"}
FINDER = SlotFinder({"seconds": {"ten seconds": "10"}, "stretch": {"heel stretches": "heel_stretches"}})
PHRASES = (Phrase("go on now", "next", (), tuple("goonnow")),)


def texts(*corpus: Said, unknown: str = "") -> dict[str, tuple[str | None, dict[str, str]]]:
    """What is taken from a corpus, each word of which sounds as it is spelled."""
    words = {word for said in corpus for word in said.text.lower().replace("10", "ten").split()}
    ways = {word: (tuple(word),) for word in words if word != unknown}
    found = grown(corpus, PHRASES, ways, FINDER, NUMBERS)
    assert all(phrase.cost > 0 for phrase in found), "a template's phrase that is as near must win"
    return {phrase.text: (phrase.intent, dict(phrase.slots)) for phrase in found}


LIKE_EACH_OTHER = (Said("is this much longer", "how_long"), Said("is this much longer then", "how_long"))


def test_a_short_sentence_that_is_like_others_of_its_intent_is_a_phrase():
    odd = Said("wherefore tarry", "how_long")
    usual = Said("this much longer then", "how_long")
    begins = Said("this is over", "how_long")
    assert texts(*LIKE_EACH_OTHER, odd, usual, begins) == {
        "is this much longer then": ("how_long", {}),
        "this much longer then": ("how_long", {}),
    }


def test_distress_counts_however_it_is_worded_and_even_as_one_word():
    assert texts(Said("cramping", "hurts", (("kind", "cramp"),))) == {"cramping": ("hurts", {"kind": "cramp"})}
    assert texts(Said("ow", "hurts")) == {}, "so few sounds are near to anything"


def test_politeness_may_be_meant_for_anybody():
    assert texts(Said("many thanks indeed", "thanks"), Said("thanks indeed", "thanks")) == {}


def test_a_long_sentence_and_one_with_a_word_that_nobody_spelled_are_left_out():
    long = Said("my heel hurts so very much now", "hurts")
    assert texts(long, Said("my toe throbs", "hurts"), unknown="throbs") == {}


@pytest.mark.parametrize(
    "other",
    [
        Said("burning terribly", "tired"),
        Said("burning terribly", ""),
        Said("is burning terribly", ""),
        Said("burning terribly", "hurts", (("kind", "cramp"),)),
    ],
    ids=["another intent", "nothing", "nearly nothing", "another slot"],
)
def test_what_means_something_else_too_is_left_out(other):
    assert texts(Said("burning terribly", "hurts"), other) == {}


def test_what_sounds_like_a_phrase_of_another_meaning_is_left_out():
    assert texts(Said("go on no", "hurts")) == {}
    assert texts(Said("go on now", "hurts")) == {}, "it is one"


def test_a_slot_that_a_section_leaves_open_must_be_found_in_the_words():
    more = Said("hold for 10 seconds", "set_hold", names="seconds")
    again = Said("do hold for 10 seconds", "set_hold", names="seconds")
    lacking = Said("hold for seconds", "set_hold", names="seconds")
    assert texts(more, again, lacking)["hold for ten seconds"] == ("set_hold", {"seconds": "10"})
    assert "hold for seconds" not in texts(more, again, lacking)


@pytest.mark.parametrize(
    ("named", "slots"),
    [("heel stretches", {"stretch": "heel_stretches"}), ("heal stretchez", {})],
    ids=["its name", "like its name"],
)
def test_a_stretch_that_need_not_be_named_is_taken_only_by_its_name(named, slots):
    how = (f"how do {named} go", f"so how do {named} go", "how do they go")
    assert texts(*(Said(text, "how_to") for text in how))[f"how do {named} go"] == ("how_to", slots)
