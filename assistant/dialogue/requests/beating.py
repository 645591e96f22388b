"""A soft beat for stretches that are done in steps or circles: on, off, slower and faster."""

from __future__ import annotations

from assistant.dialogue.content.bounds import BEATS
from assistant.dialogue.content.events import Heard
from assistant.dialogue.run.timeline import with_beat
from assistant.dialogue.state.preferences import BEAT, BEAT_PACE
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase

BEAT_STEP = 1.15
"""By what slower and faster multiply and divide the time from beat to beat: a seventh can be felt at once."""


def beat(turn: Turn, heard: Heard) -> None:
    """Give a beat from now on wherever a stretch has one, or no more."""
    wanted = heard.slots["on"] == "yes"
    turn.remember(BEAT, wanted)
    _renew(turn)
    if not wanted:
        turn.answer(turn.replies.text("beat_off"))
    elif turn.state.run.phase in RUNNING and turn.stretch.beat:
        turn.answer(turn.replies.text("beat_on"))
    else:
        names = [stretch.name for stretch in turn.routine.stretches if stretch.beat]
        replies = turn.replies
        turn.answer(replies.text("beat_on_in", names=replies.listing(names)) if names else replies.text("beat_none"))


def goes(turn: Turn) -> bool:
    """Whether a beat is going."""
    span = turn.state.run.span
    return turn.state.phase is Phase.EXERCISING and span is not None and span.beat > 0


def change(turn: Turn, *, slower: bool) -> None:
    """Give a slower or a faster beat, now and next time."""
    now, usual = turn.stretch.beat, turn.routine.stretches[turn.state.run.stretch].beat
    wanted = max(BEATS[0], min(BEATS[1], now * BEAT_STEP if slower else now / BEAT_STEP))
    if wanted == now:
        turn.answer(turn.replies.text("beat_slowest" if slower else "beat_fastest"))
        return
    turn.remember(BEAT_PACE, round(wanted / usual, 3))
    _renew(turn)
    turn.answer(turn.replies.text("beat_slower" if slower else "beat_faster"))


def _renew(turn: Turn) -> None:
    """Give the hold that is going on, or stands still, its new beat."""
    run = turn.state.run
    if run.phase not in RUNNING:
        return
    span, broken = (with_beat(each, turn.step) if each is not None else None for each in (run.span, run.broken))
    turn.set_run(span=span, broken=broken)
