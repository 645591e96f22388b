"""The order of the sides, and their rounds, where this time they are otherwise than the routine says."""

from __future__ import annotations

from collections.abc import Set

from assistant.dialogue.content.routine import Stretch
from assistant.dialogue.content.steps import Blocks, block_at, blocks_of, first_step
from assistant.dialogue.state.turn import Turn


def set_blocks(turn: Turn, stretch: Stretch, blocks: Blocks) -> None:
    """Do the sides and rounds of the current stretch like this; noted only where that is not as usual."""
    turn.set_plan(blocks=() if blocks == blocks_of(stretch.dose) else blocks)


def with_both_feet(turn: Turn) -> None:
    """Where the stretch is now done with both feet at once, make what goes on the whole of it."""
    run = turn.state.run
    blocks = run.plan.blocks or blocks_of(turn.routine.stretches[run.stretch].dose)
    if turn.stretch.dose.sides or not blocks[0][0]:
        return
    here = block_at(blocks, run.step)
    set_blocks(turn, turn.routine.stretches[run.stretch], (*blocks[:here], ("", blocks[here][1])))


def without(blocks: Blocks, step: int, out: Set[str]) -> tuple[Blocks, int | None]:
    """What is left of a stretch at a step if some sides are left out from now on, and the step to go on with.

    The step is the same if its own side stays, and None if nothing is left to be done.
    """
    here = block_at(blocks, step)
    later = tuple(block for block in blocks[here + 1 :] if block[0] not in out)
    if blocks[here][0] not in out:
        return (*blocks[: here + 1], *later), step
    left = (*blocks[:here], *later)
    return (left, first_step(left, here)) if later else (blocks, None)
