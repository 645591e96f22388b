"""The guide's voice: pyttsx3, rendered to samples. The only module that imports pyttsx3.

Each sentence goes through `save_to_file` and `runAndWait` into a file, in memory where the system has a place for that.
What pyttsx3 2.99 does with eSpeak NG, found by trying, is dealt with here:

- Its first `runAndWait` returns before the file is written: wait for "finished-utterance".
- It may take the last moments of one sentence for a running one and cancel the next. "finished-utterance" then says
  `completed=False`, sometimes after a `completed=True` and a file that is cut short: render again.
- `runAndWait` never returns if the file cannot be written: a timer ends the loop.
- It prints a line for each file.
- A voice it does not know is not an error: compare with the list of voices.
- There is one eSpeak in a process, so every voice sets its properties before each sentence.
"""

from __future__ import annotations

import os
import queue
import sys
import tempfile
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.resample import resample
from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE

if TYPE_CHECKING:
    from assistant.core.hypothesis import Samples

WORDS_PER_MINUTE = 160
"""An unhurried pace for instructions; eSpeak's own is 175."""

RATES = range(80, 451)
"""Words a minute that eSpeak NG can speak."""

SPEECH_LEVEL = -20.0
"""How loud speech is made, RMS over what is not silent, dB of full scale; peaks are then 0.4 to 0.8."""

MOST_PEAK = 0.9
"""No rendered sample is larger than this; a sentence that would be stays below SPEECH_LEVEL."""

MARGIN_SECONDS = 0.03
"""Silence left before and after a sentence."""

SILENCE = 0.003
"""Below this (of full scale, about -50 dB) a sample at either end is silence."""

RENDER_SECONDS = 10.0
"""A sentence that takes longer has failed; a minute of speech takes a fifth of a second, on a Pi a few seconds."""

ATTEMPTS = 20
"""How often a sentence is rendered before it counts as failed: on a busy machine one in ten was cancelled (see above)
and there 15 ms later."""

MEMORY = Path("/dev/shm")
"""Where files live in memory on Linux; a Pi's card is spared."""

CACHE_BYTES = 8 * 1024 * 1024
"""Rendered sentences kept: two minutes of speech."""

PREFERRED = {"en": "en-us"}
"""Which variety to take where a language has several and only the language is named; else the first."""

INSTALL = "install eSpeak NG: sudo apt install espeak-ng"
"""The way out where there is no voice; macOS and Windows have voices of their own."""


class Pyttsx3Voice:
    """Renders sentences at a number of words a minute, in a language ("en", "en-gb") or with one of its voices.

    A voice may be given as pyttsx3's id ("gmw/en-us") or as a language, with one of eSpeak NG's variants behind it if
    wanted ("en-gb+f3"). Raises SolemateError where there is no such voice, or no synthesiser.
    """

    def __init__(self, rate: int = WORDS_PER_MINUTE, voice: str = "en") -> None:
        self.rate = rate
        self._synthesiser = _synthesiser()
        self.name = self._synthesiser.find(voice)
        self._kept: OrderedDict[tuple[str, int], Samples] = OrderedDict()
        self._kept_bytes = 0

    @property
    def rate(self) -> int:
        """Words a minute. Raises SolemateError if it is set to what the voice cannot speak."""
        return self._rate

    @rate.setter
    def rate(self, rate: int) -> None:
        if rate not in RATES:
            raise SolemateError(f"the voice cannot speak {rate} words a minute: choose from {RATES[0]} to {RATES[-1]}")
        self._rate = rate

    def render(self, text: str) -> Samples:
        """The sentence as samples at SPEAKING_RATE (do not change them: they are kept); shape (0,) for no words.

        Raises SolemateError if it could not be made.
        """
        text = " ".join(text.replace("\0", " ").split())
        key = (text, self._rate)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        samples = self._rendered(text) if any(map(str.isalnum, text)) else np.zeros(0, np.float32)
        samples.flags.writeable = False
        self._keep(key, samples)
        return samples

    def _rendered(self, text: str) -> Samples:
        return _levelled(_trimmed(self._synthesiser.render(text, self.name, self.rate)))

    def _keep(self, key: tuple[str, int], samples: Samples) -> None:
        self._kept[key] = samples
        self._kept_bytes += samples.nbytes
        while self._kept_bytes > CACHE_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= dropped.nbytes


