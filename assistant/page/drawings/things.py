"""The things that stretches need, and the parts of a body, as shapes."""

from __future__ import annotations

import math

from assistant.page.drawings.shapes import Layer, Moment, Shape, circle, closed, curve, dot, line, smooth, still
from assistant.page.drawings.skeleton import Point, go, place

SEAT = 62.0
"""The height of a chair's seat."""

CHAIR_BACK, CHAIR_TOP = -7.0, 137.0
"""Where the top of a chair's back is, from the chair's place."""


def floor() -> tuple[Shape, ...]:
    """The line of the floor."""
    return (Shape("floor", still(line((14, -2), (386, -2))), 3),)


def wall() -> tuple[Shape, ...]:
    """A wall behind the body, with a picture on it."""
    frame = closed((52, 176), (52, 214), (94, 214), (94, 176))
    hill = line((55, 182), (67, 198), (76, 187), (82, 194), (91, 182))
    return (
        Shape("wall", still(closed((14, -2), (14, 252), (386, 252), (386, -2)))),
        Shape("floor", still(line((14, 9), (386, 9))), 2),
        Shape("thing", still(frame), 3),
        Shape("thing", still(hill), 2),
    )


def chair(x: float) -> tuple[Shape, ...]:
    """A chair that faces right; its back's foot is at x."""
    return (
        Shape("thing", still(line((x + CHAIR_BACK, CHAIR_TOP - 3), (x + 3, SEAT - 5), (x - 2, 2))), 7),
        Shape("thing", still(line((x + 60, SEAT - 5), (x + 64, 2))), 7),
        Shape("thing", still(line((x, 27), (x + 61, 27))), 4),
        Shape("thing", still(line((x + 3, SEAT - 4.5), (x + 62, SEAT - 4.5))), 9),
    )


def mat(start: float, end: float) -> tuple[Shape, ...]:
    """A mat, seen from its edge."""
    return (Shape("mat", still(line((start, -1), (end, -1))), 7),)


BALL = 11.0
"""The radius of a tennis ball."""


def ball() -> tuple[Shape, ...]:
    """A tennis ball, which lies at `ball` and rolls."""

    def centre(moment: Moment) -> Point:
        return moment.more["ball"], BALL - 1

    def seam(moment: Moment) -> str:
        at, turned = centre(moment), -math.degrees(moment.more["ball"] / BALL)
        return "".join(
            curve(go(at, turned + a, BALL - 1.5), go(at, turned + a + 45, 2.5), go(at, turned + a + 90, BALL - 1.5))
            for a in (0, 180)
        )

    return (
        Shape("ball", lambda moment: circle(centre(moment), BALL)),
        Shape("edge", lambda moment: circle(centre(moment), BALL - 0.7), 1.5),
        Shape("edge", seam, 1.5),
    )


def band(leg: Point) -> tuple[Layer, Layer]:
    """A band round a chair's leg and over the balls of both feet: what is behind the feet, and what is before them."""

    def over(moment: Moment) -> tuple[Point, float]:
        ball_at, toe = moment.at["near_ball"], moment.at["near_toe"]
        along = math.degrees(math.atan2(toe[1] - ball_at[1], toe[0] - ball_at[0]))
        return place(ball_at, along, (-1, 6.5)), along

    def behind(moment: Moment) -> str:
        at, _ = over(moment)
        return line((at[0] + 2, at[1] + 5), (leg[0] + 4, leg[1] + 5))

    def before(moment: Moment) -> str:
        at, along = over(moment)
        return line(place(at, along, (1, 0.5)), at, leg)

    knot = line((leg[0] - 2, leg[1] - 3), (leg[0] + 6, leg[1] - 3), (leg[0] + 6, leg[1] + 3), (leg[0] - 2, leg[1] + 3))
    return (
        (Shape("band", behind, 3.5),),
        (Shape("band", before, 6), Shape("band", still(knot + "Z"), 5)),
    )


def towel(foot: str, hand: str) -> tuple[Shape, ...]:
    """A towel round the middle of a foot, or half of it: to one of the hands, with a loose end."""

    def strip(moment: Moment) -> str:
        heel, ball_at, held = (moment.at[name] for name in (f"{foot}_heel", f"{foot}_ball", f"{hand}_hand"))
        along = math.degrees(math.atan2(ball_at[1] - heel[1], ball_at[0] - heel[0]))
        round_sole = [place(ball_at, along, at) for at in ((-7, -7.5), (3, -7.5))]
        return line(*round_sole, held, go(held, 250, 17))

    return (Shape("towel", strip, 7),)


def pencil() -> tuple[Shape, ...]:
    """A pencil, at `pencil_x` and `pencil_y`, turned by `pencil_turn`."""

    def ends(moment: Moment, start: float, end: float) -> tuple[Point, Point]:
        at = (moment.more["pencil_x"], moment.more["pencil_y"])
        turned = moment.more["pencil_turn"]
        return go(at, turned, start), go(at, turned, end)

    def tip(moment: Moment) -> str:
        start, end = ends(moment, 24, 33)
        turned = moment.more["pencil_turn"]
        return closed(go(start, turned + 90, 3.3), end, go(start, turned - 90, 3.3))

    return (
        Shape("edge", lambda moment: line(*ends(moment, -23, 23)), 7),
        Shape("pencil", lambda moment: line(*ends(moment, -22.5, 22.5)), 5),
        Shape("thing", tip),
    )


