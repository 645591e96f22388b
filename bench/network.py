"""A network of one hidden layer and its training; too small to need a library."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]

EPOCHS, BATCH = 16, 512
RATE = 2e-3
"""Adam's initial step size; it falls to 0 along half a cosine."""

DROPPED = 0.1
"""Dropout: the share of hidden units left out of each step, so that none is relied upon."""

DECAY = 1e-5
"""Weight decay."""


class Network:
    """`inputs` numbers in, ReLU units, `outputs` logits out."""

    def __init__(self, inputs: int, units: int, outputs: int, seed: int = 0) -> None:
        self._chance = np.random.default_rng(seed)
        self.weights: list[Weights] = [
            self._initial(inputs, units),
            np.zeros(units, np.float32),
            self._initial(units, outputs),
            np.zeros(outputs, np.float32),
        ]
        """Of the hidden layer, its bias, the output and its bias."""

    def _initial(self, rows: int, columns: int) -> Weights:
        return np.asarray(self._chance.normal(size=(rows, columns)) / np.sqrt(rows), np.float32)

    def train(self, rows: Weights, right: npt.NDArray[np.int64]) -> float:
        """Learn which output is right for each row, shape (rows, inputs); returns the last epoch's loss in nats.

        Adam (Kingma and Ba, 2015) on the cross entropy, with its authors' constants.
        """
        first = [np.zeros_like(each) for each in self.weights]
        second = [np.zeros_like(each) for each in self.weights]
        steps, step, loss = EPOCHS * (len(rows) // BATCH), 0, 0.0
        for _ in range(EPOCHS):
            order, loss = self._chance.permutation(len(rows)), 0.0
            for start in range(0, len(rows) - BATCH + 1, BATCH):
                chosen = order[start : start + BATCH]
                step += 1
                part, slopes = self._slopes(rows[chosen], right[chosen])
                loss += part * BATCH / len(rows)
                rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
                for place, slope in enumerate(slopes):
                    first[place] = 0.9 * first[place] + 0.1 * slope
                    second[place] = 0.999 * second[place] + 0.001 * slope**2
                    mean, spread = first[place] / (1 - 0.9**step), second[place] / (1 - 0.999**step)
                    moved = self.weights[place] - rate * mean / (np.sqrt(spread) + 1e-8)
                    self.weights[place] = moved.astype(np.float32)
        return loss

    def _slopes(self, rows: Weights, right: npt.NDArray[np.int64]) -> tuple[float, list[Weights]]:
        """The mean loss of a batch, and its gradient for each weight."""
        hidden, hidden_bias, output, output_bias = self.weights
        layer = np.maximum(rows @ hidden + hidden_bias, 0.0)
        kept = (self._chance.random(layer.shape) > DROPPED).astype(np.float32) / (1 - DROPPED)
        logits = (layer * kept) @ output + output_bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        places = np.arange(len(rows))
        loss = float(-np.log(shares[places, right] + 1e-9).mean())
        shares[places, right] -= 1.0
        shares /= len(rows)
        back = (shares @ output.T) * kept * (layer > 0)
        return loss, [
            rows.T @ back + DECAY * hidden,
            back.sum(axis=0),
            (layer * kept).T @ shares + DECAY * output,
            shares.sum(axis=0),
        ]
