"""The matcher: which phrase was heard, by its sound, or that it was none of them.

The phonemes heard are compared with those of every phrase, with and without the fillers people put around a command.
The nearest phrases are then judged more closely: by the probability of their phonemes given the posteriors, if the
recogniser has those (CTC), else by an edit distance in which similar sounds cost less. Both are in nats, so that doubts
of different kinds can be added up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.intents import COUNTS_AFTER_URGENT, DECOYS_ELSEWHERE, INTENTS
from assistant.understanding.continuations import GoingOn
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.limits import SHORT
from assistant.understanding.odds import Signs
from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Filler, Phrase, PhraseBook
from assistant.understanding.scoring import AS_FITTED, WORST, Evidence, Weighing, frames_of_sound
from assistant.understanding.shortlist import Candidate, Shortlist, Way
from assistant.understanding.thresholds import Thresholds

Floats = npt.NDArray[np.float64]

MOST_CANDIDATES = 120
"""Phrases judged closely for each way in which the sound or its words were heard."""

TEXT_WEIGHT = 0.5
"""The weight of an edit between a recogniser's words and a phrase, relative to what another recogniser heard."""


@dataclass(frozen=True)
class Weighed:
    """What was heard, with the nats by which its sound speaks against each candidate; `certain`: the first is its text.

    `lengths` has the sounds that each was compared over, shape (candidates,) as `nats`; `frames` are those in which
    something was heard.
    """

    hypothesis: Hypothesis
    candidates: list[Candidate]
    nats: Floats
    lengths: Floats
    certain: bool
    frames: int


@dataclass(frozen=True)
class Fits:
    """The intents that fit the moment: those `expected`, and of these the ones just `overheard`.

    `named`: what was heard follows the guide's name, so that whatever it is was to be expected.
    """

    expected: frozenset[str]
    overheard: frozenset[str]
    named: bool = False

    def as_decoy(self, phrase: Phrase) -> bool:
        """Whether a phrase is heard as a decoy: it is one, or it is one except where the guide asks for it."""
        asked_for = self.expected - self.overheard
        return phrase.intent is None or (phrase.intent in DECOYS_ELSEWHERE and phrase.intent not in asked_for)

    def pain_in_a_run(self, phrase: Phrase) -> bool:
        """Whether a phrase is pain where that is expected: to go on in it does more harm than to hear it in a decoy."""
        return phrase.intent in COUNTS_AFTER_URGENT and phrase.intent in self.expected


@dataclass(frozen=True)
class Judged:
    """Candidates with the nats against each, the scores, and their order from best to worst; what `fits` the moment."""

    fits: Fits
    candidates: list[Candidate]
    nats: Floats
    scores: Floats
    order: list[int]


