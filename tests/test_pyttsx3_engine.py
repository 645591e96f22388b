"""The system's voice, with the real pyttsx3 and eSpeak NG."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from assistant.audio.levels import speech_db
from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE
from assistant.speaking import pyttsx3_engine
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.speaking.synthesis import KEPT_BYTES, MARGIN_SECONDS, SPEECH_LEVEL
from tests.speech import seconds

ROOT = Path(__file__).parent.parent

try:
    Pyttsx3Engine()
except SolemateError as missing:
    pytest.skip(f"needs eSpeak NG: {missing}", allow_module_level=True)

SENTENCE = "Raise and lower the heel slowly."


def test_a_sentence_is_sound_at_the_speech_level_with_little_silence_around() -> None:
    samples = Pyttsx3Engine().render(SENTENCE)
    assert samples.dtype == np.float32
    assert 1 < seconds(samples) < 4
    assert speech_db(samples) == pytest.approx(SPEECH_LEVEL, abs=0.5)
    assert np.abs(samples).max() <= 0.9
    margin = round(MARGIN_SECONDS * SPEAKING_RATE)
    assert np.abs(samples[: margin - 1]).max() < 0.01
    assert np.abs(samples[margin : 2 * margin]).max() > 0.01
    assert np.abs(samples[-margin + 1 :]).max() < 0.01


def test_the_first_sentence_of_a_process_is_whole_however_long_it_is() -> None:
    script = """
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
print(len(Pyttsx3Engine().render("Hold on. " * 150)) / 16000)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert float(done.stdout) > 60, "and nothing else may be printed"


def test_ctrl_c_while_the_synthesiser_hands_over_its_sound_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    voice, handed_over = Pyttsx3Engine(), np.ctypeslib.as_array

    def interrupted(*given: object) -> object:
        monkeypatch.undo()  # once
        signal.raise_signal(signal.SIGINT)
        return handed_over(*given)  # type: ignore[call-overload]

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(np.ctypeslib, "as_array", interrupted)
    with pytest.raises(KeyboardInterrupt):
        voice.render("Nobody has said this before.")
    assert signal.getsignal(signal.SIGINT) is before
    assert seconds(voice.render(SENTENCE)) > 1


def test_many_sentences_one_after_the_other_are_all_there() -> None:
    voice = Pyttsx3Engine()
    lengths = [seconds(voice.render(f"Hold it for {number} more seconds.")) for number in range(200)]
    assert min(lengths) > 1.0
    assert max(lengths) < 5.0


def test_said_again_it_is_the_very_same_and_cannot_be_changed() -> None:
    voice = Pyttsx3Engine()
    samples = voice.render(SENTENCE)
    assert voice.render(f"  {SENTENCE}\n") is samples
    with pytest.raises(ValueError, match="read-only"):
        samples[0] = 1


def test_what_is_kept_is_bounded() -> None:
    voice = Pyttsx3Engine(rate=80)
    first = voice.render("Number 0. " + "Hold on. " * 50)
    enough = KEPT_BYTES // first.nbytes + 2
    for number in range(1, enough):
        voice.render(f"Number {number}. " + "Hold on. " * 50)
    assert voice.render("Number 0. " + "Hold on. " * 50) is not first


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "-", '"', "\0", "😀"])
def test_no_words_are_no_sound(text: str) -> None:
    assert Pyttsx3Engine().render(text).shape == (0,)


@pytest.mark.parametrize(
    "text",
    [
        "<b>hold</b>",
        "<speak>hold",
        "one < two & three > two",
        "[[h@l'oU]]",
        "left\0right",
        "a\nb\n\nc",
        "5",
        "ça va",
        "안녕",
    ],
)
def test_odd_characters_are_no_obstacle(text: str) -> None:
    assert 0.2 < seconds(Pyttsx3Engine().render(text)) < 5


def test_marks_are_not_taken_for_commands() -> None:
    voice = Pyttsx3Engine()
    assert seconds(voice.render("before <break time='3s'/> after")) > seconds(voice.render("before after")) + 0.5


def test_the_rate_changes_the_length() -> None:
    slow, fast = Pyttsx3Engine(rate=100).render(SENTENCE), Pyttsx3Engine(rate=250).render(SENTENCE)
    assert seconds(slow) > 1.6 * seconds(fast)


@pytest.mark.parametrize("rate", [0, -5, 79, 100_000])
def test_an_impossible_rate_is_named(rate: int) -> None:
    with pytest.raises(SolemateError, match=str(rate)):
        Pyttsx3Engine(rate=rate)


