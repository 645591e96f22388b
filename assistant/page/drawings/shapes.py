"""What a drawing is made of: paths whose points follow a body through its poses, and the words of SVG for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.page.drawings.skeleton import Point, Points, go

WIDTH, HEIGHT, FLOOR = 400, 300, 264.0
"""The size of a drawing, and where its floor is, from the top."""


@dataclass(frozen=True)
class Moment:
    """A body at some time: where its joints are, and the other numbers of its pose."""

    at: Points
    more: Mapping[str, float]


Path = Callable[[Moment], str]
"""A path's data at some moment, the same commands with other numbers at each."""


@dataclass(frozen=True)
class Shape:
    """A path in one of the colours, as a line of some width, or filled where that is 0.

    over: whether it stands out from what is behind it by an edge in the colour of the paper.
    """

    colour: str
    path: Path
    width: float = 0.0
    over: bool = False
    solid: bool = False


def number(value: float) -> str:
    """A number with one place, as short as can be."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def fine(value: float, places: int = 3) -> str:
    """A number with three places, or another count of them, as short as can be."""
    return f"{value:.{places}f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def numbers(values: Iterable[float]) -> str:
    """Numbers one after the other; a minus needs no space before it."""
    return " ".join(number(each) for each in values).replace(" -", "-")


def _placed(at: Point) -> Point:
    """A point of the body's in the drawing, whose y goes down, to one place."""
    return round(at[0], 1), round(FLOOR - at[1], 1)


def _steps(start: Point, points: Iterable[Point]) -> str:
    """Points as they are from a start."""
    return numbers(each for x, y in points for each in (x - start[0], y - start[1]))


def line(*through: Point) -> str:
    """A line through points."""
    placed = [_placed(at) for at in through]
    steps = [_steps(a, [b]) for a, b in pairwise(placed)]
    return f"M{numbers(placed[0])}l{' '.join(steps).replace(' -', '-')}"


def closed(*through: Point) -> str:
    """A polygon."""
    return line(*through) + "z"


def curve(start: Point, control: Point, end: Point) -> str:
    """A line bent towards a point."""
    first, *others = (_placed(at) for at in (start, control, end))
    return f"M{numbers(first)}q{_steps(first, others)}"


def smooth(*through: Point) -> str:
    """A closed outline that passes near each point: each is the control of a curve from middle to middle."""
    placed = [_placed(at) for at in through]
    following = [*placed[1:], placed[0]]
    middles = [
        (round((a[0] + b[0]) / 2, 1), round((a[1] + b[1]) / 2, 1)) for a, b in zip(placed, following, strict=True)
    ]
    ends = [*middles[1:], middles[0]]
    steps = [_steps(start, (at, end)) for start, at, end in zip(middles, following, ends, strict=True)]
    return f"M{numbers(middles[0])}q{' '.join(steps).replace(' -', '-')}z"


def dot(at: Point) -> str:
    """A point; the width of the line makes it a disc."""
    return f"M{numbers(_placed(at))}h0"


def circle(at: Point, radius: float) -> str:
    """A circle."""
    r, d = number(radius), number(2 * radius)
    return f"M{numbers(_placed((at[0] - radius, at[1])))}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0"


def still(data: str) -> Path:
    """A path that does not move."""
    return lambda _: data


@dataclass(frozen=True)
class Arrow:
    """An arrow along a curve that is bent towards `control`, at both ends of it if it goes both ways."""

    start: Point
    control: Point
    end: Point
    both: bool = False
    head: float = 9.0

    def data(self) -> str:
        """The path of it, with its heads."""
        heads = [self._head(self.control, self.end)]
        if self.both:
            heads.append(self._head(self.control, self.start))
        return curve(self.start, self.control, self.end) + "".join(heads)

    def _head(self, before: Point, tip: Point) -> str:
        back = math.degrees(math.atan2(before[1] - tip[1], before[0] - tip[0]))
        return line(go(tip, back + 38, self.head), tip, go(tip, back - 38, self.head))


def turning(
    centre: Point, radius: float, start: float, end: float, *, flat: float = 1.0, head: float = 9.0, both: bool = False
) -> str:
    """An arrow round a centre, from one angle to another; `flat` is its height as a share of its width."""
    steps = 24
    through = [_on(centre, radius, start + (end - start) * n / steps, flat) for n in range(steps + 1)]
    heads = [(through[-2], through[-1])] + ([(through[1], through[0])] if both else [])
    return line(*through) + "".join(Arrow(a, a, b, head=head)._head(a, b) for a, b in heads)


def _on(centre: Point, radius: float, angle: float, flat: float) -> Point:
    x, y = go((0.0, 0.0), angle, radius)
    return centre[0] + x, centre[1] + y * flat


Layer = Sequence[Shape]
