"""The numbers that a person gives to pain and effort: kept, and used for the next time as the routine's rules say."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.rules import Rule, for_number
from assistant.dialogue.run.leading import finish
from assistant.dialogue.run.numbers import ASK_AFTER, OFF
from assistant.dialogue.run.pausing import end_halt
from assistant.dialogue.state.preferences import hurt_key, index_after, share_key
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn

PAIN = "pain"
"""What a number is for, where "no" and "it's gone" are one too."""

MOST = 10
"""The highest number there is; what is said beyond it is counting, or was misheard."""


def number(turn: Turn, heard: Heard) -> None:
    """Keep the number, say it back, and say what it changes; then the run goes on."""
    given = int(heard.slots["n"])
    if given > MOST:
        turn.say_instead(turn.replies.text("sorry_number"))
    else:
        _keep(turn, given)


def none(turn: Turn) -> None:
    """A "no" is nought to the question of pain; of effort it says that there is to be no number."""
    halt = turn.state.halt
    if halt is not None and halt.kind == PAIN:
        _keep(turn, 0)
    else:
        leave(turn)


def ask_again(turn: Turn) -> None:
    """What was said is no number, and may be much or little: ask for one."""
    turn.say_instead(turn.replies.text("sorry_number"))


def ask_how_much(turn: Turn) -> None:
    """It was too much: of pain that is a lot, and the number is asked for with sympathy."""
    halt = turn.state.halt
    pain = halt is not None and halt.kind == PAIN
    turn.say_instead(turn.replies.text("ask_pain_again" if pain else "sorry_number"))


def leave(turn: Turn) -> None:
    """Go on without a number."""
    end_halt(turn, silently=True)


def no_number(turn: Turn, heard: Heard) -> None:
    """Somebody can't say, or doesn't want to be asked: drop the question, and for the latter ask no more."""
    if heard.slots.get("what") == OFF:
        _ask_no_more(turn)
    else:
        leave(turn)
        turn.say(turn.replies.text("number_none"))


def stop(turn: Turn) -> None:
    """End the run; after its last stretch it is complete, with or without a number."""
    leave(turn)
    run = turn.state.run
    if not run.only and index_after(turn.state, turn.routine, run.stretch) is not None:
        finish(turn, "stopped")
    else:
        turn.set_run(to_ask=())


def _keep(turn: Turn, given: int) -> None:
    halt = turn.state.halt
    assert halt is not None
    what = halt.kind
    turn.record("number", stretch=turn.stretch.id, what=what, number=given)
    rule = for_number(turn.routine.rules, what, given)
    _apply(turn, rule)
    leave(turn)
    turn.say(turn.replies.text(_reply(rule), number=turn.replies.number(given)))


def _apply(turn: Turn, rule: Rule | None) -> None:
    """Let the number change the next time. Of two numbers for one stretch, the one that makes it shorter counts."""
    if rule is None:
        return
    stretch, memory = turn.stretch.id, turn.state.memory
    before = float(memory.get(share_key(stretch), rule.share))
    if rule.share != 1.0:
        turn.remember(share_key(stretch), min(before, rule.share))
    if rule.gentler and turn.state.today:
        turn.remember(hurt_key(stretch), turn.state.today)


def _reply(rule: Rule | None) -> str:
    if rule is None:
        return "number_kept"
    if rule.gentler:
        return "number_gentler"
    return "number_kept" if rule.share == 1.0 else "number_shorter" if rule.share < 1.0 else "number_longer"


def ask_after(turn: Turn, heard: Heard) -> None:
    """Ask for numbers after each stretch from now on, or no longer."""
    what = str(heard.slots["what"])
    if what == OFF and turn.state.asked is Asked.NUMBER:
        _ask_no_more(turn)
    else:
        turn.remember(ASK_AFTER, what)
        turn.answer(turn.replies.text(f"ask_after_{what}"))


def _ask_no_more(turn: Turn) -> None:
    """Drop the question for a number, and ask for none from now on."""
    turn.remember(ASK_AFTER, OFF)
    turn.set_run(to_ask=())
    leave(turn)
    turn.say(turn.replies.text("ask_after_off"))
