"""A snapshot of a state for display: words and numbers. Nothing here knows of a screen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.dialogue.content.steps import Step, counted, repetitions_in
from assistant.dialogue.requests.expectations import answers
from assistant.dialogue.requests.suggestions import fitting, worded
from assistant.dialogue.run.estimate import getting_ready, seconds_after, seconds_of, seconds_of_all
from assistant.dialogue.state.preferences import steps_now
from assistant.dialogue.state.run import Span, SpanKind
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import Book, sentence
from assistant.phases import RUNNING, Phase


@dataclass(frozen=True)
class Snapshot:
    """The guide's state, ready to be shown.

    title: the stretch, or the routine where none is being done; number: which of `total` it is, 0 where there is none.
    side, round: in words, empty where the stretch has none. clock: what is being counted, the seconds left ("24",
    "1:30"), the seconds so far of an open-ended hold ("0:07") or the repetition of all ("3/20"). ending: the last three
    seconds. done: the share of the routine, 0 to 1; left: what is left of it, in words. says: what can be said now.
    """

    phase: Phase
    title: str
    number: int = 0
    total: int = 0
    side: str = ""
    round: str = ""
    clock: str = ""
    ending: bool = False
    done: float = 0.0
    left: str = ""
    says: tuple[str, ...] = ()


ENDING = 3.0
"""Seconds before an end that are counted down aloud."""


def snapshot(state: State, book: Book, texts: Mapping[str, str], name: str | None = None) -> Snapshot:
    """The snapshot of a state. `texts` has the wordings of intents, `name` is the wake word."""
    replies, routine = book.replies, book.routine_of(state)
    says = worded(fitting(state, routine), texts, name, answers(state))
    run = state.run
    if run.phase not in RUNNING:
        share = len(run.done) / len(routine.stretches) if state.phase is Phase.FINISHED else 0.0
        whole = replies.text("about", time=replies.duration(seconds_of_all(book, state, routine)))
        return Snapshot(state.phase, sentence(routine.name), done=share, left=sentence(whole), says=says)
    stretch = routine.stretches[run.stretch]
    steps = steps_now(state, routine)
    step = steps[run.step]
    side = replies.text("where_side", side=replies.text(step.side)) if step.side else ""
    rounds = ""
    if step.rounds > 1:
        rounds = replies.text("where_round", round=replies.number(step.round), rounds=replies.number(step.rounds))
    span = run.span or run.broken
    left, whole_seconds = _seconds(state, book, steps, span)
    return Snapshot(
        phase=state.phase,
        title=sentence(stretch.name),
        number=run.stretch + 1,
        total=len(routine.stretches),
        side=side,
        round=rounds,
        clock=clock(span, step) if span is not None else "",
        ending=span is not None and span.kind is not SpanKind.OPEN and 0 < span.remaining <= ENDING,
        done=1.0 - min(1.0, left / whole_seconds) if whole_seconds else 0.0,
        left=sentence(replies.text("about", time=replies.duration(left))),
        says=says,
    )


def _seconds(state: State, book: Book, steps: tuple[Step, ...], span: Span | None) -> tuple[float, float]:
    """Estimated seconds left of the run, and of all of it."""
    run, routine = state.run, book.routine_of(state)
    stretch = routine.stretches[run.stretch]
    here = getting_ready(book, state, routine, stretch) + seconds_of(state, stretch, steps)
    later = seconds_of(state, stretch, steps[run.step + 1 :]) + (span.remaining if span else 0.0)
    left = here if run.phase is Phase.GETTING_READY else later
    if run.only:
        return left, here
    return left + seconds_after(book, state, routine, run.stretch), seconds_after(book, state, routine, -1)


def clock(span: Span, step: Step) -> str:
    """What is being counted, written as on a clock."""
    if span.kind in (SpanKind.OPEN, SpanKind.WAIT):
        return minutes(int(span.elapsed))
    if span.kind is SpanKind.COUNT:
        return f"{counted(step, span.elapsed)}/{repetitions_in(span.length, step)}"
    left = math.ceil(span.remaining)
    return str(left) if left < 60 else minutes(left)


def minutes(seconds: int) -> str:
    """Minutes and seconds: 0:07."""
    return f"{seconds // 60}:{seconds % 60:02}"
