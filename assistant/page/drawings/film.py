"""A figure in time: where its joints are at any moment, and the few moments that a browser needs to be told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from assistant.page.drawings.figures import Figure
from assistant.page.drawings.shapes import Moment, Path, fine
from assistant.page.drawings.skeleton import between, points

STEP = 0.8
"""How far a point may be from where it belongs between two of the moments that are written down."""

HALVINGS = 4
"""How often the time between two poses is halved at most."""

PARTS = (0.25, 0.5, 0.75)
"""Where between two moments it is looked whether points go straight enough."""

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


@dataclass
class Written:
    """A path at the moments between which it can be left to the browser, and how it speeds up and slows down there."""

    moments: list[tuple[float, str]]
    splines: list[str] = field(default_factory=list)


class Film:
    """The moments of a figure, each of which is worked out once."""

    def __init__(self, figure: Figure) -> None:
        self.figure, self.period = figure, figure.period
        self._keys = (*figure.keys, (figure.period, figure.keys[0][1]))
        self._known: dict[tuple[int, float], Moment] = {}

    def at(self, seconds: float) -> Moment:
        """The figure some seconds after its beginning, within its period."""
        for index, ((start, _), (end, _)) in enumerate(pairwise(self._keys)):
            if seconds <= end:
                gone = (seconds - start) / (end - start)
                return self._between(index, gone * gone * (3 - 2 * gone) if self.figure.eased else gone)
        raise ValueError(f"{seconds} s is more than the period, {self.period} s")

    def _between(self, index: int, share: float) -> Moment:
        if (index, share) not in self._known:
            pose = between(self._keys[index][1], self._keys[index + 1][1], share)
            self._known[index, share] = Moment(points(pose), pose.more)
        return self._known[index, share]

    def written(self, path: Path) -> Written:
        """As few moments as are needed for a path to go right between them."""
        found = Written([(0.0, path(self._between(0, 0.0)))])
        for index, ((start, _), (end, _)) in enumerate(pairwise(self._keys)):
            shares = [0.0]
            seen: dict[float, str] = {}

            def at(share: float, index: int = index, seen: dict[float, str] = seen) -> str:
                if share not in seen:
                    seen[share] = path(self._between(index, share))
                return seen[share]

            _halved(at, shares, 1.0, HALVINGS)
            for before, share in pairwise(shares):
                time, spline = _eased(before, share) if self.figure.eased else (share, "")
                found.moments.append((start + (end - start) * time, at(share)))
                if spline:
                    found.splines.append(spline)
        return found


def _halved(at: Callable[[float], str], shares: list[float], end: float, depth: int) -> None:
    """Add the shares of an interval between which points go straight enough, from the last one on."""
    start = shares[-1]
    ends = at(start), at(end)
    if not depth or all(_straight(at(start + (end - start) * part), *ends, part) for part in PARTS):
        shares.append(end)
        return
    _halved(at, shares, (start + end) / 2, depth - 1)
    _halved(at, shares, end, depth - 1)


def _straight(data: str, first: str, last: str, part: float) -> bool:
    if data == first == last:
        return True
    there = zip(numbers_of(data), numbers_of(first), numbers_of(last), strict=True)
    return all(abs(at - (a + (b - a) * part)) <= STEP for at, a, b in there)


def _eased(start: float, end: float) -> tuple[float, str]:
    """When a share of a movement that starts and stops gently is reached, and the curve of time from the one before."""
    first, last = _when(start), _when(end)
    slopes = (6 * at * (1 - at) * (last - first) / 3 / (end - start) for at in (first, last))
    one, two = (min(max(each, 0.0), 1.0) for each in slopes)
    return last, f".33 {fine(one, 2)} .67 {fine(1 - two, 2)}"


def _when(share: float) -> float:
    """The time at which t * t * (3 - 2 * t) is a share."""
    return 0.5 - math.sin(math.asin(1 - 2 * share) / 3)


@lru_cache(maxsize=4096)
def numbers_of(data: str) -> tuple[float, ...]:
    """The numbers in a path's data."""
    return tuple(float(each) for each in _NUMBER.findall(data))


def apart(one: str, other: str) -> float:
    """The greatest distance between two paths' numbers."""
    return max((abs(x - y) for x, y in zip(numbers_of(one), numbers_of(other), strict=True)), default=0.0)
