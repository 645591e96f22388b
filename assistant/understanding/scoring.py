"""The evidence against phrases, from the posteriors or from the phonemes heard, in nats.

Nats are natural logarithms of odds, so evidence of different kinds can be added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understanding import ctc, limits
from assistant.understanding.acoustic_adapter import Adapter
from assistant.understanding.confusions import NOTHING, learned
from assistant.understanding.hypothesis import Posteriors
from assistant.understanding.limits import FLOOR, SILENT
from assistant.understanding.phonemes import Inventory, cost_table, fold, gap_costs

Floats = npt.NDArray[np.float64]

WORST = -float(np.log(FLOOR))
"""The most nats that one sound can cost."""


@dataclass(frozen=True)
class Weighing:
    """How the evidence is weighed; what the numbers mean is told in `assistant.understanding.limits`.

    `learned`: whether the table of confusions has a part in it, beside articulation.
    """

    sharpness: float = limits.SHARPNESS
    adapted: float = limits.ADAPTED
    learned: bool = True


AS_FITTED = Weighing()


class Evidence:
    """Judges phrases, given as codes of one inventory; an `adapter` knows what the recogniser mishears."""

    def __init__(self, inventory: Inventory, adapter: Adapter | None = None, weighing: Weighing = AS_FITTED) -> None:
        self._inventory, self._weighing = inventory, weighing
        self._adapter = adapter
        self._columns = adapter_columns(adapter, inventory) if adapter else np.zeros(0, np.int64)
        count = inventory.other + 1
        self._costs = np.ones((count, count))
        self._costs[:-1, :-1] = cost_table(inventory.sounds, inventory.sounds)
        self._gaps = np.append(gap_costs(inventory.sounds), 1.0)
        self._smoothing = smoothing(inventory, weighing)
        self._folding: tuple[tuple[str, ...], Floats] = ((), np.zeros((0, 0)))

    def by_sound(self, hearings: Sequence[Posteriors], codes: Sequence[str]) -> Floats:
        """Nats against each code given one or more hearings of the same sound, averaged; shape (codes,).

        They are measured against the best path on which any sound may follow any other. They can be slightly below 0,
        because a phrase is judged by all its paths together.
        """
        phrases = [self._inventory.decode(code) for code in codes]
        each = [self._by_one_hearing(posteriors, phrases) for posteriors in hearings]
        return np.asarray(np.mean(each, axis=0))

    def _by_one_hearing(self, posteriors: Posteriors, phrases: Sequence[Sequence[int]]) -> Floats:
        emissions = self._emissions(posteriors)
        likelihood = ctc.forward(emissions, self._inventory.other, phrases)
        worst = WORST * (len(emissions) + np.array([len(phrase) for phrase in phrases]))
        return np.minimum(ctc.best_free(emissions) - likelihood, worst)

    def _emissions(self, posteriors: Posteriors) -> Floats:
        """The weight of each sound in each moment, the blank last; similar sounds share their weights.

        Shape (moments, inventory.other + 1).
        """
        if self._folding[0] is not posteriors.alphabet:
            self._folding = (posteriors.alphabet, fold_columns(posteriors, self._inventory))
        return self.weights(condensed(np.exp(posteriors.log_probs.astype(np.float64)) @ self._folding[1]))

    def weights(self, moments: Floats) -> Floats:
        """The weight of each sound in moments, as `condensed` gives them: by the table, and by the adapter.

        Shape (moments, inventory.other + 1), both in and out.
        """
        weights = np.asarray(moments @ self._smoothing)
        if self._adapter is None or not len(moments):
            return weights
        return self._adapted(moments, weights / weights.max(axis=1, keepdims=True), self._adapter)

    def _adapted(self, moments: Floats, weights: Floats, adapter: Adapter) -> Floats:
        """The weights, relative to the most likely sound, corrected by the adapter for the sounds that it knows."""
        there = self._columns < moments.shape[1]
        known = np.zeros((len(moments), len(self._columns)))
        known[:, there] = moments[:, self._columns[there]]
        likelihoods = adapter.likelihoods(known)[:, there]
        columns = self._columns[there]
        share = self._weighing.adapted
        weights[:, columns] = weights[:, columns] ** (1.0 - share) * likelihoods**share
        return weights

    def by_edits(self, heard: Sequence[int], codes: Sequence[str]) -> Floats:
        """Nats against each code, given the numbers of the sounds heard; shape (codes,)."""
        phrases = [self._inventory.decode(code) for code in codes]
        return WORST * edit_costs(heard, phrases, self._costs, self._gaps)


def adapter_columns(adapter: Adapter, inventory: Inventory) -> npt.NDArray[np.int64]:
    """The inventory's column of each of the adapter's sounds and its blank; one past the last for a sound it lacks."""
    places = {sound: number for number, sound in enumerate((*inventory.sounds, NOTHING))}
    return np.array([places.get(sound, len(places)) for sound in (*adapter.sounds, NOTHING)], dtype=np.int64)


def fold_columns(posteriors: Posteriors, inventory: Inventory) -> Floats:
    """Which of the recogniser's columns (rows here) belong to which sound; what stands for none counts as blank.

    Shape (len(alphabet), inventory.other + 1).
    """
    folding = np.zeros((len(posteriors.alphabet), inventory.other + 1))
    for column, phoneme in enumerate(posteriors.alphabet):
        if column == posteriors.blank or phoneme.startswith("<") or not phoneme.strip() or not fold(phoneme):
            folding[column, -1] = 1.0
            continue
        (number,) = inventory.numbers([phoneme])
        if number != inventory.other:
            folding[column, number] = 1.0
    return folding


def condensed(probabilities: Floats) -> Floats:
    """One row for each sound instead of one for each frame, and few for silence; the blank is the last column.

    A sound held over several frames is still one sound: the cost of taking it for another must not grow with its
    length. Consecutive frames that are most probably the same sound are averaged; of frames that are most probably
    blank, those that may be something else stay, or, if there is none, the least sure one.
    """
    return condensed_to(probabilities)[0]


def condensed_to(probabilities: Floats) -> tuple[Floats, list[int]]:
    """As `condensed`, with the number of the frame at which each row's frames end (exclusive)."""
    if not len(probabilities):
        return probabilities, []
    best = probabilities.argmax(axis=1)
    blank = probabilities.shape[1] - 1
    ends = np.append(np.flatnonzero(np.diff(best)) + 1, len(best))
    rows, row_ends, start = [], [], 0
    for end in ends:
        run = probabilities[start:end]
        if best[start] != blank:
            rows.append(run.mean(axis=0, keepdims=True))
        else:
            unsure = run[:, -1] < SILENT
            rows.append(run[unsure] if unsure.any() else run[[run[:, -1].argmin()]])
        row_ends += [int(end)] * len(rows[-1])
        start = int(end)
    return np.concatenate(rows), row_ends


