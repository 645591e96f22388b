"""The model of words in the cache: kept, used again, learned anew for other names, and repaired."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.language.word_model_file import KEPT, word_model
from assistant.understanding.phrases import Phrase, PhraseBook
from assistant.understanding.word_model import WordModel

CORPUS = {"next": "shall we go on\ngo on then\n", "none": "the dog wants to go\n"}
WAYS = {"go": (("g", "o"),), "on": (("ɔ", "n"),), "we": (("w", "i"),), "next": (("n", "ɛ", "k", "s"),)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "xx"
    for name, text in CORPUS.items():
        (folder / "corpus").mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "sentences").mkdir()
    (folder / "sentences" / "all.yaml").write_text(
        "language: xx\nintents:\n  next:\n    data:\n      - sentences:\n          - next\n", encoding="utf-8"
    )
    return folder


def book(*texts: str) -> PhraseBook:
    phrases = tuple(Phrase(text, "next", (), WAYS[text][0]) for text in texts)
    return PhraseBook("xx", phrases, vocabulary=WAYS, phonemizer="letters-1")


def same(one: WordModel, other: WordModel) -> bool:
    return (one.words, one.ways) == (other.words, other.ways) and np.allclose(one.pairs, other.pairs, atol=0.01)


def test_it_knows_the_words_of_corpus_and_phrases_that_have_a_sound(folder, tmp_path):
    model = word_model(folder, book("next"), None)
    assert model is not None
    assert set(model.words) == {"", "<unk>", "go", "on", "we", "next"}


def test_it_is_learned_once_and_then_read(folder, tmp_path):
    first = word_model(folder, book("next"), tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    written = kept.stat().st_mtime_ns, kept.read_bytes()
    again = word_model(folder, book("next"), tmp_path / "cache")
    assert first is not None
    assert again is not None
    assert same(first, again)
    assert kept.read_bytes() == written[1]


def test_other_names_give_another_model_and_few_are_kept(folder, tmp_path):
    for count in range(KEPT + 2):
        other = replace(book("next"), vocabulary={**WAYS, f"name{count}": (("n",),)})
        word_model(folder, other, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == KEPT


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_is_made_again(folder, tmp_path, damage):
    first = word_model(folder, book("next"), tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:200] if damage is None else damage)
    again = word_model(folder, book("next"), tmp_path / "cache")
    assert first is not None
    assert again is not None
    assert same(first, again)


def test_without_a_corpus_there_is_none(folder):
    for path in (folder / "corpus").iterdir():
        path.unlink()
    assert word_model(folder, book("next"), None) is None
