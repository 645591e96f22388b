"""How long the commands take that a person waits for at a prompt."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

GOAL_SECONDS = 0.3
"""Seconds that each may take; anything longer feels slow."""

COMMANDS = ("--help", "routine", "understand pause", "settings", "models", "history")

RUNS, QUICK_RUNS = 15, 5


def commands(quick: bool) -> dict[str, dict[str, float]]:
    """Seconds from starting Python to its end with warm caches: best and median of some runs of each command."""
    return {command: _times(command.split(), QUICK_RUNS if quick else RUNS) for command in COMMANDS}


def _times(arguments: list[str], runs: int) -> dict[str, float]:
    _run(arguments)  # fills the caches
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        _run(arguments)
        seconds.append(time.perf_counter() - begun)
    return {"best_s": round(min(seconds), 3), "median_s": round(statistics.median(seconds), 3)}


def _run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "assistant", *arguments], check=True, capture_output=True)


def rows_of_commands(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    return [
        (f"solemate {command}", f"{times['median_s']:.2f} s (best {times['best_s']:.2f})", f"under {GOAL_SECONDS} s")
        for command, times in result.items()
    ]
