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
from assistant.dialogue.run.estimate import seconds_of_all
from assistant.dialogue.run.resume_point import unfinished
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.phases import Phase
from assistant.runtime.database import Database
from tests.stage import AT_A_WORD, BOOK, BY_ITSELF, Stage, exercising

STRETCHES = [stretch.id for stretch in BOOK.routine.stretches]
TODAY = date(2026, 1, 1)
SAFE = AT_A_WORD


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
    stage = Stage(memory=BY_ITSELF, history=done_on(1, 2)).say("start_stretch", stretch="foot_massage")
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert "[milestone days=3]" in stage.silence().said
    plain = Stage(memory=BY_ITSELF, history=done_on(1)).say("start_stretch", stretch="foot_massage")
    plain.wait_until(lambda s: s.phase is Phase.FINISHED).wait(10)
    assert not any("days=" in text for text in plain.said)
    evening = Stage(memory=BY_ITSELF, history=done_on(0), wall="2026-01-01T19:00:00")
    second = evening.say("start_stretch", stretch="foot_massage")
    second.wait_until(lambda s: s.phase is Phase.FINISHED).wait(10)
    assert second.said[-1] == "[both_done]"


# Saying less


FADING = {
    "optional_things": "[needs_maybe things=yoga mat]",
    "in_a_moment": "[say_wait]",
    "good_for": "[heel_stretches.good_for]",
    "breathing": "[heel_stretches.breathing]",
    "how": "[heel_stretches.how.1 side=left]",
    "change": "[heel_stretches.change.1 side=right]",
    "after": "[heel_stretches.after.1]",
}
"""Lines that are dropped once a stretch is known, by the kind whose data say when."""

ALWAYS = {
    "[intro name=heel_stretches number=4]",
    "[heel_stretches.position.1]",
    "[heel_stretches.position.2 side=left]",
    "[told_hold_sides rounds=1 time=30 s unit=[unit_rounds]]",
}


@pytest.mark.parametrize("times", [0, 1, *sorted(set(BOOK.coaching.told_until.values())), 30])
def test_a_stretch_is_told_in_fewer_words_the_more_familiar_it_is_but_where_and_how_much_always(times):
    history = done_on(*range(1, times + 1))
    stage = Stage(memory=BY_ITSELF, history=history).say("only_stretch", stretch="heel_stretches")
    said = " ".join(stage.wait_until(lambda s: s.phase is Phase.FINISHED).silence().said)
    told = {kind for kind, line in FADING.items() if line in said}
    assert told == {kind for kind in FADING if times < BOOK.coaching.told_until[kind]}
    assert all(line in said for line in ALWAYS)


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


@pytest.mark.parametrize(
    ("held", "outcome", "counts"), [(5, "skipped", False), (20, "shortened", True), (29.5, "done", True)]
)
def test_done_in_a_timed_hold_keeps_what_was_held_and_is_a_whole_stretch_only_if_it_was_one(
    tmp_path, held, outcome, counts
):
    """Of the only foot that is done, thirty seconds."""
    stage = Stage(memory={**SAFE, "left_out_foot:left": TODAY.isoformat()}).say("start_stretch", stretch="foot_massage")
    stage.silence().say("ready").wait_for(Phase.EXERCISING).wait(held).say("done")
    database = Database(tmp_path)
    lived(stage, database)
    assert [tuple(row) for row in database.rows("SELECT side, seconds FROM holds")] == [("right", held)]
    kept = [tuple(row) for row in database.rows("SELECT stretch, outcome, seconds FROM stretches")]
    assert kept == [("foot_massage", outcome, held)]
    assert bool(database.history().days) is counts
    assert ("foot_massage" in stage.state.run.done) is counts
    database.close()


