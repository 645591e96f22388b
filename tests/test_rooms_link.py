"""Rooms at a real broker: what is told and taken, the broker gone and back, passwords, TLS, two rooms of one name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.phases import Phase
from tests.broker import listening, mosquitto, needs_mosquitto, room, took

pytestmark = [needs_mosquitto, pytest.mark.xdist_group("broker")]


@pytest.fixture
def broker(tmp_path):
    with mosquitto(tmp_path / "broker") as there:
        yield there


def test_a_command_reaches_the_guide_and_the_state_tells_of_it(broker):
    with listening(broker) as ear, room(broker.url) as bedroom:
        took(lambda: ear.last("solemate/bedroom/state").get("phase") == "idle", 20)
        assert ear.of("solemate/bedroom/available") == ["online"]
        ear.say("solemate/bedroom/command", "start_routine")
        took(lambda: ear.last("solemate/bedroom/state").get("running"), 20)
        state = ear.last("solemate/bedroom/state")
        assert state["routine"] == "ten_foot_stretches"
        assert (state["stretch"], state["number"], state["total"]) == (
            bedroom.stage.book.routine.stretches[0].id,
            1,
            10,
        )
        ear.say("solemate/bedroom/command", '{"intent": "pause"}')
        took(lambda: ear.last("solemate/bedroom/state").get("phase") == "paused", 20)
        assert bedroom.stage.state.phase is Phase.PAUSED
        took(lambda: "resume" in str(ear.last("solemate/bedroom/moment").get("commands")), 20)
        ear.say("solemate/bedroom/command", "go on please")
        ear.say("solemate/bedroom/command", '{"say": "take it slowly"}')
        took(lambda: bedroom.sentences == ["go on please", "take it slowly"], 20)
        bedroom.link.say("Well done.")
        took(lambda: ear.of("solemate/bedroom/said") == ["Well done."], 20)
        assert bedroom.lines == []
    with listening(broker) as late:
        took(lambda: late.last("solemate/bedroom/state").get("phase") == "paused", 20)
        assert all(retained for _, _, retained in late.heard)
        assert late.of("solemate/bedroom/available") == ["offline"]
        assert late.of("solemate/bedroom/said") == []


def test_home_assistant_finds_it(broker):
    with listening(broker) as ear, room(broker.url, "living-room"):
        topic = "homeassistant/device/solemate_living-room/config"
        took(lambda: ear.of(topic), 20)
        device = ear.last(topic)
        assert device["device"]["name"] == "Solemate living room"
        assert device["availability_topic"] == "solemate/living-room/available"
        parts = device["components"]
        assert {each["platform"] for each in parts.values()} == {"sensor", "button", "switch"}
        assert len({each["unique_id"] for each in parts.values()}) == len(parts) == 13
        assert parts["hurts"] == {
            "platform": "button", "unique_id": "solemate_living-room_hurts", "name": "It hurts", "icon": "mdi:alert",
            "command_topic": "solemate/living-room/command", "payload_press": "hurts",
        }  # fmt: skip


def test_settings_are_changed_and_what_is_none_is_told(broker):
    with listening(broker) as ear, room(broker.url) as bedroom:
        took(lambda: ear.last("solemate/bedroom/settings") == {"pace": "3"}, 20)
        ear.say("solemate/bedroom/settings/set", '{"pace": 4.5}')
        took(lambda: ear.last("solemate/bedroom/settings") == {"pace": "4.5"}, 20)
        ear.say("solemate/bedroom/settings/set", '{"microphone": "x"}')
        took(lambda: bedroom.lines, 20)
        assert bedroom.lines == ["a message to solemate/bedroom/settings/set is ignored: there is no such setting"]


def test_the_broker_says_that_a_room_is_gone(broker, tmp_path):
    program = (
        "import sys\nfrom tests.broker import Room\n"
        "there = Room(sys.argv[1])\nthere.thread.start()\nthere.thread.join()\n"
    )
    with listening(broker) as ear:
        with subprocess.Popen([sys.executable, "-c", program, broker.url]) as process:
            took(lambda: ear.of("solemate/bedroom/available") == ["online"], 60)
            process.kill()
            assert took(lambda: ear.of("solemate/bedroom/available") == ["online", "offline"], 20) < 5


def test_the_broker_is_killed_and_back_and_nothing_is_lost(broker, tmp_path):
    with listening(broker, "solemate/#") as ear, room(broker.url, home=tmp_path / "home") as bedroom:
        took(lambda: bedroom.link.online, 20)
        bedroom.done(1)
        took(lambda: len(ear.of("solemate/bedroom/history")) == 1, 20)
        broker.kill()
        assert took(lambda: not bedroom.link.online, 20) < 5
        for number in range(2, 30):
            bedroom.done(number)
        bedroom.stage.say("start_routine")
        assert took(lambda: bedroom.lines, 20) < 5
        broker.start()
        assert took(lambda: bedroom.link.online, 20) < 5
        took(lambda: len(ear.of("solemate/bedroom/history")) >= 29, 20)
        told = [json.loads(text)["number"] for text in ear.of("solemate/bedroom/history")]
        assert list(dict.fromkeys(told)) == list(range(1, 30))
        took(lambda: ear.last("solemate/bedroom/state")["running"], 20)
        assert len(bedroom.lines) == 2
        assert bedroom.lines[0].startswith(f"no broker at {broker.url}: ")
        assert bedroom.lines[1] == f"the broker at {broker.url} is back"


def test_what_was_done_without_a_broker_outlives_a_restart(broker, tmp_path):
    broker.kill()
    with room(broker.url, home=tmp_path / "home") as bedroom:
        for number in range(5):
            bedroom.done(number)
        took(lambda: bedroom.lines, 20)
    broker.start()
    with listening(broker) as ear, room(broker.url, home=tmp_path / "home"):
        took(lambda: len(ear.of("solemate/bedroom/history")) == 5, 20)
        assert [json.loads(text)["number"] for text in ear.of("solemate/bedroom/history")] == list(range(5))


def test_nonsense_is_told_in_a_line_each_and_does_nothing(broker):
    with listening(broker) as ear:
        ear.say("solemate/bedroom/command", "start_routine", retain=True)
        ear.say("solemate/bedroom/owner", b"\xff\x00 nonsense", retain=True)
        ear.say("solemate/bedroom/available", "[" * 5000, retain=True)
        ear.say("solemate/bedroom/state", "nonsense", retain=True)
        with room(broker.url) as bedroom:
            took(lambda: bedroom.link.online, 20)
            for wrong in ("x" * 1_000_000, '{"intent": "fly"}', b"\xff\xfe", "{", '{"intent": "fly"}', "", "[" * 4000):
                ear.say("solemate/bedroom/command", wrong)
            ear.say("solemate/bedroom/owner", "more of it")
            ear.say("solemate/bedroom/command", '{"intent": "start_stretch", "slots": {"stretch": "heel_stretches"}}')
            took(lambda: bedroom.stage.state.run.stretch == 3, 20)
            told = [line.removeprefix("a message to solemate/bedroom/command is ignored: ") for line in bedroom.lines]
            assert told == [
                "it is an old one that was kept, and is not obeyed",
                "it has 1000000 bytes, and 4096 are read at most",
                "there is no intent 'fly'",
                "it is no text",
                "it is no JSON: {",
                "it is empty",
                f"it is no JSON: {'[' * 40}...",
            ]
            assert bedroom.link.online


def test_somebody_elses_offline_does_not_stand(broker):
    with listening(broker) as ear, room(broker.url) as bedroom:
        took(lambda: bedroom.link.online, 20)
        ear.say("solemate/bedroom/available", "offline", retain=True)
        took(lambda: ear.of("solemate/bedroom/available") == ["online", "offline", "online"], 20)


def test_the_second_room_of_a_name_goes_on_under_another(broker, tmp_path):
    with listening(broker) as ear, room(broker.url, home=tmp_path / "a") as first:
        took(lambda: first.link.online, 20)
        with room(broker.url, home=tmp_path / "b") as second:
            took(lambda: second.link.online, 20)
            assert (first.link.room, second.link.room) == ("bedroom", "bedroom-2")
            assert second.lines == [
                "another Solemate is the room 'bedroom' already, so this one is 'bedroom-2': --room NAME"
            ]
            ear.say("solemate/bedroom-2/command", "start_routine")
            took(lambda: ear.last("solemate/bedroom-2/state").get("running"), 20)
            assert first.stage.state.phase is Phase.IDLE
        took(lambda: ear.of("solemate/bedroom-2/available") == ["online", "offline"], 20)
        assert first.lines == []
        assert ear.of("solemate/bedroom/available") == ["online"]
    with room(broker.url, home=tmp_path / "b") as again:
        took(lambda: again.link.online, 20)
        assert again.link.room == "bedroom"


def test_rooms_of_one_name_that_come_at_once_are_told_apart(broker, tmp_path):
    with room(broker.url, home=tmp_path / "a") as one, room(broker.url, home=tmp_path / "b") as other:
        took(lambda: one.link.online and other.link.online and one.link.room != other.link.room, 20)
        assert sorted([one.link.room, other.link.room]) == ["bedroom", "bedroom-2"]
        assert len(one.lines + other.lines) == 1


def test_a_room_that_crashed_gets_its_name_back(broker, tmp_path):
    with listening(broker) as ear, room(broker.url, home=tmp_path / "home") as bedroom:
        took(lambda: bedroom.link.online, 20)
        # As after a power cut: the broker still believes that it is there.
        with room(broker.url, home=tmp_path / "home") as again:
            took(lambda: again.link.online, 20)
            assert again.link.room == "bedroom"
            assert ear.of("solemate/bedroom-2/available") == []


def password_file(folder: Path) -> str:
    path = folder / "passwords"
    path.touch(0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(path), "ann", "secret"], check=True, timeout=20)
    return f"allow_anonymous false\npassword_file {path}"


def test_a_wrong_password_is_told_once_and_the_right_one_lets_in(tmp_path):
    with mosquitto(tmp_path / "broker", password_file(tmp_path)) as broker:
        with room(broker.url, user="ann", password="guessed") as bedroom:
            took(lambda: bedroom.lines, 20)
            assert bedroom.lines == [
                f"no broker at {broker.url}: it refuses the user or the password; it goes on without"
            ]
        with listening(broker, username="ann", password="secret") as ear:
            with room(broker.url, user="ann", password="secret"):
                took(lambda: ear.of("solemate/bedroom/available") == ["online"], 20)


def certificates(folder: Path) -> str:
    """A certificate of one's own making, and a broker's that it vouches for."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2",
            "-subj", "/CN=home")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=x")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "broker.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "broker.crt")  # fmt: skip
    return f"certfile {folder}/broker.crt\nkeyfile {folder}/broker.key"


