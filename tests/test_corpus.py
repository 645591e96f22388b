"""The corpus of free words, and the classifier that is trained from it."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from assistant.errors import SolemateError, UsageError
from assistant.language.corpus import Said, read_corpus
from assistant.language.files import MEANING
from assistant.language.meaning_file import load_meaning, save_meaning
from assistant.language.understand_text import TextUnderstanding
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine, usable_meaning
from bench.meaning_training import train

LEAST_SENTENCES, LEAST_NOT_MEANT = 80, 2000


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "corpus").mkdir()
    return tmp_path


def test_sentences_have_the_intent_of_their_file_and_the_slots_of_their_section(folder):
    (folder / "corpus" / "next.txt").write_text("# moving on\nmove along\n[what=side]\nthe other foot\n[]\nonwards\n")
    (folder / "corpus" / "none.txt").write_text("dinner is ready\n")
    assert read_corpus(folder) == [
        Said("move along", "next"),
        Said("the other foot", "next", (("what", "side"),)),
        Said("onwards", "next"),
        Said("dinner is ready", ""),
    ]


@pytest.mark.parametrize(
    ("name", "text", "mistake"),
    [
        ("nxet.txt", "move on\n", "there is no intent 'nxet'"),
        ("next.txt", "move on\nMove on\n", "next.txt, line 2: 'Move on' stands in"),
        ("next.txt", "[what=foot]\nmove\n", "next.txt, line 1: 'what' can't be 'foot'"),
        ("next.txt", "on\n[kind=side]\n", "next.txt, line 2: 'next' has no slot 'kind'"),
        ("next.txt", "[what side]\n", "next.txt, line 1: '[what side]' is no section"),
        ("none.txt", "[what=side]\n", "none.txt, line 1: 'none' has no slot 'what'"),
        ("next.txt", "on\n...\n", "next.txt, line 2: '...' has no word"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(folder, name, text, mistake):
    (folder / "corpus" / "none.txt").write_text("dinner is ready\n")
    (folder / "corpus" / name).write_text(text)
    with pytest.raises(SolemateError) as error:
        read_corpus(folder)
    assert mistake in str(error.value)


def test_a_file_that_is_not_utf8_and_a_folder_without_a_corpus_are_named(folder):
    (folder / "corpus" / "none.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(SolemateError, match="not UTF-8"):
        read_corpus(folder)
    with pytest.raises(UsageError, match=r"has no none\.txt"):
        read_corpus(folder / "corpus")


def test_the_english_corpus_has_enough_for_each_intent_that_people_word_freely():
    counts: dict[str, int] = {}
    for said in read_corpus(language_folder("en")):
        counts[said.intent] = counts.get(said.intent, 0) + 1
    assert counts.pop("") >= LEAST_NOT_MEANT
    assert {intent: count for intent, count in counts.items() if count < LEAST_SENTENCES} == {}


CORPUS = [
    *(Said(text, "ready") for text in ("all set", "i am set", "off we go", "set and waiting")),
    *(Said(text, "wait") for text in ("not yet", "hang on a moment", "wait a moment", "not ready yet")),
    *(Said(text, "") for text in ("dinner smells good", "good dog", "the dog smells", "call the dog")),
]


def test_the_same_corpus_gives_the_same_classifier_byte_for_byte(tmp_path):
    texts = [said.text.split() for said in CORPUS]
    paths = [tmp_path / "one.npz", tmp_path / "other.npz"]
    for path in paths:
        save_meaning(train(CORPUS, texts), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_what_the_guide_waits_for_adds_probabilities_up(tmp_path):
    model = train(CORPUS, [said.text.split() for said in CORPUS])
    plain = model.meaning(model.probabilities(["moment"]), NO_MOMENT)
    both = model.meaning(model.probabilities(["moment"]), Moment(meanings={"ready": "wait"}))
    assert both.intent == "wait"
    assert both.probability > plain.shares["wait"]
    assert both.probability == pytest.approx(plain.shares["wait"] + plain.shares["ready"])
    nothing = model.meaning(model.probabilities(["set"]), Moment(meanings={"ready": "", "wait": ""}))
    assert nothing.intent == ""
    assert nothing.probability == pytest.approx(1.0)
    assert np.isclose(model.probabilities([]).sum(), 1.0)


def test_a_damaged_classifier_is_named_and_a_missing_one_is_none(tmp_path):
    assert load_meaning(tmp_path) is None
    (tmp_path / MEANING).write_bytes(b"PK broken")
    with pytest.raises(SolemateError, match="is broken"):
        load_meaning(tmp_path)
    np.savez(tmp_path / MEANING, labels=np.array("[]"), weights=np.zeros((2, 3), np.int8))
    with pytest.raises(SolemateError, match="is broken"):
        load_meaning(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "cut off"])
def test_without_its_classifier_the_phrases_work_and_one_line_says_so(tmp_path, damage):
    folder = tmp_path / "en"
    shutil.copytree(language_folder("en"), folder)
    if damage == "missing":
        (folder / MEANING).unlink()
    else:
        (folder / MEANING).write_bytes((folder / MEANING).read_bytes()[:5000])
    model, line = usable_meaning(folder)
    assert model is None
    assert line is not None
    assert "\n" not in line
    assert "meaning.npz" in line
    letters = phonemizer("en")
    understanding = TextUnderstanding.of(phrase_book(folder, read_routine(folder), letters), letters, model=model)
    assert understanding.utterance("skip this one").match.intent == "next"
    assert understanding.utterance("this hurts so much you know").match.intent == "hurts"
