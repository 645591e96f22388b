"""One small set of limbs: from joint angles and segment lengths to points.

Everybody is seen from the side, facing right, so that their right leg is the near one. Units are those of a drawing,
300 high; x goes to the right, y upwards from the floor. Angles are in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

Point = tuple[float, float]
Points = Mapping[str, Point]

BACK = 31.0
"""From the hip to the waist, and from the waist to the shoulder."""

NECK = 32.0
"""From the shoulder to the middle of the head."""

THIGH, SHANK = 56.0, 54.0
UPPER_ARM, FOREARM = 34.0, 35.0
TOES = 10.0

HEEL_AT, BALL_AT = (-7.0, -8.0), (18.0, -8.0)
"""Heel and ball of a foot as seen from its ankle, the sole lying level."""

SOLE = 4.5
"""From the middle of heel, ball and toes to the floor under them."""

STANDING_ANKLE = SOLE - HEEL_AT[1]
"""The height of the ankle over the floor that the whole foot stands on."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "hip": (-25, 130),
    "knee": (-3, 140),
    "ankle": (-35, 60),
    "toes": (-50, 70),
    "shoulder": (-80, 185),
    "elbow": (-3, 150),
}
"""How far each joint goes: forwards for hip, shoulder and elbow, backwards for the knee, down for the ankle (pointing
the foot), up for the toes."""


@dataclass(frozen=True)
class Leg:
    """A leg by its joints; all are 0 in somebody who stands straight.

    `out`: how far it is turned out to the side, so that it looks shorter.
    """

    hip: float = 0.0
    knee: float = 0.0
    ankle: float = 0.0
    toes: float = 0.0
    out: float = 0.0


@dataclass(frozen=True)
class Planted:
    """A leg by where the ball of its foot is; the knee bends as it must. `sole`: how the toes are above the heel."""

    x: float
    y: float = SOLE
    sole: float = 0.0
    toes: float = 0.0


@dataclass(frozen=True)
class Arm:
    """An arm by its joints; both are 0 in an arm that hangs down."""

    shoulder: float = 0.0
    elbow: float = 0.0


@dataclass(frozen=True)
class Reaching:
    """An arm by where its hand is; the elbow bends as it must."""

    x: float
    y: float


@dataclass(frozen=True)
class Pose:
    """Where the hip is, and each joint. `lean` and `bend`: of the back, forwards, as a whole and above the waist.

    `nod`: of the head, forwards. `more`: numbers that things, or the toes seen close up, move by. `behind`: how far the
    far leg is shifted, where it would be hidden.
    """

    hip: Point
    near_leg: Leg | Planted
    far_leg: Leg | Planted
    near_arm: Arm | Reaching
    far_arm: Arm | Reaching
    lean: float = 0.0
    bend: float = 0.0
    nod: float = 0.0
    more: Mapping[str, float] = field(default_factory=dict)
    behind: Point = (0.0, 0.0)


_Value = TypeVar("_Value")


