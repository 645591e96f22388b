"""Leading through stretches: announcement, lead-in, work, rest, changeover, and what comes after."""

from __future__ import annotations

from assistant.dialogue.content.routine import EndsBy
from assistant.dialogue.content.steps import WORK, Kind
from assistant.dialogue.run import reminders
from assistant.dialogue.run.instructions import (
    instructions,
    left_out_before,
    once_more,
    safety,
    things_for_all,
    to_change,
    to_get_out,
    way_out,
)
from assistant.dialogue.run.pausing import ask
from assistant.dialogue.run.resume_point import UNFINISHED, forget_place, keep_place, work_from
from assistant.dialogue.run.timeline import COMPANY_EVERY, LEAD_IN, WAIT_LIMIT, Mark
from assistant.dialogue.state.preferences import enough_of, hurt_key, index_after
from assistant.dialogue.state.run import Span, SpanKind, Then
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import SOUNDS, Turn
from assistant.phases import Phase

WORTH_KEEPING = 1.0
"""Seconds below which a hold was a slip, and is not kept in the history."""

_WORK = frozenset(kind.value for kind in WORK)
"""The kinds of work, as span kinds."""

MILESTONES = frozenset({3, 7, 14, 21, 30, 50, 75, *range(100, 3700, 50)})
"""Days in a row that deserve a word; daily praise would soon be worth nothing."""


def pass_mark(turn: Turn, mark: Mark, value: int) -> None:
    """Do what a mark of the current span calls for."""
    if mark in _CUES and turn.words == SOUNDS:
        turn.cue("tick")
    elif mark in _CUES:
        _CUES[mark](turn, value)
    elif mark is Mark.BEGIN:
        begin_work(turn)
    elif mark is Mark.OVER:
        if turn.step.kind is Kind.OPEN:
            open_over(turn)
        else:
            work_over(turn)
    elif mark is Mark.START_ANYWAY:
        begin_lead_in(turn, asked_for=False)
    elif mark is Mark.STILL_WAITING:
        turn.say(turn.replies.text("still_waiting"))
    elif mark is Mark.GIVE_UP:
        finish(turn, "no answer")
    else:
        ask(turn, Asked.STILL_HOLDING, turn.replies.text("still_holding"))


def await_answer(turn: Turn, span: Span) -> bool:
    """Stop the clock before the lead-in for an answer that is still being said; whether it was stopped.

    The answer must not drown out the round's number and the countdown; a countdown that has begun continues after it.
    """
    speech = turn.state.speech
    if speech is None or not speech.aside or span.kind.value in _WORK:
        return False
    turn.set_talk(held=True)
    return True


def _countdown(turn: Turn, value: int) -> None:
    turn.remark(turn.replies.text("countdown", n=turn.replies.number(value)))


def _counted(turn: Turn, value: int) -> None:
    turn.remark(turn.replies.text("counted", n=turn.replies.number(value)))


def _halfway(turn: Turn, _: int) -> None:
    turn.remark(turn.replies.text("halfway"))


def _company(turn: Turn, value: int) -> None:
    elapsed = turn.replies.duration(value * COMPANY_EVERY)
    turn.remark(turn.replies.text("held_for", time=elapsed) if value % 2 == 0 else turn.varied("keep_going"))


def _announce_round(turn: Turn, _: int) -> None:
    text, speech = f"{_round(turn)} {once_more(turn)}".strip(), turn.state.speech
    if speech is not None and not turn.state.questioning:
        turn.say(text)  # the round's number is said even if the time held is being told
    else:
        turn.remark(text)


def _round(turn: Turn) -> str:
    step, replies = turn.step, turn.replies
    if step.round == step.rounds:
        return replies.text("last_round")
    return replies.text("round", round=replies.number(step.round), rounds=replies.number(step.rounds))


_CUES = {
    Mark.COUNTDOWN: _countdown,
    Mark.NUMBER: _counted,
    Mark.HALFWAY: _halfway,
    Mark.COMPANY: _company,
    Mark.ANNOUNCE: _announce_round,
}
"""What is said for the moment only; a tick if only cues lead."""


