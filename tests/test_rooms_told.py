"""What a room tells, takes and keeps, without a broker."""

from __future__ import annotations

import itertools
import json
import sqlite3
from typing import Any

import pytest

from assistant.cli.room import _changing
from assistant.dialogue.content.events import Record, TakeBack
from assistant.intents import INTENTS
from assistant.page.pressed import pressed
from assistant.rooms.commands import Command, MistakenMessageError, changes_in, command_in
from assistant.rooms.discovery import device_id
from assistant.rooms.outbox import FILE, Outbox
from assistant.rooms.overview import Rooms
from assistant.rooms.told import event_told, remaining_told, state_told
from assistant.rooms.topics import Topics, room_and_topic
from assistant.settings.table import Settings
from assistant.settings.toml_file import SettingsFile
from assistant.understanding.gate import Gate
from tests.stage import BOOK, ENGLISH, WORDED, Stage, begun, exercising


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("pause", Command("pause")),
        (" next\n", Command("next")),
        ("start_stretch", Command("", sentence="start_stretch")),  # it lacks the stretch, so it is a sentence
        ("skip this one", Command("", sentence="skip this one")),
        ('{"intent": "number", "slots": {"n": 7}}', Command("number", {"n": "7"})),
        ('{"say": "hold for  forty seconds"}', Command("", sentence="hold for forty seconds")),
    ],
)
def test_a_message_is_an_intent_or_a_sentence(message, command):
    assert command_in(message.encode(), BOOK) == command


@pytest.mark.parametrize(
    ("message", "mistake"),
    [
        (b'{"intent": "puase"}', "there is no intent 'puase'; did you mean 'pause'?"),
        (b'{"intent": "set_hold", "slots": {"seconds": 40}}', "seconds of set_hold can't be '40'"),
        (b'{"intent": "pause", "slots": {"x": 1}}', "pause has no slot 'x'"),
        (b'{"intent": "pause", "slots": [1]}', "it must be like"),
        (b'{"intent": 5}', "it must be like"),
        (b'{"say": ""}', "it must be like"),
        (b'["pause"]', "it is no JSON object"),
        (b"pause\x00", "it is no text"),
        (b"  ", "it is empty"),
    ],
)
def test_what_is_wrong_with_a_message_is_told(message, mistake):
    with pytest.raises(MistakenMessageError) as error:
        command_in(message, BOOK)
    assert mistake in str(error.value)


def test_whatever_intent_a_message_may_name_the_guide_gets_over_it():
    stages = [Stage(), begun("heel_stretches"), exercising("heel_stretches"), exercising("heel_stretches").say("hurts")]
    known = {"stretch": ["heel_stretches"], "routine": [BOOK.routine.id]}
    tried = 0
    for name, row in INTENTS.items():
        values = [[None, *known.get(slot, each)] for slot, each in row.slots.items()]
        for chosen in itertools.islice(itertools.product(*values), 200):
            slots = {slot: value for slot, value in zip(row.slots, chosen, strict=True) if value is not None}
            try:
                command = command_in(json.dumps({"intent": name, "slots": slots}).encode(), BOOK)
            except MistakenMessageError:
                continue
            tried += 1
            for stage in stages:
                there = stage.copy()
                heard = pressed(command.intent, command.slots, name, there.state.now)
                if Gate().judge(heard, there.guide.moment(there.state)).ignored_because is None:
                    there.say(command.intent, **dict[str, Any](command.slots)).wait(5.0)
    assert tried > len(INTENTS) / 2


def test_settings_are_read_as_they_are_typed():
    assert changes_in(b'{"pace": 4, "beat": true, "name": null, "words": "short"}') == {
        "pace": "4", "beat": "on", "name": "", "words": "short",
    }  # fmt: skip
    for wrong in (b"{}", b'{"pace": [4]}', b"pace"):
        with pytest.raises(MistakenMessageError):
            changes_in(wrong)


def test_the_state_tells_where_the_guide_is():
    told = state_told(exercising("heel_stretches").wait(3.0).state, BOOK, {})
    assert told["phase"] == "exercising"
    assert (told["stretch"], told["number"], told["side"], told["round"]) == ("heel_stretches", 4, "left", 1)
    assert told["running"] is True
    assert 0 < told["remaining"] < 60
    idle = Stage().state
    assert remaining_told(idle) is None
    assert state_told(idle, BOOK, {})["stretch"] is None
    json.dumps([told, state_told(idle, BOOK, {})])


