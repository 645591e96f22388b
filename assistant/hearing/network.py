"""The built-in ear's network in plain numpy: a Conformer with CTC, as `bench.teaching.network` has it in PyTorch.

Gulati et al., "Conformer: Convolution-augmented Transformer for Speech Recognition", Interspeech 2020, without position
encoding. Written for speed on one core: what is constant (gains of layer norms, halves, the scale of attention) is
multiplied into the matrices once, and each matrix is one call of BLAS. How fast it is: docs/tuning.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float32]

SCALE = 1 / 6
"""What attention scores are multiplied by, whatever the width."""

LEAST_VARIANCE = 1e-5
"""Added to a frame's variance in a layer norm, as PyTorch does."""

ROWS = 16
"""Frames that one small matrix computes in the depthwise convolution. See docs/tuning.md."""

LONGEST, OVERLAP = 1000, 50
"""Frames (20 s) heard at once, and how many of them (1 s) at each end only give the others their context. Attention
takes memory and time by the square of the frames; no utterance of the ear's is as long as this."""


@dataclass(frozen=True)
class Config:
    """The size of a network. `final_norms` says for each block whether a layer norm follows it."""

    width: int
    heads: int
    inner: int
    kernel: int
    symbols: int
    final_norms: tuple[bool, ...]
    mels: int