def come_to(turn: Turn, then: Then) -> None:
    """Continue now that everything has been said."""
    turn.set_run(then=Then.NOTHING)
    if then is Then.AWAIT_READY:
        turn.set_run(span=Span(SpanKind.READY, turn.book.ready_seconds))
    elif then is Then.WAIT:
        turn.set_run(span=Span(SpanKind.WAIT, WAIT_LIMIT))
    elif then is Then.LEAD_IN:
        turn.set_run(span=Span(SpanKind.LEAD_IN, LEAD_IN))
    elif then is Then.CHANGE:
        turn.set_run(span=Span(SpanKind.CHANGE, turn.step.seconds))
    elif then is Then.NEXT_STRETCH:
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
    if index is not None:
        announce(turn, index)
    else:
        finish(turn, "complete" if turn.stretch.id in turn.state.run.done else "stopped")


def announce(turn: Turn, index: int, *, step: int = 0, broken: Span | None = None, whole: bool = False) -> None:
    """Name a stretch, say what it needs, the position, and how it goes; then wait for "ready".

    It begins at a step, with what is left of interrupted work. If the `whole` routine begins, all its needs are told.
    """
    leave_work(turn)
    turn.hush()
    stretch = turn.routine.stretches[index]
    lines = [*(things_for_all(turn, index) if whole else ()), *left_out_before(turn, index)]
    lines += instructions(turn, index, step)
    turn.set(halt=None)
    turn.set_run(phase=Phase.GETTING_READY, stretch=index, step=step, span=None, broken=broken, worked=0.0)
    lines = [*safety(turn), *lines]
    if turn.state.memory.get(hurt_key(stretch.id)) and stretch.id not in turn.state.hurt_here:
        turn.set_run(then=Then.AWAIT_READY)
        turn.set_talk(queue=tuple(lines))
        question = turn.replies.text("ask_hurt_before", name=stretch.name)
        ask(turn, Asked.HURT_BEFORE, question, way_out(turn, stretch))
        return
    turn.say_then(Then.AWAIT_READY, *way_out(turn, stretch), *lines)


def begin_lead_in(turn: Turn, *, asked_for: bool = True) -> None:
    """Name the side and the round, then count down to the work."""
    reply = "starting" if asked_for else "starting_anyway"
    side = turn.step.side
    text = turn.replies.text(f"{reply}_side", side=turn.replies.text(side)) if side else turn.varied(reply)
    texts = () if turn.words == SOUNDS else (f"{text} {_round(turn)}" if turn.step.rounds > 1 else text,)
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
    turn.set_run(phase=Phase.EXERCISING, step=index, span=span, broken=None, then=Then.NOTHING)
    _in_position(turn)
    turn.cue("start")


def leave_work(turn: Turn) -> None:
    """Record the current piece of work and end its clock; where hardly anything was done yet, nothing changes."""
    run = turn.state.run
    span = run.broken or run.span
    if span is None or span.kind.value not in _WORK or span.elapsed < WORTH_KEEPING:
        return
    step, seconds = turn.step, round(span.elapsed, 1)
    turn.record("hold", stretch=turn.stretch.id, round=step.round, side=step.side, seconds=seconds)
    turn.set_run(worked=run.worked + seconds, span=None, broken=None)


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
    if step.kind is Kind.CHANGE:
        change_sides(turn, *held)
        return
    turn.cue("rest")
    turn.set_run(span=Span(SpanKind.REST, step.seconds))
    turn.lead(*held, *_relax(turn, "relax"))


def _relax(turn: Turn, reply: str) -> list[str]:
    """The word for letting go; none if the person has let go already."""
    return [] if turn.stretch.dose.ends_by is EndsBy.PERSON else [turn.varied(reply)]


