"""Rules of a routine: what pain, and the numbers that a person gives to pain and effort, change about the next time.

They are data, so that a therapist can write others than the usual ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from assistant.dialogue.content.values import DataError, Keys

HIGHEST = 10
"""The highest number for pain and effort; the lowest is 0."""

SHORTEST, LONGEST = 0.25, 2.0
"""The least and the most of the usual dose that a rule may ask for: less is no exercise, more is another exercise."""


class When(str, Enum):
    """What a rule is about: pain that was told of, or a number that was given after a stretch."""

    HURTS = "hurts"
    PAIN_OVER = "pain_over"
    EFFORT_OVER = "effort_over"
    EFFORT_UNDER = "effort_under"


@dataclass(frozen=True)
class Rule:
    """One rule. `limit`: the number that must be passed (none for HURTS). `share`: of the usual dose, 1 for all of it.

    gentler: the next time, the person is asked whether to do it gently.
    """

    when: When
    limit: float = 0.0
    share: float = 1.0
    gentler: bool = False

    def applies(self, what: str, number: int) -> bool:
        """Whether a number for pain or effort (`what`) passes the limit."""
        if self.when is When.EFFORT_UNDER:
            return what == "effort" and number < self.limit
        return self.when.value == f"{what}_over" and number > self.limit


USUAL = (
    Rule(When.HURTS, share=0.67),
    Rule(When.PAIN_OVER, 4, share=0.67, gentler=True),
)
"""The rules of a routine that has none of its own. Up to four of ten is how much physiotherapists let exercise hurt."""


def after_pain(rules: Sequence[Rule]) -> Rule:
    """The rule for going on gently after pain; the usual one where a routine has none, because pain always counts."""
    return next(rule for rule in (*rules, *USUAL) if rule.when is When.HURTS)


def for_number(rules: Sequence[Rule], what: str, number: int) -> Rule | None:
    """The first rule that a number for pain or effort (`what`) calls for; None if it calls for none."""
    return next((rule for rule in rules if rule.applies(what, number)), None)


def read_rules(data: Any, at: Keys) -> tuple[Rule, ...]:
    """The rules in a routine's file. Raises DataError saying where the mistake is."""
    if not isinstance(data, list):
        raise DataError(at, "'rules' must be a list of rules")
    return tuple(_rule(entry, (*at, index)) for index, entry in enumerate(data))


def _rule(data: Any, at: Keys) -> Rule:
    conditions = [when.value for when in When]
    known = ", ".join(conditions)
    if not isinstance(data, Mapping) or "then" not in data:
        raise DataError(at, f"a rule must have the key 'then', and one of {known}")
    for key in data:
        if key not in (*conditions, "then"):
            raise DataError((*at, key), f"the key '{key}' is not known here; known are {known} and then")
    named = [key for key in conditions if key in data]
    if len(named) != 1:
        raise DataError(at, f"a rule must have just one of {known}")
    when = When(named[0])
    limit = _limit(data[when.value], when, (*at, when.value))
    share, gentler = _then(data["then"], (*at, "then"))
    if share > 1.0 and when is not When.EFFORT_UNDER:
        raise DataError((*at, "then"), f"only '{When.EFFORT_UNDER.value}' can make a stretch longer")
    if gentler and when is When.EFFORT_UNDER:
        raise DataError((*at, "then"), "what was easy need not be gentler")
    return Rule(when, limit, share, gentler)


def _limit(value: Any, when: When, at: Keys) -> float:
    if when is When.HURTS:
        if value is not True:
            raise DataError(at, f"'{when.value}' can only be true")
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST:
        raise DataError(at, f"'{when.value}' must be a number from 0 to {HIGHEST}, not {value!r}")
    return float(value)


def _then(data: Any, at: Keys) -> tuple[float, bool]:
    share, gentler = 1.0, False
    for index, entry in enumerate(data if isinstance(data, list) and data else [None]):
        if entry == "gentler":
            gentler = True
        elif isinstance(entry, Mapping) and set(entry) == {"shorter"}:
            share = _share(entry["shorter"], "shorter", SHORTEST, 1.0, (*at, index))
        elif isinstance(entry, Mapping) and set(entry) == {"longer"}:
            share = _share(entry["longer"], "longer", 1.0, LONGEST, (*at, index))
        else:
            raise DataError(at, "'then' must be a list of gentler, and shorter or longer with a number")
    return share, gentler


def _share(value: Any, key: str, least: float, most: float, at: Keys) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        mistake = f"'{key}' must be a number from {least:g} to {most:g} (0.67 is two thirds), not {value!r}"
        raise DataError((*at, key), mistake)
    return float(value)
