"""After pain: going on gently, as usual, or not at all. Never the way it was, on a word that may mean anything.

Gently is shorter, by the routine's rules; the gentler way and what is left are told, and it begins at the word that the
person is ready. It lasts until the stretch was done without pain, or for good where the person wants that. What hurts
for the third time is left out today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.rules import SHORTEST, after_pain
from assistant.dialogue.content.steps import Kind, block_at, counted
from assistant.dialogue.requests.leaving_out import leave_out_today
from assistant.dialogue.run.instructions import instructions, safety, to_begin_with, up_for_gentler_way, way_out
from assistant.dialogue.run.into_place import back_into_place
from assistant.dialogue.run.leading import work_over
from assistant.dialogue.run.navigation import resized, skip_left_out, take_up
from assistant.dialogue.run.pausing import resume_run
from assistant.dialogue.run.sides import set_blocks
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.preferences import blocks_now, gentle_key, gently_key, planned, share_key, share_of
from assistant.dialogue.state.run import Span, SpanKind, Then
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import Phase

LEAST_LEFT = 5.0
"""Seconds of a hold that are left at the least when it goes on gently; less would be over before it is felt."""

DOCTOR = frozenset({"leg", "weak"})
"""Kinds of distress that a doctor must see before the stretch is done again: it does not go on gently either."""

EMERGENCIES = frozenset({"fall", "chest", "breath", "help"})
"""Kinds of distress for which somebody may have to be called: after them, no exercise goes on at all."""

UNSTEADY = "unsteady"
"""What is noted in place of dizziness in a stretch that is done standing: nobody stands up for it again so soon."""

ENOUGH, ENOUGH_AT = "enough", 3
"""What is noted in place of a kind where a stretch hurt so often: then it does not go on gently either."""

NOT_GENTLY = DOCTOR | EMERGENCIES | {ENOUGH, UNSTEADY}
"""Of which kinds a question does not offer to go on gently."""


def after_emergency(state: State) -> bool:
    """Whether it is asked how to go on after an emergency: to finish or to rest is all there is then."""
    halt = state.halt
    return halt is not None and halt.asked is Asked.HURTS and halt.kind in EMERGENCIES


# Pain in this stretch


def answer(turn: Turn, heard: Heard) -> None:
    """Go on gently, for good if that was said; "the usual way" is not enough so soon after pain."""
    if heard.slots.get("off"):
        ask_which(turn)
    else:
        go_on(turn, always=bool(heard.slots.get("always")))


def ask_which(turn: Turn) -> None:
    """A bare "yes" to a question of three answers: ask which, and take it for gently the second time."""
    halt, which = turn.state.halt, turn.replies.text("hurts_which")
    assert halt is not None
    if halt.question == which or halt.kind in NOT_GENTLY:
        go_on(turn)
        return
    turn.set(halt=replace(halt, question=which))
    turn.say_instead(which)


def go_on(turn: Turn, *, always: bool = False) -> None:
    """Go on gently at the person's word: less of the work than was left, and in the gentler way."""
    halt, run = turn.state.halt, turn.state.run
    kind = halt.kind if halt is not None else ""
    if kind == ENOUGH:
        _enough_for_today(turn)
        return
    if kind not in NOT_GENTLY and run.then is Then.NEXT_STRETCH:
        turn.set(halt=None)
        turn.say_then(Then.NEXT_STRETCH, turn.replies.text("hurts_enough"))  # it is over anyway
        return
    if kind in EMERGENCIES:
        turn.say_instead(turn.replies.text("emergency_rest"))
        return
    if kind in DOCTOR:
        turn.say_instead(turn.replies.text("hurts_not_gently"))
        return
    if kind == UNSTEADY:
        turn.say_instead(turn.replies.text("not_standing"))
        return
    up = up_for_gentler_way(turn)
    _ease(turn, always=always)
    turn.set(hurt_here=turn.state.hurt_here | {turn.stretch.id})
    turn.set_run(hurt=run.hurt | {turn.stretch.id})
    if _enough(turn):
        take_up(turn)
        turn.set_run(span=turn.state.run.broken or turn.state.run.span)
        work_over(turn, turn.replies.text("hurts_enough"))
        return
    run = turn.state.run
    turn.set_run(span=_less(turn, run.span), broken=_less(turn, run.broken))
    said = [turn.replies.text("resuming_gently"), *([turn.replies.text("gently_always")] if always else [])]
    if run.phase is Phase.GETTING_READY and run.broken is None:
        lines = instructions(turn, run.stretch, run.step)[1:]
        turn.set(halt=None)
        turn.set_run(span=None, moving_since=None)
        turn.say_then(Then.AWAIT_READY, *said, *way_out(turn, turn.stretch), *safety(turn), *lines)
        return
    back_into_place(turn, *said, *up, *(to_begin_with(turn) if run.step and turn.step.kind is Kind.CHANGE else ()))


def _enough_for_today(turn: Turn) -> None:
    """What hurt too often is left out for the rest of the day."""
    stretch = turn.stretch
    turn.set_run(told_left_out=turn.state.run.told_left_out | {stretch.id})
    spare(turn)
    turn.interpose(turn.replies.text("enough_for_today"))


