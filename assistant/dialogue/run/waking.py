"""What the guide does after a sleep of the machine: nothing goes on by itself where perhaps nobody is any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.dialogue.run.pausing import ask, pause, resume_run
from assistant.dialogue.run.resume_point import keep_place
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING

SLEPT = timedelta(seconds=30)
"""How far date and time must have leapt ahead for a sleep: whoever stood on one leg then does so no more. The network
sets a clock by less; where it sets it by more, to be asked once does no harm."""

_STAYS = frozenset({Asked.HURTS, Asked.EMERGENCY, Asked.ALL_RIGHT})
"""Questions after which nothing goes on without an answer; they are asked again."""


def has_slept(state: State, wall: str) -> bool:
    """Whether date and time (ISO 8601) have leapt so far ahead of what the guide believes that the machine slept."""
    believed = state.time_of_day
    return believed is not None and datetime.fromisoformat(wall) - believed >= SLEPT


def woken(turn: Turn) -> None:
    """Make a run stand still, and ask whether to go on; outside of a run there is nothing to ask."""
    halt = turn.state.halt
    if turn.state.run.phase not in RUNNING or turn.state.asked is Asked.AWAKE:
        return
    if halt is not None and halt.asked in _STAYS:
        turn.set(halt=replace(halt, waited=0.0, reminded=0))
        turn.say_instead(halt.question)
        return
    if halt is not None and halt.asked is None and halt.kind:
        turn.say_instead(turn.replies.text("all_right_paused"))  # nobody has said yet that they are well
        return
    # Whether to do what hurt before is still to be answered; whether they still hold it, or want to stop, is not.
    under = halt if halt is not None and halt.asked is Asked.HURT_BEFORE else None
    ask(turn, Asked.AWAKE, turn.replies.text("ask_awake"), under=under)
    keep_place(turn, exactly=True)


def go_on(turn: Turn) -> None:
    """Somebody is there: go on, or ask what was asked before."""
    halt = turn.state.halt
    if halt is None or halt.under is None:
        resume_run(turn)
        return
    turn.set(halt=replace(halt.under, waited=0.0, reminded=0))
    turn.say_instead(halt.under.question)


def nobody_there(turn: Turn) -> None:
    """Nobody answers: from now on it is a pause like any other, which ends by itself after a while."""
    pause(turn)
