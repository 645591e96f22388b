"""Spells words that no file of the language spells: the sounds of an English word from its letters.

The network is the grapheme-to-phoneme of the package hama 1.7.0 (Seongmin Park, Apache-2.0), in numpy: with what it
wrote, slips and all, the built-in ear was taught. Letters pass two layers of GRUs both ways; a decoder of two more
looks at one place of the word after the other, and names a sound at each step.
`python -m bench.spelling_weights` makes the file and compares the answers with hama's.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.errors import SolemateError

FILE = "spelling.npz"
"""The file of weights in a language's folder."""

LANGUAGES = frozenset({"en"})
"""The languages that have one: without it nobody could say what their words sound like, so that its absence is a fault.
(The others are compared by their letters.)"""

VERSION = "1.7.0+1"
"""hama's version, and ours of what is made of it; to be raised whenever an answer may change, for caches hang on it."""

NAMES = (
    "letter_embedding", "front.depthwise", "front.pointwise", "front.norm",
    "encoder1.input", "encoder1.state", "encoder1.bias", "encoder2.input", "encoder2.state", "encoder2.bias",
    "encoder.shortcut", "encoder.norm", "keys", "bridge", "bridge.bias",
    "symbol_embedding", "decoder1.input", "decoder1.state", "decoder1.bias",
    "decoder2.input", "decoder2.state", "decoder2.bias", "decoder.shortcut", "decoder.norm",
    "query", "place.convolution", "place", "energy", "context.norm",
    "fusion", "fusion.bias", "fusion.norm", "output", "output.bias",
)  # fmt: skip
"""The weights in the file. Matrices stand output × input; a norm is its scale and its offset; a GRU's three gates are
stacked in the order update, reset, candidate, and its bias is that of the input and that of the state."""

PADDING, UNKNOWN, FIRST_LETTER = 0, 1, 2
"""Rows of the letters' embedding; the alphabet follows."""

START, END = "<sos>", "<eos>"
"""The symbols before a word's first sound and after its last."""

NO_SOUNDS = frozenset({"<pad>", START, END, "<unk>", " ", "%", ","})
"""Symbols that the network may write and that stand for no sound."""

MOST_LETTERS = 128
MOST_SYMBOLS = 32
"""Where hama stops reading and writing."""

DISTANCE_COST = 0.1
"""How much less attention a letter gets for each place that it is away from where the last sound was found."""

EPSILON = 1e-5
"""Added to the variance in layer norms."""

Array = npt.NDArray[np.float32]


class GraphemeToPhoneme:
    """Spells words with the network in a language's folder, which is loaded for the first word asked for.

    Raises SolemateError if the file is missing, and with the first word if it is broken or another version's.
    """

    name = f"hama {VERSION}"

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        if not self._path.is_file():
            raise SolemateError(f"{self._path} is missing, by which words are spelled", "install Solemate again")

    @cached_property
    def _network(self) -> Network:
        """Mostly not needed: the phrases' words are all in the language's pronunciations."""
        return load_network(self._path)

    def word(self, word: str) -> tuple[str, ...]:
        """The phonemes of one lower-case word (takes 2 to 3 ms); none for no letters."""
        if not word:
            return ()
        return tuple(symbol for symbol in self._network.symbols_of(word) if symbol not in NO_SOUNDS)


