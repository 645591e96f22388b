"""How much work listening may be: all of it, or less on a slow machine. Chosen by measuring once."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.files import SHARED, write_whole
from assistant.hearing.endpointing import EndpointConfig
from assistant.hearing.hama import SPEEDS, HamaRecogniser, hama_version
from assistant.ports import LISTENING_RATE

SLOW = 0.2
"""Seconds that hama may take for a second of sound at full effort; if it takes longer, answers come noticeably late.
See docs/tuning.md."""

MEASURED = "power.json"
"""The file of what was measured, in the cache folder."""

TRIES = 3
"""Seconds of sound heard to measure; the quickest counts, because something else may be running."""


@dataclass(frozen=True)
class Effort:
    """A way to listen: `speeds` at which hama hears the sound again; with `words_first`, Vosk goes first."""

    name: str
    speeds: tuple[float, ...]
    endpoint: EndpointConfig
    words_first: bool


FULL = Effort("full", SPEEDS, EndpointConfig(), words_first=False)

LOW = Effort(
    "low", (0.9,), EndpointConfig(glance=0.576, glance_until=1.2, look_until=3.0, longest=5.0), words_first=True
)
"""Two hearings instead of three, half the glances for urgent commands, no hypotheses in the pauses of long talk, and
shorter pieces of it. Understands a little less at little more than half the work: docs/tuning.md."""


def effort_for(wanted: str, folder: Path, measure: Callable[[], float] | None = None) -> tuple[Effort, str | None]:
    """The effort asked for (full, low, or auto: what this machine can do), and a line for the user if auto chose low.

    `measure` gives the seconds for a second of sound; the result is kept in `folder` for as long as the machine is the
    same.
    """
    if wanted != "auto":
        return (LOW if wanted == LOW.name else FULL), None
    seconds = _known(folder, measure or seconds_for_a_second)
    if seconds <= SLOW:
        return FULL, None
    line = f"Low power: to hear all that was said takes this machine {seconds:.2f} s for a second of sound"
    return LOW, f"{line} (solemate settings set power full)"


def seconds_for_a_second() -> float:
    """Seconds that hama takes for a second of sound at full effort, its hearings in parallel on the available cores.

    Derived from processor time, which does not depend on what else is running.
    """
    recogniser = HamaRecogniser()
    noise = np.random.default_rng(0).normal(0.0, 0.05, LISTENING_RATE).astype(np.float32)
    recogniser.hear(noise, ())
    spent = []
    for _ in range(TRIES):
        begun = time.process_time()
        recogniser.hear(noise, ())
        spent.append(time.process_time() - begun)
    hearings = 1 + len(SPEEDS)
    return min(spent) * hearings / min(hearings, os.cpu_count() or 1)


def _machine() -> str:
    """What must stay the same for a measurement to hold."""
    return f"{platform.machine()} {os.cpu_count()} {platform.node()} {hama_version()}"


def _known(folder: Path, measure: Callable[[], float]) -> float:
    path, machine = folder / MEASURED, _machine()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["machine"] == machine:
            return float(kept["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not measured yet, or unreadable: measure
    return _keep(path, machine, measure())


def measure_again(folder: Path) -> float:
    """Seconds for a second of sound, measured afresh and kept in the folder."""
    return _keep(folder / MEASURED, _machine(), seconds_for_a_second())


def _keep(path: Path, machine: str, seconds: float) -> float:
    with suppress(OSError):  # an unwritable folder costs a moment at the next start, nothing else
        write_whole(path, json.dumps({"machine": machine, "seconds": round(seconds, 4)}), mode=SHARED)
    return seconds
