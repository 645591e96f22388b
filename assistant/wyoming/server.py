"""The server: takes connections, and has what comes on them heard, understood, obeyed and spoken.

The loop of events only passes on. Hearing, leading, understanding texts and speaking have a thread each.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.understanding.moment import NO_MOMENT
from assistant.wyoming.connection import Connection
from assistant.wyoming.recently import Recently
from assistant.wyoming.wire import MOST_LINE

if TYPE_CHECKING:
    from wyoming.event import Event

    from assistant.language.understand_text import TextUnderstanding
    from assistant.speaking.cached_voice import CachedVoice
    from assistant.understanding.hypothesis import Utterance
    from assistant.understanding.moment import Moment
    from assistant.wyoming.address import Bound
    from assistant.wyoming.listening import Listening
    from assistant.wyoming.satellites import Answer, Satellites

MOST_CONNECTIONS = 96
"""Connections at a time: some three for each of more satellites than a home has."""

TICK = 0.1
"""Seconds between two looks at all sessions; nothing that is sent over a network has to be more exact."""

SAME_AGAIN = 30.0
"""Seconds within which the same trouble is not told again: who sends nonsense may do so a thousand times."""

MOST_TOLD = 60
"""Lines within that time; more would say nothing new, and fill a disk."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Behind:
    """What the server passes things on to.

    `satellites` and `voice` are made in their own threads; `names` are those that are listened for, and `named` tells
    which of them an utterance begins with.
    """

    info: Event
    language: str
    listening: Listening
    understanding: TextUnderstanding
    satellites: Callable[[], Satellites]
    voice: Callable[[], CachedVoice]
    names: Sequence[str]
    named: Callable[[Utterance], str | None]


class Told:
    """Tells troubles in lines, each not too often. For any thread."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._last: dict[str, float] = {}

    def __call__(self, line: str) -> None:
        """Tell it, unless it was just told."""
        now = time.monotonic()
        self._last = {each: at for each, at in list(self._last.items()) if now - at < SAME_AGAIN}
        if line not in self._last and len(self._last) < MOST_TOLD:
            self._last[line] = now
            self._tell(line)


class Server:
    """Serves until it is stopped."""

    def __init__(self, bound: Bound, behind: Behind, tell: Callable[[str], None]) -> None:
        self.behind, self.tell = behind, Told(tell)
        self.recently = Recently()
        self.connections: set[Connection] = set()
        self._bound = bound
        self._guiding, self._understanding, self._speaking = (
            ThreadPoolExecutor(1, name) for name in ("guiding", "understanding", "speaking")
        )
        self._satellites: Satellites | None = None
        self._voice: CachedVoice | None = None
        self._stopped = asyncio.Event()

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`, or until the process is asked to end. Raises SolemateError if it can't begin."""
        self._satellites = await self._in(self._guiding, self.behind.satellites)
        self._voice = await self._in(self._speaking, self.behind.voice)
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not on Windows, nor beside the main thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stopped.set)
        serving = [await asyncio.start_server(self._take, sock=each, limit=MOST_LINE) for each in self._bound.sockets]
        ticking = asyncio.create_task(self._tick())
        try:
            ready()
            await self._stopped.wait()
        finally:
            ticking.cancel()
            for each in serving:
                each.close()
            for connection in list(self.connections):
                connection.abort()
            with suppress(asyncio.CancelledError):
                await ticking
            await self._in(self._guiding, self._satellites.close)
            for pool in (self._guiding, self._understanding, self._speaking):
                pool.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Serve no longer; to be called in the loop."""
        self._stopped.set()

    # What connections ask for

    async def moment(self, name: str | None) -> Moment:
        """What fits at a satellite just now."""
        assert self._satellites is not None
        return await self._in(self._guiding, self._satellites.moment, name) or NO_MOMENT

    async def understand(self, text: str, moment: Moment) -> Utterance:
        """What a text means. What was just heard in these words is understood by its sound."""
        utter = partial(self.recently.utterance, text, moment, self.behind.understanding)
        return await self._in(self._understanding, utter)

    async def obey(self, name: str, text: str) -> Answer:
        """Have the guide at a satellite obey a text."""
        assert self._satellites is not None
        utterance = await self.understand(text, await self.moment(name))
        return await self._in(self._guiding, self._satellites.hear, name, utterance)

    def pieces(self, text: str) -> Sequence[str]:
        """The pieces of a text that are spoken one by one."""
        assert self._voice is not None
        return self._voice.pieces(text)

    async def speak(self, text: str) -> Any:
        """The samples of a piece. Raises SolemateError if it can't be spoken."""
        assert self._voice is not None
        return await self._in(self._speaking, self._voice.render, text)

    @staticmethod
    async def _in(pool: ThreadPoolExecutor, do: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(pool, do, *arguments)

    # What goes on by itself

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self.connections) >= MOST_CONNECTIONS:
            self.tell(f"more than {MOST_CONNECTIONS} connections at a time: one more was turned away")
            writer.transport.abort()
            return
        connection = Connection(self, reader, writer)
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)

    async def _tick(self) -> None:
        assert self._satellites is not None
        while True:
            await asyncio.sleep(TICK)
            await self._in(self._guiding, self._satellites.advance)
