"""Repeats, corrections and two wishes in one breath, as words."""

from __future__ import annotations

import pytest

from assistant.understanding.clauses import holds, split_at, without_repeats


@pytest.mark.parametrize(
    ("said", "once"),
    [
        ("stop stop stop", "stop"),
        ("next next", "next"),
        ("go back go back please", "go back please"),
        ("the other the other one", "the other one"),
        ("ready", "ready"),
        ("no not now", "no not now"),
        ("", ""),
    ],
)
def test_what_is_said_again_at_once_counts_once(said, once):
    assert without_repeats(said.split()) == once.split()


def test_a_sentence_is_split_at_the_longest_marks_and_has_no_empty_parts():
    marks = (("no",), ("no", "I", "mean"), ("but",))
    assert split_at(["four", "no", "I", "mean", "five"], marks) == [["four"], ["five"]]
    assert split_at(["but", "ready", "but"], marks) == [["ready"]]
    assert split_at([], marks) == []


def test_marks_are_whole_words_in_a_row():
    assert holds(["please", "do", "not", "stop"], (("do", "not"),))
    assert not holds(["do", "it", "not", "now"], (("do", "not"),))
    assert not holds(["nothing"], (("no",), ("not",)))
