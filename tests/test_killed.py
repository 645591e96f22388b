"""A session that is killed at any moment loses a second at most, and never damages the database."""

from __future__ import annotations

import multiprocessing
import random
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.resume_point import UNFINISHED, unfinished
from assistant.runtime.database import Database
from assistant.runtime.session import Session
from assistant.runtime.virtual_clock import VirtualClock
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from tests.stage import BOOK

KILLS = 200

MOST_LOST = 1.0
"""Seconds."""

LEAD = 90.0
"""Seconds, at most, of the session's own time before it is watched."""

MOMENTS = 0.03
"""Seconds, at most, of real time until it is killed; the session's time passes a few hundred times as fast."""

START = "2026-01-01T08:00:00"

QUICK = replace(BOOK, ready_seconds=1.0)


class QuickVoice:
    """Says everything in a tenth of a second."""

    name = "quick"
    rate = 160

    def render(self, text: str) -> Samples:
        return np.zeros(1600, np.float32)


def silence(name: str) -> Samples:
    return np.zeros(160, np.float32)


def session_on(database: Database) -> Session:
    return Session(Guide(QUICK), Player(), QuickVoice(), silence, database, wall=START)


def live(folder: Path, stretch: str, lead: float, watcher: Connection) -> None:
    """Go through stretches as fast as can be, and tell after every block where it is."""
    session = session_on(Database(folder))
    clock = VirtualClock(session, None, None)
    meant = Match("start_stretch", slots={"stretch": stretch}, accepted=True, sure=True)
    session.hear(0.0, Utterance(0.0, 0.0, Hypothesis((), "", "test"), meant))
    while True:
        clock.block()
        if clock.t >= lead:
            watcher.send(unfinished(session.state, BOOK.routine))


def progress(place: dict[str, Any]) -> tuple[int, int]:
    return BOOK.routine.index(place["stretch"]), place["step"]


def killed_after(context: Any, folder: Path, stretch: str, lead: float, moment: float) -> dict[str, Any] | None:
    """Let a session live in a process, kill that, and give the last place that it told; None if it told none."""
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=live, args=(folder, stretch, lead, its))
    process.start()
    its.close()
    last: dict[str, Any] | None = mine.recv()
    if mine.poll(0):
        last = mine.recv()
    process.join(moment)
    process.kill()
    try:
        while True:
            last = mine.recv()
    except EOFError:
        process.join()
    return last


@pytest.mark.timeout(300)
def test_a_session_killed_at_any_moment_loses_a_second_at_most(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.test_killed"])
    chance = random.Random(20260101)
    stretches = [stretch.id for stretch in BOOK.routine.stretches]
    held = 0
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        stretch = chance.choice(stretches)
        last = killed_after(context, folder, stretch, chance.uniform(1.0, LEAD), chance.uniform(0.0, MOMENTS))
        database = Database(folder)
        assert [row[0] for row in database.rows("PRAGMA integrity_check")] == ["ok"]
        memory = database.load()
        if last is not None:
            kept = memory[UNFINISHED]
            assert progress(kept) >= progress(last)
            if progress(kept) == progress(last):
                assert kept["elapsed"] >= last["elapsed"] - MOST_LOST
                held += last["elapsed"] > MOST_LOST
            assert set(kept["done"]) >= set(last["done"])
            done = {row["stretch"] for row in database.rows("SELECT stretch FROM stretches WHERE outcome = 'done'")}
            assert done >= set(last["done"])
            assert session_on(database).state.speech is not None
        database.close()
    assert held > KILLS / 8, "hardly any was killed while something was held"