@pytest.mark.parametrize(
    ("begun", "times", "morning"),
    [
        ("13:38", 1, True),  # it is over after two, when the second half of the day begins
        ("13:59", 1, True),
        ("14:00", 1, False),
        ("23:38", 1, False),  # it is over after midnight
        ("00:05", 1, True),
    ],
)
def test_a_run_counts_for_the_half_of_the_day_in_which_it_began(tmp_path, begun, times, morning):
    stage = Stage(memory=SAFE, wall=f"2026-01-01T{begun}:00").silence().say("start_routine")
    while (
        stage.wait_until(lambda s: s.phase in (Phase.GETTING_READY, Phase.FINISHED)).state.phase is not Phase.FINISHED
    ):
        stage.say("ready").wait_until(lambda s: s.phase is not Phase.GETTING_READY)
    database = Database(tmp_path)
    lived(stage, database)
    for history in (stage.state.history, database.history()):
        assert list(history.days) == [TODAY]
        day = history.days[TODAY]
        assert (day.times(5), bool(day.morning), bool(day.evening)) == (times, morning, not morning)
    database.close()


# How long it takes


def run_of(*, ready: float, held: float, wall: str = "2026-01-01T08:00:00", **memory: object) -> Stage:
    """A run of the short routine by somebody who takes that long to get ready and holds for so long."""
    stage = Stage(replace(BOOK, ready_seconds=600), {**SAFE, **memory}, wall).silence()
    stage.say("choose_routine", routine=SHORT)
    while stage.wait_until(waits_for_them).state.phase is not Phase.FINISHED:
        getting_ready = stage.state.phase is Phase.GETTING_READY
        stage.wait(ready if getting_ready else held).say("ready" if getting_ready else "done")
    return stage


SHORT = "five_minutes"


def waits_for_them(state: State) -> bool:
    kind = None if state.run.span is None or state.speech is not None else state.run.span.kind
    return kind in (SpanKind.READY, SpanKind.OPEN) or state.phase is Phase.FINISHED


def told_to_take(stage: Stage) -> float:
    """Seconds that the short routine is estimated to take."""
    routine = next(each for each in stage.book.routines if each.id == SHORT)
    return seconds_of_all(stage.book, stage.state, routine)


def test_all_of_it_takes_as_long_as_it_took_this_person(tmp_path):
    stage = run_of(ready=50, held=40)
    begun_at = next(t for t, effect in stage.log if isinstance(effect, Record) and effect.kind == "run")
    took = stage.state.now - begun_at
    assert told_to_take(stage) == pytest.approx(took, rel=0.06)
    database = Database(tmp_path)
    lived(stage, database)
    later = Stage(memory=SAFE, history=database.history())
    assert told_to_take(later) == pytest.approx(took, rel=0.06)
    assert told_to_take(Stage(memory=SAFE)) < took - 60
    later.say("total_time", routine=SHORT)
    assert later.said[-1] == f"[routine_takes name=five_minutes time={round(told_to_take(later) / 60)} min]"
    database.close()


def test_a_pause_in_one_run_changes_nothing_and_what_is_set_does(tmp_path):
    history = History()
    for seconds in (20.0, 20.0, 900.0):
        for stretch in STRETCHES:
            history = history.with_readied(SHORT, stretch, seconds)
    usual = told_to_take(Stage(memory=SAFE, history=history))
    longer = told_to_take(Stage(memory={**SAFE, "rest:toe_walking": 60}, history=history))
    assert usual < 600
    rounds = next(each for each in BOOK.routines if each.id == SHORT).stretches[0].dose
    assert longer - usual == pytest.approx((60 - rounds.rest) * (rounds.rounds - 1))


def test_while_a_run_goes_on_its_estimate_stays_what_it_was():
    stage = exercising("toe_walking").say("pause").wait(300).say("resume")
    assert stage.state.history.readied == {}
    assert run_of(ready=5, held=5).state.history.readied


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
    lines = printed.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("BEGUN"))
    assert lines[head + 1][lines[head].index("END") :].strip() == lines[head + 1].split("min")[-1].strip()
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
