"""The history: stored as it happens, lenient about missed days, told by voice and on the command line."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from assistant.cli.main import main
from assistant.dialogue.content.events import Record
from assistant.dialogue.content.history import History, Streak
from assistant.dialogue.run.resume_point import unfinished
from assistant.phases import Phase
from assistant.runtime.database import Database
from tests.stage import BOOK, Stage, exercising

STRETCHES = [stretch.id for stretch in BOOK.routine.stretches]
TODAY = date(2026, 1, 1)
SAFE = {"safety_told": True}


def done_on(*days_ago: int, hour: int = 8, stretches: int = 10) -> History:
    """A history in which so many stretches were done so many days before TODAY."""
    history = History()
    for days in days_ago:
        at = datetime.combine(TODAY - timedelta(days=days), datetime.min.time()).replace(hour=hour)
        for stretch in STRETCHES[:stretches]:
            history = history.with_done(at, stretch)
    return history


@pytest.mark.parametrize(
    ("days_ago", "days", "missed"),
    [
        ((), 0, 0),
        ((0,), 1, 0),
        ((1,), 1, 0),
        ((0, 1, 2), 3, 0),
        ((1, 2, 3), 3, 0),
        ((0, 2, 3), 3, 1),
        ((0, 2, 4, 5), 4, 2),
        ((2, 3), 2, 1),
        ((0, 3, 4), 1, 0),
        ((3, 4, 5), 0, 0),
    ],
)
def test_one_missed_day_does_not_break_a_streak_and_two_do(days_ago, days, missed):
    assert done_on(*days_ago).streak(TODAY, 5) == Streak(days, missed)


def test_the_longest_streak_counts_as_kindly():
    assert done_on(0, 20, 21, 23, 24, 40).longest(5) == 4


def test_half_of_the_stretches_make_half_a_day():
    assert done_on(0, stretches=4).streak(TODAY, 5).days == 0
    assert done_on(0, stretches=5).streak(TODAY, 5).days == 1


@pytest.mark.parametrize(
    ("history", "what", "answer"),
    [
        (done_on(), "", "[progress_none]"),
        (done_on(0, 1, 2), "row", "[row days=3]"),
        (done_on(0, 2), "row", "[row_missed_one days=2]"),
        (done_on(9), "row", "[row_none]"),
        (done_on(0), "row", "[row_one]"),
        (done_on(1), "today", "[today_none]"),
        (done_on(0), "today", "[today_morning]"),
        (done_on(0, hour=19), "today", "[today_evening]"),
        (done_on(0, stretches=3), "today", "[today_some count=3]"),
        (done_on(0, 1, 2), "", "[today_morning] [row days=3] [week count=3]"),
    ],
)  # fmt: skip
def test_progress_is_told_from_the_history(history, what, answer):
    slots = {"what": what} if what else {}
    assert Stage(history=history).say("progress", **slots).said[-1] == answer


def test_bests_are_told_for_one_or_for_all_that_have_them():
    stage = Stage(memory={**SAFE, "best:toe_pressing": 14.0})
    both = stage.say("progress", what="best").said[-1]
    assert both == "[best_none name=toe_pencil_pickups] [best name=toe_pressing time=14 s]"
    assert stage.say("progress", what="best", stretch="heel_raises").said[-1] == "[best_timed name=heel_raises]"
    current = exercising("toe_pressing").wait(6).say("done").say("progress", what="best")
    assert current.said[-1] == "[best name=toe_pressing time=6 s]"


def test_a_run_counts_at_once_and_milestones_are_rare():
    stage = Stage(history=done_on(1, 2)).say("start_stretch", stretch="foot_massage")
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert "[milestone days=3]" in stage.silence().said[-1] + stage.wait(5).said[-1]
    plain = Stage(history=done_on(1)).say("start_stretch", stretch="foot_massage")
    plain.wait_until(lambda s: s.phase is Phase.FINISHED).wait(10)
    assert not any("days=" in text for text in plain.said)
    second = Stage(history=done_on(0), wall="2026-01-01T19:00:00").say("start_stretch", stretch="foot_massage")
    second.wait_until(lambda s: s.phase is Phase.FINISHED).wait(10)
    assert second.said[-1] == "[both_done]"


# Saying less


@pytest.mark.parametrize(
    ("times", "position", "how", "ready"),
    [(0, True, True, True), (2, True, True, True), (3, True, False, True), (8, False, False, True)],
)
def test_a_stretch_is_told_in_fewer_words_the_more_familiar_it_is(times, position, how, ready):
    stage = Stage(history=done_on(*range(1, times + 1))).say("start_stretch", stretch="heel_stretches").silence()
    said = " ".join(stage.said)
    assert ("heel_stretches.position" in said, "heel_stretches.how" in said, "[say_ready]" in said) == (
        position,
        how,
        ready,
    )
    assert "[needs_maybe things=yoga mat]" in said
    assert "[heel_stretches.how.1 side=left]" in stage.say("how_to").said[-1]


def test_what_was_long_ago_is_explained_as_if_it_were_new():
    stage = Stage(history=done_on(*range(40, 60))).say("start_stretch", stretch="heel_stretches").silence()
    assert "[heel_stretches.how.1 side=left]" in " ".join(stage.said)


def test_wordings_vary_from_day_to_day_and_are_the_same_on_the_same_day():
    texts = {**BOOK.replies.texts, "starting": ("[one way]", "[another way]", "[yet another way]")}
    book = replace(BOOK, replies=replace(BOOK.replies, texts=texts))

    def starts(days: int) -> str:
        stage = Stage(book, history=done_on(*range(1, days + 1))).say("start_stretch", stretch="toe_walking").silence()
        return stage.say("ready").said[-1]

    assert len({starts(days) for days in range(3)}) == 3
    assert starts(2) == starts(2)


# Kept in SQLite


def lived(stage: Stage, database: Database) -> None:
    """Keep what a stage wanted to be kept, as a session does."""
    for _, effect in stage.log:
        if isinstance(effect, Record):
            database.record(effect)
    for key, value in stage.remembered.items():
        database.keep(key, value)


def test_runs_stretches_holds_skips_and_pain_are_kept(tmp_path):
    stage = Stage().say("start_stretch", stretch="heel_stretches").silence().say("ready")
    stage.wait_until(lambda s: s.run.stretch == 4).say("next").silence().say("ready").wait_for(Phase.EXERCISING)
    stage.wait(4).say("hurts").say("stop")
    database = Database(tmp_path)
    lived(stage, database)
    runs = [tuple(row) for row in database.rows("SELECT routine, begun, why FROM runs")]
    assert runs == [("ten_foot_stretches", "2026-01-01T08:00:00", "hurts")]
    stretches = [tuple(row) for row in database.rows("SELECT stretch, outcome, seconds FROM stretches")]
    assert stretches == [
        ("heel_stretches", "done", 60), ("foot_massage", "skipped", 0), ("resistance_band_stretches", "hurt", 0),
    ]  # fmt: skip
    holds = [tuple(row) for row in database.rows("SELECT stretch, round, side, seconds FROM holds")]
    assert holds == [
        ("heel_stretches", 1, "left", 30), ("heel_stretches", 1, "right", 30),
        ("resistance_band_stretches", 1, "", 4),
    ]  # fmt: skip
    assert database.history().days[TODAY].morning == {"heel_stretches"}
    database.close()


def test_what_is_taken_back_is_dropped_and_its_run_goes_on(tmp_path):
    stage = exercising("heel_stretches", step=2).wait(10)
    records = stage.state.records
    stage.say("done").say("stop")
    database = Database(tmp_path)
    lived(stage, database)
    assert database.history().days
    database.take_back(records)
    assert not database.history().days
    assert [tuple(row) for row in database.rows("SELECT ended, why FROM runs")] == [(None, None)]
    database.close()


def test_a_run_that_was_over_before_what_is_taken_back_stays_over(tmp_path):
    stage = exercising("heel_stretches").say("stop").silence()
    records = stage.state.records
    stage.say("start_stretch", stretch="foot_massage")
    database = Database(tmp_path)
    lived(stage, database)
    database.take_back(records)
    assert [row["why"] for row in database.rows("SELECT why FROM runs")] == ["stopped"]
    database.close()


@pytest.mark.parametrize("command", ["start_stretch", "only_stretch"])
@pytest.mark.parametrize("paused", [False, True])
def test_a_hold_that_is_left_for_another_stretch_is_kept_and_its_stretch_skipped(command, paused):
    stage = exercising("heel_stretches").wait(10)
    if paused:
        stage.say("pause").wait(2)
    stage.say(command, stretch="foot_massage")
    records = [effect for _, effect in stage.log if isinstance(effect, Record)]
    assert [each.values["seconds"] for each in records if each.kind == "hold"] == [10]
    assert [(each.values["stretch"], each.values["outcome"]) for each in records if each.kind == "stretch"] == [
        ("heel_stretches", "skipped")
    ]


def a_year(database: Database) -> None:
    """365 days, twice a day, all ten stretches."""
    number = 0
    for days in range(365):
        for hour in (8, 19):
            at = datetime.combine(date.today() - timedelta(days=days), datetime.min.time()).replace(hour=hour)
            database.record(Record(number, "run", at.isoformat(), {"routine": "ten_foot_stretches"}))
            for stretch in STRETCHES:
                number += 1
                what = {"stretch": stretch, "outcome": "done", "seconds": 60.0}
                database.record(Record(number, "stretch", at.isoformat(), what))
            database.record(Record(number, "end", at.isoformat(), {"why": "complete"}))
            number += 1


@pytest.fixture
def year(tmp_path, monkeypatch):
    """The user's data folder with a year in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    database = Database(tmp_path / "solemate")
    database._connection.execute("PRAGMA synchronous=OFF")
    a_year(database)
    database.keep("best:toe_pressing", 31.5)
    database.keep("hold:heel_stretches", 40.0)
    database.close()
    return tmp_path / "solemate"


