"""The system's voice, rendered to samples. The only module that imports pyttsx3.

On Linux the voice is eSpeak NG, and pyttsx3's binding to it is called directly: it hands over the sound of a sentence
in pieces, in a tenth of the time that pyttsx3 takes to write it to a file. Elsewhere each sentence goes through
pyttsx3's `save_to_file` and `runAndWait`. These oddities of pyttsx3 2.99, found by experiment, are dealt with here:

- Its first `runAndWait` returns before the file is written: wait for "finished-utterance".
- `runAndWait` may never return: a timer ends the loop if nothing comes at all.
- An unknown voice is not an error: compare with the list of voices.
- There is one synthesiser per process, so every voice sets its properties before each sentence.
"""

from __future__ import annotations

import platform
import queue
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.resample import resample
from assistant.did_you_mean import did_you_mean
from assistant.errors import SolemateError, UsageError, one_line
from assistant.ports import SPEAKING_RATE, Stopping
from assistant.speaking.synthesis import (
    WORDS_PER_MINUTE,
    Paced,
    Recent,
    VoiceInfo,
    has_words,
    levelled,
    plain,
    trimmed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from assistant.understanding.hypothesis import Samples

ESPEAK = "espeak"
"""pyttsx3's name for eSpeak NG."""

CHARS_UTF8 = 1
"""eSpeak NG's flag for how a text is encoded; all else in it is plain text."""

FULL_SCALE = np.float32(32768)
"""What a 16-bit sample is divided by."""

RENDER_SECONDS = 10.0
"""Seconds after which rendering a sentence has failed; far more than the slowest machine takes (docs/tuning.md)."""

PREFERRED = {"en": "en-us"}
"""The variety to take if a language has several and only the language is named; else the first."""

ROOM = "free some space, or name another folder in TMPDIR"
"""The way out if files can't be written."""

INSTALL = "install eSpeak NG: sudo apt install espeak-ng"
"""The way out if there is no voice; macOS and Windows have voices of their own."""


class Pyttsx3Engine(Paced):
    """Renders sentences at a rate in words a minute, in a language ("en", "en-gb") or with one of its voices.

    A voice may be given as pyttsx3's id ("gmw/en-us"), by its name, or as a language, optionally followed by one of
    eSpeak NG's variants ("en-gb+f3"). Raises SolemateError if there is no such voice, or no synthesiser.
    """

    repeatable = False
    """eSpeak NG's noise continues from one sentence to the next, so a repeated one is a few samples longer or
    shorter."""

    def __init__(self, rate: int = WORDS_PER_MINUTE, voice: str = "en") -> None:
        self.rate = rate
        self._synthesiser = _synthesiser()
        self.name = self._synthesiser.find(voice)
        self._kept = Recent()

    @property
    def engine(self) -> str:
        """The engine: espeak, sapi5 or nsss."""
        return self._synthesiser.engine

    @property
    def version(self) -> str:
        """The version of the engine; with another one, the same sentence may sound different."""
        return self._synthesiser.version

    @property
    def movable(self) -> bool:
        """Whether any thread may call it: SAPI5 and NSSpeech belong to the thread that created them."""
        return self._synthesiser.engine == ESPEAK

    def render(self, text: str) -> Samples:
        """The sentence as samples at SPEAKING_RATE, shape (0,) if it has no words.

        They are shared, so they are read-only.

        Raises SolemateError if it can't be rendered.
        """
        text = plain(text)
        kept = self._kept.get((text, self._rate))
        return self._kept.put((text, self._rate), self.speak(text, self._rate)) if kept is None else kept

    def sentences(self, text: str) -> tuple[str, ...]:
        """The whole text as one piece: eSpeak NG is fast, and makes pauses of its own."""
        return (text,)

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        """Render at a rate.

        On Linux it takes a few milliseconds, and can't be stopped once begun. Raises SolemateError as `render` does.
        """
        if stop is not None:
            stop.check()
        if not has_words(text):
            return np.zeros(0, np.float32)
        return levelled(trimmed(self._synthesiser.render(text, self.name, rate)))


def choose_voice(language: str) -> str:
    """The id of a voice for a language, such as "en", "en-gb" or "ko". Raises SolemateError if there is none."""
    return _synthesiser().find(language)


def system_voices() -> list[VoiceInfo]:
    """The voices that pyttsx3 offers here. Raises SolemateError if there is no synthesiser."""
    return list(_synthesiser().voices)


class _Synthesiser:
    """What pyttsx3 drives. There can be only one; its lock admits one thread at a time."""

    def __init__(self, engine: str, version: str, driver: Any) -> None:
        self._lock = threading.Lock()
        self._driver = driver
        self.engine, self.version = engine, f"{metadata.version('pyttsx3')} {version}"
        self.voices = [
            VoiceInfo(str(voice.id), engine, _languages(voice), str(voice.name or ""))
            for voice in driver.getProperty("voices")
        ]

    def find(self, wanted: str) -> str:
        """The id of the voice for an id or a language, with its variant. Raises UsageError."""
        base, plus, variant = wanted.strip().partition("+")
        tag = base.lower().replace("_", "-")
        tag = PREFERRED.get(tag, tag)
        found = (
            [voice for voice in self.voices if voice.name.lower().replace("_", "-") == tag]
            or [voice for voice in self.voices if tag in voice.languages]
            or [voice for voice in self.voices if tag and voice.speaks(tag)]
            or [voice for voice in self.voices if voice.title and voice.title.lower() == base.strip().lower()]
        )
        if not found:
            remedy = one_line(did_you_mean(base, self._known()), "see: solemate voices --all")
            raise UsageError(f"there is no voice {wanted!r}", remedy)
        return self._with_variant(found[0].name, variant) if plus else found[0].name

    def _known(self) -> list[str]:
        """Everything a voice may be called."""
        languages = {
            known for voice in self.voices for tag in voice.languages for known in (tag, tag.partition("-")[0])
        }
        return [
            *sorted(languages),
            *(name for voice in self.voices for name in (voice.name, voice.title.lower()) if name),
        ]

    def _with_variant(self, voice: str, variant: str) -> str:
        name = f"{voice}+{variant}"
        with self._lock:
            self._driver.setProperty("voice", name)
            if self._driver.getProperty("voice") != name.lower():
                raise UsageError(f"the voice {voice!r} has no variant {variant!r}", "try f1 to f5 or m1 to m8")
        return name

    def render(self, text: str, voice: str, rate: int) -> Samples:
        """The sentence at SPEAKING_RATE, unprocessed. Raises SolemateError."""
        with self._lock:
            return self._render(text, voice, rate)

    def _render(self, text: str, voice: str, rate: int) -> Samples:
        raise NotImplementedError


class _Espeak(_Synthesiser):
    """eSpeak NG, through pyttsx3's binding to it. Raises OSError or RuntimeError if it isn't there."""

    def __init__(self) -> None:
        from pyttsx3.drivers import _espeak as binding
        from pyttsx3.drivers.espeak import EspeakDriver

        self._binding = binding
        self._pieces: list[Samples] = []
        # pyttsx3 itself lets a thread of eSpeak NG's speak, for which each sentence would wait some 20 ms.
        self._rate = binding.Initialize(binding.AUDIO_OUTPUT_SYNCHRONOUS, 0)
        if self._rate <= 0:
            raise RuntimeError("eSpeak NG has no data")
        binding.SetSynthCallback(self._take)  # the binding keeps it from being collected
        super().__init__(ESPEAK, binding.Info(None).decode(), EspeakDriver)

    def _take(self, sound: Any, count: int, _events: Any) -> int:
        """Called by eSpeak NG with 16-bit samples, which are its own: they are copied."""
        if sound and count:
            self._pieces.append(np.ctypeslib.as_array(sound, (count,)).astype(np.float32))
        return 0  # go on

    def _render(self, text: str, voice: str, rate: int) -> Samples:
        espeak = self._binding
        self._pieces = []
        espeak.SetVoiceByName(voice.encode())
        espeak.SetParameter(espeak.RATE, rate, 0)
        encoded = text.encode()
        with _ctrl_c_afterwards():
            status = espeak.cSynth(encoded, len(encoded) + 1, 0, espeak.POS_CHARACTER, 0, CHARS_UTF8, None, None)
        if status != espeak.EE_OK:
            raise SolemateError(f"the voice gave nothing for {text!r}", f"try once more, or {INSTALL}")
        sound = np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.float32)
        return resample(sound / FULL_SCALE, self._rate, SPEAKING_RATE)


