"""The evidence against phrases, from the posteriors or from the phonemes heard, in nats.

Nats are natural logarithms of odds, so evidence of different kinds can be added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understanding import ctc, limits
from assistant.understanding.hypothesis import Posteriors
from assistant.understanding.phonemes import Inventory, cost_table, fold, gap_costs

Floats = npt.NDArray[np.float64]

WORST = 6.9
"""Nats a sound at which a score is 0: a thousand to one against each of a phrase's sounds."""


@dataclass(frozen=True)
class Weighing:
    """How the evidence is weighed; what the numbers mean is told in `assistant.understanding.limits`."""

    power: float = limits.POWER
    alike: float = limits.ALIKE
    sharpness: float = limits.SHARPNESS


AS_FITTED = Weighing()


class Sounds:
    """What the posteriors say of the sounds of an inventory, frame by frame."""

    def __init__(self, inventory: Inventory, weighing: Weighing = AS_FITTED) -> None:
        self._inventory, self._weighing = inventory, weighing
        self._likeness = likeness(inventory, weighing.sharpness)
        self._folding: tuple[tuple[str, ...], Floats] = ((), np.zeros((0, 0)))

    def probabilities(self, posteriors: Posteriors) -> tuple[Floats, npt.NDArray[np.int64]]:
        """The probability of each sound in each frame, the blank last, and which frames they are.

        Shapes (frames, inventory.other + 1) and (frames,); frames of hardly anything but silence are left out.
        """
        if self._folding[0] is not posteriors.alphabet:
            self._folding = (posteriors.alphabet, fold_columns(posteriors, self._inventory))
        heard = np.exp(posteriors.log_probs.astype(np.float64)) @ self._folding[1]
        frames = np.flatnonzero(heard[:, -1] < limits.SILENT)
        heard = np.maximum(heard[frames], TINY) ** self._weighing.power
        return self.spread(heard / heard.sum(axis=1, keepdims=True)), frames

    def spread(self, heard: Floats) -> Floats:
        """Probabilities of which a part goes to similar sounds, and a little to all; shape as `heard`."""
        similar = heard @ self._likeness
        similar[:, -1] = heard[:, -1]
        similar /= similar.sum(axis=1, keepdims=True)
        alike, floor = self._weighing.alike, limits.FLOOR
        return np.asarray((1.0 - alike - floor) * heard + alike * similar + floor / heard.shape[1])

    def nats(self, posteriors: Posteriors) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Nats against each sound in each frame, and which frames they are; shapes as for `probabilities`."""
        heard, frames = self.probabilities(posteriors)
        return -np.log(heard), frames


TINY = 1e-12
"""Keeps powers of impossible sounds finite."""


class Evidence:
    """Judges phrases, given as codes of one inventory."""

    def __init__(self, inventory: Inventory, weighing: Weighing = AS_FITTED) -> None:
        self._inventory = inventory
        self._sounds = Sounds(inventory, weighing)
        count = inventory.other + 1
        self._costs = np.ones((count, count))
        self._costs[:-1, :-1] = cost_table(inventory.sounds, inventory.sounds)
        self._gaps = np.append(gap_costs(inventory.sounds), 1.0)

    def by_sound(self, posteriors: Posteriors, codes: Sequence[str]) -> Floats:
        """Nats against each code being all that was said; shape (codes,).

        The network's probabilities of all that could be said add up to 1 (see `assistant.understanding.ctc`), so a
        phrase's own says by itself how sure it is; talk that is no phrase leaves little for any of them.
        """
        phrases = [self._inventory.decode(code) for code in codes]
        heard, frames = self._sounds.probabilities(posteriors)
        worst = WORST * (len(frames) + np.array([len(phrase) for phrase in phrases]))
        return np.minimum(-ctc.forward(heard, self._inventory.other, phrases), worst)

    def by_edits(self, heard: Sequence[int], codes: Sequence[str]) -> Floats:
        """Nats against each code, given the numbers of the sounds heard; shape (codes,)."""
        phrases = [self._inventory.decode(code) for code in codes]
        return WORST * edit_costs(heard, phrases, self._costs, self._gaps)


def frames_of_sound(posteriors: Posteriors) -> int:
    """In how many frames something is heard that may be a sound."""
    return int((posteriors.log_probs[:, posteriors.blank] < np.log(limits.SILENT)).sum())


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


def likeness(inventory: Inventory, sharpness: float = limits.SHARPNESS) -> Floats:
    """How alike two sounds are by articulation, 0 to 1; the last is the blank, which is like no sound.

    Shape (inventory.other + 1, inventory.other + 1).
    """
    table = np.eye(inventory.other + 1)
    table[:-1, :-1] = np.exp(-sharpness * cost_table(inventory.sounds, inventory.sounds))
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