def prior_weights(inventory: Inventory, sharpness: float = limits.SHARPNESS) -> Floats:
    """The weight of hearing each sound (row) if another (column) was meant, by articulation; the last is the blank.

    Missing a sound, or hearing one where there was none, has the weight FLOOR.
    """
    table = np.full((inventory.other + 1,) * 2, FLOOR)
    costs = cost_table(inventory.sounds, inventory.sounds)
    table[:-1, :-1] = np.maximum(np.exp(-sharpness * costs), FLOOR)
    table[-1, -1] = 1.0
    return table


def smoothing(inventory: Inventory, weighing: Weighing = AS_FITTED) -> Floats:
    """`prior_weights`; for sounds that were learned, the geometric mean of those and the learned weights.

    The mean understands more than either alone: docs/tuning.md.
    """
    table = prior_weights(inventory, weighing.sharpness)
    if not weighing.learned:
        return table
    rows = {sound: number for number, sound in enumerate((*inventory.sounds, NOTHING))}
    for meant, weights in learned().items():
        if meant not in rows:
            continue
        column = rows[meant]
        known = np.full(len(rows), FLOOR)
        for heard, weight in weights.items():
            if heard in rows:
                known[rows[heard]] = max(FLOOR, weight)
        known[column] = 1.0
        table[:, column] = np.sqrt(table[:, column] * known)
    return table


def edit_costs(heard: Sequence[int], phrases: Sequence[Sequence[int]], costs: Floats, gaps: Floats) -> Floats:
    """The edit distance from `heard` to each phrase, shape (phrases,), all at once, row by row of the usual table.

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
