"""Corrects what a recogniser says of a sound by its neighbours, with a small learned network.

A phoneme recogniser errs systematically: an l after a vowel is missed, an s before a t is heard as an f. A table of
confusions knows only the sound itself; this knows the moments before and after it as well. One hidden layer, a few
thousand weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]

NEIGHBOURS = 1
"""Moments before and after the judged one that the network sees; more did not help (see docs/tuning.md)."""

LEAST_LOG = -9.0
"""The logarithm below which all probabilities are the same: not heard at all."""

LOG_SCALE = 4.0
"""Logarithms are divided by this, so that most inputs lie between -1 and 1."""

FLOOR = 1e-3
"""The least likelihood of a sound, relative to the most likely one: the network can't rule out what it never met."""

PRIOR_POWER = 0.8
"""How far the frequency of each sound in the training data is divided out of the network's answers; 1 takes them for
exact posteriors. See docs/tuning.md."""


@dataclass(frozen=True)
class Adapter:
    """A network from moments, as `scoring.condensed` gives them, to likelihoods of sounds.

    `sounds` names its inputs and outputs; the blank is one more at the end of each. `hidden` has shape ((2 * NEIGHBOURS
    + 1) * (len(sounds) + 1), units), `output` (units, len(sounds) + 1); `prior` is the share of each output in the
    training data. Raises ValueError for arrays that do not fit.
    """

    sounds: tuple[str, ...]
    hidden: Weights
    hidden_bias: Weights
    output: Weights
    output_bias: Weights
    prior: Weights

    def __post_init__(self) -> None:
        columns, units = len(self.sounds) + 1, len(self.hidden_bias)
        shapes = {
            "hidden": ((2 * NEIGHBOURS + 1) * columns, units),
            "hidden_bias": (units,),
            "output": (units, columns),
            "output_bias": (columns,),
            "prior": (columns,),
        }
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}, not {shape}")

    def likelihoods(self, moments: Floats) -> Floats:
        """How likely each moment is if each sound was meant, relative to the most likely one; shape as `moments`.

        `moments` has shape (moments, len(sounds) + 1): probabilities, the blank last.
        """
        layer = np.maximum(inputs(moments) @ self.hidden + self.hidden_bias, 0.0)
        answers = (layer @ self.output + self.output_bias).astype(np.float64) - PRIOR_POWER * np.log(self.prior)
        return np.asarray(np.maximum(np.exp(answers - answers.max(axis=1, keepdims=True)), FLOOR))


def inputs(moments: Floats) -> Weights:
    """Each moment with its neighbours as a row for the network; beyond the ends there is silence.

    Shape (moments, columns) in, (moments, (2 * NEIGHBOURS + 1) * columns) out.
    """
    columns = moments.shape[1]
    logs = np.full((len(moments) + 2 * NEIGHBOURS, columns), LEAST_LOG)
    logs[:, -1] = 0.0
    logs[NEIGHBOURS : NEIGHBOURS + len(moments)] = np.log(np.maximum(moments, np.exp(LEAST_LOG)))
    scaled = (logs / LOG_SCALE + 1.0).astype(np.float32)
    return np.concatenate([scaled[place : place + len(moments)] for place in range(2 * NEIGHBOURS + 1)], axis=1)
