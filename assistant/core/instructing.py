"""What is said before a stretch: all of it the first times, less and less as it becomes familiar."""

from __future__ import annotations

from datetime import date
from enum import Enum

from assistant.core.choosing import is_left_out
from assistant.core.plan import steps_of
from assistant.core.routine import Stretch
from assistant.core.turn import SOUNDS, Turn

POSITION_FROM, NAME_FROM = 3, 8
"""Half days on which a stretch was done, from which on only the position is told, and not even that. Three times is two
days; after eight, most of a week, nobody wants the description before the countdown."""


class Telling(Enum):
    """How much of a stretch is told before it."""

    ALL = "all"
    POSITION = "position"
    NAME = "name"


def telling(turn: Turn, stretch: Stretch) -> Telling:
    """How much is to be told of a stretch now."""
    if turn.words != "full":
        return Telling.NAME
    today = turn.state.today
    times = turn.state.history.familiar(stretch.id, date.fromisoformat(today)) if today else 0
    if times >= NAME_FROM:
        return Telling.NAME
    return Telling.POSITION if times >= POSITION_FROM else Telling.ALL


def instructions(turn: Turn, index: int, step: int = 0) -> list[str]:
    """The sentences before a stretch, from a step on; its name and needs are never left out, but for sounds alone."""
    replies, stretch = turn.replies, turn.routine.stretches[index]
    lines = [replies.text("intro", number=replies.number(index + 1), name=stretch.name)]
    if turn.words == SOUNDS:
        return lines
    lines += things_needed(turn, stretch)
    how_much, side = telling(turn, stretch), steps_of(stretch)[step].side
    if how_much is not Telling.NAME:
        lines += [turn.sided(text, side) for text in stretch.position]
    if how_much is Telling.ALL:
        lines += [turn.sided(text, side) for text in stretch.how]
    if how_much is not Telling.NAME or stretch.needs:
        lines.append(replies.text("say_ready"))
    return lines


def things_needed(turn: Turn, stretch: Stretch) -> list[str]:
    """What has to be fetched, and what helps if it is there."""
    replies = turn.replies
    needed = [thing.say for thing in stretch.needs if not thing.optional]
    useful = [thing.say for thing in stretch.needs if thing.optional]
    lines = [replies.text("needs_this", things=replies.listing(needed))] if needed else []
    if useful:
        lines.append(replies.text("needs_maybe", things=replies.listing(useful)))
    return lines


def once_more(turn: Turn) -> str:
    """What is said before a further round beside its number."""
    return turn.sided(turn.stretch.again, turn.step.side) if telling(turn, turn.stretch) is not Telling.NAME else ""


def left_out_before(turn: Turn, index: int) -> list[str]:
    """That the stretches just before this one are left out, once in a run."""
    names: list[str] = []
    for stretch in reversed(turn.routine.stretches[:index]):
        if not is_left_out(turn.state, stretch):
            break
        if stretch.id not in turn.state.told_left_out:
            names.insert(0, stretch.name)
            turn.set(told_left_out=turn.state.told_left_out | {stretch.id})
    return [turn.replies.text("left_out_here", names=turn.replies.listing(names))] if names else []
