"""Trains the classifier of free words: `python -m bench.meaning_training LANGUAGE`.

From `intents/LANGUAGE/corpus/` alone, always with the same result; it needs scikit-learn (`script/setup dev`), which
the program itself does not. `--compare` prints how several ways of learning do in cross-validation instead.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import SolemateError, UsageError
from assistant.language.corpus import Said, read_corpus
from assistant.language.files import MEANING, ROUTINE
from assistant.language.meaning_file import save_meaning
from assistant.language.spelling import normalise
from assistant.understanding.meaning import Label, MeaningModel
from assistant.understanding.ngrams import BUCKETS, bucket_counts
from assistant.understanding.slot_filling import SlotFinder
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine

REGULARISATION, REGULARISATION_FEW, FEW = 60.0, 200.0, 5000
"""scikit-learn's C, an inverse strength; the second with fewer than FEW sentences. See docs/tuning.md."""

LEAST_TURNS, LEAST_QUESTIONS, LEAST_REFUSALS = 2, 0.02, 0.05
"""A word that may turn a wish round is usual with an intent if so many of its sentences hold it, and such a share: of
the beginnings of questions, and of refusals, which do more harm."""

ENOUGH_TURNS = 15
"""Sentences with such a word that are enough, however many others an intent has."""

ITERATIONS = 300
FOLDS = 3


def sentences(language: str) -> tuple[list[Said], list[list[str]], dict[str, frozenset[str]]]:
    """The corpus of a language, its words as the classifier gets them, and which of them may turn which wish round."""
    folder = language_folder(language)
    book = phrase_book(folder, read_routine(folder, ROUTINE), phonemizer(language))
    finder, corpus = SlotFinder(book.slot_values, book.clauses.instead), read_corpus(folder)
    texts = [normalise(said.text, book.numbers) for said in corpus]
    turns = [[" ".join(mark) for mark in book.clauses.turns(words)] for words in texts]
    refusals = frozenset(" ".join(mark) for mark in book.clauses.turning)
    return corpus, [finder.marked(words) for words in texts], usual_turns(corpus, turns, refusals)


def matrix(texts: Sequence[Sequence[str]]) -> Any:
    """The bucket counts of each text, a sparse matrix of shape (texts, BUCKETS)."""
    from scipy.sparse import csr_matrix

    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, words in enumerate(texts):
        counts = bucket_counts(words)
        rows += [row] * len(counts)
        columns += counts.keys()
        values += counts.values()
    return csr_matrix((values, (rows, columns)), shape=(len(texts), BUCKETS))


def rarity_of(counts: Any) -> npt.NDArray[np.float64]:
    """The smoothed inverse document frequency of each bucket, shape (BUCKETS,)."""
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + documents)) + 1.0)


def weighed(counts: Any, rarity: npt.NDArray[np.float64]) -> Any:
    """The counts times the rarity, each row with length 1."""
    from sklearn.preprocessing import normalize

    return normalize(counts.multiply(rarity).tocsr())


def usual_turns(
    corpus: Sequence[Said], turns: Sequence[Sequence[str]], refusals: frozenset[str]
) -> dict[str, frozenset[str]]:
    """For each word that may turn a wish round, the intents that people say with it.

    `turns` has each sentence's such words; `refusals` are those that refuse.
    """
    of = Counter(said.intent for said in corpus)
    counts = Counter((said.intent, turn) for said, mine in zip(corpus, turns, strict=True) for turn in mine)
    usual: dict[str, set[str]] = {}
    for (intent, turn), count in counts.items():
        share = LEAST_REFUSALS if turn in refusals else LEAST_QUESTIONS
        if count >= max(LEAST_TURNS, min(share * of[intent], ENOUGH_TURNS)):
            usual.setdefault(turn, set()).add(intent)
    return {turn: frozenset(intents) for turn, intents in usual.items()}


def train(
    corpus: Sequence[Said], texts: Sequence[Sequence[str]], usual: Mapping[str, frozenset[str]] | None = None
) -> MeaningModel:
    """A classifier of all labels in the corpus; `usual` is what `usual_turns` gave."""
    from sklearn.linear_model import LogisticRegression

    counts = matrix(texts)
    rarity = rarity_of(counts).astype(np.float16).astype(np.float64)
    labels = sorted({Label(said.intent, said.slots) for said in corpus}, key=lambda each: (each.intent, each.slots))
    targets = [labels.index(Label(said.intent, said.slots)) for said in corpus]
    strength = REGULARISATION_FEW if len(corpus) < FEW else REGULARISATION
    learner = LogisticRegression(C=strength, max_iter=ITERATIONS).fit(weighed(counts, rarity), targets)
    scale = np.maximum(np.abs(learner.coef_).max(axis=1), 1e-9) / 127.0
    weights = np.round(learner.coef_ / scale[:, None]).T.astype(np.int8)
    return MeaningModel(
        tuple(labels),
        rarity.astype(np.float32),
        weights,
        scale.astype(np.float32),
        learner.intercept_.astype(np.float32),
        frozenset(word for words in texts for word in words if word.replace("'", "").isalnum()),
        usual or {},
    )


def compare(corpus: Sequence[Said], texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """The share of sentences whose intent several ways of learning find, in cross-validation, without any phase."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.naive_bayes import ComplementNB
    from sklearn.svm import LinearSVC

    counts = matrix(texts)
    targets = np.array([f"{said.intent} {said.slots}" for said in corpus])
    ways = {
        "logistic regression": LogisticRegression(C=REGULARISATION, max_iter=ITERATIONS),
        "linear support vectors": LinearSVC(C=0.3),
        "naive Bayes": ComplementNB(),
    }
    right = dict.fromkeys(ways, 0)
    for known, tried in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(counts, targets):
        rarity = rarity_of(counts[known])
        features, others = weighed(counts[known], rarity), weighed(counts[tried], rarity)
        for name, way in ways.items():
            found = way.fit(features, targets[known]).predict(others)
            right[name] += sum(
                a.partition(" ")[0] == b.partition(" ")[0] for a, b in zip(found, targets[tried], strict=True)
            )
    return {name: count / len(corpus) for name, count in right.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the file into the language's folder."""
    parser = argparse.ArgumentParser(prog="python -m bench.meaning_training", description=__doc__)
    parser.add_argument("language", nargs="?", default="en")
    parser.add_argument("--output", type=Path, help="where to write it, by default the language's folder")
    parser.add_argument("--compare", action="store_true", help="compare ways of learning, and write nothing")
    args = parser.parse_args(arguments)
    try:
        return _run(args)
    except SolemateError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1


def _run(args: argparse.Namespace) -> int:
    corpus, texts, usual = sentences(args.language)
    if args.compare:
        for name, share in compare(corpus, texts).items():
            print(f"{name}: {100 * share:.1f} % of {len(corpus)} sentences, {FOLDS} folds")
        return 0
    model = train(corpus, texts, usual)
    path = args.output or language_folder(args.language) / MEANING
    save_meaning(model, path)
    print(f"{path}: {len(corpus)} sentences, {len(model.labels)} labels, {path.stat().st_size / 1e6:.2f} MB")
    print(", ".join(f"{intent or 'not meant'} {count}" for intent, count in Counter(s.intent for s in corpus).items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
