"""Each command line of docs/rooms.md is run, one after the other, with a broker of its own in place of the system's."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.broker import Mosquitto, Room, free_port, needs_mosquitto, took
from tests.test_service import SYSTEMCTL

pytestmark = [needs_mosquitto, pytest.mark.xdist_group("broker")]

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "rooms.md").read_text(encoding="utf-8")

STAND_INS = {"sudo": '#!/bin/sh\nexec "$@"\n', "apt-get": "#!/bin/sh\n", "chown": "#!/bin/sh\n", "systemctl": SYSTEMCTL}
"""Programs that would change the machine."""


def section(name: str) -> str:
    return TEXT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", section(name), re.M | re.S)


class Follower:
    """Somebody who does what the document says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.etc = folder, free_port(), folder / "etc"
        (self.etc / "conf.d").mkdir(parents=True)
        (folder / "bin").mkdir()
        for name, text in STAND_INS.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        path = [str(folder / "bin"), sysconfig.get_path("scripts"), os.environ["PATH"], "/usr/sbin"]
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "SOLEMATE_"))}
        self.environment = {**kept, "HOME": str(folder), "PATH": os.pathsep.join(path), "FAKE": str(folder)}
        self.environment["PYTHONPATH"] = str(ROOT)

    def here(self, text: str) -> str:
        """The same for this machine: another folder, another port, another name."""
        text = re.sub(r"(mqtts?://[\w-]+@)broker\.local", rf"\g<1>localhost:{self.port}", text)
        text = re.sub(r"-h broker\.local", f"-h 127.0.0.1 -p {self.port}", text)
        text = re.sub(r"listener \d+", f"listener {self.port} 127.0.0.1", text)
        return text.replace("broker.local", "localhost").replace("/etc/mosquitto", str(self.etc))

    def do(self, block: str) -> str:
        """Run a block as one shell would; what it printed."""
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", self.here(block)],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def broker(self) -> Mosquitto:
        """The broker, as it is configured by now."""
        (self.folder / "broker").mkdir()
        lines = (self.etc / "conf.d" / "solemate.conf").read_text(encoding="utf-8")
        return Mosquitto(self.folder / "broker", lines.replace("persistence true\n", ""), port=self.port)


def test_two_raspberry_pis(tmp_path):
    person = Follower(tmp_path)
    on_the_broker, on_each, from_anywhere = blocks("Two Raspberry Pis", "sh")
    person.do(on_the_broker)
    broker = person.broker()
    try:
        out = person.do(on_each)
        assert "There is no room at this broker." in out
        assert (tmp_path / ".config/solemate/mqtt-password").stat().st_mode & 0o077 == 0
        there = Room(f"mqtt://localhost:{person.port}", user="home", password="a long password")
        there.thread.start()
        took(lambda: there.link.online, 20)
        assert person.do(from_anywhere) == "online\n"
        took(lambda: there.sentences == ["start heel stretches"], 20)
        assert "bedroom  yes" in person.do("solemate rooms --once")
        there.link.end()
        there.thread.join(20)
    finally:
        broker.kill()


def test_a_clinic(tmp_path):
    person = Follower(tmp_path)
    on_the_broker, on_a_machine, at_the_desk = blocks("A clinic", "sh")
    person.do(on_the_broker)
    (person.etc / "conf.d" / "solemate.conf").write_text(person.here(blocks("A clinic", "conf")[0]))
    (person.etc / "acl").write_text(blocks("A clinic", "acl")[0])
    broker = person.broker()
    try:
        person.do(on_a_machine)
        own = tmp_path / ".config/solemate/rooms/mat-1"
        assert f'mqtt = "mqtts://mat-1@localhost:{person.port}"' in (own / "settings.toml").read_text()
        where: dict[str, Any] = {"user": "mat-1", "password": "the password of mat 1", "ca": f"{person.etc}/ca.crt"}
        there = Room(f"mqtts://localhost:{person.port}", "mat-1", **where)
        there.thread.start()
        took(lambda: there.link.online, 20)
        assert re.search(r"^mat-1 +yes +idle", person.do(at_the_desk), re.M)
        there.link.end()
        there.thread.join(20)
    finally:
        broker.kill()


def test_the_topics_of_the_document_are_those_that_there_are(tmp_path):
    told = set(re.findall(r"^\| `([a-z/]+)` \| [01]", section("What a room tells and takes"), re.M))
    from assistant.rooms.topics import Topics

    there = {
        getattr(Topics("x"), name).removeprefix("solemate/x/")
        for name, each in vars(Topics).items()
        if isinstance(each, property) and name != "kept"
    }
    assert told == there