def load_network(path: Path) -> Network:
    """Read the weights. Raises SolemateError if the file can't be read, is broken, or another version's."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            version = str(arrays["version"])
            if version != VERSION:
                raise ValueError(f"it is of version {version}, not {VERSION}")
            weights = {name: np.asarray(arrays[name], np.float32) for name in NAMES}
            network = Network(weights, str(arrays["letters"]), tuple(str(symbol) for symbol in arrays["symbols"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        raise SolemateError(f"{path} is broken ({error})", "install Solemate again") from error
    return network


def save_network(network: Network, path: Path) -> None:
    """Write the weights in half precision, which they had in hama."""
    halves = {name: network.weights[name].astype(np.float16) for name in NAMES}
    np.savez_compressed(
        path,
        allow_pickle=False,
        version=np.array(VERSION),
        letters=np.array(network.letters),
        symbols=np.array(network.symbols),
        **halves,
    )


class _Read(NamedTuple):
    """What the encoder makes of a word of n letters."""

    letters: Array
    """n × 192, from which the sounds are made."""
    keys: Array
    """n × 96, by which a letter is found."""
    states: Array
    """2 × 96, where the decoder begins."""


class Network:
    """The network: `weights` by NAMES, the `letters` that it knows, and the `symbols` that it writes.

    Raises ValueError if START or END is not among the symbols.
    """

    def __init__(self, weights: Mapping[str, Array], letters: str, symbols: tuple[str, ...]) -> None:
        self.weights = weights
        self.letters = letters
        self.symbols = symbols
        self._start, self._end = symbols.index(START), symbols.index(END)
        self._rows = {letter: FIRST_LETTER + place for place, letter in enumerate(letters)}

    def symbols_of(self, word: str) -> Iterator[str]:
        """The symbols that it writes for a word of at least one letter: the most probable at each step."""
        weights, read = self.weights, self._read(word)
        count = len(read.letters)
        places = np.arange(count, dtype=np.float32)
        attention = np.full(count, 1 / count, np.float32)
        first, second = read.states
        symbol = self._start
        for _ in range(MOST_SYMBOLS):
            written = weights["symbol_embedding"][symbol]
            first = self._decoded("decoder1", written, first)
            second = self._decoded("decoder2", first, second)
            state = _normed(second + weights["decoder.shortcut"] @ written, weights["decoder.norm"])
            attention = self._attention(state, read.keys, attention, places)
            context = _normed(attention @ read.letters, weights["context.norm"])
            fused = np.tanh(weights["fusion"] @ np.concatenate((state, context)) + weights["fusion.bias"])
            output = weights["output"] @ _normed(fused, weights["fusion.norm"]) + weights["output.bias"]
            symbol = int(np.argmax(weights["symbol_embedding"] @ output))
            if symbol == self._end:
                return
            yield self.symbols[symbol]

    def _row(self, letter: str) -> int:
        """A letter's row; of one that it doesn't know, that of the same without its accent, if it knows that."""
        base = unicodedata.normalize("NFKD", letter)[0]
        return self._rows.get(letter) or self._rows.get(base, UNKNOWN)

    def _read(self, word: str) -> _Read:
        weights = self.weights
        rows = [self._row(letter) for letter in word[:MOST_LETTERS]]
        # hama fills up its input with padding, of which the convolution sees two places behind the word.
        embedded = weights["letter_embedding"][[*rows, PADDING, PADDING]]
        around = np.lib.stride_tricks.sliding_window_view(np.pad(embedded, ((2, 0), (0, 0))), 5, axis=0)
        mixed = np.einsum("tcw,cw->tc", around, weights["front.depthwise"]) @ weights["front.pointwise"].T
        front = _normed(embedded[: len(rows)] + mixed, weights["front.norm"])
        lower, lower_ends = self._both_ways("encoder1", front)
        upper, upper_ends = self._both_ways("encoder2", lower)
        letters = _normed(upper + front @ weights["encoder.shortcut"].T, weights["encoder.norm"])
        ends = np.stack((lower_ends, upper_ends))
        states = np.tanh(ends @ weights["bridge"].T + weights["bridge.bias"])
        return _Read(letters, letters @ weights["keys"].T, states)

    def _both_ways(self, layer: str, given: Array) -> tuple[Array, Array]:
        """What two GRUs, forwards and backwards, hold at each letter (n × 192) and at their ends (192)."""
        inputs, states, biases = (self.weights[f"{layer}.{part}"] for part in ("input", "state", "bias"))
        ways, ends = [], []
        for way in (0, 1):
            turned = given[::-1] if way else given
            state, passed = np.zeros(states.shape[2], np.float32), []
            for driven in turned @ inputs[way].T + biases[way, 0]:
                state = _gru(driven, states[way] @ state + biases[way, 1], state)
                passed.append(state)
            ways.append(np.stack(passed[::-1] if way else passed))
            ends.append(state)
        return np.concatenate(ways, axis=1), np.concatenate(ends)

    def _decoded(self, layer: str, given: Array, state: Array) -> Array:
        inputs, states, biases = (self.weights[f"{layer}.{part}"] for part in ("input", "state", "bias"))
        return _gru(inputs @ given + biases[0], states @ state + biases[1], state)

    def _attention(self, state: Array, keys: Array, before: Array, places: Array) -> Array:
        """How much each letter counts for the next sound, by the decoder's state and the attention `before`."""
        weights = self.weights
        kernel = weights["place.convolution"]
        around = np.lib.stride_tricks.sliding_window_view(np.pad(before, kernel.shape[1] // 2), kernel.shape[1])
        looked = np.tanh(weights["query"] @ state + keys + around @ kernel.T @ weights["place"].T)
        energy = looked @ weights["energy"] - DISTANCE_COST * np.abs(places - before @ places)
        odds = np.exp(energy - energy.max())
        return np.asarray(odds / odds.sum(), np.float32)


def _gru(given: Array, kept: Array, state: Array) -> Array:
    """The next state of a gated recurrent unit, as PyTorch has it.

    `given` and `kept` are what the input and the state bring to the three gates, biases included.
    """
    size = len(state)
    update, reset = _sigmoid(given[: 2 * size] + kept[: 2 * size]).reshape(2, size)
    candidate = np.tanh(given[2 * size :] + reset * kept[2 * size :])
    return np.asarray(candidate + update * (state - candidate), np.float32)


def _sigmoid(values: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * values), np.float32)  # which never overflows


def _normed(values: Array, norm: Array) -> Array:
    """Layer norm over the last axis; `norm` is scale and offset."""
    centred = values - values.mean(axis=-1, keepdims=True)
    variance = np.square(centred).mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.sqrt(variance + EPSILON) * norm[0] + norm[1], np.float32)
