"""Weighing the signs of a person over the guide: what is noticed, what is a false alarm, and which signs tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.front_end.double_talk import SOMEONE_SCORE, WEIGHTS
from assistant.ports import BLOCK
from bench.fitting.double_talk import ALOUD, ONE_ALARM, SECONDS, Blocks, Keeping, Setting, alarms, noticed, weighed

Signs = Sequence[tuple[float, ...]]

QUIET = Setting(1000, False)
NOBODY, SOMEBODY = (0.1, 0.0, 0.0, -2.0), (0.9, 12.0, 3.0, 15.0)


def _blocks(
    signs: Sequence[tuple[float, ...]], begin: int, levels: tuple[float, ...] = (), plays: float = 1.0
) -> Blocks:
    return Blocks(QUIET, np.array([(*each, plays, 1.0) for each in signs]), begin, levels)


def test_alarms_close_together_are_one_and_a_person_is_none():
    signs = [NOBODY] * 60
    signs[10] = signs[12] = signs[12 + ONE_ALARM + 1] = SOMEBODY
    assert alarms([_blocks(signs, 60)], WEIGHTS, SOMEONE_SCORE) == 2
    assert alarms([_blocks([NOBODY] * 20 + [SOMEBODY] * 5, 20, (1.0,) * 5)], WEIGHTS, SOMEONE_SCORE) == 0
    assert alarms([_blocks(signs, 60)], WEIGHTS, 100.0) == 0


def test_a_person_is_noticed_as_late_as_the_first_block_that_tells_of_them():
    late = _blocks([NOBODY] * 22 + [SOMEBODY] * 8, 20, (1.0,) * 8)
    never = _blocks([NOBODY] * 30, 20, (1.0,) * 8)
    assert noticed([late, never], WEIGHTS, SOMEONE_SCORE) == [pytest.approx(2 * SECONDS)]
    softly = _blocks([(0.6, 0.0, 0.0, 0.0)] * 30, 20, (1.0,) * 8, plays=0.0)
    assert noticed([softly], WEIGHTS, SOMEONE_SCORE) == [0.0], "in silence a voice is enough"


def test_what_tells_a_person_weighs_and_what_does_not_does_not():
    draw = np.random.default_rng(1)

    def signs(voice: float, excess: float, count: int) -> list[tuple[float, ...]]:
        rows = draw.normal((voice, excess, 0.0, 0.0), (0.1, 3.0, 3.0, 3.0), (count, 4))
        return [tuple(row) for row in rows.tolist()]

    blocks = [_blocks([*signs(0.3, 0.0, 200), *signs(0.6, 6.0, 40)], 200, (1.0,) * 40) for _ in range(10)]
    weights = weighed(blocks)
    assert weights[0] == pytest.approx(WEIGHTS[0])
    assert weights[1] > 4 * max(abs(weights[2]), abs(weights[3]))


def test_soft_blocks_and_the_first_ones_of_a_person_teach_nothing():
    levels = (1.0, 1.0, 1.0, ALOUD / 2, 1.0)
    assert len(_blocks([NOBODY] * 20, 10, levels).person) == 2
    assert len(_blocks([NOBODY] * 20, 10, levels).alone) == 10
    assert len(_blocks([NOBODY] * 20, 10, levels, plays=0.0).alone) == 0


def test_the_signs_are_kept_and_the_guide_is_told_of_nobody():
    judge, chance = Keeping(), np.random.default_rng(2)
    far = (chance.standard_normal((120, BLOCK)) * 0.1).astype(np.float32)
    person = (chance.standard_normal((120, BLOCK)) * 0.3).astype(np.float32)
    person[:110] = 0.0
    told = [judge.feed(0.1 * far[k] + person[k], person[k], far[k], 0.9 * (k >= 110)) for k in range(120)]
    assert not any(told)
    rows = np.array(judge.kept)
    assert rows.shape == (120, 6)
    assert float(WEIGHTS @ rows[115, :4]) > SOMEONE_SCORE > float(WEIGHTS @ rows[100, :4])