def _ease(turn: Turn, *, always: bool = False) -> None:
    """Do the stretch gently from now on, until it goes without pain; what hurts again, with less still.

    Where that means fewer rounds, the last ones of this side and of those that follow are left out.
    """
    run, memory, share = turn.state.run, turn.state.memory, after_pain(turn.routine.rules).share
    stretch, blocks, step = turn.routine.stretches[run.stretch], blocks_now(turn.state, turn.routine), turn.step
    again = memory.get(gently_key(stretch.id)) and stretch.id in (*run.hurt, *run.pains)
    less = max(SHORTEST, round(share * share_of(memory, stretch.id), 3)) if again else share
    turn.remember(gently_key(stretch.id), less)
    if always:
        turn.remember(gentle_key(stretch.id), share)
    here, rounds = block_at(blocks, run.step), turn.stretch.dose.rounds
    both = not turn.stretch.dose.sides
    now = ("" if both else blocks[here][0], max(step.round, min(blocks[here][1], rounds)))
    later = () if both else tuple((side, min(each, rounds)) for side, each in blocks[here + 1 :])
    set_blocks(turn, stretch, (*blocks[:here], now, *later))


def _enough(turn: Turn) -> bool:
    """Whether as much was counted of the interrupted work already as there is of it, done gently."""
    span = turn.state.run.broken or turn.state.run.span
    if span is None or span.kind is not SpanKind.COUNT:
        return False
    return counted(turn.step, span.elapsed) >= turn.step.repetitions


def _less(turn: Turn, span: Span | None) -> Span | None:
    """A span of work without a part of what is left of it; an open-ended one is ended by the person anyway."""
    if span is None or span.kind not in (SpanKind.HOLD, SpanKind.COUNT):
        return span
    if span.kind is SpanKind.COUNT:
        return resized(span, turn.step, elapsed=span.elapsed)
    share = after_pain(turn.routine.rules).share
    left = min(span.remaining, max(LEAST_LEFT, span.remaining * share))
    shorter = replace(span, length=span.elapsed + left)
    return replace(shorter, mark=next_mark(marks_of(shorter, turn.step, unanswered=False), span.elapsed))


# Pain the last time


def answer_before(turn: Turn, heard: Heard) -> None:
    """Do what hurt the last time gently, for good if that was said, or as usual."""
    if heard.slots.get("off"):
        do_as_usual(turn)
    else:
        do_gently(turn, always=bool(heard.slots.get("always")))


def do_gently(turn: Turn, *, always: bool = False) -> None:
    """Do what hurt the last time gently: what is told of it changes with it."""
    if turn.state.run.pains.count(turn.stretch.id) >= ENOUGH_AT:
        _enough_for_today(turn)
        return
    _do_what_hurt(turn, "gently_always" if always else "doing_gently", lambda: _ease(turn, always=always))


def do_as_usual(turn: Turn) -> None:
    """Do what hurt the last time as usual; what hurt just now is not, so soon."""
    if turn.stretch.id in turn.state.run.hurt:
        ask_which(turn)
        return
    _do_what_hurt(turn, "doing_as_usual", lambda: _as_usual(turn))


def _as_usual(turn: Turn) -> None:
    """The dose as it would be if nothing had hurt, with all of its rounds unless some are done."""
    stretch = turn.routine.stretches[turn.state.run.stretch]
    _forget(turn, gently_key(stretch.id), share_key(stretch.id))
    if not turn.state.run.step:
        set_blocks(turn, stretch, planned(turn.state, stretch))


def _do_what_hurt(turn: Turn, reply: str, change: Callable[[], None]) -> None:
    """Go on to what hurt the last time, as it is after a change: what was to be told of it is told anew."""
    run, halt = turn.state.run, turn.state.halt
    assert halt is not None
    turn.set(hurt_here=turn.state.hurt_here | {turn.stretch.id})
    before = tuple(map(sentence, instructions(turn, run.stretch, run.step)))
    change()
    now = tuple(map(sentence, instructions(turn, run.stretch, run.step)))
    unsaid = tuple(map(sentence, halt.unsaid))
    if before and unsaid[-len(before) :] == before:
        unsaid = (*unsaid[: -len(before)], *now)
    turn.set(halt=replace(halt, unsaid=(turn.replies.text(reply), *unsaid)))
    resume_run(turn)


def spare(turn: Turn) -> None:
    """Leave out today what hurt last time."""
    take_up(turn)
    leave_out_today(turn, turn.stretch)
    skip_left_out(turn)


# The whole of it again


def all_of_it(turn: Turn, stretch_id: str) -> None:
    """Do the whole dose of a stretch again, whatever there was that made it shorter or longer."""
    _forget(turn, gently_key(stretch_id), share_key(stretch_id))
    if turn.state.memory.get(gentle_key(stretch_id)) not in (None, True):
        turn.remember(gentle_key(stretch_id), True)


def _forget(turn: Turn, *keys: str) -> None:
    for key in keys:
        if key in turn.state.memory:
            turn.remember(key, None)