class Matcher:
    """Tells which phrase of a book was heard.

    Stateless except for its tables: the same question gets the same answer.
    """

    def __init__(
        self,
        book: PhraseBook,
        thresholds: Thresholds | None = None,
        weighing: Weighing = AS_FITTED,
    ) -> None:
        self.book = book
        self.thresholds = thresholds if thresholds is not None else Thresholds()
        self.going_on = GoingOn(book)
        self.urgent = book.urgent
        self._phrases = (*book.phrases, *book.grown)
        sounds = [phrase.phonemes for phrase in self._phrases]
        sounds += [filler.phonemes for filler in (*book.fillers_before, *book.fillers_after)]
        sounds += [way for ways in book.vocabulary.values() for way in ways]
        self._inventory = Inventory(sounds)
        self._shortlist = Shortlist(self._phrases, book, self._inventory)
        self._evidence = Evidence(self._inventory, weighing)
        self._exact = {phrase.text: number for number, phrase in enumerate(book.phrases)}
        self._exactly_grown = {phrase.text: number for number, phrase in enumerate(book.grown, len(book.phrases))}
        self._words_before = _texts(book.fillers_before)
        self._words_after_backwards = {words[::-1] for words in _texts(book.fillers_after)}

    def stricter(self, by: float) -> Matcher:
        """The same matcher with stricter thresholds (see `Thresholds.stricter`)."""
        return self.with_thresholds(self.thresholds.stricter(by))

    def with_thresholds(self, thresholds: Thresholds) -> Matcher:
        """The same matcher with other thresholds, sharing all tables."""
        other = copy(self)
        other.thresholds = thresholds
        return other

    def match(
        self,
        hypothesis: Hypothesis,
        expected: frozenset[str] = frozenset(),
        overheard: frozenset[str] = frozenset(),
        *,
        named: bool = False,
    ) -> Match:
        """What the hypothesis means; intents in `expected` fit the moment and get a small bonus.

        Those of them that are also in `overheard` win against no command, as decoys don't. `named`: it was said after
        the guide's name, so whatever it is was to be expected.
        """
        weighed = self.weigh(hypothesis)
        return Match(None) if weighed is None else self._decide(weighed, Fits(expected, overheard, named))

    def signs(self, hypothesis: Hypothesis, expected: frozenset[str] = frozenset()) -> tuple[Phrase, Signs] | None:
        """The command that was heard if one was, by its sound, and what speaks for it; None where none comes near."""
        weighed = self.weigh(hypothesis)
        if weighed is None:
            return None
        judged = self._judge(weighed, Fits(expected, frozenset()))
        best = self._likeliest(judged)
        phrase = self._phrase(judged, best)
        return None if phrase.intent is None else (phrase, self._signs(weighed, judged, best))

    def weigh(self, hypothesis: Hypothesis) -> Weighed | None:
        """The phrases that may have been said, and the evidence against each; None if there are none.

        This is most of the work of `match`, and depends neither on the moment nor on the thresholds.
        """
        heard = self._inventory.code(hypothesis.phonemes)
        if not heard:
            return None
        typed = bool(hypothesis.text) and hypothesis.second_opinion is None and hypothesis.posteriors is None
        exact = self._exactly(hypothesis.text) if hypothesis.text else None
        if exact is None:
            exact = self._exactly_grown.get(hypothesis.text)
        ways = self._ways(hypothesis.text.split(), heard, whole=exact is not None) if typed else None
        candidates = self._candidates(hypothesis, heard, ways)
        if typed:
            # Words that are nearly a sentence of the corpus are known by their meaning better than by their sound.
            candidates = [each for each in candidates if each.phrase < len(self.book.phrases)]
        if exact is not None:
            candidates.insert(0, Candidate(exact, heard, len(self._inventory.code(self._phrases[exact].phonemes))))
        if not candidates:
            return None
        length = len(self._inventory.numbers(hypothesis.second_opinion)) if hypothesis.second_opinion else len(heard)
        lengths = np.array([float(max(1, len(candidate.code), length)) for candidate in candidates])
        nats = self._nats(hypothesis, heard, candidates)
        frames = 0 if hypothesis.posteriors is None else frames_of_sound(hypothesis.posteriors)
        return Weighed(hypothesis, candidates, nats, lengths, typed and exact is not None, frames)

    def exact(self, text: str) -> Match | None:
        """The match of a text that is a phrase word for word, ignoring fillers around it; None for any other."""
        number = self._exactly(text)
        phrase = self._phrases[number] if number is not None else None
        if phrase is None or phrase.intent is None:
            return None
        slots = phrase.slot_values()
        return Match(phrase.intent, slots, score=1.0, margin=1.0, accepted=True, sure=True, phrase=phrase.text)

    def _ways(self, words: list[str], heard: str, whole: bool) -> list[Way]:
        """Ways to strip fillers from typed text. Words make them few; if `whole`, the text is a phrase as it stands."""
        ways = [Way("", heard, "", 0)]
        if whole:
            return ways
        most = _cuts(words, self._words_before)[-1]
        for start in dict.fromkeys((most, 0)):
            end = _cuts(words[start:][::-1], self._words_after_backwards)[-1]
            before, after = self._code_of(words[:start]), self._code_of(words[len(words) - end :])
            fits = heard.startswith(before) and heard.endswith(after) and len(before) + len(after) < len(heard)
            if (start or end) and fits:
                ways.append(Way(before, heard[len(before) : len(heard) - len(after)], after, 0))
        return ways

    def _code_of(self, words: Sequence[str]) -> str:
        """The usual sound of words of the book."""
        return self._inventory.code([phoneme for word in words for phoneme in self.book.vocabulary[word][0]])

    def _candidates(self, hypothesis: Hypothesis, heard: str, ways: list[Way] | None) -> list[Candidate]:
        """The phrases to judge closely: those near to the hypothesis, to its check, or to a further hearing."""
        others = [self._inventory.code(hypothesis.second_opinion or ())]
        found = [
            candidate
            for code in (heard, *others)
            if code
            for candidate in self._shortlist.candidates(code, ways)[:MOST_CANDIDATES]
        ]
        return list(dict.fromkeys(found))

    def _judge(self, weighed: Weighed, fits: Fits) -> Judged:
        candidates, lengths, certain = weighed.candidates, weighed.lengths, weighed.certain
        nats = weighed.nats + np.array([self._doubt(candidate, fits, certain) for candidate in candidates])
        order = np.argsort(nats / lengths**self.thresholds.length_power, kind="stable")
        scores = np.clip(1.0 - nats / (WORST * lengths), 0.0, 1.0)
        return Judged(fits, candidates, nats, scores, [0, *order[order > 0]] if certain else list(map(int, order)))

    def _nats(self, hypothesis: Hypothesis, heard: str, candidates: list[Candidate]) -> Floats:
        """The nats against each candidate, all evidence added up."""
        codes = list(dict.fromkeys(candidate.code for candidate in candidates))
        nats = np.zeros(len(codes))
        if hypothesis.posteriors is not None:
            nats += self._evidence.by_sound(hypothesis.posteriors, codes)
        elif hypothesis.second_opinion is not None:
            nats += self._evidence.by_edits(self._inventory.numbers(hypothesis.second_opinion), codes)
        if hypothesis.text or hypothesis.posteriors is None:
            alone = hypothesis.second_opinion is None and hypothesis.posteriors is None
            weight = 1.0 if alone else TEXT_WEIGHT
            nats += weight * self._evidence.by_edits(self._inventory.decode(heard), codes)
        by_code = dict(zip(codes, nats, strict=True))
        return np.array([by_code[candidate.code] for candidate in candidates])

    def _doubt(self, candidate: Candidate, fits: Fits, certain: bool) -> float:
        """The nats against (or, below 0, for) a candidate before anything was heard."""
        phrase = self._phrases[candidate.phrase]
        if certain:
            return 0.0
        doubt = 0.0
        if len(candidate.code) > candidate.sounds:
            doubt += self.thresholds.filler_cost
        bonus = self.thresholds.expected_bonus if phrase.intent in fits.expected else 0.0
        return doubt - bonus + (self.thresholds.decoy_handicap if fits.as_decoy(phrase) else phrase.cost)

    def _decide(self, weighed: Weighed, fits: Fits) -> Match:
        hypothesis, certain = weighed.hypothesis, weighed.certain
        judged = self._judge(weighed, fits)
        sound_alone = hypothesis.posteriors is not None and not hypothesis.text
        best = self._unless_halting(weighed, judged) if sound_alone else judged.order[0]
        phrase = self._phrase(judged, best)
        decoy = fits.as_decoy(phrase)
        if phrase.intent is None or (decoy and phrase.intent not in fits.expected and not certain):
            return self._nothing(judged)
        lead = self._lead(phrase, fits) / (WORST * float(weighed.lengths[best]))
        score = 1.0 if certain else min(1.0, float(judged.scores[best]) + lead)
        threshold = self._least_score(weighed, judged, best) if sound_alone else self._threshold(weighed, best)
        accepted = certain or (score >= threshold and self._clear(judged, best, decoys=not sound_alone))
        if not accepted and best != judged.order[0]:
            return self._nothing(judged)
        other = self._nearest(judged, best, lambda each: self._differs(each, phrase))
        apart = float(judged.nats[other] - judged.nats[best]) if other is not None else np.inf
        sounds = judged.candidates[best].sounds
        near = sounds >= self.thresholds.ask_sounds and score >= threshold - self.thresholds.ask_band
        return Match(
            phrase.intent,
            slots=phrase.slot_values(),
            score=score,
            margin=max(0.0, score - float(judged.scores[other])) if other is not None else score,
            accepted=accepted,
            sure=certain or (accepted and score >= self.thresholds.sure_score and apart >= self.thresholds.sure_margin),
            phrase=phrase.text,
            doubtful=near and not accepted and self._clear(judged, best, commands=False),
            threshold=min(1.0, threshold),
            nats=float(judged.nats[best]),
        )

    def _nothing(self, judged: Judged) -> Match:
        """The match of something that is no command, by what it sounds most like."""
        best = judged.order[0]
        score, text = float(judged.scores[best]), self._phrase(judged, best).text
        return Match(None, score=score, phrase=text, nats=float(judged.nats[best]))

    def _lead(self, phrase: Phrase, fits: Fits) -> float:
        """The nats of its handicap, if a phrase is heard as a decoy: they say nothing about how well it fits."""
        return self.thresholds.decoy_handicap if fits.as_decoy(phrase) else 0.0

    def _likeliest(self, judged: Judged) -> int:
        """The first candidate that is no decoy; the very first if there is none, or it is what the guide may hear."""
        first = judged.order[0]
        if self._phrase(judged, first).intent in judged.fits.expected:
            return first
        command = self._nearest(judged, None, lambda each: not judged.fits.as_decoy(each))
        return first if command is None else command

    def _unless_halting(self, weighed: Weighed, judged: Judged) -> int:
        """The likeliest, unless it goes on and something urgent with the opposite effect is nearly as near.

        The guide's echo and noise make a "stop" into "start", and hardly ever the other way round.
        """
        best = self._likeliest(judged)
        intent = self._phrase(judged, best).intent
        other = self._nearest(judged, best, lambda each: self._halts(each, intent))
        near = other is not None and weighed.nats[other] - weighed.nats[best] < self.thresholds.halting_margin
        return other if other is not None and near else best

    def _halts(self, phrase: Phrase, intent: str | None) -> bool:
        """Whether a phrase is urgent, not too short, and the opposite of an intent with which it goes on."""
        if intent is None or intent in self.urgent or not INTENTS[intent].goes_on:
            return False
        opposite = frozenset({intent, phrase.intent}) in self.thresholds.opposites
        return phrase.intent in self.urgent and opposite and len(phrase.phonemes) >= SHORT

    def _nearest(self, judged: Judged, best: int | None, counts: Callable[[Phrase], bool]) -> int | None:
        """The best candidate other than `best` whose phrase counts; None if there is none."""
        return next((each for each in judged.order if each != best and counts(self._phrase(judged, each))), None)

    def _signs(self, weighed: Weighed, judged: Judged, best: int) -> Signs:
        """What speaks for a candidate and against it, by its sound alone."""
        candidate, phrase, fits = judged.candidates[best], self._phrase(judged, best), judged.fits
        others = self._nearest(judged, best, lambda each: self._differs(each, phrase) and not fits.as_decoy(each))
        decoys = self._nearest(judged, best, lambda each: self._differs(each, phrase) and fits.as_decoy(each))
        nats = float(judged.nats[best]) - self._lead(phrase, fits)
        before_decoys = float(judged.nats[decoys]) - nats if decoys is not None else np.inf
        if fits.pain_in_a_run(phrase):
            before_decoys += self.thresholds.decoy_margin - self.thresholds.margin
        return Signs(
            nats,
            sounds=float(weighed.lengths[best]),
            own=float(len(candidate.code)),
            frames=float(weighed.frames),
            before_others=float(judged.nats[others]) - nats if others is not None else np.inf,
            before_decoys=before_decoys,
            fillers=len(candidate.code) > candidate.sounds,
            cost=phrase.cost,
        )

    def _least_score(self, weighed: Weighed, judged: Judged, best: int) -> float:
        """The score that a candidate must reach by its sound alone."""
        intent = self._phrase(judged, best).intent
        waited_for = judged.fits.named or intent in self.urgent | judged.fits.expected
        least = self.thresholds.meant.least_score(self._signs(weighed, judged, best), expected=waited_for)
        return least + (0.0 if weighed.hypothesis.second_opinion is None else self.thresholds.contradicted)

    def _phrase(self, judged: Judged, place: int) -> Phrase:
        return self._phrases[judged.candidates[place].phrase]

    def _differs(self, one: Phrase, other: Phrase) -> bool:
        return (one.intent, one.slots) != (other.intent, other.slots)

    def _clear(self, judged: Judged, best: int, *, commands: bool = True, decoys: bool = True) -> bool:
        """Whether every other meaning (`commands`, `decoys`, or both) is behind by the margin required."""
        behind = judged.nats - judged.nats[best]
        phrase, limits, fits = self._phrase(judged, best), self.thresholds, judged.fits
        near = np.flatnonzero(behind < max(limits.margin, limits.opposite_margin, limits.decoy_margin))
        others = ((place, self._phrase(judged, int(place))) for place in near)
        return all(
            behind[place] >= self._margin(phrase, other, fits)
            for place, other in others
            if self._differs(other, phrase) and (decoys if fits.as_decoy(other) else commands)
        )

    def _margin(self, phrase: Phrase, other: Phrase, fits: Fits) -> float:
        """By how many nats the other phrase must be less probable."""
        if fits.as_decoy(other):
            if fits.pain_in_a_run(phrase):
                return self.thresholds.margin
            if not fits.as_decoy(phrase):
                return self.thresholds.decoy_margin
            # What is heard as a decoy itself has no lead over decoys to lose: "four" sounds like "for".
            return 0.0 if other.intent is None else self.thresholds.margin
        if phrase.intent in self.book.urgent:
            return -self.thresholds.halting_margin if self._halts(phrase, other.intent) else self.thresholds.margin
        opposite = frozenset({phrase.intent, other.intent}) in self.thresholds.opposites
        return self.thresholds.opposite_margin if opposite else self.thresholds.margin

    def _threshold(self, weighed: Weighed, best: int) -> float:
        """The score that a candidate must reach where more than its sound is known, or its sound without odds."""
        hypothesis, sounds = weighed.hypothesis, weighed.candidates[best].sounds
        if hypothesis.posteriors is not None:
            return self.thresholds.agreed.at(sounds)
        if hypothesis.second_opinion is not None:
            return self.thresholds.checked.at(sounds)
        return (self.thresholds.text if hypothesis.text else self.thresholds.phonemes).at(sounds)

    def _exactly(self, text: str) -> int | None:
        """The number of the phrase that the text is word for word, ignoring fillers around it."""
        words = text.split()
        for start in _cuts(words, self._words_before):
            for end in _cuts(words[start:][::-1], self._words_after_backwards):
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
