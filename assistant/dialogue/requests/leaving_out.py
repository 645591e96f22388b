"""What is left out, for good, today or in this run: stretches, what needs a thing or a position, and a foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import Posture, Stretch
from assistant.dialogue.requests.sides import turn_to
from assistant.dialogue.run.leading import stretch_over
from assistant.dialogue.run.navigation import move_to, skip_if_left_out, skip_stretch, take_up
from assistant.dialogue.run.sides import set_blocks, without
from assistant.dialogue.state.preferences import (
    ALWAYS,
    SIDES,
    blocks_now,
    feet_left_out,
    foot_key,
    index_after,
    index_before,
    is_left_out,
    left_out_key,
)
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase

_FEET: Mapping[str, str] = {f"{side}_foot": side for side in SIDES}
"""The side that each foot is on."""


def leave_out(turn: Turn, heard: Heard) -> None:
    """Leave out a stretch, or those that need a thing or a position, or a foot; go on if that is the current one."""
    if "body" in heard.slots:
        _leave_out_foot(turn, _FEET[heard.slots["body"]])
        return
    stretches = _meant(turn, heard)
    if not stretches:
        turn.answer(_nothing_to_leave_out(turn, heard))
        return
    today = "position" in heard.slots or heard.slots.get("until") == "today"
    names = turn.replies.listing([stretch.name for stretch in stretches])
    text = turn.replies.text("left_out_today" if today else "left_out", names=names)
    _leave_out(turn, stretches, text, today=today)


def _nothing_to_leave_out(turn: Turn, heard: Heard) -> str:
    thing = heard.slots.get("thing")
    if thing is None:
        return turn.replies.text("nothing_running" if "which" in heard.slots else "positions_none")
    useful = any(need.name == thing for each in turn.routine.stretches for need in each.needs)
    return turn.replies.text("do_without" if useful else "needs_no_thing", thing=thing)


def only_position(turn: Turn, heard: Heard) -> None:
    """Do only the stretches of one position today; what was left out for today and is one of them comes back."""
    wanted = Posture(heard.slots["position"])
    routine = turn.routine
    if not any(each.posture is wanted and not _for_good(turn, each) for each in routine.stretches):
        turn.answer(turn.replies.text("positions_none"))
        return
    for stretch in routine.stretches:
        key = left_out_key(stretch.id)
        if stretch.posture is wanted and turn.state.memory.get(key) not in (None, ALWAYS):
            turn.remember(key, None)
    others = [each for each in routine.stretches if each.posture is not wanted]
    kept = [each.name for each in routine.stretches if each.posture is wanted and not _for_good(turn, each)]
    _leave_out(turn, others, turn.replies.text("only_today", names=turn.replies.listing(kept)), today=True)


def _for_good(turn: Turn, stretch: Stretch) -> bool:
    return turn.state.memory.get(left_out_key(stretch.id)) == ALWAYS


def _leave_out(turn: Turn, stretches: Sequence[Stretch], text: str, *, today: bool) -> None:
    for stretch in stretches:
        if not (today and _for_good(turn, stretch)):  # for good is more than today
            turn.remember(left_out_key(stretch.id), turn.state.today if today else ALWAYS)
    turn.set_run(told_left_out=turn.state.run.told_left_out | {stretch.id for stretch in stretches})
    if skip_if_left_out(turn):
        turn.interpose(text)
    else:
        turn.answer(text)


def leave_out_today(turn: Turn, stretch: Stretch) -> None:
    """Leave out a stretch today; the guide will say so before the next one."""
    turn.remember(left_out_key(stretch.id), turn.state.today)


def skip_next(turn: Turn) -> None:
    """Leave out the stretch after this one, in this run only."""
    state, run = turn.state, turn.state.run
    if run.phase not in RUNNING:
        turn.answer(turn.replies.text("nothing_running"))
        return
    index = index_after(state, turn.routine, run.stretch)
    if index is None or run.only:
        turn.answer(turn.replies.text("next_is_none"))
        return
    stretch = turn.routine.stretches[index]
    turn.set_plan(skip=run.plan.skip | {stretch.id})
    turn.set_run(told_left_out=run.told_left_out | {stretch.id})
    turn.answer(turn.replies.text("skip_next", name=stretch.name))


def put_back(turn: Turn, heard: Heard) -> None:
    """Restore what was left out: a stretch, those that need a thing, or all, a foot among it."""
    named = "stretch" in heard.slots or "thing" in heard.slots
    among = _meant(turn, heard) if named else turn.routine.stretches
    stretches = [stretch for stretch in among if is_left_out(turn.state, stretch)]
    feet = () if named else tuple(sorted(feet_left_out(turn.state)))
    for key in (*(left_out_key(stretch.id) for stretch in stretches), *map(foot_key, feet)):
        if key in turn.state.memory:
            turn.remember(key, None)
    turn.set_plan(skip=turn.state.run.plan.skip - {stretch.id for stretch in stretches})
    replies = turn.replies
    told = [replies.text("put_back_foot", side=replies.listing([replies.text(side) for side in feet]))] if feet else []
    if stretches:
        told.append(replies.text("put_back", names=replies.listing([stretch.name for stretch in stretches])))
    if named and _just_skipped(turn, stretches):
        move_to(turn, turn.routine.index(stretches[0].id))
        turn.interpose(told[0])
        return
    turn.answer(" ".join(told) or replies.text("nothing_left_out"))


def _just_skipped(turn: Turn, stretches: Sequence[Stretch]) -> bool:
    """Whether what comes back is the one before a stretch that has not begun yet, and has not been done."""
    state, run = turn.state, turn.state.run
    if len(stretches) != 1 or state.phase is not Phase.GETTING_READY or run.step or run.only:
        return False
    before = index_before(state, turn.routine, run.stretch)
    return before == turn.routine.index(stretches[0].id) and stretches[0].id not in run.done


def _meant(turn: Turn, heard: Heard) -> Sequence[Stretch]:
    """The stretch that was named, or those that are done in the position or need the thing."""
    routine = turn.routine
    if "which" in heard.slots:
        running = turn.state.run.phase in RUNNING
        return (routine.stretches[turn.state.run.stretch],) if running else ()
    if "stretch" in heard.slots:
        return (routine.stretches[routine.index(heard.slots["stretch"])],)
    if "position" in heard.slots:
        return [each for each in routine.stretches if each.posture is Posture(heard.slots["position"])]
    thing = heard.slots["thing"]
    return [each for each in routine.stretches if any(n.name == thing and not n.optional for n in each.needs)]


def _leave_out_foot(turn: Turn, side: str) -> None:
    """Leave out a foot today: what is done with each foot goes on with the other one, what needs both needs care."""
    replies, run = turn.replies, turn.state.run
    turn.remember(foot_key(side), turn.state.today)
    text = replies.text("left_out_foot", side=replies.text(side))
    if skip_if_left_out(turn):
        turn.interpose(text)
        return
    if run.phase not in RUNNING or run.then is Then.NEXT_STRETCH:
        turn.answer(text)
        return
    stretch = turn.stretch
    if not stretch.dose.sides:
        turn.answer(f"{text} {replies.text('both_feet_care', side=replies.text(side))}")
        return
    blocks, step = without(blocks_now(turn.state, turn.routine), run.step, feet_left_out(turn.state))
    if step is None:
        if turn.state.halt:
            take_up(turn)
        if run.step:  # the other foot has been done
            turn.hush()
            stretch_over(turn)
        else:
            skip_stretch(turn)
        turn.interpose(text)
    elif turn.step.side == side:
        turn_to(turn, blocks, step, text)
    else:
        set_blocks(turn, stretch, blocks)
        turn.answer(text)
