"""Logistic regression, and how much may pass by it, as all odds are fitted."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

STRENGTH = 1.0
"""scikit-learn's C, for signs of one standard deviation."""

Signs = tuple[float, ...]


def regression(signs: npt.ArrayLike, meant: Sequence[bool], weights: Sequence[float]) -> Signs:
    """The weights of the signs by logistic regression, rounded; `signs` has shape (rows, signs), and the last
    sign of each row is 1, for the constant.

    `meant` tells which rows were meant, `weights` what each row weighs.
    """
    from sklearn.linear_model import LogisticRegression

    values = np.array(signs)[:, :-1]
    middle, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit((values - middle) / spread, meant, weights)
    found = model.coef_[0] / spread
    constant = float(model.intercept_[0] - found @ middle)
    return tuple(round(float(each), 4) for each in (*found, constant))


def least_that_passes(odds: Sequence[float], passing: float) -> float:
    """The value above which no more than so many of the odds are, rounded up."""
    ordered = sorted(odds, reverse=True)
    return math.ceil(1000 * ordered[min(len(ordered) - 1, int(passing))] + 1) / 1000
