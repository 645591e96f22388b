"""Where words may end in what was heard: CTC's best path, for many words at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.understanding.ctc import TINY

Floats = npt.NDArray[np.float64]

Words = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Words as rows of sounds, all of the same length (padded with zeros), and their lengths."""

NEVER = 1e9
"""Nats against the impossible."""


SILENT = 0.95
"""Rows in which the blank is at least this probable may be left out."""


def condensed(probabilities: Floats) -> Floats:
    """One row for each sound instead of one for each frame, and few for silence; the blank is the last column.

    Consecutive frames that are most probably the same sound are averaged; of frames that are most probably blank,
    those that may be something else stay, or, if there is none, the least sure one.
    """
    if not len(probabilities):
        return probabilities
    best = probabilities.argmax(axis=1)
    blank = probabilities.shape[1] - 1
    ends = np.append(np.flatnonzero(np.diff(best)) + 1, len(best))
    rows, start = [], 0
    for end in ends:
        run = probabilities[start:end]
        if best[start] != blank:
            rows.append(run.mean(axis=0, keepdims=True))
        else:
            unsure = run[:, -1] < SILENT
            rows.append(run[unsure] if unsure.any() else run[[run[:, -1].argmin()]])
        start = int(end)
    return np.concatenate(rows)


def nats_of(weights: Floats) -> Floats:
    """Nats against each sound, measured against the best one of its row; shape as `weights`."""
    weights = np.maximum(weights, TINY)
    return np.asarray(np.log(weights.max(axis=1, keepdims=True)) - np.log(weights))


def padded(codes: Sequence[Sequence[int]]) -> Words:
    """Words as codes, padded to one length."""
    lengths = np.array([len(code) for code in codes], dtype=np.int64)
    table = np.zeros((len(codes), int(lengths.max(initial=1))), dtype=np.int64)
    for row, code in enumerate(codes):
        table[row, : len(code)] = code
    return table, lengths


def through(nats: Floats, start: Floats, words: Words, credit: float = 0.0) -> Floats:
    """The least nats with which each word ends before each row, given those with which it may begin there.

    CTC's best path: a sound lasts for one row or more, and blanks may come between and after sounds (before the first
    they are part of `start`). Each sound of a word may cost `credit` nats for free. `nats` has shape (rows, sounds),
    `start` (rows + 1,) and the result (rows + 1, words).
    """
    codes, lengths = words
    ended = np.full((len(nats) + 1, len(codes)), NEVER)
    if not len(codes):
        return ended
    row, last = np.arange(len(codes)), lengths - 1
    same = np.zeros(codes.shape, dtype=bool)
    same[:, 1:] = codes[:, 1:] == codes[:, :-1]
    sound, blank = np.full(codes.shape, NEVER), np.full(codes.shape, NEVER)
    for place, costs in enumerate(nats):
        from_sound, from_blank = np.full(codes.shape, start[place]), np.full(codes.shape, start[place])
        from_sound[:, 1:] = np.where(same[:, 1:], NEVER, sound[:, :-1])
        from_blank[:, 1:] = blank[:, :-1]
        blank = np.minimum(blank, sound) + costs[-1]
        sound = np.minimum(np.minimum(sound, from_sound), from_blank) + costs[codes]
        ended[place + 1] = np.minimum(sound[row, last], blank[row, last]) - credit * lengths
    return ended
