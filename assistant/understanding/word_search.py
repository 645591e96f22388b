"""The words of free speech by their sound: the most probable sentence of a model of words, given the posteriors.

Two passes over the sounds heard, the rows of `word_paths.condensed`. The first one goes through a tree of all words'
sounds and finds which words may have been said at all, wherever. The second one is the usual search for the best path
(token passing: Young, Russell and Thornton, 1989) through these few words and what follows what.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understanding.hypothesis import Posteriors
from assistant.understanding.phonemes import Inventory
from assistant.understanding.scoring import fold_columns, likeness
from assistant.understanding.word_model import BOUND, UNKNOWN, WordModel
from assistant.understanding.word_paths import condensed, nats_of

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

NEVER = np.float32(1e6)
"""Nats against the impossible."""

ANY, EDGE, BLANK = -3, -2, -1
"""The columns of rows after those of the sounds: any sound of an unknown word, the boundary of a word, the blank."""

LEAST_ALIKE = 1e-3
"""The least weight of any sound where another was heard."""

BEAM = 15.0
"""Nats behind the best path from which a path is given up at the end of a word."""

BOUNDARY = "<wb>"
"""What a recogniser's alphabet has for the boundary between two words, if it hears that."""

BOUNDARY_AS_BLANK = 0.1
"""The weight of a boundary where a blank was heard, and of a blank where a boundary was."""

RUN_ON = 1.0
"""Nats against two words without a boundary between them."""

MOST_WAYS = 150
"""Pronunciations that the second pass looks at."""

MOST_EACH, MOST_ALL = 1.3, 4.0
"""Nats that a word may cost: for each of its sounds, and on top of that."""

SPEECH_WEIGHT, WORD_CREDIT = 0.4, 1.0
"""The weight of what usually follows what, against the sounds, and nats for each word, which make up for it. See
docs/tuning.md."""

CONFIDENCE_SLOPE, CONFIDENCE_MIDDLE = 20.0, 1.25
"""How the confidence in words grows with the nats a sound by which they are likelier than unknown words: how fast, and
where it is a half."""

UNKNOWN_SOUND = 1.6
"""Nats against each sound of an unknown word."""


@dataclass(frozen=True)
class FoundWords:
    """The most probable words, with UNKNOWN's mark for those that are none of the model's.

    `by_sound`, `by_order`: nats against their sounds and against their order. `unknown`: nats against all of it being
    unknown words. `sounds`: how many were heard.
    """

    words: tuple[str, ...]
    by_sound: float
    by_order: float
    unknown: float
    sounds: int

    @property
    def confidence(self) -> float:
        """How probably these are the words that were said, or others that mean the same; 0 to 1."""
        ahead = (self.unknown - self.by_sound - self.by_order) / self.sounds
        return 0.5 + 0.5 * math.tanh(0.5 * CONFIDENCE_SLOPE * (ahead - CONFIDENCE_MIDDLE))


