"""What is said before a stretch: everything at first, less and less as it becomes familiar."""

from __future__ import annotations

import zlib

from assistant.dialogue.content.moving import Posture
from assistant.dialogue.content.routine import EndsBy, Routine, Stretch, Thing
from assistant.dialogue.content.steps import steps_of
from assistant.dialogue.run import praise
from assistant.dialogue.run.dose import dose_from_here
from assistant.dialogue.run.familiarity import is_known, is_told
from assistant.dialogue.state.preferences import (
    AUTO_START,
    at_a_word,
    feet_left_out,
    is_gentle,
    is_left_out,
    own,
)
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.turn import SOUNDS, Turn, sentence
from assistant.phases import Phase

BETWEEN_LINES, BETWEEN_KNOWN = 0.5, 0.3
"""Seconds between two sentences to be followed, to picture the first before the next comes; and where nothing is to be
pictured, or it is known by heart."""

TALK_IN_HOLD_FROM, TALK_IN_HOLD_AFTER = 15.0, 1.5
"""Least seconds of a hold in which something is told, as in shorter ones it would run into the countdown; and seconds
from its start to that."""

TO_DECIDE = 2.0
"""Seconds after the safety sentences, to say stop."""


SAFETY_TOLD = "safety_told"
"""The key under which it is remembered that the usual safety sentences were told; others have their own keys."""


def instructions(turn: Turn, index: int, step: int = 0) -> list[str]:
    """The sentences before a stretch, from a step on: what the person needs to get there first, then the rest.

    If just cues lead, its name is all.
    """
    stretch = own(turn.routine.stretches[index], turn.state.memory)
    lines = [intro(turn, index)]
    if turn.words == SOUNDS:
        return lines
    side = steps_of(stretch, turn.state.run.plan.blocks)[step].side
    way = gentler_way(turn, stretch, side)
    otherwise = bool(way) and stretch.gently is not None  # then the gentler way is the position that is told
    lines += [*way[:1], *what_helps(turn, stretch)] if otherwise else what_helps(turn, stretch)
    lines += [*_foot_left_out(turn, stretch), *(turn.sided(text, side) for text in stretch.position)]
    lines += [dose_from_here(turn, stretch)]
    lines += meanwhile(turn, stretch, side)
    lines += [*([] if otherwise else way), *get_in_place(turn, stretch)]
    return lines


def meanwhile(turn: Turn, stretch: Stretch, side: str) -> list[str]:
    """What is told while the person gets into position, as long as it is new to them."""
    lines = [
        *(stretch.steady if is_told(turn, stretch, "steady") else ()),
        *(stretch.how if is_told(turn, stretch, "how") else ()),
        *(() if _holds_long(stretch) else _breathing_and_good(turn, stretch)),
    ]
    return [turn.sided(text, side) for text in lines]


def tell_in_hold(turn: Turn) -> None:
    """Tell in a hold that has just begun, if it is long enough, how to breathe and what it is good for."""
    lines = _breathing_and_good(turn, turn.stretch) if _holds_long(turn.stretch) else []
    if lines:
        turn.silence = TALK_IN_HOLD_AFTER
        turn.say(*(turn.sided(text, turn.step.side) for text in lines))


def _holds_long(stretch: Stretch) -> bool:
    return stretch.dose.ends_by is EndsBy.PERSON or stretch.dose.hold >= TALK_IN_HOLD_FROM


def _breathing_and_good(turn: Turn, stretch: Stretch) -> list[str]:
    """How to breathe, and what the stretch is good for, as long as that is new."""
    breathing = [stretch.breathing] if stretch.breathing and is_told(turn, stretch, "breathing") else []
    return [*breathing, *([stretch.good_for] if is_told(turn, stretch, "good_for") else [])]


def place_line(turn: Turn, stretch: Stretch, side: str) -> str:
    """The last sentence about the position: from then on the person gets into it."""
    return sentence(turn.sided(stretch.position[-1], side))


def get_in_place(turn: Turn, stretch: Stretch) -> list[str]:
    """What asks the person to say when they are in position, where that is waited for."""
    wish, things = turn.state.memory.get(AUTO_START), patient_things(stretch)
    if wish is False or at_a_word(turn.state, stretch.id):
        return [turn.replies.text("say_ready")]
    return [turn.replies.text("say_when_set", thing=things[-1].name)] if things and wish is None else []


def gentler_way(turn: Turn, stretch: Stretch, side: str) -> list[str]:
    """How to do a stretch more gently, if the person does it so; told each time, because the rest tells otherwise."""
    if not is_gentle(turn.state.memory, stretch.id):
        return []
    return [turn.replies.text("gentle_way"), *gentle_lines(turn, stretch, side)]


