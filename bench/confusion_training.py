"""Learns what the ear hears when a sound was meant, and writes `assistant/understanding/confusions.py`.

`python -m bench.confusion_training` has the development voices of the bench say phrases of the book, aligns what it
heard with the phonemes that were meant (Viterbi over the states of CTC), and counts; three rounds, each with the
weights of the one before.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.understanding import confusions
from assistant.understanding.hypothesis import Posteriors
from assistant.understanding.limits import FLOOR
from assistant.understanding.phonemes import Inventory
from assistant.understanding.scoring import condensed, fold_columns, prior_weights
from bench.voices import DEVELOPMENT, Speaker, Theatre

Floats = npt.NDArray[np.float64]

SENTENCES = 1400
"""Phrases said altogether, each by one voice."""

ROUNDS = 3

PRIOR_COUNTS = 20.0
"""How many observations of each sound the articulatory costs are worth."""

HOPELESS = 3.5
"""Nats per sound from which a sentence counts as not heard at all, and teaches nothing."""

LEAST_WRITTEN = 0.002
"""Weights below this are omitted; they get the floor."""


def main() -> int:
    """Say, hear, align, count and write."""
    inventory, ways = phrases_by_text()
    texts = sorted(ways)
    random.Random(3).shuffle(texts)
    jobs = [(DEVELOPMENT[place % len(DEVELOPMENT)], text) for place, text in enumerate(texts[:SENTENCES])]
    with get_context("spawn").Pool(2) as pool:
        heard = pool.map(_heard, jobs, chunksize=16)
    lessons = [(_moments(posteriors, inventory), ways[text]) for (_, text), posteriors in zip(jobs, heard, strict=True)]
    prior = prior_weights(inventory)
    weights = prior
    for _ in range(ROUNDS):
        weights = _learned(_counts(lessons, weights, inventory), prior)
    path = Path(confusions.__file__)
    path.write_text(_module(weights, inventory), encoding="utf-8")
    print(f"wrote {path}")
    return 0


def phrases_by_text() -> tuple[Inventory, dict[str, list[list[int]]]]:
    """The sounds of English, and the pronunciations of each text of the book as numbers of those sounds."""
    from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine

    folder = language_folder("en")
    book = phrase_book(folder, read_routine(folder), phonemizer("en"))
    inventory = Inventory(phrase.phonemes for phrase in book.phrases)
    ways: dict[str, list[list[int]]] = {}
    for phrase in book.phrases:
        ways.setdefault(phrase.text, []).append(inventory.numbers(phrase.phonemes))
    return inventory, ways


def _heard(job: tuple[Speaker, str]) -> Posteriors:
    from assistant.hearing.built_in import BuiltInRecogniser

    hypothesis = BuiltInRecogniser().hear(Theatre().in_room(*job))
    assert hypothesis.posteriors is not None
    return hypothesis.posteriors


def _moments(posteriors: Posteriors, inventory: Inventory) -> Floats:
    return condensed(np.exp(posteriors.log_probs.astype(np.float64)) @ fold_columns(posteriors, inventory))


def _counts(lessons: Sequence[tuple[Floats, list[list[int]]]], weights: Floats, inventory: Inventory) -> Floats:
    """How often each sound (row) was heard as each other, or as nothing (last column)."""
    counts = np.zeros((inventory.other, inventory.other + 1))
    for moments, ways in lessons:
        usable = [way for way in ways if len(way) <= len(moments) and inventory.other not in way]
        if not usable:
            continue
        aligned = [(align(moments @ weights, way, inventory.other), way) for way in usable]
        (score, path), way = max(aligned, key=lambda item: item[0][0])
        if score < -HOPELESS * len(way):
            continue
        for sound, place in _places(path, way, moments):
            counts[sound] += moments[place]
    return counts


def _places(path: Sequence[int], way: Sequence[int], moments: Floats) -> Iterator[tuple[int, int]]:
    """Each sound of the phrase with the least blank of the moments aligned with it."""
    states = np.asarray(path)
    for number, sound in enumerate(way):
        places = np.flatnonzero(states == 2 * number + 1)
        yield sound, int(places[moments[places, -1].argmin()])


def align(emissions: Floats, phrase: Sequence[int], blank: int) -> tuple[float, list[int]]:
    """The best path through the states of CTC (blank, sound, blank, ...): its logarithm, and each frame's state."""
    states = np.full(2 * len(phrase) + 1, blank)
    states[1::2] = phrase
    skips = np.zeros(len(states), bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    logs = np.log(np.maximum(emissions, 1e-12))[:, states]
    score = np.where(np.arange(len(states)) < 2, logs[0], -np.inf)
    came = np.zeros((len(emissions), len(states)), np.int64)
    for frame in range(1, len(emissions)):
        one = np.append(-np.inf, score[:-1])
        two = np.where(skips, np.append([-np.inf, -np.inf], score[:-2]), -np.inf)
        steps = np.stack([score, one, two])
        came[frame] = steps.argmax(axis=0)
        score = steps.max(axis=0) + logs[frame]
    state = int(len(states) - 1 - (score[-2] > score[-1]))
    best = float(score[state])
    path = []
    for frame in range(len(emissions) - 1, -1, -1):
        path.append(state)
        state -= int(came[frame, state])
    return best, path[::-1]


def _learned(counts: Floats, prior: Floats) -> Floats:
    """The weight of hearing each sound (row) if another (column) was meant, relative to the sound itself."""
    sounds = len(counts)
    expected = prior[:, :sounds].T
    expected = expected / expected.sum(axis=1, keepdims=True)
    shares = (counts + PRIOR_COUNTS * expected) / (counts.sum(axis=1, keepdims=True) + PRIOR_COUNTS)
    weights = prior.copy()
    weights[:, :sounds] = np.clip(shares / shares.diagonal()[:, None], FLOOR, 1.0).T
    return np.asarray(weights)


def _module(weights: Floats, inventory: Inventory) -> str:
    names = [*inventory.sounds, confusions.NOTHING]
    rows = []
    for column, meant in enumerate(inventory.sounds):
        order = np.argsort(-weights[:, column], kind="stable")
        pairs = [
            f"{names[row]} {weights[row, column]:.2g}"
            for row in order
            if weights[row, column] >= LEAST_WRITTEN and row != column
        ]
        rows += [f'    "{meant}": (', *_lines(pairs), "    ),"]
    head: str = Path(confusions.__file__).read_text(encoding="utf-8").split("\n_LEARNED:")[0]
    return head + "\n_LEARNED: dict[str, str] = {\n" + "\n".join(rows) + "\n}\n"


def _lines(pairs: Sequence[str]) -> Iterator[str]:
    """The pairs as adjacent string literals of at most twelve pairs."""
    for start in range(0, len(pairs), 12):
        yield f'        "{" ".join(pairs[start : start + 12])} "'
    if not pairs:
        yield '        ""'


if __name__ == "__main__":
    sys.exit(main())
