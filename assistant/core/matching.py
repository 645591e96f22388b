"""What was heard, as one of the phrases: by sound, with a score, a margin, and the courage to say "nothing".

The phonemes heard are compared with those of every phrase, with and without the fillers people put around a command;
the nearest are then judged more closely: by how probable their phonemes are given the sound where the recogniser
tells that (CTC), else by an edit distance in which sounds that are alike cost less. Both are kept in nats, so that
doubts of different kinds can be added up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.core import ctc
from assistant.core.hypothesis import Hypothesis, Match, Posteriors
from assistant.core.limits import Limit, Limits
from assistant.core.phrases import Filler, Phrase, PhraseBook
from assistant.core.shortlist import Candidate, Shortlist
from assistant.core.sounds import Inventory, cost_table, fold, gap_costs

Floats = npt.NDArray[np.float64]

SHARPNESS = 6.0
"""Nats it costs to take a sound for one that has nothing in common with it; alike ones cost their part of it.
Found by trying 3 to 30 on the synthetic voices of the bench that are meant for tuning: 6 to 8 understood most."""

FLOOR = 1e-3
"""Least weight of any sound in any frame: a sound that was not heard at all, or heard and not meant, costs no more than
the logarithm of this, so that one slip of the recogniser doesn't rule a phrase out."""

WORST = -float(np.log(FLOOR))
"""Nats a sound costs at most; a score is 1 minus the nats over this, per sound."""

SURE_BLANK = 0.98
"""Frames in a row that are blank with this probability are taken as one: silence says nothing, and takes time."""

MOST_CANDIDATES = 120
"""Phrases judged closely at once."""

TEXT_WEIGHT = 0.5
"""What an edit between a recogniser's words and a phrase counts beside what another ear heard."""


