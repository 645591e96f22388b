"""Feet close up that the side view does not show: from above with their toes, and from their sole.

Places are from the middle of the close-up, y upwards. It is a right foot.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from assistant.page.drawings.shapes import Layer, Moment, Shape, closed, line, smooth, still, turning
from assistant.page.drawings.skeleton import Point, go

_TOES_ABOVE = (
    # where it begins, how it points at rest and spread apart, how long, how wide
    ((8.0, 19.0), 0.0, 22.0, 17.0, 14.5),
    ((13.0, 6.5), 0.0, 9.0, 19.0, 9.5),
    ((11.0, -3.0), -2.0, -7.0, 17.0, 9.0),
    ((6.5, -11.5), -5.0, -22.0, 14.5, 8.5),
    ((-0.5, -19.0), -9.0, -40.0, 12.0, 8.5),
)

_ABOVE = (
    *((-70, 13), (-48, 15), (-20, 19), (2, 30), (15, 28), (17, 4), (9, -15), (0, -28), (-20, -22), (-48, -17)),
    (-70, -15),
)
"""The outline of a foot without its toes, from above."""

_SOLE = (
    *((-11, -42), (-15, -30), (-13, -10), (-20, 10), (-19, 22), (0, 25), (18, 25), (19, 10), (10, -10), (12, -30)),
    *((10, -42), (0, -46)),
)
_TOES_BELOW = ((12.5, 33.0, 12.5), (0.5, 35.0, 9.5), (-7.5, 33.0, 8.5), (-14.5, 29.0, 8.0), (-20.5, 23.5, 7.5))


def foot_from_above(colour: str) -> Layer:
    """A foot that points to the right, its toes spreading by `spread`, big toe uppermost."""

    def tip(moment: Moment, index: int) -> Point:
        start, rest, spread, length, _ = _TOES_ABOVE[index]
        share = moment.more["spread"]
        return go(start, rest + (spread - rest) * share, length + 5 * share)

    fan = turning((0, 0), 57, 10, 37, head=6) + turning((0, 0), 57, -12, -42, head=6)
    return (
        *_toes_above(colour, tip),
        Shape(colour, still(smooth(*_ABOVE))),
        Shape("arrow", still(fan), 3.5),
    )


def foot_with_pencil(colour: str) -> Layer:
    """The same foot, with a pencil across in front of its toes, round which they curl by `curl`."""

    def pencil(moment: Moment) -> float:
        return 45.0 - 16.0 * moment.more["curl"] / 60

    def tip(moment: Moment, index: int) -> Point:
        start, rest, _, length, _ = _TOES_ABOVE[index]
        end = go(start, rest, length)
        curl = moment.more["curl"] / 60
        return end[0] + (39 - index * 0.8 - end[0]) * min(1.0, curl), end[1]

    def shaft(moment: Moment) -> str:
        return line((pencil(moment), -40), (pencil(moment), 36))

    def point(moment: Moment) -> str:
        x = pencil(moment)
        return closed((x - 4, 36), (x, 50), (x + 4, 36))

    return (
        Shape("edge", shaft, 11),
        Shape("pencil", shaft, 8),
        Shape("thing", point),
        *_toes_above(colour, tip),
        Shape(colour, still(smooth(*_ABOVE))),
    )


def foot_with_sock(colour: str) -> Layer:
    """The same foot, its toes curling over a rolled-up sock that lies across in front of them."""

    def tip(moment: Moment, index: int) -> Point:
        start, rest, _, length, _ = _TOES_ABOVE[index]
        end = go(start, rest, length)
        curl = moment.more["curl"] / 60
        return end[0] + (40 - index * 1.5 - end[0]) * min(1.0, curl), end[1]

    return (
        Shape("towel", still(line((37, -29), (37, 29))), 25),
        Shape("paper", still(line((26, -31), (48, -31)) + line((26, 31), (48, 31))), 2),
        Shape("paper", still(line((42, -31), (42, 31))), 1.6),
        *_toes_above(colour, tip),
        Shape(colour, still(smooth(*_ABOVE))),
    )


def _toes_above(colour: str, tip: Callable[[Moment, int], Point]) -> Layer:
    def toe(index: int) -> tuple[Shape, Shape]:
        start, *_, width = _TOES_ABOVE[index]

        def nail(moment: Moment) -> str:
            end = tip(moment, index)
            return line(_short(start, end, 0.5), _short(start, end, -1.5))

        return (
            Shape(colour, lambda moment: line(start, tip(moment, index)), width, over=True),
            Shape("paper", nail, width * 0.42),
        )

    return tuple(shape for n in (4, 3, 2, 1, 0) for shape in toe(n))


def _short(start: Point, end: Point, by: float) -> Point:
    """The point that lies short of the end."""
    share = 1 - by / math.dist(start, end)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def sole(colour: str, wide: float = 1.0) -> Layer:
    """A foot seen from its sole, toes up; they go round by the angle `turned`, outwards first.

    `wide`: how wide the circles are, as a share of the widest.
    """

    def moved(moment: Moment, at: Point) -> Point:
        """The toes go round, and the rest of the foot with them as far as it is from the heel."""
        turned = math.radians(moment.more["turned"] + 90)
        share = (at[1] + 44) / 79
        across, up = 18 * wide * math.cos(turned), 12 * wide * math.sin(turned)
        return at[0] + across * share, at[1] - 9 * share + up * share

    def outline(moment: Moment) -> str:
        return smooth(*(moved(moment, at) for at in _SOLE))

    def toe(index: int) -> Shape:
        x, y, width = _TOES_BELOW[index]
        return Shape(colour, lambda moment: line(moved(moment, (x, y)), moved(moment, (x, y + 0.5))), width)

    return (
        Shape(colour, outline),
        *(toe(n) for n in range(5)),
        Shape("arrow", still(turning((0, 1), 51, 90 + 118 * wide, 90 - 118 * wide, head=9, both=True)), 4),
    )


def legs_from_above(colour: str) -> Layer:
    """The legs of somebody who sits facing right: the right one straight, the left foot tucked under its thigh."""
    bent = line((-40, 16), (-8, 42), (-2, -4))
    tucked = line((-2, -4), (3, -26), (9, -28))
    straight = line((-40, -12), (34, -12))
    foot = line((40, -14), (41, -9))
    return (
        Shape("far", still(bent), 15),
        Shape("far", still(tucked), 10),
        Shape(colour, still(straight), 16, over=True),
        Shape(colour, still(foot), 15),
        Shape("shirt", still(line((-46, 15), (-46, -11))), 22, over=True),
    )
