"""Answers to the person's questions, as texts; nothing here changes the state."""

from __future__ import annotations

from assistant.dialogue.content.routine import Stretch
from assistant.dialogue.content.steps import Kind, Step, counted, repetitions_in
from assistant.dialogue.requests.gently import EMERGENCIES, NOT_GENTLY
from assistant.dialogue.run.dose import told_dose
from assistant.dialogue.run.estimate import seconds_after, seconds_of, seconds_of_all
from assistant.dialogue.run.instructions import gentler_way
from assistant.dialogue.state.preferences import index_after, is_left_out, own
from assistant.dialogue.state.run import SpanKind, Until
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import RUNNING, Phase


def asked_stretch(turn: Turn, named: str | None) -> Stretch | None:
    """The stretch that was named, else the current one, else None."""
    routine = turn.routine
    if named is not None:
        return routine.stretches[routine.index(named)]
    run = turn.state.run
    return routine.stretches[run.stretch] if run.phase in RUNNING else None


def whats_next(turn: Turn) -> str:
    """The next stretch and what it needs."""
    run, replies, stretches = turn.state.run, turn.replies, turn.routine.stretches
    index = index_after(turn.state, turn.routine, run.stretch if run.phase in RUNNING else -1)
    if index is None or (run.only and run.phase in RUNNING):
        return replies.text("next_is_none")
    stretch = stretches[index]
    things = [thing.say for thing in stretch.needs]
    if not things:
        return replies.text("next_is", name=stretch.name)
    return replies.text("next_is_needing", name=stretch.name, things=replies.listing(things))


def where_am_i(turn: Turn) -> str:
    """The stretch's name, its number out of all, round and side."""
    run, replies, routine = turn.state.run, turn.replies, turn.routine
    if run.phase not in RUNNING:
        return replies.text("where_nothing")
    stretch = routine.stretches[run.stretch]
    number, total = replies.number(run.stretch + 1), replies.number(len(routine.stretches))
    parts = [replies.text("where", name=stretch.name, number=number, total=total)]
    if run.phase is Phase.GETTING_READY:
        parts.append(replies.text("where_ready"))
        if run.step == 0 and run.broken is None:
            return " ".join([*parts, *_stretches_left(turn)])
    step = turn.step
    if step.side:
        parts.append(replies.text("where_side", side=replies.text(step.side)))
    if step.rounds > 1:
        rounds = replies.number(step.rounds)
        parts.append(replies.text("where_round", round=replies.number(step.round), rounds=rounds))
        more = step.rounds - step.round
        if more:
            parts.append(
                replies.text("where_round_more" if more > 1 else "where_round_one", count=replies.number(more))
            )
    return " ".join([*parts, *_stretches_left(turn)])


def _stretches_left(turn: Turn) -> list[str]:
    """How many stretches are still to come after this one; nothing if it is the only one to be done."""
    replies, run = turn.replies, turn.state.run
    if run.only:
        return []
    later = turn.routine.stretches[run.stretch + 1 :]
    count = sum(not is_left_out(turn.state, each) for each in later)
    key = "where_left" if count > 1 else "where_left_one" if count else "where_left_none"
    return [replies.text(key, count=replies.number(count))]


def how_long(turn: Turn) -> str:
    """What is left of the hold, the stretch and the routine, the nearest first."""
    state, run, replies, routine = turn.state, turn.state.run, turn.replies, turn.routine
    if run.phase not in RUNNING:
        return replies.text("left_nothing", time=replies.duration(seconds_of_all(turn.book, state, routine)))
    stretch_left, routine_left = seconds_left(turn)
    parts = [span_left(turn)]
    if _ahead(turn):
        about = replies.text("about", time=replies.duration(stretch_left))
        parts.append(replies.text("left_stretch", time=about))
    if not run.only and index_after(state, routine, run.stretch) is not None:
        about = replies.text("about", time=replies.duration(routine_left))
        parts.append(replies.text("left_routine", time=about))
    return " ".join(sentence(part) for part in parts if part)


def _ahead(turn: Turn) -> tuple[Step, ...]:
    """The steps of the stretch that are still to come."""
    run = turn.state.run
    return turn.steps[run.step :] if run.phase is Phase.GETTING_READY else turn.steps[run.step + 1 :]


def seconds_left(turn: Turn) -> tuple[float, float]:
    """About how many seconds are left of the stretch, and of the whole routine with it."""
    run = turn.state.run
    span = run.broken or run.span
    counts = span is not None and run.phase is not Phase.GETTING_READY
    here = seconds_of(turn.state, turn.stretch, _ahead(turn)) + (span.remaining if counts and span is not None else 0.0)
    return here, here + seconds_after(turn.book, turn.state, turn.routine, run.stretch)


