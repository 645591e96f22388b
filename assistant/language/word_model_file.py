"""A language's model of words, learned from its corpus and phrases when it is first needed, and kept in the cache."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant.files import write_whole
from assistant.language.files import corpus_files, language_files
from assistant.understanding.phrases import PhraseBook
from assistant.understanding.word_model import WordModel, learned

FORMAT = 1
"""To be raised whenever the same book and corpus would give another model, or it is stored differently."""

KEPT = 4
"""Models of one language that are kept in the cache folder; the least recently used ones go."""

PHRASE_WEIGHT = 0.2
"""How often a phrase of the book counts as said, against a sentence of the corpus: templates stand for many."""


def word_model(folder: Path, book: PhraseBook, cache: Path | None) -> WordModel | None:
    """The model of words for the language in `folder`, with the names in a book; None if it has no corpus.

    Raises SolemateError if a file of the corpus has a mistake.
    """
    if not corpus_files(folder):
        return None
    key = _key(folder, book)
    path = cache / f"words-{folder.name}-{key[:24]}.npz" if cache else None
    model = _kept(path) if path else None
    if path and model:
        with contextlib.suppress(OSError):  # only affects which models are cleared up first
            os.utime(path)
    if model is None:
        model = _learned(folder, book)
        if path:
            _keep(path, model)
    return model


def _key(folder: Path, book: PhraseBook) -> str:
    """A hash of everything that a model depends on."""
    parts = [FORMAT, book.phonemizer, book.texts(), _around(book), {w: list(v) for w, v in book.vocabulary.items()}]
    digest = hashlib.sha256(json.dumps(parts).encode())
    for path in language_files(folder):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _around(book: PhraseBook) -> list[str]:
    return [filler.text for filler in (*book.fillers_before, *book.fillers_after, *book.own_names)]


def _learned(folder: Path, book: PhraseBook) -> WordModel:
    from assistant.language.build import by_hand
    from assistant.language.folder import read_folder
    from assistant.language.spelling import normalise

    language = read_folder(folder)
    sentences = [(normalise(said.text, book.numbers), 1.0) for said in language.corpus]
    sentences += [(text.split(), PHRASE_WEIGHT) for text in dict.fromkeys((*book.texts(), *_around(book)))]
    return learned(sentences, {**by_hand(language, book.phonemizer), **book.vocabulary})


def _kept(path: Path) -> WordModel | None:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            words, ways = json.loads(str(arrays["words"])), json.loads(str(arrays["ways"]))
            return WordModel(
                tuple(words),
                tuple(tuple(tuple(way.split()) for way in each) for each in ways),
                alone=arrays["alone"].astype(np.float32),
                backing=arrays["backing"].astype(np.float32),
                starts=arrays["starts"].astype(np.int64),
                follows=arrays["follows"].astype(np.int64),
                pairs=arrays["pairs"].astype(np.float32),
            )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile):
        return None  # absent, cut off or not ours: learn again


def _keep(path: Path, model: WordModel) -> None:
    content = io.BytesIO()
    np.savez(
        content,
        words=np.array(json.dumps(model.words)),
        ways=np.array(json.dumps([[" ".join(way) for way in each] for each in model.ways])),
        alone=model.alone.astype(np.float16),
        backing=model.backing.astype(np.float16),
        starts=model.starts.astype(np.int32),
        follows=model.follows.astype(np.uint16),
        pairs=model.pairs.astype(np.float16),
    )
    with contextlib.suppress(OSError):  # an unwritable folder costs a second at the next start, nothing else
        write_whole(path, content.getvalue())
        _clear_up(path)


def _clear_up(newest: Path) -> None:
    prefix = newest.name.rsplit("-", 1)[0]
    models = sorted(newest.parent.glob(f"{prefix}-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in models[KEPT:]:
        old.unlink(missing_ok=True)
