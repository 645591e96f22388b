"""Numbers by sound: heard as such where the guide asks for one, and as nothing anywhere else."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing.built_in import BuiltInRecogniser
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import NO_MOMENT
from tests.ears import VOICE, book, built_in, matcher
from tests.speech import spoken
from tests.test_answers import asked_for_a_number

__all__ = ["book", "built_in", "matcher"]


@pytest.mark.parametrize(
    ("said", "number"),
    [("three", "3"), ("four", "4"), ("ten", "10"), ("about a four", "4"), ("seven out of ten", "7"), ("no pain", "0")],
)
def test_a_number_counts_where_one_is_asked_for(
    said: str, number: str, matcher: Matcher, built_in: BuiltInRecogniser
) -> None:
    asked = asked_for_a_number("pain")
    heard, interpreter = built_in.hear(np.pad(spoken(said, VOICE), 4000)), Interpreter(matcher)
    match = interpreter.match(heard, asked.guide.moment(asked.state))
    assert (match.intent, match.slots, match.accepted) == ("number", {"n": number}, True)
    assert not interpreter.match(heard, NO_MOMENT).accepted