@contextmanager
def _ctrl_c_afterwards() -> Iterator[None]:
    """Have Ctrl-C take effect only afterwards: raised in a function that C calls, it would be dropped."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(*came[0])


class _ThroughFiles(_Synthesiser):
    """Any other synthesiser, by pyttsx3's own loop and a file for each sentence."""

    def __init__(self) -> None:
        import pyttsx3

        self._pyttsx3 = pyttsx3.init()
        self._finished: queue.Queue[bool] = queue.Queue()
        self._pyttsx3.connect("finished-utterance", lambda completed, **_: self._finished.put(completed))
        # Before its first loop pyttsx3 only queues properties that are set, and reports the old ones.
        self._pyttsx3.runAndWait()
        proxy = self._pyttsx3.proxy
        super().__init__(str(proxy._module.__name__).rpartition(".")[2], platform.version(), proxy._driver)

    def _render(self, text: str, voice: str, rate: int) -> Samples:
        with _temporary_folder() as folder:
            self._pyttsx3.setProperty("voice", voice)
            self._pyttsx3.setProperty("rate", rate)
            path = Path(folder) / "sentence.wav"
            self._save(text, path)
            return _read(path)

    def _save(self, text: str, path: Path) -> None:
        """Render into a file."""
        while not self._finished.empty():
            self._finished.get()
        unstick = threading.Timer(RENDER_SECONDS, lambda: self._pyttsx3.proxy.endLoop(True))
        unstick.daemon = True
        unstick.start()
        try:
            self._pyttsx3.save_to_file(text, str(path))
            self._pyttsx3.runAndWait()
            self._finished.get(timeout=RENDER_SECONDS)
        except queue.Empty as error:
            raise SolemateError(f"the voice gave nothing for {text!r}", "try once more, or restart") from error
        finally:
            unstick.cancel()


@cache
def _synthesiser() -> _Synthesiser:
    """The only synthesiser of this process. Raises SolemateError if there is nothing to speak with."""
    try:
        return _ThroughFiles() if sys.platform in ("darwin", "win32") else _Espeak()
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise SolemateError(f"there is no voice ({error})", INSTALL) from error


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for rendered files. Raises SolemateError if none can be created."""
    try:
        return tempfile.TemporaryDirectory(prefix="solemate-")
    except OSError as error:
        raise SolemateError(f"the voice has no folder for its files ({error})", ROOM) from error


def _languages(voice: Any) -> tuple[str, ...]:
    """The languages of one of pyttsx3's voices, such as "en-us"; macOS writes "en_US"."""
    return tuple(str(language).lower().replace("_", "-") for language in voice.languages or ())


def _read(path: Path) -> Samples:
    """The sound of a rendered file at SPEAKING_RATE. With soundfile, because macOS writes AIFF."""
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise SolemateError(f"the voice wrote a file that cannot be read ({error})", INSTALL) from error
    return resample(samples.mean(axis=1, dtype=np.float32), rate, SPEAKING_RATE)
