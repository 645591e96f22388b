"""Errors keep what is wrong and the way out apart, wherever they pass."""

from __future__ import annotations

import pickle

import pytest

from assistant.errors import NameClashError, SolemateError, UsageError, one_line


def test_what_is_wrong_and_the_way_out_make_one_line():
    assert str(SolemateError("the disk is full", "free some space")) == "the disk is full; free some space"
    assert str(SolemateError("the disk is full")) == "the disk is full"
    assert one_line("the disk is full", "", "free some space", "start again") == (
        "the disk is full; free some space; start again"
    )


@pytest.mark.parametrize(
    "error",
    [
        SolemateError("no sound: it broke off; twice", "start again"),
        UsageError("it is no log", "choose another name"),
        NameClashError("both are called 'x'", "give one another name", ("a", "b"), "it is called 'x'"),
    ],
)
def test_an_error_comes_whole_out_of_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (again.problem, again.remedy, str(again)) == (error.problem, error.remedy, str(error))
    assert vars(again) == vars(error)
