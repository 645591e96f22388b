"""Answers about what the routine is made of: doses, times, positions, parts of the foot, and other things to use."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy, Posture, Stretch, Thing
from assistant.dialogue.requests.questions import asked_stretch, seconds_left
from assistant.dialogue.state.preferences import own, planned, seconds_after
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import RUNNING


def dose(turn: Turn, heard: Heard) -> None:
    """How much of a stretch is to be done, with the person's own values; without a stretch, how long it all takes."""
    stretch = asked_stretch(turn, heard.slots.get("stretch"))
    if stretch is None:
        turn.answer(total_time(turn))
        return
    text = dose_in_words(turn, own(stretch, turn.state.memory))
    current = turn.state.run.phase in RUNNING and turn.stretch.id == stretch.id
    turn.answer(text if current else turn.replies.text("dose_of", name=stretch.name, dose=text))


def dose_in_words(turn: Turn, stretch: Stretch) -> str:
    """A dose as a sentence."""
    replies, amount = turn.replies, stretch.dose
    current = turn.state.run.phase in RUNNING and turn.stretch.id == stretch.id
    blocks = (turn.state.run.plan.blocks if current else ()) or planned(turn.state, stretch)
    rounds, sides = max(number for _side, number in blocks), {side for side, _number in blocks}
    number, each = replies.number(rounds), "_sides" if len(sides) > 1 else ""
    many = "_rounds" if rounds > 1 else ""
    if amount.ends_by is EndsBy.CLOCK:
        text = replies.text(f"dose_hold{many}{each}", time=replies.exactly(amount.hold), rounds=number)
    elif amount.ends_by is EndsBy.COUNT:
        text = replies.text(f"dose_count{many}{each}", count=replies.number(amount.repetitions), rounds=number)
    else:
        text = replies.text(f"dose_open{many}{each}", rounds=number)
    if len(amount.sides) > 1 and len(sides) == 1:
        text = f"{text} {replies.text('only_this_foot', side=replies.text(sides.pop()))}"
    return sentence(text)


def total_time(turn: Turn) -> str:
    """How long the whole routine takes; in a run, what is left of it."""
    replies = turn.replies
    if turn.state.run.phase not in RUNNING:
        return replies.text("left_nothing", time=replies.duration(seconds_after(turn.state, turn.routine, -1)))
    here, all_of_it = seconds_left(turn)
    if turn.state.run.only:
        return sentence(replies.text("left_stretch", time=replies.text("about", time=replies.duration(here))))
    return sentence(replies.text("left_routine", time=replies.text("about", time=replies.duration(all_of_it))))


def positions(turn: Turn, heard: Heard) -> None:
    """The stretches that are done in a position."""
    wanted = Posture(heard.slots["position"])
    names = [each.name for each in turn.routine.stretches if each.posture is wanted]
    replies = turn.replies
    found = replies.text(f"positions_{wanted.value}", names=replies.listing(names))
    turn.answer(sentence(found) if names else replies.text("positions_none"))


def stretches_for(turn: Turn, heard: Heard) -> None:
    """The stretches that are for a part of the foot."""
    part = heard.slots["body"]
    names = [each.name for each in turn.routine.stretches if part in each.body]
    replies = turn.replies
    turn.answer(replies.text(f"for_{part}", names=replies.listing(names)) if names else replies.text("for_none"))


def instead(turn: Turn, heard: Heard) -> None:
    """What would do in place of a thing, or of what the current stretch needs."""
    replies, wanted = turn.replies, heard.slots.get("thing")
    stretch = asked_stretch(turn, None)
    if wanted is None and stretch is not None and not stretch.needs:
        turn.answer(replies.text("needs_nothing", name=stretch.name))
        return
    things = _things(turn, wanted) if wanted else list(stretch.needs) if stretch else []
    if wanted and not things:
        turn.answer(replies.text("need_no_thing", thing=wanted))
        return
    told = dict.fromkeys(thing.instead for thing in things if thing.instead)
    turn.answer(" ".join(told) or replies.text("instead"))


def _things(turn: Turn, wanted: str) -> list[Thing]:
    every = (need for stretch in turn.routine.stretches for need in stretch.needs)
    return [need for need in every if wanted.lower() in need.name.lower()]