def gentle_lines(turn: Turn, stretch: Stretch, side: str) -> list[str]:
    """How to do a stretch more gently."""
    return [turn.sided(text, side) for text in stretch.gentler] or [turn.replies.text("easier_any")]


def _foot_left_out(turn: Turn, stretch: Stretch) -> list[str]:
    """That a stretch is done with one foot alone, or needs care, because a foot is left out."""
    out, replies = feet_left_out(turn.state), turn.replies
    if not out:
        return []
    if not stretch.dose.sides:
        feet = replies.listing([replies.text(side) for side in sorted(out)])
        return [replies.text("both_feet_care", side=feet)]
    kept = [side for side in stretch.dose.sides if side not in out]
    return [replies.text("only_this_foot", side=replies.text(side)) for side in kept[:1] if len(stretch.dose.sides) > 1]


def intro(turn: Turn, index: int) -> str:
    """The number and name of a stretch, and what has to be fetched for it, unless its name says so.

    If just cues lead, that is not told.
    """
    stretch, replies = turn.routine.stretches[index], turn.replies
    things = [] if turn.words == SOUNDS else [thing for thing in stretch.needs if not thing.optional]
    needed = [thing.say for thing in things if thing.name not in stretch.name]
    reply = "intro_with" if needed else "intro"
    fields = {"things": replies.listing(needed)} if needed else {}
    return replies.text(reply, number=replies.number(index + 1), name=stretch.name, **fields)


def patient_things(stretch: Stretch) -> list[Thing]:
    """What has to be put round a foot, or found with one, before the stretch can begin."""
    return [thing for thing in stretch.needs if thing.patient and not thing.optional]


def what_helps(turn: Turn, stretch: Stretch) -> list[str]:
    """What would help, but need not be there."""
    useful = [thing.say for thing in stretch.needs if thing.optional and is_told(turn, stretch, "optional_things")]
    return [turn.replies.text("needs_maybe", things=turn.replies.listing(useful))] if useful else []


def things_for_all(turn: Turn, routine: Routine, index: int = 0) -> list[str]:
    """What the whole routine needs, told before its first stretch; what only one stretch needs is told there.

    Not told to somebody who knows that stretch well.
    """
    if not is_told(turn, routine.stretches[index], "list_of_things"):
        return []
    todo = [stretch for stretch in routine.stretches if not is_left_out(turn.state, stretch)]
    things = {thing.name: thing.say for stretch in todo for thing in stretch.needs if not thing.optional}
    if len(things) < 2:
        return []
    return [turn.replies.text("needs_all", things=turn.replies.listing(list(things.values()))), _lay_ready(turn)]


def _lay_ready(turn: Turn) -> str:
    return turn.replies.text("lay_ready")


def safety(turn: Turn) -> list[str]:
    """The safety sentences not heard yet: whom this is not for, and how it goes. Told before the first run ever."""
    if turn.state.memory.get(_safety_key(turn)):
        return []
    how_it_goes = [turn.replies.text(each) for each in ("first_place", "first_sound")]
    return [*turn.routine.safety[turn.state.safety_heard :], *([] if turn.words == SOUNDS else how_it_goes)]


def _safety_key(turn: Turn) -> str:
    """The key that records whether these words on safety were told; other words have another key."""
    told = turn.routine.safety
    if told == (turn.book.usual_safety or turn.book.routine.safety):
        return SAFETY_TOLD
    return f"{SAFETY_TOLD}:{zlib.crc32(' '.join(told).encode()):08x}"


def take_note(turn: Turn, text: str) -> None:
    """Note that a sentence was said to its end; after the last safety sentence, they count as told for good."""
    heard, told, run = turn.state.safety_heard, turn.routine.safety, turn.state.run
    if run.getting_out and text == sentence(run.getting_out[0]):
        turn.set_run(getting_out=run.getting_out[1:])
    if run.then in TELLING and text == place_line(turn, turn.stretch, turn.step.side):
        turn.set_run(moving_since=turn.state.now)
    if heard == len(told) or text != sentence(told[heard]) or turn.state.memory.get(_safety_key(turn)):
        return
    turn.set(safety_heard=heard + 1)
    if heard + 1 == len(told):
        turn.remember(_safety_key(turn), True)


TELLING = frozenset({Then.AWAIT_READY, Then.WAIT})
"""What comes after the telling of a stretch."""


def change_line(turn: Turn) -> str:
    """What asks for the other foot, or for the same one once more, with praise for the one before if that is due."""
    step, before = turn.step, turn.steps[turn.state.run.step - 1]
    same = step.side == before.side
    change = turn.replies.text("same_again" if same else "change", side=turn.replies.text(step.side))
    relax = [] if turn.stretch.dose.ends_by is EndsBy.PERSON else [turn.varied("relax")]
    return " ".join(map(sentence, (*relax, *praise.for_side(turn, same=same), change)))


