"""Undo: takes back the last command, which was misheard, or not meant for the guide."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.steps import Step
from assistant.dialogue.requests.adjusting import resize
from assistant.dialogue.requests.resting import pause_seconds, resize_pause
from assistant.dialogue.run.getting_ready import wait_anew
from assistant.dialogue.run.instructions import SAFETY_TOLD
from assistant.dialogue.run.into_place import back_into_place
from assistant.dialogue.run.pausing import resume_run
from assistant.dialogue.run.resume_point import PUT_BY, UNFINISHED
from assistant.dialogue.state.preferences import AUTO_START
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.state import Before, Halt, State
from assistant.dialogue.state.turn import DEFAULT_RATE, DEFAULT_VOLUME, RATE, VOLUME, Turn
from assistant.phases import RUNNING, Phase

UNDO_SECONDS = 60.0
"""Seconds after a command in which it can be undone: after a whole stretch a person has accepted it."""


SETTLED_SECONDS = 8.0
"""Seconds after which a person may have left the position, because another stretch is being told."""


def note(turn: Turn, past: State) -> None:
    """Keep the state before the command just carried out, if that changed anything that can be undone."""
    now = turn.state
    moved = _whereabouts(past) != _whereabouts(now)
    keys = {*past.memory, *now.memory}
    changed = frozenset(key for key in keys if past.memory.get(key) != now.memory.get(key))
    if not moved and not changed and past.run.plan == now.run.plan:
        return
    # An answer that was being given is not resumed: it was heard, or will be asked for again.
    aside = past.speech is not None and past.speech.aside
    before = Before(
        at=now.now,
        moved=moved,
        changed=changed,
        run=past.run,
        halt=past.halt,
        unsaid=past.talk.queue if aside else past.talk.lines,
        hurt_here=past.hurt_here,
        memory=past.memory,
        wishes=past.wishes,
        history=past.history,
        records=past.records,
        reminder=past.reminder,
    )
    turn.set(before=before)


def _whereabouts(state: State) -> tuple[object, ...]:
    """What tells that a command led somewhere, if only to a countdown or to the end of the program."""
    run = state.run
    return (state.phase, state.asked, state.then, run.routine, run.stretch, run.step, run.only)


def undo(turn: Turn) -> None:
    """Undo the last command: what it caused to be remembered, and where it led."""
    before = turn.state.before
    if before is None or turn.state.now - before.at > UNDO_SECONDS:
        turn.answer(turn.replies.text("nothing_to_undo"))
        return
    turn.set(before=None, reminder=before.reminder)
    resting = pause_seconds(turn)
    # The resume point is written after the command, so it is not among the changed keys.
    _restore_memory(turn, before, before.changed | _places(turn) if before.moved else before.changed)
    if not before.moved:
        _restore_plan(turn, before)
        resize(turn)
        resize_pause(turn, resting)
        if AUTO_START in before.changed:
            wait_anew(turn)
        turn.answer(turn.replies.text("undone"))
        return
    turn.hush()
    if turn.state.records > before.records:
        turn.take_back(before.records)
    hurt, left = turn.state.run.hurt, turn.state.run.stretch != before.run.stretch
    turn.set(run=replace(before.run, hurt=hurt), history=before.history, hurt_here=before.hurt_here)
    _go_on_from(turn, before, moved=left and turn.state.now - before.at > SETTLED_SECONDS)


def _restore_plan(turn: Turn, before: Before) -> None:
    """Undo what was to be otherwise in this run, as far as that is still to come."""
    run, plan = turn.state.run, before.run.plan
    turn.set_plan(skip=plan.skip)
    if run.stretch != before.run.stretch or run.stretch < 0:
        return
    here, now = run.step, turn.steps
    turn.set_plan(blocks=plan.blocks, added=plan.added if here == before.run.step else run.plan.added)
    if here != before.run.step and [_place(step) for step in turn.steps[: here + 1]] != [
        _place(step) for step in now[: here + 1]
    ]:
        turn.set_plan(blocks=run.plan.blocks)  # it has come further in the meantime


def _place(step: Step) -> tuple[object, ...]:
    return (step.kind, step.side)


def _places(turn: Turn) -> frozenset[str]:
    """The keys under which resume points are remembered."""
    return frozenset({UNFINISHED, *(key for key in turn.state.memory if key.startswith(PUT_BY))})


def _restore_memory(turn: Turn, before: Before, keys: frozenset[str]) -> None:
    now = turn.state.memory
    for key in sorted(keys):
        if key.startswith(SAFETY_TOLD):
            continue  # it has been said, and that can't be undone
        if now.get(key) != before.memory.get(key):
            if key in before.wishes:
                turn.wish_again(key, before.memory[key], before.wishes[key])
            else:
                turn.remember(key, before.memory.get(key))
    if now.get(RATE) != turn.state.memory.get(RATE):
        turn.set_rate(int(turn.state.memory.get(RATE, DEFAULT_RATE)))
    if now.get(VOLUME) != turn.state.memory.get(VOLUME):
        turn.set_volume(int(turn.state.memory.get(VOLUME, DEFAULT_VOLUME)))


def _go_on_from(turn: Turn, before: Before, *, moved: bool) -> None:
    """What went on goes on, with a fresh lead-in for work; what was asked is asked again.

    Whoever may have `moved` in the meantime, or said that it hurt, is told the position first.
    """
    said, halt, run = turn.replies.text("undone"), before.halt, before.run
    working = run.phase in (Phase.EXERCISING, Phase.RESTING) and run.then is not Then.NEXT_STRETCH
    if halt is not None:
        turn.set(halt=replace(halt, waited=0.0, reminded=0))
        turn.say(said, halt.question if halt.asked else turn.replies.text("say_resume"))
    elif working and (moved or turn.stretch.id in turn.state.run.hurt):
        back_into_place(turn, said)
    elif before.run.phase in RUNNING:
        turn.set(halt=Halt(turn.state.now, before.unsaid))
        resume_run(turn)
        turn.interpose(said)
    else:
        turn.set(halt=None)
        turn.set_run(then=Then.NOTHING)
        turn.say(said)