def between(first: _Value, second: _Value, share: float) -> _Value:
    """What lies between two poses, or parts of them, of the same kind: the first for 0, the second for 1."""
    one: Any = first
    other: Any = second
    if isinstance(one, (int, float)):
        return one + (other - one) * share  # type: ignore[no-any-return]
    if isinstance(one, tuple):
        return tuple(between(a, b, share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]
    if isinstance(one, Mapping):
        return {key: between(value, other[key], share) for key, value in one.items()}  # type: ignore[return-value]
    if type(one) is not type(other):
        raise TypeError(f"nothing lies between {one} and {other}")
    mixed = {each.name: between(getattr(one, each.name), getattr(other, each.name), share) for each in fields(one)}
    return type(one)(**mixed)  # type: ignore[no-any-return]


def go(start: Point, angle: float, length: float) -> Point:
    """The point at a distance from another one; an angle of 0 goes to the right, of 90 up."""
    turned = math.radians(angle)
    return start[0] + length * math.cos(turned), start[1] + length * math.sin(turned)


def place(origin: Point, angle: float, at: Point) -> Point:
    """Where a point is whose place is given from an origin whose x axis is turned by an angle."""
    return go(go(origin, angle, at[0]), angle + 90, at[1])


def points(pose: Pose) -> dict[str, Point]:
    """Every joint of a body in a pose, and its heels, balls and toes."""
    up = 90 - pose.lean
    waist = go(pose.hip, up, BACK)
    chest = up - pose.bend
    shoulder = go(waist, chest, BACK)
    gaze = chest - pose.nod
    head = go(shoulder, gaze, NECK)
    found = {"hip": pose.hip, "waist": waist, "shoulder": shoulder, "head": head, "nose": go(head, gaze - 97, 14.5)}
    for side in ("near", "far"):
        leg: Leg | Planted = getattr(pose, f"{side}_leg")
        arm: Arm | Reaching = getattr(pose, f"{side}_arm")
        hip = pose.hip if side == "near" else (pose.hip[0] + pose.behind[0], pose.hip[1] + pose.behind[1])
        found |= {f"{side}_{name}": at for name, at in _leg(hip, up, leg).items()}
        found |= {f"{side}_{name}": at for name, at in _arm(shoulder, chest, arm).items()}
    return found


def angles(pose: Pose) -> dict[str, float]:
    """The angle of each joint of arms and legs in a pose, however they are given."""
    at = points(pose)
    up, chest = 90 - pose.lean, 90 - pose.lean - pose.bend
    found: dict[str, float] = {}
    for side in ("near", "far"):
        leg: Leg | Planted = getattr(pose, f"{side}_leg")
        hip, knee, ankle, ball = (at[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "ball"))
        shoulder, elbow, hand = (at[f"{side}_{name}"] for name in ("shoulder", "elbow", "hand"))
        thigh, shank, upper, lower = (
            _direction(*ends) for ends in ((hip, knee), (knee, ankle), (shoulder, elbow), (elbow, hand))
        )
        sole = _direction(at[f"{side}_heel"], ball)
        bent = {
            "hip": thigh - (up - 180),
            "knee": thigh - shank,
            "ankle": shank + 90 - sole,
            "toes": leg.toes,
            "shoulder": upper - (chest - 180),
            "elbow": lower - upper,
        }
        found |= {f"{side}_{name}": (angle + 170) % 360 - 170 for name, angle in bent.items()}
    return found


def _leg(hip: Point, up: float, leg: Leg | Planted) -> dict[str, Point]:
    if isinstance(leg, Planted):
        ankle = place((leg.x, leg.y), leg.sole, (-BALL_AT[0], -BALL_AT[1]))
        knee, ankle = _bent(hip, ankle, THIGH, SHANK, 1)
        sole = leg.sole
    else:
        thigh = up - 180 + leg.hip
        seen = math.cos(math.radians(leg.out))
        knee = go(hip, thigh, THIGH * seen)
        ankle = go(knee, thigh - leg.knee, SHANK * seen)
        sole = thigh - leg.knee + 90 - leg.ankle
    ball = place(ankle, sole, BALL_AT)
    return {
        "hip": hip,
        "knee": knee,
        "ankle": ankle,
        "heel": place(ankle, sole, HEEL_AT),
        "ball": ball,
        "toe": go(ball, sole + leg.toes, TOES),
    }


def _arm(shoulder: Point, chest: float, arm: Arm | Reaching) -> dict[str, Point]:
    if isinstance(arm, Reaching):
        elbow, hand = _bent(shoulder, (arm.x, arm.y), UPPER_ARM, FOREARM, -1)
    else:
        upper = chest - 180 + arm.shoulder
        elbow = go(shoulder, upper, UPPER_ARM)
        hand = go(elbow, upper + arm.elbow, FOREARM)
    return {"shoulder": shoulder, "elbow": elbow, "hand": hand}


def _bent(start: Point, end: Point, first: float, second: float, turn: int) -> tuple[Point, Point]:
    """The joint between two segments from start to end, and where they end: short of `end` if it is too far away."""
    apart = min(max(math.dist(start, end), abs(first - second) + 0.01), first + second - 0.01)
    inner = math.degrees(math.acos((first**2 + apart**2 - second**2) / (2 * first * apart)))
    towards = _direction(start, end)
    return go(start, towards + turn * inner, first), go(start, towards, apart)


def _direction(start: Point, end: Point) -> float:
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
