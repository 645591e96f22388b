"""Distress found by words anywhere in what is said, and how sure that makes it."""

from __future__ import annotations

from dataclasses import replace

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
        ("no pain no gain but now it hurts", Found("pain", own=True)),
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
    assert how_sure(Found("fall", own=True, plain=True), 0.0, not_meant=0.95) is Distress.PERHAPS
    assert how_sure(Found("fall", own=True, plain=True), 0.0, not_meant=0.99) is Distress.PERHAPS
    assert how_sure(Found("pain", own=True), 0.2, not_meant=0.5) is Distress.PERHAPS
    assert how_sure(Found("pain", own=True), 0.0, not_meant=0.99) is Distress.NONE
    assert how_sure(Found("dizzy", own=True), 0.0, not_meant=0.99) is Distress.PERHAPS
    assert how_sure(Found("pain", own=False), 0.2) is Distress.NONE
    assert how_sure(Found("pain", own=False), 0.9) is Distress.PERHAPS
    assert how_sure(None, 0.1) is Distress.NONE
    assert how_sure(None, 0.4) is Distress.PERHAPS
    assert how_sure(None, 0.9) is Distress.SURE


ANSWERED = replace(WORDS, answers=(("no",), ("not", "really")), openings=(("it",), ("my",), ("not", "okay")))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("no it hurts", "it hurts"),
        ("no no not really my pain", "my pain"),
        ("no pain", "no pain"),
        ("no not okay", "not okay"),
        ("no", "no"),
    ],
)
def test_the_no_of_an_answer_denies_nothing_where_a_sentence_follows(said, left):
    assert ANSWERED.without_answer(said.split()) == left.split()


def test_of_two_kinds_the_graver_counts_and_a_numb_foot_with_a_painful_back_is_one():
    kinds = {"pain": (("hurts",),), "numb": (("numb",),), "chest": (("chest",),)}
    words = DistressWords(kinds, back=(("back",),), plain=(("numb",),))
    assert words.find(["my", "chest", "hurts", "and", "i'm", "numb"]) == Found("chest", own=True)
    assert words.find(["my", "back", "hurts", "and", "my", "foot", "is", "numb"]) == Found("leg", own=True, plain=True)
    assert words.find(["my", "toe", "hurts", "and", "is", "numb"]) == Found("numb", own=True, plain=True)
