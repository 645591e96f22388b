"""Reminders: at most two a day, each given once, softly, and only while nothing else is going on.

"Later" repeats it, a few times at most; "not today" ends them for the day. A person who has just done the stretches, or
is doing them, is not reminded. Nothing here knows a clock: the time of day comes with the events.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from assistant.dialogue.content import clock_times
from assistant.dialogue.content.bounds import MOST_REMINDERS
from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.history import EVENING_FROM
from assistant.dialogue.state.preferences import enough_of
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.state import Reminder, State
from assistant.dialogue.state.turn import Turn
from assistant.phases import Phase
from assistant.understanding.said_times import SMALL_HOURS

REMINDERS = "reminders"
"""Key: the times, as a list of HH:MM; empty if the person wants none."""

SET_OVER = "reminders_set_over"
"""Key: the configured times that the spoken ones replaced."""

DEALT_WITH = "reminders_dealt_with"
"""Key: the moment (ISO 8601) up to which all reminders were given or are not wanted."""

AGAIN = "remind_again"
"""Key: a reminder that was put off, `at` which moment it is due again, and how many `times` it was put off."""

ONCE = "remind_once"
"""Key: the moment (ISO 8601) of a reminder that is given once."""

LAST_DONE = "last_done"
"""Key: the moment at which enough of a routine had been done."""

USUAL = ("08:00", "19:00")
"""The times for a person who wants to be reminded twice a day and names none."""

TIMES = ("time", "other")
"""The slots with times of day."""

SAID_ONLY = {
    "weekday": "reminders_daily",
    "no_time": "reminders_no_time",
    "which_time": "reminders_which_time",
    "too_many": "reminders_too_many",
    "one_once": "once_which",
}
"""What changes nothing, whatever is wished, and the reply to it."""

PASSING = ("today", "tonight")
"""The days on which a time may be past."""

HALVES = ("morning", "evening")
"""The halves of the day for which there are usual times, in that order."""

AGAIN_AFTER = timedelta(minutes=15)
MOST_AGAIN = 3
"""How long "later" is, and how often one reminder can be put off: any more would be nagging."""

LATE = timedelta(hours=1)
"""How long after its time a reminder is still worth giving, to a laptop that was asleep or a person who logs in. Later
it is dropped: "time for the morning" is no help in the middle of the day."""

NEAR = timedelta(hours=3)
"""How long before a reminder a run counts for it."""

ANSWER_SECONDS = 60.0
PUT_OFF_SECONDS = 600.0
"""Seconds after a reminder in which yes, no and the like answer it, and seconds in which it can be put off or
dismissed."""

ABOUT = timedelta(minutes=10)
"""How exactly people say in how long a reminder is that they want no more."""

FARTHEST_ONCE = timedelta(days=2)
FARTHEST = timedelta(days=1)
"""A moment further ahead than this was recorded by a wrong clock, and does not count."""


def times_of(memory: Mapping[str, Any]) -> tuple[time, ...]:
    """The times of day of the reminders, earliest first."""
    return tuple(sorted(clock_times.of(written) for written in memory.get(REMINDERS) or ()))


def wish_holds(memory: Mapping[str, Any], wish: Sequence[str]) -> bool:
    """Whether times from the settings file apply: not if others were set by voice since they were written."""
    return memory.get(SET_OVER) != list(wish)


# What happens by itself


def begin(turn: Turn) -> None:
    """A person who starts the guide needs no reminder that was due before; a guide started at login may give it."""
    moment = turn.state.time_of_day
    if moment is None or turn.book.stays:
        return
    due = _due(turn.state)
    if due is not None and due <= moment:
        _dealt_with(turn, moment)


def next_moment(state: State) -> float:
    """When, in seconds, a reminder is to be given; infinity while anything else is going on, or if there is none."""
    due = _due(state) if _quiet(state) else None
    moment = state.time_of_day
    if due is None or moment is None:
        return math.inf
    return state.now + max(0.0, (due - moment).total_seconds())


def remind(turn: Turn) -> None:
    """Give the reminder that is due now, unless the stretches have just been done."""
    state, moment = turn.state, turn.state.time_of_day
    due = _due(state)
    assert due is not None
    assert moment is not None
    again = _again(state)
    times = int(again["times"]) if again is not None and datetime.fromisoformat(again["at"]) <= due else 0
    _dealt_with(turn, max(due, moment))
    if _done_near(state, due) and due != _once(state):
        return
    turn.set(reminder=Reminder(turn.state.now, times))
    turn.cue("remind")
    if not times:
        turn.say_softly(turn.varied("remind"))
    else:
        turn.say_softly(turn.replies.text("remind_last" if times >= MOST_AGAIN else "remind_again"))


def run_over(turn: Turn) -> None:
    """A run has ended. A reminder due meanwhile is dealt with if enough was done, else it comes a little later."""
    state, moment = turn.state, turn.state.time_of_day
    if moment is None:
        return
    enough = len(state.run.done) >= enough_of(state, turn.routine)
    if enough:
        turn.remember(LAST_DONE, _iso(moment))
    due, again = _due(state), _again(state)
    passed = due is not None and due <= moment
    if not passed and again is None:
        return
    times = int(again["times"]) if again is not None else 0
    if passed or enough:
        _dealt_with(turn, moment if passed else None)
    if not enough:
        turn.remember(AGAIN, {"at": _iso(moment + AGAIN_AFTER), "times": times})


def _quiet(state: State) -> bool:
    """Whether nothing is going on that a reminder would disturb."""
    idle = state.phase in (Phase.IDLE, Phase.FINISHED)
    return idle and state.speech is None and not state.talk.queue and state.then is Then.NOTHING and state.doubt is None


def _due(state: State) -> datetime | None:
    """When the next reminder is, or was, due; None if there is none, or it is too late."""
    moment, times = state.time_of_day, times_of(state.memory)
    if moment is None:
        return None
    over = _over(state, moment)
    days = (moment.date() + timedelta(days=n) for n in (-1, 0, 1, 2))
    coming = [datetime.combine(day, each) for day in days for each in times]
    found = [each for each in coming if each > over and each >= moment - LATE]
    again = _again(state)
    if again is not None and datetime.fromisoformat(again["at"]) >= moment - LATE:
        found.append(datetime.fromisoformat(again["at"]))
    once = _once(state)
    if once is not None and once >= moment - LATE:
        found.append(once)
    return min(found, default=None)


def _once(state: State) -> datetime | None:
    """The reminder that is given once, unless a wrong clock has put it far away."""
    kept, moment = state.memory.get(ONCE), state.time_of_day
    once = datetime.fromisoformat(kept) if kept else None
    return once if once is not None and moment is not None and once <= moment + FARTHEST_ONCE else None


def _over(state: State, moment: datetime) -> datetime:
    """The moment up to which reminders are dealt with."""
    kept = state.memory.get(DEALT_WITH)
    over = datetime.fromisoformat(kept) if kept else datetime.min
    return over if over <= moment + FARTHEST else datetime.min


def _again(state: State) -> Mapping[str, Any] | None:
    """The reminder that was put off, unless a wrong clock has put it far away."""
    again: Mapping[str, Any] | None = state.memory.get(AGAIN)
    moment = state.time_of_day
    if again is None or moment is None or datetime.fromisoformat(again["at"]) > moment + AGAIN_AFTER:
        return None
    return again


def _done_near(state: State, due: datetime) -> bool:
    kept = state.memory.get(LAST_DONE)
    return kept is not None and due - NEAR <= datetime.fromisoformat(kept) <= due + LATE


def _dealt_with(turn: Turn, until: datetime | None) -> None:
    """No reminder is open any more, and none up to this moment will be given."""
    if until is not None:
        turn.remember(DEALT_WITH, _iso(until))
        if ONCE in turn.state.memory and turn.state.memory[ONCE] <= _iso(until):
            turn.remember(ONCE, None)
    if AGAIN in turn.state.memory:
        turn.remember(AGAIN, None)
    turn.set(reminder=Reminder())


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


# What the person says


def just_told(state: State) -> bool:
    """Whether a reminder was given a moment ago and is not dealt with yet."""
    return state.phase in (Phase.IDLE, Phase.FINISHED) and state.now - state.reminder.told_at <= ANSWER_SECONDS


def offer(turn: Turn) -> list[str]:
    """Offer reminders to somebody who has none; a "yes" to that sets the usual ones."""
    if times_of(turn.state.memory):
        return []
    turn.set(reminder=replace(turn.state.reminder, offered_at=turn.state.now))
    return [turn.replies.text("offer_reminder")]


def just_offered(state: State) -> bool:
    """Whether reminders were offered a moment ago, and nothing else was done since."""
    return state.phase is Phase.FINISHED and state.now - state.reminder.offered_at <= ANSWER_SECONDS


def take_offer(turn: Turn) -> None:
    """Set the usual reminders, which were offered."""
    _set(turn, list(USUAL))
    _tell_set(turn)


def decline(turn: Turn) -> None:
    """Nothing comes of the offer."""
    turn.set(reminder=replace(turn.state.reminder, offered_at=-math.inf))
    turn.answer(turn.replies.text("remind_dismissed"))


def can_put_off(state: State) -> bool:
    """Whether there is a reminder to put off or dismiss."""
    told = state.now - state.reminder.told_at <= PUT_OFF_SECONDS
    return state.phase in (Phase.IDLE, Phase.FINISHED) and (told or _again(state) is not None)


def dismiss(turn: Turn) -> None:
    """Dismiss this reminder; the next one comes at its time."""
    _dealt_with(turn, None)
    turn.answer(turn.replies.text("remind_dismissed"))


def later(turn: Turn, heard: Heard) -> None:
    """Remind again in a while, a few times at most, or when it was said to."""
    state, moment = turn.state, turn.state.time_of_day
    if "ahead" in heard.slots:
        _set_once(turn, heard)
        return
    if moment is None or not can_put_off(state):
        turn.answer(turn.replies.text("nothing_to_put_off"))
        return
    again = _again(state)
    times = int(again["times"]) if again is not None else state.reminder.put_off + 1
    if times > MOST_AGAIN:
        _dealt_with(turn, None)
        turn.answer(turn.replies.text("later_enough"))
        return
    turn.remember(AGAIN, {"at": _iso(moment + AGAIN_AFTER), "times": times})
    turn.set(reminder=Reminder())
    minutes = turn.replies.number(round(AGAIN_AFTER.total_seconds() / 60))
    turn.answer(turn.replies.text("later", minutes=minutes))


def not_today(turn: Turn) -> None:
    """No reminder for the rest of the day."""
    moment = turn.state.time_of_day
    wanted = times_of(turn.state.memory) or ONCE in turn.state.memory
    if moment is None or not (wanted or can_put_off(turn.state)):
        turn.answer(turn.replies.text("nothing_to_put_off"))
        return
    _dealt_with(turn, datetime.combine(moment.date(), time(23, 59, 59)))
    turn.answer(turn.replies.text("not_today"))


def set_reminders(turn: Turn, heard: Heard) -> None:
    """Set one or two times, the usual ones or none; or tell which are set and when the next one comes."""
    what = heard.slots.get("what", "")
    if what == "off":
        _set(turn, [])
        if ONCE in turn.state.memory:
            turn.remember(ONCE, None)
        turn.answer(turn.replies.text("reminders_off"))
    elif what == "today":
        not_today(turn)
    elif what == "usual":
        take_offer(turn)
    elif half := next((each for each in HALVES if what.endswith(each)), ""):
        _set_half(turn, what.removesuffix(half), half)
    elif what in SAID_ONLY:
        turn.answer(turn.replies.text(SAID_ONLY[what]))
    elif what == "not_at":
        _cancel(turn, heard)
    elif what == "only_at":
        _set_only(turn, heard.slots["time"])
    elif "old" in heard.slots:
        _move(turn, heard.slots["old"], heard.slots["time"])
    elif "ahead" in heard.slots or "day" in heard.slots:
        _set_once(turn, heard)
    elif "time" in heard.slots:
        _set_left(turn, _with(turn, _times_said(heard)))
    else:
        turn.answer(_next_in_words(turn))


def _times_said(heard: Heard) -> list[str]:
    return [heard.slots[name] for name in TIMES if name in heard.slots]


def _set_only(turn: Turn, said: str) -> None:
    """Keep just the reminder at the time that was said, or set it."""
    found = [each for each in clock_times.may_be(said) if each in times_of(turn.state.memory)]
    if len(found) > 1:
        _tell_not_one(turn, said, found)
    else:
        _set_left(turn, found or [clock_times.of(clock_times.meant(said, turn.state.time_of_day))])


def _cancel(turn: Turn, heard: Heard) -> None:
    """Remove the reminders at the times that were said. All stay as they are if there is none, or it may be either."""
    if "ahead" in heard.slots:
        _cancel_ahead(turn, int(heard.slots["ahead"]))
        return
    day = heard.slots.get("day")
    times, once = times_of(turn.state.memory), _once_on(turn.state, day)
    gone: set[time] = set()
    for said in _times_said(heard):
        daily = {each for each in clock_times.may_be(said) if each in times}
        found = {once.time()} & set(clock_times.may_be(said)) if once else set[time]()
        if day and daily and not found:
            turn.answer(turn.replies.text("reminders_daily"))
            return
        found |= set() if day else daily
        if len(found) != 1:
            _tell_not_one(turn, said, sorted(found))
            return
        gone |= found
    left = times if day else tuple(each for each in times if each not in gone)
    if once is not None and once.time() in gone:
        _cancel_once(turn, once)
    if left != times:
        _set_left(turn, left)


def _once_on(state: State, day: str | None) -> datetime | None:
    """The reminder that is given once, if it is on the day that was said; on any, if none was."""
    once, moment = _once(state), state.time_of_day
    if once is None or moment is None or day in (None, "once"):
        return once
    night = day == "tonight" and once.hour < SMALL_HOURS
    return once if once.date() == moment.date() + timedelta(days=day == "tomorrow" or night) else None


def _cancel_ahead(turn: Turn, minutes: int) -> None:
    """Remove the reminder that is given once, if it is in about so many minutes."""
    once, moment = _once(turn.state), turn.state.time_of_day
    if once is None or moment is None or abs(once - moment - timedelta(minutes=minutes)) > ABOUT:
        turn.answer(turn.replies.text("nothing_to_put_off"))
    else:
        _cancel_once(turn, once)


def _cancel_once(turn: Turn, once: datetime) -> None:
    turn.remember(ONCE, None)
    turn.answer(turn.replies.text("once_off", time=clock_times.in_words(turn.replies, once.time())))


def _tell_not_one(turn: Turn, said: str, found: Sequence[time], *, which: str = "reminders_which") -> None:
    """Tell that there is no reminder at the time that was said, or ask which of two is meant."""
    replies = turn.replies
    if found:
        words = [clock_times.in_words(replies, each) for each in found]
        turn.answer(replies.text(which, times=replies.listing(words)))
    else:
        turn.answer(replies.text("reminders_not_then", time=clock_times.said_in_words(replies, said)))


def _move(turn: Turn, old: str, new: str) -> None:
    """Put one reminder in the place of another one, near to it if nobody said in which half of the day."""
    times, once = times_of(turn.state.memory), _once(turn.state)
    there = {*times, *([once.time()] if once else [])}
    found = [each for each in clock_times.may_be(old) if each in there]
    if len(found) > 1 and len(clock_times.may_be(new)) == 1:  # "from seven to eight in the evening"
        found = [each for each in found if _same_half(each, clock_times.of(new))]
    if len(found) != 1:
        _tell_not_one(turn, old, found, which="reminders_which_moved")
        return
    [moved] = found
    when = clock_times.near(new, moved)
    if moved in times:
        _set_left(turn, [*(each for each in times if each != moved), when])
    elif once is not None:
        _remind_once(turn, datetime.combine(once.date(), when))


def _same_half(one: time, other: time) -> bool:
    return _half(one) == _half(other)


def _half(when: time) -> str:
    return HALVES[when.hour >= EVENING_FROM]


def _set_left(turn: Turn, times: Sequence[time]) -> None:
    """Set the times that are left, or none, and tell them."""
    _set(turn, sorted({each.isoformat(timespec="minutes") for each in times}))
    if times:
        _tell_set(turn)
    else:
        turn.answer(turn.replies.text("reminders_off"))


def _set_half(turn: Turn, wanted: str, half: str) -> None:
    """Set the reminder of the morning or the evening besides the other one; "only_" it; or "no_" such reminder."""
    times = dict[str, list[time]]({each: [] for each in HALVES})
    for each in times_of(turn.state.memory):
        times[_half(each)].append(each)
    if wanted == "no_" and not any(times.values()):
        turn.answer(turn.replies.text("reminders_none"))
        return
    others = [] if wanted == "only_" else times[HALVES[half == HALVES[0]]]
    this = [] if wanted == "no_" else times[half] or [clock_times.of(USUAL[HALVES.index(half)])]
    _set_left(turn, [*this, *others])


def _set_once(turn: Turn, heard: Heard) -> None:
    """Remind once: in some minutes, or at a time of today or tomorrow."""
    moment, replies = turn.state.time_of_day, turn.replies
    if moment is None or not ("ahead" in heard.slots or "time" in heard.slots):
        turn.answer(replies.text("once_when"))
        return
    if "ahead" in heard.slots:
        once = moment + timedelta(minutes=int(heard.slots["ahead"]))
    else:
        once = _on_day(heard.slots["time"], heard.slots["day"], moment)
    if heard.slots.get("day") in PASSING and once.date() != moment.date() and once.hour >= SMALL_HOURS:
        _tell_past(turn, once)
    else:
        _remind_once(turn, once)


def _tell_past(turn: Turn, once: datetime) -> None:
    turn.answer(turn.replies.text("once_past", time=clock_times.in_words(turn.replies, once.time())))


def _on_day(said: str, day: str, moment: datetime) -> datetime:
    """The next moment with the time that was said, on the day that was said."""
    if day == "tonight":
        return clock_times.next_at(clock_times.tonight(said), moment)
    since = datetime.combine(moment.date() + timedelta(days=1), time(0)) if day == "tomorrow" else moment
    return clock_times.next_at(clock_times.of(clock_times.meant(said, since)), since)


def _remind_once(turn: Turn, once: datetime) -> None:
    """Remember a reminder that is given once, and tell it; or that it would be past."""
    moment, replies = turn.state.time_of_day, turn.replies
    assert moment is not None
    if once <= moment:
        _tell_past(turn, once)
        return
    _dealt_with(turn, moment)
    turn.remember(ONCE, _iso(once))
    day = "once_today" if once.date() == moment.date() else "once_tomorrow"
    lines = [replies.text(day, time=clock_times.in_words(replies, once.time()))]
    turn.answer(" ".join([*lines, *([] if turn.book.stays else [replies.text("reminders_while_running")])]))


def _with(turn: Turn, said: Sequence[str]) -> list[time]:
    """The times including those that were said.

    A single one replaces the one in its half of the day, or the nearest.
    """
    wanted = [clock_times.of(clock_times.meant(each, turn.state.time_of_day)) for each in said]
    if len(wanted) > 1:
        return wanted
    [new] = wanted
    others = [each for each in times_of(turn.state.memory) if each != new]
    same_half = [each for each in others if _same_half(each, new)]
    if len(same_half) == 1 or len(others) >= MOST_REMINDERS:
        others.remove(min(same_half or others, key=lambda each: clock_times.apart(each, new)))
    return [*others, new]


def _set(turn: Turn, times: list[str]) -> None:
    """Remember the times; what was due today before they were set is past."""
    if REMINDERS in turn.state.wishes:
        turn.remember(SET_OVER, turn.state.memory.get(REMINDERS))
    turn.remember(REMINDERS, times)
    _dealt_with(turn, turn.state.time_of_day)


def _tell_set(turn: Turn) -> None:
    replies = turn.replies
    words = [clock_times.in_words(replies, each) for each in times_of(turn.state.memory)]
    lines = [replies.text("reminders_set", times=replies.listing(words))]
    if not turn.book.stays:
        lines.append(replies.text("reminders_while_running"))
    turn.answer(" ".join(lines))


def _next_in_words(turn: Turn) -> str:
    state, replies, moment = turn.state, turn.replies, turn.state.time_of_day
    due = _due(state)
    if due is None or moment is None:
        return replies.text("reminders_none")
    today = max(due, moment).date() == moment.date()
    return replies.text("next_today" if today else "next_tomorrow", time=clock_times.in_words(replies, due.time()))