class WordSearch:
    """Finds the words of a model in sound. Stateless except for its tables."""

    def __init__(self, model: WordModel) -> None:
        self._model = model
        ways = [(number, way) for number, ways in enumerate(model.ways) for way in ways if way]
        self._inventory = Inventory([way for _, way in ways])
        kept = sorted({(number, tuple(self._inventory.numbers(way))) for number, way in ways})
        self._word = np.array([number for number, _ in kept], np.int64)
        self._codes = [code for _, code in kept]
        self._lengths = np.array([len(code) for code in self._codes], np.int64)
        self._tree = _Tree(self._codes)
        self._table = _with_boundary(np.maximum(likeness(self._inventory), LEAST_ALIKE))

    def find(self, posteriors: Posteriors) -> FoundWords | None:
        """The most probable words; None where no sound was heard."""
        rows, sounding = self._rows(posteriors)
        if not sounding.any():
            return None
        ways = self._possible(rows)
        words = np.concatenate([[BOUND, UNKNOWN], self._word[ways]])
        table = SPEECH_WEIGHT * self._model.between(words)
        table[:, UNKNOWN + 1 :] -= WORD_CREDIT
        paths = _Paths([(ANY,), (ANY,), *(self._codes[way] for way in ways)], table)
        for row in rows:
            paths.step(row)
        units, nats = paths.best()
        order = float(table[[BOUND, *units], [*units, BOUND]].sum())
        alone = UNKNOWN_SOUND * int(sounding.sum()) + float(table[BOUND, UNKNOWN] + table[UNKNOWN, BOUND])
        found = [int(words[unit]) for unit in units]
        return FoundWords(
            tuple(self._model.words[word] for word in found), nats - order, order, alone, int(sounding.sum())
        )

    def _rows(self, posteriors: Posteriors) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Nats against each sound in each moment, with any sound, the boundary and the blank last; and in which moments
        a sound was heard."""
        folding = np.insert(fold_columns(posteriors, self._inventory), -1, 0.0, axis=1)
        if BOUNDARY in posteriors.alphabet:
            folding[posteriors.alphabet.index(BOUNDARY), [EDGE, BLANK]] = 1.0, 0.0
        rows = condensed(np.exp(posteriors.log_probs.astype(np.float64)) @ folding)
        sounding = rows.argmax(axis=1) < rows.shape[1] + EDGE if len(rows) else np.zeros(0, bool)
        nats = nats_of(rows @ self._table)
        return np.insert(nats, EDGE, np.where(sounding, UNKNOWN_SOUND, 0.0), axis=1).astype(np.float32), sounding

    def _possible(self, rows: Floats) -> Numbers:
        """The ways to say words that may be somewhere in the sound, the likeliest first."""
        costs = self._tree.least(rows) / (MOST_EACH * self._lengths + MOST_ALL)
        order = np.argsort(costs)[:MOST_WAYS]
        return order[costs[order] <= 1.0]


def _with_boundary(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = len(table) + 1
    larger = np.full((size, size), LEAST_ALIKE)
    places = [*range(size - 2), size - 1]
    larger[np.ix_(places, places)] = table
    larger[-2, -2] = 1.0
    larger[-2, -1] = larger[-1, -2] = BOUNDARY_AS_BLANK
    return larger


class _Tree:
    """The words' sounds as a tree: words that begin alike share nodes."""

    def __init__(self, codes: list[tuple[int, ...]]) -> None:
        nodes: dict[tuple[int, ...], int] = {}
        parent, sound = [], []
        for code in sorted(codes):
            for end in range(1, len(code) + 1):
                if code[:end] not in nodes:
                    nodes[code[:end]] = len(nodes)
                    parent.append(nodes[code[: end - 1]] if end > 1 else -1)
                    sound.append(code[end - 1])
        self._parent, self._sound = np.array(parent, np.int64), np.array(sound, np.int64)
        same = self._sound == np.where(self._parent >= 0, self._sound[self._parent], -1)
        self._same = np.where(same, NEVER, np.float32(0))
        self._first = self._parent < 0
        self._leaf = np.array([nodes[code] for code in codes], np.int64)
        self._leaves, self._of_leaf = np.unique(self._leaf, return_inverse=True)

    def least(self, nats: Floats) -> Floats:
        """The least nats against each code, wherever it may have been said."""
        size = len(self._sound)
        sound, blank = np.full(size, NEVER), np.full(size, NEVER)
        best = np.full(len(self._leaves), NEVER)
        start = np.float32(0.0)
        for _place, row in enumerate(nats):
            ended = np.minimum(sound, blank)
            parents = np.minimum(sound[self._parent] + self._same, blank[self._parent])
            parents[self._first] = start
            # What ended before this row pays for the boundary here, or for running on.
            best = np.minimum(best, ended[self._leaves] + min(row[EDGE], RUN_ON))
            blank = ended + row[BLANK]
            sound = np.minimum(sound, parents) + row[self._sound]
            start = min(row[EDGE], RUN_ON)
        best = np.minimum(best, np.minimum(sound, blank)[self._leaves])
        return np.asarray(best[self._of_leaf])


