"""`solemate history`: what was done on which days, as a calendar and a table."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from assistant.cli.history_export import STDOUT, as_csv, as_ical, stretches_of, write
from assistant.cli.options import add_json, add_settings, settings_of, teach
from assistant.errors import SolemateError, UsageError
from assistant.settings.table import SETTINGS

if TYPE_CHECKING:
    from assistant.dialogue.content.history import History
    from assistant.dialogue.content.routine import Routine
    from assistant.runtime.database import Database, DatabaseReader
    from assistant.settings.table import Settings

WEEKS = 5
"""Weeks in the calendar: this one and the month before."""

RUNS = 10
"""Runs in the table, the latest ones."""

A_CHANGE = 1.0
"""By how much pain or effort must differ, on an average, from the earlier to the later half of the last runs with
numbers, to be called rising or falling; nobody tells a four from a four and a half."""

NUMBERS = ("effort", "pain")
"""What numbers are given to."""

ENDS = {"complete": "to its end", "stopped": "stopped", "hurts": "stopped, it hurt", "no answer": "no answer"}
"""How a run ended, for the table; one without an end is still going on, or was interrupted."""


def register(subparsers: Any) -> None:
    """Add `history` to what `ArgumentParser.add_subparsers` returned."""
    parser = subparsers.add_parser(
        "history",
        help="what you have done, day by day",
        **teach(
            "Shows what you have done: a calendar of the last weeks, and a table of the last runs.",
            "solemate history",
            "solemate history --csv stretches.csv      # all of it, for a spreadsheet",
            "solemate history --ical runs.ics          # all of it, for a calendar",
        ),
    )
    add_json(parser)
    for flag, what in (("--csv", "as CSV, a line for each stretch"), ("--ical", "as iCalendar, an event for each run")):
        text = f"{what}, into a new file; - or nothing for standard output"
        parser.add_argument(flag, nargs="?", const=STDOUT, metavar="FILE", help=text)
    add_settings(parser, "language", "routine")
    parser.set_defaults(run=_show)
    commands = parser.add_subparsers(metavar="COMMAND")
    forget = commands.add_parser(
        "forget",
        help="forget all of it; what you have set stays",
        **teach(
            "Forgets which stretches were done on which days. Asks first. What you have set stays.",
            "solemate history forget",
        ),
    )
    forget.add_argument("--yes", action="store_true", help="don't ask whether that is meant")
    forget.set_defaults(run=_forget)


def _show(args: argparse.Namespace) -> int:
    ways = [way for way in ("json", "csv", "ical") if getattr(args, way)]
    if len(ways) > 1:
        raise UsageError(f"--{ways[0]} and --{ways[1]} are two ways to write the same", "choose one")
    # CSV needs no routine.
    routine = None if args.csv else _routine(settings_of(args))
    kept, going_on = _kept()
    try:
        if routine is None:
            write(args.csv, as_csv(kept))
        elif args.ical:
            write(args.ical, as_ical(kept, _names(routine), datetime.now().astimezone()))
        elif args.json:
            print(json.dumps(_plain(kept, routine), indent=2, ensure_ascii=False))
        else:
            print("\n".join(_lines(kept, routine, date.today(), going_on=going_on)))
    finally:
        kept.close()
    return 0


def _routine(settings: Settings) -> Routine:
    """The routine that half a day is measured by. An unreadable one in the settings must not hide the history."""
    from assistant.wiring import language_folder, read_routine, routine_for

    folder = language_folder(settings.text("language"))
    try:
        return routine_for(settings, folder)
    except SolemateError as error:
        if settings.origins["routine"] == "flag":
            raise
        print(f"solemate: {error}; shown as for {SETTINGS['routine'].default}", file=sys.stderr)
        return read_routine(folder)


def _kept() -> tuple[DatabaseReader, bool]:
    """What is stored, read-only, and whether a guide is running."""
    from assistant.paths import user_folder
    from assistant.runtime.database import DatabaseReader, is_running

    folder = user_folder()
    return DatabaseReader(folder), is_running(folder)


def _database() -> Database:
    from assistant.paths import user_folder
    from assistant.runtime.database import Database

    return Database(user_folder())


def _forget(args: argparse.Namespace) -> int:
    if not args.yes:
        if not sys.stdin.isatty():
            raise UsageError("there is nobody to ask whether that is meant", "say so: solemate history forget --yes")
        if input("Forget the whole history? It can't be brought back. Type yes: ").strip().lower() != "yes":
            print("Nothing was forgotten.")
            return 0
    database = _database()
    try:
        database.forget()
    finally:
        database.close()
    print("The history is forgotten. What you have set, such as holds, stays.")
    return 0


def _names(routine: Routine) -> dict[str, str]:
    """The names of a routine and of its stretches, by their ids; what is in another one goes by its id."""
    return {routine.id: routine.name, **{stretch.id: stretch.name for stretch in routine.stretches}}


def _plain(database: DatabaseReader, routine: Routine) -> dict[str, Any]:
    """The whole history, for programs."""
    memory, history, enough = database.load(), database.history(), _enough(database, routine)
    streak = history.streak(date.today(), enough)
    return {
        "streak_days": streak.days,
        "streak_missed": streak.missed,
        "longest_streak_days": history.longest(enough),
        "best_seconds": {key.removeprefix("best:"): best for key, best in memory.items() if key.startswith("best:")},
        "days": {
            when.isoformat(): {"morning": sorted(day.morning), "evening": sorted(day.evening)}
            for when, day in sorted(history.days.items())
        },
        "runs": [
            {
                **dict(run),
                "stretches": [
                    {key: value for key, value in row.items() if key != "run"}
                    for row in stretches_of(database, run["id"])
                ],
                "holds": _of_run(database, "SELECT at, stretch, round, side, seconds FROM holds", run["id"]),
            }
            for run in database.rows("SELECT id, routine, begun, ended, why FROM runs ORDER BY id")
        ],
    }


def _of_run(database: DatabaseReader, query: str, run: int) -> list[dict[str, Any]]:
    return [dict(row) for row in database.rows(f"{query} WHERE run = ? ORDER BY id", run)]


def _enough(database: DatabaseReader, routine: Routine) -> int:
    from assistant.dialogue.state.preferences import enough_of
    from assistant.dialogue.state.state import State

    return enough_of(State(memory=database.load()), routine)


def _lines(database: DatabaseReader, routine: Routine, today: date, *, going_on: bool) -> list[str]:
    """The history for people."""
    history, enough = database.history(), _enough(database, routine)
    if not database.rows("SELECT id FROM runs LIMIT 1"):
        return ["There is nothing yet: start with `solemate`, and say start."]
    streak = history.streak(today, enough)
    missed = f", with {streak.missed} missed in between" if streak.missed else ""
    lines = [f"{_days(streak.days)} in a row{missed}; {_days(history.longest(enough))} at most.", ""]
    lines += [*_calendar(history, enough, today), "", *_table(database, going_on=going_on), "", *_trends(database)]
    names = {stretch.id: stretch.name for stretch in routine.stretches}
    bests = [(key.removeprefix("best:"), best) for key, best in database.load().items() if key.startswith("best:")]
    lines += [f"Longest {names.get(stretch, stretch)}: {best:g} s" for stretch, best in bests]
    return lines if bests else lines[:-1]


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _calendar(history: History, enough: int, today: date) -> list[str]:
    """A row for each week: 2 is done in the morning and in the evening, 1 once, + some of it, . not at all."""
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    lines = ["            Mo Tu We Th Fr Sa Su    2 twice, 1 once, + some of it, . not"]
    for week in range(WEEKS):
        first = monday + timedelta(days=7 * week)
        days = [first + timedelta(days=n) for n in range(7)]
        lines.append(f"{first}  {' '.join(f'{_sign(history, enough, day, today):>2}' for day in days)}".rstrip())
    return lines


def _sign(history: History, enough: int, when: date, today: date) -> str:
    if when > today:
        return ""
    day = history.day(when)
    times = day.times(enough)
    return str(times) if times else "+" if day.morning or day.evening else "."


def _table(database: DatabaseReader, *, going_on: bool) -> list[str]:
    """The latest runs, newest first."""
    place = database.load().get("unfinished") or {}
    runs = database.rows(
        "SELECT id, begun, why, (SELECT sum(seconds) FROM holds WHERE run = runs.id) AS seconds FROM runs "
        "ORDER BY begun DESC, id DESC LIMIT ?",
        RUNS,
    )
    given = [what for what in NUMBERS if database.rows("SELECT id FROM numbers WHERE what = ? LIMIT 1", what)]
    head = "".join(f"  {what.upper():>6}" for what in given)
    lines = [f"BEGUN             DONE  SHORT  SKIPPED  HURT  {'WORK':9}{head}  END"]
    for run in runs:
        counts = {"done": 0, "shortened": 0, "skipped": 0, "hurt": 0}
        for row in database.rows("SELECT outcome, count(*) AS n FROM stretches WHERE run = ? GROUP BY 1", run["id"]):
            counts[row["outcome"]] = row["n"]
        begun = database.moment(run["begun"]).strftime("%Y-%m-%d %H:%M") if run["begun"] else ""
        # Work that was interrupted, or is going on, is not a hold yet: its seconds are in the resume point.
        current = run is runs[0] and run["why"] is None and run["begun"] <= place.get("at", "")
        worked = (run["seconds"] or 0) + (place["elapsed"] if current else 0)
        minutes, seconds = divmod(round(worked), 60)
        end = ENDS.get(run["why"], "goes on" if going_on and run is runs[0] else "broken off")
        done = f"{counts['done']:4}  {counts['shortened']:5}  {counts['skipped']:7}  {counts['hurt']:4}"
        numbers = f"{done}  {minutes:2}:{seconds:02} min"
        means = "".join(f"  {_mean_of(database, run['id'], what):>6}" for what in given)
        lines.append(f"{begun:16}  {numbers}{means}  {end}")
    return lines


def _mean_of(database: DatabaseReader, run: int, what: str) -> str:
    """The mean of the numbers given to pain or effort in a run; "-" for none."""
    query = (
        "SELECT avg(number) AS mean FROM numbers JOIN stretches ON stretches.id = numbers.stretch "
        "WHERE stretches.run = ? AND what = ?"
    )
    mean = database.rows(query, run, what)[0]["mean"]
    return "-" if mean is None else f"{mean:.1f}"


def _trends(database: DatabaseReader) -> list[str]:
    """How pain and effort have gone in the latest runs with numbers, oldest first; nothing where there are none."""
    query = (
        "SELECT avg(number) AS mean FROM numbers JOIN stretches ON stretches.id = numbers.stretch "
        "WHERE what = ? GROUP BY stretches.run ORDER BY stretches.run DESC LIMIT ?"
    )
    lines = []
    for what in NUMBERS:
        means = [float(row["mean"]) for row in database.rows(query, what, RUNS)][::-1]
        if means:
            lines.append(
                f"{what.capitalize()}, 0 to 10, run by run: {' '.join(f'{mean:.1f}' for mean in means)}{_way(means)}"
            )
    return [*lines, ""] if lines else []


def _way(means: list[float]) -> str:
    """Whether they rise or fall; nothing is said of fewer than four."""
    half = len(means) // 2
    if half < 2:
        return ""
    change = sum(means[-half:]) / half - sum(means[:half]) / half
    return ", rising" if change >= A_CHANGE else ", falling" if change <= -A_CHANGE else ", steady"
