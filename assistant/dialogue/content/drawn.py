"""Which figures are drawn for stretches, and which of them shows a stretch; `assistant.page.drawings` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.dialogue.content.moving import Posture

if TYPE_CHECKING:
    from assistant.dialogue.content.routine import Stretch

FIGURES: Mapping[str, Posture] = {
    "toe_walking": Posture.STANDING,
    "toe_stretching": Posture.SITTING,
    "ankle_circles": Posture.FLOOR,
    "ankle_circles_sitting": Posture.SITTING,
    "heel_stretches": Posture.FLOOR,
    "heel_stretches_sitting": Posture.SITTING,
    "foot_massage": Posture.STANDING,
    "foot_massage_sitting": Posture.SITTING,
    "resistance_band_stretches": Posture.FLOOR,
    "upward_stretches": Posture.FLOOR,
    "toe_pencil_pickups": Posture.SITTING,
    "heel_raises": Posture.STANDING,
    "toe_pressing": Posture.STANDING,
    "toe_pressing_sitting": Posture.SITTING,
    "toe_walking_gently": Posture.STANDING,
    "toe_stretching_gently": Posture.SITTING,
    "ankle_circles_gently": Posture.FLOOR,
    "ankle_circles_sitting_gently": Posture.SITTING,
    "heel_stretches_sitting_gently": Posture.SITTING,
    "resistance_band_stretches_gently": Posture.FLOOR,
    "upward_stretches_gently": Posture.FLOOR,
    "toe_pencil_pickups_gently": Posture.SITTING,
    "heel_raises_gently": Posture.STANDING,
    "standing": Posture.STANDING,
    "sitting": Posture.SITTING,
    "floor": Posture.FLOOR,
    "resting": Posture.SITTING,
    "getting_up": Posture.STANDING,
}
"""Every figure, and the posture that it is in. Those called by a posture do nothing."""

HELD = frozenset(
    {"toe_stretching", "resistance_band_stretches", "upward_stretches", "toe_pencil_pickups", "toe_pressing"}
    | {"toe_stretching_gently", "resistance_band_stretches_gently", "upward_stretches_gently"}
    | {"toe_pencil_pickups_gently", "toe_pressing_sitting"}
)
"""The figures whose movement leads into what is then held still; the others move all the time."""

GENTLE_AS_THEY_ARE = frozenset({"foot_massage_sitting", "toe_pressing_sitting"})
"""The figures that show a gentler way too, which looks the same and takes less force."""


def figure_of(stretch: Stretch) -> str | None:
    """The figure that shows a stretch: the one it names, else the one of its id in its posture, else its posture alone.

    None if nothing is known about it.
    """
    if stretch.drawing:
        return stretch.drawing
    posture = stretch.posture
    if posture is None:
        return stretch.id if stretch.id in FIGURES else None
    for name in (stretch.id, f"{stretch.id}_{posture.value}"):
        if FIGURES.get(name) is posture:
            return name
    return posture.value


def gentle_figure_of(stretch: Stretch) -> str | None:
    """The figure for the gentler way of a stretch. None if there is none: the usual one would show what hurts.

    `stretch` is as it is done gently, in its posture then.
    """
    usual = figure_of(stretch)
    if stretch.drawing or usual is None:
        return None
    gently = f"{usual}_gently"
    return gently if gently in FIGURES else usual if usual in GENTLE_AS_THEY_ARE else None
