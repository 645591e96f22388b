"""What can't be stored waits, and is stored as soon as it can be: with disks that are full, and locks that are held."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.dialogue.content.events import Record
from assistant.errors import SolemateError
from assistant.runtime.database import DATABASE, LOCK, Database, DatabaseReader, keeper_of
from assistant.runtime.keeper import LASTING_SECONDS, LATER_SECONDS, InUseError, Keeper
from tests.other_program import holding
from tests.small_disk import Disk, missing, small_disk

ROOT = Path(__file__).parent.parent


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    reason = missing(tmp_path / "try")
    if reason is not None:
        pytest.skip(reason)
    with small_disk(tmp_path / "disk") as made:
        yield made


def run(number: int) -> Record:
    return Record(number, "run", "2026-01-01T08:00:00", {"routine": "ten_foot_stretches"})


def stretch(number: int, name: str) -> Record:
    values = {"stretch": name, "outcome": "done", "seconds": 20.0}
    return Record(number, "stretch", f"2026-01-01T08:0{number}:00", values)


def tended(keeper: Keeper, seconds: float = LASTING_SECONDS + 0.1, start: float = 0.0) -> list[SolemateError | None]:
    """What it tells, in as many seconds of the session."""
    return [keeper.tend(start + 0.03 * step) for step in range(1 + round(seconds / 0.03))]


def stored(folder: Path) -> tuple[dict[str, object], list[str]]:
    reading = DatabaseReader(folder)
    try:
        rows = reading.rows("SELECT stretch FROM stretches WHERE run IS NOT NULL ORDER BY id")
        return dict(reading.load()), [row["stretch"] for row in rows]
    finally:
        reading.close()


def live_through(keeper: Keeper) -> None:
    """A morning's run, some of which is undone."""
    keeper.record(run(0))
    for elapsed in range(200):
        keeper.keep("unfinished", {"elapsed": elapsed})
    keeper.record(stretch(1, "heel_raises"))
    keeper.record(stretch(2, "toe_pressing"))
    keeper.take_back(2)
    keeper.record(stretch(2, "ankle_circles"))
    keeper.keep("unfinished", None)
    keeper.keep("best:toe_pressing", 12.5)


ALL = ({"best:toe_pressing": 12.5}, ["heel_raises", "ankle_circles"])


def test_while_another_program_holds_the_lock_nothing_is_lost_or_raised(tmp_path):
    keeper = keeper_of(tmp_path)
    assert tended(keeper) == [None] * len(tended(keeper))
    with holding(tmp_path / DATABASE) as other:
        live_through(keeper)
        told = tended(keeper)
        assert told[0] is None, "a lock is mostly gone in a moment"
        assert "another program holds" in str(told[-1])
        assert "Solemate is running" not in str(told[-1])
        assert stored(tmp_path) == ({}, [])
        other.let_go()
        after = tended(keeper, LATER_SECONDS + 0.1, start=LASTING_SECONDS + 0.2)
    assert after[-1] is None
    assert stored(tmp_path) == ALL
    assert keeper.close() is None


def test_a_lock_of_a_moment_is_not_told(tmp_path):
    keeper = keeper_of(tmp_path)
    with holding(tmp_path / DATABASE) as other:
        live_through(keeper)
        keeper.tend(0.0)
        other.let_go()
        assert set(tended(keeper)) == {None}
    assert stored(tmp_path) == ALL
    keeper.close()


def test_a_full_disk_loses_nothing_once_there_is_room(disk):
    keeper = keeper_of(disk.folder)
    disk.fill()
    for number in range(300):
        keeper.keep(f"note {number}", "x" * 1000)
    live_through(keeper)
    assert "full" in str(tended(keeper)[-1])
    assert "free some space" in str(tended(keeper)[-1])
    disk.empty()
    assert keeper.tend(100.0) is None
    memory, done = stored(disk.folder)
    assert {key: value for key, value in memory.items() if "note" not in key} == ALL[0]
    assert len(memory) == 301
    assert done == ALL[1]
    assert keeper.close() is None
    assert DatabaseReader(disk.folder).fault() is None


def test_what_is_lost_at_the_end_is_told(disk):
    keeper = keeper_of(disk.folder)
    disk.fill()
    for number in range(300):
        keeper.keep(f"note {number}", "x" * 1000)
    assert "full" in str(keeper.close())


def test_on_a_disk_that_is_full_from_the_start_it_knows_what_was_stored(disk):
    before = keeper_of(disk.folder)
    live_through(before)
    before.close()
    disk.fill()
    keeper = keeper_of(disk.folder)
    assert keeper.load() == ALL[0]
    assert keeper.history().days
    keeper.record(run(0))
    keeper.record(stretch(1, "heel_stretches"))
    tended(keeper)
    disk.empty()
    assert keeper.tend(100.0) is None
    assert stored(disk.folder) == (ALL[0], [*ALL[1], "heel_stretches"])
    keeper.close()


