"""What the person changes for good or for once: holds, pace, rate, volume and verbosity."""

from __future__ import annotations

import math
from dataclasses import replace

from assistant.dialogue.content.bounds import PACES
from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy, Stretch
from assistant.dialogue.content.steps import Kind, Step
from assistant.dialogue.requests import beating
from assistant.dialogue.requests.gently import all_of_it
from assistant.dialogue.requests.resting import add_to_pause, pause_seconds
from assistant.dialogue.run.navigation import resized
from assistant.dialogue.run.resume_point import work_from
from assistant.dialogue.state.preferences import DEFAULT_PACE, PACE, hold_key, own
from assistant.dialogue.state.run import Span, SpanKind, Then
from assistant.dialogue.state.turn import DEFAULT_RATE, DEFAULT_VOLUME, RATE, VOLUME, WORDS, Turn
from assistant.phases import RUNNING

HOLDS = (5.0, 300.0)
HOLD_STEP, HOLD_STEP_LONG, LONG_HOLD = 5.0, 10.0, 30.0
"""The range of a hold in seconds, and by how many "longer" and "shorter" change it: HOLD_STEP_LONG from LONG_HOLD
on."""

TO_END = 1.0
"""Seconds that are left at least of a hold that is made shorter while it is going on."""

COUNTS = (5, 60)
COUNT_STEP = 5
"""The range of repetitions, and how many "longer" and "shorter" add and take away."""

PACE_STEP = 0.5
"""Seconds that "count slower" adds to a repetition, within PACES."""

RATES = (100, 260)
RATE_STEP = 20
"""The range of words a minute in which instructions can be followed, and by how many "slower" and "faster" change the
rate: an eighth is noticeable."""

VOLUMES = (1, 10)


# How long a hold lasts


def set_hold(turn: Turn, heard: Heard) -> None:
    """Make holds longer or shorter, or as long as was said: of the current stretch, or of all that the clock ends."""
    run, routine = turn.state.run, turn.routine
    if float(heard.slots.get("seconds", HOLDS[0])) < HOLDS[0]:
        turn.answer(turn.replies.text("hold_least", time=turn.replies.exactly(HOLDS[0])))
        return
    if float(heard.slots.get("seconds", HOLDS[0])) > HOLDS[1]:
        turn.answer(turn.replies.text("hold_most", time=turn.replies.exactly(HOLDS[1])))
        return
    if "scope" in heard.slots:
        _set_all_holds(turn, heard)
        return
    if run.phase not in RUNNING:
        turn.answer(turn.replies.text("hold_idle"))
        return
    stretch = own(routine.stretches[run.stretch], turn.state.memory)
    if stretch.dose.ends_by is EndsBy.PERSON:
        turn.answer(turn.replies.text("hold_open"))
        return
    amount = _wanted(stretch, heard)
    if amount is None:
        turn.answer(turn.replies.text("hold_counted"))
        return
    turn.remember(hold_key(stretch.id), amount)
    all_of_it(turn, stretch.id)
    turn.set_plan(added=0.0)
    resize(turn)
    if stretch.dose.ends_by is EndsBy.COUNT:
        turn.answer(turn.replies.text("count_set", count=turn.replies.number(int(amount))))
    else:
        turn.answer(turn.replies.text("hold_set", time=turn.replies.exactly(amount)))


def _set_all_holds(turn: Turn, heard: Heard) -> None:
    for stretch in turn.routine.stretches:
        amount = _wanted(stretch, heard)
        if stretch.dose.ends_by is EndsBy.CLOCK and amount is not None:
            turn.remember(hold_key(stretch.id), amount)
            all_of_it(turn, stretch.id)
    resize(turn)
    seconds = _within(float(heard.slots["seconds"]), *HOLDS)
    turn.answer(turn.replies.text("hold_set_all", time=turn.replies.exactly(seconds)))


def _wanted(stretch: Stretch, heard: Heard) -> float | None:
    """The hold or count that is wanted; None for seconds if repetitions are counted."""
    dose, sign = stretch.dose, {"longer": 1, "shorter": -1}.get(heard.slots.get("change", ""), 0)
    amount = heard.slots.get("amount")
    times = _TIMES.get(heard.slots.get("change", ""))
    if times is not None:
        now, bounds = (dose.repetitions, COUNTS) if dose.ends_by is EndsBy.COUNT else (dose.hold, HOLDS)
        return _within(float(round(now * times)), *bounds)
    if dose.ends_by is EndsBy.COUNT:
        wanted = float(amount) if amount else dose.repetitions + sign * COUNT_STEP
        return _within(wanted, *COUNTS) if sign or amount else None
    if not sign:
        return _within(float(amount or heard.slots["seconds"]), *HOLDS)
    step = HOLD_STEP if dose.hold < LONG_HOLD or (sign < 0 and dose.hold == LONG_HOLD) else HOLD_STEP_LONG
    return _within(dose.hold + sign * step, *HOLDS)


_TIMES = {"double": 2.0, "half": 0.5}
"""By how much a hold or a count changes that is wanted twice or half as long."""


