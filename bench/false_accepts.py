"""False accepts: commands nobody gave, per hour of people talking to somebody else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.audio.sound_files import read_sound
from assistant.ports import LISTENING_RATE
from bench.ablated_ears import Part
from bench.recognition import Job, listen_to, reported_half
from bench.sentences import CHATTER, Said
from bench.voices import Speaker, Theatre

SENTENCES, SENTENCES_QUICK = 360, 40
"""Sentences of synthetic chatter."""

PAUSE = 1.0
"""Seconds between two sentences, which count towards the hour; each sentence is heard on its own."""


def other_talk(
    folder: Path, speakers: Sequence[Speaker], quick: bool, *, reported: bool, without: Part = ""
) -> dict[str, Any]:
    """Commands in recordings and in synthetic chatter; `reported`: only recordings that no limit was chosen on."""
    paths = [path for path in sorted(folder.glob("*.flac")) if reported_half(path) is reported][: 10 if quick else None]
    sentences = [Job(speaker, Said(text, None), without=without) for speaker in speakers for text in CHATTER]
    sentences = random.Random(4).sample(sentences, min(SENTENCES_QUICK if quick else SENTENCES, len(sentences)))
    return {
        "recordings": _heard_in([Job(path=path, without=without) for path in paths]),
        "chatter": _heard_in(sentences),
    }


def _heard_in(jobs: Sequence[Job]) -> dict[str, Any]:
    hours = sum(map(_seconds, jobs)) / 3600
    false = {
        _name(job): [f"{match.intent} ({match.phrase})" for match in heard.accepted()]
        for job, heard in zip(jobs, listen_to(jobs), strict=True)
        if heard.accepted()
    }
    commands = sum(map(len, false.values()))
    return {
        "of": len(jobs),
        "hours": round(hours, 3),
        "commands": commands,
        "per_hour": round(commands / hours, 2) if hours else None,
        "false": false,
    }


def _seconds(job: Job) -> float:
    if job.path is not None:
        return len(read_sound(job.path)) / LISTENING_RATE
    assert job.speaker is not None
    assert job.said is not None
    return len(Theatre().says(job.speaker, job.said.text)) / LISTENING_RATE + PAUSE


def _name(job: Job) -> str:
    return job.path.name if job.path is not None else f"{job.speaker}: {job.said.text if job.said else ''}"