class Matcher:
    """Tells which phrase of a book was heard. Has no state but tables; the same question gets the same answer."""

    def __init__(self, book: PhraseBook, limits: Limits | None = None) -> None:
        self._book = book
        self.limits = limits if limits is not None else Limits()
        sounds = [item.phonemes for item in book.phrases]
        sounds += [item.phonemes for item in (*book.fillers_before, *book.fillers_after)]
        self._inventory = Inventory(sounds)
        self._shortlist = Shortlist(book, self._inventory)
        self._costs = np.ones((self._inventory.other + 1,) * 2)
        self._costs[:-1, :-1] = cost_table(self._inventory.sounds, self._inventory.sounds)
        self._gaps = np.append(gap_costs(self._inventory.sounds), 1.0)
        self._smoothing = _smoothing(self._costs[:-1, :-1])
        self._folding: tuple[tuple[str, ...], Floats] = ((), np.zeros((0, 0)))
        self._exact: dict[str, int] = {}
        for number, phrase in enumerate(book.phrases):
            self._exact.setdefault(phrase.text, number)
        self._words_before = _texts(book.fillers_before)
        self._words_after = _texts(book.fillers_after)

    def match(self, hypothesis: Hypothesis, expected: frozenset[str] = frozenset()) -> Match:
        """What the hypothesis means; intents in `expected` fit the moment and get a small bonus."""
        heard = self._inventory.code(hypothesis.phonemes)
        if not heard:
            return Match(None)
        exact = self._exactly(hypothesis.text) if hypothesis.text else None
        candidates = self._candidates(hypothesis, heard)
        nats = self._nats(hypothesis, heard, candidates)
        if exact is not None:
            candidates.append(Candidate(exact, heard))
            nats = np.append(nats, self._check_nats(hypothesis, [Candidate(exact, heard)]))
        length = self._length_heard(hypothesis, heard)
        lengths = np.array([max(len(candidate.code), length) for candidate in candidates])
        typed = hypothesis.check is None and hypothesis.posteriors is None
        nats = nats + self._doubts(candidates, expected, typed and exact is not None)
        scores = 1.0 - nats / (WORST * lengths)
        return self._decide(hypothesis, candidates, scores, nats, typed and exact is not None)

    def _candidates(self, hypothesis: Hypothesis, heard: str) -> list[Candidate]:
        """The phrases to look at closely: those near to what was heard, and to what the other ear heard."""
        found = self._shortlist.candidates(heard)[:MOST_CANDIDATES]
        if hypothesis.check:
            other = self._inventory.code(hypothesis.check)
            found += self._shortlist.candidates(other)[: MOST_CANDIDATES // 2] if other else []
        return list(dict.fromkeys(found))

    def _length_heard(self, hypothesis: Hypothesis, heard: str) -> int:
        return len(self._inventory.numbers(hypothesis.check)) if hypothesis.check is not None else len(heard)

    def _nats(self, hypothesis: Hypothesis, heard: str, candidates: list[Candidate]) -> Floats:
        """How improbable each candidate is, all evidence added up."""
        by_sound = hypothesis.posteriors is not None
        if by_sound and not hypothesis.text:
            return self._sound_nats(hypothesis.posteriors, candidates)
        by_words = self._edit_nats(self._inventory.decode(heard), candidates)
        if hypothesis.check is None and not by_sound:
            return by_words
        return TEXT_WEIGHT * by_words + self._check_nats(hypothesis, candidates)

    def _check_nats(self, hypothesis: Hypothesis, candidates: list[Candidate]) -> Floats:
        """What the second hearing has against each candidate; nothing where there was none."""
        if hypothesis.posteriors is not None:
            return self._sound_nats(hypothesis.posteriors, candidates)
        if hypothesis.check is None:
            return np.zeros(len(candidates))
        return self._edit_nats(self._inventory.numbers(hypothesis.check), candidates)

    def _sound_nats(self, posteriors: Posteriors | None, candidates: list[Candidate]) -> Floats:
        assert posteriors is not None
        emissions = self._emissions(posteriors)
        codes = list(dict.fromkeys(candidate.code for candidate in candidates))
        likelihood = ctc.forward(emissions, self._inventory.other, [self._inventory.decode(code) for code in codes])
        worst = WORST * np.array([len(code) for code in codes])
        nats = np.clip(ctc.best_free(emissions) - likelihood, 0.0, worst + WORST * len(emissions))
        by_code = dict(zip(codes, nats, strict=True))
        return np.array([by_code[candidate.code] for candidate in candidates])

    def _emissions(self, posteriors: Posteriors) -> Floats:
        """Weight of each sound of the inventory in each frame, the blank last; alike sounds share their weights."""
        if self._folding[0] is not posteriors.alphabet:
            self._folding = (posteriors.alphabet, self._fold_columns(posteriors))
        probabilities = np.exp(posteriors.log_probs.astype(np.float64)) @ self._folding[1]
        silent = probabilities[:, -1] > SURE_BLANK
        probabilities = probabilities[~(silent & np.append(False, silent[:-1]))]
        return np.asarray(probabilities @ self._smoothing)

    def _fold_columns(self, posteriors: Posteriors) -> Floats:
        """Which of the recogniser's columns belong to which sound; what stands for no sound counts as blank."""
        folding = np.zeros((len(posteriors.alphabet), self._inventory.other + 1))
        for column, phoneme in enumerate(posteriors.alphabet):
            if column == posteriors.blank or phoneme.startswith("<") or not phoneme.strip() or not fold(phoneme):
                folding[column, -1] = 1.0
                continue
            (number,) = self._inventory.numbers([phoneme])
            if number != self._inventory.other:
                folding[column, number] = 1.0
        return folding

    def _edit_nats(self, heard: Sequence[int], candidates: list[Candidate]) -> Floats:
        codes = list(dict.fromkeys(candidate.code for candidate in candidates))
        edits = _edit_costs(heard, [self._inventory.decode(code) for code in codes], self._costs, self._gaps)
        by_code = dict(zip(codes, WORST * edits, strict=True))
        return np.array([by_code[candidate.code] for candidate in candidates])

    def _doubts(self, candidates: list[Candidate], expected: frozenset[str], exact: bool) -> Floats:
        """What speaks for or against a candidate before anything was heard."""
        doubts = np.zeros(len(candidates))
        for place, candidate in enumerate(candidates):
            phrase = self._book.phrases[candidate.phrase]
            if phrase.intent is None:
                doubts[place] = 0.0 if exact else self.limits.decoy_handicap
                continue
            doubts[place] = 0.0 if exact else phrase.cost
            if phrase.intent in expected:
                doubts[place] -= self.limits.expected_bonus
        return doubts

    def _decide(
        self, hypothesis: Hypothesis, candidates: list[Candidate], scores: Floats, nats: Floats, exact: bool
    ) -> Match:
        order = np.argsort(-scores, kind="stable")
        best = len(candidates) - 1 if exact else int(order[0])
        phrase = self._book.phrases[candidates[best].phrase]
        other = next((int(place) for place in order if self._differs(candidates[place], phrase)), None)
        score = float(min(1.0, max(0.0, scores[best])))
        margin = score - float(min(1.0, max(0.0, scores[other]))) if other is not None else score
        apart = float(nats[other] - nats[best]) if other is not None else np.inf
        if phrase.intent is None:
            return Match(None, score=score, margin=margin, phrase=phrase.text)
        limit = self._limit(hypothesis).at(len(candidates[best].code))
        limit = max(limit, self.limits.least.get(phrase.intent, 0.0))
        rival = self._book.phrases[candidates[other].phrase].intent if other is not None else None
        accepted = exact or (score >= limit and apart >= self._margin(phrase.intent, rival))
        return Match(
            phrase.intent,
            slots=phrase.slot_values(),
            score=score,
            margin=max(0.0, margin),
            accepted=accepted,
            sure=exact or (accepted and score >= self.limits.sure_score and apart >= self.limits.sure_margin),
            phrase=phrase.text,
        )

    def _differs(self, candidate: Candidate, phrase: Phrase) -> bool:
        other = self._book.phrases[candidate.phrase]
        return (other.intent, other.slots) != (phrase.intent, phrase.slots)

    def _margin(self, intent: str, rival: str | None) -> float:
        opposite = rival is not None and frozenset({intent, rival}) in self.limits.opposites
        return self.limits.opposite_margin if opposite else self.limits.margin

    def _limit(self, hypothesis: Hypothesis) -> Limit:
        if hypothesis.posteriors is not None:
            return self.limits.agreed if hypothesis.text else self.limits.sound
        if hypothesis.check is not None:
            return self.limits.checked
        return self.limits.text if hypothesis.text else self.limits.phonemes

    def _exactly(self, text: str) -> int | None:
        """The phrase that the text is word for word, fillers around it left out."""
        words = text.split()
        for start in _cuts(words, self._words_before):
            for end in _cuts(words[start:][::-1], {filler[::-1] for filler in self._words_after}):
                number = self._exact.get(" ".join(words[start : len(words) - end]))
                if number is not None:
                    return number
        return None


def _texts(fillers: Sequence[Filler]) -> set[tuple[str, ...]]:
    return {tuple(filler.text.split()) for filler in fillers}


def _cuts(words: Sequence[str], fillers: set[tuple[str, ...]]) -> list[int]:
    """How many words can be taken off the start as fillers, any number of them, fewest first."""
    cuts, place = [0], 0
    while place < len(cuts):
        start = cuts[place]
        rest = tuple(words[start:])
        more = {start + len(filler) for filler in fillers if len(filler) < len(rest) and rest[: len(filler)] == filler}
        cuts += sorted(more - set(cuts))
        place += 1
    return sorted(cuts)


def _smoothing(costs: Floats) -> Floats:
    """Weight of hearing each sound (row) where another (column) was meant; the last of both is the blank."""
    table = np.full((len(costs) + 1,) * 2, FLOOR)
    table[:-1, :-1] = np.maximum(np.exp(-SHARPNESS * costs), FLOOR)
    table[-1, -1] = 1.0
    return table


def _edit_costs(heard: Sequence[int], phrases: Sequence[Sequence[int]], costs: Floats, gaps: Floats) -> Floats:
    """Edit distance from `heard` to each phrase, shape (phrases,), all at once, row by row of the usual table.

    With G the running sum of the gap costs along a phrase, leaving out sounds of the phrase is min over k <= j of
    (row[k] - G[k]) + G[j], which is one cumulative minimum.
    """
    lengths = np.array([len(phrase) for phrase in phrases], dtype=np.int64)
    wanted = np.zeros((len(phrases), int(lengths.max(initial=0))), dtype=np.int64)
    for row, phrase in enumerate(phrases):
        wanted[row, : len(phrase)] = phrase
    left_out = np.zeros((len(phrases), wanted.shape[1] + 1))
    np.cumsum(gaps[wanted], axis=1, out=left_out[:, 1:])
    table = left_out.copy()
    for sound in heard:
        moved = table + gaps[sound]
        np.minimum(moved[:, 1:], table[:, :-1] + costs[sound][wanted], out=moved[:, 1:])
        table = np.minimum.accumulate(moved - left_out, axis=1) + left_out
    return np.asarray(table[np.arange(len(phrases)), lengths])
