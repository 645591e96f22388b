"""The VAD with a side chain, which judges another sound than the one that is heard."""

from __future__ import annotations

import numpy as np

from assistant.front_end.vad import CHUNK, ActivityBeside
from assistant.understanding.hypothesis import Samples


class Loudest:
    """Gives the largest sample in place of a probability."""

    def __init__(self) -> None:
        self.resets = 0

    def __call__(self, chunk: Samples) -> float:
        assert len(chunk) == CHUNK
        return float(chunk.max())

    def reset(self) -> None:
        self.resets += 1


def test_it_judges_what_was_put_and_not_what_it_is_asked_about() -> None:
    beside = ActivityBeside(Loudest())
    beside.put(np.full(CHUNK, 0.25, np.float32))
    beside.put(np.full(100, 0.5, np.float32))
    asked = np.ones(CHUNK, np.float32)
    assert beside(asked) == 0.25
    assert beside(asked) == 0.5  # what is missing is silent
    assert beside(asked) == 0.0


def test_reset_forgets_what_was_put() -> None:
    inner = Loudest()
    beside = ActivityBeside(inner)
    beside.put(np.ones(CHUNK, np.float32))
    beside.reset()
    assert beside(np.ones(CHUNK, np.float32)) == 0.0
    assert inner.resets == 1
