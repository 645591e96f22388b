"""What counts as the guide's own voice, by its text and by the signs of another speaker."""

from __future__ import annotations

import pytest

from assistant.understanding.own_voice import ANOTHER, SIGN, is_echo, is_own_voice

SAYING = [list("sejnɛksttəmuvɒn")]
NEXT = list("nɛkst")
PAUSE = list("pɔz")


def test_a_piece_of_what_is_being_said_is_an_echo() -> None:
    assert is_echo(NEXT, SAYING[0])
    assert not is_echo(PAUSE, SAYING[0])


@pytest.mark.parametrize("sure", [True, False])
def test_the_guides_words_are_a_command_where_somebody_else_was_heard(sure: bool) -> None:
    assert not is_own_voice(NEXT, SAYING, ANOTHER, sure=sure, urgent=True)
    assert is_own_voice(NEXT, SAYING, ANOTHER - 0.01, sure=sure, urgent=True)


def test_without_a_sign_of_another_voice_only_sure_words_count_that_are_urgent_or_long() -> None:
    assert is_own_voice(PAUSE, SAYING, 0.0, sure=False, urgent=True)
    assert is_own_voice(PAUSE, SAYING, 0.0, sure=True, urgent=False)
    assert not is_own_voice(PAUSE, SAYING, 0.0, sure=True, urgent=True)
    assert not is_own_voice(list("hilstrɛ"), SAYING, 0.0, sure=True, urgent=False)
    assert is_own_voice(list("hilstrɛ"), SAYING, 0.0, sure=False, urgent=False)


def test_with_a_sign_of_another_voice_what_is_no_echo_counts() -> None:
    assert not is_own_voice(PAUSE, SAYING, SIGN, sure=False, urgent=False)


@pytest.mark.parametrize("sure", [True, False])
def test_while_nothing_is_being_said_nothing_is_an_echo(sure: bool) -> None:
    assert not is_own_voice(PAUSE, [], 0.0, sure=sure, urgent=False)
