"""What is said, or sounds, while the clock runs: numbers, halfway, breathing, company, the rounds still to come.

All of it is for the moment only. If only cues lead, each is a tick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.dialogue.content.steps import WORK, Kind, repetitions_in
from assistant.dialogue.run import counting_along
from assistant.dialogue.run.familiarity import is_told, times_done
from assistant.dialogue.run.instructions import once_more
from assistant.dialogue.run.timeline import COMPANY_EVERY, LONG_REST, Mark
from assistant.dialogue.state.turn import SOUNDS, Turn, sentence

ROOM_FOR_WORDS = 2.0
"""Least seconds per repetition in which more than its number can be said."""

HALFWAY_COUNT, LEFT_COUNT, LEFT = 10, 15, 5
"""Least repetitions of which half is told, and least ones of which it is told when LEFT of them are left."""

BREATHE_EACH = 3
"""Of so many holds of a stretch, one has a word on breathing: in each, it would be a nuisance."""

ONCE_FROM, SELDOM_FROM, SELDOM = 3, 8, 3
"""Half days with a stretch from which breathing is mentioned in its first hold alone, and from which only every so
many half days."""


def remark(turn: Turn, mark: Mark, value: int) -> bool:
    """Do what a mark calls for that only accompanies the clock; whether it is such a one."""
    if mark in _SOUNDS:
        turn.cue(_SOUNDS[mark])
    elif mark is Mark.NUMBER:
        if not counting_along.count(turn, value):
            _counted(turn, value)
    elif mark not in _WORDS:
        return False
    elif mark is Mark.HALFWAY and not _halfway_for_once(turn):
        pass
    elif turn.words == SOUNDS:
        if mark is not Mark.BREATHE:
            turn.cue("tick")
    elif counting_along.quiet(turn):
        if mark is Mark.COUNTDOWN:
            turn.cue("tick")
    else:
        _WORDS[mark](turn, value)
    return True


def _countdown(turn: Turn, value: int) -> None:
    turn.remark(turn.replies.text("countdown", n=turn.replies.number(value)))


def _halfway_for_once(turn: Turn) -> bool:
    """Whether this is halfway for the first time: in a hold that was made longer, that moment comes twice."""
    span = turn.state.run.span
    if span is None or span.halved:
        return False
    turn.set_run(span=replace(span, halved=True))
    return True


def _halfway(turn: Turn, _: int) -> None:
    turn.remark(turn.replies.text("halfway"))


def _counted(turn: Turn, value: int) -> None:
    """Say the number of a repetition, with a word where half of them are done and where few are left."""
    span, number = turn.state.run.span, turn.replies.number
    if turn.words == SOUNDS:
        turn.cue("tick")
        return
    total = repetitions_in(span.length, turn.step) if span is not None else turn.step.repetitions
    roomy, text = turn.step.pace >= ROOM_FOR_WORDS, turn.replies.text
    if roomy and total >= HALFWAY_COUNT and 2 * value == total + total % 2:
        turn.remark(text("counted_halfway", n=number(value)))
    elif roomy and total >= LEFT_COUNT and total - value == LEFT:
        turn.remark(text("counted_left", n=number(value), left=number(LEFT)))
    else:
        turn.remark(text("counted", n=number(value)))


def _breathe(turn: Turn, _: int) -> None:
    if turn.stretch.breathe and _breathing_is_due(turn):
        turn.remark(turn.sided(turn.stretch.breathe, turn.step.side))


def _breathing_is_due(turn: Turn) -> bool:
    """Whether breathing is mentioned in this hold: now and then, and the less the better the stretch is known."""
    before = sum(step.kind in WORK for step in turn.steps[: turn.state.run.step])
    if before == 0 and turn.stretch.breathing and is_told(turn, turn.stretch, "breathing"):
        return False  # how to breathe was told right before this hold, or at its beginning
    times = times_done(turn, turn.stretch)
    if turn.words != "full" or times >= ONCE_FROM:
        return before == 0 and (times < SELDOM_FROM or times % SELDOM == 0)
    return before % BREATHE_EACH == 0


def _company(turn: Turn, value: int) -> None:
    if value == 1 and turn.stretch.breathe and _breathing_is_due(turn):
        _breathe(turn, value)
        return
    elapsed = turn.replies.duration(value * COMPANY_EVERY)
    turn.remark(turn.replies.text("held_for", time=elapsed) if value % 2 == 0 else turn.varied("keep_going"))


def _announce_round(turn: Turn, _: int) -> None:
    text, speech = round_to_come(turn), turn.state.speech
    if speech is not None and not turn.state.questioning:
        turn.say(text)  # it is said even if the time held is being told
    else:
        turn.remark(text)


def round_to_come(turn: Turn) -> str:
    """How many rounds are still to come, and what to do for the second one."""
    return f"{rounds_left(turn)} {once_more(turn)}".strip()


def rounds_left(turn: Turn) -> str:
    """How many rounds of the side are still to come, the current one among them."""
    step, replies = turn.step, turn.replies
    left = step.rounds - step.round + 1
    if left == 1:
        return replies.text("last_round")
    return replies.text("rounds_left", count=replies.number(left))


def told_at_once(turn: Turn) -> list[str]:
    """What is said of the round to come as soon as a rest begins that is too short to say it later."""
    step = turn.step
    return [sentence(round_to_come(turn))] if step.kind is Kind.REST and step.seconds < LONG_REST else []


_SOUNDS: Mapping[Mark, str] = {Mark.TICK: "tick", Mark.BEAT: "step"}

_WORDS: Mapping[Mark, Callable[[Turn, int], None]] = {
    Mark.COUNTDOWN: _countdown,
    Mark.HALFWAY: _halfway,
    Mark.BREATHE: _breathe,
    Mark.COMPANY: _company,
    Mark.ANNOUNCE: _announce_round,
}
