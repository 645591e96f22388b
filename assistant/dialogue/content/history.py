"""Which stretches were done on which days: counted twice a day, and leniently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median

EVENING_FROM = 14
"""The hour from which a run counts as the day's second, for the evening; before that it is for the morning."""

GRACE_DAYS = 1
"""Days in a row that may be missed without ending a streak: forgetting once is no reason to start from zero."""

FORGOTTEN_DAYS = 30
"""Days without a stretch after which it is explained as if it were new."""

READIED_KEPT, HOLDS_KEPT = 5, 20
"""How many times of getting ready, and how many holds, tell what is usual: the middle one of them does, so that a pause
or a telephone call in one of them changes nothing."""

Done = frozenset[str]
"""The ids of the stretches done in half a day."""

NOTHING: Done = frozenset()


@dataclass(frozen=True)
class Day:
    """What was done on one day, before and after EVENING_FROM."""

    morning: Done = NOTHING
    evening: Done = NOTHING

    def times(self, enough: int) -> int:
        """In how many halves of the day enough stretches were done: 0 to 2."""
        return sum(len(half) >= enough for half in (self.morning, self.evening))

    def with_done(self, when: datetime, stretch: str) -> Day:
        """The day with another stretch done at that time."""
        if when.hour >= EVENING_FROM:
            return Day(self.morning, self.evening | {stretch})
        return Day(self.morning | {stretch}, self.evening)


@dataclass(frozen=True)
class Streak:
    """Days in a row: on how many of them it was done, and how many in between were missed."""

    days: int
    missed: int


Times = Mapping[tuple[str, str], tuple[float, ...]]
"""The seconds that something took the last few times, oldest first, by routine and stretch."""


@dataclass(frozen=True)
class History:
    """The days on which anything was done, and how long it took to get ready for it and to hold it.

    readied: seconds from the end of the stretch before, or the beginning of the run, to the start of a stretch.
    holds: seconds of holds that the person ended; their routine makes no difference, and is empty.
    """

    days: Mapping[date, Day] = field(default_factory=dict)
    readied: Times = field(default_factory=dict)
    holds: Times = field(default_factory=dict)

    def day(self, when: date) -> Day:
        """What was done on a day."""
        return self.days.get(when, Day())

    def with_done(self, when: datetime, stretch: str) -> History:
        """The history with another stretch done at that time."""
        return replace(self, days={**self.days, when.date(): self.day(when.date()).with_done(when, stretch)})

    def with_readied(self, routine: str, stretch: str, seconds: float) -> History:
        """The history with another time of getting ready."""
        return replace(self, readied=_with(self.readied, (routine, stretch), seconds, READIED_KEPT))

    def with_hold(self, stretch: str, seconds: float) -> History:
        """The history with another hold that the person ended."""
        return replace(self, holds=_with(self.holds, ("", stretch), seconds, HOLDS_KEPT))

    def getting_ready(self, routine: str, stretch: str) -> float | None:
        """The seconds that it usually takes to get ready for a stretch of a routine; None if that isn't known."""
        return _usual(self.readied.get((routine, stretch)))

    def held(self, stretch: str) -> float | None:
        """The seconds for which the person usually holds a stretch that they end themselves; None if not known."""
        return _usual(self.holds.get(("", stretch)))

    def times(self, stretch: str) -> int:
        """The number of half days on which a stretch was done."""
        return sum((stretch in day.morning) + (stretch in day.evening) for day in self.days.values())

    def last(self, stretch: str) -> date | None:
        """The day on which a stretch was last done."""
        return max((when for when, day in self.days.items() if stretch in day.morning | day.evening), default=None)

    def familiar(self, stretch: str, today: date) -> int:
        """How often a stretch was done; 0 if that was so long ago that it is forgotten."""
        last = self.last(stretch)
        forgotten = last is None or (today - last).days > FORGOTTEN_DAYS
        return 0 if forgotten else self.times(stretch)

    def streak(self, today: date, enough: int) -> Streak:
        """The streak up to today, with grace days; today doesn't count as missed before it is over."""
        days = missed = gap = 0
        when = today if self.day(today).times(enough) else today - timedelta(days=1)
        while gap <= GRACE_DAYS:
            if self.day(when).times(enough):
                days, missed, gap = days + 1, missed + gap, 0
            else:
                gap += 1
            when -= timedelta(days=1)
        return Streak(days, missed)

    def longest(self, enough: int) -> int:
        """The length of the longest streak ever, in days."""
        return max((self.streak(when, enough).days for when in self._ends(enough)), default=0)

    def _ends(self, enough: int) -> list[date]:
        """The last day of each streak."""
        done = {when for when, day in self.days.items() if day.times(enough)}
        after = range(1, GRACE_DAYS + 2)
        return [when for when in done if not any(when + timedelta(days=n) in done for n in after)]

    def times_since(self, first: date, enough: int) -> int:
        """How often it was done since a day."""
        return sum(day.times(enough) for when, day in self.days.items() if when >= first)


def _with(times: Times, key: tuple[str, str], seconds: float, most: int) -> Times:
    return {**times, key: (*times.get(key, ()), seconds)[-most:]}


def _usual(times: tuple[float, ...] | None) -> float | None:
    return median(times) if times else None
