"""Phonemes with hama: of a finished stretch of speech, and of a written word. The only module that imports hama.

hama is young and has one author, so it stays behind the interfaces of `assistant.ports`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property
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
"""Entries of hama's vocabulary that stand for no sound."""

SPEEDS = (0.9, 1.1)
"""The sound is heard again at these speeds, slower and lower, faster and higher, as if other people had said it; what
all hearings have in common is more right than any of them. On 377 commands by 29 synthetic voices the nearest phrase
was the right one in 93.9 % with one hearing and in 96.8 % with three; twelve won no more than that."""

FEWEST_SAMPLES = 400
"""Samples (25 ms): the length of one analysis window; anything shorter has no frame."""

WAY_OUT = (
    "install it with `pip install hama` (Linux x86-64 and arm64, macOS), "
    "or have Vosk listen: `solemate models get NAME`"
)

LANGUAGES = frozenset({"en"})
"""The languages of hama's acoustic model and of its grapheme-to-phoneme, as models/hama.yaml has them; here as well, so
that a start reads no YAML."""


def hama_missing() -> str | None:
    """Why hama can't be used here, in a few words; None where it can."""
    try:
        engine = importlib.import_module("hama._engine")
    except ImportError as error:
        return f"the package hama can't be imported ({error})"
    except Exception as error:  # a broken native library may raise anything while it is bound
        return f"the package hama doesn't start here ({error})"
    if not engine.available():
        return "hama has no library for this kind of machine"
    return None


def deaf_to(language: str) -> str | None:
    """Why hama can't listen to a language here, in a few words; None where it can."""
    return hama_missing() if language in LANGUAGES else f"hama doesn't know the language '{language}'"


def _hama() -> Any:
    """The imported package; SolemateError where it is of no use."""
    reason = hama_missing()
    if reason:
        raise SolemateError(f"hama can't listen: {reason}; {WAY_OUT}")
    return importlib.import_module("hama")


def hama_version() -> str:
    """hama's version as installed, "0" where it isn't."""
    spec = importlib.util.find_spec("hama")
    if spec is None or spec.origin is None:
        return "0"
    # As a folder's name it is there at once; what reads it properly takes a tenth of all that a start may take.
    beside = [path.name for path in Path(spec.origin).parent.parent.glob("hama-*.dist-info")]
    if len(beside) == 1:
        return beside[0].removeprefix("hama-").removesuffix(".dist-info")
    from importlib import metadata

    try:
        return metadata.version("hama")
    except metadata.PackageNotFoundError:
        return "0"


class HamaRecogniser:
    """Hears the phonemes of a finished stretch of speech, at its own and the other `speeds`; nothing before its end.

    Raises SolemateError where hama has no library for this machine or its model can't be read.
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
            raise SolemateError(f"hama's model can't be loaded ({error}); {WAY_OUT}") from error
        self._alphabet = tuple(self._model.decoder_tokens)
        self._blank = self._alphabet.index("<blank>")
        self._blocks: list[Samples] = []
        self._heard: Hypothesis | None = None  # what the blocks are, if that is known
        self._pool = ThreadPoolExecutor(max_workers=1 + len(SPEEDS), thread_name_prefix="hama")

    def begin(self) -> None:
        """Forget what came before; a new stretch of speech starts."""
        self._blocks, self._heard = [], None

    def feed(self, samples: Samples) -> None:
        """Keep the samples; hama hears only whole stretches."""
        self._blocks.append(samples)
        self._heard = None

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """What the stretch is up to now: phonemes and posteriors, no text. `quick` is a third of the work."""
        if self._heard is not None:
            return self._heard
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.float32)
        if quick and self._speeds:
            return self.hear(samples, ())
        self._heard = self.hear(samples, self._speeds)
        return self._heard

    def end(self) -> Hypothesis:
        """What the whole stretch was."""
        heard = self.so_far()
        self.begin()
        return heard

    def hear(self, samples: Samples, speeds: Sequence[float] = SPEEDS) -> Hypothesis:
        """The phonemes of `samples` (LISTENING_RATE), with posteriors at its own and the other `speeds`.

        For the other speeds, what a room adds to a voice is taken off first: of 60 commands in development rooms 50
        were understood in place of 46, and of 60 in quiet 58 in place of 56. As it was it stays in one of them, for
        what is taken off in noise is not the room alone.

        The hearings run side by side: hama's library lets go of the interpreter while it computes.
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
    """The sound played at another speed, its pitch changing along."""
    if samples.size < FEWEST_SAMPLES:
        return samples
    return resample(samples, LISTENING_RATE, LISTENING_RATE / speed)


class HamaPhonemizer:
    """Spells words as the phonemes hama hears them in. Raises SolemateError where hama can't be used."""

    def __init__(self) -> None:
        self._hama = _hama()
        self.name = f"hama {hama_version()}"

    @cached_property
    def _model(self) -> Any:
        """Loaded for the first word that the phrases lack: mostly there is none."""
        try:
            return self._hama.G2PModel()
        except Exception as error:  # as above
            raise SolemateError(f"hama's spelling model can't be loaded ({error}); {WAY_OUT}") from error

    def word(self, word: str) -> tuple[str, ...]:
        """The phonemes of one lower-case word (takes about 30 ms)."""
        found = self._model(word)
        return tuple(item.phoneme for item in found.alignments if item.phoneme not in NOT_PHONEMES)
