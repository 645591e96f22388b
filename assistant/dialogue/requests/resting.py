"""How long the rests between rounds and the changeovers are, and whether a stretch begins by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import Stretch
from assistant.dialogue.content.steps import Kind
from assistant.dialogue.run.getting_ready import wait_anew
from assistant.dialogue.run.pausing import pause
from assistant.dialogue.run.timeline import marks_of, next_mark
from assistant.dialogue.state.preferences import AUTO_START, CHANGE, LEAST_CHANGE, REST, only_key, own
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase

LONGEST = 120.0
REST_STEP, SHORT_REST_STEP, SHORT_REST = 5.0, 2.0, 8.0
"""The most seconds of a rest or changeover, and by how many a longer or shorter one differs: SHORT_REST_STEP less for
one up to SHORT_REST."""

TO_GO_ON = 4.0
"""Seconds that are left of a running rest at least: nobody is in position at once."""


@dataclass(frozen=True)
class _Wish:
    """What is to be longer or shorter: REST or CHANGE, of one stretch, or of all where there is none."""

    kind: str
    stretch: Stretch | None

    def among(self, turn: Turn) -> tuple[Stretch, ...]:
        """The stretches concerned that have rests, or changeovers."""
        asked = (self.stretch,) if self.stretch else turn.routine.stretches
        return tuple(each for each in asked if self.kind in _kinds(each))

    def seconds(self, stretch: Stretch, memory: Mapping[str, Any]) -> float:
        """How long it is in a stretch, for somebody of whom this is remembered."""
        mine = own(stretch, memory)
        return mine.dose.rest if self.kind == REST else mine.change_takes


def _kinds(stretch: Stretch) -> tuple[str, ...]:
    """What a stretch has between its pieces of work, what comes oftener first."""
    rests = (REST,) if stretch.dose.rounds > 1 else ()
    return (*rests, CHANGE) if len(stretch.dose.sides) > 1 else rests


def _wish(turn: Turn, heard: Heard) -> _Wish:
    """What is meant: in a run the current stretch, unless all are named; where it has no rests, its changeover."""
    run = turn.state.run
    here = turn.routine.stretches[run.stretch] if run.phase in RUNNING and "scope" not in heard.slots else None
    changing = here is not None and turn.step.kind is Kind.CHANGE
    kind = CHANGE if changing or heard.slots.get("what") == "change" else REST
    if here is not None and kind not in _kinds(here):
        kind = heard.slots.get("what") or next(iter(_kinds(here)), kind)
    return _Wish(kind, here if here is not None and kind in _kinds(here) else None)


def set_rest(turn: Turn, heard: Heard) -> None:
    """Rest, or change feet, for as long as was said, now and next time."""
    wish, seconds, before = _wish(turn, heard), float(heard.slots["seconds"]), pause_seconds(turn)
    if seconds > LONGEST:
        turn.answer(turn.replies.text("rest_too_long", time=turn.replies.exactly(LONGEST)))
        return
    if wish.stretch is not None:
        turn.remember(only_key(wish.kind, wish.stretch.id), seconds)
        seconds = wish.seconds(wish.stretch, turn.state.memory)
    else:
        for key in [key for key in turn.state.memory if key.startswith(f"{wish.kind}:")]:
            turn.remember(key, None)
        turn.remember(wish.kind, seconds)
        seconds = max(seconds, LEAST_CHANGE if wish.kind == CHANGE else 0.0)
    resize_pause(turn, before)
    _tell_seconds(turn, wish, seconds)


def more_rest(turn: Turn, heard: Heard) -> None:
    """Longer rests or changeovers, now and next time."""
    _change(turn, _wish(turn, heard), 1)


def less_rest(turn: Turn, heard: Heard) -> None:
    """Shorter rests or changeovers, now and next time."""
    _change(turn, _wish(turn, heard), -1)


def _change(turn: Turn, wish: _Wish, sign: int) -> None:
    """Make each of what is meant longer or shorter by itself: a long rest stays longer than a short one."""
    before, changed = pause_seconds(turn), False
    for stretch in wish.among(turn):
        key, now = only_key(wish.kind, stretch.id), wish.seconds(stretch, turn.state.memory)
        wanted = _other(now, sign)
        if wish.seconds(stretch, {**turn.state.memory, key: wanted}) != now:
            turn.remember(key, wanted)
            changed = True
    resize_pause(turn, before)
    if not changed:
        turn.answer(turn.replies.text(f"{wish.kind}_{'most' if sign > 0 else 'least'}"))
    elif wish.stretch is not None:
        _tell_seconds(turn, wish, wish.seconds(wish.stretch, turn.state.memory))
    else:
        turn.answer(turn.replies.text(f"{wish.kind}_{'longer' if sign > 0 else 'shorter'}"))


def _other(now: float, sign: int) -> float:
    """The seconds of a longer rest than this one, or of a shorter one."""
    step = SHORT_REST_STEP if sign < 0 and now <= SHORT_REST else REST_STEP
    return max(0.0, min(LONGEST, now + sign * step))


def _tell_seconds(turn: Turn, wish: _Wish, seconds: float) -> None:
    replies, here = turn.replies, wish.stretch
    fields: dict[str, object] = {"time": replies.exactly(seconds)} if seconds else {}
    reply = f"{wish.kind}_{'set' if seconds else 'none'}"
    turn.answer(replies.text(f"{reply}_here", name=here.name, **fields) if here else replies.text(reply, **fields))


def pause_seconds(turn: Turn) -> float:
    """How long the rest or changeover lasts that is running, or stands still; 0 if there is none."""
    span = turn.state.run.span
    return turn.step.seconds if span is not None and span.kind in (SpanKind.REST, SpanKind.CHANGE) else 0.0


def resize_pause(turn: Turn, before: float) -> None:
    """Give a rest or changeover that is running, or stands still, the length that it has now.

    `before`: its seconds before that changed. Part of a changeover may be over before its clock began.
    """
    span, now = turn.state.run.span, pause_seconds(turn)
    if span is None or now == before:
        return
    wanted = now if span.kind is SpanKind.REST else span.length + now - before
    resized = replace(span, length=max(wanted, span.elapsed + TO_GO_ON))
    mark = next_mark(marks_of(resized, turn.step, turn.state.run.unanswered), span.elapsed)
    turn.set_run(span=replace(resized, mark=mark))


def add_to_pause(turn: Turn, seconds: float) -> None:
    """Make the rest or changeover that is running longer by so many seconds, or shorter, this once."""
    span = turn.state.run.span
    if span is None:
        return
    length = max(min(span.length + seconds, LONGEST), span.elapsed + TO_GO_ON)
    resized = replace(span, length=length)
    mark = next_mark(marks_of(resized, turn.step, turn.state.run.unanswered), span.elapsed)
    turn.set_run(span=replace(resized, mark=mark))
    turn.answer(turn.replies.text("left_rest", time=turn.replies.duration(length - span.elapsed)))


def auto_start(turn: Turn, heard: Heard) -> None:
    """Begin each stretch by itself, a while after telling, or wait for "ready" without end; now and next time."""
    counting_in = turn.state.phase is Phase.GETTING_READY and turn.state.run.leads_in
    if "said" in heard.slots and (counting_in or turn.state.phase in (Phase.EXERCISING, Phase.RESTING)):
        pause(turn)  # "wait for me" there is for this once
        return
    by_itself = heard.slots["on"] == "yes"
    turn.remember(AUTO_START, by_itself)
    wait_anew(turn)
    turn.answer(turn.replies.text("auto_start_on" if by_itself else "auto_start_off"))
