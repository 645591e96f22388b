"""The history as CSV and as iCalendar, and the numbers for pain and effort in it."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from datetime import datetime, timezone
from pathlib import Path

import pytest

from assistant.cli.history_export import LINE_BYTES, as_ical
from assistant.cli.main import main
from assistant.dialogue.content.events import Record
from assistant.runtime.database import Database, DatabaseReader
from tests.stage import Stage
from tests.test_answers import asked_for_a_number
from tests.test_history import lived

NAMES = {"ten_foot_stretches": "the ten; all, of them", "heel_stretches": "heel stretches"}
NOW = datetime(2026, 2, 1, 12, 0, tzinfo=timezone.utc)


def unfolded(text: str) -> list[str]:
    """The lines of a calendar, as a reader puts them together."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(text: str) -> list[dict[str, str]]:
    """The events of a calendar, each by its properties."""
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            assert name == "END" or name not in found[-1], f"{name} twice"
            found[-1][name] = value
    return found


def with_numbers() -> Stage:
    """A run in which heel stretches were given an effort of 6 and a pain of 3, and the next one was skipped."""
    stage = asked_for_a_number("both").say("number", n="6").wait(5).say("number", n="3").silence().wait(1).silence()
    return stage.say("next").silence().say("stop").silence()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder with that run in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    database = Database(tmp_path / "solemate")
    lived(with_numbers(), database)
    database.close()
    return tmp_path / "solemate"


# Kept


def test_numbers_are_kept_with_the_stretch_and_dropped_with_what_is_taken_back(tmp_path):
    at, pain = "2026-01-01T08:00:00", {"stretch": "heel_stretches", "what": "pain", "number": 7}
    database = Database(tmp_path)
    database.record(Record(0, "run", at, {"routine": "ten_foot_stretches"}))
    for number, stretch in enumerate(("toe_walking", "heel_stretches"), start=1):
        database.record(Record(number, "stretch", at, {"stretch": stretch, "outcome": "done", "seconds": 60.0}))
    database.record(Record(3, "number", at, pain))
    rows = database.rows("SELECT s.stretch, what, number FROM numbers JOIN stretches AS s ON s.id = numbers.stretch")
    assert [tuple(row) for row in rows] == [("heel_stretches", "pain", 7)]
    database.take_back(3)
    assert database.rows("SELECT id FROM numbers") == []
    database.record(
        Record(3, "number", "2026-01-01T08:00:00", {"stretch": "heel_stretches", "what": "pain", "number": 2})
    )
    database.keep("gently:heel_stretches", 0.67)
    database.keep("share:heel_stretches", 0.67)
    database.forget()
    assert (database.rows("SELECT id FROM numbers"), database.load()) == ([], {})
    database.close()


def test_the_file_of_an_earlier_version_is_read_and_nothing_is_added_to_it(data, capsys):
    with sqlite3.connect(data / "solemate.db") as connection:
        connection.execute("DROP TABLE numbers")
    kept = DatabaseReader(data)
    assert kept.rows("SELECT id FROM numbers") == []
    assert kept.fault() is None
    kept.close()
    assert main(["history"]) == main(["history", "--csv"]) == 0
    assert "PAIN" not in capsys.readouterr().out
    with sqlite3.connect(data / "solemate.db") as connection:
        assert not connection.execute("SELECT name FROM sqlite_master WHERE name = 'numbers'").fetchall()
    Database(data).close()
    with sqlite3.connect(data / "solemate.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'numbers'").fetchall()


# Shown


def test_the_table_has_the_means_of_a_run_and_how_they_went(data, capsys):
    assert main(["history"]) == 0
    printed = capsys.readouterr().out.splitlines()
    head = next(line for line in printed if line.startswith("BEGUN"))
    row = next(line for line in printed if line.startswith("2026-01-01"))
    assert head.split() == ["BEGUN", "DONE", "SHORT", "SKIPPED", "HURT", "WORK", "EFFORT", "PAIN", "END"]
    assert row.split()[-3:] == ["6.0", "3.0", "stopped"]
    assert head.index("END") == row.index("stopped")
    assert "Effort, 0 to 10, run by run: 6.0" in printed
    assert "Pain, 0 to 10, run by run: 3.0" in printed


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((7, 6, 4, 2), "7.0 6.0 4.0 2.0, falling"),
        ((2, 2, 5), "2.0 2.0 5.0"),
        ((2, 2, 3, 5), "2.0 2.0 3.0 5.0, rising"),
        ((3, 4, 4, 3), "3.0 4.0 4.0 3.0, steady"),
        ((9, 9, *range(10)), "0.0 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0, rising"),
    ],
)
def test_the_trend_is_told_from_four_runs_on(data, capsys, given, told):
    database = Database(data)
    database.forget()
    for run, number in enumerate(given):
        at = f"2026-01-{run + 1:02}T08:00:00"
        database.record(Record(3 * run, "run", at, {"routine": "ten_foot_stretches"}))
        stretch = {"stretch": "heel_stretches", "outcome": "done", "seconds": 60.0}
        database.record(Record(3 * run + 1, "stretch", at, stretch))
        database.record(Record(3 * run + 2, "number", at, {**stretch, "what": "pain", "number": number}))
    database.close()
    assert main(["history"]) == 0
    assert f"Pain, 0 to 10, run by run: {told}\n" in capsys.readouterr().out


