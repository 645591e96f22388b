"""Confirmation: between sure and unsure the guide asks, once and briefly, and takes yes, no, or the right command.

A confirmation question matters less than anything else the guide has to say: the clock continues under it, a countdown
interrupts it, and what it interrupts is repeated. Questions that nobody answers become rare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.speech_length import likely_seconds
from assistant.dialogue.requests.distress import suspected
from assistant.dialogue.requests.expectations import expected
from assistant.dialogue.run.leading import talk_on
from assistant.dialogue.run.timeline import seconds_to_mark
from assistant.dialogue.state.state import ABOUT_PAIN, Asked, Doubt, State
from assistant.dialogue.state.turn import Turn
from assistant.intent import IfDoubtful
from assistant.intents import INTENTS
from assistant.phases import Phase

ANSWER_SECONDS = 7.0
"""Seconds after the question in which an answer counts. People answer within two, or take longer if they first get up
or let go of a towel. Later, a "yes" is about something else."""

TALK_WAITS = 2.5
"""Seconds after the question for which interrupted talk leaves room for the answer."""

REPEATED_AFTER = 1.0
"""Seconds after the question from which hearing the same again means that the person repeats it. Sooner, nobody could
have listened, repeated it and been heard, but the room's echo of the question could."""

ASK_WITHIN = 4.0
"""Seconds that a question may wait for a moment without numbers; later it would come out of the blue."""

BETWEEN_QUESTIONS = 20.0
"""Seconds from one question to the next: if there is that much doubt, most of it was said to somebody else."""

VAIN_QUESTIONS = 2
QUIET_SECONDS = 300.0
"""After VAIN_QUESTIONS in a row without a "yes", the guide asks none for QUIET_SECONDS: it is hearing a television, or
a person whom questions don't help. Each further one without a "yes" silences it again."""


def resolve(turn: Turn, heard: Heard) -> Heard | None:
    """The command to carry out now that this was heard; None for none."""
    doubt = standing(turn.state)
    if heard.doubtful:
        return _unsure(turn, heard, doubt)
    if doubt is None:
        return heard
    if heard.intent == "yes":
        _settled(turn, vain=False)
        return Heard(heard.t, doubt.intent, doubt.slots)
    answer = _ANSWERS.get(heard.intent)
    if answer is not None:
        turn.cue("heard")
        answer(turn, doubt)
        return None
    _settled(turn, vain=False)
    return heard


def _unsure(turn: Turn, heard: Heard, doubt: Doubt | None) -> Heard | None:
    state = turn.state
    if INTENTS[heard.intent].if_doubtful is IfDoubtful.ASK_SOFTLY:
        suspected(turn, heard)
        return None
    as_accepted = replace(heard, sure=False, doubtful=False)
    if state.phase is Phase.ASKING:
        # An answer is likely then; but a mistake must not make anybody continue with what hurts.
        pain = state.asked in ABOUT_PAIN
        number = state.asked is Asked.NUMBER and not INTENTS[heard.intent].elsewhere_a_decoy
        return as_accepted if _only_answers(heard) and not pain and not number else None
    if doubt is not None:
        if _only_answers(heard):
            return resolve(turn, as_accepted)
        if (heard.intent, dict(heard.slots)) == (doubt.intent, dict(doubt.slots)):
            return resolve(turn, Heard(heard.t, "yes")) if state.now >= doubt.asked + REPEATED_AFTER else None
        return None
    if state.doubt is not None or state.now < state.restraint.quiet_until:
        return None
    if _fits(state, heard.intent):
        run = state.run
        turn.set(doubt=Doubt(heard.intent, heard.slots, (run.stretch, run.step), state.now, run.routine))
    return None


def _only_answers(heard: Heard) -> bool:
    """Whether it is nothing but an answer to a question; a number while the guide asks for one is."""
    intent = INTENTS[heard.intent]
    return intent.only_as_answer or intent.elsewhere_a_decoy


def _fits(state: State, intent: str) -> bool:
    if state.phase is Phase.ASKING:
        return False
    rule = INTENTS[intent].if_doubtful
    if rule is IfDoubtful.ASK:
        return intent in expected(replace(state, doubt=None))
    return rule is IfDoubtful.ASK_ANYWHERE