def test_what_hurt_and_single_holds_stay_on_the_machine():
    done = Record(3, "stretch", "2026-01-01T08:00", {"stretch": "heel_stretches", "outcome": "done", "seconds": 60.0})
    assert event_told(done, "s") == {
        "id": "s-3", "session": "s", "number": 3, "kind": "stretch", "at": "2026-01-01T08:00",
        "stretch": "heel_stretches", "outcome": "done", "seconds": 60.0,
    }  # fmt: skip
    assert event_told(Record(4, "number", "", {"what": "pain", "number": 7}), "s") is None
    assert event_told(Record(4, "hold", "", {}), "s") is None
    assert event_told(TakeBack(3), "s") == {
        "id": "s-3-taken_back", "session": "s", "number": 3, "kind": "taken_back",
    }  # fmt: skip


def test_topics_name_their_room():
    assert room_and_topic(Topics("bedroom").set_settings) == ("bedroom", "settings/set")
    assert room_and_topic("solemate/bedroom") is None
    assert room_and_topic("other/bedroom/state") is None
    assert len({device_id(name) for name in ("küche", "k-che", "k_fc_che", "kche")}) == 4


def test_what_waits_is_on_disk_in_order_and_bounded(tmp_path):
    outbox = Outbox(tmp_path, most=5)
    for number in range(8):
        outbox.put({"n": number})
    outbox.close()
    again = Outbox(tmp_path, most=5)
    waiting = again.first(10)
    assert [json.loads(event)["n"] for _, event in waiting] == [3, 4, 5, 6, 7]
    assert again.home == outbox.home
    again.remove(waiting[1][0])
    assert [json.loads(event)["n"] for _, event in again.first(2)] == [5, 6]
    again.close()
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_what_the_disk_has_no_room_for_waits_in_memory(tmp_path):
    outbox = Outbox(tmp_path)
    blocker = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    outbox.put({"n": 1})
    outbox.put({"n": 2})
    assert outbox.first(10) == []
    blocker.execute("ROLLBACK")
    blocker.close()
    assert [json.loads(event)["n"] for _, event in outbox.first(10)] == [1, 2]
    outbox.close()


def test_a_folder_that_cannot_be_used_keeps_nobody_from_starting(tmp_path):
    (tmp_path / "file").touch()
    outbox = Outbox(tmp_path / "file")
    outbox.put({"n": 1})
    assert len(outbox.first(10)) == 1
    outbox.close()


# All rooms, as somebody sees them


@pytest.mark.parametrize("value", ["1e999", "-1e999", "NaN", "9" * 4000, "1e300", '"' + "z" * 5000 + '"', "[1]"])
def test_what_no_room_tells_is_not_shown(value):
    rooms = Rooms()
    state = f'{{"phase": "exercising", "running": true, "remaining": {value}}}'.encode()
    room = rooms.take("solemate/kitchen/state", state)
    assert room is not None
    assert room.remaining(room.at) is None
    assert json.loads(json.dumps(room.as_dict(), allow_nan=False))["state"] == {"phase": "exercising", "running": True}


@pytest.mark.parametrize("name", ["..", "<img src=x>", "z" * 45, "a b", "-", "\x1b[2J"])
def test_what_is_no_name_of_a_room_is_not_shown(name):
    rooms = Rooms()
    assert rooms.take(f"solemate/{name}/available", b"online") is None
    assert rooms.all == []
    assert rooms.take(f"solemate/{'z' * 40}-2/available", b"online") is not None


def test_of_settings_with_a_mistake_among_them_none_is_changed(tmp_path, monkeypatch):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path))
    change = _changing(Settings.of({}, {}), ENGLISH, WORDED)
    assert "there is no setting 'words'" in (change({"pace": "4", "words": "short"}) or "")
    assert "pace" in (change({"ready_seconds": "30", "pace": "no number"}) or "")
    assert not list(tmp_path.glob("*.toml"))
    assert change({"pace": "4", "ready_seconds": "30"}) is None
    assert SettingsFile(tmp_path).read()[0] == {"pace": 4.0, "ready_seconds": 30.0}
