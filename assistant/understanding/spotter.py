"""Words of distress anywhere in what was heard, by sound: a CTC word spotter over the posteriors.

A cry of pain is seldom a whole phrase of the book. Each spotted phrase may begin and end anywhere; its best path is
measured against the best path of any sounds in the same place. Rivals are phrases that contain the same sounds and mean
no distress ("it doesn't hurt", "Spain"): a rival that fits as well in the same place wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understanding.hypothesis import Hypothesis, Match, Posteriors
from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Phrase
from assistant.understanding.scoring import WORST, condensed_to, fold_columns, smoothing
from assistant.understanding.word_paths import NEVER, Words, nats_of, padded, through

Floats = npt.NDArray[np.float64]

SURE_LIMIT, ASK_LIMIT = 0.6, 0.95
"""Nats that a sound of a spotted phrase may cost on average, to be sure and to be worth a question. See
docs/tuning.md."""

SHORT, SHORT_LIMIT = 4, 0.4
"""Phrases of up to SHORT sounds come near to much: they are never sure, and may cost so little to be asked about."""

LONGER, SHORTER = 0.5, 2.0
"""Nats that a rival may cost more for each sound that it is longer than the phrase, and must cost less for each sound
that it is shorter, to be what was said."""

NEAR = 4
"""Rows within which two phrases that end stand in the same place."""


@dataclass(frozen=True)
class Spotted:
    """A phrase found in what was heard: nats for each of its sounds, and by how many nats the best rival is behind."""

    phrase: Phrase
    nats: float
    ahead: float
    sure: bool

    def match(self) -> Match:
        """As a match: it counts if it is sure, else the guide asks; it never cuts short what is being said."""
        score = max(0.0, 1.0 - self.nats / WORST)
        return Match(
            self.phrase.intent,
            slots=self.phrase.slot_values(),
            score=score,
            margin=score,
            accepted=self.sure,
            doubtful=not self.sure,
            phrase=self.phrase.text,
        )


class Spotter:
    """Finds phrases with an intent in sound; those without (`intent` None) are rivals."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = tuple(phrases)
        self._inventory = Inventory([phrase.phonemes for phrase in phrases])
        self._smoothing = smoothing(self._inventory)
        self._words: Words = padded([self._inventory.numbers(phrase.phonemes) for phrase in phrases])
        self._lengths = self._words[1].astype(np.float64)
        self._wanted = [number for number, phrase in enumerate(phrases) if phrase.intent is not None]
        self._rivals = [number for number, phrase in enumerate(phrases) if phrase.intent is None]
        more = self._lengths[self._rivals][None, :] - self._lengths[self._wanted][:, None]
        self._handicaps = np.where(more > 0, -LONGER * more, -SHORTER * more)

    def spot(self, hypothesis: Hypothesis) -> Spotted | None:
        """The clearest of the phrases, if one was heard."""
        if hypothesis.posteriors is None or not self._wanted:
            return None
        hearings = (hypothesis.posteriors, *hypothesis.rehearings)
        found = [self._costs(each) for each in hearings]
        nats = np.mean([each for each, _ in found], axis=0)
        ahead = np.mean([each for _, each in found], axis=0)
        candidates = [
            Spotted(self._phrases[number], float(each), float(lead), self._sure(number, float(each)))
            for number, each, lead in zip(self._wanted, nats, ahead, strict=True)
            if lead > 0 and each <= (SHORT_LIMIT if self._lengths[number] <= SHORT else ASK_LIMIT)
        ]
        return min(candidates, key=lambda each: (not each.sure, each.nats), default=None)

    def _sure(self, number: int, nats: float) -> bool:
        return nats <= SURE_LIMIT and bool(self._lengths[number] > SHORT)

    def _costs(self, posteriors: Posteriors) -> tuple[Floats, Floats]:
        """For each wanted phrase in one hearing: nats a sound, and by how many nats rivals in its place are behind."""
        folding = fold_columns(posteriors, self._inventory)
        rows, _ = condensed_to(np.exp(posteriors.log_probs.astype(np.float64)) @ folding)
        if not len(rows):
            return np.full(len(self._wanted), NEVER), np.zeros(len(self._wanted))
        ended = through(nats_of(rows @ self._smoothing), np.zeros(len(rows) + 1), self._words)
        wanted, rivals = ended[:, self._wanted], ended[:, self._rivals]
        places = wanted.argmin(axis=0)
        costs = wanted.min(axis=0)
        around = np.stack([rivals[max(0, place - NEAR) : place + NEAR + 1].min(axis=0) for place in places])
        ahead = (around + self._handicaps).min(axis=1, initial=NEVER) - costs
        return costs / self._lengths[self._wanted], ahead