class _Paths:
    """The best paths through units, row by row: the bounds of the sentence, unknown words, and ways to say words.

    Each unit has two states for each of its sounds, the sound and the blanks after it, with an empty column and one for
    those that enter before them. `token` tells for each path which unit ended last, and where to find the one before.
    """

    def __init__(self, codes: list[tuple[int, ...]], table: Floats) -> None:
        count, longest = len(codes), max(map(len, codes))
        states = np.zeros((count, 2 * longest), np.int64)
        states[:, 1::2] = BLANK
        for number, code in enumerate(codes):
            states[number, 0 : 2 * len(code) : 2] = code
        self._states, self._table = states, table
        skip = np.full(states.shape, NEVER)
        skip[:, 2::2] = np.where(states[:, 2::2] == states[:, :-2:2], NEVER, 0.0)
        self._skip = skip
        self._unit = np.arange(count)
        self._last = 2 * np.array([len(code) for code in codes], np.int64)
        self._costs = np.full((count, 2 * longest + 2), NEVER)
        self._tokens = np.zeros(self._costs.shape, np.int64)
        self._apart = np.full(count, NEVER)
        self._apart[BOUND] = 0.0
        self._apart_token = np.zeros(count, np.int64)
        self._ended = np.full(count, NEVER)
        self._ended_token = np.zeros(count, np.int64)
        self._history = [np.array([[BOUND, -1]])]
        self._known = 1

    def step(self, row: Floats) -> None:
        """Take the next row: nats against each sound, an unknown word's, the boundary and the blank."""
        self._enter()
        costs, tokens = self._costs, self._tokens
        stay, move, leap = costs[:, 2:], costs[:, 1:-1], costs[:, :-2] + self._skip
        moves = move < stay
        best, origin = np.where(moves, move, stay), np.where(moves, tokens[:, 1:-1], tokens[:, 2:])
        leaps = leap < best
        tokens[:, 2:] = np.where(leaps, tokens[:, :-2], origin)
        costs[:, 2:] = np.where(leaps, leap, best) + row[self._states]
        self._leave(row)

    def _enter(self) -> None:
        """Let units begin after others that have ended, with a boundary between them or without."""
        run_on = self._ended + RUN_ON < self._apart
        ended = np.where(run_on, self._ended + RUN_ON, self._apart)
        token = np.where(run_on, self._ended_token, self._apart_token)
        live = np.flatnonzero(ended < ended.min() + BEAM)
        costs = ended[live, None] + self._table[live]
        best = costs.argmin(axis=0)
        self._costs[:, 1] = costs[best, self._unit]
        self._costs[BOUND, 1] = NEVER
        self._tokens[:, 1] = token[live[best]]

    def _leave(self, row: Floats) -> None:
        """Let units end in this row, and boundaries come after those that had ended before it."""
        stay, fresh = self._apart + min(row[BLANK], row[EDGE]), self._ended + row[EDGE]
        self._apart_token = np.where(fresh < stay, self._ended_token, self._apart_token)
        self._apart = np.minimum(stay, fresh)
        sound, blank = self._costs[self._unit, self._last], self._costs[self._unit, self._last + 1]
        at = self._last + (blank < sound)
        self._ended = np.minimum(sound, blank)
        live = np.flatnonzero(self._ended < min(self._ended.min(), self._apart.min()) + BEAM)
        self._history.append(np.stack([live, self._tokens[self._unit, at][live]], axis=1))
        self._ended_token = np.zeros(len(self._unit), np.int64)
        self._ended_token[live] = self._known + np.arange(len(live))
        self._known += len(live)

    def best(self) -> tuple[list[int], float]:
        """The units of the best path through all rows, and its nats."""
        ended = np.minimum(self._apart, self._ended)
        ended[BOUND] = NEVER
        total = ended + self._table[:, BOUND]
        place = int(total.argmin())
        tokens = self._apart_token if self._apart[place] < self._ended[place] else self._ended_token
        history, token, units = np.concatenate(self._history), int(tokens[place]), list[int]()
        while token > 0:
            unit, token = history[token].tolist()
            units.append(unit)
        return units[::-1], float(total[place])