def roll(at: Point, radius: float) -> tuple[Shape, ...]:
    """A rolled-up towel or sock, seen from its end."""
    coil = [go(at, angle, 2.0 + (radius - 4.0) * angle / 540) for angle in range(0, 541, 30)]
    return (Shape("towel", still(circle(at, radius)), over=True), Shape("paper", still(line(*coil)), 1.6))


# --- the body -----------------------------------------------------------------------------------------------------

LEG, ARM, FOOT = 16.0, 11.5, 9.0
"""How thick limbs are."""


def leg(side: str, colour: str) -> tuple[Shape, ...]:
    """A leg and its foot."""
    hip, knee, ankle, heel, ball_at, toe = (
        f"{side}_{name}" for name in ("hip", "knee", "ankle", "heel", "ball", "toe")
    )

    def limb(moment: Moment) -> str:
        return line(moment.at[hip], moment.at[knee], moment.at[ankle])

    def foot(moment: Moment) -> str:
        at = moment.at
        return line(at[ball_at], at[ankle], at[heel], at[ball_at], at[toe])

    return (Shape(colour, limb, LEG, over=True), Shape(colour, foot, FOOT, over=True, solid=True))


def arm(side: str, colour: str) -> tuple[Shape, ...]:
    """An arm."""
    return (
        Shape(
            colour,
            lambda moment: line(*(moment.at[f"{side}_{name}"] for name in ("shoulder", "elbow", "hand"))),
            ARM,
            over=True,
        ),
    )


def trunk() -> tuple[Shape, ...]:
    """Back, neck and head, with a nose to show where it looks."""
    return (
        Shape("body", lambda moment: line(moment.at["shoulder"], moment.at["head"]), 11),
        Shape("shirt", lambda moment: curve(moment.at["hip"], _through(moment), moment.at["shoulder"]), 30),
        Shape("body", lambda moment: dot(moment.at["head"]), 30),
        Shape("body", lambda moment: line(moment.at["head"], moment.at["nose"]), 7),
    )


def _through(moment: Moment) -> Point:
    hip, waist, shoulder = (moment.at[name] for name in ("hip", "waist", "shoulder"))
    return 2 * waist[0] - (hip[0] + shoulder[0]) / 2, 2 * waist[1] - (hip[1] + shoulder[1]) / 2


def close_foot(side: str, colour: str) -> tuple[Shape, ...]:
    """A foot as it looks close up, from its side; its toes bend by `curl` beyond how they are held."""

    def outline(moment: Moment) -> str:
        ankle, knee, sole, _ = _frame(moment, side)
        shin = math.degrees(math.atan2(knee[1] - ankle[1], knee[0] - ankle[0]))
        up = [place(ankle, shin, at) for at in ((17, -6.6), (17, 6.6), (4, 6))]
        around = [place(ankle, sole, at) for at in _SIDE_OF_FOOT]
        return smooth(*up, *around)

    def shin(moment: Moment) -> str:
        ankle, knee, *_ = _frame(moment, side)
        start = go(ankle, math.degrees(math.atan2(knee[1] - ankle[1], knee[0] - ankle[0])), 4)
        return line(start, knee)

    def toes(moment: Moment) -> tuple[Point, Point, Point, float]:
        *_, sole, ball_at = _frame(moment, side)
        toe = moment.at[f"{side}_toe"]
        held = math.degrees(math.atan2(toe[1] - ball_at[1], toe[0] - ball_at[0]))
        curl = moment.more.get("curl", 0.0)
        start = place(ball_at, sole, (0.5, -0.6))
        knuckle = go(start, held + curl * 0.45, 7)
        return start, knuckle, go(knuckle, held - curl * 0.65, 5.5), held - curl * 0.65

    def nail(moment: Moment) -> str:
        *_, tip, turned = toes(moment)
        return line(place(tip, turned, (0, 2.2)), place(tip, turned, (2, 1.6)))

    return (
        Shape(colour, shin, 13.2),
        Shape(colour, outline),
        Shape(colour, lambda moment: line(*toes(moment)[:3]), 7.6),
        Shape("paper", nail, 1.5),
    )


_SIDE_OF_FOOT = (
    *((-8.5, -1), (-13, -4), (-12.5, -14.3), (-4, -13), (4, -8.5), (12, -13.5), (21, -13), (24, -7)),
    *((19, -3), (13, 0), (7.5, 4)),
)
"""The outline of a foot from its heel along the sole to the ball, and back over the instep; seen from the ankle."""


def _frame(moment: Moment, side: str) -> tuple[Point, Point, float, Point]:
    ankle, knee, heel, ball_at = (moment.at[f"{side}_{name}"] for name in ("ankle", "knee", "heel", "ball"))
    return ankle, knee, math.degrees(math.atan2(ball_at[1] - heel[1], ball_at[0] - heel[0])), ball_at
