"""Times of day: which one was meant, and how to say it. A time is stored as "HH:MM" in 24 hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from assistant.dialogue.content.replies import Replies
from assistant.understanding.said_times import HALF_DAY, SMALL_HOURS

EITHER = "?"
"""The mark at the end of a time such as "7:30?" that may be before or after noon, because nobody said which."""

WAKING = (time(6), time(22))
"""When a time without "morning" or "evening" may be; nobody stretches in the middle of the night."""

MORNING, NOON, AFTERNOON_OVER, NIGHT = 5, 12, 17, 22
"""The hours at which morning, afternoon, evening and night begin, as people use the words."""

DAY_MINUTES = 24 * 60


def meant(said: str, now: datetime | None) -> str:
    """The time that was meant, as HH:MM: of the two that "7:30?" may be, the next one in waking hours."""
    if not said.endswith(EITHER):
        return said
    both = may_be(said)
    waking = [each for each in both if WAKING[0] <= each <= WAKING[1]] or both[1:]
    if now is None:
        return _written(waking[0])
    return _written(min(waking, key=lambda each: next_at(each, now)))


def may_be(said: str) -> tuple[time, ...]:
    """The times that were said: one, or two that "7:30?" may be."""
    if not said.endswith(EITHER):
        return (of(said),)
    hour, minute = (int(part) for part in said.removesuffix(EITHER).split(":"))
    first = time(hour % HALF_DAY, minute)
    return first, first.replace(hour=first.hour + HALF_DAY)


def near(said: str, other: time) -> time:
    """The time that was said: of two that it may be, the one nearer to another time, and none before dawn."""
    both = may_be(said)
    awake = [each for each in both if not 0 < each.hour < WAKING[0].hour] or both
    return min(awake, key=lambda each: apart(each, other))


def apart(one: time, other: time) -> int:
    """How many minutes are between two times of day, whichever comes first."""
    minutes = abs(60 * (one.hour - other.hour) + one.minute - other.minute)
    return min(minutes, DAY_MINUTES - minutes)


def tonight(said: str) -> time:
    """The time that was said, in the evening or the night if nobody said so: "eight", "twelve", "one"."""
    early, *late = may_be(said)
    return late[0] if late and early.hour >= SMALL_HOURS else early


def next_at(when: time, now: datetime) -> datetime:
    """The next moment after `now` with that time of day."""
    today = datetime.combine(now.date(), when)
    return today if today > now else today + timedelta(days=1)


def of(written: str) -> time:
    """The time written as HH:MM."""
    return time.fromisoformat(written)


def in_words(replies: Replies, when: time) -> str:
    """A time of day as people say it."""
    if when == time(NOON):
        return replies.text("time_noon")
    if when == time(0):
        return replies.text("time_midnight")
    return replies.text(f"time_{_part(when)}", time=_clock(replies, when))


def said_in_words(replies: Replies, said: str) -> str:
    """A time as it was said, without the part of the day if nobody said which."""
    first, *another = may_be(said)
    return _clock(replies, first) if another else in_words(replies, first)


def _part(when: time) -> str:
    if not MORNING <= when.hour < NIGHT:
        return "night"
    return "morning" if when.hour < NOON else "afternoon" if when.hour < AFTERNOON_OVER else "evening"


def _clock(replies: Replies, when: time) -> str:
    hour, following = (replies.number((when.hour + n - 1) % HALF_DAY + 1) for n in (0, 1))
    by_quarter = {0: "time_hour", 15: "time_quarter_past", 30: "time_half_past", 45: "time_quarter_to"}
    if when.minute in by_quarter:
        return replies.text(by_quarter[when.minute], hour=hour, following=following)
    return replies.text(
        "time_minutes" if when.minute > 9 else "time_few_minutes", hour=hour, minutes=replies.number(when.minute)
    )


def _written(when: time) -> str:
    return when.isoformat(timespec="minutes")
