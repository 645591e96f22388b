"""`python -m bench.fitting.double_talk`: weighs the signs of a person who speaks while the guide does.

In the development rooms, in quiet and in the first half of the kitchen, people give commands over the guide, which goes
on, and for a while nobody is there. A logistic regression on the blocks of sound gives the weights; the table tells
what each score would notice, and how often it would take the guide's echo for somebody. Nothing is written:
`assistant/front_end/double_talk.py` has the numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from assistant.front_end.double_talk import SOMEONE_SCORE, WEIGHTS, DoubleTalk, is_someone
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.virtual_clock import blocks_of
from assistant.understanding.hypothesis import Samples
from bench.barge_in import STARTS, commands_for
from bench.fitting.regression import regression
from bench.kitchen import RECORDING, kitchen
from bench.pool import over
from bench.recordings import recordings
from bench.room_simulation import DEVELOPMENT_SEEDS
from bench.simulated_session import AS_IT_IS, Scene, stage_for
from bench.voices import CHOOSING, CHOOSING_NATURAL, kokoro_missing

COMMANDS, ALONE = 10, 75.0
"""Commands in each room, in quiet and in the kitchen each, and seconds of the guide with nobody there."""

ECHO, SNR = (-4.0, 10.0), (8.0, 20.0)
"""dB of the guide's echo relative to the person, and of the person relative to the kitchen."""

AFTERWARDS = 8
"""Blocks after a command in which it may still be noticed."""

ALOUD = 0.02
"""The level (RMS) of a block in which a person is plainly heard; softer ones teach nothing."""

SOON = 0.3
"""Seconds after which whoever speaks should have been noticed."""

ONE_ALARM = 15
"""Blocks within which alarms are one: for as long the guide stays silent at each."""

SIGNS = len(WEIGHTS)

PLAYS, WARM = SIGNS, SIGNS + 1
"""The columns, after those of the signs, for whether the guide was audible, and whether anybody can be told from it."""

SECONDS = BLOCK / LISTENING_RATE

Numbers = npt.NDArray[np.float64]


class Keeping(DoubleTalk):
    """Keeps the signs in each block, and never lets the guide know of anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[float, ...]] = []

    def feed(self, residual: Samples, cleaned: Samples, sounding: Samples, voice: float) -> bool:
        """As the program's, but for the answer."""
        super().feed(residual, cleaned, sounding, voice)
        self.kept.append((*self.signs, float(self.plays), float(self.warm)))
        return False


@dataclass(frozen=True)
class Setting:
    """A room, in quiet or in the kitchen."""

    seed: int
    noisy: bool


@dataclass(frozen=True)
class Blocks:
    """What was kept of a scene, a row for each block: the signs, whether the guide was audible, whether anybody can be
    told from it yet. `levels` are those of the person from block `begin` on; none if nobody was there."""

    setting: Setting
    rows: Numbers
    begin: int
    levels: tuple[float, ...]

    @property
    def alone(self) -> Numbers:
        """The rows in which nobody but the guide was audible."""
        rows = self.rows[: self.begin]
        return rows[(rows[:, PLAYS] > 0) & (rows[:, WARM] > 0)]

    @property
    def person(self) -> Numbers:
        """The rows in which a person was plainly audible over the guide, but for the first ones, which hold little."""
        rows = self.rows[self.begin + 1 :][: len(self.levels)]
        aloud = np.array(self.levels)[: len(rows)] > ALOUD
        aloud[:2] = False
        return rows[aloud & (rows[:, PLAYS] > 0) & (rows[:, WARM] > 0)]


def kept_in(setting: Setting, commands: int, alone: float) -> list[Blocks]:
    """What is kept of each command in a room, and of the guide alone."""
    stage, chance = stage_for(""), np.random.default_rng([setting.seed, int(setting.noisy), 5])
    echo, snr = float(chance.uniform(*ECHO)), float(chance.uniform(*SNR)) if setting.noisy else None
    noise = kitchen(recordings() / RECORDING, "first") if setting.noisy else None

    def begun(seconds: float) -> tuple[Scene, Keeping]:
        scene, judge = stage.scene(AS_IT_IS, setting.seed, noise, snr=snr, echo=echo), Keeping()
        scene.heard.chain.barge_in.judge = judge
        stage.says(scene, "start heel stretches")
        while scene.clock.t < seconds:
            scene.block()
        return scene, judge

    speakers = CHOOSING if kokoro_missing() else (*CHOOSING, *CHOOSING_NATURAL)
    found = []
    for said, speaker in commands_for(setting.seed + 50 + setting.noisy, commands, speakers):
        scene, judge = begun(float(chance.uniform(*STARTS)))
        begin, pieces = len(judge.kept), list(blocks_of(stage.speech(speaker, said.text)))
        for piece in pieces:
            scene.block(piece)
        for _ in range(AFTERWARDS):
            scene.block()
        levels = tuple(float(np.sqrt(np.square(piece).mean())) for piece in pieces)
        found.append(Blocks(setting, np.array(judge.kept), begin, levels))
    rows = np.array(begun(alone)[1].kept)
    return [*found, Blocks(setting, rows, len(rows), ())]