def _within(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def add_hold(turn: Turn, heard: Heard) -> None:
    """Add seconds to the rest or hold that is running, or else to the coming hold, or take them off; this once."""
    run = turn.state.run
    seconds = float(heard.slots["seconds"]) * (-1.0 if "change" in heard.slots else 1.0)
    if pause_seconds(turn):
        add_to_pause(turn, seconds)
        return
    if run.phase not in RUNNING or turn.state.run.then is Then.NEXT_STRETCH:
        turn.answer(turn.replies.text("hold_idle"))
        return
    ends_by = turn.stretch.dose.ends_by
    if ends_by is not EndsBy.CLOCK:
        turn.answer(turn.replies.text("hold_open" if ends_by is EndsBy.PERSON else "hold_counted"))
        return
    work = turn.steps[work_from(turn.steps, run.step)]
    elapsed = run.span.elapsed if run.span is not None and run.span.kind is SpanKind.HOLD else 0.0
    wanted = max(min(work.seconds + seconds, HOLDS[1]), HOLDS[0], math.ceil(elapsed + TO_END))
    more = wanted - work.seconds if seconds < 0 else max(0.0, wanted - work.seconds)
    turn.set_plan(added=run.plan.added + more)
    past_half = run.span is not None and run.span.kind is SpanKind.HOLD and 2 * run.span.elapsed >= run.span.length
    resize(turn)
    span = turn.state.run.span
    if past_half and span is not None:
        turn.set_run(span=replace(span, halved=True))  # it was halfway once
    turn.answer(turn.replies.text("hold_added", time=turn.replies.exactly(work.seconds + more)))


def resize(turn: Turn) -> None:
    """Give the span that is being counted, or stands still, its new length."""
    run = turn.state.run
    turn.set_run(span=_with_new_length(run.span, turn.step), broken=_with_new_length(run.broken, turn.step))


def _with_new_length(span: Span | None, step: Step) -> Span | None:
    if span is None or span.kind not in (SpanKind.HOLD, SpanKind.COUNT) or step.kind.value != span.kind.value:
        return span
    now = resized(span, step, elapsed=span.elapsed)
    if step.kind is not Kind.COUNT:
        return now
    # At its very beginning, a count has not said "one" yet; at another pace, the next number stays the same.
    return replace(now, mark=span.mark if span.pace != step.pace else min(span.mark, now.mark))


def pace(turn: Turn, heard: Heard) -> None:
    """Count slower or faster, from now on and wherever repetitions are counted; where a beat goes, change that."""
    slower = heard.slots["change"] == "slower"
    if beating.goes(turn):
        beating.change(turn, slower=slower)
        return
    paces = (own(each, turn.state.memory).dose.pace for each in turn.routine.stretches)
    now = next((each for each in paces if each), float(turn.state.memory.get(PACE, DEFAULT_PACE)))
    wanted = _within(now + (PACE_STEP if slower else -PACE_STEP), *PACES)
    if wanted == now or (wanted > now) is not slower:
        turn.answer(turn.replies.text("pace_slowest" if slower else "pace_fastest"))
        return
    turn.remember(PACE, wanted)
    resize(turn)
    turn.answer(turn.replies.text("pace_slower" if slower else "pace_faster"))


# How the guide speaks


def slower(turn: Turn) -> None:
    """Speak more slowly."""
    _change_rate(turn, -RATE_STEP)


def faster(turn: Turn) -> None:
    """Speak faster."""
    _change_rate(turn, RATE_STEP)


def _change_rate(turn: Turn, change: int) -> None:
    rate = int(turn.state.memory.get(RATE, DEFAULT_RATE))
    wanted = int(_within(rate + change, *RATES))
    if wanted == rate:
        turn.answer(turn.replies.text("slowest" if change < 0 else "fastest"))
        return
    turn.remember(RATE, wanted)
    turn.set_rate(wanted)
    turn.answer(turn.replies.text("slower" if change < 0 else "faster"))


def louder(turn: Turn) -> None:
    """Raise the volume."""
    _change_volume(turn, int(turn.state.memory.get(VOLUME, DEFAULT_VOLUME)) + 1)


def quieter(turn: Turn) -> None:
    """Lower the volume."""
    _change_volume(turn, int(turn.state.memory.get(VOLUME, DEFAULT_VOLUME)) - 1)


def volume(turn: Turn, heard: Heard) -> None:
    """Set the volume to the level that was said."""
    _change_volume(turn, int(heard.slots["level"]))


def _change_volume(turn: Turn, level: int) -> None:
    wanted = int(_within(level, *VOLUMES))
    turn.remember(VOLUME, wanted)
    turn.set_volume(wanted)
    if wanted != level:
        turn.answer(turn.replies.text("loudest" if level > wanted else "quietest"))
    else:
        turn.answer(turn.replies.text("volume", level=turn.replies.number(wanted)))


def quiet(turn: Turn, heard: Heard) -> None:
    """Say less: short, or only cues."""
    words = heard.slots.get("words", "short")
    turn.remember(WORDS, words)
    turn.answer(turn.replies.text(f"words_{words}"))


def talk(turn: Turn) -> None:
    """Say everything again."""
    turn.remember(WORDS, "full")
    turn.answer(turn.replies.text("words_full"))
