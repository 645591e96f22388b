"""A gentler way to do a stretch: told, and kept for next time."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.dialogue.content.events import Heard
from assistant.dialogue.requests.gently import all_of_it
from assistant.dialogue.run.instructions import gentle_lines, up_for_gentler_way
from assistant.dialogue.run.into_place import back_into_place
from assistant.dialogue.run.sides import with_both_feet
from assistant.dialogue.state.preferences import gentle_key, is_gentle
from assistant.dialogue.state.run import SpanKind, Then
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING


def easier(turn: Turn, heard: Heard) -> None:
    """Tell a gentler way to do the current stretch, and keep to it; or go back to the usual way."""
    run, replies = turn.state.run, turn.replies
    if run.phase not in RUNNING:
        turn.answer(replies.text("easier_idle"))
        return
    stretch = turn.stretch
    key, gentle = gentle_key(stretch.id), is_gentle(turn.state.memory, stretch.id)
    if heard.slots.get("off"):
        all_of_it(turn, stretch.id)
        if key in turn.state.memory:
            turn.remember(key, None)
        turn.answer(replies.text("easier_off" if gentle else "easier_off_already"))
        return
    up = up_for_gentler_way(turn)
    if not turn.state.memory.get(key):
        turn.remember(key, True)
    moves = turn.stretch.gently is not None and run.then is not Then.NEXT_STRETCH
    if not gentle and moves and turn.state.asked is not Asked.ALL_RIGHT:
        _into_gentler_way(turn, up)
        return
    way = gentle_lines(turn, stretch, turn.step.side)
    told = " ".join([replies.text("easier_still") if gentle else replies.text("easier"), *way])
    # The numbers of a count would be lost under the words.
    counting = run.span is not None and run.span.kind is SpanKind.COUNT
    turn.answer(f"{told} {replies.text('easier_or_skip')}", hold_clock=counting)


def _into_gentler_way(turn: Turn, up: Sequence[str]) -> None:
    """The gentler way is another position: it is told in place of the usual one, and there is time to get into it."""
    turn.set_run(at_a_word=turn.stretch.id)
    with_both_feet(turn)
    back_into_place(turn, turn.replies.text("easier"), *up)
