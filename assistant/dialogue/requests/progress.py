"""Answers from the history: how it is going, streaks, today, and bests."""

from __future__ import annotations

from datetime import timedelta

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy
from assistant.dialogue.state.preferences import enough_of
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import RUNNING

WEEK = 7


def progress(turn: Turn, heard: Heard) -> str:
    """The answer to what was asked about: a best, the streak, today, or all in brief."""
    what = heard.slots.get("what", "")
    if what == "best":
        return _best(turn, heard.slots.get("stretch"))
    if turn.state.time_of_day is None or not turn.state.history.days:
        return turn.replies.text("progress_none")
    if what == "row":
        return _row(turn)
    if what == "today":
        return _today(turn)
    return " ".join(sentence(text) for text in (_today(turn), _row(turn), _week(turn)) if text)


def _today(turn: Turn) -> str:
    state, replies, moment = turn.state, turn.replies, turn.state.time_of_day
    assert moment is not None
    day, enough = state.history.day(moment.date()), enough_of(state, turn.routine)
    halves = (len(day.morning) >= enough, len(day.evening) >= enough)
    if any(halves):
        return replies.text({(True, True): "today_both", (True, False): "today_morning"}.get(halves, "today_evening"))
    done = len(day.morning | day.evening)
    return replies.text("today_some", count=replies.number(done)) if done else replies.text("today_none")


def _row(turn: Turn) -> str:
    state, replies, moment = turn.state, turn.replies, turn.state.time_of_day
    assert moment is not None
    streak = state.history.streak(moment.date(), enough_of(state, turn.routine))
    if streak.days == 0:
        return replies.text("row_none")
    if streak.days == 1:
        return replies.text("row_one")
    days = replies.number(streak.days)
    if not streak.missed:
        return replies.text("row", days=days)
    return replies.text("row_missed_one", days=days) if streak.missed == 1 else replies.text("row_missed", days=days)


def _week(turn: Turn) -> str:
    state, moment = turn.state, turn.state.time_of_day
    assert moment is not None
    first = moment.date() - timedelta(days=WEEK - 1)
    times = state.history.times_since(first, enough_of(state, turn.routine))
    return turn.replies.text("week", count=turn.replies.number(times)) if times > 1 else ""


def _best(turn: Turn, named: str | None) -> str:
    replies, routine, run = turn.replies, turn.routine, turn.state.run
    open_ended = [each for each in routine.stretches if each.dose.ends_by is EndsBy.PERSON]
    if named is not None:
        asked = [routine.stretches[routine.index(named)]]
    elif run.phase in RUNNING and routine.stretches[run.stretch] in open_ended:
        asked = [routine.stretches[run.stretch]]
    else:
        asked = open_ended
    parts = []
    for stretch in asked:
        best = turn.state.memory.get(f"best:{stretch.id}")
        if stretch not in open_ended:
            parts.append(replies.text("best_timed", name=stretch.name))
        elif best is None:
            parts.append(replies.text("best_none", name=stretch.name))
        else:
            parts.append(replies.text("best", name=stretch.name, time=replies.duration(float(best))))
    return " ".join(map(sentence, parts)) or replies.text("progress_none")
