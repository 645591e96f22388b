"""Distress found by words anywhere in what is said, and how sure that makes it."""

from __future__ import annotations

import pytest

from assistant.understanding.distress import Distress, DistressWords, how_sure

WORDS = DistressWords(
    kinds={"pain": (("hurts",), ("pain",)), "fall": (("fell", "over"),), "cramp": (("cramp",),)},
    spared=(("no", "pain", "no", "gain"),),
    refusals=(("no",), ("doesn't",), ("not",)),
    elsewhere=(("yesterday",), ("what", "if"), ("he",)),
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("oh that really hurts a lot", ("pain", True)),
        ("i fell over and it hurts", ("fall", True)),
        ("that doesn't really hurts", ("pain", False)),
        ("no pain", ("pain", False)),
        ("no cramp but now it hurts", ("pain", True)),
        ("it hurts since yesterday", ("pain", False)),
        ("what if it hurts", ("pain", False)),
        ("he says it hurts", ("pain", False)),
        ("no pain no gain", None),
        ("ready when you are", None),
        ("", None),
    ],
)
def test_words_of_distress_are_found_and_denied(said, found):
    assert WORDS.find(said.split()) == found


def test_words_and_probability_add_up():
    assert how_sure(("pain", True), 0.0) is Distress.PERHAPS
    assert how_sure(("pain", True), 0.2) is Distress.SURE
    assert how_sure(("pain", False), 0.2) is Distress.NONE
    assert how_sure(("pain", False), 0.9) is Distress.PERHAPS
    assert how_sure(None, 0.1) is Distress.NONE
    assert how_sure(None, 0.4) is Distress.PERHAPS
    assert how_sure(None, 0.9) is Distress.SURE
