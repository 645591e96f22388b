"""The second tier: what free words mean, where no phrase of the book is near.

A linear classifier over n-grams gives the probability of each meaning, "not meant for the guide" among them. What the
guide is doing decides what these come to: "let's go" and "I'm set" are one thing while it waits, so their
probabilities add up (see `Moment.meanings`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.understanding.moment import Moment
from assistant.understanding.ngrams import bucket_counts

NOT_MEANT = ""
"""The meaning of what is said to somebody else, or to nobody."""

EXPECTED = 1.6
"""How many times as probable something becomes that fits what the guide is doing."""


@dataclass(frozen=True)
class Label:
    """One meaning that the classifier knows: an intent, or NOT_MEANT, with the slots that all its sentences share."""

    intent: str
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Meaning:
    """What free words come to at a moment: an intent with slots (NOT_MEANT for none), and how probably, 0 to 1.

    `said` is the intent before the moment was considered. `shares` is how probable each intent is at this moment.
    """

    intent: str
    slots: Mapping[str, str]
    probability: float
    said: str
    shares: Mapping[str, float]


@dataclass(frozen=True)
class MeaningModel:
    """A multinomial logistic regression over n-grams weighed by their rarity (tf-idf, vectors of length 1).

    `rarity`: the inverse document frequency of each bucket, shape (buckets,). `weights`: whole numbers from -127 to
    127, shape (buckets, labels), to be multiplied by `scale`, shape (labels,). `bias`: shape (labels,). `words` are all
    words that it learned from. `usual` maps words that may turn a wish round to the intents that people say with them.
    """

    labels: tuple[Label, ...]
    rarity: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    words: frozenset[str] = frozenset()
    usual: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def probabilities(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """How probably normalised words have each label's meaning, shape (labels,)."""
        counts = bucket_counts(words)
        buckets = np.fromiter(counts.keys(), np.int64, len(counts))
        values = np.fromiter(counts.values(), np.float64, len(counts)) * self.rarity[buckets]
        values /= max(float(np.sqrt(np.square(values).sum())), 1e-9)
        logits = values @ self.weights[buckets] * self.scale + self.bias
        shares = np.exp(logits - logits.max())
        return np.asarray(shares / shares.sum())

    def meaning(self, shares: npt.NDArray[np.float64], moment: Moment) -> Meaning:
        """What words with these `probabilities` most probably come to at this moment."""
        meant = [_now(label, moment) for label in self.labels]
        favoured = np.array([EXPECTED if now in moment.expected else 1.0 for now in meant])
        shares = shares * favoured / (shares * favoured).sum()
        by_intent: dict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, Label]] = {}
        for label, now, share in zip(self.labels, meant, shares.tolist(), strict=True):
            by_intent[now] += share
            best[now] = max(best.get(now, (0.0, label)), (share, label), key=lambda each: each[0])
        intent = max(by_intent, key=by_intent.__getitem__)
        label = best[intent][1]
        slots = dict(label.slots) if label.intent == intent else {}
        return Meaning(intent, slots, by_intent[intent], label.intent, by_intent)


def _now(label: Label, moment: Moment) -> str:
    """The intent that a label means at this moment, NOT_MEANT for none."""
    now = moment.meaning_of(label.intent)
    return NOT_MEANT if now in moment.ignored else now
