"""One breath, several things: repeats, corrections, and two wishes in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Words = tuple[str, ...]


@dataclass(frozen=True)
class ClauseWords:
    """A language's words that join and correct. Each is a tuple of words.

    `corrections`: after these, what was said before does not count ("no", "I mean"). `joints`: between two wishes
    ("but", "and"). `refusals`: they turn what is said round ("don't", "not", "no"). `instead`: what comes right after
    these is not what is wanted ("ten instead of twenty"). `turning`: the refusals that tell somebody not to ("don't").
    `questions`: they begin one ("how", "is"). `lasting`: a wish with these is for good ("never", "from now on").
    `unsettled`: with these nobody says that it goes on ("or", "can't", "as soon as").
    `halves`: half a number more ("and a half"). `beside_numbers`: words that may stand beside a number that is given.
    """

    corrections: tuple[Words, ...] = ()
    joints: tuple[Words, ...] = ()
    refusals: tuple[Words, ...] = ()
    instead: tuple[Words, ...] = ()
    turning: tuple[Words, ...] = ()
    questions: tuple[Words, ...] = ()
    lasting: tuple[Words, ...] = ()
    unsettled: tuple[Words, ...] = ()
    halves: tuple[Words, ...] = ()
    beside_numbers: tuple[Words, ...] = ()

    def turns(self, words: Sequence[str]) -> list[Words]:
        """What in the words may turn a wish into a refusal or a question: refusals anywhere, a question's beginning."""
        begins = [mark for mark in self.questions if tuple(words[: len(mark)]) == mark]
        return [mark for mark in self.turning if holds(words, (mark,))] + begins


def without_repeats(words: Sequence[str]) -> list[str]:
    """The words with each stretch of them that is said again at once left out: "stop stop stop", "go back go back"."""
    result = list(words)
    for length in range(1, len(result) // 2 + 1):
        start = 0
        while start + 2 * length <= len(result):
            if result[start : start + length] == result[start + length : start + 2 * length]:
                del result[start : start + length]
            else:
                start += 1
    return result


def longest(words: Sequence[str], start: int, marks: Sequence[Words]) -> int:
    """How many words the longest of the marks has that stand in the words from `start` on; 0 if none does."""
    return max((len(mark) for mark in marks if tuple(words[start : start + len(mark)]) == mark), default=0)


def ends_before(words: Sequence[str], end: int, marks: Sequence[Words]) -> bool:
    """Whether one of the marks stands right before `end`."""
    return any(end >= len(mark) and tuple(words[end - len(mark) : end]) == mark for mark in marks)


def split_at(words: Sequence[str], marks: Sequence[Words]) -> list[list[str]]:
    """The parts of the words between any of the marks, which are left out; no empty parts."""
    parts: list[list[str]] = [[]]
    place = 0
    while place < len(words):
        length = longest(words, place, marks)
        if length:
            parts.append([])
        else:
            parts[-1].append(words[place])
        place += length or 1
    return [part for part in parts if part]


def corrected_parts(words: Sequence[str], marks: Sequence[Words]) -> list[list[str]]:
    """The parts of the words between marks that correct, at least one of them; a command that ends a mark is no part of
    it at the end of what was said: "next, no, wait"."""
    parts = split_at(words, marks)
    shorter = next((mark for mark in marks if len(mark) == 1 and len(words) > 2 and words[-2] == mark[0]), None)
    if shorter is not None and len(parts) == 1 and words[:-2] == parts[0]:
        return [parts[0], [words[-1]]]
    return parts or [[]]


def begins_with(words: Sequence[str], mark: Words) -> bool:
    """Whether the words begin with a mark."""
    return tuple(words[: len(mark)]) == mark


def holds(words: Sequence[str], marks: Sequence[Words]) -> bool:
    """Whether any of the marks stands in the words."""
    return any(places_of(words, mark) for mark in marks)


def places_of(words: Sequence[str], mark: Words) -> list[int]:
    """Where a mark begins in the words."""
    return [place for place in range(len(words) - len(mark) + 1) if tuple(words[place : place + len(mark)]) == mark]