def change_sides(turn: Turn, *held: str) -> None:
    """Ask for the other side; the time for that counts from when it was asked for."""
    leave_work(turn)
    turn.cue("change")
    turn.set_run(phase=Phase.RESTING, span=None, broken=None, then=Then.CHANGE)
    change = turn.replies.text("change", side=turn.replies.text(turn.step.side))
    turn.lead(*held, " ".join([*_relax(turn, "relax"), change]), *to_change(turn))


def open_over(turn: Turn) -> None:
    """End an open-ended hold: tell how long it was, and keep the best."""
    span = turn.state.run.span
    held = round(span.elapsed, 1) if span else 0.0  # rounded as it is kept, so that rounding makes no new best
    key = f"best:{turn.stretch.id}"
    best = turn.state.memory.get(key)
    turn.hush()
    time = turn.replies.duration(held)
    told = turn.replies.text("open_best" if best is not None and held > best else "open_done", time=time)
    if best is None or held > best:
        turn.remember(key, held)
    work_over(turn, *(() if turn.words == SOUNDS else (told,)))


def stretch_over(turn: Turn, *held: str) -> None:
    """Play the end cue of the stretch, and go on to the next one or finish."""
    leave_work(turn)
    stretch, moment = turn.stretch, turn.state.time_of_day
    turn.set_run(done=turn.state.run.done | {stretch.id}, phase=Phase.RESTING, span=None, broken=None)
    turn.record("stretch", stretch=stretch.id, outcome="done", seconds=round(turn.state.run.worked, 1))
    if moment is not None:
        turn.set(history=turn.state.history.with_done(moment, stretch.id))
    if turn.state.memory.get(hurt_key(stretch.id)) and stretch.id in turn.state.hurt_here:
        turn.remember(hurt_key(stretch.id), None)  # done in spite of it, so there is no need to ask again
    if turn.state.run.only or index_after(turn.state, turn.routine, turn.state.run.stretch) is None:
        finish(turn, "complete", *held, *_relax(turn, "relax_now"), *to_get_out(turn))
        return
    turn.cue("end")
    turn.set_run(then=Then.NEXT_STRETCH)
    turn.lead(*held, *_relax(turn, "relax_now"))
    turn.say(*to_get_out(turn))
    turn.lead(turn.replies.text("stretch_done", name=stretch.name))


def finish(turn: Turn, why: str, *first: str) -> None:
    """End the run with a cue and a word; for the last stretch, something may be said `first`."""
    if why == "complete":
        lines = [*first, *_last_words(turn)]
        turn.remember(UNFINISHED, None)
        if not turn.state.run.only:
            forget_place(turn)
    else:
        keep_place(turn, exactly=True)
        stopped = turn.replies.text("stopped_no_answer") if why == "no answer" else turn.varied("stopped")
        lines = [*way_out(turn), stopped]
    leave_work(turn)
    turn.record("end", why=why)
    reminders.run_over(turn)
    turn.cue("finish")
    turn.set(halt=None)
    turn.set_run(phase=Phase.FINISHED, span=None, broken=None, then=Then.NOTHING, only=False)
    turn.finished(why)
    if why != "complete":
        turn.hush()
    turn.say(*lines)


def _last_words(turn: Turn) -> list[str]:
    """The closing lines: the run is over, what was done, praise at a milestone."""
    state, replies = turn.state, turn.replies
    if state.run.only:
        return [replies.text("finished_one", name=turn.stretch.name)]
    lines = [*left_out_before(turn, len(turn.routine.stretches)), turn.varied("finished")]
    moment = state.time_of_day
    if moment is None:
        return lines
    enough = enough_of(state, turn.routine)
    day, streak = state.history.day(moment.date()), state.history.streak(moment.date(), enough)
    if day.times(enough) == 1 and streak.days in MILESTONES:
        days = replies.number(streak.days)
        lines.append(replies.text("milestone_grace" if streak.missed else "milestone", days=days))
    elif day.times(enough) == 2:
        lines.append(replies.text("both_done"))
    return lines
