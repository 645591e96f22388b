"""How much work listening may be: all of it, or less on a machine that would lag behind. Chosen by measuring, once."""

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
"""Seconds that a second of sound may take hama in full; where it takes longer, a command of two seconds is answered
later than 0.6 s after its end, with the silence that ends it."""

MEASURED = "power.json"
"""What was measured, in the folder of what can be made again."""

TRIES = 3
"""Seconds of sound that are heard to measure; the quickest counts, for something else may be running."""


@dataclass(frozen=True)
class Effort:
    """A way to listen. `speeds` are those at which hama hears the sound again, `words_first` lets Vosk go first."""

    name: str
    speeds: tuple[float, ...]
    endpoint: EndpointConfig
    words_first: bool


FULL = Effort("full", SPEEDS, EndpointConfig(), words_first=False)

LOW = Effort(
    "low", (0.9,), EndpointConfig(glance=0.576, glance_until=1.2, look_until=3.0, longest=5.0), words_first=True
)
"""Two hearings in place of three, half the glances at whether something urgent is said, no questions in the pauses of
long talk, and shorter pieces of it. Of 150 commands by the bench's choosing voices, in a quiet room and in a kitchen at
15 dB, 94 and 91 % were right with these two at 60 % of the processor time, 92 and 89 % with one at 40 %, and 96 and
93 % with all three. `script/bench --only power` measures it on other voices."""


def effort_for(wanted: str, folder: Path, measure: Callable[[], float] | None = None) -> tuple[Effort, str | None]:
    """The power that was wanted (full, low, or auto: by what this machine can do), and a line where auto chose low.

    What `measure` finds (seconds for a second of sound) is kept in `folder`, for as long as the machine is the same.
    """
    if wanted != "auto":
        return (LOW if wanted == LOW.name else FULL), None
    seconds = _known(folder, measure or seconds_for_a_second)
    if seconds <= SLOW:
        return FULL, None
    line = f"Low power: to hear all that was said takes this machine {seconds:.2f} s for a second of sound"
    return LOW, f"{line} (solemate settings set power full)"


def seconds_for_a_second() -> float:
    """Seconds that hama takes for a second of sound in full, its hearings side by side on the cores there are.

    From the processor's time, for that is the same while others work.
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
    """What must be the same for a measure to hold."""
    return f"{platform.machine()} {os.cpu_count()} {platform.node()} {hama_version()}"


def _known(folder: Path, measure: Callable[[], float]) -> float:
    path, machine = folder / MEASURED, _machine()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["machine"] == machine:
            return float(kept["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not measured yet, or unreadable: measured anew
    return _keep(path, machine, measure())


def measure_again(folder: Path) -> float:
    """Seconds for a second of sound, whatever was found before; kept in the folder."""
    return _keep(folder / MEASURED, _machine(), seconds_for_a_second())


def _keep(path: Path, machine: str, seconds: float) -> float:
    with suppress(OSError):  # a folder that can't be written costs a moment at the next start, nothing else
        write_whole(path, json.dumps({"machine": machine, "seconds": round(seconds, 4)}), mode=SHARED)
    return seconds
