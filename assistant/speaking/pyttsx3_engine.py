"""The system's voice: pyttsx3, rendered to samples. The only module that imports pyttsx3.

Each sentence goes through `save_to_file` and `runAndWait` into a file, in memory if the system has a place for that.
These oddities of pyttsx3 2.99 with eSpeak NG, found by experiment, are dealt with here:

- Its first `runAndWait` returns before the file is written: wait for "finished-utterance".
- It may take the last moments of one sentence for a running one and cancel the next. "finished-utterance" then says
  `completed=False`, sometimes after a `completed=True` and a truncated file: wait until eSpeak NG has finished the
  sentence before, and render again if it was cancelled all the same.
- `runAndWait` never returns if the file can't be written, and the error is raised inside eSpeak NG, where Python can
  only print it: it is caught there, and ends the loop. A timer ends the loop if nothing comes at all.
- It prints a line for each file.
- An unknown voice is not an error: compare with the list of voices.
- There is one eSpeak per process, so every voice sets its properties before each sentence.
"""

from __future__ import annotations

import os
import platform
import queue
import shutil
import sys
import tempfile
import threading
import wave
from contextlib import contextmanager
from functools import cache
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
    from collections.abc import Callable, Iterator

    from assistant.understanding.hypothesis import Samples

ESPEAK = "espeak"
"""pyttsx3's name for eSpeak NG."""

RENDER_SECONDS = 10.0
"""Seconds after which rendering a sentence has failed; far more than the slowest machine takes (docs/tuning.md)."""

ATTEMPTS = 20
"""How often a sentence is rendered before it counts as failed; on a busy machine some are cancelled (see above)."""

MEMORY = Path("/dev/shm")
"""The folder on Linux whose files are in memory; spares a Raspberry Pi's card."""

ROOM_BYTES = 8 << 20
"""Bytes that must be free there: three minutes of speech. With less, files go to the usual folder."""

DRIVER = "pyttsx3.drivers.espeak"
"""The module of pyttsx3 that drives eSpeak NG."""

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

        Takes about 15 ms and can't be stopped once begun. Raises SolemateError as `render` does.
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
    """pyttsx3's engine. There can be only one; its lock admits one thread at a time."""

    def __init__(self) -> None:
        self._engine = _engine()
        self._lock = threading.Lock()
        self._finished: queue.Queue[bool] = queue.Queue()
        self._engine.connect("finished-utterance", self._on_finished)
        # Before its first loop pyttsx3 only queues properties that are set, and reports the old ones.
        self._engine.runAndWait()
        self.engine = str(self._engine.proxy._module.__name__).rpartition(".")[2]
        self.version = _version(self.engine)
        self.voices = [
            VoiceInfo(str(voice.id), self.engine, _languages(voice), str(voice.name or ""))
            for voice in self._engine.getProperty("voices")
        ]

    def _on_finished(self, completed: bool, **_: Any) -> None:
        self._finished.put(completed)

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
            self._engine.setProperty("voice", name)
            if self._engine.getProperty("voice") != name.lower():
                raise UsageError(f"the voice {voice!r} has no variant {variant!r}", "try f1 to f5 or m1 to m8")
        return name

    def render(self, text: str, voice: str, rate: int) -> Samples:
        """The sentence at SPEAKING_RATE, unprocessed. Raises SolemateError."""
        with self._lock, _temporary_folder() as folder:
            self._engine.setProperty("voice", voice)
            self._engine.setProperty("rate", rate)
            for attempt in range(ATTEMPTS):
                path = Path(folder) / f"{attempt}.wav"
                if self._save(text, path):
                    return _read(path)
        raise SolemateError(f"the voice broke off {text!r} {ATTEMPTS} times", "start again")

    def _save(self, text: str, path: Path) -> bool:
        """Render into a file; whether it was completed."""
        _let_settle()
        while not self._finished.empty():
            self._finished.get()
        faults: list[str] = []

        def broke_off(fault: BaseException) -> None:
            faults.append(str(getattr(fault.__context__, "strerror", None) or fault))
            # The driver's own, because the proxy's endLoop would deadlock: it cancels eSpeak NG, which waits for
            # this callback.
            self._engine.proxy._driver.endLoop()

        unstick = threading.Timer(RENDER_SECONDS, lambda: self._engine.proxy.endLoop(True))
        unstick.daemon = True
        unstick.start()
        try:
            with _faults_of_callbacks(broke_off):
                self._engine.save_to_file(text, str(path))
                self._engine.runAndWait()
                if faults:
                    _let_settle()  # so that what the callback raises later is caught too
            if faults:
                raise SolemateError(f"the voice cannot write its files in {path.parent.parent} ({faults[0]})", ROOM)
            completed = self._finished.get(timeout=RENDER_SECONDS)
            while not self._finished.empty():
                completed = self._finished.get() and completed
            return completed
        except queue.Empty as error:
            raise SolemateError(f"the voice gave nothing for {text!r}", f"try once more, or {INSTALL}") from error
        finally:
            unstick.cancel()


@contextmanager
def _faults_of_callbacks(tell: Callable[[BaseException], None]) -> Iterator[None]:
    """Report what eSpeak NG's callback raises, which Python would print; anything raised elsewhere is passed on."""
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        module = getattr(unraisable.object, "__module__", None)
        if module == DRIVER and unraisable.exc_value is not None:
            tell(unraisable.exc_value)
        elif module != wave.__name__:  # its writer raises once more when it is deleted
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _let_settle() -> None:
    """Wait until eSpeak NG has finished the sentence before, or the next one may be taken for it and cut short."""
    driver = sys.modules.get("pyttsx3.drivers._espeak")
    if driver is not None:
        driver.Synchronize()


def _version(engine: str) -> str:
    """The versions of pyttsx3 and of the engine behind it: eSpeak's own, else the system's."""
    from importlib.metadata import version

    driver = sys.modules.get("pyttsx3.drivers._espeak") if engine == ESPEAK else None
    behind = driver.Info(None).decode() if driver is not None else platform.version()
    return f"{version('pyttsx3')} {behind}"


@cache
def _synthesiser() -> _Synthesiser:
    """The only synthesiser of this process."""
    return _Synthesiser()


def _engine() -> Any:
    """pyttsx3's engine, kept from printing. Raises SolemateError if it has nothing to speak with."""
    try:
        import pyttsx3

        engine = pyttsx3.init()
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise SolemateError(f"there is no voice ({error})", INSTALL) from error
    driver = sys.modules.get(DRIVER)
    if driver is not None:
        # Replaces the built-in in that module alone: it prints where each file was saved.
        driver.print = lambda *_: None  # type: ignore[attr-defined]
    return engine


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for rendered files. Raises SolemateError if none can be created."""
    try:
        return tempfile.TemporaryDirectory(prefix="solemate-", dir=MEMORY if _has_room(MEMORY) else None)
    except OSError as error:
        raise SolemateError(f"the voice has no folder for its files ({error})", ROOM) from error


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM_BYTES


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
