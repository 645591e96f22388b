"""Distress in any words: pain, cramp, dizziness, numbness, a fall, chest, breath, a call for help.

Found by words anywhere in what was said, and by the classifier's probability; either alone is enough to ask. Words of
distress may be denied ("no pain"), past ("it hurt yesterday"), or about somebody else ("he hurt himself"): then they
count for less, but never for nothing if the classifier is sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from assistant.understanding.clauses import Words, begins_with, holds, places_of

SURE_ALONE, SURE_WITH_WORDS = 0.65, 0.12
"""The probability from which distress is sure: by itself, and if words of distress were said."""

ASK_ALONE, ASK_DENIED = 0.22, 0.6
"""The probability from which the guide asks: by itself, and if the words were denied, past, or about another."""

HARDLY_MEANT, NEVER_MEANT = 0.9, 0.98
"""The probability of meaning nothing here from which even plain words are only asked about ("I fell for him"), and from
which other words of distress are none ("our printer's in agony")."""

SLIGHT = frozenset({"pain", "cramp", "numb"})
"""The kinds of which words alone don't need a question, if they almost surely mean nothing here."""

DENIED_WITHIN = 4
"""A denial this many words before a word of distress denies it: "not really any pain"."""


class Distress(Enum):
    """How sure it is that the person is in distress."""

    NONE = "none"
    PERHAPS = "perhaps"
    SURE = "sure"


@dataclass(frozen=True)
class Found:
    """Words of distress: their kind, whether it is the person's own and now, and whether they leave no doubt of it."""

    kind: str
    own: bool
    plain: bool = False


@dataclass(frozen=True)
class DistressWords:
    """A language's words of distress, in any of which it can show; each is a tuple of words.

    `kinds`: the words of each kind. `plain`: those that leave no doubt. `spared`: words in which such words are no
    distress ("help yourself"); beside them others still are. `denials`: words that deny those after them. `elsewhere`:
    words that put those after them into a question or on somebody else ("what if", "he"). `past`: words that put the
    whole into the past.
    `answers`: the "no" of an answer, which denies nothing where one of the `openings` follows, or where there are none:
    "no, it hurts". `back`: with these, pain and a numb foot together are pain that runs down the leg.
    """

    kinds: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    spared: tuple[Words, ...] = ()
    denials: tuple[Words, ...] = ()
    elsewhere: tuple[Words, ...] = ()
    past: tuple[Words, ...] = ()
    plain: tuple[Words, ...] = ()
    answers: tuple[Words, ...] = ()
    openings: tuple[Words, ...] = ()
    back: tuple[Words, ...] = ()

    def without_answer(self, words: Sequence[str]) -> Sequence[str]:
        """The words after the "no" that they begin with, where a sentence of its own follows: "no, it hurts"."""
        ends, new = set[int](), {0}
        while new:
            new = {end + len(each) for end in new for each in self.answers if begins_with(words[end:], each)} - ends
            ends |= new
        opening = [
            end
            for end in ends
            if end < len(words) and (not self.openings or any(begins_with(words[end:], each) for each in self.openings))
        ]
        return words[max(opening, default=0) :]

    def find(self, words: Sequence[str]) -> Found | None:
        """The distress that is named; None for no such words."""
        words = self.without_answer(words)
        spared: set[int] = set()
        for mark in self.spared:
            spared.update(number for place in places_of(words, mark) for number in range(place, place + len(mark)))
        found = [
            (place, kind, mark)
            for kind, marks in self.kinds.items()
            for mark in marks
            for place in places_of(words, mark)
            if spared.isdisjoint(range(place, place + len(mark)))
        ]
        if not found:
            return None
        own = [each for each in found if self._is_own(words, each[0])]
        _, kind, mark = max(own or found, key=lambda each: (_gravity(each[1]), each[2] in self.plain, len(each[2])))
        if {"pain", "numb"} <= {each[1] for each in own} and _gravity(kind) == 0 and holds(words, self.back):
            kind = "leg"
        is_own = bool(own) and not holds(words, self.past)
        return Found(kind, is_own, is_own and mark in self.plain)

    def _is_own(self, words: Sequence[str], place: int) -> bool:
        denied = holds(words[max(0, place - DENIED_WITHIN) : place], self.denials)
        return not denied and not holds(words[:place], self.elsewhere)


def _gravity(kind: str) -> int:
    """Of two kinds in one sentence the graver one counts: "my chest hurts and I'm dizzy"."""
    return {"chest": 2, "breath": 2, "fall": 2, "leg": 1, "weak": 1}.get(kind, 0)


def how_sure(found: Found | None, probability: float, not_meant: float = 0.0) -> Distress:
    """How sure distress is, given the words found (see `DistressWords.find`), and the classifier's probabilities of it
    and of meaning nothing for the guide."""
    if found is not None and found.own:
        if found.kind in SLIGHT and not found.plain and not_meant >= NEVER_MEANT:
            return Distress.NONE
        plain = found.plain and not_meant < HARDLY_MEANT
        return Distress.SURE if plain or probability >= max(SURE_WITH_WORDS, not_meant) else Distress.PERHAPS
    if found is not None:
        return Distress.PERHAPS if probability >= ASK_DENIED else Distress.NONE
    if probability >= SURE_ALONE:
        return Distress.SURE
    return Distress.PERHAPS if probability >= ASK_ALONE else Distress.NONE
