"""How the bench decides when something was heard: sound arrives as it is said, and waits for the ear."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.ports import BLOCK
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from assistant.understanding.moment import Moment
from bench.latency import BLOCK_SECONDS, listen_live, loud_part


class After:
    """An ear that hears something in each of some blocks."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = numbers
        self._fed = 0

    def feed(self, block: Samples, moment: Moment) -> list[Utterance]:
        self._fed += 1
        return [Utterance(0.0, 0.0, Hypothesis(()), Match(str(self._fed)))] * (self._fed in self._numbers)


def test_nothing_is_heard_before_it_was_said():
    taken: list[Utterance] = []
    came = listen_live(After(2, 5), np.zeros(6 * BLOCK, np.float32), taken.append)
    assert [item.utterance for item in came] == taken
    assert [item.utterance.match.intent for item in came] == ["2", "5"]
    assert came[0].at >= 2 * BLOCK_SECONDS
    assert came[1].at >= 5 * BLOCK_SECONDS
    assert all(item.alone >= number * BLOCK_SECONDS for item, number in zip(came, (2, 5), strict=True))


@pytest.mark.parametrize(("loud", "part"), [((10, 20), (10, 20)), ((0, 100), (0, 100)), ((50, 51), (50, 51))])
def test_speech_is_from_the_first_loud_sample_to_the_last(loud, part):
    sound = np.full(100, 0.001, np.float32)
    sound[slice(*loud)] = -0.5
    assert loud_part(sound) == part


def test_where_nothing_is_loud_all_of_it_is_meant():
    assert loud_part(np.zeros(100, np.float32)) == (0, 100)