def test_a_year_is_told_of(year, capsys):
    assert main(["history"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("365 days in a row; 365 days at most.\n")
    assert f"{date.today()} 19:00" in printed
    assert "Longest toe pressing: 31.5 s" in printed
    assert max(map(len, printed.splitlines())) <= 100


def test_the_history_as_json_and_as_csv(year, capsys):
    assert main(["history", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert (plain["streak_days"], plain["longest_streak_days"]) == (365, 365)
    assert plain["best_seconds"] == {"toe_pressing": 31.5}
    assert (len(plain["runs"]), len(plain["days"])) == (730, 365)
    assert plain["runs"][0]["stretches"][0]["outcome"] == "done"
    assert main(["history", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 7300
    assert rows[0]["stretch"] == "toe_walking"


def test_the_history_is_forgotten_and_settings_stay(year, capsys):
    assert main(["history", "forget"]) == 2
    assert main(["history", "forget", "--yes"]) == 0
    database = Database(year)
    assert not database.history().days
    assert database.load() == {"hold:heel_stretches": 40.0}
    database.close()
    assert b"toe_walking" not in (year / "solemate.db").read_bytes()
    capsys.readouterr()
    assert main(["history"]) == 0
    assert capsys.readouterr().out.startswith("There is nothing yet")


@pytest.mark.parametrize(("killed", "end"), [(True, "broken off"), (False, "goes on")])
def test_the_history_is_read_beside_a_guide_and_tells_the_work_of_a_run_that_has_no_end(
    tmp_path, monkeypatch, capsys, killed, end
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    stage = exercising("heel_stretches").wait(12)
    database = Database(tmp_path / "solemate")
    lived(stage, database)
    place = unfinished(stage.state, BOOK.routine)
    database.keep("unfinished", place)
    if killed:
        database.close()
    assert main(["history"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if "2026-01-01 08:00" in line)
    assert "0:12 min" in row
    assert row.endswith(end)
    database.close()


def test_a_shorter_routine_is_done_sooner(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    database = Database(tmp_path / "solemate")
    at = datetime.now().isoformat(timespec="seconds")
    database.record(Record(0, "run", at, {"routine": "five_minutes"}))
    for number, stretch in enumerate(STRETCHES[:3], start=1):
        database.record(Record(number, "stretch", at, {"stretch": stretch, "outcome": "done", "seconds": 60.0}))
    database.close()
    assert main(["history"]) == 0
    assert capsys.readouterr().out.startswith("0 days in a row")
    assert main(["--routine", "five_minutes", "history"]) == 0
    assert capsys.readouterr().out.startswith("1 day in a row")


def test_a_routine_that_is_gone_hides_no_history(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path / "config"))
    file = tmp_path / "mine.yaml"
    assert main(["routine", "new", str(file)]) == main(["settings", "set", "routine", str(file)]) == 0
    file.unlink()
    capsys.readouterr()
    for way in ([], ["--json"], ["--csv"]):
        assert main(["history", *way]) == 0
        out, err = capsys.readouterr()
        assert out
        assert ("shown as for ten_foot_stretches" in err) == (way != ["--csv"])
    assert main(["history", "--routine", str(file)]) == 2


def test_two_ways_to_write_it_at_once_are_refused(capsys):
    assert main(["history", "--json", "--csv"]) == 2
    assert "choose one" in capsys.readouterr().err


if __name__ == "__main__":
    # Measures how long "how am I doing" takes with a year of history: from the file to the answer, and from memory.
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        kept = Database(Path(folder))
        a_year(kept)
        begin = time.perf_counter()
        loaded = kept.history()
        middle = time.perf_counter()
        asked = Stage(history=loaded, wall=datetime.now().isoformat())
        ready = time.perf_counter()
        asked.say("progress")
        print(f"load {1000 * (middle - begin):.1f} ms, answer {1000 * (time.perf_counter() - ready):.1f} ms")
        print(asked.said[-1])
