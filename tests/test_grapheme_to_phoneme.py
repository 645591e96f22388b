"""English words to their sounds, as hama spells them, with whose spelling the ear was taught."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.errors import SolemateError
from assistant.language import grapheme_to_phoneme
from assistant.language.grapheme_to_phoneme import (
    FILE,
    LANGUAGES,
    MOST_SYMBOLS,
    NAMES,
    VERSION,
    GraphemeToPhoneme,
    load_network,
    save_network,
)  # fmt: skip
from assistant.language.spelling import LetterPhonemizer
from assistant.paths import data_folder
from assistant.wiring import phonemizer

ENGLISH = data_folder("intents") / "en"
TABLE = Path(__file__).parent / "spelled_by_hama.tsv"


@pytest.fixture(scope="module")
def speller() -> GraphemeToPhoneme:
    return GraphemeToPhoneme(ENGLISH)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ENGLISH / FILE, tmp_path / FILE)
    return tmp_path


def test_words_are_spelled_as_hama_spells_them(speller):
    table = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert len(table) > 200
    spelled = {word: " ".join(speller.word(word)) for word, _ in table}
    assert spelled == dict(table)


@pytest.mark.parametrize(
    ("word", "sounds"),
    [("stop", "s t ɑ p"), ("one", "o n e"), ("metatarsal", "m ɛ t ə t ɑ ɹ s ə l"), ("o'brien", "oʊ b ɹ i ə n")],
)
def test_a_word_slips_and_all(speller, word, sounds):
    assert " ".join(speller.word(word)) == sounds


def test_what_is_no_english_word_is_no_failure(speller):
    assert speller.word("") == ()
    assert 0 < len(speller.word("a" * 1000)) <= MOST_SYMBOLS
    assert speller.word("ǎnkle") == speller.word("ankle"), "an accent that it doesn't know is left out"
    for word in ("привет", "発", "\ud800", "\x00", "§"):
        assert speller.word(word), "it has some sound, as with hama"


def test_it_is_loaded_for_the_first_word_and_once(monkeypatch):
    loaded = []

    def counted(path):
        loaded.append(path)
        return load_network(path)

    monkeypatch.setattr(grapheme_to_phoneme, "load_network", counted)
    lazy = GraphemeToPhoneme(ENGLISH)
    assert lazy.name.startswith("hama ")
    assert lazy.name.endswith(VERSION)
    assert loaded == []
    assert lazy.word("soleus") == GraphemeToPhoneme(ENGLISH).word("soleus")
    assert lazy.word("heel")
    assert loaded == [ENGLISH / FILE] * 2


def test_a_missing_file_is_named_at_once(tmp_path):
    with pytest.raises(SolemateError, match=r"spelling.npz is missing.*install Solemate again") as caught:
        GraphemeToPhoneme(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kept", [0, 1, 1000, 500_000, -1])
def test_a_cut_file_is_named_with_the_first_word(folder, kept):
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[:kept])
    with pytest.raises(SolemateError, match=r"spelling.npz is broken .*install Solemate again") as caught:
        GraphemeToPhoneme(folder).word("heel")
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_named(folder):
    content = bytearray((folder / FILE).read_bytes())
    content[400_000:400_100] = bytes(100)
    (folder / FILE).write_bytes(content)
    with pytest.raises(SolemateError, match="is broken"):
        GraphemeToPhoneme(folder).word("heel")


def test_another_versions_file_and_one_that_lacks_weights_are_named(folder):
    with np.load(ENGLISH / FILE) as arrays:
        there = dict(arrays)
    np.savez(folder / FILE, **{**there, "version": np.array("0.9")})
    with pytest.raises(SolemateError, match=r"of version 0\.9"):
        GraphemeToPhoneme(folder).word("heel")
    np.savez(folder / FILE, **{name: array for name, array in there.items() if name != "query"})
    with pytest.raises(SolemateError, match="query"):
        GraphemeToPhoneme(folder).word("heel")


def test_it_is_written_as_it_was_read(folder):
    network = load_network(ENGLISH / FILE)
    save_network(network, folder / FILE)
    again = load_network(folder / FILE)
    assert (again.letters, again.symbols) == (network.letters, network.symbols)
    assert all(np.array_equal(again.weights[name], network.weights[name]) for name in NAMES)


def test_its_card_tells_of_this_file():
    card = yaml.safe_load((ENGLISH / "spelling.yaml").read_text(encoding="utf-8"))
    network = load_network(ENGLISH / FILE)
    assert card["version"] == VERSION
    assert card["weights"] == sum(weights.size for weights in network.weights.values())
    assert card["licence"] == "Apache-2.0"


def test_a_language_without_one_is_spelled_by_its_letters():
    assert sorted(LANGUAGES) == ["en"]
    assert isinstance(phonemizer("en"), GraphemeToPhoneme)
    assert isinstance(phonemizer("ko"), LetterPhonemizer)
