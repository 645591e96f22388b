"""What is the same in every language: how long people take to move, and what they are told until they know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.dialogue.content import values
from assistant.dialogue.content.moving import Moves, Posture, all_moves
from assistant.dialogue.content.routine import Routine, Stretch
from assistant.dialogue.content.values import DataError

TOLD = (
    *("optional_things", "good_for", "in_a_moment", "again", "breathing", "steady"),
    *("list_of_things", "how", "change", "after"),
)
"""The kinds of lines that are dropped as a stretch becomes familiar. All others are always told."""

TWICE_A_DAY = "twice_a_day"
"""The line that is dropped after so many half days of the routine, not of a stretch."""


@dataclass(frozen=True)
class Coaching:
    """The data: seconds to move, and to put on or find what the guide waits for patiently; half days of telling.

    moving: between two postures. patient: for such a thing. told_until: kinds of lines, by the number of half days
    with a stretch from which they are no longer told.
    """

    moving: Moves
    patient: float
    told_until: Mapping[str, int]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Coaching:
        """Check and build. Raises DataError saying where the mistake is."""
        values.only(data, ("moving", "patient", "told_until"), ())
        told: Mapping[str, Any] = values.get(data, "told_until", dict, ())
        kinds = (*TOLD, TWICE_A_DAY)
        values.only(told, kinds, ("told_until",))
        missing = [kind for kind in kinds if kind not in told]
        if missing:
            raise DataError(("told_until",), f"until when it is told is missing for {', '.join(missing)}")
        return cls(
            moving=all_moves(values.get(data, "moving", dict, ()), ("moving",)),
            patient=values.seconds(data, "patient", ()),
            told_until={kind: values.whole(told, kind, ("told_until",), least=0) for kind in kinds},
        )

    def seconds_to_move(self, routine: Routine, before: Stretch | None, after: Stretch) -> float:
        """Seconds from the posture of one stretch into that of another; the most there may be where it is not known.

        Before the first one people stand.
        """
        start = Posture.STANDING if before is None else before.posture
        known = {**self.moving, **routine.moving}
        return max(
            seconds
            for (of, to), seconds in known.items()
            if (start is None or of is start) and (after.posture is None or to is after.posture)
        )