def test_with_tls_only_a_broker_with_the_right_certificate_is_trusted(tmp_path):
    with mosquitto(tmp_path / "broker", tls=certificates(tmp_path)) as broker:
        with room(broker.url) as bedroom:
            took(lambda: bedroom.lines, 20)
            assert "its certificate is not one to trust" in bedroom.lines[0]
        with room(broker.url, ca=str(tmp_path / "ca.crt")) as bedroom:
            took(lambda: bedroom.link.online, 20)
            assert bedroom.lines == []


def test_fifty_rooms_hear_each_only_what_is_meant_for_them(broker):
    with listening(broker, "solemate/+/available") as ear:
        rooms = []
        try:
            for number in range(50):
                there = room(broker.url, f"mat-{number}")
                rooms.append((there, there.__enter__()))
            took(lambda: len(ear.heard) >= 50, 60)
            ear.say("solemate/mat-17/command", "start_routine")
            took(lambda: rooms[17][1].stage.state.phase is not Phase.IDLE, 20)
            assert [n for n, (_, each) in enumerate(rooms) if each.stage.state.phase is not Phase.IDLE] == [17]
            broker.kill()
            took(lambda: not any(each.link.online for _, each in rooms), 20)
            broker.start()
            took(lambda: all(each.link.online for _, each in rooms), 30)
            assert all(len(each.lines) == 2 for _, each in rooms)
        finally:
            for there, _ in rooms:
                there.__exit__(None, None, None)
