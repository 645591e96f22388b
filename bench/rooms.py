"""Fifty rooms at one broker: how quickly a command reaches its room, how soon all are back, what a room costs."""

from __future__ import annotations

import asyncio
import gc
import getpass
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from assistant.dialogue.content.events import Heard, SpeechEnded, Tick
from assistant.dialogue.guide import Guide
from assistant.language.page_words import load_page_words
from assistant.rooms.commands import MistakenMessageError
from assistant.rooms.connection import connected
from assistant.rooms.link import Inside, Link
from assistant.rooms.outbox import Outbox
from assistant.rooms.topics import AT_LEAST_ONCE, Topics
from assistant.rooms.watch import Inner
from assistant.settings.rooms import Broker
from assistant.wiring import guide_book, language_folder

ROOMS, COMMANDS = 50, 500
"""Rooms at the broker, and commands that are measured, spread over all of them."""

TICK = 0.03
"""Seconds between two steps of each guide, as in a session."""

WAIT = 20.0
"""Seconds to wait for anything at all."""

GOALS = {"p95_ms": 50.0, "loss_s": 5.0, "return_s": 5.0, "memory_mb": 10.0}
"""Milliseconds until a command is with its guide, seconds until all have seen the broker's loss and return, and MB of
memory for each room."""

WORDS = ("start_routine", "pause", "resume", "next", "previous")


def rooms(quick: bool) -> dict[str, Any] | str:
    """Measure it with a real broker; a text says why that can't be."""
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if program is None or not sys.platform.startswith("linux"):
        return "needs Linux, and a broker: sudo apt install mosquitto"
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(program, Path(folder), COMMANDS // 5 if quick else COMMANDS))


class _Simulated:
    """A room whose guide is led by the same link as any other's, on a clock that goes with this machine's."""

    def __init__(self, broker: Broker, number: int, guide: Guide, words: Any, folder: Path) -> None:
        self.guide, self.begun = guide, time.monotonic()
        self.state, _ = guide.begin({"safety_told": True}, "2026-01-01T08:00:00")
        self.reached: asyncio.Queue[float] = asyncio.Queue()
        inner = Inner(guide, words, {})
        inner.begin(lambda: self.state, self._take)
        inside = Inside(inner.state, inner.moment, dict, inner.read, inner.take, _change_nothing, lambda _: None)
        folder.mkdir()
        self.link = Link(broker, f"mat-{number}", inside, Outbox(folder), "bench")

    def _take(self, item: Any) -> None:
        if isinstance(item, str):
            raise MistakenMessageError("only intents are measured")
        self.reached.put_nowait(time.monotonic())
        self._step(Heard(self._t, item.match.intent, item.match.slots))
        self.link.wake()

    @property
    def _t(self) -> float:
        return max(self.state.now, time.monotonic() - self.begun)

    def _step(self, event: Any) -> None:
        self.state, _ = self.guide.step(self.state, event)

    def tick(self) -> None:
        """Let time pass; what is said is over at once."""
        if self.state.speech is not None:
            self._step(SpeechEnded(self._t, self.state.speech.id))
        else:
            self._step(Tick(self._t))


def _change_nothing(_: Mapping[str, str]) -> str | None:
    return None


async def _measured(program: str, folder: Path, commands: int) -> dict[str, Any]:
    port = _free_port()
    broker = Broker("127.0.0.1", port)
    config = folder / "mosquitto.conf"
    config.write_text(f"user {getpass.getuser()}\nlistener {port} 127.0.0.1\nallow_anonymous true\n")

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)

    process = start()
    try:
        folder_en = language_folder("en")
        guide, words = Guide(guide_book(folder_en)), load_page_words(folder_en)
        async with _running(1, broker, guide, words, folder / "first"):  # whatever is loaded for the first of them
            pass
        before = _memory()
        async with _running(ROOMS, broker, guide, words, folder / "all") as there:
            memory = (_memory() - before) / ROOMS
            used = time.process_time()
            begun = time.monotonic()
            times = await _commanded(broker, there, commands)
            load = (time.process_time() - used) / (time.monotonic() - begun) / ROOMS
            process.kill()
            process.wait()
            loss = await _until(lambda: not any(each.link.online for each in there))
            await asyncio.sleep(2 * GOALS["return_s"])  # so that all wait as long as they ever do
            process = start()
            back = await _until(lambda: all(each.link.online for each in there))
    finally:
        process.kill()
        process.wait()
    ordered = sorted(times)
    return {
        "rooms": ROOMS, "commands": commands, "median_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[int(0.95 * len(ordered))], 1), "most_ms": round(1000 * ordered[-1], 1),
        "loss_s": round(loss, 2), "return_s": round(back, 2), "memory_mb": round(memory / 1e6, 2),
        "core_share_a_room": round(load, 4),
    }  # fmt: skip


@asynccontextmanager
async def _running(
    count: int, broker: Broker, guide: Guide, words: Any, folder: Path
) -> AsyncIterator[list[_Simulated]]:
    folder.mkdir()
    there = [_Simulated(broker, number, guide, words, folder / str(number)) for number in range(count)]
    running = [asyncio.ensure_future(each.link.run()) for each in there]
    ticking = asyncio.ensure_future(_tick(there))
    try:
        await _until(lambda: all(each.link.online for each in there))
        yield there
    finally:
        for each in there:
            each.link.end()
        await asyncio.wait(running, timeout=WAIT)
        ticking.cancel()


async def _tick(there: list[_Simulated]) -> None:
    while True:
        for each in there:
            each.tick()
            await asyncio.sleep(TICK / len(there))


async def _commanded(broker: Broker, there: list[_Simulated], commands: int) -> list[float]:
    """Seconds from publishing each command until it is with its guide."""
    times = []
    async with connected(broker, "bench") as client:
        for number in range(commands):
            each = there[number * 7 % len(there)]
            asked = time.monotonic()
            word = WORDS[number // len(there) % len(WORDS)]
            publishing = client.publish(Topics(each.link.room).command, word, AT_LEAST_ONCE)
            _, reached = await asyncio.gather(publishing, asyncio.wait_for(each.reached.get(), WAIT))
            times.append(reached - asked)
    return times


async def _until(what: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not what():
        if time.monotonic() - begun > WAIT:
            raise TimeoutError("the rooms did not come to what was waited for")
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def _memory() -> int:
    """Bytes of memory that this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port: int = there.getsockname()[1]
        return port


def rows(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    told = f"{result['p95_ms']} ms (p95), {result['median_ms']} ms (median) of {result['commands']}"
    return [
        (f"rooms, a command at {result['rooms']} of them", told, f"{GOALS['p95_ms']:g} ms"),
        ("rooms, the broker's loss is seen by all", f"{result['loss_s']} s", f"{GOALS['loss_s']:g} s"),
        ("rooms, its return", f"{result['return_s']} s", f"{GOALS['return_s']:g} s"),
        ("rooms, memory for each", f"{result['memory_mb']} MB", f"{GOALS['memory_mb']:g} MB"),
        ("rooms, of a core for each, guide and link", f"{result['core_share_a_room']:.2%}", ""),
    ]


if __name__ == "__main__":
    print(json.dumps(rooms(quick="--quick" in sys.argv), indent=2))
