"""Judges what was heard by the program's own matcher and interpreter, again and again with other limits.

What is costly depends on no limit, so it is done once and remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from assistant.dialogue.rehearsal import rehearse
from assistant.language.understand_text import new_interpreter, new_matcher
from assistant.language.word_model_file import word_model
from assistant.paths import cache_folder
from assistant.understanding.free_words import FreeWords
from assistant.understanding.gate import not_now
from assistant.understanding.given_numbers import NUMBER
from assistant.understanding.hypothesis import Hypothesis, Match, Posteriors
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Weighed
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.phrases import PhraseBook
from assistant.understanding.scoring import Weighing
from assistant.understanding.thresholds import OPPOSITES, Thresholds
from assistant.understanding.wake_word import NameMatcher
from assistant.understanding.word_model import WordModel
from assistant.understanding.word_search import FoundWords, WordSearch
from assistant.wiring import guide_book, language_folder, usable_meaning
from bench.fitting.heard import Heard
from bench.fitting.sounds import DISTRESS_KIND, NEAR_KIND, OWN_KIND, Sound

MOMENTS = (
    "hold",
    "waiting",
    "rest",
    "paused",
    "telling",
    "idle",
    "counting",
    "open_hold",
    "asked_pain",
    "change",
    "asked_continue",
)
"""Where a command may be expected; the first is the most usual one while talk goes on."""

HOPELESS = 20.0
"""Nats behind the nearest phrase from which another can't win with any limits."""

RIGHT, ANOTHER, OPPOSITE = 1.0, -3.0, -10.0
"""What a command is worth that is understood, taken for another, or for its opposite; a miss is worth nothing."""

WORD = 1.0
"""What a single word costs, in misses, that means nothing and passes."""

ASKED, ASKED_RIGHTLY = 0.25, 0.6
"""What a needless question about distress costs, in false accepts, and what a rightful one is worth, in commands."""

DISTRESS = "hurts"
"""The intent."""

GOAL = 4.0
"""Commands nobody gave in an hour of other talk. It is of the hardest kind: short sentences, said without a break."""

ABOVE_GOAL, BELOW_GOAL = 0.01, 0.001
"""What each false accept an hour above the goal costs, and each below it, as a share of all commands."""

Answer = TypeVar("Answer")


def moments() -> dict[str, Moment]:
    """What fits where the guide is, by the names of MOMENTS."""
    book = guide_book(language_folder("en"))
    return {name: rehearse(book, name).moment for name in MOMENTS}


def remembering(work: Callable[[Hypothesis], Answer]) -> Callable[[Hypothesis], Answer]:
    """The same work, done once for each hypothesis."""
    known: dict[int, tuple[Hypothesis, Answer]] = {}

    def remembered(hypothesis: Hypothesis) -> Answer:
        if id(hypothesis) not in known:
            known[id(hypothesis)] = (hypothesis, work(hypothesis))
        return known[id(hypothesis)][1]

    return remembered


class RememberingMatcher(NameMatcher):
    """The program's matcher, which weighs the evidence in each hypothesis only once, whatever its thresholds."""

    def __init__(self, book: PhraseBook, weighing: Weighing) -> None:
        super().__init__(book, weighing=weighing)
        self._weigh_once = remembering(self._weigh_without_the_hopeless)
        self._find_once = remembering(super().name_in)
        self._look_once = remembering(super().distress_in)

    def weigh(self, hypothesis: Hypothesis) -> Weighed | None:
        """As the program's, without phrases that are far behind."""
        return self._weigh_once(hypothesis)

    def name_in(self, hypothesis: Hypothesis) -> Any:
        """As the program's."""
        return self._find_once(hypothesis)

    def distress_in(self, hypothesis: Hypothesis) -> Any:
        """As the program's."""
        return self._look_once(hypothesis)

    def _weigh_without_the_hopeless(self, hypothesis: Hypothesis) -> Weighed | None:
        weighed = super().weigh(hypothesis)
        if weighed is None:
            return None
        kept = np.flatnonzero(weighed.nats <= weighed.nats.min() + HOPELESS)
        return replace(
            weighed,
            candidates=[weighed.candidates[place] for place in kept],
            nats=weighed.nats[kept],
            lengths=weighed.lengths[kept],
        )


@dataclass(frozen=True)
class Figures:
    """What came of some sounds with some limits."""

    commands: int = 0
    right: int = 0
    another: int = 0
    opposite: int = 0
    distress: int = 0
    noticed: int = 0
    asked_rightly: int = 0
    words: int = 0
    words_passed: int = 0
    false: int = 0
    asked: int = 0
    """How often other talk made the guide ask whether somebody is in distress."""
    hours: float = 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: value + getattr(other, name) for name, value in vars(self).items()})

    @property
    def an_hour(self) -> float:
        """Commands nobody gave in an hour of other talk."""
        return self.false / self.hours if self.hours else 0.0

    def worth(self, goal: float = GOAL) -> float:
        """How good the limits are: 1 at best."""
        value = RIGHT * self.right + ANOTHER * (self.another - self.opposite) + OPPOSITE * self.opposite
        value += RIGHT * self.noticed + ASKED_RIGHTLY * self.asked_rightly - WORD * self.words_passed
        asked = ASKED * self.asked / self.hours if self.hours else 0.0
        off = self.an_hour + asked - goal
        return value / max(1, self.commands) - (ABOVE_GOAL if off > 0 else BELOW_GOAL) * off

    def as_dict(self) -> dict[str, float]:
        """As JSON data."""
        return {**vars(self), "an_hour": round(self.an_hour, 2), "hours": round(self.hours, 3)}


