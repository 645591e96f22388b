"""`solemate --mqtt`, as a program beside a real broker."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

import pytest

from assistant.cli import main
from assistant.cli.room import rooms_seen
from assistant.settings.rooms import broker_of
from assistant.settings.table import SETTINGS
from tests.broker import free_port, listening, mosquitto, needs_mosquitto, room, took
from tests.page import NOTHING_BEHIND, Program, served
from tests.stage import Stage
from tests.terminal import in_terminal


def test_it_is_off_unless_asked_for():
    assert SETTINGS["mqtt"].default is None


def test_a_missing_library_is_named_with_the_way_out(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "aiomqtt", None)
    assert main.main(["--typed", "--mqtt", "mqtt://127.0.0.1"]) == 1
    assert capsys.readouterr().err == (
        "solemate: rooms need aiomqtt; run script/setup, or: pip install 'solemate[mqtt]'\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mqtt-password-file", "/nonexistent"], "mqtt_password_file: cannot read /nonexistent (No such file"),
        (["--mqtt-ca", "/nonexistent"], "mqtt_ca: /nonexistent holds no certificates (No such file"),
        (["--mqtt-ca", __file__], "holds no certificates"),
    ],
)
def test_a_file_that_is_none_is_told_before_all_that_takes_long(words, told, capsys):
    assert main.main(["--typed", "--mqtt", "mqtts://127.0.0.1", *words]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_recording_is_heard_in_no_room(tmp_path, capsys):
    assert main.main(["--mqtt", "mqtt://127.0.0.1", "--microphone", "x.wav"]) == 2
    assert "--mqtt takes no --microphone FILE" in capsys.readouterr().err


def test_a_password_on_the_command_line_is_in_no_message(capsys):
    with pytest.raises(SystemExit, match="2"):
        main.main(["--mqtt", "mqtt://ann:secret@broker:x"])
    assert "secret" not in capsys.readouterr().err


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_the_program_is_a_room(tmp_path):
    with mosquitto(tmp_path / "broker") as broker, listening(broker) as ear:
        options = ("--typed", "--mqtt", broker.url, "--room", "Bed Room", "--auto-start", "off")
        program = Program(tmp_path, 8960, options)
        try:
            assert f"The room: bed-room, at {broker.url}\n" in program.lines
            took(lambda: ear.last("solemate/bed-room/state").get("phase") == "idle", 60)
            ear.say("solemate/bed-room/command", '{"intent": "only_stretch", "slots": {"stretch": "heel_stretches"}}')
            took(lambda: ear.last("solemate/bed-room/state").get("stretch") == "heel_stretches", 60)
            took(lambda: "heel stretches" in " ".join(ear.of("solemate/bed-room/said")).lower(), 60)
            ear.say("solemate/bed-room/command", "pause please")
            took(lambda: ear.last("solemate/bed-room/state").get("phase") == "paused", 60)
            ear.say("solemate/bed-room/settings/set", '{"pace": 4}')
            took(lambda: ear.last("solemate/bed-room/settings").get("pace") == "4", 60)
            ear.say("solemate/bed-room/settings/set", '{"routine": "/etc/passwd"}')
            took(lambda: "there is no such choice" in program.log.read_text(), 60)
            program.type("stop")
            took(lambda: [json.loads(each)["kind"] for each in ear.of("solemate/bed-room/history")][-1:] == ["end"], 60)
            program.type("stop")
            took(lambda: "offline" in ear.of("solemate/bed-room/available"), 60)
        finally:
            program.kill()
        kept = tmp_path / "data" / "solemate" / "rooms.db"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        with closing(sqlite3.connect(kept)) as database:
            assert database.execute("SELECT count(*) FROM waiting").fetchone() == (0,)


def test_rooms_needs_a_broker(capsys):
    assert main.main(["rooms"]) == 2
    assert "no broker is named; solemate rooms --mqtt mqtt://HOST" in capsys.readouterr().err
    assert main.main(["rooms", "--once", "--mqtt", f"mqtt://127.0.0.1:{free_port()}"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_all_rooms_are_shown(tmp_path, capsys):
    with mosquitto(tmp_path / "broker") as broker, listening(broker) as ear:
        url = ["--mqtt", broker.url]
        assert main.main(["rooms", "--once", *url]) == 0
        assert capsys.readouterr().out == "There is no room at this broker.\n"
        ear.say("solemate/nonsense/state", "[]", retain=True)
        with room(broker.url, "attic") as attic, room(broker.url, "bedroom") as bedroom:
            took(lambda: attic.link.online and bedroom.link.online, 20)
            ear.say("solemate/attic/command", "start_routine")
            took(lambda: ear.last("solemate/attic/state").get("running"), 20)
            assert main.main(["rooms", "--once", *url]) == 0
            lines = capsys.readouterr().out.splitlines()
            assert lines[0].split() == ["ROOM", "THERE", "DOING", "STRETCH", "SIDE", "LEFT", "DONE"]
            assert [line.split()[:4] for line in lines[1:]] == [
                ["attic", "yes", "getting", "ready"], ["bedroom", "yes", "idle"],
            ]  # fmt: skip
            assert main.main(["rooms", "--once", "--json", *url]) == 0
            assert [each["room"] for each in json.loads(capsys.readouterr().out)] == ["attic", "bedroom"]
            assert main.main(["rooms", "--forget", "attic", *url]) == 1
            assert "is there, and would come back" in capsys.readouterr().err
            environment = {"HOME": str(tmp_path), "SOLEMATE_CONFIG": None}
            with in_terminal("-m", "assistant", "rooms", *url, columns=100, environment=environment) as terminal:
                terminal.wait_for("attic")
                ear.say("solemate/attic/command", "pause")
                terminal.wait_for("paused")
                broker.kill()
                terminal.wait_for("No broker at")
                broker.start()
                terminal.wait_for("Rooms at")
            took(lambda: attic.link.online, 20)
        took(lambda: ear.of("solemate/attic/available")[-1] == "offline", 20)
        assert main.main(["rooms", "--forget", "attic", *url]) == 0
        capsys.readouterr()
        assert main.main(["rooms", "--once", "--json", *url]) == 0
        assert [each["room"] for each in json.loads(capsys.readouterr().out)] == ["bedroom"]


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_in_a_pipe_each_change_is_a_line(tmp_path):
    with mosquitto(tmp_path / "broker") as broker, room(broker.url, "attic") as attic:
        command = [sys.executable, "-m", "assistant", "rooms", "--json", "--mqtt", broker.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = [json.loads(process.stdout.readline()) for _ in range(2)]
            assert {each["room"] for each in first} == {"attic"}
            attic.stage.say("start_routine")
            attic.link.wake()
            assert json.loads(process.stdout.readline())["state"]["running"] is True
            process.send_signal(signal.SIGINT)
            process.wait(20)
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_all_rooms_are_on_the_page_where_there_is_a_broker(tmp_path):
    with served(Stage()) as page:
        assert page.request("GET", "/rooms")[0] == 404
        assert "/rooms" not in page.request("GET", "/")[2]
    with mosquitto(tmp_path / "broker") as broker:
        there = broker_of(broker.url)
        behind = replace(NOTHING_BEHIND, rooms=lambda: rooms_seen(there))
        with served(Stage(), behind) as page, room(broker.url, "attic") as attic, listening(broker) as ear:
            took(lambda: attic.link.online, 20)
            ear.say("solemate/attic/command", "start_routine")
            ear.say("solemate/odd/state", '{"phase": "<b>", "title": "<script>", "stretch": "x", "total": [1]}')
            took(lambda: ear.last("solemate/attic/state").get("running"), 20)
            assert 'href="/rooms"' in page.request("GET", "/")[2]
            assert page.request("GET", "/rooms", known=False)[0] != 200
            status, _, text = page.request("GET", "/rooms")
            assert status == 200
            assert "<h2>attic</h2><p>Get into position</p><p>1 of 10</p>" in text
            assert "<script>" not in text.partition("<main")[2]
            broker.kill()
            status, _, text = page.request("GET", "/rooms")
            assert (status, "no broker at" in text) == (503, True)


@needs_mosquitto
@pytest.mark.xdist_group("broker")
def test_a_run_begun_in_the_kitchen_goes_on_in_the_bedroom(tmp_path):
    with mosquitto(tmp_path / "broker") as broker, listening(broker) as ear:

        def program(name: str, port: int) -> Program:
            (tmp_path / name).mkdir()
            options = ("--typed", "--mqtt", broker.url, "--room", name, "--person", "ann", "--stay")
            return Program(tmp_path / name, port, (*options, "--auto-start", "on"), until="The room")

        kitchen, bedroom = program("kitchen", 8962), program("bedroom", 8964)
        try:
            took(lambda: len([each for each in ear.heard if each[0].endswith("available")]) == 2, 60)
            ear.say("solemate/kitchen/command", '{"intent": "start_stretch", "slots": {"stretch": "heel_stretches"}}')
            took(lambda: (ear.last("solemate/-/place/ann").get("place") or {}).get("stretch") == "heel_stretches", 60)
            ear.say("solemate/kitchen/command", "next")
            took(lambda: ear.last("solemate/kitchen/state").get("number") == 5, 60)
            reached = ear.last("solemate/kitchen/state")["stretch"]
            ear.say("solemate/kitchen/command", "stop")
            took(lambda: ear.last("solemate/kitchen/state").get("running") is False, 60)
            took(lambda: ear.last("solemate/-/place/ann")["place"]["stretch"] == reached, 60)
            time.sleep(1.0)  # until the bedroom knows as well
            took(lambda: "resume" in str(ear.last("solemate/bedroom/moment").get("commands")), 60)
            ear.say("solemate/bedroom/command", "resume")
            took(lambda: ear.last("solemate/bedroom/state").get("stretch") == reached, 60)
        finally:
            kitchen.kill()
            bedroom.kill()