class _Synthesiser:
    """pyttsx3's engine. There can be only one; its lock keeps it to one thread at a time."""

    def __init__(self) -> None:
        self._engine = _engine()
        self._lock = threading.Lock()
        self._finished: queue.Queue[bool] = queue.Queue()
        self._engine.connect("finished-utterance", self._on_finished)
        # Before its first loop pyttsx3 only notes what properties are set, and tells the old ones.
        self._engine.runAndWait()
        self._voices = [(str(voice.id), _languages(voice)) for voice in self._engine.getProperty("voices")]

    def _on_finished(self, completed: bool, **_: Any) -> None:
        self._finished.put(completed)

    def find(self, wanted: str) -> str:
        """The id of the voice for an id or a language, with its variant. Raises SolemateError."""
        base, plus, variant = wanted.strip().partition("+")
        tag = base.lower().replace("_", "-")
        tag = PREFERRED.get(tag, tag)
        found = (
            [voice for voice, _ in self._voices if voice.lower() == tag]
            or [voice for voice, languages in self._voices if tag in languages]
            or [voice for voice, languages in self._voices if any(known.startswith(f"{tag}-") for known in languages)]
        )
        if not found:
            raise SolemateError(f"there is no voice {wanted!r}: `espeak-ng --voices` lists the languages there are")
        return self._with_variant(found[0], variant) if plus else found[0]

    def _with_variant(self, voice: str, variant: str) -> str:
        name = f"{voice}+{variant}"
        with self._lock:
            self._engine.setProperty("voice", name)
            if self._engine.getProperty("voice") != name.lower():
                raise SolemateError(f"the voice {voice!r} has no variant {variant!r}: try f1 to f5 or m1 to m8")
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
        while not self._finished.empty():
            self._finished.get()
        unstick = threading.Timer(RENDER_SECONDS, lambda: self._engine.proxy.endLoop(True))
        unstick.daemon = True
        unstick.start()
        try:
            self._engine.save_to_file(text, str(path))
            self._engine.runAndWait()
            completed = self._finished.get(timeout=RENDER_SECONDS)
            while not self._finished.empty():
                completed = self._finished.get() and completed
            return completed
        except queue.Empty as error:
            raise SolemateError(
                f"the voice gave nothing for {text!r}: free some space in {path.parent.parent}, or {INSTALL}"
            ) from error
        finally:
            unstick.cancel()


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
    driver = sys.modules.get("pyttsx3.drivers.espeak")
    if driver is not None:
        # Its name of the built-in, for that module alone: it prints where each file was saved.
        driver.print = lambda *_: None  # type: ignore[attr-defined]
    return engine


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for rendered files. Raises SolemateError where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix="solemate-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
    except OSError as error:
        raise SolemateError(f"the voice has no folder for its files ({error}): free some space in /tmp") from error


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


def _trimmed(samples: Samples) -> Samples:
    """The sound without the silence around it, but for MARGIN_SECONDS."""
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    if not len(loud):
        return samples[:0]
    margin = round(MARGIN_SECONDS * SPEAKING_RATE)
    padded = np.pad(samples, margin)
    trimmed: Samples = padded[loud[0] : loud[-1] + 1 + 2 * margin].copy()
    return trimmed


def speech_level(samples: Samples) -> float:
    """How loud speech is: RMS of the frames (20 ms) that are within 30 dB of the loudest, dB of full scale."""
    frame = SPEAKING_RATE // 50
    power = np.square(samples[: len(samples) // frame * frame].reshape(-1, frame)).mean(axis=1)
    if not len(power) or not power.max():
        return float("-inf")
    return float(10 * np.log10(power[power >= power.max() / 1000].mean()))


def _levelled(samples: Samples) -> Samples:
    """The sound at SPEECH_LEVEL, so that all voices and sentences are equally loud."""
    level = speech_level(samples)
    if level == float("-inf"):
        return samples
    gain = min(10 ** ((SPEECH_LEVEL - level) / 20), MOST_PEAK / float(np.abs(samples).max()))
    levelled: Samples = (samples * np.float32(gain)).astype(np.float32)
    return levelled