class Network:
    """Log-mel frames in (10 ms), log probabilities of symbols out (20 ms).

    `state` holds the weights by the names that PyTorch gives them. Raises KeyError for one that is missing, ValueError
    for one of the wrong shape or with what is no number.
    """

    def __init__(self, config: Config, state: Mapping[str, Table]) -> None:
        whole = type(config.heads) is int and config.heads > 0 and config.width % config.heads == 0
        if not whole or not config.kernel % 2:
            raise ValueError(f"{config.width} channels for {config.heads} heads, kernel {config.kernel}")
        self.config = config
        stem = _shaped(state, "stem.weight", (config.width, config.mels, 3)).transpose(2, 1, 0)
        self._stem = _Linear(
            np.ascontiguousarray(stem).reshape(3 * config.mels, config.width),
            _shaped(state, "stem.bias", (config.width,)),
        )
        self._blocks = [
            _Block(config, state, f"blocks.{number}.", final_norm=final)
            for number, final in enumerate(config.final_norms)
        ]
        self._output = _linear(state, "output", config.width, config.symbols)

    def log_probs(self, mels: Table) -> Table:
        """Natural logarithms, shape (ceil(frames / 2), symbols), of log-mels of shape (frames, mels).

        Long sound is heard in pieces that overlap, so that any length will do.
        """
        frames = -(-len(mels) // 2)
        if frames <= LONGEST:
            return self._piece(mels)
        pieces = []
        step = LONGEST - 2 * OVERLAP
        for start in range(0, frames, step):
            first, last = max(0, start - OVERLAP), min(frames, start + step + OVERLAP)
            piece = self._piece(mels[2 * first : 2 * last])
            pieces.append(piece[start - first : start - first + step])
        return np.concatenate(pieces)

    def _piece(self, mels: Table) -> Table:
        if not len(mels):
            return np.zeros((0, self.config.symbols), np.float32)
        with np.errstate(over="ignore"):  # where exp() overflows, its reciprocal is the 0 that it should be
            x = _gelu(self._stem(_threes(mels)))
            for block in self._blocks:
                x = block(x)
            return _log_softmax(self._output(x))


class _Block:
    """A Conformer block: half a feed-forward layer, attention, convolution, and the other half."""

    def __init__(self, config: Config, state: Mapping[str, Table], prefix: str, *, final_norm: bool) -> None:
        width, self._heads = config.width, config.heads
        self._halves = []
        for name in ("ffn1", "ffn2"):
            up = _after_norm(state, f"{prefix}{name}.norm", f"{prefix}{name}.up", width, config.inner)
            self._halves.append((up, _linear(state, f"{prefix}{name}.down", config.inner, width).times(0.5)))
        scale = np.repeat(np.array([SCALE, 1.0, 1.0], np.float32), width)
        attention, convolution = f"{prefix}attention.", f"{prefix}convolution."
        self._qkv = _after_norm(state, f"{attention}norm", f"{attention}qkv", width, 3 * width).times(scale)
        self._mix = _linear(state, f"{attention}out", width, width)
        self._gated = _after_norm(state, f"{convolution}norm", f"{convolution}gated", width, 2 * width)
        self._depthwise = _Depthwise(
            _shaped(state, f"{convolution}depthwise.weight", (width, 1, config.kernel))[:, 0],
            _shaped(state, f"{convolution}depthwise.bias", (width,)),
        )
        self._spread = _linear(state, f"{convolution}out", width, width)
        self._norm = _gain_and_shift(state, f"{prefix}norm", width) if final_norm else None

    def __call__(self, x: Table) -> Table:
        """Shape (frames, width) in and out; what was in `x` is lost."""
        (up1, down1), (up2, down2) = self._halves
        x += down1(_silu(up1(_standard(x))))
        x += self._mix(self._attention(self._qkv(_standard(x))))
        x += self._spread(_silu(self._depthwise(_glu(self._gated(_standard(x))))))
        x += down2(_silu(up2(_standard(x))))
        if self._norm is None:
            return x
        x = _standard(x)
        x *= self._norm[0]
        x += self._norm[1]
        return x

    def _attention(self, qkv: Table) -> Table:
        """Every frame's mean of all values, weighted by its scores; all heads side by side."""
        frames, width = len(qkv), qkv.shape[1] // 3
        query, key, value = qkv.reshape(frames, 3, self._heads, width // self._heads).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1)
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        mixed = scores @ value
        mixed /= scores.sum(axis=2, keepdims=True)
        return np.asarray(mixed.transpose(1, 0, 2).reshape(frames, width))


class _Depthwise:
    """A convolution over frames, in each channel by itself.

    As a product of matrices: ROWS frames of a channel are the frames around them times a band matrix, which holds the
    kernel once in each column, a row lower each time.
    """

    def __init__(self, kernel: Table, bias: Table) -> None:
        self._around = kernel.shape[1] - 1
        self._bands = np.zeros((len(kernel), ROWS + self._around, ROWS), np.float32)
        for column in range(ROWS):
            self._bands[:, column : column + kernel.shape[1], column] = kernel
        self._bias = bias

    def __call__(self, x: Table) -> Table:
        frames, width = x.shape
        groups = -(-frames // ROWS)
        padded = np.zeros((width, groups * ROWS + self._around), np.float32)
        before = self._around // 2
        padded[:, before : before + frames] = x.T
        around = np.lib.stride_tricks.sliding_window_view(padded, ROWS + self._around, axis=1)[:, ::ROWS]
        spread = (around @ self._bands).reshape(width, groups * ROWS)
        return np.asarray(np.add(spread[:, :frames].T, self._bias, order="C"))


@dataclass(frozen=True)
class _Linear:
    matrix: Table
    """Input x output."""
    bias: Table

    def __call__(self, x: Table) -> Table:
        y: Table = x @ self.matrix
        y += self.bias
        return y

    def times(self, scale: Table | float) -> _Linear:
        """The same with its outputs multiplied."""
        factor = np.asarray(scale, np.float32)
        return _Linear(self.matrix * factor, self.bias * factor)


def _shaped(state: Mapping[str, Table], name: str, shape: tuple[int, ...]) -> Table:
    kept = np.asarray(state[name])
    if not np.issubdtype(kept.dtype, np.floating):
        raise ValueError(f"{name} holds {kept.dtype} instead of floating-point numbers")
    with np.errstate(over="ignore"):  # what becomes infinite is told below
        array = kept.astype(np.float32)
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds what is no number")
    return array


def _linear(state: Mapping[str, Table], name: str, inputs: int, outputs: int) -> _Linear:
    matrix = _shaped(state, f"{name}.weight", (outputs, inputs))
    return _Linear(np.ascontiguousarray(matrix.T), _shaped(state, f"{name}.bias", (outputs,)))


def _gain_and_shift(state: Mapping[str, Table], name: str, width: int) -> tuple[Table, Table]:
    return _shaped(state, f"{name}.weight", (width,)), _shaped(state, f"{name}.bias", (width,))


def _after_norm(state: Mapping[str, Table], norm: str, name: str, inputs: int, outputs: int) -> _Linear:
    """A linear layer with the gain and the shift of the layer norm before it worked in."""
    gain, shift = _gain_and_shift(state, norm, inputs)
    linear = _linear(state, name, inputs, outputs)
    return _Linear(gain[:, None] * linear.matrix, shift @ linear.matrix + linear.bias)


def _threes(mels: Table) -> Table:
    """Each second frame with its neighbours, in one row: what the stem, a convolution in steps of two, sees."""
    frames, width = mels.shape
    padded = np.zeros((frames + 2, width), np.float32)
    padded[1:-1] = mels
    rows = np.lib.stride_tricks.sliding_window_view(padded.reshape(-1), 3 * width)[:: 2 * width]
    return np.ascontiguousarray(rows)


def _standard(x: Table) -> Table:
    """A layer norm without gain and shift: each frame with mean 0 and variance 1."""
    width = x.shape[1]
    y: Table = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("fw,fw->f", y, y)
    variance /= width
    variance += LEAST_VARIANCE
    y /= np.sqrt(variance, out=variance)[:, None]
    return y


def _silu(x: Table) -> Table:
    """x / (1 + exp(-x))."""
    below = np.negative(x)
    np.exp(below, out=below)
    below += 1.0
    return np.divide(x, below, out=below)


def _glu(x: Table) -> Table:
    """The first half of the channels, let through as far as the second half says."""
    width = x.shape[1] // 2
    below = np.negative(x[:, width:])
    np.exp(below, out=below)
    below += 1.0
    return np.divide(x[:, :width], below, out=below)


def _gelu(x: Table) -> Table:
    """x times the normal distribution's share below it.

    erf by Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26: wrong by at most 1.5e-7.
    """
    size = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    erf = np.copysign(1 - series * np.exp(-size * size), x)
    return np.asarray(0.5 * x * (1 + erf), np.float32)


def _log_softmax(x: Table) -> Table:
    x -= x.max(axis=1, keepdims=True)
    x -= np.log(np.exp(x).sum(axis=1, keepdims=True))
    return x
