"""Each figure as data: the poses of its body, the things around it, and what is pointed at.

A figure shows the right side; the whole of it is mirrored for the left one. `assistant.dialogue.content.drawn` has the
names of all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.page.drawings import things
from assistant.page.drawings.closeups import foot_from_above, foot_with_pencil, foot_with_sock, legs_from_above, sole
from assistant.page.drawings.shapes import Arrow, Layer, turning
from assistant.page.drawings.skeleton import SOLE, Arm, Leg, Planted, Point, Pose, Reaching, points

FAR_LEG, FAR_ARM, TRUNK, NEAR_LEG, NEAR_ARM = "far_leg", "far_arm", "trunk", "near_leg", "near_arm"
BODY = (FAR_ARM, FAR_LEG, TRUNK, NEAR_LEG, NEAR_ARM)
"""The parts of a body, from the back to the front."""

LYING, SITTING_FLOOR, SITTING = 16.0, 18.0, 76.0
"""The height of the hip over the floor: of who lies, sits on the floor, and sits on a chair."""


@dataclass(frozen=True)
class Closeup:
    """A round picture of the foot beside the figure: what is around `focus`, magnified `zoom` times.

    pose: the one that it shows all the time, if it does not follow the figure. points_at: what it shows, if not the
    foot.
    """

    at: Point
    focus: Point
    zoom: float
    shapes: Layer
    arrows: tuple[str, ...] = ()
    pose: Pose | None = None
    points_at: Point | None = None


@dataclass(frozen=True)
class Figure:
    """Poses by the second at which they are reached, back to the first one after `period`; and the picture's layers.

    working: which legs do it, "near", "both" or none. sided: whether there is a picture for each side. eased: whether
    it starts and stops gently at each pose. ends: the seconds of the two poses that a still picture shows, the second
    one as a `ghost`. ring: whether one is round the foot.
    """

    period: float
    keys: tuple[tuple[float, Pose], ...]
    layers: tuple[str | Layer, ...]
    things: frozenset[str] = frozenset()
    working: str = "near"
    sided: bool = True
    eased: bool = True
    ends: tuple[float, float] = (0.0, 1.0)
    arrows: tuple[str, ...] = ()
    closeup: Closeup | None = None
    ring: bool = True
    ghost: bool = True


def _standing(x: float = 150.0, knee: float = 0.0) -> Pose:
    """Somebody who stands, with the knees bent a little."""
    return Pose(
        hip=(x, 122.0 - knee),
        near_leg=Planted(x + 19),
        far_leg=Planted(x + 28),
        near_arm=Arm(-2, 12),
        far_arm=Arm(8, 14),
    )


def _seated(chair: float) -> Pose:
    """Somebody who sits upright on a chair, hands on the thighs."""
    hip = chair + 21
    return Pose(
        hip=(hip, SITTING),
        lean=-2,
        near_leg=Planted(hip + 73),
        far_leg=Planted(hip + 80),
        near_arm=Reaching(hip + 32, SITTING + 17),
        far_arm=Reaching(hip + 38, SITTING + 17),
    )


def _toe_walking(heels: float = 48.0, stride: float = 1.0) -> Figure:
    """`heels`: by which angle they are up; `stride`: how long the steps are, as a share of the usual ones."""
    x, floor, sole_up = 150.0, 4.5, -heels
    height, behind = 122 + 6 * heels / 48, x - 26 + 15 * stride

    def step(near: tuple[float, float], far: tuple[float, float], swing: float, rise: float) -> Pose:
        def tiptoe(at: tuple[float, float]) -> Planted:
            along, up = x + 5 + (at[0] - 5) * stride, at[1] * stride
            return Planted(along, floor + up, sole_up, heels if not up else min(15.0, heels))

        swing *= stride
        return Pose(
            hip=(x, height + rise),
            lean=2,
            near_leg=tiptoe(near),
            far_leg=tiptoe(far),
            near_arm=Arm(2 - swing, 14),
            far_arm=Reaching(x + 40, 160),
        )

    keys = (
        (0.0, step((30, 0), (-20, 0), 24, 0)),
        (0.2, step((17, 0), (-8, 12), 12, 1)),
        (0.4, step((5, 0), (16, 14), 0, 2)),
        (0.6, step((-8, 0), (32, 6), -12, 1)),
        (0.8, step((-20, 0), (30, 0), -24, 0)),
        (1.0, step((-8, 12), (17, 0), -12, 1)),
        (1.2, step((16, 14), (5, 0), 0, 2)),
        (1.4, step((32, 6), (-8, 0), 12, 1)),
    )
    return Figure(
        period=1.6,
        keys=keys,
        eased=False,
        working="both",
        sided=False,
        ends=(0.0, 0.8),
        ring=False,
        ghost=False,
        things=frozenset({"wall"}),
        layers=(things.wall(), *BODY),
        arrows=(Arrow((150 - 72 * stride, -18), (150, -18), (150 + 72 * stride, -18), both=True).data(),),
        closeup=Closeup(
            at=(318, 176),
            focus=(x - 1 + 15 * stride, 22),
            zoom=1.9,
            shapes=(*things.floor(), *things.close_foot("near", "work")),
            arrows=(Arrow((behind, 7), (behind, 14), (behind, 26), head=5).data(),),
            pose=step((20, 0), (0, 0), 0, 0),
        ),
    )


def _toe_stretching() -> Figure:
    chair = 96.0
    rest = replace(_seated(chair), near_leg=Leg(105, 78, 22, 0), more={"spread": 0.0})
    rest = replace(rest, near_arm=Reaching(167, 104), far_arm=Reaching(160, 106))
    out = replace(rest, near_leg=Leg(105, 78, 30, 24), more={"spread": 1.0})
    return Figure(
        period=9.0,
        keys=((0.0, rest), (1.0, out), (5.0, out), (6.0, rest)),
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        ends=(0.0, 2.0),
        closeup=Closeup(at=(318, 180), focus=(4, 0), zoom=1.0, shapes=foot_from_above("work")),
    )


def _toe_stretching_gently() -> Figure:
    chair = 96.0
    foot = chair + 21 + 80
    rest = replace(_seated(chair), near_leg=Planted(foot), far_leg=Planted(foot - 22), more={"spread": 0.0})
    out = replace(rest, near_leg=Planted(foot, toes=16), more={"spread": 0.55})
    return Figure(
        period=9.0,
        keys=((0.0, rest), (1.0, out), (5.0, out), (6.0, rest)),
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        ends=(0.0, 2.0),
        closeup=Closeup(at=(318, 180), focus=(4, 0), zoom=1.0, shapes=foot_from_above("work")),
    )


def _ankle_circle(base: Pose, leg: Leg, wide: float) -> tuple[tuple[float, Pose], ...]:
    """A circle outwards and one back, of 2.5 s each."""
    keys = []
    for n in range(16):
        turned = 22.5 * 2 * n if n <= 8 else 22.5 * 2 * (16 - n)
        ankle = leg.ankle - wide * math.sin(math.radians(turned))
        keys.append((5.0 * n / 16, replace(base, near_leg=replace(leg, ankle=ankle), more={"turned": turned})))
    return tuple(keys)


def _lying(x: float, on: float = 0.0) -> Pose:
    """Somebody who lies on their back, on a mat of some height."""
    return Pose(
        hip=(x, LYING + on),
        lean=-90,
        nod=6,
        near_leg=Leg(),
        far_leg=Leg(),
        near_arm=Arm(6, 4),
        far_arm=Arm(14, 4),
    )


def _ankle_circles() -> Figure:
    x = 176.0
    base = replace(_lying(x, 3), far_leg=Planted(x + 82, 7.5))
    leg = Leg(44, 22, 8)
    keys = _ankle_circle(base, leg, 22)
    return Figure(
        period=5.0,
        keys=keys,
        eased=False,
        ends=(0.625, 1.875),
        things=frozenset({"mat"}),
        layers=(things.floor(), things.mat(52, 350), *BODY),
        closeup=Closeup(at=(190, 194), focus=(0, 0), zoom=1.0, shapes=sole("work")),
    )


def _ankle_circles_gently() -> Figure:
    x = 176.0
    base = replace(_lying(x, 3), far_leg=Planted(x + 62, 7.5))
    return Figure(
        period=5.0,
        keys=_ankle_circle(base, Leg(11, 5, 8), 11),
        eased=False,
        ends=(0.625, 1.875),
        things=frozenset({"mat", "towel"}),
        layers=(things.floor(), things.mat(52, 350), FAR_ARM, FAR_LEG, things.roll((x + 84, 13.5), 11), *BODY[2:]),
        closeup=Closeup(at=(300, 176), focus=(0, 0), zoom=1.0, shapes=sole("work", 0.5)),
    )


def _heel_stretches() -> Figure:
    x = 112.0

    def reach(lean: float, bend: float, hand: Point, ankle: float) -> Pose:
        return Pose(
            hip=(x, SITTING_FLOOR),
            lean=lean,
            bend=bend,
            nod=-34,
            near_leg=Leg(90 + lean, 0, ankle, 0),
            far_leg=Leg(90 + lean + 38, 88, 40, 0, out=45),
            near_arm=Reaching(*hand),
            far_arm=Reaching(hand[0] + 3, hand[1] + 3),
        )

    up = reach(36, 14, (217, 41), -18)
    down = reach(36, 14, (217, 41), 34)
    return Figure(
        period=2.4,
        keys=((0.0, down), (1.2, up)),
        ends=(0.0, 1.2),
        things=frozenset({"mat"}),
        layers=(things.floor(), things.mat(52, 350), *BODY),
        arrows=(turning((222, 18), 56, 8, 58, both=True),),
        closeup=Closeup((300, 196), (0, 0), 1.0, legs_from_above("work"), points_at=(152, 42)),
    )


def _rolling(base: Pose, x: float) -> tuple[tuple[float, Pose], ...]:
    """The near foot rolls over a ball at x, from its toes to its heel and back; it goes twice as far as the ball."""
    top = things.BALL * 2 - 3.5 + SOLE  # the sole gives way to the ball
    toes = replace(base, near_leg=Planted(x - 6, top, -12, 8), more={"ball": x - 9})
    heel = replace(base, near_leg=Planted(x + 31, top + 4, 9, 4), more={"ball": x + 9})
    return (0.0, toes), (1.5, heel)


def _foot_massage() -> Figure:
    x = 140.0
    base = replace(
        _standing(x), hip=(x, 121), far_leg=Planted(x + 14), far_arm=Reaching(x + 42, 160), near_arm=Arm(-4, 14)
    )
    keys = _rolling(base, x + 42)
    return Figure(
        period=3.0,
        keys=keys,
        ends=(0.0, 1.5),
        things=frozenset({"tennis ball", "wall"}),
        layers=(things.wall(), *BODY[:4], things.ball(), NEAR_ARM),
        closeup=Closeup(
            at=(318, 176),
            focus=(x + 50, 30),
            zoom=1.45,
            shapes=(*things.floor(), *things.close_foot("near", "work"), *things.ball()),
        ),
        arrows=(Arrow((x + 10, -18), (x + 42, -18), (x + 74, -18), both=True).data(),),
    )


def _band(lean: float = -28, ankle: float = -14) -> Figure:
    """How far the back leans and the feet are drawn in a pull."""
    x, chair = 92.0, 284.0

    def pull(lean: float, ankle: float) -> Pose:
        return Pose(
            hip=(x, SITTING_FLOOR - 1),
            lean=lean,
            nod=12,
            near_leg=Leg(90 + lean, 0, ankle, 0),
            far_leg=Leg(90 + lean, 0, ankle, 0),
            behind=(7, 3),
            near_arm=Reaching(x - 45, 9),
            far_arm=Reaching(x - 41, 11),
        )

    loose, tense = pull(-23, 26), pull(lean, ankle)
    behind, before = things.band((chair + 0.4, 29.0))
    return Figure(
        period=6.0,
        keys=((0.0, loose), (1.2, tense), (4.0, tense), (5.0, loose)),
        ends=(0.0, 2.0),
        working="both",
        sided=False,
        things=frozenset({"chair", "resistance band"}),
        layers=(things.floor(), things.chair(chair), behind, *BODY, before),
        arrows=(Arrow((x + 84, 50), (x + 66, 50), (x + 48, 50)).data(),),
        closeup=Closeup(
            at=(204, 190),
            focus=(x + 120, 29),
            zoom=1.9,
            shapes=(*things.floor(), *behind, *things.close_foot("near", "work"), *before),
        ),
    )


def _towel() -> Figure:
    x = 196.0

    def lifted(hip: float, hand: Point) -> Pose:
        return replace(
            _lying(x),
            near_leg=Leg(hip, 2, -4),
            near_arm=Reaching(*hand),
            far_arm=Reaching(hand[0] - 1, hand[1] + 9),
        )

    low, high = lifted(13, (x - 2, 42)), lifted(74, (x - 34, 57))
    foot = points(high)["near_ankle"]
    behind, before = things.towel("near", "far"), things.towel("near", "near")
    return Figure(
        period=7.0,
        keys=((0.0, low), (2.0, high), (5.0, high), (6.5, low)),
        ends=(0.0, 3.0),
        things=frozenset({"towel"}),
        layers=(things.floor(), FAR_ARM, FAR_LEG, TRUNK, behind, NEAR_LEG, before, NEAR_ARM),
        arrows=(turning((x, 16), 150, 22, 60),),
        closeup=Closeup(
            at=(92, 190),
            focus=(foot[0] - 9, foot[1]),
            zoom=2.0,
            shapes=(*behind, *things.close_foot("near", "work"), *before),
            pose=high,
            points_at=(foot[0] - 22, foot[1] + 10),
        ),
    )


def _towel_gently() -> Figure:
    x = 196.0

    def lifted(hip: float, hand: Point) -> Pose:
        return replace(
            _lying(x),
            near_leg=Leg(hip, 16, -2),
            far_leg=Planted(x + 60),
            near_arm=Reaching(*hand),
            far_arm=Reaching(hand[0] - 1, hand[1] + 9),
        )

    low, high = lifted(22, (x - 4, 44)), lifted(52, (x - 18, 54))
    foot = points(high)["near_ankle"]
    behind, before = things.towel("near", "far"), things.towel("near", "near")
    return Figure(
        period=7.0,
        keys=((0.0, low), (2.0, high), (5.0, high), (6.5, low)),
        ends=(0.0, 3.0),
        things=frozenset({"towel"}),
        layers=(things.floor(), FAR_ARM, FAR_LEG, TRUNK, behind, NEAR_LEG, before, NEAR_ARM),
        arrows=(turning((x, 16), 146, 14, 36),),
        closeup=Closeup(
            at=(92, 190),
            focus=(foot[0] - 9, foot[1]),
            zoom=2.0,
            shapes=(*behind, *things.close_foot("near", "work"), *before),
            pose=high,
            points_at=(foot[0] - 22, foot[1] + 10),
        ),
    )


def _pencil_keys(base: Pose, x: float) -> tuple[tuple[float, Pose], ...]:
    def held(y: float, sole_up: float, curl: float, pencil: float, forward: float = 0.0) -> Pose:
        return replace(
            base,
            near_leg=Planted(x + forward, y, sole_up, 0),
            more={"curl": curl, "pencil_x": x + 14 + forward, "pencil_y": pencil, "pencil_turn": 14.0},
        )

    flat, grip, lift = held(4.5, 0, 5, 4.2), held(5.5, -8, 62, 4.2), held(27, -6, 62, 25, 6)
    return ((0.0, flat), (0.8, grip), (1.8, lift), (4.4, lift), (5.2, grip), (5.8, flat))


def _pencil() -> Figure:
    chair = 96.0
    base = _seated(chair)
    x = chair + 21 + 84
    return Figure(
        period=6.4,
        keys=_pencil_keys(base, x),
        ends=(0.8, 2.5),
        things=frozenset({"chair", "pencil"}),
        layers=(things.floor(), things.chair(chair), *BODY[:3], things.pencil(), NEAR_LEG, NEAR_ARM),
        arrows=(Arrow((x + 62, 8), (x + 62, 20), (x + 62, 46)).data(),),
        closeup=Closeup(at=(318, 182), focus=(0, 0), zoom=1.0, shapes=foot_with_pencil("work")),
    )


def _pencil_gently() -> Figure:
    chair = 96.0
    x = chair + 21 + 84
    base = replace(_seated(chair), far_leg=Planted(x - 24))
    flat = replace(base, near_leg=Planted(x, toes=34), more={"curl": 5.0})
    grip = replace(base, near_leg=Planted(x, 5.5, 3, 12), more={"curl": 62.0})
    return Figure(
        period=6.4,
        keys=((0.0, flat), (0.8, grip), (4.6, grip), (5.4, flat)),
        ends=(0.0, 2.0),
        things=frozenset({"chair", "sock"}),
        layers=(things.floor(), things.chair(chair), *BODY[:3], things.roll((x + 17, 7), 8.5), NEAR_LEG, NEAR_ARM),
        closeup=Closeup(at=(318, 182), focus=(0, 0), zoom=1.0, shapes=foot_with_sock("work")),
    )


def _heel_raises() -> Figure:
    x, chair = 132.0, 188.0
    base = replace(
        _standing(x),
        far_leg=Leg(22, 78, 20),
        near_arm=Reaching(chair - 7, 143),
        far_arm=Reaching(chair - 4, 143),
    )
    down = replace(base, hip=(x, 120.5), near_leg=Planted(x + 20))
    up = replace(base, hip=(x + 5, 131), near_leg=Planted(x + 20, 4.5, -40, 40))
    return Figure(
        period=3.0,
        keys=((0.0, down), (1.0, up), (1.3, up), (2.7, down)),
        ends=(0.0, 1.1),
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        closeup=Closeup(
            at=(322, 190),
            focus=(x + 12, 22),
            zoom=1.8,
            shapes=(*things.floor(), *things.close_foot("near", "work")),
            arrows=(Arrow((x - 14.5, 9), (x - 14.5, 18), (x - 14.5, 32), both=True, head=6).data(),),
        ),
    )


def _heel_raises_gently() -> Figure:
    x, chair = 132.0, 188.0
    base = replace(_standing(x), near_arm=Reaching(chair - 7, 143), far_arm=Reaching(chair - 4, 143))
    down = replace(base, hip=(x, 120.5), near_leg=Planted(x + 14), far_leg=Planted(x + 34))
    up = replace(
        base,
        hip=(x + 2, 126),
        near_leg=Planted(x + 14, 4.5, -20, 20),
        far_leg=Planted(x + 34, 4.5, -20, 20),
    )
    return Figure(
        period=3.0,
        keys=((0.0, down), (1.0, up), (1.3, up), (2.7, down)),
        ends=(0.0, 1.1),
        working="both",
        sided=False,
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        closeup=Closeup(
            at=(322, 190),
            focus=(x + 6, 22),
            zoom=1.8,
            shapes=(*things.floor(), *things.close_foot("near", "work")),
            arrows=(Arrow((x - 20, 9), (x - 20, 14), (x - 20, 21), both=True, head=5).data(),),
        ),
    )


def _press_keys(base: Pose) -> tuple[tuple[float, Pose], ...]:
    flat, grip = replace(base, more={"curl": 0.0}), replace(base, more={"curl": 70.0})
    return ((0.0, flat), (0.8, grip), (4.0, grip), (4.8, flat))


def _press_closeup(at: Point, x: float) -> Closeup:
    return Closeup(
        at=at,
        focus=(x - 1, 17),
        zoom=2.3,
        shapes=(*things.floor(), *things.close_foot("near", "work")),
        arrows=(Arrow((x + 11, 26), (x + 11, 20), (x + 11, 13), head=6).data(),),
    )


def _pressing() -> Figure:
    x = 140.0
    base = replace(_standing(x), hip=(x, 117), near_leg=Planted(x + 18), far_leg=Planted(x + 30))
    return Figure(
        period=6.0,
        keys=_press_keys(base),
        ends=(0.0, 2.0),
        working="both",
        sided=False,
        layers=(things.floor(), *BODY),
        closeup=_press_closeup((300, 160), x + 18),
    )


def _ankle_circles_sitting() -> Figure:
    chair = 96.0
    hip = chair + 21
    base = replace(_seated(chair), near_arm=Reaching(hip + 8, SITTING + 2), far_arm=Reaching(hip + 16, SITTING + 2))
    return Figure(
        period=5.0,
        keys=_ankle_circle(base, Leg(96, 34, 12), 22),
        eased=False,
        ends=(0.625, 1.875),
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        closeup=Closeup((318, 188), (0, 0), 1.0, sole("work")),
    )


def _ankle_circles_sitting_gently() -> Figure:
    chair = 96.0
    hip = chair + 21
    base = replace(_seated(chair), near_arm=Reaching(hip + 8, SITTING + 2), far_arm=Reaching(hip + 16, SITTING + 2))
    return Figure(
        period=5.0,
        keys=_ankle_circle(replace(base, far_leg=Planted(hip + 62)), Leg(72, 42, 12), 11),
        eased=False,
        ends=(0.625, 1.875),
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        closeup=Closeup((318, 188), (0, 0), 1.0, sole("work", 0.5)),
    )


def _heel_stretches_sitting() -> Figure:
    return _reaching_from_a_chair(46.0, Leg(56 + 46.0, 2, 0), 52, (89, 57), (36, -6), (90, 58, 52))


def _heel_stretches_sitting_gently() -> Figure:
    return _reaching_from_a_chair(40.0, Leg(70 + 40.0, 30, 0), 44, (60, 61), (22, -4), (82, 56, 46))


def _reaching_from_a_chair(
    lean: float,
    near_leg: Leg,
    far_foot: float,
    hand: tuple[float, float],
    ankles: tuple[float, float],
    arrow: tuple[float, float, float],
) -> Figure:
    """Reaching for the foot of a leg that is out in front, its ankle moving between two angles.

    `far_foot`, `hand` and the arrow's place are measured from the hip; the arrow has a radius and an end as well.
    """
    chair = 84.0
    hip = chair + 42

    def reach(ankle: float) -> Pose:
        return replace(
            _seated(chair),
            hip=(hip, SITTING),
            lean=lean,
            bend=14,
            nod=-30,
            near_leg=replace(near_leg, ankle=ankle),
            far_leg=Planted(hip + far_foot),
            near_arm=Reaching(hip + hand[0], hand[1]),
            far_arm=Reaching(hip + 14, SITTING - 6),
        )

    away, radius, end = arrow
    return Figure(
        period=2.4,
        keys=((0.0, reach(ankles[0])), (1.2, reach(ankles[1]))),
        ends=(0.0, 1.2),
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        arrows=(turning((hip + away, 14), radius, 4, end, both=True),),
    )


def _foot_massage_sitting() -> Figure:
    chair = 96.0
    base = _seated(chair)
    x = chair + 21 + 66
    return Figure(
        period=3.0,
        keys=_rolling(base, x),
        ends=(0.0, 1.5),
        things=frozenset({"chair", "tennis ball"}),
        layers=(things.floor(), things.chair(chair), *BODY[:4], things.ball(), NEAR_ARM),
        closeup=Closeup(
            at=(318, 176),
            focus=(x + 8, 30),
            zoom=1.45,
            shapes=(*things.floor(), *things.close_foot("near", "work"), *things.ball()),
        ),
        arrows=(Arrow((x - 30, -18), (x, -18), (x + 34, -18), both=True).data(),),
    )


def _pressing_sitting() -> Figure:
    chair = 96.0
    base = _seated(chair)
    return Figure(
        period=6.0,
        keys=_press_keys(base),
        ends=(0.0, 2.0),
        working="both",
        sided=False,
        things=frozenset({"chair"}),
        layers=(things.floor(), things.chair(chair), *BODY),
        closeup=_press_closeup((318, 180), chair + 21 + 73),
    )


def _still_body(first: Pose, second: Pose, *around: Layer, needs: tuple[str, ...] = ()) -> Figure:
    """Somebody who only breathes."""
    return Figure(
        4.0, ((0.0, first), (2.0, second)), (*around, *BODY), frozenset(needs), working="", sided=False, ghost=False
    )


def _neutral_standing() -> Figure:
    base = _standing(200)
    return _still_body(base, replace(base, near_arm=Arm(1, 14), far_arm=Arm(11, 16), nod=2), things.floor())


def _neutral_sitting() -> Figure:
    base = _seated(150)
    return _still_body(base, replace(base, lean=0, nod=2), things.floor(), things.chair(150), needs=("chair",))


def _neutral_floor() -> Figure:
    x = 150.0
    base = Pose(
        hip=(x, SITTING_FLOOR),
        lean=-20,
        near_leg=Leg(70, 0, 8),
        far_leg=Leg(70, 0, 8),
        behind=(7, 3),
        near_arm=Reaching(x - 39, 10),
        far_arm=Reaching(x - 37, 11),
    )
    return _still_body(
        base, replace(base, lean=-18, near_leg=Leg(72, 0, 8), far_leg=Leg(72, 0, 8), nod=2), things.floor()
    )


def _resting() -> Figure:
    base = replace(_seated(146), lean=-5, bend=-2, nod=10, near_leg=Planted(268), far_leg=Planted(252))
    return _still_body(base, replace(base, lean=-3, nod=13), things.floor(), things.chair(146), needs=("chair",))


def _getting_up() -> Figure:
    x = 140.0
    foot = Planted(x + 74)
    kneeling = Pose(
        hip=(x, 67),
        lean=16,
        near_leg=foot,
        far_leg=Leg(16, 90, 58, 12),
        near_arm=Reaching(x + 48, 78),
        far_arm=Reaching(x + 54, 80),
    )
    rising = replace(
        kneeling,
        hip=(x + 28, 92),
        lean=38,
        far_leg=Leg(32, 90, 14, 40),
        near_arm=Reaching(x + 80, 84),
        far_arm=Reaching(x + 86, 86),
    )
    up = Pose(
        hip=(x + 55, 122.4),
        near_leg=foot,
        far_leg=Leg(6, 6, 0, 0),
        near_arm=Reaching(x + 56, 116),
        far_arm=Reaching(x + 64, 117),
    )
    swinging = replace(
        up,
        hip=(x + 46, 116),
        lean=14,
        far_leg=Leg(36, 74, -22, 4),
        near_arm=Reaching(x + 68, 108),
        far_arm=Reaching(x + 74, 110),
    )
    return Figure(
        6.0,
        (
            (0.0, kneeling),
            (0.8, kneeling),
            (1.8, rising),
            (2.5, swinging),
            (3.1, up),
            (4.4, up),
            (4.9, swinging),
            (5.4, rising),
        ),
        (things.floor(), *BODY),
        working="",
        sided=False,
        ends=(0.0, 3.5),
        arrows=(Arrow((x + 130, 60), (x + 130, 90), (x + 130, 150)).data(),),
    )


FIGURES: Mapping[str, Figure] = {
    "toe_walking": _toe_walking(),
    "toe_stretching": _toe_stretching(),
    "ankle_circles": _ankle_circles(),
    "heel_stretches": _heel_stretches(),
    "foot_massage": _foot_massage(),
    "resistance_band_stretches": _band(),
    "upward_stretches": _towel(),
    "toe_pencil_pickups": _pencil(),
    "heel_raises": _heel_raises(),
    "toe_pressing": _pressing(),
    "ankle_circles_sitting": _ankle_circles_sitting(),
    "heel_stretches_sitting": _heel_stretches_sitting(),
    "foot_massage_sitting": _foot_massage_sitting(),
    "toe_pressing_sitting": _pressing_sitting(),
    "toe_walking_gently": _toe_walking(20.0, 0.5),
    "toe_stretching_gently": _toe_stretching_gently(),
    "ankle_circles_gently": _ankle_circles_gently(),
    "ankle_circles_sitting_gently": _ankle_circles_sitting_gently(),
    "heel_stretches_sitting_gently": _heel_stretches_sitting_gently(),
    "resistance_band_stretches_gently": _band(-24, 8),
    "upward_stretches_gently": _towel_gently(),
    "toe_pencil_pickups_gently": _pencil_gently(),
    "heel_raises_gently": _heel_raises_gently(),
    "standing": _neutral_standing(),
    "sitting": _neutral_sitting(),
    "floor": _neutral_floor(),
    "resting": _resting(),
    "getting_up": _getting_up(),
}
"""Every figure by its name."""
