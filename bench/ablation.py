"""Ablation: what each part is worth, by measuring the same things without it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.ports import LISTENING_RATE
from bench.ablated_ears import Part, english_ears
from bench.barge_in import barge_in
from bench.false_accepts import other_talk
from bench.kitchen import Half, Noise, kitchen
from bench.pool import over
from bench.recognition import Job, listen_to, right
from bench.self_triggering import alone
from bench.sentences import COMMANDS
from bench.simulated_session import AS_IT_IS, Way
from bench.voices import Speaker

WAYS = (
    AS_IT_IS,
    Way("no echo canceller", cancel=False),
    Way("no margin", without="margin"),
    Way("no voice activity (level instead)", without="voice activity"),
    Way("plain phoneme distance", without="scoring"),
)

SNR = 15.0
"""Signal-to-noise ratio of the commands, dB."""

COMMANDS_EACH, COMMANDS_QUICK = 150, 24
"""Commands in quiet and in noise."""

LISTENED = 20.0
"""Seconds of a quiet room and of a kitchen, for the processor time that listening to nobody takes."""


def parts(
    speech: Path, speakers: Sequence[Speaker], seeds: Sequence[int], half: Half, quick: bool, *, reported: bool
) -> dict[str, Any]:
    """The figures for each of the WAYS; `speech` is the folder of recordings, `seeds` are the rooms."""
    found: dict[str, Any] = {}
    rooms = seeds[:1] if quick else seeds[:4]
    for way in WAYS:
        in_room = barge_in(rooms, speakers, 2 if quick else 5, way, silence=False)
        by_itself = alone(rooms[:2], way)
        found[way.name] = {
            "barge_in": {"given": in_room.given, "right": in_room.right},
            "alone": {"routines": by_itself.routines, "commands": len(by_itself.commands)},
        }
        if way.cancel:  # in the others the loudspeaker is not heard
            found[way.name] |= {
                "understood": _understood(speech, speakers, half, quick, way.without),
                "others": _commands_an_hour(other_talk(speech / "out_of_domain", speakers, quick, reported=reported,
                                                       without=way.without)),
                "silence_share": over([(speech, half, way.without)], _silence_share)[0],
            }  # fmt: skip
    return found


def _commands_an_hour(talk: dict[str, Any]) -> float:
    hours = sum(each["hours"] for each in talk.values())
    return round(float(sum(each["commands"] for each in talk.values()) / max(hours, 1e-9)), 2)


def _understood(speech: Path, speakers: Sequence[Speaker], half: Half, quick: bool, without: Part) -> dict[str, float]:
    """The share of commands that are understood, in a quiet room and in the kitchen."""
    pairs = [(speaker, said) for speaker in speakers for said in COMMANDS]
    drawn = random.Random(5).sample(pairs, COMMANDS_QUICK if quick else COMMANDS_EACH)
    recording = speech / "noise" / "kitchen.flac"
    found = {}
    for name, noisy in (("quiet", False), (f"{SNR:.0f} dB", True)):
        jobs = [
            Job(speaker, said, noise=Noise(recording, half, SNR, number) if noisy else None, without=without)
            for number, (speaker, said) in enumerate(drawn)
        ]
        good = [right(job.said, heard) for job, heard in zip(jobs, listen_to(jobs), strict=True) if job.said]
        found[name] = round(sum(good) / len(good), 4)
    return found


@lru_cache(maxsize=1)
def _ear(without: Part) -> Any:
    return english_ears(without)()


def _silence_share(job: tuple[Path, Half, Part]) -> dict[str, float]:
    """Processor time of the ear as a share of real time while nobody speaks, in a quiet room and in a kitchen."""
    speech, half, without = job
    count = round(LISTENED * LISTENING_RATE)
    quiet = np.random.default_rng(0).normal(0.0, 5e-4, count).astype(np.float32)
    sounds = {"quiet": quiet, "kitchen": kitchen(speech / "noise" / "kitchen.flac", half)[:count]}
    shares = {}
    for name, sound in sounds.items():
        begun = time.process_time()
        _ear(without).feed(sound)
        shares[name] = round((time.process_time() - begun) / (len(sound) / LISTENING_RATE), 4)
        _ear(without).flush()
    return shares
