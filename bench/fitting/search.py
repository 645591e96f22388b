"""Searches the limits with which most is understood and least is that nobody said."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.understanding.thresholds import Thresholds
from assistant.view.progress_bar import counting_bar
from bench.fitting.judging import GOAL, Case, Figures, Judge, total

SHIFTS = (-0.01, 0.0, 0.01)
"""Limits are judged with all thresholds a little lower and higher as well: a single sound should not decide."""

PROBES = 14
"""Random limits that tell which sounds depend on them at all; the others are judged once."""

FARTHEST = 0.15
"""How far thresholds are shifted, up or down, to reach a number of false accepts."""

HALVINGS = 7


@dataclass(frozen=True)
class Knob:
    """A number to be fitted: its place in Thresholds (a field, or "field.part"), its range, and its usual step."""

    place: str
    low: float
    high: float
    step: float

    def of(self, thresholds: Thresholds) -> float:
        """Its value."""
        value: Any = thresholds
        for name in self.place.split("."):
            value = getattr(value, name)
        return float(value)

    def set(self, thresholds: Thresholds, value: float) -> Thresholds:
        """The thresholds with another value for it, kept in its range."""
        value = round(min(self.high, max(self.low, value)), 4)
        field, _, part = self.place.partition(".")
        changed: Any = replace(getattr(thresholds, field), **{part: value}) if part else value
        return replace(thresholds, **{field: changed})

    def moved(self, thresholds: Thresholds, chance: random.Random, scale: float) -> Thresholds:
        """The thresholds with a random step of it."""
        return self.set(thresholds, self.of(thresholds) + chance.gauss(0.0, self.step * scale))


KNOBS = (
    Knob("meant.least", -4.0, 4.0, 0.15),
    Knob("meant.unexpected", 0.0, 2.0, 0.15),
    Knob("margin", 0.0, 3.0, 0.25),
    Knob("opposite_margin", 0.5, 3.5, 0.4),
    Knob("length_power", 0.0, 0.8, 0.08),
    Knob("spot_sure", 0.2, 3.0, 0.15),
    Knob("spot_ask", 0.4, 4.0, 0.15),
    Knob("spot_short_ask", 0.0, 2.0, 0.15),
)


def fitted(judge: Judge, cases: Sequence[Case], start: Thresholds, tries: int, goal: float = GOAL) -> Thresholds:
    """The best limits found in so many random steps, ever smaller ones, from `start` on."""
    chance = random.Random(17)
    contested, settled = _contested(judge, cases, start, chance)

    def worth(thresholds: Thresholds) -> float:
        shifted = (thresholds.stricter(by) for by in SHIFTS)
        found = [(settled + total(judge.figures(contested, each))).worth(goal) for each in shifted]
        return sum(found) / len(found)

    best, most = start, worth(start)
    with counting_bar("limits tried") as told:
        for done in range(tries):
            told(done, tries)
            tried = best
            for knob in chance.sample(KNOBS, chance.choice((1, 1, 2, 3))):
                tried = knob.moved(tried, chance, 1.5 - done / tries)
            value = worth(tried)
            if value > most:
                best, most = tried, value
    return best


def _contested(
    judge: Judge, cases: Sequence[Case], start: Thresholds, chance: random.Random
) -> tuple[list[Case], Figures]:
    """The cases that come out differently with other limits, and what comes of the others."""
    first = judge.figures(cases, start)
    differs = [False] * len(cases)
    for _ in range(PROBES):
        probe = start
        for knob in KNOBS:
            probe = knob.moved(probe, chance, 1.5)
        now = judge.figures(cases, probe)
        differs = [each or one != other for each, one, other in zip(differs, first, now, strict=True)]
    contested = [case for case, each in zip(cases, differs, strict=True) if each]
    return contested, total(figures for figures, each in zip(first, differs, strict=True) if not each)


def at_equal_accepts(
    judge: Judge, cases: Sequence[Case], thresholds: Thresholds, goal: float = GOAL
) -> tuple[float, Figures]:
    """By how much all thresholds must rise for no more than `goal` false accepts an hour, and what then comes of all.

    What hears more also hears more in talk that isn't meant for it, so ears are compared in this way.
    """
    talk = [case for case in cases if case.heard.sound.intent is None]
    low, high = -FARTHEST, FARTHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        too_many = total(judge.figures(talk, thresholds.stricter(middle))).an_hour > goal
        low, high = (middle, high) if too_many else (low, middle)
    return high, total(judge.figures(cases, thresholds.stricter(high)))