def weighed(blocks: Sequence[Blocks]) -> Numbers:
    """The weights by logistic regression, a certain voice counting as much as it does now."""
    alone, person = (
        np.concatenate([getattr(each, name) for each in blocks])[:, :SIGNS] for name in ("alone", "person")
    )
    signs = np.concatenate([alone, person])
    meant = [False] * len(alone) + [True] * len(person)
    balanced = [1.0] * len(alone) + [len(alone) / len(person)] * len(person)
    *weights, _ = regression(np.column_stack([signs, np.ones(len(signs))]), meant, balanced)
    return np.asarray(np.array(weights) * WEIGHTS[0] / weights[0])


def alarms(blocks: Sequence[Blocks], weights: Numbers, score: float) -> int:
    """How often somebody is noticed where nobody is."""
    count = 0
    for each in blocks:
        places = np.flatnonzero(
            _someone(each.rows[: each.begin], weights, score) & (each.rows[: each.begin, PLAYS] > 0)
        )
        count += int(places.size > 0) + int((np.diff(places) > ONE_ALARM).sum())
    return count


def noticed(blocks: Sequence[Blocks], weights: Numbers, score: float) -> list[float]:
    """After how many seconds each of the people is noticed who are."""
    found = []
    for each in blocks:
        during = _someone(each.rows, weights, score)[each.begin :][: len(each.levels) + AFTERWARDS // 2]
        found += [float(during.argmax()) * SECONDS] if during.any() else []
    return found


def _someone(rows: Numbers, weights: Numbers, score: float) -> npt.NDArray[np.bool_]:
    return is_someone(rows[:, :SIGNS], rows[:, PLAYS] > 0, rows[:, WARM] > 0, weights, score)


def main() -> int:
    """Gather, weigh, print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.fitting.double_talk", description="Weighs the signs of a person over the guide."
    )
    parser.add_argument("--rooms", type=int, default=len(DEVELOPMENT_SEEDS), help="how many rooms at most")
    parser.add_argument("--commands", type=int, default=COMMANDS, help=f"commands in each, twice ({COMMANDS})")
    parser.add_argument("--alone", type=float, default=ALONE, help=f"seconds with nobody there ({ALONE:g})")
    args = parser.parse_args()
    rooms = [Setting(seed, noisy) for seed in DEVELOPMENT_SEEDS[: args.rooms] for noisy in (False, True)]
    gather = partial(kept_in, commands=args.commands, alone=args.alone)
    blocks = [each for kept in over(rooms, gather) for each in kept]
    people = sum(bool(each.levels) for each in blocks)
    print(f"{people} commands, and {sum(each.begin for each in blocks) * SECONDS / 3600:.2f} h of the guide alone")
    now = weighed(blocks)
    print("as installed", WEIGHTS, "weighed anew", np.round(now, 3))
    quiet = [each for each in blocks if not each.setting.noisy]
    kitchens = [each for each in blocks if each.setting.noisy]
    for name, weights in (("as installed", WEIGHTS), ("weighed anew", now)):
        for by in (-1.0, -0.5, 0.0, 0.5, 1.0):
            score = SOMEONE_SCORE + by
            found = noticed(blocks, weights, score)
            soon = sum(each <= SOON for each in found)
            late = f"95 % within {np.percentile(found, 95):.2f} s, {soon} within {SOON} s" if found else "none"
            false = f"{alarms(quiet, weights, score)} and {alarms(kitchens, weights, score)} in the kitchen"
            print(f"{name}, score {score:.1f}: {len(found)} noticed, {late}; false alarms: {false}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
