"""What is said to the guide as to a person, and what it is asked about itself: short answers that change nothing."""

from __future__ import annotations

from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase


def greeting(turn: Turn) -> str:
    """A greeting in return; where nothing is going on, with how to begin."""
    return turn.replies.text("hello_idle" if turn.state.phase in (Phase.IDLE, Phase.FINISHED) else "hello")


def thanks(turn: Turn) -> str:
    """An answer to thanks."""
    return turn.replies.text("welcome_over" if turn.state.phase is Phase.FINISHED else "welcome")


def tired(turn: Turn) -> str:
    """The offer of a break."""
    if turn.state.phase in RUNNING:
        return turn.replies.text("tired")
    return turn.replies.text("tired_paused" if turn.state.phase is Phase.PAUSED else "tired_idle")


def breathing(turn: Turn) -> str:
    """How to breathe."""
    return turn.replies.text("breathing")


def safety(turn: Turn) -> str:
    """Whom this is not for, in brief."""
    return turn.replies.text("safety")


def who_are_you(turn: Turn) -> str:
    """Who the guide is."""
    return turn.replies.text("who_are_you")


def advice(turn: Turn) -> str:
    """What to do about pain, and whether somebody should look at it."""
    return turn.replies.text("hurts_advice")
