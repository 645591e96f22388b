"""Self-triggering: the guide leads through a whole routine with nobody there; what it obeys, and what it yields to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.phases import Phase
from assistant.understanding.hypothesis import Samples
from bench.pool import over
from bench.simulated_session import AS_IT_IS, Scene, Stage, Way, stage_for

LONGEST = 3600.0
"""Seconds after which a routine is given up, whatever keeps it from ending."""

RINGS_OUT = 1.5
"""Seconds of silence that are listened to after each sound, and before the next. Any more is skipped: without the
guide's voice, nothing can be mistaken for a command, and it need not yield."""

GOING_ON = "continue"
"""What is typed when a command that nobody gave made the guide wait."""


@dataclass
class Figures:
    """The figures of one way to listen, over some rooms."""

    routines: int = 0
    minutes: float = 0.0
    """Virtual minutes of the routines, including skipped silence."""
    listened_minutes: float = 0.0
    commands: list[str] = field(default_factory=list)
    """Commands nobody gave."""
    yields: list[int] = field(default_factory=list)
    """How often it yielded for nothing, for each routine."""
    front_end: list[float] = field(default_factory=list)
    """Processor time of the front end as a share of the time listened, for each routine."""

    def add(self, other: Figures) -> None:
        """Add the figures of other rooms."""
        self.routines += other.routines
        self.minutes += other.minutes
        self.listened_minutes += other.listened_minutes
        self.commands += other.commands
        self.yields += other.yields
        self.front_end += other.front_end

    def as_dict(self) -> dict[str, object]:
        """As JSON data."""
        return {
            "routines": self.routines,
            "minutes": round(self.minutes, 1),
            "listened_minutes": round(self.listened_minutes, 1),
            "commands_nobody_gave": self.commands,
            "yields_for_nothing": self.yields,
            "front_end_share": round(sum(self.front_end) / max(1, len(self.front_end)), 4),
        }


@dataclass(frozen=True)
class Job:
    """A room in which the routine is done."""

    way: Way
    seed: int
    noise: Samples | None = None
    snr: float | None = None
    echo: float = 6.0


def routine(stage: Stage, job: Job) -> Figures:
    """One whole routine."""
    scene = stage.scene(job.way, job.seed, job.noise, snr=job.snr, echo=job.echo)
    stage.says(scene, "start the routine")
    figures = Figures(routines=1)
    quiet, taken = 0.0, 0
    while not scene.session.finished and not scene.session.quit and scene.clock.t < LONGEST:
        before = scene.clock.t
        scene.block()
        quiet = quiet + scene.clock.t - before if _nothing_sounds(scene) else 0.0
        if quiet > RINGS_OUT:
            _skip(scene)
        for each in scene.accepted[taken:]:
            figures.commands.append(f"room {job.seed}, {each.start:.1f} s: {each.match.intent} ({each.match.phrase})")
        taken = len(scene.accepted)
        if scene.session.state.phase is Phase.PAUSED and scene.session.silent:
            stage.says(scene, GOING_ON)
    figures.minutes = scene.clock.t / 60
    figures.listened_minutes = scene.heard.listened_seconds / 60
    figures.yields.append(len(scene.yielded))
    figures.front_end.append(scene.front_end_share)
    return figures


def _nothing_sounds(scene: Scene) -> bool:
    return scene.session.silent and not scene.heard.hearing and not scene.heard.speaking


def _skip(scene: Scene) -> None:
    """Skip to shortly before the guide's next action."""
    seconds = scene.session.next_moment() - scene.clock.t - RINGS_OUT
    if 0.0 < seconds < LONGEST:
        scene.skip(seconds)


def _measured(job: Job) -> Figures:
    return routine(stage_for(job.way.without), job)


def alone(seeds: Iterable[int], way: Way = AS_IT_IS, **room: Any) -> Figures:
    """The figures of a whole routine in each of the rooms; `room` is as in Job."""
    whole = Figures()
    for figures in over([Job(way, seed, **room) for seed in seeds], _measured):
        whole.add(figures)
    return whole
