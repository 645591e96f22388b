"""What is to be heard in each frame, given what the teachers hear and what was said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.understanding.ctc import forward
from assistant.understanding.hypothesis import Posteriors
from assistant.understanding.phonemes import Inventory
from assistant.understanding.scoring import fold_columns

SPOKEN_SHARE = 0.95
"""Share of what was said in the target; the rest is what the teachers hear. With 0.6 the student misheard new voices as
the teachers do, an n for an h; see docs/tuning.md."""

BELIEVED = 1.2
"""Nats that each sound of what was said may cost on average; if it costs more, the teachers didn't hear it, or it was
not what was said, and the target is what they hear alone."""

TINY = 1e-30

Floats = npt.NDArray[np.float64]


def kept_to(probabilities: Floats, ways: Sequence[Sequence[str]], alphabet: tuple[str, ...], blank: int) -> Floats:
    """The probabilities given that what was said was said: those of all paths on which it is.

    Graves et al., "Connectionist Temporal Classification", ICML 2006, equation 14: the share of all such paths that
    pass through each symbol in each frame.
    """
    if not ways:
        return probabilities
    inventory = Inventory(ways)
    folding = fold_columns(
        Posteriors(np.log(np.maximum(probabilities, TINY)).astype(np.float32), alphabet, blank), inventory
    )
    other = folding.sum(axis=1) == 0
    folded = np.maximum(probabilities @ folding, TINY)
    phrases = [inventory.numbers(way) for way in ways]
    scores = forward(folded, inventory.other, phrases)
    best = int(scores.argmax())
    free = np.log(np.maximum(folded, probabilities[:, other].sum(axis=1, keepdims=True))).max(axis=1).sum()
    if not np.isfinite(scores[best]) or free - scores[best] > BELIEVED * len(phrases[best]):
        return probabilities
    share = occupied(folded, phrases[best], inventory.other)
    said = probabilities * ((share / folded) @ folding.T)
    return np.asarray(SPOKEN_SHARE * said + (1.0 - SPOKEN_SHARE) * probabilities)


def occupied(emissions: Floats, way: Sequence[int], blank: int) -> Floats:
    """The share of the paths of a phrase that is at each column in each frame; shape as `emissions`, rows sum to 1."""
    states = np.full(2 * len(way) + 1, blank)
    states[1::2] = way
    skip = np.zeros(len(states))
    skip[3::2] = states[3::2] != states[1:-2:2]
    weights = emissions[:, states]
    ahead = _reached(weights, skip)
    back_skip = np.zeros(len(states))
    back_skip[:-2] = skip[2:]
    behind = _reached(weights[::-1, ::-1], back_skip[::-1])[::-1, ::-1]
    both = ahead * behind / np.maximum(weights, TINY)
    both /= np.maximum(both.sum(axis=1, keepdims=True), TINY)
    share = np.zeros_like(emissions)
    np.add.at(share.T, states, both.T)
    return share


def _reached(weights: Floats, skip: Floats) -> Floats:
    """The probability of being in each state, scaled to a sum of 1 in each frame."""
    reached = np.zeros_like(weights)
    before = np.zeros(weights.shape[1] + 2)
    before[2] = 1.0
    for frame, weight in enumerate(weights):
        moved = (before[2:] + before[1:-1] + before[:-2] * skip) * weight
        reached[frame] = moved / max(float(moved.sum()), TINY)
        before[2:] = reached[frame]
    return reached
