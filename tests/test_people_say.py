"""What people say in their own words does what they want, each in its phase; and how such sentences are judged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from assistant.dialogue.rehearsal import PHASES, Meant, Outcome
from assistant.errors import SolemateError, UsageError
from assistant.intents import INTENTS
from assistant.phases import Phase
from bench import people
from bench.people import Row, Typist, lines_of_wrong, read_rows, rows_of_understanding
from tests.people_say import ROWS, what_happened, what_may_happen

OTHERWISE: Mapping[tuple[str, str], str] = {
    ("asked_pain", "yes"): "to a question of three it is half an answer: it may go on, but gently, and never at once",
    ("waiting", "not so fast"): "who waits for the person has nothing to pause: it gives them time",
    ("open_hold", "stop"): "it ends the run as it does everywhere: a word must not mean less in one phase",
    ("open_hold:toe_pressing", "enough"): "the same; though to end only the hold would do as well",
    ("hold", "tell me when it's half"): "half is told anyway",
    ("idle", "I did it already this morning"): "an answer to a reminder, but there was none",
    ("rest", "I only want to do five of these"): "there are five rounds",
}
"""Rows in which one might expect something else, and why it is not expected."""


NOT_YET: Mapping[tuple[str, str], str] = {
    ("idle", "hi there, can you help me with my back"): "taken for talk with somebody else: it stays silent",
    ("idle", "my balance is not so good"): "not sure enough: it stays silent",
    ("hold", "can you count for me"): "counts more slowly, where nothing is counted",
    ("waiting", "go for it"): "asks",
    ("waiting", "what do I have to do"): "tells what is needed",
    ("rest", "how long is the rest"): "the rest of the routine, or the rest between rounds: it stays silent",
    ("paused", "never mind, go on"): "not sure enough: the pause goes on",
    ("idle", "I'd like to exercise"): "asks",
    ("idle", "I did it already this morning"): "tells what was done today",
}
"""Rows that do not come out as they should, and what happens instead."""


@cache
def typist() -> Typist:
    """English, by sound."""
    return Typist()


def _cases() -> list[object]:
    """The rows; of those that are not right yet it is noticed when they come right."""
    known = [NOT_YET.get((row.when, row.said)) for row in ROWS]
    marks = [[pytest.mark.xfail(reason=why, strict=True)] if why else [] for why in known]
    return [pytest.param(row, id=f"{row.when}: {row.said}", marks=mark) for row, mark in zip(ROWS, marks, strict=True)]


@pytest.mark.parametrize("row", _cases())
def test_what_people_say(row: Row) -> None:
    outcome = typist().outcome(row)
    assert row.is_right(outcome), f"{what_happened(outcome)}, and it may be: {what_may_happen(row)}"


def test_the_table_is_whole() -> None:
    assert len(ROWS) >= 250
    assert len({(row.when, row.said) for row in ROWS}) == len(ROWS), "a row stands twice"
    assert {each.intent for row in ROWS for each in row.allowed} <= set(INTENTS)
    assert set(OTHERWISE) | set(NOT_YET) <= {(row.when, row.said) for row in ROWS}
    assert len(NOT_YET) <= 0.06 * len(ROWS)
    in_answers = {"asked_continue", "asked_all_right", "asked_emergency", "reminder"}
    assert {row.when.partition(":")[0] for row in ROWS} == set(PHASES) - in_answers


# How rows are read and judged


def read(tmp_path, *lines: str) -> list[Row]:
    path = tmp_path / "said.tsv"
    path.write_text("phase\tsaid\tmay_happen\tkind\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return read_rows(path)


def outcome(*meant: Meant) -> Outcome:
    return Outcome(meant, "", Phase.EXERCISING)


def test_a_row_tells_what_may_happen(tmp_path):
    rows = read(tmp_path, 'walk\tsay "ow"\thurts[kind=pain]?|pause|nothing\tdistress', "# a remark", "")
    (row,) = rows
    assert (row.when, row.said, row.kind) == ("hold:toe_walking", 'say "ow"', "distress")
    assert row.is_right(outcome())
    assert row.is_right(outcome(Meant("pause")))
    assert row.is_right(outcome(Meant("hurts", {"kind": "pain"}, doubtful=True)))
    assert not row.is_right(outcome(Meant("hurts", {"kind": "pain"})))
    assert not row.is_right(outcome(Meant("hurts", {"kind": "fall"}, doubtful=True)))
    assert not row.is_right(outcome(Meant("pause"), Meant("next")))


def test_nothing_is_right_only_where_it_is_allowed(tmp_path):
    (row,) = read(tmp_path, "hold\tskip it\tnext\twanted")
    assert not row.is_right(outcome())


def test_it_is_harm_to_obey_what_moves_the_run_and_was_not_wanted(tmp_path):
    (row,) = read(tmp_path, "hold\tI'm not finished\tkeep_going|nothing\trefusal")
    assert row.harms(outcome(Meant("stop")))
    assert row.harms(outcome(Meant("leave_out", {"thing": "towel"})))
    assert not row.harms(outcome(Meant("stop", doubtful=True)))
    assert not row.harms(outcome(Meant("how_long")))
    assert not row.harms(outcome())


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("hold\tskip it\tnext", "the kind ''"),
        ("hold\tskip it\tnext\tsomething", "the kind 'something'"),
        ("hold\t\tnext\twanted", "something is missing"),
        ("hold\tskip it\tnext or done\twanted", "'next or done' is no intent"),
    ],
)
def test_a_mistake_is_named_with_its_line(line, mistake, tmp_path):
    with pytest.raises(UsageError) as error:
        read(tmp_path, "hold\tnext\tnext\twanted", line)
    assert "said.tsv:3: " in str(error.value)
    assert mistake in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SolemateError, match=r"none\.tsv"):
        read_rows(tmp_path / "none.tsv")


# What is measured of them


def test_the_bench_counts_what_is_right_and_what_is_not(tmp_path):
    typist()
    rows = [
        "hold\tskip this one\tnext\twanted",
        "hold\tskip this one\tkeep_going\trefusal",
        "hold\tskip this one\tnothing\tothers",
        "idle\tthe weather is nice\tnothing\tothers",
        "hold\touch\thurts\tdistress",
    ]
    read(tmp_path, *rows)
    result = people.understanding(tmp_path / "said.tsv")
    assert isinstance(result, dict)
    assert result["by_kind"] == {
        "wanted": {"right": 1, "of": 1},
        "distress": {"right": 1, "of": 1},
        "others": {"right": 1, "of": 2},
        "refusal": {"right": 0, "of": 1},
    }
    assert result["meant_for_nobody"] == {"acted_on": 1, "asked_about": 0, "of": 2}
    assert (result["harmful"]["count"], result["harmful"]["of"]) == (1, 2)
    assert 0 < result["p50_ms"] <= result["p99_ms"]
    assert [line.partition(",")[0] for line in lines_of_wrong(result)] == ["HARMFUL refusal", "others"]
    assert rows_of_understanding(result)[0] == ("understood, wanted", "100.0% of 1 right", "95.0%")


def test_without_a_file_nothing_is_measured():
    assert "--said" in str(people.understanding(None))
