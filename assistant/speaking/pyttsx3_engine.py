"""The guide's voice: pyttsx3, rendered to samples. The only module that imports pyttsx3.

Each sentence goes through `save_to_file` and `runAndWait` into a file, in memory where the system has a place for that.
What pyttsx3 2.99 does with eSpeak NG, found by trying, is dealt with here:

- Its first `runAndWait` returns before the file is written: wait for "finished-utterance".
- It may take the last moments of one sentence for a running one and cancel the next. "finished-utterance" then says
  `completed=False`, sometimes after a `completed=True` and a file that is cut short: wait until eSpeak NG is done with
  the one before, and render again where it was cancelled all the same.
- `runAndWait` never returns if the file cannot be written, and the reason is raised into eSpeak NG, where Python can
  only print it: it is caught there, and ends the loop. A timer ends it where nothing comes at all.
- It prints a line for each file.
- A voice it does not know is not an error: compare with the list of voices.
- There is one eSpeak in a process, so every voice sets its properties before each sentence.
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
from assistant.errors import SolemateError, UsageError
from assistant.ports import SPEAKING_RATE, Stopping
from assistant.speaking.synthesis import (
    WORDS_PER_MINUTE,
    Recent,
    VoiceInfo,
    checked_rate,
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
"""A sentence that takes longer has failed; a minute of speech takes a fifth of a second, on a Pi a few seconds."""

ATTEMPTS = 20
"""How often a sentence is rendered before it counts as failed: on a busy machine one in ten was cancelled (see above)
and there 15 ms later."""

MEMORY = Path("/dev/shm")
"""Where files live in memory on Linux; a Pi's card is spared."""

ROOM_BYTES = 8 << 20
"""What must be free there: three minutes of speech. With less, files go where others do."""

DRIVER = "pyttsx3.drivers.espeak"
"""The module of pyttsx3 that has eSpeak NG speak."""

PREFERRED = {"en": "en-us"}
"""Which variety to take where a language has several and only the language is named; else the first."""

ROOM = "free some space, or name another folder in TMPDIR"
"""The way out where files can't be written."""

INSTALL = "install eSpeak NG: sudo apt install espeak-ng"
"""The way out where there is no voice; macOS and Windows have voices of their own."""


class Pyttsx3Engine:
    """Renders sentences at a number of words a minute, in a language ("en", "en-gb") or with one of its voices.

    A voice may be given as pyttsx3's id ("gmw/en-us"), by its name, or as a language, with one of eSpeak NG's variants
    behind it if wanted ("en-gb+f3"). Raises SolemateError where there is no such voice, or no synthesiser.
    """

    repeatable = False
    """eSpeak NG's noise goes on from one sentence to the next: said again it is a few samples longer or shorter."""

    def __init__(self, rate: int = WORDS_PER_MINUTE, voice: str = "en") -> None:
        self.rate = rate
        self._synthesiser = _synthesiser()
        self.name = self._synthesiser.find(voice)
        self._kept = Recent()

    @property
    def rate(self) -> int:
        """Words a minute. Raises SolemateError if it is set to what the voice cannot speak."""
        return self._rate

    @rate.setter
    def rate(self, rate: int) -> None:
        self._rate = checked_rate(rate)

    @property
    def engine(self) -> str:
        """What speaks: espeak, sapi5 or nsss."""
        return self._synthesiser.engine

    @property
    def version(self) -> str:
        """Which of it: what is rendered with another may sound otherwise."""
        return self._synthesiser.version

    @property
    def movable(self) -> bool:
        """Whether any thread may call it: SAPI5 and NSSpeech belong to the one that made them."""
        return self._synthesiser.engine == ESPEAK

    def render(self, text: str) -> Samples:
        """The sentence as samples at SPEAKING_RATE (do not change them: they are kept); shape (0,) for no words.

        Raises SolemateError if it could not be made.
        """
        text = plain(text)
        kept = self._kept.get((text, self._rate))
        return self._kept.put((text, self._rate), self.speak(text, self._rate)) if kept is None else kept

    def sentences(self, text: str) -> tuple[str, ...]:
        """What it makes in one go: all of it, as that is done in no time, and the pauses are its own."""
        return (text,)

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        """Render at a rate. It can't be broken off once it has begun: that takes 15 ms. Raises as `render`."""
        if stop is not None:
            stop.check()
        if not has_words(text):
            return np.zeros(0, np.float32)
        return levelled(trimmed(self._synthesiser.render(text, self.name, rate)))


def choose_voice(language: str) -> str:
    """The id of a voice for a language, such as "en", "en-gb" or "ko". Raises SolemateError if there is none."""
    return _synthesiser().find(language)


def system_voices() -> list[VoiceInfo]:
    """The voices that pyttsx3 has here. Raises SolemateError where there is no synthesiser."""
    return list(_synthesiser().voices)


