"""What a room tells of the guide's state, as plain values for JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.dialogue.content.events import Record, TakeBack
from assistant.dialogue.snapshot import snapshot
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book
from assistant.entries import position_of, remaining
from assistant.page.moment import PageMoment
from assistant.phases import RUNNING

ANNOUNCED = frozenset({"run", "stretch", "end"})
"""The kinds of records that are told of. Single holds, and the numbers for pain, stay on the machine."""


def state_told(state: State, book: Book, texts: Mapping[str, str]) -> dict[str, Any]:
    """Where the guide is: phase, routine, stretch, side, round, seconds `remaining`, share `done` (0 to 1).

    running: whether it leads through a run just now. What there is none of is None.
    """
    routine, shown = book.routine_of(state), snapshot(state, book, texts)
    position = position_of(state, routine)
    return {
        "phase": state.phase.value,
        "routine": routine.id,
        "stretch": position.stretch,
        "title": shown.title,
        "number": position.number,
        "total": len(routine.stretches),
        "side": position.side,
        "round": position.round,
        "remaining": remaining_told(state),
        "done": round(shown.done, 3),
        "running": state.phase in RUNNING,
    }


def remaining_told(state: State) -> float | None:
    """Whole seconds left of what the clock counts; None if nothing is counted, or a run stands still without an end."""
    seconds = remaining(state)
    return None if seconds is None else max(0, round(seconds))


def moment_told(moment: PageMoment) -> dict[str, Any]:
    """What can be done now: the words of a screen, and the commands that mean something, the most useful first."""
    return {
        "doing": moment.doing.removeprefix("doing_"),
        "title": moment.title,
        "place": list(moment.place),
        "next": moment.next,
        "needs": moment.needs,
        "left": moment.left,
        "question": moment.question,
        "says": list(moment.says),
        "commands": [
            {"intent": each.intent, **({"slots": dict(each.slots)} if each.slots else {})} for each in moment.buttons
        ],
    }


def event_told(event: Record | TakeBack, session: str) -> dict[str, Any] | None:
    """What is told of an event of the history; None if nothing is.

    `id` is the same if it arrives twice. A "taken_back" tells that all of its session from that number on is void.
    """
    told = {"id": f"{session}-{event.number}", "session": session, "number": event.number}
    if isinstance(event, TakeBack):
        return {**told, "id": f"{told['id']}-taken_back", "kind": "taken_back"}
    return {**told, "kind": event.kind, "at": event.at, **event.values} if event.kind in ANNOUNCED else None
