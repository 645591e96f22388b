"""The way out of an unknown name."""

from __future__ import annotations

import pytest

from assistant.did_you_mean import did_you_mean, did_you_mean_or_all

KNOWN = ("pause", "resume", "Heel_Raises")


@pytest.mark.parametrize(
    ("wrong", "right"), [("puase", "pause"), ("PAUSE", "pause"), ("resum", "resume"), ("heel_raise", "Heel_Raises")]
)
def test_the_known_name_most_like_it_is_offered_as_it_is_written(wrong, right):
    assert did_you_mean(wrong, KNOWN) == did_you_mean_or_all(wrong, KNOWN) == f"did you mean {right!r}?"


def test_where_none_is_like_it_nothing_or_all_are_told():
    assert did_you_mean("xyz", KNOWN) == did_you_mean(7, KNOWN) == ""
    assert did_you_mean_or_all("xyz", KNOWN) == "known here: Heel_Raises, pause, resume"
    assert did_you_mean_or_all("xyz", ()) == "known here: none"
