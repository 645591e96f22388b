"""A server for the tests, with satellites that ask it things, and a Home Assistant that takes what is announced."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from assistant.cli import wyoming as command
from assistant.ports import LISTENING_RATE
from assistant.settings.table import Settings
from assistant.understanding.hypothesis import Samples
from assistant.wyoming.address import bind
from assistant.wyoming.announcing import Announcer
from assistant.wyoming.server import Server
from tests.speech import spoken

PATIENCE = 60.0
"""Seconds to wait for an answer; a busy machine takes its time."""

ANY_PORT = "tcp://127.0.0.1:0"

LAST = {
    "transcript", "handled", "not-handled", "intent", "not-recognized", "info", "pong", "error", "detection",
    "not-detected", "synthesize-stopped",
}  # fmt: skip
"""What ends an answer."""


class Served:
    """A server in a thread of its own, and the lines that it told."""

    def __init__(self, settings: dict[str, Any], announcer: Announcer | None = None) -> None:
        self.told: list[str] = []
        self._closing = ExitStack()
        given = Settings.of({"recogniser": "built-in", "voice": "system", **settings})
        self._bound = bind(ANY_PORT)
        self._closing.callback(self._bound.close)
        self.port = self._bound.port
        behind = command.behind_for(given, announcer, self._closing, self.told.append)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(behind)), daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    async def _run(self, behind: Any) -> None:
        self.server = Server(self._bound, behind, self.told.append)
        self._loop = asyncio.get_running_loop()
        await self.server.run(self._ready.set)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self.server.stop)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._closing.close()

    def client(self) -> AsyncTcpClient:
        return AsyncTcpClient("127.0.0.1", self.port, connect_timeout=PATIENCE, read_timeout=PATIENCE)

    async def ask(self, *events: Event, until: str = "") -> list[Event]:
        """What is answered to events, up to what ends an answer."""
        async with self.client() as client:
            return await asked(client, *events, until=until)

    def answer(self, *events: Event, until: str = "") -> Event:
        """The last of it, for those who have no loop."""
        return asyncio.run(self.ask(*events, until=until))[-1]

    def say(self, text: str, satellite: str = "assist_satellite.kitchen") -> Event:
        """What is answered to somebody who says a text at a satellite."""
        return self.answer(Transcript(text, context={"conversation_id": "1", "satellite_id": satellite}).event())

    def raw(self, sent: bytes) -> bytes:
        """What is answered to bytes, up to the end of the connection."""

        async def exchange() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(sent)
            try:
                await writer.drain()
                writer.write_eof()
                return await asyncio.wait_for(reader.read(), PATIENCE)
            except OSError:
                return b""  # it has hung up
            finally:
                writer.close()

        return asyncio.run(exchange())


async def asked(client: AsyncTcpClient, *events: Event, until: str = "") -> list[Event]:
    for event in events:
        await client.write_event(event)
    answers = []
    while True:
        answer = await client.read_event()
        assert answer is not None, "it hung up"
        answers.append(answer)
        if answer.type in (until, *LAST):
            return answers


@contextmanager
def serving(announcer: Announcer | None = None, **settings: Any) -> Iterator[Served]:
    served = Served(settings, announcer)
    try:
        yield served
    finally:
        served.stop()


def sound(text: str, *, rate: int = LISTENING_RATE, channels: int = 1, voice: str = "en-us+f3") -> list[Event]:
    """Somebody says a text, and is silent."""
    from assistant.audio.resample import resample

    silence = np.zeros(LISTENING_RATE // 3, np.float32)
    samples = np.concatenate([silence, spoken(text, voice), silence, silence]) if text else silence
    return pieces(resample(samples, LISTENING_RATE, rate), rate, channels)


def pieces(samples: Samples, rate: int = LISTENING_RATE, channels: int = 1) -> list[Event]:
    pcm = np.repeat((np.clip(samples, -1, 1) * 32767).astype("<i2"), channels).tobytes()
    step = 2048 * channels
    chunks = [AudioChunk(rate, 2, channels, pcm[at : at + step]).event() for at in range(0, len(pcm), step)]
    return [AudioStart(rate, 2, channels).event(), *chunks, AudioStop().event()]


class HomeAssistant:
    """Takes what is to be announced; `status` is what it answers, `wait` what it does before."""

    def __init__(self) -> None:
        self.announced: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.status = 200
        self.wait: Callable[[], object] = lambda: None
        self.came = threading.Condition()
        home = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with home.came:
                    home.tokens.append(self.headers["Authorization"])
                    home.announced.append({"path": self.path, **body})
                    home.came.notify_all()
                home.wait()
                self.send_response(home.status)
                self.send_header("Content-Length", "2")
                with suppress(OSError):  # nobody may wait for it any more
                    self.end_headers()
                    self.wfile.write(b"[]")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def until(self, many: int) -> Sequence[str]:
        """What was announced, once there is so much of it."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.announced) >= many, PATIENCE)
            return [each["message"] for each in self.announced]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def home_assistant() -> Iterator[HomeAssistant]:
    home = HomeAssistant()
    try:
        yield home
    finally:
        home.close()
