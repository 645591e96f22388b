"""What is said before a stretch: everything at first, less and less as it becomes familiar."""

from __future__ import annotations

import zlib
from datetime import date
from enum import Enum

from assistant.dialogue.content.routine import Stretch
from assistant.dialogue.content.steps import steps_of
from assistant.dialogue.state.preferences import AUTO_START, feet_left_out, gentle_key, is_left_out
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.turn import SOUNDS, Turn, sentence

POSITION_FROM, NAME_FROM = 3, 8
"""Half days with this stretch from which only the position is told, and not even that. Three times is two days; after
eight, most of a week, nobody wants the description before the countdown."""

BETWEEN_LINES = 0.8
"""Seconds between two sentences to be followed, to picture the first before the next comes."""

TO_FETCH = 2.0
"""Seconds after naming what is needed, to reach for it."""

TO_DECIDE = 3.0
"""Seconds after the safety sentences, to say stop."""


SAFETY_TOLD = "safety_told"
"""The key under which it is remembered that the usual safety sentences were told; others have their own keys."""


class Telling(Enum):
    """How much is told about a stretch before it."""

    ALL = "all"
    POSITION = "position"
    NAME = "name"


def telling(turn: Turn, stretch: Stretch) -> Telling:
    """How much to tell about a stretch now."""
    if turn.words != "full":
        return Telling.NAME
    today = turn.state.today
    times = turn.state.history.familiar(stretch.id, date.fromisoformat(today)) if today else 0
    if times >= NAME_FROM:
        return Telling.NAME
    return Telling.POSITION if times >= POSITION_FROM else Telling.ALL


def instructions(turn: Turn, index: int, step: int = 0) -> list[str]:
    """The sentences before a stretch, from a step on; its name and needs are only left out if just cues lead."""
    stretch = turn.routine.stretches[index]
    lines = [_intro(turn, index)]
    if turn.words == SOUNDS:
        return lines
    lines += [*things_needed(turn, stretch), *_foot_left_out(turn, stretch)]
    how_much, side = telling(turn, stretch), steps_of(stretch, turn.state.run.plan.blocks)[step].side
    if how_much is not Telling.NAME:
        lines += [turn.sided(text, side) for text in stretch.position]
    if how_much is Telling.ALL:
        lines += [turn.sided(text, side) for text in stretch.how]
    lines += gentler_way(turn, stretch, side)
    if how_much is not Telling.NAME or stretch.needs:
        lines.append(get_in_place(turn))
    return lines


def get_in_place(turn: Turn) -> str:
    """What asks the person to get into position, and says what begins the stretch then."""
    return turn.replies.text("say_in_place" if turn.state.memory.get(AUTO_START) else "say_ready")


def gentler_way(turn: Turn, stretch: Stretch, side: str) -> list[str]:
    """How to do a stretch more gently, if the person does it so; told each time, because the rest tells otherwise."""
    if not turn.state.memory.get(gentle_key(stretch.id)):
        return []
    way = [turn.sided(text, side) for text in stretch.gentler] or [turn.replies.text("easier_any")]
    return [turn.replies.text("gentle_way"), *way]


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


def _intro(turn: Turn, index: int) -> str:
    name = turn.routine.stretches[index].name
    return turn.replies.text("intro", number=turn.replies.number(index + 1), name=name)


def things_needed(turn: Turn, stretch: Stretch) -> list[str]:
    """What has to be fetched, and what would help."""
    replies = turn.replies
    needed = [thing.say for thing in stretch.needs if not thing.optional]
    useful = [thing.say for thing in stretch.needs if thing.optional]
    lines = [replies.text("needs_this", things=replies.listing(needed))] if needed else []
    if useful:
        lines.append(replies.text("needs_maybe", things=replies.listing(useful)))
    return lines


