"""Distress: what the guide does when something hurts, or worse has happened, or may have.

Pain, a cramp, dizziness and a numb foot are asked about as PAIN is: go on gently, skip, or finish. After a fall, with
pain in the chest, without breath, or called for help, the guide asks whether somebody should be called, and nothing
goes on by itself until the person says that they are well. Where it is not sure, it stands still and asks softly.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.run.leading import finish
from assistant.dialogue.run.pausing import ask, end_halt, pause_unwell, resume_run
from assistant.dialogue.state.preferences import hurt_key
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING

PAIN = "pain"
"""The kind of distress of which nothing more is known."""

EMERGENCIES = frozenset({"fall", "chest", "breath", "help"})
"""Kinds of distress for which somebody may have to be called."""

EASED = frozenset({"cramp", "dizzy", "numb"})
"""Kinds that there is something to do about at once."""

WELL_SECONDS = 20.0
QUIET_SECONDS = 300.0
"""Seconds after "I'm all right" in which the guide doesn't ask that again during a run, and seconds from one such
question to the next outside one, where most of what sounds like it is said to somebody else."""


def told(turn: Turn, heard: Heard) -> None:
    """Something is the matter, surely: stop at once, whatever is going on, and ask what to do."""
    kind = str(heard.slots.get("kind", PAIN))
    if kind in EMERGENCIES:
        _emergency(turn, kind)
    elif turn.state.asked is Asked.EMERGENCY:
        stay(turn)
    else:
        _pain(turn, kind)


def suspected(turn: Turn, heard: Heard) -> None:
    """Something may be the matter: stand still, and ask softly; outside of a run only now and then."""
    state = turn.state
    if state.asked is Asked.HURTS:
        told(turn, heard)  # who was just asked about it says that it is not over
        return
    if state.asked in (Asked.EMERGENCY, Asked.ALL_RIGHT) or state.now < state.restraint.well_until:
        return
    if state.run.phase not in RUNNING:
        if state.now < state.restraint.quiet_until:
            return
        turn.set(restraint=replace(state.restraint, well_until=state.now + QUIET_SECONDS))
    kind = str(heard.slots.get("kind", PAIN))
    again = turn.replies.text("all_right_again")
    ask(turn, Asked.ALL_RIGHT, turn.replies.text("all_right"), kind=kind, again=again, under=state.halt)


# Whether somebody should be called


def _emergency(turn: Turn, kind: str) -> None:
    again = turn.replies.text("emergency_again")
    ask(turn, Asked.EMERGENCY, turn.replies.text(f"emergency_{kind}"), kind=kind, again=again)


def stay(turn: Turn) -> None:
    """Ask again whether somebody should be called, whatever else was wanted."""
    turn.say_instead(turn.replies.text("emergency_again"))


def call(turn: Turn) -> None:
    """Somebody should be called: tell the person to do it, and stay with them."""
    halt = turn.state.halt
    assert halt is not None
    turn.set(halt=replace(halt, again=turn.replies.text("emergency_called")))
    turn.say_instead(turn.replies.text("emergency_yes"))


def call_nobody(turn: Turn) -> None:
    """The person is well; never straight back into the work, but to the question how to go on."""
    if turn.state.run.phase in RUNNING:
        ask(turn, Asked.HURTS, turn.replies.text("emergency_no"), kind=PAIN)
        return
    end_halt(turn)
    turn.say(turn.replies.text("emergency_over"))


def end(turn: Turn) -> None:
    """Nothing goes on any more: end the run, if there is one."""
    if turn.state.run.phase in RUNNING:
        finish(turn, "hurts")
        return
    end_halt(turn)
    turn.say(turn.replies.text("emergency_over"))


# What hurts


def _pain(turn: Turn, kind: str) -> None:
    run = turn.state.run
    if run.phase not in RUNNING:
        if turn.state.asked is Asked.ALL_RIGHT:
            end_halt(turn)
        turn.answer(turn.replies.text(f"ease_{kind}" if kind in EASED else "hurts_idle"))
        return
    before = turn.state.asked
    if before is Asked.HURTS and kind not in EASED:
        stay_hurt(turn)
        return
    ask(turn, Asked.HURTS, _question(turn, kind), kind=kind)
    if before is not Asked.HURTS:
        _note(turn, kind)


def _question(turn: Turn, kind: str) -> str:
    if kind not in EASED:
        return turn.replies.text("hurts")
    return " ".join([turn.replies.text(f"ease_{kind}"), turn.replies.text("hurts_ask")])


def _note(turn: Turn, kind: str) -> None:
    """Keep in the history that it hurt here; of dizziness, the stretch is not to blame."""
    run = turn.state.run
    stretch = turn.routine.stretches[run.stretch]
    turn.set(hurt_here=turn.state.hurt_here | {stretch.id})
    if kind != "dizzy":
        turn.remember(hurt_key(stretch.id), turn.state.today)
    turn.record("stretch", stretch=stretch.id, outcome="hurt", seconds=round(run.worked, 1))


def stay_hurt(turn: Turn) -> None:
    """Rest, and keep the question open."""
    turn.say_instead(turn.replies.text("hurts_no"))


# Whether the person is all right


def all_right(turn: Turn) -> None:
    """Nothing is the matter: what stood still goes on, and what was asked before is asked again."""
    halt, state = turn.state.halt, turn.state
    assert halt is not None
    if state.run.phase in RUNNING:
        turn.set(restraint=replace(state.restraint, well_until=state.now + WELL_SECONDS))
    if halt.under is not None:
        turn.set(halt=replace(halt.under, waited=0.0, reminded=0))
        turn.say_instead(halt.under.question if halt.under.asked else turn.replies.text("say_resume"))
    elif state.run.phase in RUNNING:
        resume_run(turn)
    else:
        end_halt(turn)
        turn.say(turn.replies.text("all_right_yes"))


def not_all_right(turn: Turn) -> None:
    """What was suspected is so."""
    halt = turn.state.halt
    assert halt is not None
    told(turn, Heard(turn.state.now, "hurts", {"kind": halt.kind or PAIN}))


def ask_all_right(turn: Turn) -> None:
    """That was no answer to whether they are all right."""
    turn.say_instead(turn.replies.text("all_right_again"))


def unanswered(turn: Turn) -> None:
    """Nobody says whether they are all right: a run stays paused, and outside of one it is let be."""
    if turn.state.run.phase not in RUNNING:
        end_halt(turn)
        return
    pause_unwell(turn)
    turn.say(turn.replies.text("all_right_paused"))
