"""The pages before and after a run: settings in words, and a history whose plots can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli.page import chosen_settings
from assistant.dialogue.content.events import Record
from assistant.language.page_words import load_page_words
from assistant.page.history import history_page
from assistant.page.settings import Chosen, settings_page
from assistant.paths import data_folder
from assistant.runtime.database import Database, DatabaseReader
from assistant.settings.table import Settings
from tests.stage import ENGLISH, WORDED, Stage

WORDS = load_page_words(ENGLISH)
KOREAN = load_page_words(data_folder("intents") / "ko")


def told(markup: str) -> str:
    """The text of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three runs, the last two with pain and effort."""
    database = Database(tmp_path)
    for day in (1, 2, 3):
        at, first = f"2026-01-0{day}T08:00:00", 10 * day
        database.record(Record(first, "run", at, {"routine": "ten_foot_stretches"}))
        database.record(
            Record(first + 1, "stretch", at, {"stretch": "heel_stretches", "outcome": "done", "seconds": 60.0})
        )
        database.record(
            Record(
                first + 2, "hold", at, {"stretch": "heel_stretches", "round": 1, "side": "left", "seconds": 300.0 * day}
            )
        )
        for n, what in enumerate(("pain", "effort") if day > 1 else ()):
            values = {"stretch": "heel_stretches", "what": what, "number": day + n}
            database.record(Record(first + 3 + n, "number", at, values))
    database.close()
    return tmp_path


def test_each_bar_and_point_has_its_number_to_be_read_by_eye_and_by_ear(runs):
    page = history_page(lambda: DatabaseReader(runs), WORDED.routine, {}, WORDS)
    labels = [re.findall(r"<text[^>]*>([^<]*)</text>", plot) for plot in re.findall(r"<svg.*?</svg>", page)]
    assert labels == [["5", "10", "15"], ["3", "4"], ["2", "3"]]
    titles = re.findall(r"<title>([^<]*)</title>", page)
    assert titles[0].endswith("01-01: 5 min, 01-02: 10 min, 01-03: 15 min")
    assert titles[2].endswith("01-02: 2 of 10, 01-03: 3 of 10")
    tables = re.findall(r'<table class="numbers">.*?</table>', page)
    assert "01-03 15 min" in told(tables[0])
    assert "10점 중 3" in history_page(lambda: DatabaseReader(runs), WORDED.routine, {}, KOREAN)


def test_nothing_is_drawn_outside_of_a_plot(runs):
    page = history_page(lambda: DatabaseReader(runs), WORDED.routine, {}, WORDS)
    for x, y in re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)"', page):
        assert 1.5 <= float(x) <= 98.5
        assert 3.6 <= float(y) <= 42


def test_settings_tell_what_holds_where_nothing_was_set(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    chosen = chosen_settings(Settings.of({}, {}), ENGLISH, WORDED)
    page = settings_page(chosen, replace(Stage(WORDED).state, memory={}), WORDS, "", "")
    text = told(page)
    for each in (
        "Now: as each stretch has it (default)", "Now: as you last asked for (default)", "Now: none (default)",
        "Now: 25 seconds (default)", "The ten foot stretches (default)", "A natural one where there is one (default)",
        "English (default)", "한국어", "Now: by themselves, but where something has to be put on or found",
    ):  # fmt: skip
        assert each in text, each
    assert "gmw/" not in text


def test_settings_tell_what_was_set():
    chosen = (
        Chosen("pace", "2.5", "file"),
        Chosen("reminders", "off", "file"),
        Chosen("voice", "gmw/en-us", "file", (("auto", "auto"), ("gmw/en-us", "gmw/en-us"), ("joe", "joe")), "auto"),
    )
    text = told(settings_page(chosen, Stage(WORDED).state, WORDS, "", ""))
    for each in ("Now: 2.5 seconds", "Now: Off", "The system's: en-us", "Joe"):
        assert each in text.replace("&#x27;", "'"), each


def test_a_mistake_stands_at_its_field_and_calls_it_as_the_page_does():
    chosen = (Chosen("pace", "2.5", "file"), Chosen("reminders", "off", "file"))
    page = settings_page(
        chosen, Stage(WORDED).state, WORDS, "", "reminders must be up to two times of day", "reminders"
    )
    form = page.partition('id="set-reminders"')[0].rpartition("<form")[2]
    assert '<p id="set-reminders-mistake" role="alert" class="mistake">Reminders: must be up to' in form
    field = page.partition('id="set-reminders"')[2].partition(">")[0]
    assert 'aria-invalid="true" autofocus' in field
    assert "set-reminders-mistake" in field
    assert page.count("must be up to") == page.count("aria-invalid") == 1
