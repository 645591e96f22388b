"""How long Home Assistant waits for `solemate wyoming`, alone and with twenty satellites at once.

The server is a program of its own, as it is started; satellites stream a command in real time, as a microphone does.
`spread` lets them begin within ten seconds, which is already a busy house; `at_once` has all of them stop at the same
instant, and `cut` does so with the last sound of the command, so that nothing could be done in the silence after it.
The server's processor time for one command is its ear's own load.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import SolemateError
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples
from bench.voices import HELD_BACK, spoken_by

if TYPE_CHECKING:
    from wyoming.event import Event

SAID = ("start heel stretches", "how long is left", "go to number four", "what comes next", "only ankle circles")
"""Commands; padded to SECONDS."""

SECONDS, SILENCE = 2.0, 0.6
"""Length of a command, and of the silence after which a satellite's own voice activity detection stops listening."""

CHUNK = 1024
"""Samples that a satellite sends at a time."""

MANY, ROUNDS = 20, 5
"""Satellites at once, and how often each speaks."""

SPREAD = 10.0
"""Seconds within which satellites begin that are not synchronous."""


Command = tuple[str, Samples]
"""What is said, and how that sounds."""


def wyoming_server(quick: bool) -> dict[str, Any] | str:
    """Milliseconds from `describe` to `info`, and from `audio-stop` to `transcript`: the median and the 95th of 100.

    Why it can't be measured, in a line, where the library is missing.
    """
    if importlib.util.find_spec("wyoming") is None:
        return "wyoming isn't installed"
    rounds = 1 if quick else ROUNDS
    said = [(text, spoken_by(voice, text)) for voice, text in zip(HELD_BACK, SAID, strict=False)]
    commands, cut = ([(text, _padded(sound, after)) for text, sound in said] for after in (SILENCE, 0.0))
    with _server() as (port, process):
        described = asyncio.run(_described(port, 5 * rounds))
        before = _processor_seconds(process)
        alone = asyncio.run(_rounds(port, commands, 1, 4 * rounds, 0.0))
        load = (_processor_seconds(process) - before) / len(alone)
        return {
            "describe": _milliseconds(described),
            "alone": _milliseconds(alone),
            "spread": _milliseconds(asyncio.run(_rounds(port, commands, MANY, rounds, SPREAD))),
            "at_once": _milliseconds(asyncio.run(_rounds(port, commands, MANY, rounds, 0.0))),
            "cut": _milliseconds(asyncio.run(_rounds(port, cut, MANY, rounds, 0.0))),
            "processor_ms_a_command": round(1000 * load),
            "memory_mb": _memory_mb(process),
            "load_of_the_machine": round(os.getloadavg()[0], 1),
            "cores": os.cpu_count(),
        }


def rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table."""

    def told(key: str) -> str:
        return f"p50 {result[key]['p50']} ms, p95 {result[key]['p95']} ms"

    load = f"{result['processor_ms_a_command']} ms of processor a command, {result['memory_mb']} MB"
    return [
        ("wyoming, describe", told("describe"), "under 100 ms"),
        ("wyoming, transcript, alone", told("alone"), "under 400 ms"),
        (f"wyoming, transcript, {MANY} within {SPREAD:.0f} s", told("spread"), "under 400 ms"),
        (f"wyoming, transcript, {MANY} at the same instant", told("at_once"), "under 400 ms"),
        ("the same, with no silence after the words", told("cut"), ""),
        ("wyoming, the ear's own load", load, ""),
    ]


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    """The port and the process of a server with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        command = (sys.executable, "-m", "assistant", "wyoming", "--uri", "tcp://127.0.0.1:0", "--voice", "system")
        environment = {**os.environ, "XDG_DATA_HOME": home, "SOLEMATE_CONFIG": home}
        environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
        process = subprocess.Popen(
            [*command, "--recogniser", "built-in"], env=environment, text=True, stdout=subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield int(line.partition("127.0.0.1:")[2].partition(" ")[0]), process.pid
        finally:
            process.terminate()
            process.wait()


async def _described(port: int, times: int) -> list[float]:
    from wyoming.client import AsyncTcpClient
    from wyoming.info import Describe

    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(Describe().event())
            await client.read_event()
        seconds.append(time.perf_counter() - began)
    return seconds


async def _rounds(port: int, commands: Sequence[Command], many: int, rounds: int, spread: float) -> list[float]:
    """Seconds for each transcript. Raises SolemateError for one that is not what was said."""
    seconds: list[float] = []
    for number in range(rounds):
        begins = [spread * each / many for each in range(many)]
        said = [commands[(number + each) % len(commands)] for each in range(many)]
        seconds += await asyncio.gather(*(_heard(port, *each) for each in zip(said, begins, strict=True)))
    return seconds


async def _heard(port: int, command: Command, begin: float) -> float:
    """Stream a command in real time; seconds from its end to the transcript."""
    from wyoming.asr import Transcribe
    from wyoming.audio import AudioStart, AudioStop
    from wyoming.client import AsyncTcpClient

    said, samples = command
    await asyncio.sleep(begin)
    async with AsyncTcpClient("127.0.0.1", port) as client:
        await client.write_event(Transcribe().event())
        await client.write_event(AudioStart(LISTENING_RATE, 2, 1).event())
        began = time.perf_counter()
        for start in range(0, len(samples), CHUNK):
            await asyncio.sleep(max(0.0, began + (start + CHUNK) / LISTENING_RATE - time.perf_counter()))
            await client.write_event(_chunk(samples[start : start + CHUNK]))
        await client.write_event(AudioStop().event())
        stopped = time.perf_counter()
        answer = await client.read_event()
        seconds = time.perf_counter() - stopped
        heard = None if answer is None else answer.data.get("text")
        if heard != said:
            raise SolemateError(f"the server heard {heard!r} where {said!r} was said")
        return seconds


def _chunk(samples: Samples) -> Event:
    from wyoming.audio import AudioChunk

    return AudioChunk(LISTENING_RATE, 2, 1, (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()).event()


def _padded(samples: Samples, after: float) -> Samples:
    """A command of SECONDS, with so many seconds of silence after it."""
    before = max(0, round(SECONDS * LISTENING_RATE) - len(samples))
    return np.pad(samples, (before, round(after * LISTENING_RATE)))


def _milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "of": len(seconds)}


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return round(int(status.partition("VmRSS:")[2].split()[0]) / 1000)