def test_json_has_the_numbers_of_each_stretch(data, capsys):
    assert main(["history", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["runs"][0]["stretches"]
    assert (first["stretch"], first["effort"], first["pain"]) == ("heel_stretches", 6, 3)
    assert (second["outcome"], second["effort"], second["pain"]) == ("skipped", None, None)
    assert "run" not in first


# Exported


def test_csv_goes_to_a_new_file_that_nobody_else_can_read(data, capsys):
    assert main(["history", "--csv", "stretches.csv"]) == 0
    assert capsys.readouterr().out == ""
    with open("stretches.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["stretch"], row["outcome"], row["effort"], row["pain"]) for row in rows] == [
        ("heel_stretches", "done", "6", "3"),
        ("foot_massage", "skipped", "", ""),
    ]
    assert os.stat("stretches.csv").st_mode & 0o777 == 0o600
    assert main(["history", "--csv", "-"]) == main(["history", "--csv"]) == 0
    assert capsys.readouterr().out == 2 * Path("stretches.csv").read_text(encoding="utf-8")


def test_a_calendar_has_an_event_for_each_run(data, capsys):
    assert main(["history", "--ical", "-"]) == 0
    text = capsys.readouterr().out
    assert unfolded(text)[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Solemate//Solemate//EN"]
    (event,) = events(text)
    assert event["DTSTART"] == "20260101T080000"
    assert event["DTSTART"] < event["DTEND"] < "20260101T081000"
    assert event["SUMMARY"] == "the ten foot stretches (1)"
    assert event["DESCRIPTION"] == (
        "heel stretches: 60 s\\, effort 6 of 10\\, pain 3 of 10\\nfoot massage: 0 s\\, skipped"
    )
    assert event["UID"] == "1-20260101T080000@solemate"


def test_a_calendar_keeps_to_the_letter_of_its_format(data):
    kept = DatabaseReader(data)
    text = as_ical(kept, {**NAMES, "foot_massage": "발 마사지, " * 20}, NOW)
    kept.close()
    assert all(len(line.encode()) <= LINE_BYTES for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert "DTSTAMP:20260201T120000Z\r\n" in text
    (event,) = events(text)
    assert event["SUMMARY"] == "the ten\\; all\\, of them (1)"
    assert event["DESCRIPTION"].endswith("발 마사지\\, " * 20 + ": 0 s\\, skipped")


def test_a_run_without_an_end_or_a_beginning_is_no_trouble(tmp_path):
    database = Database(tmp_path)
    database.record(Record(0, "run", "", {"routine": "ten_foot_stretches"}))
    database.record(Record(1, "run", "2026-01-02T08:00:00", {"routine": "gone"}))
    (event,) = events(as_ical(database, NAMES, NOW))
    database.close()
    assert (event["DTSTART"], event["DTEND"]) == ("20260102T080000", "20260102T080001")
    assert event["SUMMARY"] == "gone (0)"
    assert "DESCRIPTION" not in event


@pytest.mark.parametrize("way", ["--csv", "--ical"])
def test_what_cannot_be_written_is_told_in_a_line(data, capsys, way):
    Path("there").write_text("mine", encoding="utf-8")
    assert main(["history", way, "there"]) == 2
    assert capsys.readouterr().err == "solemate: there is there already; choose another name, or move it away\n"
    assert Path("there").read_text(encoding="utf-8") == "mine"
    assert main(["history", way, "no/such/folder"]) == 1
    assert capsys.readouterr().err == "solemate: cannot write no/such/folder: No such file or directory\n"


def test_a_full_disk_is_told_in_a_line_and_no_part_is_left(data, capsys, monkeypatch):
    opened = os.open

    def on_a_full_disk(name: str, flags: int, mode: int = 0o777) -> int:
        os.close(opened(name, flags, mode))
        return opened("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("assistant.cli.history_export.os.open", on_a_full_disk)
    assert main(["history", "--csv", "full.csv"]) == 1
    assert capsys.readouterr().err == "solemate: cannot write full.csv: No space left on device; free some space\n"
    assert not Path("full.csv").exists()


def test_two_exports_at_once_are_refused(capsys):
    assert main(["history", "--csv", "-", "--ical", "-"]) == 2
    assert "choose one" in capsys.readouterr().err
