"""A page for the tests: one of a guide that stands still, and the program itself with a folder of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.language.page_words import load_page_words
from assistant.page import link
from assistant.page.server import Behind, Page
from assistant.page.watch import Watch
from assistant.runtime.database import Database, DatabaseReader
from assistant.understanding.hypothesis import Utterance
from tests.stage import ENGLISH, Stage

ROOT = Path(__file__).parent.parent

PATIENCE = 60.0
"""Seconds to wait for the program; a busy machine takes its time."""


def until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.02)


class Program:
    """`solemate --typed --page`, in real time and without sound, with what it keeps in a folder."""

    def __init__(self, home: Path, port: int, options: Sequence[str] = (), until: str = "Guide") -> None:
        self.home, self.port = home, port
        data = home / "data" / "solemate"
        if not data.exists():
            database = Database(data)
            database.keep("safety_told", True)  # nobody waits for all of it
            database.close()
        self.log = home / "log.jsonl"
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(home / "data"), "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"), "PULSE_SERVER": "/nonexistent",
        }  # fmt: skip
        environment.pop("SOLEMATE_CONFIG", None)
        command = [sys.executable, "-m", "assistant", "--page", "--page-port", str(port), "--log", str(self.log)]
        self.process = subprocess.Popen(
            [*command, *(options or ("--typed",))],
            cwd=home, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if until in line:
                return
        raise AssertionError("".join(self.lines))

    @property
    def link(self) -> str:
        return (self.home / "data" / "solemate" / "page-link").read_text(encoding="utf-8").strip()

    @property
    def address(self) -> str:
        return self.link.partition("/go/")[0]

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(home: Path, port: int, *options: str) -> Iterator[Program]:
    """The program, until the test has seen enough of it."""
    program = Program(home, port, options)
    try:
        yield program
    finally:
        program.kill()


def browser() -> str | None:
    """A browser that is there already."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Served:
    """A page of a guide that stands where it was led, with all that was pressed."""

    def __init__(self, stage: Stage, behind: Behind, port: int) -> None:
        self.stage, self.pressed = stage, list[Utterance]()
        self.bound = link.bind([link.HOME], port)
        self.token = "a-token-of-the-tests-alone-0123456789"
        self.watch = Watch(stage.guide, load_page_words(ENGLISH), {"pause": "pause", "start_routine": "start"})
        self.page = Page(self.watch, self.bound, self.token, behind, "en")

    @property
    def port(self) -> int:
        return self.bound.port

    @property
    def host(self) -> str:
        return f"{link.HOME}:{self.port}"

    @property
    def cookie(self) -> str:
        return f"solemate_{self.port}={self.token}"

    def request(
        self, method: str, path: str, body: str = "", *, known: bool = True, **headers: str | None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body; `known` with the cookie. A header that is None is left out."""
        usual: dict[str, str | None] = {"Host": self.host}
        if known:
            usual["Cookie"] = self.cookie
        if method == "POST":
            usual |= {"Origin": f"http://{self.host}", "Content-Type": "application/x-www-form-urlencoded"}
        named = {key.replace("_", "-").title(): value for key, value in headers.items()}
        connection = http.client.HTTPConnection(link.HOME, self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for key, value in {**usual, **named}.items():
                if value is not None:
                    connection.putheader(key, value)
            if body or method == "POST":
                connection.putheader("Content-Length", str(len(body.encode())))
            connection.endheaders(body.encode() if body else None)
            answer = connection.getresponse()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read().decode()
        finally:
            connection.close()


NOTHING_BEHIND = Behind(
    lambda: DatabaseReader(Path("/nonexistent")), {"csv": lambda: "run\n"}, lambda: (), lambda _key, _value: None
)


@contextmanager
def served(stage: Stage, behind: Behind = NOTHING_BEHIND, port: int = 8900) -> Iterator[Served]:
    """A page that is being served, on the next free port."""
    there = Served(stage, behind, port)
    there.page.begin(lambda: there.stage.state, there.pressed.append)
    try:
        until(lambda: there.page._server.started)
        yield there
    finally:
        there.page.close()
