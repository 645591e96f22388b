"""How long things took this person in their latest runs, as far as what is stored tells it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from assistant.dialogue.content.history import History

RUNS = 40
"""How many of the latest runs are looked at: a few weeks, and enough for each of several routines."""

LATEST = f"""
    SELECT runs.id AS run, runs.routine, runs.begun, done.at, done.stretch, done.seconds, done.held
    FROM (SELECT * FROM runs WHERE begun != '' ORDER BY id DESC LIMIT {RUNS}) AS runs
    JOIN (
        SELECT run, at, stretch, seconds, 1 AS held FROM holds
        UNION ALL SELECT run, at, stretch, seconds, 0 AS held FROM stretches
    ) AS done ON done.run = runs.id
    WHERE done.at != '' ORDER BY runs.id, done.at, done.held DESC
"""
"""What was done in them in the order in which it was done; of the same second, a hold comes before its stretch."""


def with_times(history: History, rows: Iterable[sqlite3.Row]) -> History:
    """The history with what the rows of LATEST tell: how long getting ready took, and holds.

    Getting ready for a stretch ends when its first hold begins, and begins when the stretch before was over.
    """
    run, free = None, None
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        if row["run"] != run:
            run, free = row["run"], datetime.fromisoformat(row["begun"])
        if not row["held"]:
            free = at
            continue
        history = history.with_hold(row["stretch"], row["seconds"])
        if free is not None:
            took = at - timedelta(seconds=row["seconds"]) - free
            history = history.with_readied(row["routine"], row["stretch"], max(0.0, took.total_seconds()))
        free = None
    return history
