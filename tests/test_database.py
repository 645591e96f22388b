"""What outlasts a session is on disk, and only one Solemate at a time has it."""

from __future__ import annotations

import pytest

from assistant.cli.main import main
from assistant.dialogue.content.events import Record
from assistant.errors import SolemateError
from assistant.paths import user_folder
from assistant.runtime.database import DATABASE, LOCK, Database, DatabaseReader, is_running


def test_what_is_kept_is_there_the_next_time(tmp_path):
    database = Database(tmp_path / "new" / "folder")
    database.keep("safety_told", True)
    database.keep("unfinished", {"date": "2026-01-01", "stretch": "heel_stretches"})
    database.keep("best:toe_pressing", 12.5)
    database.keep("best:toe_pressing", None)
    database.close()
    again = Database(tmp_path / "new" / "folder")
    assert again.load() == {"safety_told": True, "unfinished": {"date": "2026-01-01", "stretch": "heel_stretches"}}
    again.close()


def test_a_second_solemate_is_told_so(tmp_path):
    first = Database(tmp_path)
    with pytest.raises(SolemateError, match="another Solemate is running already"):
        Database(tmp_path)
    first.close()
    Database(tmp_path).close()


def test_a_file_that_is_no_database_is_named_with_the_way_out(tmp_path):
    (tmp_path / DATABASE).write_text("this is a letter, not a database " * 100)
    with pytest.raises(SolemateError, match=r"solemate\.db.*move it away"):
        Database(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SolemateError, match="cannot use"):
        Database(tmp_path / "file" / "folder")


def test_what_is_kept_can_be_read_while_another_writes(tmp_path):
    writing = Database(tmp_path)
    writing.keep("words", "short")
    reading = DatabaseReader(tmp_path)
    assert reading.load() == {"words": "short"}
    writing.keep("words", "full")
    assert reading.load() == {"words": "full"}
    assert is_running(tmp_path)
    reading.close()
    writing.close()
    assert not is_running(tmp_path)


def test_reading_makes_nothing_where_there_is_nothing(tmp_path):
    folder = tmp_path / "none"
    assert not is_running(folder)
    kept = DatabaseReader(folder)
    assert kept.load() == {}
    assert kept.history().days == {}
    assert kept.fault() is None
    assert not folder.exists()


def test_a_damaged_file_is_found(tmp_path):
    database = Database(tmp_path)
    for n in range(400):
        database.keep(f"key {n}", "x" * 100)
    database.close()
    path = tmp_path / DATABASE
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 5] = b"\xff" * 4096 * 2
    path.write_bytes(data)
    kept = DatabaseReader(tmp_path)
    assert kept.fault()
    kept.close()


def test_a_lock_that_is_no_database_is_told_where_it_matters(tmp_path):
    (tmp_path / LOCK).write_text("this is a letter, not a database " * 100)
    assert not is_running(tmp_path)
    with pytest.raises(SolemateError, match=r"solemate\.lock.*move it away"):
        Database(tmp_path)
    (tmp_path / LOCK).unlink()
    (tmp_path / LOCK).mkdir()
    assert not is_running(tmp_path)


@pytest.mark.parametrize(("begun", "at"), [("soon", "2026-01-01T08:00:00"), ("2026-01-01T08:00:00", "soon")])
def test_a_moment_that_is_none_is_named_with_the_file(begun, at, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    database = Database(user_folder())
    database.record(Record(0, "run", begun, {"routine": "ten_foot_stretches"}))
    database.record(Record(1, "stretch", at, {"stretch": "heel_raises", "outcome": "done", "seconds": 20.0}))
    database.close()
    assert main(["history"]) == 1
    told = capsys.readouterr().err
    assert "solemate.db" in told
    assert "'soon'; move it away" in told


def test_nobody_else_can_read_what_is_kept(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    for name in (DATABASE, f"{DATABASE}-journal"):
        (folder / name).touch(mode=0o644)
    database = Database(folder)
    database.keep("hurt:heel_raises", 1)
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.glob(f"{DATABASE}*")}
    database.close()
    assert f"{DATABASE}-wal" in modes
    assert set(modes.values()) == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_empty_file_is_no_history_yet(tmp_path):
    (tmp_path / DATABASE).touch()
    kept = DatabaseReader(tmp_path)
    assert kept.fault() is None
    assert kept.rows("SELECT id FROM stretches") == []


def test_a_file_that_may_not_be_written_is_told_with_what_helps(tmp_path, monkeypatch):
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied", "solemate.db")

    monkeypatch.setattr("assistant.runtime.database.os.open", refuse)
    with pytest.raises(SolemateError, match=r"Permission denied; give yourself the right to write it") as told:
        Database(tmp_path)
    assert "Errno" not in str(told.value)
