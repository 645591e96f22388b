"""Which foot it is, and another order of the feet, or of the rounds, for this once."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.steps import Blocks, Kind, block_at, first_step
from assistant.dialogue.run.dose import dose_from_here
from assistant.dialogue.run.instructions import (
    gentler_way,
    get_in_place,
    instructions,
    safety,
    to_begin_with,
    way_out,
)
from assistant.dialogue.run.leading import leave_work, skip_to_work
from assistant.dialogue.run.sides import set_blocks
from assistant.dialogue.state.preferences import blocks_now, index_after, planned
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase


def tell_side(turn: Turn, heard: Heard) -> None:
    """Tell which foot it is, which comes next, or which one to stand on."""
    what, run = heard.slots.get("what"), turn.state.run
    if what == "next" and run.phase in RUNNING:
        turn.answer(_coming_side(turn))
    elif what == "stand" and run.phase in RUNNING:
        turn.answer(" ".join(turn.sided(text, turn.step.side) for text in turn.stretch.position))
    else:
        turn.answer(which_side(turn))


def _coming_side(turn: Turn) -> str:
    """The foot after the current one; if there is none in this stretch, the first one of the next."""
    run, step = turn.state.run, turn.step
    if run.then is Then.NEXT_STRETCH or step.kind in (Kind.REST, Kind.CHANGE):
        return which_side(turn)
    later = (each.side for each in turn.steps[run.step + 1 :] if each.side != step.side)
    side = next(later, None)
    return _side_of_next(turn) if side is None else turn.replies.text("side_next", side=turn.replies.text(side))


def which_side(turn: Turn) -> str:
    """The current foot; in a rest the coming one, and said so."""
    run, replies = turn.state.run, turn.replies
    if run.phase not in RUNNING:
        return replies.text("where_nothing")
    if run.then is Then.NEXT_STRETCH:
        return _side_of_next(turn)
    side = turn.step.side
    if not side:
        return replies.text("both_feet")
    coming = turn.step.kind in (Kind.REST, Kind.CHANGE)
    return replies.text("side_next" if coming else "where_side", side=replies.text(side))


def _side_of_next(turn: Turn) -> str:
    replies = turn.replies
    index = index_after(turn.state, turn.routine, turn.state.run.stretch)
    if index is None or turn.state.run.only:
        return replies.text("next_is_none")
    side = planned(turn.state, turn.routine.stretches[index])[0][0]
    return replies.text("side_next", side=replies.text(side)) if side else replies.text("both_feet_next")


def turn_to(turn: Turn, blocks: Blocks, step: int, text: str) -> None:
    """Get ready anew for another side of the current stretch: say why, and how, and wait for "ready"."""
    telling = turn.state.run.then is Then.AWAIT_READY and turn.state.run.phase is Phase.GETTING_READY
    leave_work(turn)
    turn.set(halt=None)
    set_blocks(turn, turn.stretch, blocks)
    turn.set_run(phase=Phase.GETTING_READY, step=step, span=None, broken=None, moving_since=None)
    if telling:
        lines = instructions(turn, turn.state.run.stretch, step)
    else:
        lines = [
            *to_begin_with(turn),
            *([] if turn.stretch.gently is not None else gentler_way(turn, turn.stretch, turn.step.side)),
            dose_from_here(turn, turn.stretch),
            *get_in_place(turn, turn.stretch),
        ]
    turn.say_then(Then.AWAIT_READY, text, *way_out(turn, turn.stretch), *safety(turn), *lines)


def to_other_side(turn: Turn) -> bool:
    """Go on to the other side, the rest of this one being left out; whether there is one still to be done."""
    blocks, run = blocks_now(turn.state, turn.routine), turn.state.run
    here = block_at(blocks, run.step)
    if here + 1 >= len(blocks) or run.then is Then.NEXT_STRETCH:
        return False
    side = turn.replies.text(blocks[here + 1][0])
    turn_to(turn, blocks, first_step(blocks, here + 1), turn.replies.text("side_instead", side=side))
    return True


def other_side_first(turn: Turn) -> None:
    """Begin with the other foot this time; once the first one has had its turn, the other one comes anyway."""
    state, replies = turn.state, turn.replies
    if _asks_or_is_over(turn):
        return
    blocks = blocks_now(state, turn.routine)
    here = block_at(blocks, state.run.step)
    if len({side for side, _rounds in blocks}) < 2:
        turn.answer(replies.text("both_feet") if not blocks[0][0] else _only_this(turn))
    elif here > 0 or state.run.then is Then.NEXT_STRETCH:
        turn.answer(which_side(turn))
    else:
        other = next(index for index, block in enumerate(blocks) if block[0] != blocks[0][0])
        changed = (blocks[other], *blocks[:other], *blocks[other + 1 :])
        turn_to(turn, changed, 0, replies.text("side_first", side=replies.text(changed[0][0])))


def _only_this(turn: Turn) -> str:
    return turn.replies.text("only_this_foot", side=turn.replies.text(turn.step.side))


def same_side_again(turn: Turn) -> None:
    """Do the foot that is being done once more, or in the change after it that one; then go on."""
    state, replies = turn.state, turn.replies
    if _asks_or_is_over(turn):
        return
    blocks, run = blocks_now(state, turn.routine), state.run
    if not blocks[0][0]:
        turn.answer(replies.text("both_feet_again"))
        return
    if run.phase is Phase.GETTING_READY and run.step == 0:
        turn.answer(replies.text("side_not_begun"))
        return
    here = block_at(blocks, run.step)
    over = run.then is Then.NEXT_STRETCH
    if turn.step.kind is not Kind.CHANGE and not over:
        set_blocks(turn, turn.stretch, (*blocks[: here + 1], blocks[here], *blocks[here + 1 :]))
        turn.answer(replies.text("side_again_after", side=replies.text(blocks[here][0])))
        return
    last = here if over else here - 1
    set_blocks(turn, turn.stretch, (*blocks[: last + 1], blocks[last], *blocks[last + 1 :]))
    turn.set_run(step=first_step(blocks_now(turn.state, turn.routine), last + 1), then=Then.NOTHING)
    if turn.state.halt:
        turn.set_run(step=turn.state.run.step - 1)
        turn.answer(replies.text("side_again_after", side=replies.text(blocks[last][0])))
        return
    skip_to_work(turn)


def last_round(turn: Turn) -> None:
    """Make this round, or in a rest the coming one, the last of this foot, and do no more with the other one."""
    run, replies = turn.state.run, turn.replies
    if run.phase not in RUNNING or run.then is Then.NEXT_STRETCH:
        turn.answer(replies.text("nothing_running"))
        return
    blocks, step = blocks_now(turn.state, turn.routine), turn.step
    here = block_at(blocks, run.step)
    if step.rounds == 1:
        turn.answer(replies.text("no_other_round"))
    elif step.round == step.rounds:
        turn.answer(replies.text("last_round"))
    else:
        later = tuple((side, min(rounds, step.round)) for side, rounds in blocks[here + 1 :])
        set_blocks(turn, turn.stretch, (*blocks[:here], (blocks[here][0], step.round), *later))
        begun = run.phase is Phase.EXERCISING
        turn.answer(replies.text("last_round_now" if begun else "last_round_coming"))


def _asks_or_is_over(turn: Turn) -> bool:
    """Answer where no order of feet can be changed: nothing is going on, or the guide waits for another answer."""
    state, replies = turn.state, turn.replies
    if state.run.phase not in RUNNING:
        turn.answer(replies.text("nothing_running"))
    elif state.halt is not None and state.asked is not None:
        turn.answer(replies.text("question_first"), state.halt.question)
    else:
        return False
    return True
