"""Phonemes with hama, of a finished stretch of speech. The only module that imports hama.

hama is young and has a single author, so it stays behind the interfaces of `assistant.ports`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio.resample import resample
from assistant.errors import SolemateError
from assistant.front_end.dereverberation import dereverberated
from assistant.ports import LISTENING_RATE
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Hypothesis, Posteriors, Samples

WORD_BOUNDARY = "<wb>"
"""What hama's acoustic model puts between words; not a phoneme."""

NOT_PHONEMES = frozenset({"<pad>", "<sos>", "<eos>", "<unk>", "<blank>", WORD_BOUNDARY, " ", "%", ","})
"""Entries of hama's vocabulary that are not phonemes."""

SPEEDS = (0.9, 1.1)
"""The sound is heard again at these speeds, slower and lower, faster and higher, as if other people had said it. All
hearings together are more often right than any of them. See docs/tuning.md."""

FEWEST_SAMPLES = 400
"""Samples (25 ms) in one analysis window; shorter sound has no frame."""

WAY_OUT = (
    "install it with `pip install hama` (Linux x86-64 and arm64, macOS), "
    "or have Vosk listen: `solemate models get NAME`"
)

LANGUAGES = frozenset({"en"})
"""The languages of hama's acoustic model, as in models/hama.yaml; repeated here so that starting up reads no YAML."""


def hama_missing() -> str | None:
    """Why hama can't be used here, in a few words; None if it can."""
    try:
        engine = importlib.import_module("hama._engine")
    except ImportError as error:
        return f"the package hama can't be imported ({error})"
    except Exception as error:  # a broken native library may raise anything while it is loaded
        return f"the package hama doesn't start here ({error})"
    if not engine.available():
        return "hama has no library for this kind of machine"
    return None


def deaf_to(language: str) -> str | None:
    """Why hama can't hear a language here, in a few words; None if it can."""
    return hama_missing() if language in LANGUAGES else f"hama doesn't know the language '{language}'"


def _hama() -> Any:
    """The imported package. Raises SolemateError if it can't be used."""
    reason = hama_missing()
    if reason:
        raise SolemateError(f"hama can't listen: {reason}", WAY_OUT)
    return importlib.import_module("hama")


def hama_version() -> str:
    """The installed version of hama; "0" if it isn't installed."""
    spec = importlib.util.find_spec("hama")
    if spec is None or spec.origin is None:
        return "0"
    # The folder's name gives it at once; importlib.metadata takes a tenth of the time allowed for starting up.
    beside = [path.name for path in Path(spec.origin).parent.parent.glob("hama-*.dist-info")]
    if len(beside) == 1:
        return beside[0].removeprefix("hama-").removesuffix(".dist-info")
    from importlib import metadata

    try:
        return metadata.version("hama")
    except metadata.PackageNotFoundError:
        return "0"


class HamaRecogniser:
    """Hears the phonemes of a finished stretch of speech, at its own and at other `speeds`; nothing before its end.

    Raises SolemateError if hama has no library for this machine, or its model can't be read.
    """

    name = "hama"
    missing_words: tuple[str, ...] = ()

    def __init__(self, speeds: Sequence[float] = SPEEDS) -> None:
        from concurrent.futures import ThreadPoolExecutor

        hama = _hama()
        self._speeds = tuple(speeds)
        try:
            self._model = hama.ASRModel()
        except Exception as error:  # its loader raises several kinds, none of them its own
            raise SolemateError(f"hama's model can't be loaded ({error})", WAY_OUT) from error
        self._alphabet = tuple(self._model.decoder_tokens)
        self._blank = self._alphabet.index("<blank>")
        self._blocks: list[Samples] = []
        self._heard: Hypothesis | None = None  # the hypothesis of the blocks, once computed
        self._pool = ThreadPoolExecutor(max_workers=1 + len(SPEEDS), thread_name_prefix="hama")

    def begin(self) -> None:
        """Start a new stretch of speech, and forget the one before."""
        self._blocks, self._heard = [], None

    def feed(self, samples: Samples) -> None:
        """Keep the samples: hama hears only whole stretches."""
        self._blocks.append(samples)
        self._heard = None

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """The hypothesis so far: phonemes and posteriors, no text. `quick` takes a third of the work."""
        if self._heard is not None:
            return self._heard
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.float32)
        if quick and self._speeds:
            return self.hear(samples, ())
        self._heard = self.hear(samples, self._speeds)
        return self._heard

    def end(self) -> Hypothesis:
        """The hypothesis of the whole stretch."""
        heard = self.so_far()
        self.begin()
        return heard

    def hear(self, samples: Samples, speeds: Sequence[float] = SPEEDS) -> Hypothesis:
        """The phonemes of `samples` (LISTENING_RATE), with posteriors at its own and the other `speeds`.

        The other speeds hear the sound without the room's reverberation, which understands more both in rooms and in
        quiet (see docs/tuning.md). One hearing stays as it was, because in noise more is removed than the room.

        The hearings run in parallel: hama's library releases the interpreter's lock while it computes.
        """
        dry = dereverberated(samples) if speeds else samples
        sounds = [samples, *(at_speed(dry, speed) for speed in speeds)]
        first, *rehearings = (
            Posteriors(log_probs, self._alphabet, self._blank) for log_probs in self._pool.map(self._log_probs, sounds)
        )
        return Hypothesis(
            phonemes=best_path(first), recogniser=self.name, posteriors=first, rehearings=tuple(rehearings)
        )

    def _log_probs(self, samples: Samples) -> Samples:
        if samples.size < FEWEST_SAMPLES:
            return np.zeros((0, len(self._alphabet)), np.float32)
        wave = np.clip(np.ascontiguousarray(samples, dtype=np.float32), -1.0, 1.0)
        log_probs, lengths = self._model.session.run(
            ["log_probs", "out_lengths"],
            {"waveform": wave.reshape(1, -1), "waveform_lengths": np.array([wave.size], dtype=np.int64)},
        )
        frames = int(np.asarray(lengths).reshape(-1)[0])
        return np.asarray(log_probs[0][:frames], dtype=np.float32)


def at_speed(samples: Samples, speed: float) -> Samples:
    """The sound played at another speed; its pitch changes with it."""
    if samples.size < FEWEST_SAMPLES:
        return samples
    return resample(samples, LISTENING_RATE, LISTENING_RATE / speed)
