"""What is said once a run is over: what was done, praise at a milestone, and at first that it is for twice a day."""

from __future__ import annotations

from assistant.dialogue.content.coaching import TWICE_A_DAY
from assistant.dialogue.run import praise, reminders
from assistant.dialogue.run.familiarity import half_days
from assistant.dialogue.run.instructions import left_out_before
from assistant.dialogue.state.preferences import enough_of
from assistant.dialogue.state.turn import Turn


def last_words(turn: Turn) -> list[str]:
    """The closing lines: the run is over, what was done, praise at a milestone."""
    state, replies = turn.state, turn.replies
    if state.run.only:
        return [replies.text("finished_one", name=turn.stretch.name)]
    lines = [*left_out_before(turn, len(turn.routine.stretches)), turn.varied("finished")]
    moment = state.run_began
    if moment is None:
        return lines
    enough = enough_of(state, turn.routine)
    lines += praise.for_day(turn, moment.date(), enough)
    once = state.history.day(moment.date()).times(enough) < 2
    if once and half_days(turn) <= turn.book.coaching.told_until[TWICE_A_DAY]:
        lines += [replies.text("twice_a_day"), *reminders.offer(turn)]
    return lines
