"""Barge-in: commands given while the guide speaks and hears itself, and how soon it falls silent for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assistant.ports import LISTENING_RATE
from assistant.runtime.virtual_clock import blocks_of
from assistant.understanding.hypothesis import Samples
from bench.pool import over
from bench.recognition import Heard, right
from bench.sentences import COMMANDS, Said
from bench.simulated_session import AS_IT_IS, Scene, Stage, Way, stage_for
from bench.voices import Speaker

STARTS = (2.0, 4.0)
"""Seconds into the guide's explanation at which a person interrupts."""

AFTERWARDS = 3.0
"""Seconds after a command within which it must be understood."""

QUIET_START = 4.0
"""Seconds before the same command with the guide silent, because it has finished its greeting."""

YIELDING = 0.5
"""Seconds after the end of a command in which falling silent still counts as for that command."""


@dataclass
class Figures:
    """The figures of one way to listen, over some rooms."""

    given: int = 0
    right: int = 0
    in_silence: int = 0
    """How many of the same commands in the same rooms were right while the guide was silent."""
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    yielded_after: list[float] = field(default_factory=list)
    """Seconds from the beginning of a command to silence, for each time that the guide fell silent."""

    def add(self, other: Figures) -> None:
        """Add the figures of other rooms."""
        self.given += other.given
        self.right += other.right
        self.in_silence += other.in_silence
        self.missed += other.missed
        self.wrong += other.wrong
        self.yielded_after += other.yielded_after

    def as_dict(self) -> dict[str, object]:
        """As JSON data; times in seconds."""
        late = np.percentile(self.yielded_after, (50, 95)) if self.yielded_after else (None, None)
        return {
            "given": self.given,
            "right": self.right,
            "right_in_silence": self.in_silence,
            "yielded": len(self.yielded_after),
            "yield_median_s": None if late[0] is None else round(float(late[0]), 3),
            "yield_p95_s": None if late[1] is None else round(float(late[1]), 3),
            "missed": self.missed,
            "wrong": self.wrong,
        }


@dataclass(frozen=True)
class Job:
    """A room and what is said in it."""

    way: Way
    seed: int
    commands: tuple[tuple[Said, Speaker], ...]
    noise: Samples | None = None
    snr: float | None = None
    echo: float = 6.0
    silence: bool = True
    """Whether to say the same in silence as well."""


def commands_for(seed: int, count: int, speakers: Sequence[Speaker]) -> tuple[tuple[Said, Speaker], ...]:
    """Random commands, with who says them."""
    chance = np.random.default_rng([seed, 7])
    return tuple(
        (COMMANDS[int(chance.integers(len(COMMANDS)))], speakers[int(chance.integers(len(speakers)))])
        for _ in range(count)
    )


def interrupted(stage: Stage, job: Job) -> Figures:
    """A person gives commands while the guide explains a stretch, each in a session of its own."""
    figures = Figures()
    for number, (said, speaker) in enumerate(job.commands):
        speech = stage.speech(speaker, said.text)
        scene = stage.scene(job.way, job.seed, job.noise, snr=job.snr, echo=job.echo)
        stage.says(scene, "start heel stretches")
        _until(scene, float(np.random.default_rng([job.seed, number]).uniform(*STARTS)))
        begun = scene.clock.t
        heard = _say(scene, speech)
        good = right(said, heard)
        figures.given += 1
        figures.right += good
        if not good:
            story = f"room {job.seed}, {speaker}: {said.text}"
            taken = ", ".join(str(each.match.intent) for each in scene.accepted if each.end > begun)
            (figures.wrong if taken else figures.missed).append(f"{story}: {taken}" if taken else story)
        last = begun + len(speech) / LISTENING_RATE + YIELDING
        figures.yielded_after += [t - begun for t in scene.yielded if begun < t < last][:1]
        if job.silence:
            quiet = stage.scene(job.way, job.seed, job.noise, snr=job.snr, echo=None)
            _until(quiet, QUIET_START)
            figures.in_silence += right(said, _say(quiet, speech))
    return figures


def _until(scene: Scene, t: float) -> None:
    while scene.clock.t < t:
        scene.block()


def _say(scene: Scene, speech: Samples) -> Heard:
    """The commands heard while the person says something, and for some time afterwards."""
    before = len(scene.accepted)
    for piece in blocks_of(speech):
        scene.block(piece)
    end = scene.clock.t + AFTERWARDS
    while scene.clock.t < end and len(scene.accepted) == before:
        scene.block()
    return Heard(tuple(each.match for each in scene.accepted[before:]), ())


def _measured(job: Job) -> Figures:
    return interrupted(stage_for(job.way.without), job)


def barge_in(
    seeds: Iterable[int], speakers: Sequence[Speaker], count: int, way: Way = AS_IT_IS, **room: Any
) -> Figures:
    """The figures of `count` commands in each of the rooms; `room` is as in Job."""
    whole = Figures()
    for figures in over([Job(way, seed, commands_for(seed, count, speakers), **room) for seed in seeds], _measured):
        whole.add(figures)
    return whole
