"""A book whose sentences are their own keys: a test that compares them tells what is said, whatever its wording.

A reply becomes `[key field=value ...]`, a sentence of a routine `[stretch.part.number]`, with the side if it names one.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.content.replies import Replies
from assistant.dialogue.content.reply_fields import FIELDS
from assistant.dialogue.content.routine import Routine, Stretch
from assistant.dialogue.state.turn import Book

PARTS = {
    "and": "{some} and {last}",
    "comma": "{some}, {last}",
    "left": "left",
    "right": "right",
    "second": "1 s",
    "seconds": "{n} s",
    "minute": "1 min",
    "minutes": "{n} min",
    "minute_half": "1.5 min",
    "minutes_half": "{n}.5 min",
    "about": "about {time}",
    "countdown": "[down {n}]",
    "counted": "[count {n}]",
}
"""What is only a part of a sentence, or has to be said within a second, in a short form of its own."""


def keyed_replies() -> Replies:
    """All replies that there are, each with its key as its only wording."""
    return Replies({key: (PARTS.get(key) or _key(key, *sorted(fields)),) for key, fields in FIELDS.items()}, ())


def keyed_book(book: Book) -> Book:
    """The same routines with the same doses and things, in keys."""
    first, *others = map(keyed_routine, book.routines)
    usual = _keys("safety", book.usual_safety)
    return replace(book, routine=first, others=tuple(others), replies=keyed_replies(), usual_safety=usual)


def keyed_routine(routine: Routine) -> Routine:
    """Called by its id, as each of its stretches is."""
    stretches = tuple(_stretch(stretch) for stretch in routine.stretches)
    return replace(routine, name=routine.id, safety=_keys("safety", routine.safety), stretches=stretches)


def _stretch(stretch: Stretch) -> Stretch:
    return replace(
        stretch,
        name=stretch.id,
        needs=tuple(
            replace(thing, say=thing.name, instead=thing.instead and f"[{thing.name}.instead]")
            for thing in stretch.needs
        ),
        position=_keys(f"{stretch.id}.position", stretch.position),
        how=_keys(f"{stretch.id}.how", stretch.how),
        steady=_keys(f"{stretch.id}.steady", stretch.steady),
        breathing=stretch.breathing and f"[{stretch.id}.breathing]",
        breathe=stretch.breathe and f"[{stretch.id}.breathe]",
        again=stretch.again and f"[{stretch.id}.again]",
        unit=stretch.unit and (f"{stretch.id}.round", f"{stretch.id}.rounds"),
        good_for=f"[{stretch.id}.good_for]",
        change=_keys(f"{stretch.id}.change", stretch.change),
        after=_keys(f"{stretch.id}.after", stretch.after),
        gentler=_keys(f"{stretch.id}.gentler", stretch.gentler),
        gently=stretch.gently
        and replace(
            stretch.gently,
            change=_keys(f"{stretch.id}.gently.change", stretch.gently.change),
            after=_keys(f"{stretch.id}.gently.after", stretch.gently.after),
        ),
    )


def _keys(key: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    sided = [("side",) if "{side}" in text or "{other}" in text else () for text in texts]
    return tuple(_key(f"{key}.{number}", *fields) for number, fields in enumerate(sided, 1))


def _key(key: str, *fields: str) -> str:
    return f"[{' '.join((key, *(f'{field}={{{field}}}' for field in fields)))}]"
