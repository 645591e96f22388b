"""`solemate wyoming`: what it says when it begins, what is wrong in a line, and the program as it is started."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from assistant.cli import main
from assistant.runtime.database import Database
from assistant.settings.kinds import host_and_port, without_password
from assistant.settings.table import SETTINGS
from assistant.wyoming.address import bind
from tests.satellites import PATIENCE, asked, home_assistant
from tests.speech import conversation

ROOT = Path(__file__).parent.parent
KITCHEN = "assist_satellite.kitchen"


def test_nothing_listens_beyond_this_machine_unless_asked_for():
    host, port = host_and_port(str(SETTINGS["wyoming_uri"].default))
    assert (host, port) == ("127.0.0.1", 10600)
    assert SETTINGS["home_assistant"].default is None


def test_a_missing_library_is_named_with_the_way_out(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "wyoming.event", None)  # there or not, it can't be imported
    assert main.main(["wyoming"]) == 1
    assert capsys.readouterr().err == (
        "solemate: Home Assistant is served with wyoming, which is not here; pip install 'solemate[wyoming]'; "
        "in a checkout: .venv/bin/pip install -e '.[wyoming]'\n"
    )


@pytest.mark.parametrize(
    "uri",
    ["10600", "http://127.0.0.1:10600", "tcp://127.0.0.1", "tcp://:10600", "tcp://x:99999", "tcp://[::1", "unix:///x"],
)
def test_what_is_no_address_is_wrong_use(uri, capsys):
    with pytest.raises(SystemExit, match="2"):
        main.main(["wyoming", "--uri", uri])
    assert f"must be an address like tcp://127.0.0.1:10600, not '{uri}'" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["tcp://me:xyzzy@{}:10600", "tcp://me:x/y@zzy@{}:1", "//me:xyzzy@{}", "me:xyzzy@{}"])
def test_a_password_in_what_is_no_address_is_not_shown(given, capsys):
    with pytest.raises(SystemExit, match="2"):
        main.main(["wyoming", "--uri", given.format("host")])
    for scheme in ("tcp", "http"):  # one is wrong for its password, the other for its scheme as well
        address = given.format("host").replace("tcp:", f"{scheme}:")
        assert main.main(["settings", "set", "home_assistant", address]) == 2
    told = capsys.readouterr().err
    assert told.count("me:***@host") == 3
    assert "zzy" not in told


@pytest.mark.parametrize("plain", ["C:\\Users\\me@home", "USB: mic @ desk", "http://home:8123", "tcp://[::1]:10600"])
def test_what_holds_no_password_is_shown_as_it_is(plain):
    assert without_password(plain) == plain


def test_a_port_that_is_taken_is_named_with_the_way_out(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main.main(["wyoming", "--uri", f"tcp://127.0.0.1:{port}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"solemate: tcp://127.0.0.1:{port} is taken; is the server running already?")
    assert "--uri tcp://127.0.0.1:" in line


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("tcp://192.0.2.1:10600", "is not this machine's; name one of its own addresses"),
        ("tcp://nobody.invalid:10600", "nobody knows the address nobody.invalid"),
    ],
)
def test_an_address_of_another_machine_is_named_with_the_way_out(uri, problem, capsys):
    assert main.main(["wyoming", "--uri", uri]) == 1
    assert problem in capsys.readouterr().err


def test_all_addresses_are_told_from_its_own():
    with_all = bind("tcp://0.0.0.0:0")
    alone = bind("tcp://localhost:0")
    assert (with_all.home, alone.home) == (False, True)
    assert {each.getsockname()[1] for each in alone.sockets} == {alone.port}
    with_all.close()
    alone.close()


def test_home_assistant_needs_a_token(capsys, tmp_path):
    assert main.main(["wyoming", "--uri", "tcp://127.0.0.1:0", "--home-assistant", "http://127.0.0.1:8123"]) == 2
    assert "home_assistant needs a token as well; put one into a file" in capsys.readouterr().err
    token = str(tmp_path / "none")
    there = ["--home-assistant", "http://127.0.0.1:8123", "--home-assistant-token", token]
    assert main.main(["wyoming", "--uri", "tcp://127.0.0.1:0", *there]) == 1
    assert "cannot read the token" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["homeassistant.local", "ftp://home", "http://", "http://me:secret@home", "http://home?x=1"]
)
def test_what_is_no_home_assistant_is_refused(address, capsys):
    assert main.main(["settings", "set", "home_assistant", address]) == 2
    assert "must be an address like http://homeassistant.local:8123" in capsys.readouterr().err


def test_the_settings_show_a_file_and_no_token(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    token = tmp_path / "token"
    token.write_text("very.secret\n")
    monkeypatch.chdir(tmp_path)
    assert main.main(["settings", "set", "home_assistant_token", "token"]) == 0
    assert main.main(["settings", "set", "home_assistant", "http://home.local:8123/"]) == 0
    assert main.main(["settings", "--json"]) == 0
    assert main.main(["settings"]) == 0
    shown = capsys.readouterr().out
    assert str(token) in shown
    assert "http://home.local:8123" in shown
    assert "very.secret" not in shown


class Program:
    """`solemate wyoming`, with what it keeps in a folder."""

    def __init__(self, home: Path, *options: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
        uri = ("--uri", "tcp://127.0.0.1:0", "--recogniser", "built-in", "--voice", "system")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "wyoming", *uri, *options],
            cwd=home, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.port = int(self.line.partition("127.0.0.1:")[2].partition(" ")[0] or 0)

    def say(self, text: str) -> Event:
        async def ask() -> Event:
            async with AsyncTcpClient("127.0.0.1", self.port, PATIENCE, PATIENCE) as client:
                return (await asked(client, Transcript(text, context={"satellite_id": KITCHEN}).event()))[-1]

        return asyncio.run(ask())

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        if self.process.poll() is None:
            self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def started(home: Path, *options: str) -> Iterator[Program]:
    program = Program(home, *options)
    try:
        yield program
    finally:
        program.end(signal.SIGKILL)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    database = Database(tmp_path / "data" / "solemate")
    database.keep("safety_told", True)
    database.close()
    return tmp_path


def test_it_tells_who_listens_where_and_ends_when_it_is_asked_to(home):
    with started(home) as program:
        assert program.line == (
            f"Home Assistant is served at tcp://127.0.0.1:{program.port} (this machine alone can reach it); "
            "Ctrl-C ends it\n"
        )
        assert program.end() == (0, "")


def test_ctrl_c_ends_it_without_a_word_too_many(home):
    with started(home) as program:
        program.say("start heel stretches")
        status, errors = program.end(signal.SIGINT)
        assert status == 130
        assert "Traceback" not in errors


def test_a_place_survives_a_kill(home):
    with started(home) as program:
        program.say("start the routine")
        program.say("skip to heel stretches")
        program.end(signal.SIGKILL)
    with started(home) as program:
        assert "heel stretches" in program.say("start").data["text"]


def test_there_is_one_solemate_at_a_time(home):
    with started(home):
        second = Program(home)
        status, errors = second.end()
        assert (status, second.line) == (1, "")
        assert "another Solemate is running already" in errors
        assert len(errors.splitlines()) == 1


def test_what_is_said_unasked_reaches_the_satellite(home):
    token = home / "token"
    token.write_text("very.secret\n")
    token.chmod(0o600)
    with home_assistant() as there:
        options = ("--home-assistant", there.address, "--home-assistant-token", str(token), "--ready-seconds", "1")
        with started(home, *options) as program:
            assert "and speaks unasked through Home Assistant" in program.line
            program.say("only ankle circles")
            program.say("I'm ready")
            there.until(1)
            status, errors = program.end()
    assert there.announced[0]["entity_id"] == KITCHEN
    assert there.tokens[0] == "Bearer very.secret"
    assert (status, errors) == (0, "")


def bench(program: Program, *words: str) -> str:
    tool = shutil.which("wyoming-bench", path=str(Path(sys.executable).parent)) or shutil.which("wyoming-bench")
    if tool is None:
        pytest.skip("needs wyoming-bench")
    kind, *options = words
    command = [tool, kind, f"127.0.0.1:{program.port}", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def corpus(folder: Path, texts: Sequence[str]) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        conversation(folder / f"{number}.wav", [(0.3, text)], "en-us+f3")
        (folder / f"{number}.txt").write_text(text)
    return folder


def test_wyoming_bench_measures_it(home):
    with started(home) as program:
        told = bench(program, "info")
        assert "solemate" in told
        spoken = corpus(home / "corpus", ["start heel stretches", "how long is left"])
        once = ("--rounds", "1", "--warmup", "0", "--mode")
        heard = bench(program, "stt", "--corpus", str(spoken), *once, "non_streaming")
        assert "ok=2 fail=0" in heard
        assert "WER=0.0%" in heard
        said = bench(program, "tts", *once, "both", "--texts", "Your left foot. Hold.")
        assert said.count("ok=1 fail=0") == 2
        assert program.end() == (0, "")
