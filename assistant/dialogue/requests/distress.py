"""Distress: what the guide does when something hurts, or worse has happened, or may have.

Pain, a cramp, dizziness and a numb foot are asked about as PAIN is: go on gently, skip, or finish. What a doctor must
see, such as pain that runs down the leg, does not go on gently either, but is skipped, and so is what hurts for the
third time. After a fall, with pain in the chest, without breath, or called for help, the guide asks whether somebody
should be called, and no exercise goes on, even for a person who says that they are well: they are asked whether to
finish, and may rest. Where it is not sure, it stands still and asks softly.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import Posture
from assistant.dialogue.requests.gently import DOCTOR, EMERGENCIES, ENOUGH, ENOUGH_AT, NOT_GENTLY, UNSTEADY
from assistant.dialogue.run.leading import finish
from assistant.dialogue.run.pausing import ask, end_halt, pause_unwell, resume_run
from assistant.dialogue.state.preferences import hurt_key
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING

PAIN = "pain"
"""The kind of distress of which nothing more is known."""

EASED = frozenset({"cramp", "dizzy", "numb"})
"""Kinds that there is something to do about at once."""

DOCTORS = frozenset({"numb", *DOCTOR})
"""Kinds that a doctor must see: a numb foot if it stays so or comes back, the others before it goes on."""

WELL_SECONDS = 20.0
QUIET_SECONDS = 300.0
"""Seconds after "I'm all right" in which the guide doesn't ask that again during a run, and seconds from one such
question to the next outside one, where most of what sounds like it is said to somebody else."""


def told(turn: Turn, heard: Heard) -> None:
    """Something is the matter, surely: stop at once, whatever is going on, and ask what to do."""
    kind = str(heard.slots.get("kind", PAIN))
    if kind == "help" and turn.state.asked is Asked.EMERGENCY:
        call(turn)  # "get my husband" says yes to the question that is open
    elif kind in EMERGENCIES:
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
    if state.asked is Asked.ALL_RIGHT:
        ask_all_right(turn)
        return
    if state.asked is Asked.EMERGENCY or state.now < state.restraint.well_until:
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
    """Ask again whether somebody should be called, whatever else was wanted; after that, only to finish or to rest."""
    again = turn.state.asked is Asked.EMERGENCY
    turn.say_instead(turn.replies.text("emergency_again" if again else "emergency_rest"))


def call(turn: Turn) -> None:
    """Somebody should be called: tell the person to do it, and stay with them."""
    halt = turn.state.halt
    assert halt is not None
    turn.set(halt=replace(halt, again=turn.replies.text("emergency_called")))
    turn.say_instead(turn.replies.text("emergency_yes"))


def called(turn: Turn, reply: str = "emergency_help_comes") -> None:
    """Somebody was called, or is coming: stay with the person until then."""
    halt, text = turn.state.halt, turn.replies.text(reply)
    assert halt is not None
    turn.set(halt=replace(halt, again=text))
    turn.say_instead(text)


def shout(turn: Turn) -> None:
    """There is no phone at hand: the person can only shout."""
    called(turn, "emergency_shout")


def call_nobody(turn: Turn) -> None:
    """The person is well; never back into the work, but to the question whether to finish."""
    halt = turn.state.halt
    if turn.state.run.phase in RUNNING:
        kind = halt.kind if halt is not None and halt.kind in EMERGENCIES else "help"
        again = turn.replies.text("emergency_rest")
        ask(turn, Asked.HURTS, turn.replies.text("emergency_no"), kind=kind, again=again)
        return
    end_halt(turn)
    turn.say(turn.replies.text("emergency_over"))


def end(turn: Turn) -> None:
    """Nothing goes on any more: end the run, if there is one; nobody who may be hurt is told to get up."""
    if turn.state.run.phase in RUNNING:
        turn.set_run(getting_out=())
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
        turn.answer(" ".join(_advice(turn, kind)) or turn.replies.text("hurts_idle"))
        return
    before, halt = turn.state.asked, turn.state.halt
    if before is Asked.NUMBER and kind == PAIN:
        _note(turn, kind)
        turn.say_instead(turn.replies.text("ask_pain_again"))
        return
    if before is Asked.HURTS and kind not in EASED | DOCTOR:
        stay_hurt(turn)
        return
    if before is not Asked.HURTS:
        _note(turn, kind)
    # What was not to go on gently before this does not do so now either.
    so_far = halt.kind if before is Asked.HURTS and halt is not None else ""
    meant = so_far if so_far in NOT_GENTLY else kind
    if kind == "dizzy" and meant not in NOT_GENTLY and turn.stretch.posture is Posture.STANDING:
        meant = UNSTEADY
    if meant not in NOT_GENTLY and turn.state.run.pains.count(turn.stretch.id) >= ENOUGH_AT:
        meant = ENOUGH
    again = turn.replies.text("emergency_rest" if meant in EMERGENCIES else "hurts_again_skip")
    ask(turn, Asked.HURTS, _question(turn, kind, meant), kind=meant, again=again if meant in NOT_GENTLY else "")


def _question(turn: Turn, kind: str, meant: str) -> str:
    """The question for a kind of distress, which is `meant` as another one where that offers less."""
    advice, text = _advice(turn, kind) if kind in EASED | DOCTOR else [], turn.replies.text
    if meant in EMERGENCIES:
        return " ".join([*advice, text("emergency_no")])
    if meant == ENOUGH:
        return " ".join([*(advice or [text("hurts_stop")]), text("hurts_often")])
    ask_how = text("hurts_ask_doctor" if meant in DOCTOR | {UNSTEADY} else "hurts_ask")
    return " ".join([*advice, ask_how]) if advice else text("hurts")


def _advice(turn: Turn, kind: str) -> list[str]:
    """What to do about a kind of distress at once, and that a doctor must see it."""
    eased = [turn.replies.text(f"ease_{kind}")] if kind in EASED else []
    return [*eased, *([turn.replies.text(f"doctor_{kind}")] if kind in DOCTORS else [])]


def _note(turn: Turn, kind: str) -> None:
    """Keep in the history that it hurt here; of dizziness, the stretch is not to blame."""
    run = turn.state.run
    stretch = turn.routine.stretches[run.stretch]
    turn.set(hurt_here=turn.state.hurt_here - {stretch.id})
    turn.set_run(hurt=run.hurt | {stretch.id}, pains=(*run.pains, stretch.id))
    if kind != "dizzy":
        turn.remember(hurt_key(stretch.id), turn.state.today)
    turn.record("stretch", stretch=stretch.id, outcome="hurt", seconds=round(run.worked, 1))


def stay_hurt(turn: Turn) -> None:
    """Rest, and keep the question open."""
    halt = turn.state.halt
    kind = halt.kind if halt is not None else ""
    otherwise = "emergency_rest" if kind in EMERGENCIES else "hurts_no_skip"
    reply = "hurts_not_gently" if kind in DOCTOR else "not_standing" if kind == UNSTEADY else otherwise
    turn.say_instead(turn.replies.text(reply if kind in NOT_GENTLY else "hurts_no"))


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
