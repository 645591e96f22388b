"""How much is understood: synthetic people in a quiet room, and real people who talk to others, or say one word."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant.audio.sound_files import read_sound
from assistant.dialogue.rehearsal import rehearse
from assistant.hearing.ear import Ear
from assistant.language.understand_text import TextUnderstanding
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Match, Samples
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.reasons import UNDERSTOOD
from bench.ablated_ears import Part, english_ears
from bench.kitchen import Noise, in_noise
from bench.pool import over
from bench.recordings import Recorded
from bench.sentences import COMMANDS, Said
from bench.voices import Speaker, Theatre

COMMAND_WORDS = {"stop": "stop", "yes": "yes", "no": "no"}
"""The recorded words that are commands whatever the moment, and what they mean."""

MAYBE_WORDS = frozenset({"go", "up", "down", "on", "off", "right", "left"}) | frozenset(
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
)
"""Recorded words that may or may not be one, by what the guide is asking."""


@dataclass(frozen=True)
class Heard:
    """The result of one piece of sound: a match for each utterance in it, and their phonemes."""

    matches: tuple[Match, ...]
    phonemes: tuple[str, ...]

    def accepted(self) -> list[Match]:
        """The commands in it."""
        return [match for match in self.matches if match.accepted]


@dataclass(frozen=True)
class Job:
    """A sentence of a synthetic person, or a recording; with or without noise, heard by an ear with a part left out.

    `when` is the phase in which it is heard, as `rehearse` knows it; "" for no moment in particular.
    """

    speaker: Speaker | None = None
    said: Said | None = None
    path: Path | None = None
    recorded: Recorded | None = None
    noise: Noise | None = None
    without: Part = ""
    when: str = ""


def english_ear(kind: str = "built-in") -> Ear:
    """An ear for English, put together as the program does it."""
    from assistant.wiring import language_folder, make_ears, read_routine

    folder = language_folder("en")
    return make_ears(folder, read_routine(folder), kind).new_ear()


def _listen(job: Job) -> Heard:
    moment = moment_of(job.when) if job.when else NO_MOMENT
    return hear(_ear_of_process(job.without), sound_of(job), moment)


@cache
def moment_of(when: str) -> Moment:
    """What fits in a phase, as `rehearse` knows it."""
    from assistant.wiring import guide_book, language_folder

    return rehearse(guide_book(language_folder("en")), when).moment


@lru_cache(maxsize=1)
def _ear_of_process(without: Part) -> Ear:
    return english_ears(without)() if without else english_ear()


@lru_cache(maxsize=1)
def by_text() -> TextUnderstanding:
    """Understands what is written, to take out of other talk what happens to be a command."""
    from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine

    folder, letters = language_folder("en"), phonemizer("en")
    return TextUnderstanding.of(phrase_book(folder, read_routine(folder), letters), letters)


def is_command(text: str) -> bool:
    """Whether a text is a command as it stands."""
    return by_text().utterance(text).match.accepted


def sound_of(job: Job) -> Samples:
    """The sentence, or the recording."""
    if job.path is not None:
        return read_sound(job.path)
    if job.recorded is not None:
        return job.recorded.samples()
    assert job.speaker is not None
    assert job.said is not None
    if job.noise is not None:
        return in_noise(Theatre().says(job.speaker, job.said.text), job.noise)
    return Theatre().in_room(job.speaker, job.said.text)


def hear(ear: Ear, samples: Samples, moment: Moment = NO_MOMENT) -> Heard:
    """All that the ear hears in the sound, as it counts at that moment."""
    gate = Gate()
    utterances = [gate.judge(each, moment) for each in (*ear.feed(samples, moment), *ear.flush())]
    return Heard(
        tuple(utterance.match for utterance in utterances if utterance.ignored_because not in UNDERSTOOD),
        tuple(" ".join(utterance.hypothesis.phonemes) for utterance in utterances),
    )


def listen_to(jobs: Sequence[Job]) -> list[Heard]:
    """What is heard in each of the jobs, in order, using several processes."""
    return over(jobs, _listen, chunk=8)


def right(said: Said, heard: Heard) -> bool:
    """Whether exactly the command that was said was heard, with its stretch."""
    accepted = heard.accepted()
    if said.intent is None:
        return not accepted
    return len(accepted) == 1 and accepted[0].intent == said.intent and accepted[0].slots.get("stretch") == said.stretch


def voices(speakers: Sequence[Speaker], quick: bool) -> dict[str, Any]:
    """Every command by every speaker: the share understood correctly, by voice and by intent."""
    jobs = [Job(speaker, said) for speaker in speakers for said in COMMANDS]
    if quick:
        jobs = random.Random(1).sample(jobs, min(60, len(jobs)))
    pairs = list(zip(jobs, listen_to(jobs), strict=True))
    results = [(str(job.speaker), job.said, heard) for job, heard in pairs if job.said is not None]
    wrong = [(who, said, heard) for who, said, heard in results if not right(said, heard)]
    return {
        "commands": len(results),
        "understood": _share(right(said, heard) for _, said, heard in results),
        "taken_for_another": _share(bool(heard.accepted()) and not right(said, heard) for _, said, heard in results),
        "by_voice": {
            voice: _share(right(said, heard) for who, said, heard in results if who == voice)
            for voice in dict.fromkeys(who for who, _, _ in results)
        },
        "by_intent": {
            intent: _share(right(said, heard) for _, said, heard in results if said.intent == intent)
            for intent in dict.fromkeys(str(said.intent) for _, said, _ in results)
        },
        "wrong": [_mistake(who, said.text, heard) for who, said, heard in wrong],
    }


def _mistake(who: str, said: str, heard: Heard) -> dict[str, Any]:
    return {
        "voice": who,
        "said": said,
        "heard": " / ".join(heard.phonemes),
        "taken_for": [match.intent for match in heard.accepted()],
        "nearest": [match.intent for match in heard.matches],
    }


def chatter(speakers: Sequence[Speaker], texts: Sequence[str], quick: bool) -> dict[str, Any]:
    """Meaningless talk by synthetic people: how often it passes as a command."""
    jobs = [Job(speaker, Said(text, None)) for speaker in speakers for text in texts]
    if quick:
        jobs = random.Random(2).sample(jobs, min(40, len(jobs)))
    pairs = zip(jobs, listen_to(jobs), strict=True)
    false = [_mistake(str(job.speaker), job.said.text, heard) for job, heard in pairs if job.said and heard.accepted()]
    return {"sentences": len(jobs), "commands": len(false), "false": false}


def reported_half(path: Path) -> bool:
    """Whether a recording is one of those that no limit was chosen on: by a hash of its name, about half are."""
    return hashlib.sha256(path.name.encode()).digest()[-1] % 2 == 1


def out_of_domain(folder: Path, quick: bool) -> dict[str, Any]:
    """Recordings of people who mean somebody else: how many contain a command, in all and in the half not fitted on."""
    paths = sorted(folder.glob("*.flac"))[: 20 if quick else None]
    results = list(zip(paths, listen_to([Job(path=path) for path in paths]), strict=True))
    false = {path: [match.phrase for match in heard.accepted()] for path, heard in results if heard.accepted()}
    return {
        "recordings": len(paths),
        "commands": sum(map(len, false.values())),
        "recordings_not_fitted_on": sum(map(reported_half, paths)),
        "commands_not_fitted_on": sum(len(phrases) for path, phrases in false.items() if reported_half(path)),
        "false": {path.name: phrases for path, phrases in false.items()},
    }


def words(folder: Path, quick: bool) -> dict[str, Any]:
    """Recordings of single words: the commands among them that are understood, and others that pass as one."""
    paths = sorted(folder.glob("*.flac"))
    if quick:
        paths = [path for path in paths if _word(path) in COMMAND_WORDS or len(path.name) % 3 == 0]
    results = list(zip(paths, listen_to([Job(path=path) for path in paths]), strict=True))
    commands = [(path, heard) for path, heard in results if _word(path) in COMMAND_WORDS]
    others = [(path, heard) for path, heard in results if _word(path) not in COMMAND_WORDS]
    return {
        "commands": _words_right(commands),
        "commands_not_fitted_on": _words_right([item for item in commands if reported_half(item[0])]),
        "others": _words_passed(others),
        "others_not_fitted_on": _words_passed([item for item in others if reported_half(item[0])]),
        "others_that_mean_nothing": _words_passed([item for item in others if _word(item[0]) not in MAYBE_WORDS]),
        "missed": [path.name for path, heard in commands if not _is(heard, COMMAND_WORDS[_word(path)])],
        "passed": {p.name: [m.phrase for m in h.accepted()] for p, h in others if h.accepted()},
    }


def _word(path: Path) -> str:
    return path.name.split("_")[0]


def _is(heard: Heard, intent: str) -> bool:
    return [match.intent for match in heard.accepted()] == [intent]


def _words_right(results: Sequence[tuple[Path, Heard]]) -> dict[str, int]:
    return {"of": len(results), "right": sum(_is(heard, COMMAND_WORDS[_word(path)]) for path, heard in results)}


def _words_passed(results: Sequence[tuple[Path, Heard]]) -> dict[str, int]:
    return {"of": len(results), "passed": sum(bool(heard.accepted()) for _, heard in results)}


def _share(values: Iterable[bool]) -> float:
    row = list(values)
    return round(sum(row) / len(row), 4) if row else 0.0
