"""Who listens: the built-in ear, Vosk, or both of them, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.errors import SolemateError, UsageError
from assistant.hearing.choose import choose_recogniser
from assistant.hearing.ear import Ear
from assistant.hearing.ensemble import BothRecogniser
from assistant.language.spelling import Speller
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.wiring import phonemizer
from tests.ears import book, built_in, heard_in, matcher, sound

__all__ = ["book", "built_in", "matcher"]
"""Fixtures that tests here ask for by name."""

GET_VOSK = "`solemate models get NAME`"


class Recorded:
    """A recogniser of words that were written down: hears in each stretch of speech the next text."""

    name = "recorded"
    missing_words: tuple[str, ...] = ()

    def __init__(self, speller: Speller, texts: Sequence[str]) -> None:
        self._speller = speller
        self._texts = iter(texts)

    def begin(self) -> None:
        self._text = next(self._texts, "")

    def feed(self, samples: Samples) -> None:
        """Its text is given."""

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        return Hypothesis(self._speller.phonemes(self._text), self._text, self.name)

    def end(self) -> Hypothesis:
        return self.so_far()


@pytest.mark.parametrize(
    ("said", "words", "intent"),
    [
        ("start heel stretches", "start heel stretches", "start_stretch"),
        ("what comes next", "what comes next", "whats_next"),
        ("pause", "pause", "pause"),
        ("my sister bought a green bicycle", "restart", None),
        ("the weather is nice in spain", "where are we", None),
        ("what comes next", "stop", "not stop"),
        ("skip this one", "", "next"),
    ],
)
def test_two_ears_believe_what_both_heard(book, built_in, matcher, said, words, intent):
    speller = Speller(book, phonemizer("en"))
    both = BothRecogniser(Recorded(speller, [words]), built_in)
    (utterance,) = heard_in(Ear(both, Interpreter(matcher)), sound([(0.5, said)], 4.0))
    taken = utterance.match.intent if utterance.match.accepted else None
    if intent == "not stop":
        assert taken != "stop"
    else:
        assert taken == intent


def test_the_program_says_who_listens_and_how_to_get_the_other(book):
    hearing = choose_recogniser("auto", book, tuple, None, get_vosk=GET_VOSK)
    assert hearing.new_recogniser().name == "built-in"
    assert "built-in" in hearing.line
    assert GET_VOSK in hearing.line
    assert (
        choose_recogniser("built-in", book, tuple, None, get_vosk=GET_VOSK).line
        == "The built-in ear listens (phonemes)"
    )


def test_without_a_model_vosk_says_what_to_do(book):
    with pytest.raises(SolemateError, match="solemate models get"):
        choose_recogniser("vosk", book, tuple, None, get_vosk=GET_VOSK)
    with pytest.raises(UsageError, match="auto, vosk and built-in"):
        choose_recogniser("julius", book, tuple, None, get_vosk=GET_VOSK)


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.hearing.built_in.weights_file", lambda language: tmp_path / f"ear-{language}.npz")


@pytest.mark.usefixtures("no_weights")
def test_with_neither_it_names_the_way_out(book):
    with pytest.raises(SolemateError, match=r"nobody can listen: .*ear-en\.npz is missing, and there is no") as caught:
        choose_recogniser("auto", book, tuple, None, get_vosk=GET_VOSK)
    assert "solemate models get" in str(caught.value)
    with pytest.raises(SolemateError, match=r"ear-en\.npz is missing; install Solemate again"):
        choose_recogniser("built-in", book, tuple, None, get_vosk=GET_VOSK).new_recogniser()


@pytest.mark.usefixtures("no_weights")
def test_without_weights_vosk_goes_on_alone_and_says_so(book, tmp_path):
    hearing = choose_recogniser("auto", book, tuple, tmp_path / "vosk-model", get_vosk=GET_VOSK)
    assert hearing.line.startswith("Vosk listens (vosk-model); without the built-in ear: ")
    assert hearing.line.endswith("ear-en.npz is missing")
    assert "\n" not in hearing.line
    asked_for = choose_recogniser("vosk", book, tuple, tmp_path / "vosk-model", get_vosk=GET_VOSK)
    assert asked_for.line == "Vosk listens (vosk-model)"


def test_with_both_it_says_so(book, tmp_path):
    hearing = choose_recogniser("auto", book, tuple, tmp_path / "vosk-model", get_vosk=GET_VOSK)
    assert hearing.line == "Vosk (vosk-model) and the built-in ear listen together"
