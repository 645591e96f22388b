"""How much of a stretch is to be done, in words: told before it each time, from the person's own numbers."""

from __future__ import annotations

from assistant.dialogue.content.routine import EndsBy, Stretch
from assistant.dialogue.content.steps import block_at, counted, repetitions_in
from assistant.dialogue.state.preferences import own, planned
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.turn import Turn, sentence


def told_dose(turn: Turn, stretch: Stretch, *, from_here: bool = False) -> str:
    """The dose of a stretch as it is about to be done, as a sentence; `from_here`: what is done of it left out."""
    stretch = next((each for each in turn.routine.stretches if each.id == stretch.id), stretch)  # as it is usually done
    replies, dose = turn.replies, own(stretch, turn.state.memory).dose
    run = turn.state.run
    current = run.stretch >= 0 and turn.routine.stretches[run.stretch].id == stretch.id
    blocks = (run.plan.blocks if current else ()) or planned(turn.state, stretch)
    blocks = blocks[block_at(blocks, run.step) :] if current and from_here else blocks
    rounds, sides = max(number for _side, number in blocks), {side for side, _number in blocks}
    kind = f"{'_rounds' if rounds > 1 else ''}{'_sides' if len(sides) > 1 else ''}"
    unit = stretch.unit[-1] if stretch.unit else replies.text("unit_rounds")
    fields = {"rounds": replies.number(rounds), "unit": unit}
    if dose.ends_by is EndsBy.CLOCK:
        return sentence(replies.text(f"told_hold{kind}", time=replies.exactly(dose.hold), **fields))
    if dose.ends_by is EndsBy.COUNT:
        return sentence(replies.text(f"told_count{kind}", count=replies.number(dose.repetitions), **fields))
    return sentence(replies.text(f"told_open{kind}", **fields))


def dose_from_here(turn: Turn, stretch: Stretch) -> str:
    """What is left of the work that was broken off, or how much is to come on the current side."""
    span, replies = turn.state.run.broken, turn.replies
    if span is not None and span.kind is SpanKind.HOLD:
        return sentence(replies.text("left_hold", time=replies.exactly(max(1, round(span.remaining)))))
    if span is not None and span.kind is SpanKind.COUNT:
        left = repetitions_in(span.length, turn.step) - counted(turn.step, span.elapsed)
        return sentence(replies.text("left_count", count=replies.number(max(1, left))))
    return told_dose(turn, stretch, from_here=True)
