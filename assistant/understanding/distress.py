"""Distress in any words: pain, cramp, dizziness, numbness, a fall, chest, breath, a call for help.

Found by words anywhere in what was said, and by the classifier's probability; either alone is enough to ask. Words of
distress may be denied ("no pain"), past ("it hurt yesterday"), or about somebody else ("he hurt himself"): then they
count for less, but never for nothing if the classifier is sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from assistant.understanding.clauses import Words, holds

SURE_ALONE, SURE_WITH_WORDS = 0.65, 0.12
"""The probability from which distress is sure: by itself, and if words of distress were said."""

ASK_ALONE, ASK_DENIED = 0.22, 0.6
"""The probability from which the guide asks: by itself, and if the words were denied, past, or about another."""

DENIED_WITHIN = 4
"""A refusal this many words before a word of distress denies it: "not really any pain"."""


class Distress(Enum):
    """How sure it is that the person is in distress."""

    NONE = "none"
    PERHAPS = "perhaps"
    SURE = "sure"


@dataclass(frozen=True)
class DistressWords:
    """A language's words of distress, in any of which it can show; each is a tuple of words.

    `kinds`: the words of each kind. `spared`: sentences with such words that are no distress ("help yourself").
    `refusals`: words that deny those after them. `elsewhere`: words that put it into the past, into a question, or on
    somebody else ("yesterday", "what if", "he").
    """

    kinds: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    spared: tuple[Words, ...] = ()
    refusals: tuple[Words, ...] = ()
    elsewhere: tuple[Words, ...] = ()

    def find(self, words: Sequence[str]) -> tuple[str, bool] | None:
        """The kind of distress that is named, and whether it is the person's own and now; None for no such words."""
        if holds(words, self.spared):
            return None
        found = [
            (place, kind, mark)
            for kind, marks in self.kinds.items()
            for mark in marks
            for place in range(len(words) - len(mark) + 1)
            if tuple(words[place : place + len(mark)]) == mark
        ]
        if not found:
            return None
        own = [each for each in found if not holds(words[max(0, each[0] - DENIED_WITHIN) : each[0]], self.refusals)]
        _, kind, _ = max(own or found, key=lambda each: len(each[2]))
        return kind, bool(own) and not holds(words, self.elsewhere)


def how_sure(found: tuple[str, bool] | None, probability: float) -> Distress:
    """How sure distress is, given the words found (see `DistressWords.find`) and the classifier's probability of it."""
    if found is not None and found[1]:
        return Distress.SURE if probability >= SURE_WITH_WORDS else Distress.PERHAPS
    if found is not None:
        return Distress.PERHAPS if probability >= ASK_DENIED else Distress.NONE
    if probability >= SURE_ALONE:
        return Distress.SURE
    return Distress.PERHAPS if probability >= ASK_ALONE else Distress.NONE
