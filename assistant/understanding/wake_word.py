"""Names: the guide's own, the wake word, and those of other assistants.

The guide's own name is understood before any command; if a wake word is set, only what begins with one of the two is a
command; and what begins with another assistant's name is none.

A name is looked for at the start of what was heard, with fillers allowed before it ("hey coach, pause please"); what
follows is matched as if nothing had preceded it. Sound is cut where the name fits best: on CTC's best path through
fillers and name, with its cost in nats measured against the best path of any sounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assistant.intents import COUNTS_AFTER_URGENT
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Hypothesis, Match, Posteriors
from assistant.understanding.limits import (
    FILLER_CREDIT,
    NAME_LIMIT,
    NAME_NEARLY,
    SHORT_NAME,
    SHORT_NAME_COST,
)
from assistant.understanding.matcher import Fits, Matcher
from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Filler, Phonemes, PhraseBook
from assistant.understanding.scoring import AS_FITTED, Sounds, Weighing
from assistant.understanding.spotter import Nearness, Spotter
from assistant.understanding.thresholds import Thresholds
from assistant.understanding.word_paths import NEVER, padded, through

Floats = npt.NDArray[np.float64]

FILLERS_DEEP = 2
"""The most fillers in a row before the wake word: "um, hey coach"."""

LEAST_SOUNDS = 3
"""The least phonemes of a wake word; a shorter one comes near to anything."""

MOST_FRAMES = 100
"""Frames (2 s) at the start in which a name is looked for: more than a few fillers and a name take."""

MOST_LEFT = 1
"""Phonemes that may be left over after a wake word said on its own: a recogniser hears a t in a breath."""


@dataclass(frozen=True)
class Rows:
    """What was heard, sound by sound: nats against each sound of an inventory, the blank last.

    `nats` has shape (rows, inventory.other + 1). `ends[row]` is where the row ends in what the rows were made of,
    counted in frames or phonemes.
    """

    nats: Floats
    ends: list[int]


@dataclass(frozen=True)
class Name:
    """A name at the start of what was heard: the nats against it, and what was heard after it."""

    text: str
    nats: float
    rest: Hypothesis


class NameFinder:
    """Finds one of some names, each in any of its pronunciations, at the start of what was heard.

    The vocabulary of the book must have their words.
    """

    def __init__(self, book: PhraseBook, names: Sequence[Filler], weighing: Weighing = AS_FITTED) -> None:
        self.names = tuple(dict.fromkeys(name.text for name in names))
        known = [sound for ways in book.vocabulary.values() for sound in ways]
        self._inventory = Inventory([*known, *(way.phonemes for way in names)])
        self._sound = Sounds(self._inventory, weighing)
        self._ways = padded([self._inventory.numbers(way.phonemes) for way in names])
        self._which = np.array([self.names.index(way.text) for way in names], dtype=np.int64)
        self._sounds = np.array([self._ways[1][self._which == which].mean() for which in range(len(self.names))])
        self._filler_words = _interjections(book.fillers_before)
        self._fillers = padded(list(dict.fromkeys(
            tuple(self._inventory.numbers(filler.phonemes))
            for filler in book.fillers_before if filler.phonemes and tuple(filler.text.split()) in self._filler_words
        )))  # fmt: skip
        self._lengths = {word: len(ways[0]) for word, ways in book.vocabulary.items()}

    def find(self, hypothesis: Hypothesis) -> Name | None:
        """The name at the start, and what was heard after it; None if it did not begin with one."""
        if hypothesis.posteriors is not None:
            return self._in_sound(hypothesis, hypothesis.posteriors)
        if hypothesis.text:
            after = self._in_words(hypothesis)
            if after is None or hypothesis.second_opinion is None:
                return after
            check = self._in_phonemes(hypothesis.second_opinion)
            return check and replace(check, rest=replace(after.rest, second_opinion=check.rest.phonemes))
        found = self._in_phonemes(hypothesis.phonemes)
        return found and replace(found, rest=replace(hypothesis, phonemes=found.rest.phonemes))

    def cost(self, name: str) -> float:
        """Nats against a name before anything was heard: a short one comes near to too much."""
        return SHORT_NAME_COST if self._sounds[self.names.index(name)] <= SHORT_NAME else 0.0

    def _in_sound(self, hypothesis: Hypothesis, posteriors: Posteriors) -> Name | None:
        rows = self._rows(posteriors)
        if not self._may_be_in(rows):
            return None
        nats, cuts = self._search(rows)
        which, cost = self._nearest(nats)
        if which is None:
            return None
        after_name = replace(posteriors, log_probs=posteriors.log_probs[cuts[which] :])
        sounds = best_path(after_name)
        if hypothesis.text:
            # A grammar without the name hears something else in its place, or nothing.
            after = self._in_words(hypothesis)
            words = hypothesis if after is None else after.rest
            rest = replace(words, second_opinion=sounds, posteriors=after_name)
        else:
            opinion = hypothesis.second_opinion and sounds
            rest = replace(hypothesis, phonemes=sounds, second_opinion=opinion, posteriors=after_name)
        return Name(self.names[which], cost, rest)

    def _in_words(self, hypothesis: Hypothesis) -> Name | None:
        """The name in the words, and the hypothesis without the words up to it."""
        words = hypothesis.text.split()
        start, name = 0, None
        while (name := self._name_at(words[start:])) is None:
            longest = range(len(words) - start, 0, -1)
            length = next((n for n in longest if tuple(words[start : start + n]) in self._filler_words), 0)
            if not length:
                return None
            start += length
        start += len(name.split())
        sounds = sum(self._lengths[word] for word in words[:start])
        return Name(name, 0.0, replace(hypothesis, text=" ".join(words[start:]), phonemes=hypothesis.phonemes[sounds:]))

    def _name_at(self, words: Sequence[str]) -> str | None:
        joined = " ".join(words) + " "
        return next((name for name in self.names if joined.startswith(f"{name} ")), None)

    def _in_phonemes(self, phonemes: Phonemes) -> Name | None:
        nats, cuts = self._search(self._rows_of(phonemes))
        which, cost = self._nearest(nats)
        return None if which is None else Name(self.names[which], cost, Hypothesis(phonemes[cuts[which] :]))

    def _nearest(self, nats: Floats) -> tuple[int | None, float]:
        """The name that is nearest for its length, if it comes near enough, and the nats against it."""
        which = int((nats / self._sounds).argmin())
        return which if nats[which] <= NAME_LIMIT * self._sounds[which] else None, float(nats[which])

    def _rows(self, posteriors: Posteriors) -> Rows:
        nats, frames = self._sound.nats(replace(posteriors, log_probs=posteriors.log_probs[:MOST_FRAMES]))
        return Rows(nats, [int(frame) + 1 for frame in frames])

    def _rows_of(self, phonemes: Phonemes) -> Rows:
        """Phonemes with silence around each, in which a sound may have gone unheard."""
        nothing = self._inventory.other
        rows = np.full(2 * len(phonemes) + 1, nothing)
        rows[1::2] = [(self._inventory.numbers([phoneme]) or [nothing])[0] for phoneme in phonemes]
        ends = [place // 2 for place in range(1, len(rows) + 1)]
        heard = np.eye(nothing + 1)[rows]
        return Rows(-np.log(self._sound.spread(heard)), ends)

    def _may_be_in(self, rows: Rows) -> bool:
        """Whether one hearing has anything near to a name, wherever it begins: a quick look."""
        ended = through(rows.nats, np.zeros(len(rows.nats) + 1), self._ways).min(axis=0)
        return bool((ended <= NAME_NEARLY * NAME_LIMIT * self._sounds[self._which]).any())

    def _search(self, rows: Rows) -> tuple[Floats, list[int]]:
        """Nats against each name at the start, and where it ends."""
        if not len(rows.nats):
            return np.full(len(self.names), NEVER), [0] * len(self.names)
        start = np.concatenate([[0.0], np.cumsum(rows.nats[:, -1])])
        for _ in range(FILLERS_DEEP):
            after = through(rows.nats, start, self._fillers, FILLER_CREDIT)
            start = np.minimum(start, after.min(axis=1, initial=NEVER))
        ended = through(rows.nats, start, self._ways)
        each = [ended[:, self._which == which].min(axis=1) for which in range(len(self.names))]
        places = [int(row.argmin()) for row in each]
        nats = np.array([row[place] for row, place in zip(each, places, strict=True)])
        return nats, [rows.ends[place - 1] if place else 0 for place in places]


def _interjections(before: Sequence[Filler]) -> set[tuple[str, ...]]:
    """The fillers that may precede a name: "hey", "okay then". After "I need to" comes what is needed, and no name."""
    texts = {tuple(filler.text.split()) for filler in before}
    return {words for words in texts if all((word,) in texts for word in words)}


class NameMatcher(Matcher):
    """Matches what follows a name, and knows whom it was said to.

    The guide's own names are understood before any command, and so is the wake word `name`. If one is set, what begins
    with neither is reported (`called` False). What follows another assistant's name means nothing (`to_another`).
    """

    def __init__(
        self,
        book: PhraseBook,
        name: str | None = None,
        thresholds: Thresholds | None = None,
        weighing: Weighing = AS_FITTED,
    ) -> None:
        super().__init__(book, thresholds, weighing)
        wake_word = [filler for filler in book.fillers_before if filler.text == name]
        self._name = name
        self._others = frozenset(filler.text for filler in book.other_assistants)
        names = [*wake_word, *book.own_names, *book.other_assistants]
        self._finder = NameFinder(book, names, weighing) if names else None
        self._spotter = Spotter(book.spotted, weighing) if book.spotted else None

    def match(
        self,
        hypothesis: Hypothesis,
        expected: frozenset[str] = frozenset(),
        overheard: frozenset[str] = frozenset(),
        *,
        named: bool = False,
    ) -> Match:
        """What the hypothesis means; a name on its own means nothing, and is then the match's phrase.

        What is no phrase may still have words of distress in it.
        """
        match = self._match(hypothesis, Fits(expected, overheard, named))
        if self._spotter is None or match.accepted or match.to_another:
            return match
        spotted = self._spotter.spot(self.distress_in(hypothesis), self.thresholds)
        return match if spotted is None else replace(spotted.match(), called=match.called, named=match.named)

    def name_in(self, hypothesis: Hypothesis) -> Name | None:
        """The name that the hypothesis begins with, if it does."""
        return self._finder.find(hypothesis) if self._finder is not None else None

    def distress_in(self, hypothesis: Hypothesis) -> Nearness | None:
        """How near the words of distress come to what was heard anywhere; None if there are none, or no posteriors."""
        return self._spotter.weigh(hypothesis) if self._spotter is not None else None

    def _match(self, hypothesis: Hypothesis, fits: Fits) -> Match:
        found = self.name_in(hypothesis)
        if self._finder is None or found is None:
            return replace(self._phrase_in(hypothesis, fits), called=self._name is None)
        greeting = self._greeting(hypothesis, found)
        if greeting is not None:
            return greeting
        alone = len(found.rest.phonemes) <= MOST_LEFT and not found.rest.text
        rest = Match(None, score=1.0) if alone else self._phrase_in(found.rest, replace(fits, named=True))
        own = found.text not in self._others
        named = replace(rest, named=True, phrase=self._name or found.text if alone else rest.phrase)
        if own and self._name is not None:
            return named
        if found.nats:
            # By sound, a command may begin like a name: "so make it longer". The better of both is meant.
            whole = self._phrase_in(hypothesis, fits)
            if whole.accepted and whole.nats <= found.nats + rest.nats + self._finder.cost(found.text):
                return replace(whole, called=self._name is None)
        return named if own else _to_another(rest, alone)

    def _phrase_in(self, hypothesis: Hypothesis, fits: Fits) -> Match:
        """The phrase that was heard, whatever name stands before it."""
        return super().match(hypothesis, fits.expected, fits.overheard, named=fits.named)

    def _greeting(self, hypothesis: Hypothesis, found: Name) -> Match | None:
        """What is a phrase together with the guide's own name: "hello Solemate", "thanks Solemate"."""
        if found.text in self._others or not hypothesis.text or found.rest.text:
            return None
        exact = self.exact(hypothesis.text)
        return exact and replace(exact, named=True)


def _to_another(match: Match, alone: bool) -> Match:
    """What was said to another assistant: nothing, but pain is worth a question whoever is told of it."""
    if match.intent in COUNTS_AFTER_URGENT and (match.accepted or match.doubtful):
        return replace(match, accepted=False, sure=False, doubtful=True, to_another=True)
    return Match(None, score=match.score, phrase="" if alone else match.phrase, to_another=True)