def test_what_was_stored_just_before_a_power_cut_is_known_on_a_full_disk_too(disk):
    script = (
        "import os, sys; from pathlib import Path; from tests.test_keeper import keeper_of, live_through\n"
        "live_through(keeper_of(Path(sys.argv[1]))); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script, str(disk.folder)], cwd=ROOT, check=False, timeout=100)
    for shared in disk.folder.glob("*-shm"):
        shared.unlink()
    disk.fill()
    keeper = keeper_of(disk.folder)
    assert keeper.load() == ALL[0]
    keeper.close()


def test_a_disk_that_becomes_read_only_and_writable_again(disk):
    before = keeper_of(disk.folder)
    live_through(before)
    before.close()
    disk.make_read_only(yes=True)
    keeper = keeper_of(disk.folder)
    assert keeper.load() == ALL[0]
    keeper.keep("words", "short")
    assert tended(keeper)[-1] is not None
    disk.make_read_only(yes=False)
    assert keeper.tend(100.0) is None
    assert stored(disk.folder)[0] == {**ALL[0], "words": "short"}
    keeper.close()


def test_a_database_that_is_locked_at_the_start_is_written_later_and_a_better_best_stays(tmp_path):
    first = keeper_of(tmp_path)
    first.keep("best:toe_pressing", 40.0)
    first.keep("best:toe_pencil_pickups", 5.0)
    first.close()
    with holding(tmp_path / DATABASE, alone=True) as other:
        keeper = keeper_of(tmp_path)
        assert keeper.history().days == {}
        keeper.keep("best:toe_pressing", 12.5)
        keeper.keep("best:toe_pencil_pickups", 12.5)
        assert "another program" in str(tended(keeper)[-1])
        other.let_go()
    assert keeper.tend(100.0) is None
    assert stored(tmp_path)[0] == {"best:toe_pressing": 40.0, "best:toe_pencil_pickups": 12.5}
    keeper.close()


def test_a_database_whose_lock_lets_others_read_is_read(tmp_path):
    first = keeper_of(tmp_path)
    live_through(first)
    first.close()
    with holding(tmp_path / DATABASE) as other:
        keeper = keeper_of(tmp_path)
        assert keeper.load() == ALL[0]
        keeper.keep("words", "short")
        other.let_go()
    assert keeper.close() is None
    assert stored(tmp_path)[0] == {**ALL[0], "words": "short"}


def test_another_solemate_is_still_a_reason_not_to_begin(tmp_path):
    first = keeper_of(tmp_path)
    with pytest.raises(InUseError, match="another Solemate is running already"):
        keeper_of(tmp_path)
    first.close()


@pytest.mark.parametrize("what", ["no database", "no folder", "no lock", "a damaged value", "a damaged moment"])
def test_what_cannot_be_used_at_the_start_is_told_and_left_as_it_is(tmp_path, what):
    folder = tmp_path / "data"
    if what == "no folder":
        folder.write_text("a file in its place")
    else:
        folder.mkdir()
        if what == "no database":
            (folder / DATABASE).write_text("this is a letter, not a database " * 100)
        elif what == "no lock":
            (folder / LOCK).mkdir()
        else:
            made = Database(folder)
            made.record(run(0))
            made.record(Record(1, "stretch", "soon", {"stretch": "heel_raises", "outcome": "done", "seconds": 1.0}))
            if what == "a damaged value":
                made._write("INSERT INTO memory VALUES ('words', '{')")
            made.close()
    before = {path: path.read_bytes() for path in folder.glob("*.db")}
    keeper = keeper_of(folder)
    assert keeper.history().days == {}
    live_through(keeper)
    assert str(folder) in str(tended(keeper)[-1])
    assert str(folder) in str(keeper.close())
    assert {path: path.read_bytes() for path in before} == before


def test_a_database_that_is_overwritten_in_the_middle_raises_nothing(tmp_path):
    keeper = keeper_of(tmp_path)
    live_through(keeper)
    (tmp_path / DATABASE).write_bytes(b"this is a letter, not a database " * 4000)
    for leftover in tmp_path.glob(f"{DATABASE}-wal"):  # not -shm, which SQLite maps into memory
        leftover.write_bytes(b"")
    keeper.keep("words", "short")
    tended(keeper)
    keeper.close()


def test_a_record_that_could_not_be_deleted_is_deleted_later(tmp_path):
    database = Database(tmp_path)
    database.record(run(0))
    database.record(stretch(1, "heel_raises"))
    with holding(tmp_path / DATABASE) as other:
        with pytest.raises(SolemateError):
            database.take_back(1)
        other.let_go()
    database.take_back(1)
    assert database.rows("SELECT id FROM stretches") == []
    database.close()