def tell_first(turn: Turn) -> bool:
    """Go on to what comes before any countdown, safety and then a new stretch; whether any of it was left."""
    state = turn.state
    speech = state.speech if state.speech and not state.speech.aside else None
    name, queue = sentence(intro(turn, state.run.stretch)), state.talk.queue
    if name not in queue:
        return False
    stretch = queue[queue.index(name) :]
    unheard = {sentence(text) for text in turn.routine.safety[state.safety_heard :]}
    if unheard.intersection((speech.text if speech else "", *queue)):
        turn.set_talk(queue=(*way_out(turn, turn.stretch), *(text for text in queue if text in unheard), *stretch))
        turn.answer(turn.replies.text("safety_first"))
    elif speech is not None and speech.text in map(sentence, way_out(turn, turn.stretch)):
        pass  # the way out of the previous stretch is being told, and this one follows
    elif turn.words == "full":
        turn.say_then(Then.AWAIT_READY, *way_out(turn, turn.stretch), *stretch)
    else:
        return False
    return True


def not_told_yet(turn: Turn) -> list[str]:
    """What somebody to whom the stretch is new must know before it begins, of what was still to be told."""
    state, stretch = turn.state, turn.stretch
    if state.run.then not in TELLING or not is_told(turn, stretch, "how"):
        return []
    side = turn.step.side
    needed = [*map(sentence, (turn.sided(text, side) for text in stretch.how)), dose_from_here(turn, stretch)]
    saying = (state.speech.text,) if state.speech is not None and not state.speech.aside else ()
    return [text for text in (*saying, *state.talk.queue) if text in needed]


def pause_after(turn: Turn, text: str) -> float:
    """Seconds of silence between a sentence and the next one."""
    if text == sentence(turn.routine.safety[-1]):
        return TO_DECIDE
    if turn.state.run.stretch < 0 or text in map(sentence, turn.routine.safety):
        return BETWEEN_LINES
    stretch, side = turn.stretch, turn.step.side
    pictured = {sentence(turn.sided(each, side)) for each in (*stretch.position, *stretch.change)}
    return BETWEEN_LINES if text in pictured and is_told(turn, stretch, "how") else BETWEEN_KNOWN


def once_more(turn: Turn) -> str:
    """What is said with the number of the second round; later ones go the same way."""
    again = turn.stretch.again
    told = bool(again) and turn.step.round == 2 and is_told(turn, turn.stretch, "again")
    return turn.sided(again, turn.step.side) if told else ""


def to_change(turn: Turn) -> list[str]:
    """How to change to the side of the current step, for somebody to whom that is new."""
    return _sided(turn, turn.stretch.change) if is_told(turn, turn.stretch, "change") else []


def to_begin_with(turn: Turn) -> list[str]:
    """How to get into position for the side of the current step, for somebody who was told of the other one."""
    return _sided(turn, turn.stretch.change or turn.stretch.position)


def to_get_out(turn: Turn) -> list[str]:
    """How to get out of the current stretch; told to everybody who leaves it in the middle, with a leg in the air."""
    return _sided(turn, turn.stretch.after)


def up_for_gentler_way(turn: Turn) -> list[str]:
    """How to get up from the floor, for somebody down there whose gentler way isn't done there."""
    gently = turn.stretch.gently
    elsewhere = gently is not None and gently.posture is not None and gently.posture is not Posture.FLOOR
    in_it = turn.state.run.phase is not Phase.GETTING_READY or turn.state.run.broken is not None
    return to_get_out(turn) if elsewhere and in_it and turn.stretch.posture is Posture.FLOOR else []


def at_the_end(turn: Turn) -> list[str]:
    """How to get out of the current stretch once it is done; not for somebody who knows it by heart."""
    return [] if is_known(turn, turn.stretch, "after") else to_get_out(turn)


def way_out(turn: Turn, to: Stretch | None = None) -> tuple[str, ...]:
    """What has not been said yet on leaving the stretch that the person is in, for another one or for none."""
    return () if to is not None and to.id == turn.state.run.out_of else turn.state.run.getting_out


def _sided(turn: Turn, texts: tuple[str, ...]) -> list[str]:
    return [turn.sided(text, turn.step.side) for text in texts]


def left_out_before(turn: Turn, index: int) -> list[str]:
    """Says which stretches just before this one are left out; once in a run."""
    names: list[str] = []
    for stretch in reversed(turn.routine.stretches[:index]):
        if not is_left_out(turn.state, stretch):
            break
        if stretch.id not in turn.state.run.told_left_out:
            names.insert(0, stretch.name)
            turn.set_run(told_left_out=turn.state.run.told_left_out | {stretch.id})
    return [turn.replies.text("left_out_here", names=turn.replies.listing(names))] if names else []
