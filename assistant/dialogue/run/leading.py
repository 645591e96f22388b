"""Leading through stretches: announcement, lead-in, work, rest, changeover, and what comes after."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.routine import ClockFrom, EndsBy
from assistant.dialogue.content.steps import WORK, Blocks, Kind
from assistant.dialogue.run import counting_along, praise, reminders
from assistant.dialogue.run.estimate import begin_getting_ready, keep_times, note_hold, note_ready
from assistant.dialogue.run.getting_ready import announce_start, change_seconds, lead_in_text, ready_span, wait_on
from assistant.dialogue.run.instructions import (
    at_the_end,
    change_line,
    instructions,
    left_out_before,
    safety,
    tell_in_hold,
    things_for_all,
    to_change,
    to_get_out,
    way_out,
)
from assistant.dialogue.run.last_words import last_words
from assistant.dialogue.run.numbers import ask_for_number, settle_pain, to_ask_for
from assistant.dialogue.run.pausing import ask
from assistant.dialogue.run.remarks import remark, rounds_left, told_at_once
from assistant.dialogue.run.resume_point import UNFINISHED, forget_place, keep_place, work_from
from assistant.dialogue.run.sides import set_blocks
from assistant.dialogue.run.timeline import WAIT_LIMIT, Mark, with_beat
from assistant.dialogue.state.preferences import hurt_key, index_after, planned
from assistant.dialogue.state.run import Span, SpanKind, Then, Until
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import SOUNDS, Turn, sentence
from assistant.phases import Phase

WORTH_KEEPING = 1.0
"""Seconds below which a hold was a slip, and is not kept in the history."""

HALFWAY_AFTER = 6.0
"""Least seconds from taking up a hold again to a "halfway": sooner, it is heard as a mistake."""

_WORK = frozenset(kind.value for kind in WORK)
"""The kinds of work, as span kinds."""


def pass_mark(turn: Turn, mark: Mark, value: int) -> None:
    """Do what a mark of the current span calls for."""
    if remark(turn, mark, value):
        return
    if mark is Mark.BEGIN:
        begin_work(turn)
    elif mark is Mark.OVER:
        if turn.step.kind is Kind.OPEN:
            open_over(turn, by_person=False)
        else:
            work_over(turn)
    elif mark is Mark.START_ANYWAY:
        if not wait_on(turn):
            begin_lead_in(turn)
    elif mark is Mark.STARTS_SOON:
        turn.cue("tick") if turn.words == SOUNDS else announce_start(turn)
    elif mark is Mark.STILL_WAITING:
        # Where it begins by itself soon, "no rush" would not be true.
        asked = turn.state.run.span is not None and turn.state.run.span.until is Until.ASKED
        turn.say(turn.replies.text("nearly_set" if asked else "still_waiting"))
    elif mark is Mark.GIVE_UP:
        finish(turn, "no answer")
    elif not counting_along.quiet(turn):
        ask(turn, Asked.STILL_HOLDING, turn.replies.text("still_holding"))


def await_answer(turn: Turn, span: Span) -> bool:
    """Stop the clock before the lead-in for an answer that is still being said; whether it was stopped.

    The answer must not drown out the round's number and the countdown; a countdown that has begun continues after it.
    Nor does a lead-in cut off what is being told before it.
    """
    speech = turn.state.speech
    in_the_way = speech is not None and (speech.aside or span.kind is SpanKind.READY)
    if not in_the_way or span.kind.value in _WORK:
        return False
    turn.set_talk(held=True)
    return True


def come_to(turn: Turn, then: Then) -> None:
    """Continue now that everything has been said."""
    turn.set_run(then=Then.NOTHING)
    if then is Then.AWAIT_READY:
        turn.set_run(span=ready_span(turn))
    elif then is Then.WAIT:
        turn.set_run(span=Span(SpanKind.WAIT, WAIT_LIMIT))
    elif then is Then.LEAD_IN:
        turn.set_run(span=Span(SpanKind.LEAD_IN, turn.stretch.lead_in))
    elif then is Then.CHANGE:
        turn.set_run(span=Span(SpanKind.CHANGE, change_seconds(turn)))
    elif then is Then.NEXT_STRETCH:
        if not ask_for_number(turn):
            next_stretch(turn)
    elif then is Then.QUIT:
        turn.quit()


def talk_on(turn: Turn) -> None:
    """Say what comes next; continue if everything has been said."""
    turn.speak_next()
    if turn.state.speech is None and turn.state.then is not Then.NOTHING:
        come_to(turn, turn.state.then)


def next_stretch(turn: Turn) -> None:
    """Announce the next stretch that is not left out; after the last one, the run is over."""
    index = index_after(turn.state, turn.routine, turn.state.run.stretch)
    if index is not None and not turn.state.run.only:
        announce(turn, index)
    else:
        finish(turn, "complete" if turn.stretch.id in turn.state.run.done else "stopped")


def announce(
    turn: Turn,
    index: int,
    *,
    step: int = 0,
    broken: Span | None = None,
    whole: bool = False,
    blocks: Blocks | None = None,
) -> None:
    """Name a stretch, say what it needs and the position, and while the person gets there how it goes; then wait.

    It begins at a step, with what is left of interrupted work; its sides and rounds are those of `blocks`, else as
    usual. If the `whole` routine begins, all its needs are told.
    """
    leave_work(turn)
    begin_getting_ready(turn)
    turn.hush()
    stretch = turn.routine.stretches[index]
    turn.set_plan(skip=turn.state.run.plan.skip - {stretch.id}, added=0.0)
    set_blocks(turn, stretch, blocks or planned(turn.state, stretch))
    turn.set(halt=None)
    turn.set_run(phase=Phase.GETTING_READY, stretch=index, step=step, span=None, broken=broken, worked=0.0)
    turn.set_run(moving_since=None, clock_waits=stretch.clock_from is not ClockFrom.READY)
    lines = [*safety(turn), *(praise.for_coming_back(turn) if whole else ())]
    lines += [*(things_for_all(turn, turn.routine, index) if whole else ()), *left_out_before(turn, index)]
    lines += instructions(turn, index, step)
    if turn.state.memory.get(hurt_key(stretch.id)) and stretch.id not in turn.state.hurt_here:
        turn.set_run(then=Then.AWAIT_READY)
        turn.set_talk(queue=tuple(lines))
        reply = "ask_hurt_now" if stretch.id in turn.state.run.hurt else "ask_hurt_before"
        question = turn.replies.text(reply, name=stretch.name)
        ask(turn, Asked.HURT_BEFORE, question, way_out(turn, stretch))
        return
    turn.say_then(Then.AWAIT_READY, *way_out(turn, stretch), *lines)


def begin_lead_in(turn: Turn, *first: str) -> None:
    """Name the side, and the round unless it is the first, then count down to the work; say `first` what is lacking."""
    texts = () if turn.words == SOUNDS else (*first, lead_in_text(turn))
    turn.say_then(Then.LEAD_IN, *way_out(turn, turn.stretch), *texts)
    turn.set_run(span=None)
    _in_position(turn)


def _in_position(turn: Turn) -> None:
    """From now on, a person who leaves the stretch is told how to get out of it."""
    turn.set_run(getting_out=tuple(to_get_out(turn)), out_of=turn.stretch.id)


def skip_to_work(turn: Turn) -> None:
    """End a rest or changeover early: a lead-in, then the work that follows."""
    turn.set_run(step=work_from(turn.steps, turn.state.run.step), broken=None, span=None, phase=Phase.RESTING)
    begin_lead_in(turn)


def begin_work(turn: Turn) -> None:
    """Play the start cue and let the clock count the work, or what is left of it."""
    index = work_from(turn.steps, turn.state.run.step)
    step = turn.steps[index]
    span = turn.state.run.broken
    if span is None or span.kind is SpanKind.OPEN:
        # After an interruption, an open-ended hold starts over.
        span = Span(SpanKind(step.kind.value), step.seconds, pace=step.pace)
    if span.elapsed and span.length / 2 - span.elapsed < HALFWAY_AFTER:
        span = replace(span, halved=True)
    span = with_beat(span, step)
    note_ready(turn)
    turn.set_run(phase=Phase.EXERCISING, step=index, span=span, broken=None, then=Then.NOTHING, aloud=None)
    _in_position(turn)
    turn.cue("start")
    if index == 0 and not span.elapsed:
        tell_in_hold(turn)


def leave_work(turn: Turn) -> None:
    """Record the current piece of work and end its clock; where hardly anything was done yet, nothing changes."""
    run = turn.state.run
    span = run.broken or run.span
    if span is None or span.kind.value not in _WORK or span.elapsed < WORTH_KEEPING:
        return
    step, seconds = turn.step, round(span.elapsed, 1)
    turn.record("hold", stretch=turn.stretch.id, round=step.round, side=step.side, seconds=seconds)
    turn.set_run(worked=run.worked + seconds, span=None, broken=None)
    turn.set_plan(added=0.0)
    if span.kind is SpanKind.OPEN:
        note_hold(turn, seconds)


def work_over(turn: Turn, *held: str) -> None:
    """Play the end cue and go on to the rest, the changeover or the end of the stretch.

    If the person ended it, the time it was `held` is told first.
    """
    leave_work(turn)
    index = turn.state.run.step + 1
    if index >= len(turn.steps):
        stretch_over(turn, *held)
        return
    step = turn.steps[index]
    turn.set_run(phase=Phase.RESTING, step=index, broken=None)
    if step.kind is Kind.REST and not step.seconds:
        turn.set_run(span=None)
        begin_work(turn)
        turn.remark(rounds_left(turn))
        return
    if step.kind is Kind.CHANGE:
        change_sides(turn, *held)
        return
    turn.cue("rest")
    turn.set_run(span=Span(SpanKind.REST, step.seconds))
    words = " ".join([*_relax(turn, "relax"), *told_at_once(turn)])
    turn.lead(*held, *([words] if words else []))


def _relax(turn: Turn, reply: str) -> list[str]:
    """The word for letting go; none if the person has let go already."""
    return [] if turn.stretch.dose.ends_by is EndsBy.PERSON else [turn.varied(reply)]


def change_sides(turn: Turn, *held: str) -> None:
    """Ask for the other side; the time for that counts from when it was asked for."""
    leave_work(turn)
    turn.cue("change")
    turn.set_run(phase=Phase.RESTING, span=None, broken=None, then=Then.CHANGE)
    turn.set_run(moving_since=turn.state.now)
    same = turn.step.side == turn.steps[turn.state.run.step - 1].side
    turn.lead(*held, change_line(turn), *(() if same else to_change(turn)))


def open_over(turn: Turn, *, by_person: bool = True) -> None:
    """End an open-ended hold: tell how long it was, and keep the best.

    One that nobody ended is let go of at a word of the guide's, and is no best; nor is one of which it is not known
    whether anything was held.
    """
    run = turn.state.run
    span, known = run.span, by_person and (turn.stretch.clock_from is not ClockFrom.HELD or run.picked_up)
    held = round(span.elapsed, 1) if span else 0.0  # rounded as it is kept, so that rounding makes no new best
    key = f"best:{turn.stretch.id}"
    best = turn.state.memory.get(key)
    turn.hush()
    time = turn.replies.duration(held)
    better = known and best is not None and held > best
    plain = turn.replies.text("open_done" if by_person else "open_ended", time=time)
    told = praise.for_best(turn, time) if better else plain
    if known and (best is None or held > best):
        turn.remember(key, held)
    turn.set_run(picked_up=False)
    work_over(turn, *(() if turn.words == SOUNDS else (told,)))


def stretch_over(turn: Turn, *held: str, outcome: str = "done") -> None:
    """Play the end cue of the stretch, and go on to the next one or finish.

    What was ended early is kept as it was: `shortened` if enough of it was done to count, else `skipped`.
    """
    leave_work(turn)
    completed = outcome != "skipped"
    stretch, moment, out = turn.stretch, turn.state.run_began, _out(turn, completed)
    turn.set_run(phase=Phase.RESTING, span=None, broken=None, free_since=turn.state.now)
    seconds = round(turn.state.run.worked, 1)
    turn.record("stretch", stretch=stretch.id, outcome=outcome, seconds=seconds)
    if completed:
        turn.set_run(done=turn.state.run.done | {stretch.id})
    if completed and moment is not None:
        turn.set(history=turn.state.history.with_done(moment, stretch.id))
    if completed:
        settle_pain(turn)
    turn.set_run(to_ask=to_ask_for(turn) if completed else ())
    last = turn.state.run.only or index_after(turn.state, turn.routine, turn.state.run.stretch) is None
    if last and not turn.state.run.to_ask:
        finish(turn, "complete" if completed else "stopped", *held, *_relax(turn, "relax_now"), *out)
        return
    turn.cue("end")
    turn.set_run(then=Then.NEXT_STRETCH)
    over = praise.for_stretch(turn) if completed else [turn.replies.text("stretch_left")]
    words = " ".join(map(sentence, (*_relax(turn, "relax_now"), *over)))
    turn.lead(*held, *([words] if words else []))
    turn.say(*out)


def _out(turn: Turn, completed: bool) -> list[str]:
    """How to get out of a stretch that is over; who knows it and has done it does so unasked."""
    lines = at_the_end(turn) if completed else to_get_out(turn)
    turn.set_run(getting_out=tuple(lines))
    return lines


def finish(turn: Turn, why: str, *first: str) -> None:
    """End the run with a cue and a word; for the last stretch, something may be said `first`."""
    if why == "complete":
        lines = [*first, *last_words(turn)]
        turn.remember(UNFINISHED, None)
        if not turn.state.run.only:
            forget_place(turn)
    else:
        keep_place(turn, exactly=True)
        stopped = turn.replies.text("stopped_no_answer") if why == "no answer" else turn.varied("stopped")
        lines = [*way_out(turn), stopped]
    leave_work(turn)
    keep_times(turn)
    turn.record("end", why=why)
    reminders.run_over(turn)
    turn.cue("finish")
    turn.set(halt=None)
    turn.set_run(phase=Phase.FINISHED, span=None, broken=None, then=Then.NOTHING, only=False)
    turn.set_plan(skip=frozenset())
    turn.finished(why)
    if why != "complete":
        turn.hush()
    turn.say(*lines)