def things_for_all(turn: Turn, index: int) -> list[str]:
    """What the whole routine needs, told before its first stretch; what only one stretch needs is told there.

    Not told if that stretch is so familiar that only its name is.
    """
    if telling(turn, turn.routine.stretches[index]) is Telling.NAME:
        return []
    todo = [stretch for stretch in turn.routine.stretches if not is_left_out(turn.state, stretch)]
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
    how_it_goes = [turn.replies.text(each) for each in ("first_place", "first_sound", "first_explain")]
    return [*turn.routine.safety[turn.state.safety_heard :], *([] if turn.words == SOUNDS else how_it_goes)]


def _safety_key(turn: Turn) -> str:
    """The key that records whether these words on safety were told; other words have another key."""
    told = turn.routine.safety
    if told == (turn.book.usual_safety or turn.book.routine.safety):
        return SAFETY_TOLD
    return f"{SAFETY_TOLD}:{zlib.crc32(' '.join(told).encode()):08x}"


def take_note(turn: Turn, text: str) -> None:
    """Note that a sentence was said to its end; after the last safety sentence, they count as told for good."""
    heard, told, out = turn.state.safety_heard, turn.routine.safety, turn.state.run.getting_out
    if out and text == sentence(out[0]):
        turn.set_run(getting_out=out[1:])
    if heard == len(told) or text != sentence(told[heard]) or turn.state.memory.get(_safety_key(turn)):
        return
    turn.set(safety_heard=heard + 1)
    if heard + 1 == len(told):
        turn.remember(_safety_key(turn), True)


def tell_first(turn: Turn) -> bool:
    """Go on to what comes before any countdown, safety and then a new stretch; whether any of it was left."""
    state = turn.state
    speech = state.speech if state.speech and not state.speech.aside else None
    name, queue = sentence(_intro(turn, state.run.stretch)), state.talk.queue
    if name not in queue:
        return False
    stretch = queue[queue.index(name) :]
    unheard = {sentence(text) for text in turn.routine.safety[state.safety_heard :]}
    if unheard.intersection((speech.text if speech else "", *queue)):
        turn.set_talk(queue=(*way_out(turn, turn.stretch), *(text for text in queue if text in unheard), *stretch))
        turn.answer(turn.replies.text("safety_first"))
    elif speech is not None and speech.text in map(sentence, way_out(turn, turn.stretch)):
        pass  # the way out of the previous stretch is being told, and this one follows
    elif telling(turn, turn.stretch) is Telling.ALL:
        turn.say_then(Then.AWAIT_READY, *way_out(turn, turn.stretch), *stretch)
    else:
        return False
    return True


def pause_after(turn: Turn, text: str) -> float:
    """Seconds of silence between a sentence and the next one."""
    if text == sentence(turn.routine.safety[-1]):
        return TO_DECIDE
    things = [_lay_ready(turn), *(things_needed(turn, turn.stretch) if turn.state.run.stretch >= 0 else ())]
    return TO_FETCH if text in map(sentence, things) else BETWEEN_LINES


def once_more(turn: Turn) -> str:
    """What is said with the number of the second round; later ones go the same way."""
    return " ".join(_unless_known(turn, (turn.stretch.again,))) if turn.step.round == 2 else ""


def to_change(turn: Turn) -> list[str]:
    """How to change to the side of the current step."""
    return _unless_known(turn, turn.stretch.change)


def to_begin_with(turn: Turn) -> list[str]:
    """How to get into position for the side of the current step, for somebody who was told of the other one."""
    return _sided(turn, turn.stretch.change or turn.stretch.position)


def to_get_out(turn: Turn) -> list[str]:
    """How to get out of the current stretch; told to everybody, because a band or a raised leg is a danger."""
    return _sided(turn, turn.stretch.after)


def way_out(turn: Turn, to: Stretch | None = None) -> tuple[str, ...]:
    """What has not been said yet on leaving the stretch that the person is in, for another one or for none."""
    return () if to is not None and to.id == turn.state.run.out_of else turn.state.run.getting_out


def _unless_known(turn: Turn, texts: tuple[str, ...]) -> list[str]:
    return [] if telling(turn, turn.stretch) is Telling.NAME else _sided(turn, texts)


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
