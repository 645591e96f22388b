"""The layout of the view, in terminals of every size."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant.dialogue.snapshot import Snapshot
from assistant.phases import Phase
from assistant.view.layout import CLIPPING_DB, Line, Row, Shown, cut, layout
from assistant.view.signs import ASCII, UNICODE, shows_unicode, signs_for

HOLD = Snapshot(
    Phase.EXERCISING, "Heel stretches", 4, 10, "The left foot.", "Round two of five.", "24", False, 0.34,
    "About eighteen minutes", ("pause", "next", "how long"),
)  # fmt: skip
HEARD = (
    Line("rejected", "ðə wɛðɝ ɪz naɪs"),
    Line("command", "hill stretches", "start heel stretches"),
    Line("doubtful", "next"),
)
SHOWN = Shown(HOLD, "Twenty-four seconds to go. About a minute for this stretch.", HEARD, -30.0, None)
KOREAN = Shown(
    Snapshot(
        Phase.PAUSED,
        "발뒤꿈치 스트레칭",
        4,
        10,
        "왼발",
        "두 번째",
        "1:30",
        False,
        0.5,
        "약 열두 분",
        ("계속", "다음", "그만"),
    ),
    "아직 멈춰 있습니다. 계속하려면 계속이라고 말씀하세요. 그만하려면 그만이라고 말씀하세요.",
    (Line("command", "정지", "일시 정지"),),
    -10.0,
    "다음 스트레칭으로",
)


def plain_rows(rows: Sequence[Row]) -> list[str]:
    """The rows as text alone."""
    return ["".join(piece.text for piece in row).rstrip() for row in rows]


@given(st.integers(1, 200), st.integers(1, 70), st.sampled_from([SHOWN, KOREAN]), st.sampled_from([UNICODE, ASCII]))
def test_it_fits_whatever_the_size(width, height, shown, signs):
    rows = layout(shown, width, height, signs)
    assert len(rows) == height
    # What a terminal of next to no width lacks is the signs before the text; they are cut off as they are drawn.
    assert all(cell_len(text) <= max(width, 12) for text in plain_rows(rows))


def test_in_40_by_12_everything_can_be_seen():
    rows = plain_rows(layout(SHOWN, 39, 12, UNICODE))
    assert rows[0].startswith("● 4/10  Heel stretches")
    assert rows[1] == "  The left foot.  Round two of five."
    assert rows[2].strip() == "██████  ██  ██"
    assert rows[7].startswith(" ━")
    assert rows[7].endswith("…")
    assert rows[8] == "» Twenty-four seconds to go. About a"
    assert rows[10] == "? next"
    assert rows[11] == "  “pause”  “next”  “how long”"


def test_what_matters_least_goes_first_where_room_is_short():
    assert plain_rows(layout(SHOWN, 39, 1, UNICODE)) == ["● 4/10  Heel stretches        ━━━━─────"]
    three = plain_rows(layout(SHOWN, 39, 3, UNICODE))
    assert [three[1].strip(), three[2].strip()] == ["24", "“pause”  “next”  “how long”"]
    narrow = plain_rows(layout(SHOWN, 12, 12, UNICODE))
    assert any(row.strip() == "24" for row in narrow)
    assert "  “pause”" in narrow


def test_a_large_terminal_has_a_larger_clock():
    def clock_rows(width: int, height: int) -> int:
        return sum("█" in row for row in plain_rows(layout(SHOWN, width, height, UNICODE)))

    assert [clock_rows(79, 14), clock_rows(79, 24), clock_rows(119, 40), clock_rows(30, 40)] == [5, 10, 15, 10]


def test_the_gaps_in_the_clock_have_no_colour_behind_them():
    rows = layout(SHOWN, 79, 24, UNICODE)
    blocks = [piece for row in rows for piece in row if "█" in piece.text]
    assert len({piece.text for piece in blocks}) > 1
    assert all(set(piece.text) == {"█"} and piece.look == "exercising" for piece in blocks)


def test_pauses_and_questions_are_written_in_large_as_well():
    def reading(phase: Phase) -> str:
        shown = Shown(Snapshot(phase, "Heel stretches", clock="7"))
        return next(row.strip() for row in plain_rows(layout(shown, 60, 4, UNICODE))[1:] if row.strip())

    assert [reading(Phase.EXERCISING), reading(Phase.PAUSED), reading(Phase.ASKING)] == ["7", "| 7", "? 7"]


def test_the_meter_shows_the_level_and_what_is_too_loud():
    def meter(level: float | None) -> tuple[int, str]:
        row = layout(Shown(HOLD, level=level), 80, 24, UNICODE)[0]
        return sum(piece.text.count("━") for piece in row), row[-2].look

    assert [meter(level)[0] for level in (-90.0, -60.0, -30.0, 0.0, 6.0)] == [0, 0, 10, 20, 20]
    assert (meter(-30.0)[1], meter(CLIPPING_DB)[1]) == ("level", "too_loud")
    assert meter(None)[0] == 0


def test_why_something_was_let_pass_stands_behind_it():
    shown = Shown(HOLD, heard=(Line("rejected", "next", "no name"),))
    assert "✗ next (no name)" in plain_rows(layout(shown, 60, 12, UNICODE))


def test_what_was_rejected_is_dimmed_and_what_was_understood_is_told():
    heard = layout(SHOWN, 79, 40, UNICODE)[-4:-1]
    assert [row[-1].look for row in heard] == ["dim", "command", "doubtful"]
    assert plain_rows(heard)[1] == "✓ hill stretches  → start heel stretches"


def test_without_unicode_nothing_else_is_used():
    rows = plain_rows(layout(Shown(HOLD, "Halfway.", HEARD[1:], -30.0, "pau"), 79, 24, ASCII))
    assert all(row.isascii() for row in rows)
    assert any("####" in row for row in rows)


@pytest.mark.parametrize(
    ("encoding", "environment", "expected"),
    [
        ("utf-8", {"LANG": "en_GB.UTF-8"}, True),
        ("UTF8", {}, True),
        ("ascii", {"LANG": "en_GB.UTF-8"}, False),
        ("iso-8859-1", {}, False),
        (None, {}, False),
        ("utf-8", {"LANG": "C"}, False),
        ("utf-8", {"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ("utf-8", {"LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, False),
        ("utf-8", {"LC_CTYPE": "C.UTF-8"}, True),
        ("utf-8", {"LANG": "C.UTF-8"}, True),
    ],
)
def test_unicode_is_used_where_it_can_be_shown(encoding, environment, expected):
    assert shows_unicode(encoding, environment) is expected
    assert signs_for(encoding, environment) is (UNICODE if expected else ASCII)


def test_text_is_cut_by_cells_not_by_letters():
    assert cut("발뒤꿈치", 8, UNICODE) == "발뒤꿈치"
    assert cut("발뒤꿈치", 7, UNICODE) == "발뒤꿈…"
    assert cut("heel stretches", 8, ASCII) == "heel st~"
    assert cut("heel", 0, UNICODE) == ""
