"""A stretch with a share of its usual dose: shorter after pain, or longer where it had become easy."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from assistant.dialogue.content.routine import EndsBy, Stretch

LEAST_HOLD = 3.0
"""Seconds that are left of a hold at the least: a shorter one is over before it is felt."""

LEAST_REPETITIONS = 3
"""Repetitions that are left of a count at the least."""


@lru_cache(maxsize=64)
def with_share(stretch: Stretch, share: float) -> Stretch:
    """The stretch with a share of its dose: of the seconds of a hold, else of the repetitions, else of the rounds.

    How long an open-ended hold is, is up to the person; so there are fewer of them. A dose is never made smaller than
    the least, but one that is smaller stays as it is.
    """
    dose = stretch.dose
    if dose.ends_by is EndsBy.CLOCK:
        hold = max(min(dose.hold, LEAST_HOLD), float(round(dose.hold * share)))
        return replace(stretch, dose=replace(dose, hold=hold))
    if dose.ends_by is EndsBy.COUNT:
        repetitions = max(min(dose.repetitions, LEAST_REPETITIONS), round(dose.repetitions * share))
        return replace(stretch, dose=replace(dose, repetitions=repetitions))
    return replace(stretch, dose=replace(dose, rounds=max(1, round(dose.rounds * share))))
