"""Undo: takes back the last command, which was misheard, or not meant for the guide."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.requests.adjusting import resize
from assistant.dialogue.run.instructions import SAFETY_TOLD
from assistant.dialogue.run.pausing import go_on
from assistant.dialogue.run.resume_point import PUT_BY, UNFINISHED
from assistant.dialogue.state.state import Before, State, Then
from assistant.dialogue.state.turn import DEFAULT_RATE, DEFAULT_VOLUME, RATE, VOLUME, Turn
from assistant.phases import RUNNING, Phase

UNDO_SECONDS = 60.0
"""Seconds after a command in which it can be undone: after a whole stretch a person has accepted it."""

_PLACE = ("phase", "stretch", "step", "only", "asked")
_MOVES = (*_PLACE, "then", "routine")
_RUN = ("routine", "done", "history", "worked", "unanswered", "hurt_here", "told_left_out", "getting_out", "out_of")
"""Fields of the state: its place, those that show that a command led somewhere (even if only to a countdown, or to the
end of the program), and the results of the run."""


def note(turn: Turn, before: State) -> None:
    """Keep the state before the command just carried out, if that changed anything that can be undone."""
    after = turn.state
    moved = any(getattr(before, name) != getattr(after, name) for name in _MOVES)
    keys = {*before.memory, *after.memory}
    changed = frozenset(key for key in keys if before.memory.get(key) != after.memory.get(key))
    if moved or changed:
        turn.set(before=Before(replace(before, before=None), after.now, moved, changed))


def undo(turn: Turn) -> None:
    """Undo the last command: what it caused to be remembered, and where it led."""
    kept = turn.state.before
    if kept is None or turn.state.now - kept.at > UNDO_SECONDS:
        turn.answer(turn.replies.text("nothing_to_undo"))
        return
    past = kept.state
    turn.set(before=None, reminded_at=past.reminded_at, put_off=past.put_off)
    # The resume point is written after the command, so it is not among the changed keys.
    _restore_memory(turn, past, kept.changed | _places(turn) if kept.moved else kept.changed)
    if not kept.moved:
        resize(turn)
        turn.answer(turn.replies.text("undone"))
        return
    turn.hush()
    if turn.state.records > past.records:
        turn.take_back(past.records)
    turn.set(**{name: getattr(past, name) for name in _RUN})
    _restore_place(turn, past)


def _places(turn: Turn) -> frozenset[str]:
    """The keys under which resume points are remembered."""
    return frozenset({UNFINISHED, *(key for key in turn.state.memory if key.startswith(PUT_BY))})


def _restore_memory(turn: Turn, past: State, keys: frozenset[str]) -> None:
    now = turn.state.memory
    for key in sorted(keys):
        if key.startswith(SAFETY_TOLD):
            continue  # it has been said, and that can't be undone
        if now.get(key) != past.memory.get(key):
            if key in past.wishes:
                turn.wish_again(key, past.memory[key], past.wishes[key])
            else:
                turn.remember(key, past.memory.get(key))
    if now.get(RATE) != turn.state.memory.get(RATE):
        turn.set_rate(int(turn.state.memory.get(RATE, DEFAULT_RATE)))
    if now.get(VOLUME) != turn.state.memory.get(VOLUME):
        turn.set_volume(int(turn.state.memory.get(VOLUME, DEFAULT_VOLUME)))


def _restore_place(turn: Turn, past: State) -> None:
    """Return to where it was: the run continues, with a fresh lead-in for work; a question is asked again."""
    said = turn.replies.text("undone")
    if past.phase in RUNNING:
        # An answer that was being given is not resumed: it was heard, or will be asked for again.
        speech = None if past.speech is not None and past.speech.aside else past.speech
        turn.set(phase=Phase.PAUSED, saved=replace(past, saved=None, speech=speech), asked=None)
        go_on(turn)
        turn.interpose(said)
        return
    where = {name: getattr(past, name) for name in (*_PLACE, "span", "broken", "saved")}
    turn.set(**where, reminded=0, waited=0.0, then=Then.NOTHING)
    if past.phase is Phase.ASKING:
        turn.say(said, past.question)
    elif past.phase is Phase.PAUSED:
        turn.say(said, turn.replies.text("say_resume"))
    else:
        turn.say(said)
