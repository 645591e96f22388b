"""How much is understood by sound of what people say in their own words: synthetic people say it, in its phase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant.dialogue.rehearsal import Meant, Outcome, Scene, rehearse
from assistant.dialogue.utterances import events_of
from assistant.hearing.ear import Ear
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Samples
from assistant.wiring import guide_book, language_folder
from bench.people import KINDS, NOTHING, Row, read_rows
from bench.pool import over
from bench.recognition import english_ear
from bench.voices import Speaker, Theatre

QUICK = 20
"""Rows of a small sample."""

GOALS = {"wanted": 0.8, "distress": 0.9}
"""The shares that should be right."""


@dataclass(frozen=True)
class Spoken:
    """A row as somebody says it."""

    speaker: Speaker
    row: Row


def spoken(path: Path | None, speakers: Sequence[Speaker], quick: bool) -> dict[str, Any] | str:
    """What is understood of the sentences in a file, said by each of the speakers; a text if there is none."""
    if path is None:
        return "`--said FILE` names the sentences"
    rows = read_rows(path)[: QUICK if quick else None]
    jobs = [Spoken(speaker, row) for speaker in speakers for row in rows]
    return result_of(list(zip(jobs, over(jobs, _listen, chunk=8), strict=True)))


def _listen(job: Spoken) -> Outcome:
    return outcome_of(_ear(), Theatre().in_room(job.speaker, job.row.said), _scene(job.row.when))


@lru_cache(maxsize=1)
def _ear() -> Ear:
    return english_ear()


@cache
def _scene(when: str) -> Scene:
    return rehearse(guide_book(language_folder("en")), when)


def outcome_of(ear: Ear, samples: Samples, scene: Scene) -> Outcome:
    """What comes of a sound in a scene. Each utterance in it is tried there by itself; the last one's reply counts."""
    moment, gate, t = scene.moment, Gate(), scene.state.now
    outcome, meant = scene.hear(()), list[Meant]()
    for utterance in [*ear.feed(samples, moment), *ear.flush()]:
        outcome = scene.hear(events_of(t, gate.judge(utterance, moment)))
        meant += [each for each in outcome.meant if each not in meant]
    meant = [replace(each, slots=dict(each.slots)) for each in meant]  # as they come, they can't go to another process
    return Outcome(tuple(meant), outcome.reply, outcome.phase)


def result_of(outcomes: Sequence[tuple[Spoken, Outcome]]) -> dict[str, Any]:
    """The shares by kind and by voice, and what came out wrong."""
    wrong = [(job, outcome) for job, outcome in outcomes if not job.row.is_right(outcome)]
    return {
        "by_kind": {
            kind: share for kind in KINDS if (share := _share(o for o in outcomes if o[0].row.kind == kind))["of"]
        },
        "by_voice": {
            voice: _share(o for o in outcomes if str(o[0].speaker) == voice)
            for voice in dict.fromkeys(str(job.speaker) for job, _ in outcomes)
        },
        "harmful": sum(job.row.harms(outcome) for job, outcome in outcomes),
        "wrong": [
            f"{job.speaker}, {job.row.when}: {job.row.said} -> "
            + (", ".join(f"{each.intent}{'?' * each.doubtful}" for each in outcome.meant) or NOTHING)
            for job, outcome in wrong
        ],
    }


def _share(outcomes: Iterable[tuple[Spoken, Outcome]]) -> dict[str, int]:
    right = [job.row.is_right(outcome) for job, outcome in outcomes]
    return {"right": sum(right), "of": len(right)}


def rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    shares = [
        (f"spoken, {kind}", f"{share['right'] / share['of']:.1%} of {share['of']} right", _goal(kind))
        for kind, share in result["by_kind"].items()
    ]
    return [*shares, ("", f"{result['harmful']} harmful", "")]


def _goal(kind: str) -> str:
    return f"{GOALS[kind]:.0%}" if kind in GOALS else ""