@dataclass(frozen=True)
class Case:
    """A sound that was heard, at a moment."""

    heard: Heard
    moment: Moment


class RememberingSearch(WordSearch):
    """The program's search for words, which looks at each sound only once."""

    def __init__(self, model: WordModel) -> None:
        super().__init__(model)
        self._found: dict[int, tuple[Posteriors, FoundWords | None]] = {}

    def find(self, posteriors: Posteriors) -> FoundWords | None:
        """As the program's."""
        if id(posteriors) not in self._found:
            self._found[id(posteriors)] = (posteriors, super().find(posteriors))
        return self._found[id(posteriors)][1]


def free_words(folder: Path, book: PhraseBook) -> FreeWords:
    """What the language in a folder knows about free words, with a search that looks at each sound only once."""
    free = new_interpreter(new_matcher(book), usable_meaning(folder)[0]).free
    words = word_model(folder, book, cache_folder())
    return free if words is None else replace(free, search=RememberingSearch(words))


class Judge:
    """Judges cases with a matcher and, if they are to be understood as well, `free` words, which takes longer."""

    def __init__(self, matcher: RememberingMatcher, free: FreeWords | None = None) -> None:
        self._matcher, self._free = matcher, free

    @property
    def matcher(self) -> RememberingMatcher:
        """The matcher whose thresholds are judged."""
        return self._matcher

    def figures(self, cases: Sequence[Case], thresholds: Thresholds) -> list[Figures]:
        """What comes of each case with these thresholds."""
        interpreter = self.interpreter(thresholds)
        return [_figures(case, understood(interpreter, case)) for case in cases]

    def interpreter(self, thresholds: Thresholds) -> Interpreter:
        """What tells meanings with these thresholds."""
        return Interpreter(self._matcher.with_thresholds(thresholds), self._free)


def cases_of(heard: Iterable[Heard], where: Mapping[str, Moment]) -> list[Case]:
    """Each sound where nothing in particular fits, and where it is expected, or, what isn't, in the usual moment."""
    found = []
    for each in heard:
        intent = each.sound.intent
        fitting = [moment for moment in where.values() if intent is None or intent in moment.expected]
        found += [Case(each, moment) for moment in (NO_MOMENT, *fitting[:1])]
    return found


def understood(interpreter: Interpreter, case: Case) -> list[Match]:
    """What counts of all that is understood of a sound at its moment, or is worth a question."""
    matches = [match for each in case.heard.hypotheses for match in interpreter.interpret(each, case.moment)]
    counting = [each for each in matches if each.accepted or each.doubtful]
    return [each for each in counting if not_now(each.intent, case.moment, doubtful=each.doubtful) is None]


def _figures(case: Case, found: Sequence[Match]) -> Figures:
    sound, matches = case.heard.sound, [each for each in found if each.accepted]
    asked = any(each.doubtful and each.intent == DISTRESS for each in found)
    if sound.kind == DISTRESS_KIND:
        right = any(each.intent == DISTRESS for each in matches)
        return Figures(distress=1, noticed=int(right), asked_rightly=int(asked and not right))
    if sound.intent is not None:
        right = len(matches) == 1 and is_what_was_said(matches[0].intent, matches[0].slots, sound)
        another = bool(matches) and not right
        opposite = any(frozenset({sound.intent, str(each.intent)}) in OPPOSITES for each in matches)
        return Figures(commands=1, right=int(right), another=int(another), opposite=int(opposite))
    if is_word(sound):
        return Figures(words=1, words_passed=int(bool(matches)))
    false = sum(each.intent != NUMBER for each in matches)  # whoever counts along is not answered
    return Figures(false=false, asked=int(asked), hours=case.heard.seconds / 3600)


def of_phrases(cases: Iterable[Case]) -> list[Case]:
    """The cases that tell of phrases: not those in people's own words, of which most are no phrase."""
    return [case for case in cases if case.heard.sound.kind not in (OWN_KIND, NEAR_KIND)]


def is_talk(case: Case) -> bool:
    """Whether a case is talk that is meant for others, and no single word."""
    sound = case.heard.sound
    return sound.intent is None and not is_word(sound)


def is_word(sound: Sound) -> bool:
    """Whether a sound is a single word that means nothing."""
    return sound.kind.startswith("words")


def is_what_was_said(intent: str | None, slots: Mapping[str, Any], sound: Sound) -> bool:
    """Whether a command is what was said. The bench's own sentences say of the slots no more than the stretch; those in
    people's own words say nothing of them."""
    if intent != sound.intent or sound.kind == OWN_KIND:
        return intent == sound.intent
    if sound.kind == "quiet, by templates":
        return slots == dict(sound.slots or ())
    return slots.get("stretch") == dict(sound.slots or ()).get("stretch")


def total(figures: Iterable[Figures]) -> Figures:
    """All of them together."""
    return sum(figures, Figures())


@cache
def held_out(group: str, parts: int = 4) -> bool:
    """Whether a voice is one of those that limits are tried on, not fitted: one in `parts`."""
    return hashlib.sha256(group.encode()).digest()[0] % parts == 0
