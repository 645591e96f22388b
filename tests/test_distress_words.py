"""Distress found by words anywhere in what is said, and how sure that makes it."""

from __future__ import annotations

import pytest

from assistant.understanding.distress import Distress, DistressWords, Found, how_sure

WORDS = DistressWords(
    kinds={"pain": (("hurts",), ("pain",)), "fall": (("fell", "over"),), "cramp": (("cramp",),)},
    spared=(("no", "pain", "no", "gain"),),
    denials=(("no",), ("doesn't",), ("not",)),
    elsewhere=(("what", "if"), ("he",)),
    past=(("yesterday",),),
    plain=(("fell", "over"),),
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("oh that really hurts a lot", Found("pain", own=True)),
        ("i fell over and it hurts", Found("fall", own=True, plain=True)),
        ("that doesn't really hurts", Found("pain", own=False)),
        ("no pain", Found("pain", own=False)),
        ("no cramp but now it hurts", Found("pain", own=True)),
        ("it hurts since yesterday", Found("pain", own=False)),
        ("what if it hurts", Found("pain", own=False)),
        ("he says it hurts", Found("pain", own=False)),
        ("it hurts what if he", Found("pain", own=True)),
        ("no pain no gain", None),
        ("ready when you are", None),
        ("", None),
    ],
)
def test_words_of_distress_are_found_and_denied(said, found):
    assert WORDS.find(said.split()) == found


def test_words_and_probability_add_up():
    assert how_sure(Found("pain", own=True), 0.0) is Distress.PERHAPS
    assert how_sure(Found("pain", own=True), 0.2) is Distress.SURE
    assert how_sure(Found("fall", own=True, plain=True), 0.0) is Distress.SURE
    assert how_sure(Found("pain", own=False), 0.2) is Distress.NONE
    assert how_sure(Found("pain", own=False), 0.9) is Distress.PERHAPS
    assert how_sure(None, 0.1) is Distress.NONE
    assert how_sure(None, 0.4) is Distress.PERHAPS
    assert how_sure(None, 0.9) is Distress.SURE
