"""How probable phrases' phonemes are given the posteriors: the forward algorithm of CTC, for many phrases at once.

Graves et al., "Connectionist Temporal Classification", ICML 2006, section 4.1: a phrase of n phonemes becomes 2n + 1
states with blanks between; each frame moves on by no state, one, or two (two if that skips a blank between different
phonemes). Probabilities are rescaled in each frame instead of being kept as logarithms, which is faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from assistant.understanding.hypothesis import Posteriors

Table = npt.NDArray[np.float64]

TINY = 1e-300
"""Keeps the logarithm of an impossible path finite."""


def forward(emissions: Table, blank: int, phrases: Sequence[Sequence[int]]) -> Table:
    """The natural logarithm of each phrase's probability, shape (phrases,).

    `emissions` has shape (frames, columns) and holds probabilities, or any weights from 0 up; each phrase is a sequence
    of column numbers. A phrase that needs more frames than there are gets -inf; without frames, only an empty phrase is
    possible.
    """
    padding = emissions.shape[1]
    states, skips, lengths = _states(phrases, blank, padding)
    rows, width = states.shape
    weights = np.zeros((len(emissions), padding + 1))
    weights[:, :padding] = emissions
    alpha = np.zeros((rows, width + 2))  # two empty columns on the left turn the moves into slices
    alpha[:, 2] = 1.0
    logs = np.zeros(rows)
    for frame in weights:
        moved = (alpha[:, 2:] + alpha[:, 1:-1] + alpha[:, :-2] * skips) * frame[states]
        total = moved.sum(axis=1)
        with np.errstate(divide="ignore"):
            logs += np.log(total)
        alpha[:, 2:] = moved / np.maximum(total, TINY)[:, None]
    row = np.arange(rows)
    reached = alpha[row, 2 * lengths + 2] + np.where(lengths > 0, alpha[row, 2 * lengths + 1], 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(logs + np.log(reached))


def _states(
    phrases: Sequence[Sequence[int]], blank: int, padding: int
) -> tuple[npt.NDArray[np.int64], Table, npt.NDArray[np.int64]]:
    """The column of each state (`padding` past the end), 1 if it can be reached from two before, and the lengths."""
    lengths = np.array([len(phrase) for phrase in phrases], dtype=np.int64)
    states = np.full((len(phrases), 2 * int(lengths.max(initial=0)) + 1), padding, dtype=np.int64)
    for row, phrase in enumerate(phrases):
        states[row, 0 : 2 * len(phrase) + 1 : 2] = blank
        states[row, 1 : 2 * len(phrase) : 2] = phrase
    skips = np.zeros(states.shape)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    return states, skips, lengths


def best_path(posteriors: Posteriors) -> tuple[str, ...]:
    """The most probable entry of each frame, without repeats and blanks (CTC's greedy decoding).

    Columns of one symbol are one entry as far as repeats go.
    """
    best = posteriors.log_probs.argmax(axis=1) if posteriors.log_probs.size else np.zeros(0, np.int64)
    heard = (phoneme for phoneme, _ in groupby(posteriors.alphabet[index] for index in best))
    return tuple(phoneme for phoneme in heard if not phoneme.startswith("<") and phoneme.strip())
