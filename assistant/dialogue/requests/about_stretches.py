"""Answers about what the routine is made of: doses, times, positions, parts of the foot, and other things to use."""

from __future__ import annotations

from assistant.dialogue.content.events import Heard
from assistant.dialogue.content.routine import EndsBy, Posture, Stretch, Thing
from assistant.dialogue.requests.questions import asked_stretch, seconds_left, span_left
from assistant.dialogue.run.estimate import seconds_of_all
from assistant.dialogue.state.preferences import own, planned
from assistant.dialogue.state.turn import Turn, sentence
from assistant.phases import RUNNING, Phase


def dose(turn: Turn, heard: Heard) -> None:
    """How much of a stretch is to be done, with the person's own values; without a stretch, how long it all takes.

    Of the hold that is going on, what is left of it comes first: "how long is it" may ask for either.
    """
    if "what" in heard.slots:
        turn.answer(turn.replies.text("twice_a_day"))
        return
    stretch = asked_stretch(turn, heard.slots.get("stretch"))
    if stretch is None:
        turn.answer(total_time(turn, heard))
        return
    text = dose_in_words(turn, own(stretch, turn.state.memory))
    current = turn.state.run.phase in RUNNING and turn.stretch.id == stretch.id
    if current and turn.state.run.phase is Phase.EXERCISING:
        text = f"{sentence(span_left(turn))} {text}"
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


def total_time(turn: Turn, heard: Heard) -> str:
    """How long the whole routine takes this person, or the one that was named; in a run, what is left of it."""
    replies, named = turn.replies, heard.slots.get("routine", turn.routine.id)
    other = next((each for each in turn.book.routines if each.id == named), turn.routine)
    if other.id != turn.routine.id:
        time = replies.duration(seconds_of_all(turn.book, turn.state, other))
        return sentence(replies.text("routine_takes", name=other.name, time=time))
    if turn.state.run.phase not in RUNNING:
        return replies.text("left_nothing", time=replies.duration(seconds_of_all(turn.book, turn.state, turn.routine)))
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
    if "where" in heard.slots:
        turn.answer(_on_a_bed(turn, stretch))
        return
    if wanted is None and stretch is not None and not stretch.needs:
        turn.answer(replies.text("needs_nothing", name=stretch.name))
        return
    things = _things(turn, wanted) if wanted else list(stretch.needs) if stretch else []
    if wanted and not things:
        turn.answer(replies.text("need_no_thing", thing=wanted))
        return
    told = dict.fromkeys(thing.instead for thing in things if thing.instead)
    turn.answer(" ".join(told) or replies.text("instead"))


def _on_a_bed(turn: Turn, stretch: Stretch | None) -> str:
    replies, lying = turn.replies, [each.name for each in turn.routine.stretches if each.posture is Posture.FLOOR]
    if stretch is None and lying:
        return replies.text("on_a_bed_these", names=replies.listing(lying))
    return replies.text("on_a_bed" if stretch is not None and stretch.name in lying else "not_on_a_bed")


def _things(turn: Turn, wanted: str) -> list[Thing]:
    every = (need for stretch in turn.routine.stretches for need in stretch.needs)
    return [need for need in every if wanted.lower() in need.name.lower()]
