"""How much is understood of whispering, over the telephone, in haste, and of a child's and an old person's voice."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from assistant.hearing.ear import Ear
from assistant.understanding.hypothesis import Samples
from bench.pool import over
from bench.recognition import english_ear, hear, right
from bench.sentences import COMMANDS, Said
from bench.teaching import sound
from bench.voices import Speaker, Theatre, in_quiet_room

COMMANDS_EACH, COMMANDS_QUICK = 120, 15
"""Commands of each kind; the same ones of all."""

HASTE = 1.8
"""How many times as fast as usual."""

Change = Callable[[Samples, np.random.Generator], Samples]

KINDS: dict[str, Change] = {
    "as they are": lambda samples, _: samples,
    "whispering": sound.whisper,
    "telephone": sound.telephone,
    f"{HASTE:g} times as fast": lambda samples, _: sound.faster(samples, HASTE),
    "child": sound.child,
    "old": sound.old,
}
"""What becomes of a voice, by the name of its row."""

Row = tuple[str, str, str]


@dataclass(frozen=True)
class Changed:
    """A command in a voice that is changed."""

    kind: str
    speaker: Speaker
    said: Said
    seed: int


def kinds_of_voice(speakers: Sequence[Speaker], quick: bool) -> dict[str, Any]:
    """The share of commands that are understood, and of those taken for another, by kind of voice."""
    pairs = [(speaker, said) for speaker in speakers for said in COMMANDS]
    drawn = random.Random(8).sample(pairs, COMMANDS_QUICK if quick else COMMANDS_EACH)
    jobs = [Changed(kind, *pair, seed) for kind in KINDS for seed, pair in enumerate(drawn)]
    results = list(zip(jobs, over(jobs, _heard, chunk=8), strict=True))
    found: dict[str, Any] = {"commands": len(drawn)}
    for kind in KINDS:
        here = [result for job, result in results if job.kind == kind]
        found[kind] = {
            "understood": round(sum(good for good, _ in here) / len(here), 4),
            "taken_for_another": round(sum(taken and not good for good, taken in here) / len(here), 4),
        }
    return found


def _heard(job: Changed) -> tuple[bool, bool]:
    """Whether the command was understood, and whether anything was."""
    said = KINDS[job.kind](Theatre().says(job.speaker, job.said.text), np.random.default_rng(job.seed))
    heard = hear(_ear(), in_quiet_room(said))
    return right(job.said, heard), bool(heard.accepted())


@lru_cache(maxsize=1)
def _ear() -> Ear:
    return english_ear()


def rows(name: str, result: dict[str, Any]) -> list[Row]:
    """Rows of the table: what, how much, and the goal."""
    return [
        (
            f"{name}, {kind}",
            f"{result[kind]['understood']:.1%} of {result['commands']} understood, "
            f"{result[kind]['taken_for_another']:.1%} taken for another",
            "",
        )
        for kind in KINDS
        if kind in result
    ]
