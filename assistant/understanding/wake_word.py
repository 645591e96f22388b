"""The wake word: if one is set, only what begins with it is a command.

It is looked for at the start of what was heard, with fillers allowed before it ("hey coach, pause please"); what
follows is matched as if nothing had preceded it. Sound is cut where the wake word fits best: on CTC's best path through
fillers and wake word, with its cost in nats measured against the best path of any sounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assistant.understanding.acoustic_adapter import Adapter
from assistant.understanding.ctc import TINY, best_path
from assistant.understanding.hypothesis import Hypothesis, Match, Posteriors
from assistant.understanding.matcher import Matcher
from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Filler, Phonemes, PhraseBook
from assistant.understanding.scoring import condensed_to, fold_columns, smoothing
from assistant.understanding.thresholds import Thresholds

Floats = npt.NDArray[np.float64]

NAME_LIMIT = 1.65
"""Nats that a sound of the wake word may cost on average, including fillers before it. A higher limit lets commands
without the wake word pass; see docs/tuning.md."""

FILLER_CREDIT = 0.5
"""Nats that each sound of a filler before the wake word may cost for free: "hey coach" is said in one breath. With much
more, commands without the wake word come too near."""

FILLERS_DEEP = 2
"""The most fillers in a row before the wake word: "um, hey coach"."""

LEAST_SOUNDS = 3
"""The least phonemes of a wake word; a shorter one comes near to anything."""

MOST_LEFT = 1
"""Phonemes that may be left over after a wake word said on its own: a recogniser hears a t in a breath."""

_NEVER = 1e9
"""Nats against the impossible."""


@dataclass(frozen=True)
class Rows:
    """What was heard, sound by sound: nats against each sound of an inventory, the blank last.

    `nats` has shape (rows, inventory.other + 1). `ends[row]` is where the row ends in what the rows were made of,
    counted in frames or phonemes.
    """

    nats: Floats
    ends: list[int]


class WakeWordFinder:
    """Finds the wake word, in any of its pronunciations, at the start of what was heard.

    The vocabulary of the book must have its words.
    """

    def __init__(self, book: PhraseBook, name: Sequence[Filler]) -> None:
        self.name = name[0].text
        self._words = tuple(self.name.split())
        known = [sound for ways in book.vocabulary.values() for sound in ways]
        self._inventory = Inventory([*known, *(way.phonemes for way in name)])
        self._smoothing = smoothing(self._inventory)
        self._names = _padded([self._inventory.numbers(way.phonemes) for way in name])
        self._fillers = _padded(list(dict.fromkeys(
            tuple(self._inventory.numbers(filler.phonemes)) for filler in book.fillers_before if filler.phonemes
        )))  # fmt: skip
        self._filler_words = {tuple(filler.text.split()) for filler in book.fillers_before}
        self._sounds = float(self._names[1].mean())
        self._lengths = {word: len(ways[0]) for word, ways in book.vocabulary.items()}

    def rest(self, hypothesis: Hypothesis) -> Hypothesis | None:
        """What was heard after the wake word; None if it did not begin with it."""
        if hypothesis.posteriors is not None:
            return self._after_sound(hypothesis, hypothesis.posteriors)
        words = hypothesis.text.split()
        if not words:
            cut = self._cut_phonemes(hypothesis.phonemes)
            return None if cut is None else replace(hypothesis, phonemes=hypothesis.phonemes[cut:])
        after = self._after_words(hypothesis)
        if after is None or hypothesis.second_opinion is None:
            return after
        cut = self._cut_phonemes(hypothesis.second_opinion)
        return None if cut is None else replace(after, second_opinion=hypothesis.second_opinion[cut:])

    def _after_sound(self, hypothesis: Hypothesis, posteriors: Posteriors) -> Hypothesis | None:
        hearings = (posteriors, *hypothesis.rehearings)
        found = [self._find(self._rows(each)) for each in hearings]
        if np.mean([nats for nats, _ in found]) > NAME_LIMIT * self._sounds:
            return None
        first, *rehearings = (
            replace(each, log_probs=each.log_probs[cut:]) for each, (_, cut) in zip(hearings, found, strict=True)
        )
        sounds = best_path(first)
        if not hypothesis.text:
            opinion = hypothesis.second_opinion and sounds
            return replace(
                hypothesis, phonemes=sounds, second_opinion=opinion, posteriors=first, rehearings=tuple(rehearings)
            )
        # A grammar without the wake word hears something else in its place, or nothing.
        after = self._after_words(hypothesis) or hypothesis
        return replace(after, second_opinion=sounds, posteriors=first, rehearings=tuple(rehearings))

    def _after_words(self, hypothesis: Hypothesis) -> Hypothesis | None:
        """The hypothesis without the words up to the wake word; None if it does not begin with it."""
        words = hypothesis.text.split()
        start = 0
        while tuple(words[start : start + len(self._words)]) != self._words:
            longest = range(len(words) - start, 0, -1)
            length = next((n for n in longest if tuple(words[start : start + n]) in self._filler_words), 0)
            if not length:
                return None
            start += length
        start += len(self._words)
        sounds = sum(self._lengths[word] for word in words[:start])
        return replace(hypothesis, text=" ".join(words[start:]), phonemes=hypothesis.phonemes[sounds:])

    def _cut_phonemes(self, phonemes: Phonemes) -> int | None:
        """How many of the phonemes belong to the wake word and what precedes it; None if it is not there."""
        nats, cut = self._find(self._rows_of(phonemes))
        return cut if nats <= NAME_LIMIT * self._sounds else None

    def _rows(self, posteriors: Posteriors) -> Rows:
        folding = fold_columns(posteriors, self._inventory)
        probabilities = np.exp(posteriors.log_probs.astype(np.float64)) @ folding
        rows, ends = condensed_to(probabilities)
        return Rows(_nats(rows @ self._smoothing), ends)

    def _rows_of(self, phonemes: Phonemes) -> Rows:
        """Phonemes with silence around each, in which a sound may have gone unheard."""
        nothing = self._inventory.other
        rows = np.full(2 * len(phonemes) + 1, nothing)
        rows[1::2] = [(self._inventory.numbers([phoneme]) or [nothing])[0] for phoneme in phonemes]
        ends = [place // 2 for place in range(1, len(rows) + 1)]
        return Rows(_nats(self._smoothing[rows]), ends)

    def _find(self, rows: Rows) -> tuple[float, int]:
        """Nats against the wake word at the start, and where it ends."""
        if not len(rows.nats):
            return _NEVER, 0
        start = np.concatenate([[0.0], np.cumsum(rows.nats[:, -1])])
        for _ in range(FILLERS_DEEP):
            start = np.minimum(start, _through(rows.nats, start, self._fillers, FILLER_CREDIT))
        ended = _through(rows.nats, start, self._names)
        place = int(ended.argmin())
        return float(ended[place]), rows.ends[place - 1] if place else 0


class WakeWordMatcher(Matcher):
    """Matches what follows the wake word, and reports if there is none (`called` False)."""

    def __init__(
        self,
        book: PhraseBook,
        name: Sequence[Filler],
        thresholds: Thresholds | None = None,
        adapter: Adapter | None = None,
    ) -> None:
        super().__init__(book, thresholds, adapter)
        self._finder = WakeWordFinder(book, name)

    def match(self, hypothesis: Hypothesis, expected: frozenset[str] = frozenset()) -> Match:
        """What the hypothesis means; the wake word on its own means nothing, and is then the match's phrase."""
        rest = self._finder.rest(hypothesis)
        if rest is None:
            return replace(super().match(hypothesis, expected), called=False)
        if len(rest.phonemes) <= MOST_LEFT and not rest.text:
            return Match(None, score=1.0, phrase=self._finder.name)
        return super().match(rest, expected)