def standing(state: State) -> Doubt | None:
    """The doubt that the guide has asked about and that can still be answered."""
    doubt = state.doubt
    return doubt if doubt is not None and doubt.speech and _sensible(state, doubt) else None


def _sensible(state: State, doubt: Doubt) -> bool:
    """Whether doing it would still be what the person meant when they said it."""
    anywhere = INTENTS[doubt.intent].if_doubtful is IfDoubtful.ASK_ANYWHERE
    same = anywhere or doubt.place == (state.run.stretch, state.run.step)
    return same and doubt.routine == state.run.routine and _fits(state, doubt.intent)


def next_moment(state: State) -> float:
    """When, in seconds, something next happens by itself because of a doubt; infinity if nothing will."""
    doubt = state.doubt
    if doubt is None or doubt.asked == math.inf:
        return math.inf
    talk = doubt.asked + TALK_WAITS
    return talk if state.talk_waits and state.now < talk else doubt.asked + ANSWER_SECONDS


def settle(turn: Turn) -> None:
    """Ask what should be asked, wait for the answer, give up in time; then let the talk continue."""
    doubt = turn.state.doubt
    if doubt is not None and not _sensible(turn.state, doubt):
        drop(turn)
    elif doubt is not None and not doubt.speech:
        _ask_if_free(turn, doubt)
    elif doubt is not None and doubt.asked == math.inf and not turn.state.questioning:
        turn.set(doubt=replace(doubt, asked=turn.state.now))
    elif doubt is not None and turn.state.now >= doubt.asked + ANSWER_SECONDS:
        _settled(turn, vain=True)
    doubt = turn.state.doubt
    if turn.state.talk_waits and (doubt is None or turn.state.now >= doubt.asked + TALK_WAITS):
        talk_on(turn)


def drop(turn: Turn) -> None:
    """Forget the doubt, and the question if it is being said."""
    turn.break_off_question()
    turn.set(doubt=None)


def _settled(turn: Turn, *, vain: bool) -> None:
    drop(turn)
    now, before = turn.state.now, turn.state.restraint
    count = before.vain + 1 if vain else 0
    quiet_until = now + QUIET_SECONDS if count >= VAIN_QUESTIONS else before.quiet_until
    turn.set(restraint=replace(before, vain=count, quiet_until=quiet_until))


def _ask_if_free(turn: Turn, doubt: Doubt) -> None:
    if turn.state.now > doubt.heard + ASK_WITHIN:
        drop(turn)
        return
    speech = turn.state.speech
    needed = likely_seconds(question(turn, doubt.intent, doubt.slots))
    if seconds_to_mark(turn) > needed and not (speech is not None and speech.timely):
        _ask(turn, doubt)
        turn.set(restraint=replace(turn.state.restraint, quiet_until=turn.state.now + BETWEEN_QUESTIONS))


def _deny(turn: Turn, _doubt: Doubt) -> None:
    _settled(turn, vain=True)


def ask_anew(turn: Turn, doubt: Doubt, text: str) -> None:
    """Ask about a doubt in other words."""
    number = turn.interpose(text)
    turn.set(doubt=replace(doubt, speech=number, asked=math.inf))


def _ask(turn: Turn, doubt: Doubt) -> None:
    ask_anew(turn, doubt, question(turn, doubt.intent, doubt.slots))


def question(turn: Turn, intent: str, slots: Mapping[str, Any]) -> str:
    """The wording of the confirmation question for an intent."""
    reply = f"maybe_{intent}"
    if "stretch" in slots:
        routine = turn.routine
        return turn.replies.text(reply, name=routine.stretches[routine.index(slots["stretch"])].name)
    if "count" in slots:
        return turn.replies.text(f"{reply}_count", count=turn.replies.number(int(slots["count"])))
    what = slots.get("what")
    return turn.replies.text(f"{reply}_{what}" if what else reply)


_ANSWERS: Mapping[str, Callable[[Turn, Doubt], None]] = {"no": _deny, "undo": _deny, "say_again": _ask}
"""Replies to the question, except "yes", which has the command obeyed, and other commands, which replace it."""
