"""The page after a run: calendar, streak, bests, and small plots, made from the stored history, read-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from assistant.dialogue.content.history import History
from assistant.dialogue.content.routine import Routine
from assistant.dialogue.state.preferences import enough_of
from assistant.dialogue.state.state import State
from assistant.dialogue.state.turn import sentence
from assistant.errors import SolemateError
from assistant.language.page_words import PageWords
from assistant.page.markup import Html, joined, tag

if TYPE_CHECKING:
    from assistant.runtime.database import DatabaseReader

WEEKS = 6
"""Weeks in the calendar, this one among them."""

RUNS = 14
"""Runs in a plot, the latest ones."""

HIGHEST = 10.0
"""The highest number for effort and pain."""

_RUNS = (
    "SELECT id, begun, (SELECT sum(seconds) FROM holds WHERE run = runs.id) AS seconds FROM runs "
    "WHERE begun != '' ORDER BY begun DESC, id DESC LIMIT ?"
)
_NUMBERS = (
    "SELECT avg(number) AS mean, runs.begun AS begun FROM numbers JOIN stretches ON stretches.id = numbers.stretch "
    "JOIN runs ON runs.id = stretches.run WHERE what = ? GROUP BY stretches.run ORDER BY stretches.run DESC LIMIT ?"
)

Points = Sequence[tuple[str, float]]
"""What a plot shows: for each run its day, as month and day, and a number."""


def history_page(
    opened: Callable[[], DatabaseReader], routine: Routine, memory: Mapping[str, Any], words: PageWords
) -> Html:
    """What was done; why it can't be shown where it can't be read."""
    try:
        database = opened()
        try:
            content = _content(database, routine, memory, words)
        finally:
            database.close()
    except SolemateError as error:
        content = tag("p", words.text("history_failed", why=str(error)), role="alert", class_="mistake")
    return tag("main", tag("h1", words.text("history_title")), content, class_="text")


def _content(database: DatabaseReader, routine: Routine, memory: Mapping[str, Any], words: PageWords) -> Html:
    runs = [dict(row) for row in database.rows(_RUNS, RUNS)][::-1]
    if not runs:
        return tag("p", words.text("history_none"))
    history, enough, today = database.history(), enough_of(State(memory=memory), routine), date.today()
    plots: list[tuple[str, Points]] = []
    for what in ("effort", "pain"):
        rows = database.rows(_NUMBERS, what, RUNS)[::-1]
        plots.append((words.text(what), [(_day_of(row["begun"]), float(row["mean"])) for row in rows]))
    return joined(
        [
            _streak(history, enough, today, words),
            _calendar(history, enough, today, words),
            _minutes([(_day_of(run["begun"]), (run["seconds"] or 0.0) / 60) for run in runs], words),
            *(_numbers(name, means, words) for name, means in plots if means),
            _bests(database.load(), routine, words),
            tag(
                "section",
                tag("h2", words.text("export")),
                tag(
                    "ul",
                    tag("li", tag("a", words.text("export_csv"), href="/history.csv", download=True)),
                    tag("li", tag("a", words.text("export_ical"), href="/history.ics", download=True)),
                ),
            ),
        ]
    )


def _streak(history: History, enough: int, today: date, words: PageWords) -> Html:
    streak = history.streak(today, enough)
    told = words.text("streak_missed", days=streak.days, missed=streak.missed)
    told = told if streak.missed else words.text("streak", days=streak.days)
    return tag("p", tag("b", told), " ", words.text("longest", days=history.longest(enough)), class_="streak")


def _calendar(history: History, enough: int, today: date, words: PageWords) -> Html:
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    rows = []
    for week in range(WEEKS):
        days = [monday + timedelta(days=7 * week + n) for n in range(7)]
        rows.append(tag("tr", *(_day(history, enough, day, today, words) for day in days)))
    head = tag("tr", *(tag("th", name, scope="col") for name in words.text("weekdays").split()))
    return tag(
        "section",
        tag("h2", words.text("calendar")),
        tag("table", tag("thead", head), tag("tbody", *rows), class_="calendar"),
        tag("p", words.text("calendar_about")),
    )


def _day(history: History, enough: int, when: date, today: date, words: PageWords) -> Html:
    day = history.day(when)
    times = day.times(enough)
    if when > today:
        kind, what = "to-come", ""
    elif times:
        kind, what = ("twice", words.text("twice")) if times > 1 else ("once", words.text("once"))
    elif day.morning or day.evening:
        kind, what = "some", words.text("some")
    else:
        kind, what = "none", words.text("not_at_all")
    sign = {"twice": "●●", "once": "●", "some": "○"}.get(kind, "")
    inside = [
        tag("span", str(when.day), class_="day"),
        tag("span", sign, aria_hidden="true", class_="sign"),
        tag("span", what, class_="hidden") if what else None,
    ]
    return tag("td", *inside, class_=kind, aria_current="date" if when == today else None)


def _day_of(begun: str) -> str:
    return begun[5:10]


def _minutes(minutes: Points, words: PageWords) -> Html:
    most = max([*(each for _, each in minutes), 1.0])
    width = 100 / RUNS
    bars = "".join(
        f'<rect x="{n * width + width * 0.15:.1f}" y="{42 - 36 * each / most:.1f}" width="{width * 0.7:.1f}" '
        f'height="{36 * each / most:.1f}"/>{_label((n + 0.5) * width, 41 - 36 * each / most, _short(each))}'
        for n, (_, each) in enumerate(minutes)
    )
    told = [(day, words.text("plot_minutes", value=_short(each))) for day, each in minutes]
    return _plot(words.text("minutes_worked"), told, bars, words)


def _numbers(name: str, means: Points, words: PageWords) -> Html:
    across = 92 / max(1, len(means) - 1)
    points = [(4 + n * across, 37 - 30 * each / HIGHEST) for n, (_, each) in enumerate(means)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.4"/>' for x, y in points)
    for n, ((x, y), (_, each)) in enumerate(zip(points, means, strict=True)):
        valley = all(y > beside for _, beside in points[max(0, n - 1) : n + 2] if beside != y) and len(points) > 1
        dots += _label(x, y + 4.6 if valley else y - 2.2, _short(each))  # where the line does not go
    shape = f'<polyline points="{line}"/>{dots}'
    told = [(day, words.text("plot_of_ten", value=_short(each))) for day, each in means]
    return _plot(name, told, shape, words)


def _short(value: float) -> str:
    """A number as short as it can be read in a plot."""
    return f"{value:.0f}" if value >= HIGHEST else f"{value:.1f}".removesuffix(".0")


def _label(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}">{text}</text>'


def _plot(name: str, told: Sequence[tuple[str, str]], shape: str, words: PageWords) -> Html:
    """A plot, its first and its last day below it, and all of it as a table."""
    svg = tag(
        "svg",
        tag("title", words.text("plot", name=name, values=", ".join(f"{day}: {value}" for day, value in told))),
        Html('<path class="axis" d="M0 42.5H100"/>'),
        Html(shape),
        viewBox="0 0 100 44",
        role="img",
        class_="plot",
    )
    ends = [tag("span", told[0][0]), tag("span", told[-1][0]) if len(told) > 1 else None]
    head = tag("tr", tag("th", words.text("plot_day"), scope="col"), tag("th", name, scope="col"))
    rows = [tag("tr", tag("th", day, scope="row"), tag("td", value)) for day, value in told]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="numbers")
    return tag(
        "section",
        tag("h2", name),
        svg,
        tag("p", *ends, class_="ends", aria_hidden="true"),
        tag("details", tag("summary", words.text("plot_table")), table),
    )


def _bests(memory: Mapping[str, Any], routine: Routine, words: PageWords) -> Html | None:
    names = {stretch.id: stretch.name for stretch in routine.stretches}
    bests = [(key.removeprefix("best:"), best) for key, best in memory.items() if key.startswith("best:")]
    if not bests:
        return None
    told = [
        tag("li", words.text("best", name=sentence(names.get(stretch, stretch)), seconds=f"{best:g}"))
        for stretch, best in bests
    ]
    return tag("section", tag("h2", words.text("bests")), tag("ul", *told))
