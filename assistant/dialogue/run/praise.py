"""Praise that is earned: after a hard stretch, a side, a best, the tenth day, days off. Never after each, and varied.

What is said each time is soon not heard any more, and who is praised for nothing doesn't believe it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.dialogue.content.steps import WORK, Kind
from assistant.dialogue.state.turn import Turn

APART = 90.0
"""Least seconds from praise to praise."""

WORTH_A_WORD = 15.0
"""Least seconds of work on a side that deserve a word."""

OPEN_WORK = 8.0
"""Seconds that an open-ended hold counts for in that."""

DAYS_IN_A_ROW = frozenset({3, 7, 14, 21, 30, 50, 75, *range(100, 3700, 50)})
"""Days in a row that deserve a word; daily praise would soon be worth nothing."""

DAYS = frozenset({10, 25, 50, 75, *range(100, 3700, 50)})
"""Days with stretches, in a row or not, that deserve a word."""

DAYS_OFF = 4
"""Days since the last stretch after which somebody is welcomed back; a weekend away is nothing to mention."""


def for_stretch(turn: Turn) -> list[str]:
    """Praise for a stretch that was done, if it is a hard one: for every other of them, the next day for the others."""
    due = turn.stretch.hard and not _for_its_sides(turn) and _due(turn)
    return _praise(turn, "praise_hard") if due else []


def for_side(turn: Turn, *, same: bool) -> list[str]:
    """Praise for the side before the current changeover, in every other stretch; not if the `same` comes again."""
    step = turn.state.run.step
    before = turn.steps[step - 1]
    work = sum(_seconds(each.kind, each.seconds) for each in turn.steps[:step] if each.side == before.side)
    if same or not _for_its_sides(turn) or work < WORTH_A_WORD or not _due(turn):
        return []
    return _praise(turn, "praise_side", side=turn.replies.text(before.side))


def _for_its_sides(turn: Turn) -> bool:
    """Whether it is the turn of this stretch to be praised for a side; else for its end. Both would be too much."""
    return (turn.state.run.stretch + len(turn.state.history.days)) % 2 == 0


def _seconds(kind: Kind, seconds: float) -> float:
    if kind is Kind.OPEN:
        return OPEN_WORK
    return seconds if kind in WORK else 0.0


def for_best(turn: Turn, time: str) -> str:
    """How long a hold was that is longer than any before; it is told in any case."""
    (text,) = _praise(turn, "open_best", time=time)
    return text


def for_day(turn: Turn, today: date, enough: int) -> list[str]:
    """Praise at the end of a run: for so many days in a row, for the second run of a day, or for so many days in all.

    A day counts if enough was done on it, and its number is praised in its first run.
    """
    history, replies = turn.state.history, turn.replies
    times, streak = history.day(today).times(enough), history.streak(today, enough)
    if times == 2:
        return [replies.text("both_done")]
    if times != 1:
        return []
    if streak.days in DAYS_IN_A_ROW:
        reply = "milestone_grace" if streak.missed else "milestone"
        return [replies.text(reply, days=replies.number(streak.days))]
    days = sum(day.times(enough) > 0 for day in history.days.values())
    due = days in DAYS and turn.words == "full"
    return _praise(turn, "praise_days", days=replies.number(days)) if due else []


def for_coming_back(turn: Turn) -> list[str]:
    """A welcome at the beginning of a run after days off."""
    moment, days = turn.state.time_of_day, turn.state.history.days
    if moment is None or not days or turn.words != "full":
        return []
    return _praise(turn, "welcome_back") if (moment.date() - max(days)).days >= DAYS_OFF else []


def _due(turn: Turn) -> bool:
    return turn.words == "full" and turn.state.now - turn.state.run.praised.at >= APART


def _praise(turn: Turn, reply: str, **fields: object) -> list[str]:
    """The next of the wordings of a reply; none comes twice in a row."""
    praised = turn.state.run.praised
    text = turn.replies.text(reply, praised.times + len(turn.state.history.days), **fields)
    turn.set_run(praised=replace(praised, times=praised.times + 1, at=turn.state.now))
    return [text]