def _nats(weights: Floats) -> Floats:
    """Nats against each sound, measured against the best one of its row; shape as `weights`."""
    weights = np.maximum(weights, TINY)
    return np.asarray(np.log(weights.max(axis=1, keepdims=True)) - np.log(weights))


def _padded(codes: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Codes as rows of the same length (padded with zeros), and their lengths."""
    lengths = np.array([len(code) for code in codes], dtype=np.int64)
    table = np.zeros((len(codes), int(lengths.max(initial=1))), dtype=np.int64)
    for row, code in enumerate(codes):
        table[row, : len(code)] = code
    return table, lengths


def _through(
    nats: Floats, start: Floats, words: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]], credit: float = 0.0
) -> Floats:
    """The least nats with which one of the words ends before each row, given those with which it may begin there.

    CTC's best path: a sound lasts for one row or more, and blanks may come between and after sounds (before the first
    they are part of `start`). Each sound of a word may cost `credit` nats for free. `nats` has shape (rows, sounds),
    `start` and the result (rows + 1,).
    """
    codes, lengths = words
    ended = np.full(len(nats) + 1, _NEVER)
    if not len(codes):
        return ended
    row, last = np.arange(len(codes)), lengths - 1
    same = np.zeros(codes.shape, dtype=bool)
    same[:, 1:] = codes[:, 1:] == codes[:, :-1]
    sound, blank = np.full(codes.shape, _NEVER), np.full(codes.shape, _NEVER)
    for place, costs in enumerate(nats):
        from_sound, from_blank = np.full(codes.shape, start[place]), np.full(codes.shape, start[place])
        from_sound[:, 1:] = np.where(same[:, 1:], _NEVER, sound[:, :-1])
        from_blank[:, 1:] = blank[:, :-1]
        blank = np.minimum(blank, sound) + costs[-1]
        sound = np.minimum(np.minimum(sound, from_sound), from_blank) + costs[codes]
        ended[place + 1] = (np.minimum(sound[row, last], blank[row, last]) - credit * lengths).min()
    return ended
