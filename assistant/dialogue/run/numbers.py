"""Pain and effort as numbers from nought to ten: asked for after each stretch, if the person wants that."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.dialogue.run.pausing import ask
from assistant.dialogue.state.preferences import gently_key, hurt_key, share_key
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn

ASK_AFTER = "ask_after"
"""The key under which it is remembered what is asked for after each stretch: pain, effort, both or off."""

OFF = "off"

ASKED_FOR: Mapping[str, tuple[str, ...]] = {"pain": ("pain",), "effort": ("effort",), "both": ("effort", "pain")}
"""The numbers that are asked for, by what is remembered. Pain comes last: what it changes is told then."""


def to_ask_for(turn: Turn) -> tuple[str, ...]:
    """The numbers to ask for after a stretch."""
    return ASKED_FOR.get(str(turn.state.memory.get(ASK_AFTER, OFF)), ())


def ask_for_number(turn: Turn) -> bool:
    """Ask for the next number about the stretch that is over; whether there was one to ask for."""
    if not turn.state.run.to_ask:
        return False
    what, *later = turn.state.run.to_ask
    turn.set_run(to_ask=tuple(later), then=Then.NEXT_STRETCH)
    ask(turn, Asked.NUMBER, turn.replies.text(f"ask_{what}"), kind=what)
    return True


def settle_pain(turn: Turn) -> None:
    """The stretch was done to its end: what hurt the last time, and not this time, need not be asked about again.

    Nor does what the last numbers called for hold any longer: the next ones are about to be asked for.
    """
    stretch, state = turn.stretch, turn.state
    keys = [share_key(stretch.id)]
    if stretch.id in state.hurt_here and stretch.id not in state.run.hurt:
        keys += [hurt_key(stretch.id), gently_key(stretch.id)]
    for key in keys:
        if key in state.memory:
            turn.remember(key, None)
