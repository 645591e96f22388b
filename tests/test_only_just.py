"""What only just counts: talk that comes near to a command, in the middle of other talk or out of its moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.front_end.vad import CHUNK
from assistant.hearing.ear import Ear
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Hypothesis, Match, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.limits import WARY_RISE
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import Moment
from assistant.understanding.thresholds import Thresholds
from assistant.understanding.wake_word import NameMatcher
from tests.test_matcher import BOOK, heard, sound

EXPECTED = frozenset({"start_stretch", "pause"})


def only_just(said: str) -> NameMatcher:
    """A matcher for which this, by its sound, is more than enough where it is expected, and not enough elsewhere."""
    matcher = NameMatcher(BOOK)
    expected, elsewhere = matcher.match(heard(sound(said)), EXPECTED), matcher.match(heard(sound(said)))
    between = (expected.threshold + elsewhere.threshold) / 2
    return NameMatcher(BOOK, thresholds=Thresholds().stricter(elsewhere.score - between))


def counts(match: Match) -> tuple[bool, bool]:
    """Whether something is accepted, and whether it is doubtful."""
    return match.accepted, match.doubtful


def test_out_of_its_moment_a_sound_that_only_just_is_a_command_is_asked_about():
    said = "ankle circles"
    matcher = only_just(said)
    assert counts(matcher.match(heard(sound(said)))) == (False, True)
    assert counts(matcher.stricter(-0.1).match(heard(sound(said)))) == (True, False)


def test_what_is_expected_named_or_typed_counts():
    said = "ankle circles"
    matcher = only_just(said)
    assert counts(matcher.match(heard(sound(said)), EXPECTED)) == (True, False)
    assert counts(matcher.match(heard(sound(said)), named=True)) == (True, False)
    assert counts(matcher.match(Hypothesis(sound(said), said, "text"))) == (True, False)


@pytest.mark.parametrize(("said", "counts_there"), [("no", False), ("yes", False), ("pause", True), ("stop", True)])
def test_while_the_guide_asks_about_pain_what_only_just_counts_is_no_answer_unless_it_is_urgent(said, counts_there):
    expected, unclear = frozenset({said}), heard(sound(said), 0.5)
    usual = Matcher(BOOK).match(unclear, expected)
    interpreter = Interpreter(Matcher(BOOK).stricter(usual.score - usual.threshold - WARY_RISE / 2))
    asked = Moment(expected=expected, awaited=expected, answers=expected)
    assert interpreter.match(unclear, asked).accepted
    about_pain = interpreter.match(unclear, replace(asked, asks_about_pain=True))
    assert about_pain.accepted is counts_there
    assert not about_pain.doubtful
    assert Interpreter(Matcher(BOOK)).match(heard(sound(said)), replace(asked, asks_about_pain=True)).accepted


class Says:
    """A recogniser that always hears the same."""

    name = "stub"
    missing_words: tuple[str, ...] = ()

    def __init__(self, text: str) -> None:
        self._heard = Hypothesis(sound(text), text, "text")

    def begin(self) -> None:
        pass

    def feed(self, samples: Samples) -> None:
        pass

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        return self._heard

    def end(self) -> Hypothesis:
        return self._heard


class Speech:
    """Voice activity for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._left = round(seconds * LISTENING_RATE / CHUNK)

    def __call__(self, chunk: Samples) -> float:
        self._left -= 1
        return 1.0 if self._left >= 0 else 0.0

    def reset(self) -> None:
        pass


@pytest.mark.parametrize(("text", "counts"), [("next", False), ("pause", True)])
def test_the_end_of_talk_that_went_on_for_long_is_no_command_unless_it_is_urgent(text, counts):
    ear = Ear(Says(text), Interpreter(Matcher(BOOK)), Speech(8.5))
    quiet = np.zeros(round(10 * LISTENING_RATE), np.float32)
    *_, last = [*ear.feed(quiet), *ear.flush()]
    assert last.start > 7
    assert last.match.accepted is counts
