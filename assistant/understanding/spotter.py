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
from assistant.understanding.limits import RIVAL_LONGER, RIVAL_SHORTER, SPOT_SHORT
from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Phrase
from assistant.understanding.scoring import AS_FITTED, WORST, Sounds, Weighing
from assistant.understanding.thresholds import Thresholds
from assistant.understanding.word_paths import NEVER, Words, padded, through

Floats = npt.NDArray[np.float64]

NEAR = 4
"""Rows within which two phrases that end stand in the same place."""


@dataclass(frozen=True)
class Nearness:
    """How near phrases come: nats a sound against each, and by how many nats its best rival is behind."""

    nats: Floats
    ahead: Floats


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

    def __init__(self, phrases: Sequence[Phrase], weighing: Weighing = AS_FITTED) -> None:
        self._phrases = tuple(phrases)
        self._inventory = Inventory([phrase.phonemes for phrase in phrases])
        self._sounds = Sounds(self._inventory, weighing)
        self._words: Words = padded([self._inventory.numbers(phrase.phonemes) for phrase in phrases])
        self._lengths = self._words[1].astype(np.float64)
        self._wanted = [number for number, phrase in enumerate(phrases) if phrase.intent is not None]
        self._rivals = [number for number, phrase in enumerate(phrases) if phrase.intent is None]
        more = self._lengths[self._rivals][None, :] - self._lengths[self._wanted][:, None]
        self._handicaps = np.where(more > 0, -RIVAL_LONGER * more, -RIVAL_SHORTER * more)

    def weigh(self, hypothesis: Hypothesis) -> Nearness | None:
        """How near each phrase with an intent comes; None without posteriors or phrases.

        This is the work; it does not depend on the thresholds.
        """
        if hypothesis.posteriors is None or not self._wanted:
            return None
        return Nearness(*self._costs(hypothesis.posteriors))

    def spot(self, found: Nearness | None, thresholds: Thresholds) -> Spotted | None:
        """The clearest of the phrases, if one was heard."""
        if found is None:
            return None
        candidates = []
        for place in np.flatnonzero((found.ahead > 0) & (found.nats <= thresholds.spot_ask)):
            number, nats = self._wanted[place], float(found.nats[place])
            long = bool(self._lengths[number] > SPOT_SHORT)
            if long or nats <= thresholds.spot_short_ask:
                sure = long and nats <= thresholds.spot_sure
                candidates.append(Spotted(self._phrases[number], nats, float(found.ahead[place]), sure))
        return min(candidates, key=lambda each: (not each.sure, each.nats), default=None)

    def _costs(self, posteriors: Posteriors) -> tuple[Floats, Floats]:
        """For each wanted phrase: nats a sound, and by how many nats rivals in its place are behind."""
        nats, _ = self._sounds.nats(posteriors)
        if not len(nats):
            return np.full(len(self._wanted), NEVER), np.zeros(len(self._wanted))
        ended = through(nats, np.zeros(len(nats) + 1), self._words)
        wanted, rivals = ended[:, self._wanted], ended[:, self._rivals]
        places = wanted.argmin(axis=0)
        costs = wanted.min(axis=0)
        around = np.stack([rivals[max(0, place - NEAR) : place + NEAR + 1].min(axis=0) for place in places])
        ahead = (around + self._handicaps).min(axis=1, initial=NEVER) - costs
        return costs / self._lengths[self._wanted], ahead