class _Synthesiser:
    """pyttsx3's engine. There can be only one; its lock keeps it to one thread at a time."""

    def __init__(self) -> None:
        self._engine = _engine()
        self._lock = threading.Lock()
        self._finished: queue.Queue[bool] = queue.Queue()
        self._engine.connect("finished-utterance", self._on_finished)
        # Before its first loop pyttsx3 only notes what properties are set, and tells the old ones.
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
        """The id of the voice for an id or a language, with its variant. Raises SolemateError."""
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
            raise UsageError(
                f"there is no voice {wanted!r}{did_you_mean(base, self._known())}; see: solemate voices --all"
            )
        return self._with_variant(found[0].name, variant) if plus else found[0].name

    def _known(self) -> list[str]:
        """All that a voice may be called by."""
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
                raise UsageError(f"the voice {voice!r} has no variant {variant!r}: try f1 to f5 or m1 to m8")
        return name

    def render(self, text: str, voice: str, rate: int) -> Samples:
        """The sentence at SPEAKING_RATE, as it comes. Raises SolemateError."""
        with self._lock, _temporary_folder() as folder:
            self._engine.setProperty("voice", voice)
            self._engine.setProperty("rate", rate)
            for attempt in range(ATTEMPTS):
                path = Path(folder) / f"{attempt}.wav"
                if self._save(text, path):
                    return _read(path)
        raise SolemateError(f"the voice broke off {text!r} {ATTEMPTS} times: start again")

    def _save(self, text: str, path: Path) -> bool:
        """Render into a file; say whether it was completed."""
        _let_settle()
        while not self._finished.empty():
            self._finished.get()
        faults: list[str] = []

        def broke_off(fault: BaseException) -> None:
            faults.append(str(getattr(fault.__context__, "strerror", None) or fault))
            # Only that: the proxy's endLoop would cancel eSpeak NG, which waits for this callback, for ever.
            self._engine.proxy._driver.endLoop()

        unstick = threading.Timer(RENDER_SECONDS, lambda: self._engine.proxy.endLoop(True))
        unstick.daemon = True
        unstick.start()
        try:
            with _faults_of_callbacks(broke_off):
                self._engine.save_to_file(text, str(path))
                self._engine.runAndWait()
                if faults:
                    _let_settle()  # what the callback leaves behind is caught as well
            if faults:
                raise SolemateError(f"the voice cannot write its files in {path.parent.parent} ({faults[0]}): {ROOM}")
            completed = self._finished.get(timeout=RENDER_SECONDS)
            while not self._finished.empty():
                completed = self._finished.get() and completed
            return completed
        except queue.Empty as error:
            raise SolemateError(f"the voice gave nothing for {text!r}: try once more, or {INSTALL}") from error
        finally:
            unstick.cancel()


@contextmanager
def _faults_of_callbacks(tell: Callable[[BaseException], None]) -> Iterator[None]:
    """Tell of what eSpeak NG's callback raises, which Python would print; what is raised elsewhere goes on its way."""
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        module = getattr(unraisable.object, "__module__", None)
        if module == DRIVER and unraisable.exc_value is not None:
            tell(unraisable.exc_value)
        elif module != wave.__name__:  # whose writer complains once more when it is dropped
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _let_settle() -> None:
    """Wait until eSpeak NG is done with the sentence before, else the next one may be taken for it, and cut short."""
    driver = sys.modules.get("pyttsx3.drivers._espeak")
    if driver is not None:
        driver.Synchronize()


def _version(engine: str) -> str:
    """Of pyttsx3, and of what speaks behind it: eSpeak's own, else the system's."""
    from importlib.metadata import version

    driver = sys.modules.get("pyttsx3.drivers._espeak") if engine == ESPEAK else None
    behind = driver.Info(None).decode() if driver is not None else platform.version()
    return f"{version('pyttsx3')} {behind}"


@cache
def _synthesiser() -> _Synthesiser:
    """The one synthesiser of this process."""
    return _Synthesiser()


def _engine() -> Any:
    """pyttsx3's engine, kept from printing. Raises SolemateError where it has nothing to speak with."""
    try:
        import pyttsx3

        engine = pyttsx3.init()
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise SolemateError(f"there is no voice ({error}): {INSTALL}") from error
    driver = sys.modules.get(DRIVER)
    if driver is not None:
        # Its name of the built-in, for that module alone: it prints where each file was saved.
        driver.print = lambda *_: None  # type: ignore[attr-defined]
    return engine


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for rendered files. Raises SolemateError where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix="solemate-", dir=MEMORY if _has_room(MEMORY) else None)
    except OSError as error:
        raise SolemateError(f"the voice has no folder for its files ({error}): {ROOM}") from error


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM_BYTES


def _languages(voice: Any) -> tuple[str, ...]:
    """The languages of one of pyttsx3's voices, such as "en-us"; macOS writes "en_US"."""
    return tuple(str(language).lower().replace("_", "-") for language in voice.languages or ())


def _read(path: Path) -> Samples:
    """A rendered file at SPEAKING_RATE. soundfile, because macOS writes AIFF."""
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise SolemateError(f"the voice wrote a file that cannot be read ({error}): {INSTALL}") from error
    return resample(samples.mean(axis=1, dtype=np.float32), rate, SPEAKING_RATE)
