"""What is still told to somebody who knows a stretch; until when each kind is told stands in the coaching data."""

from __future__ import annotations

from datetime import date

from assistant.dialogue.content.routine import Stretch
from assistant.dialogue.state.preferences import enough_of
from assistant.dialogue.state.turn import Turn


def is_told(turn: Turn, stretch: Stretch, kind: str) -> bool:
    """Whether this kind of line is told about a stretch now; who wants few words knows it all."""
    return turn.words == "full" and not is_known(turn, stretch, kind)


def is_known(turn: Turn, stretch: Stretch, kind: str) -> bool:
    """Whether the person has done a stretch so often that they know this of it, however few words they want."""
    return times_done(turn, stretch) >= turn.book.coaching.told_until[kind]


def half_days(turn: Turn) -> int:
    """The number of half days on which enough of the routine was done."""
    enough = enough_of(turn.state, turn.routine)
    return sum(day.times(enough) for day in turn.state.history.days.values())


def times_done(turn: Turn, stretch: Stretch) -> int:
    """The number of half days with a stretch that count for how well it is known."""
    today = turn.state.today
    return turn.state.history.familiar(stretch.id, date.fromisoformat(today)) if today else 0
