"""Leading through stretches: announcing, lead-in, work, rest, changeover, and what comes after."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum

from assistant.core.plan import WORK, Kind, Step
from assistant.core.state import Asked, Phase, Span, SpanKind, State, Then
from assistant.core.turn import Turn

LEAD_IN = 3.0
"""Seconds of "three, two, one"."""

HALFWAY_FROM = 20.0
"""Seconds: in shorter holds "halfway" would crowd the countdown."""

COUNTDOWN_FROM = 8.0
"""Seconds: in shorter holds and rests a countdown would be all that is heard."""

COMPANY_EVERY = 15.0
"""Seconds between the few words said during an open-ended hold."""

OPEN_LIMIT = 60.0
OPEN_LIMIT_UNANSWERED = 20.0
OPEN_LONGEST = 600.0
"""Seconds after which an open-ended hold asks whether it still goes on, each time anew; once nobody answered, the next
holds of the run end by themselves and sooner, as a person who can't be heard is waiting for the end. Nobody grips a
pencil with the toes for ten minutes."""

ANNOUNCE_BEFORE = 6.5
ANNOUNCE_AFTER = 2.0
"""Seconds before the end of a rest at which the next round is named (it and the countdown fit in), and seconds after
the beginning of a rest that is too short for a countdown."""


class Mark(str, Enum):
    """What happens at a moment of a span."""

    START_ANYWAY = "start_anyway"
    COUNTDOWN = "countdown"
    NUMBER = "number"
    HALFWAY = "halfway"
    COMPANY = "company"
    ASK = "ask"
    ANNOUNCE = "announce"
    BEGIN = "begin"
    OVER = "over"


Marks = tuple[tuple[float, Mark, int], ...]


def marks_of(span: Span, step: Step, unanswered: bool) -> Marks:
    """What happens in a span and when: (seconds from its beginning, what, a number to say), in order of time."""
    length = span.length
    countdown: Marks = tuple((length - n, Mark.COUNTDOWN, n) for n in (3, 2, 1))
    if span.kind is SpanKind.READY:
        return ((length, Mark.START_ANYWAY, 0),)
    if span.kind is SpanKind.LEAD_IN:
        return (*countdown, (length, Mark.BEGIN, 0))
    if span.kind is SpanKind.HOLD:
        halfway: Marks = ((length / 2, Mark.HALFWAY, 0),) if length >= HALFWAY_FROM else ()
        return (*halfway, *(countdown if length >= COUNTDOWN_FROM else ()), (length, Mark.OVER, 0))
    if span.kind is SpanKind.COUNT:
        numbers: Marks = tuple((n * step.pace, Mark.NUMBER, n + 1) for n in range(step.repetitions))
        return (*numbers, (length, Mark.OVER, 0))
    if span.kind is SpanKind.OPEN:
        return _open_marks(unanswered)
    return _rest_marks(span, countdown)


def _open_marks(unanswered: bool) -> Marks:
    if unanswered:
        return ((COMPANY_EVERY, Mark.COMPANY, 1), (OPEN_LIMIT_UNANSWERED, Mark.OVER, 0))
    marks: list[tuple[float, Mark, int]] = []
    for n in range(1, int(OPEN_LONGEST / COMPANY_EVERY)):
        at = n * COMPANY_EVERY
        marks.append((at, Mark.ASK if at % OPEN_LIMIT == 0 else Mark.COMPANY, n))
    return (*marks, (OPEN_LONGEST, Mark.OVER, 0))


def _rest_marks(span: Span, countdown: Marks) -> Marks:
    announce: Marks = ()
    if span.kind is SpanKind.REST:
        at = max(1.5, span.length - ANNOUNCE_BEFORE) if span.length >= COUNTDOWN_FROM else ANNOUNCE_AFTER
        announce = ((at, Mark.ANNOUNCE, 0),) if at < span.length else ()
    return (*announce, *(countdown if span.length >= COUNTDOWN_FROM else ()), (span.length, Mark.BEGIN, 0))


def seconds_to_mark(turn: Turn) -> float:
    """Seconds until something happens in the current span; infinity where no clock runs."""
    state = turn.state
    if not state.clock_runs or state.span is None:
        return math.inf
    marks = marks_of(state.span, turn.step, state.unanswered)
    # A mark that is already behind (a span that was set to go on) is due now.
    return max(0.0, marks[state.span.mark][0] - state.span.elapsed)


def pass_mark(turn: Turn, mark: Mark, value: int) -> None:
    """Do what a moment of the current span asks for."""
    replies = turn.replies
    if mark in (Mark.COUNTDOWN, Mark.NUMBER):
        turn.remark(replies.number(value) + ".")
    elif mark is Mark.HALFWAY:
        turn.remark(replies.text("halfway"))
    elif mark is Mark.COMPANY:
        elapsed = replies.duration(value * COMPANY_EVERY)
        turn.remark(replies.text("held_for", time=elapsed) if value % 2 == 0 else replies.text("keep_going"))
    elif mark is Mark.ANNOUNCE:
        _announce_round(turn)
    elif mark is Mark.BEGIN:
        begin_work(turn)
    elif mark is Mark.OVER:
        if turn.step.kind is Kind.OPEN:
            open_over(turn)
        else:
            work_over(turn)
    elif mark is Mark.START_ANYWAY:
        begin_lead_in(turn, asked_for=False)
    elif mark is Mark.ASK:
        ask(turn, Asked.STILL_HOLDING, replies.text("still_holding"))


def come_to(turn: Turn, then: Then) -> None:
    """Go on now that everything has been said."""
    turn.set(then=Then.NOTHING)
    if then is Then.AWAIT_READY:
        turn.set(span=Span(SpanKind.READY, turn.book.ready_seconds))
    elif then is Then.LEAD_IN:
        turn.set(span=Span(SpanKind.LEAD_IN, LEAD_IN))
    elif then is Then.CHANGE:
        turn.set(span=Span(SpanKind.CHANGE, turn.step.seconds))
    elif then is Then.NEXT_STRETCH:
        announce(turn, turn.state.stretch + 1)
    elif then is Then.QUIT:
        turn.quit()


def talk_on(turn: Turn) -> None:
    """Say what comes next; go on where everything has been said."""
    turn.speak_next()
    if turn.state.speech is None and turn.state.then is not Then.NOTHING:
        come_to(turn, turn.state.then)


def announce(turn: Turn, index: int) -> None:
    """Name a stretch, say what it needs, how to sit, stand or lie, and how it goes; then wait for "ready"."""
    stretch = turn.book.routine.stretches[index]
    replies = turn.replies
    turn.set(
        phase=Phase.GETTING_READY, stretch=index, step=0, span=None, broken=None, saved=None, asked=None, waited=0.0
    )
    turn.remember("unfinished", {"date": turn.state.today, "stretch": stretch.id})
    lines = [replies.text("intro", number=replies.number(index + 1), name=stretch.name)]
    if not (turn.state.memory.get("safety_told") or turn.state.safety_begun):
        turn.set(safety_begun=True)
        lines.insert(0, turn.book.routine.safety)
    needed = [thing.say for thing in stretch.needs if not thing.optional]
    useful = [thing.say for thing in stretch.needs if thing.optional]
    if needed:
        lines.append(replies.text("needs_this", things=replies.listing(needed)))
    if useful:
        lines.append(replies.text("needs_maybe", things=replies.listing(useful)))
    turn.say_then(Then.AWAIT_READY, *lines, *stretch.position, *stretch.how, replies.text("say_ready"))


def begin_lead_in(turn: Turn, *, asked_for: bool = True) -> None:
    """Name the side, then count down to the work."""
    reply = "starting" if asked_for else "starting_anyway"
    side = turn.step.side
    text = turn.replies.text(f"{reply}_side", side=turn.replies.text(side)) if side else turn.replies.text(reply)
    turn.set(span=None)
    turn.say_then(Then.LEAD_IN, text)


def skip_to_work(turn: Turn) -> None:
    """Leave a rest or changeover early: a lead-in, then the work that it comes before."""
    turn.set(step=_next_work(turn), broken=None, span=None, phase=Phase.RESTING)
    begin_lead_in(turn)


def _next_work(turn: Turn) -> int:
    return next(place for place in range(turn.state.step, len(turn.steps)) if turn.steps[place].kind in WORK)


def begin_work(turn: Turn) -> None:
    """Sound the start and let the clock count the work, or what was left of it."""
    place = _next_work(turn)
    step = turn.steps[place]
    span = turn.state.broken
    if span is None or span.kind is SpanKind.OPEN:
        # A hold as long as one can is another hold once it was broken off.
        span = Span(SpanKind(step.kind.value), step.seconds)
    turn.set(phase=Phase.EXERCISING, step=place, span=span, broken=None, then=Then.NOTHING)
    turn.cue("start")


def work_over(turn: Turn) -> None:
    """Sound the end of the work and go on to the rest, the changeover or the end of the stretch."""
    place = turn.state.step + 1
    if place >= len(turn.steps):
        stretch_over(turn)
        return
    step = turn.steps[place]
    turn.set(phase=Phase.RESTING, step=place, broken=None)
    if step.kind is Kind.CHANGE:
        change_sides(turn)
        return
    turn.cue("rest")
    turn.set(span=Span(SpanKind.REST, step.seconds))
    turn.say(turn.replies.text("relax"))


def change_sides(turn: Turn) -> None:
    """Ask for the other side; the time for it counts from when it was asked for."""
    turn.cue("change")
    turn.set(phase=Phase.RESTING, span=None, broken=None, then=Then.CHANGE)
    turn.say(turn.replies.text("change", side=turn.replies.text(turn.step.side)))


def open_over(turn: Turn) -> None:
    """End an open-ended hold: tell how long it was, and keep the best."""
    span = turn.state.span
    held = span.elapsed if span else 0.0
    key = f"best:{turn.stretch.id}"
    best = turn.state.memory.get(key)
    turn.hush()
    time = turn.replies.duration(held)
    if best is not None and held > best:
        turn.say(turn.replies.text("open_best", time=time))
    else:
        turn.say(turn.replies.text("open_done", time=time))
    if best is None or held > best:
        turn.remember(key, round(held, 1))
    work_over(turn)


def _announce_round(turn: Turn) -> None:
    step, replies = turn.step, turn.replies
    if step.round == step.rounds:
        number = replies.text("last_round")
    else:
        number = replies.text("round", round=replies.number(step.round), rounds=replies.number(step.rounds))
    turn.remark(f"{number} {turn.stretch.again}")


def stretch_over(turn: Turn) -> None:
    """Sound the end of the stretch, and go on to the next one or finish."""
    turn.set(done=turn.state.done | {turn.stretch.id}, phase=Phase.RESTING, span=None, broken=None)
    if turn.state.only or turn.state.stretch + 1 >= len(turn.book.routine.stretches):
        finish(turn, "complete")
        return
    turn.cue("end")
    turn.set(then=Then.NEXT_STRETCH)
    turn.say(turn.replies.text("stretch_done", name=turn.stretch.name))


def finish(turn: Turn, why: str) -> None:
    """End the run with a sound and a word."""
    if why == "complete":
        reply = turn.replies.text("finished_one", name=turn.stretch.name) if turn.state.only else ""
        text = reply or turn.replies.text("finished")
        turn.remember("unfinished", None)
    else:
        text = turn.replies.text("stopped_no_answer" if why == "no answer" else "stopped")
    turn.cue("finish")
    turn.set(phase=Phase.FINISHED, span=None, broken=None, saved=None, asked=None, only=False)
    turn.finished(why)
    turn.set(then=Then.NOTHING)
    if why != "complete":
        turn.hush()
    turn.say(text)


def ask(turn: Turn, asked: Asked, text: str) -> None:
    """Ask a question and wait; the run stands still meanwhile."""
    turn.set(saved=standing_still(turn.state))
    turn.set(phase=Phase.ASKING, asked=asked, waited=0.0, reminded=0)
    turn.say_then(Then.NOTHING, text)


def standing_still(state: State) -> State:
    """The run to go back to: from within a pause or a question, the one that it interrupted."""
    if state.paused_or_asking and state.saved is not None:
        return state.saved
    return replace(state, saved=None)


def pause(turn: Turn) -> None:
    """Let the run, or a question asked within it, stand still until the person says so; the talk breaks off."""
    turn.set(saved=standing_still(turn.state))
    turn.hush()
    turn.set(phase=Phase.PAUSED, asked=None, then=Then.NOTHING, waited=0.0, reminded=0)


def go_back(turn: Turn) -> None:
    """Return from a pause or a question to where the run stood, with what was left to say; nothing is counted yet."""
    saved = turn.state.saved
    if saved is None:
        turn.set(phase=Phase.IDLE, asked=None, then=Then.NOTHING)
        return
    turn.hush()
    where = {name: getattr(saved, name) for name in ("phase", "stretch", "step", "only", "span", "broken", "then")}
    turn.set(**where, saved=None, asked=None, waited=0.0)
    if saved.then is not Then.NOTHING:
        lines = (saved.speech.text, *saved.queue) if saved.speech else saved.queue
        turn.say(*lines)


def keep_holding(turn: Turn) -> None:
    """Return to an open-ended hold that was asked about: it went on all the while."""
    saved = turn.state.saved
    asked_at = saved.now if saved else turn.state.now
    go_back(turn)
    span = turn.state.span
    if span is None:
        return
    elapsed = span.elapsed + turn.state.now - asked_at
    marks = marks_of(span, turn.step, turn.state.unanswered)
    mark = next((place for place, (at, _, _) in enumerate(marks) if at > elapsed), len(marks) - 1)
    turn.set(span=replace(span, elapsed=elapsed, mark=mark))


def go_on(turn: Turn) -> None:
    """Return to the run and let it go on: broken-off work gets a fresh lead-in and the time that was left."""
    go_back(turn)
    span = turn.state.span
    if span is not None and turn.state.phase is Phase.EXERCISING:
        turn.set(phase=Phase.RESTING, broken=span, span=None)
        turn.say_then(Then.LEAD_IN, turn.replies.text("resuming"))
    elif span is not None and span.kind is SpanKind.LEAD_IN:
        turn.set(span=Span(SpanKind.LEAD_IN, LEAD_IN))