def span_left(turn: Turn) -> str:
    """What is left of the hold, the count or the rest, or what comes first; empty where there is nothing to tell."""
    run, replies = turn.state.run, turn.replies
    span = run.broken or run.span
    if run.phase is Phase.GETTING_READY:
        by_itself = span is not None and span.kind is SpanKind.READY and span.until is Until.TIME
        return replies.text("left_now" if run.leads_in else "left_soon" if by_itself else "left_ready")
    step = turn.step
    if span is None:
        return ""
    if span.kind is SpanKind.OPEN:
        return replies.text("left_open", time=replies.duration(span.elapsed))
    if span.kind is SpanKind.COUNT:
        left = repetitions_in(span.length, step) - counted(step, span.elapsed)
        return replies.text("left_count", count=replies.number(left))
    if step.kind in (Kind.REST, Kind.CHANGE):
        return replies.text("left_rest", time=replies.duration(max(1.0, span.remaining)))
    return replies.text("left_hold", time=replies.duration(max(1.0, span.remaining)))


def why(turn: Turn, named: str | None) -> str:
    """What a stretch is good for; without a stretch, what all of them are good for."""
    stretch = asked_stretch(turn, named)
    if stretch is None:
        return turn.replies.text("why_all")
    return turn.replies.text("why", name=stretch.name, reason=stretch.good_for)


def how_to(turn: Turn, named: str | None) -> tuple[str, ...]:
    """The steps of a stretch, a sentence each; without a stretch, what can be asked."""
    stretch = asked_stretch(turn, named)
    if stretch is None:
        return (turn.replies.text("help_idle"),)
    run = turn.state.run
    current = run.phase in RUNNING and turn.routine.stretches[run.stretch].id == stretch.id
    side = turn.step.side if current else ""
    stretch = own(stretch, turn.state.memory)
    way = gentler_way(turn, stretch, side)
    before, after = (way[:1], []) if stretch.gently is not None else ([], way)
    told = (*stretch.position, told_dose(turn, stretch), *stretch.steady, *stretch.how, stretch.breathing)
    lines = (turn.sided(text, side) for text in told if text)
    return (turn.replies.text("how", name=stretch.name), *before, *lines, *after)


def needs(turn: Turn, named: str | None, thing: str | None) -> str:
    """What a stretch needs, whether a thing is needed, or what all stretches need."""
    if thing is not None:
        return _need_of(turn, thing)
    stretch = asked_stretch(turn, named)
    replies = turn.replies
    if stretch is None:
        seen = {need.name: need.say for each in turn.routine.stretches for need in each.needs if not need.optional}
        return replies.text("needs_all", things=replies.listing(list(seen.values())))
    name = stretch.name
    needed = [need.say for need in stretch.needs if not need.optional]
    useful = [need.say for need in stretch.needs if need.optional]
    parts = [replies.text("needs_of", name=name, things=replies.listing(needed))] if needed else []
    if useful:
        parts.append(replies.text("needs_of_maybe", name=name, things=replies.listing(useful)))
    return " ".join(parts) or replies.text("needs_nothing", name=name)


def _need_of(turn: Turn, thing: str) -> str:
    replies = turn.replies
    wanted = thing.lower()
    for optional, reply in ((False, "need_thing"), (True, "need_thing_maybe")):
        users = [
            (stretch.name, need.say)
            for stretch in turn.routine.stretches
            for need in stretch.needs
            if need.optional is optional and wanted in need.name.lower()
        ]
        if users:
            names = replies.listing([name for name, _ in users])
            return replies.text(reply, thing=users[0][1], names=names)
    return replies.text("need_no_thing", thing=thing)


def names(turn: Turn) -> str:
    """The names of all stretches."""
    return turn.replies.text("list", names=turn.replies.listing([each.name for each in turn.routine.stretches]))


def no_stretch(turn: Turn) -> str:
    """That there is no stretch with this number."""
    return turn.replies.text("no_stretch", total=turn.replies.number(len(turn.routine.stretches)))


def help_for(turn: Turn) -> str:
    """Three things to say that fit the state."""
    state = turn.state
    if state.halt is not None and state.asked in (Asked.HURTS, Asked.HURT_BEFORE, Asked.NUMBER):
        otherwise = "hurts_ask_doctor" if state.halt.kind in NOT_GENTLY else "hurts_ask"
        hurts = turn.replies.text("emergency_rest" if state.halt.kind in EMERGENCIES else otherwise)
        return hurts if state.asked is Asked.HURTS else state.halt.question
    if state.phase is Phase.EXERCISING and turn.step.kind is Kind.OPEN:
        return turn.replies.text("help_open")
    phases = {
        Phase.GETTING_READY: "help_getting_ready",
        Phase.EXERCISING: "help_exercising",
        Phase.RESTING: "help_exercising",
        Phase.PAUSED: "help_paused",
        Phase.ASKING: "help_asking",
    }
    return turn.replies.text(phases.get(state.phase, "help_idle"))
