"""A gentler way to do a stretch: told, and kept for next time."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run.instructions import gentler_way
from assistant.dialogue.state.preferences import gentle_key
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING


def easier(turn: Turn, heard: Heard) -> None:
    """Tell a gentler way to do the current stretch, and keep to it; or go back to the usual way."""
    run, replies = turn.state.run, turn.replies
    if run.phase not in RUNNING:
        turn.answer(replies.text("easier_idle"))
        return
    stretch = turn.stretch
    key, gentle = gentle_key(stretch.id), bool(turn.state.memory.get(gentle_key(stretch.id)))
    if heard.slots.get("off"):
        if gentle:
            turn.remember(key, None)
        turn.answer(replies.text("easier_off" if gentle else "easier_off_already"))
        return
    if not gentle:
        turn.remember(key, True)
    _first, *way = gentler_way(turn, stretch, turn.step.side)
    told = " ".join([replies.text("easier_still") if gentle else replies.text("easier"), *way])
    # The numbers of a count would be lost under the words.
    counting = run.span is not None and run.span.kind is SpanKind.COUNT
    turn.answer(f"{told} {replies.text('easier_or_skip')}", hold_clock=counting)