def pitch(samples: np.ndarray) -> float:
    """The quickest of the strong repetitions of the loudest 0.3 s, Hz: twice its time is nearly as strong."""
    size = SPEAKING_RATE * 3 // 10
    loudest = max(range(0, len(samples) - size, 800), key=lambda at: float(np.square(samples[at : at + size]).sum()))
    piece = samples[loudest : loudest + size]
    alike = np.fft.irfft(np.abs(np.fft.rfft(piece, 2 * size)) ** 2)
    least = SPEAKING_RATE // 400
    repeated = alike[least : SPEAKING_RATE // 60]
    peaks = [
        place for place in range(1, len(repeated) - 1) if repeated[place - 1] <= repeated[place] >= repeated[place + 1]
    ]
    strongest = repeated[peaks].max()
    return float(SPEAKING_RATE / (least + next(place for place in peaks if repeated[place] >= 0.8 * strongest)))


def test_voices_with_variants_do_not_get_into_each_others_way() -> None:
    guide, person = Pyttsx3Engine(rate=160, voice="en-us"), Pyttsx3Engine(rate=200, voice="en-gb+f3")
    assert (guide.name, person.name) == ("gmw/en-us", "gmw/en+f3")
    words = "The quick brown fox jumps over the lazy dog, number"
    guides = [guide.render(f"{words} {number}") for number in range(4)]
    persons = [person.render(f"{words} {number}") for number in range(4)]
    assert all(pitch(samples) < 140 for samples in guides)
    assert all(pitch(samples) > 140 for samples in persons)
    assert all(seconds(slow) > 1.1 * seconds(fast) for slow, fast in zip(guides, persons, strict=True))


def test_two_threads_may_render_at_once() -> None:
    lengths: dict[str, list[float]] = {"en-us": [], "en-gb+m3": []}

    def speak(name: str) -> None:
        voice = Pyttsx3Engine(voice=name)
        lengths[name] = [seconds(voice.render(f"Hold it for {number} more seconds.")) for number in range(60)]

    threads = [threading.Thread(target=speak, args=(name,)) for name in lengths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert all(len(found) == 60 and min(found) > 1.0 and max(found) < 4.0 for found in lengths.values())


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "gmw/en-us"),
        ("en-gb", "gmw/en"),
        ("EN_US", "gmw/en-us"),
        ("ko", "ko"),
        ("de", "gmw/de"),
        ("gmw/en", "gmw/en"),
    ],
)
def test_a_language_has_a_voice(language: str, voice: str) -> None:
    assert Pyttsx3Engine(voice=language).name == voice


@pytest.mark.parametrize("name", ["zz", "", "english", "en+f99", "en+", "+f3", "mb-us1"])
def test_an_unknown_voice_is_named(name: str) -> None:
    with pytest.raises(SolemateError, match=r"there is no voice|no variant"):
        Pyttsx3Engine(voice=name)


def test_without_espeak_the_message_says_how_to_install_it() -> None:
    script = """
import ctypes, sys
def refuse(name):
    raise OSError(f"{name}: cannot open shared object file")
ctypes.cdll.LoadLibrary = refuse
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.errors import SolemateError
try:
    Pyttsx3Engine()
except SolemateError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "sudo apt install espeak-ng" in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


# Elsewhere than on Linux


class _Loop:
    """A stand-in for pyttsx3's engine on a system that has another synthesiser: its loop writes what was asked for."""

    def __init__(self, *, speaks: bool = True) -> None:
        self._speaks = speaks
        self._asked: list[tuple[str, object]] = []
        self._tell: Callable[..., None] = lambda **_: None
        module, driver = SimpleNamespace(__name__="pyttsx3.drivers.nsss"), SimpleNamespace(getProperty=self._voices)
        self.proxy = SimpleNamespace(_module=module, _driver=driver, endLoop=lambda _: None)

    def _voices(self, _name):
        return [SimpleNamespace(id="com.apple.samantha", name="Samantha", languages=["en_US"])]

    def connect(self, _topic, tell):
        self._tell = tell

    def setProperty(self, name, value):  # noqa: N802 - pyttsx3's name
        self._asked.append((name, value))

    def save_to_file(self, _text, path):
        sound = np.sin(np.arange(22050) / 10)
        if self._speaks:
            soundfile.write(path, sound, 22050)

    def runAndWait(self):  # noqa: N802 - pyttsx3's name
        if self._speaks:
            self._tell(completed=True)


@pytest.fixture
def elsewhere(monkeypatch):
    def voice(loop: _Loop) -> Pyttsx3Engine:
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setitem(sys.modules, "pyttsx3", SimpleNamespace(init=lambda: loop))
        return Pyttsx3Engine()

    pyttsx3_engine._synthesiser.cache_clear()
    yield voice
    monkeypatch.undo()
    pyttsx3_engine._synthesiser.cache_clear()


def test_another_synthesiser_speaks_through_files(elsewhere):
    loop = _Loop()
    voice = elsewhere(loop)
    assert (voice.engine, voice.name, voice.movable) == ("nsss", "com.apple.samantha", False)
    assert seconds(voice.render("Hello.")) == pytest.approx(1.0, abs=0.1)
    assert ("rate", voice.rate) in loop._asked


def test_a_synthesiser_that_never_answers_is_an_error_and_no_hang(elsewhere, monkeypatch):
    monkeypatch.setattr(pyttsx3_engine, "RENDER_SECONDS", 0.05)
    with pytest.raises(SolemateError, match="gave nothing for 'Hello\\.'"):
        elsewhere(_Loop(speaks=False)).render("Hello.")


def test_without_a_folder_for_files_the_message_says_what_to_do(elsewhere, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(SolemateError, match="free some space"):
        elsewhere(_Loop()).render("Hello.")
