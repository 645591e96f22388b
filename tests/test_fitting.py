"""Fitting the limits: what they are chosen on, how limits are compared, and how they are written down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.understanding import limits
from assistant.understanding.moment import NO_MOMENT
from assistant.understanding.scoring import AS_FITTED
from assistant.understanding.thresholds import Thresholds
from bench.fitting.heard import Heard
from bench.fitting.judging import Case, Figures, held_out, total
from bench.fitting.search import KNOBS, Knob, at_equal_accepts
from bench.fitting.sounds import Sound, everything
from bench.fitting.written import FITTED, values_of, written
from bench.recordings import INDEX
from bench.room_simulation import REPORT_SEEDS
from bench.teaching.speakers import part_of
from bench.voices import HELD_BACK, PIPER
from tests.test_matcher import BOOK

SOURCE = Path(limits.__file__).read_text(encoding="utf-8")


def test_the_limits_as_they_are_are_written_as_they_stand():
    assert written(SOURCE, values_of(Thresholds(), AS_FITTED)) == SOURCE


def test_all_that_is_fitted_is_written_and_the_rest_stays():
    thresholds = Thresholds()
    for knob in KNOBS:
        thresholds = knob.set(thresholds, knob.high)
    found: dict[str, Any] = {}
    exec(written(SOURCE, values_of(thresholds, replace(AS_FITTED, sharpness=4.25, power=2.5, alike=0.25))), found)
    assert (found["SHARPNESS"], found["POWER"], found["ALIKE"]) == (4.25, 2.5, 0.25)
    assert found["SOUND"] == (0.99, 0.99, 0.06, 0.06)
    assert found["SHORT_WORD_SCORE"] == 0.99
    changed = {name for name in vars(limits) if name.isupper() and found[name] != getattr(limits, name)}
    assert changed == set(FITTED)


def test_a_limit_without_a_line_of_its_own_is_refused():
    with pytest.raises(ValueError, match="MARGIN is set 0 times"):
        written("OTHER = 1.0\n", {"MARGIN": 0.5})


def test_a_knob_turns_one_number_within_its_range():
    knob = Knob("sound.long_relief", 0.0, 0.06, 0.01)
    turned = knob.set(Thresholds(), 0.5)
    assert knob.of(turned) == 0.06
    assert replace(turned, sound=replace(turned.sound, long_relief=limits.SOUND[3])) == Thresholds()


def test_nothing_that_figures_are_reported_on_is_chosen_on(tmp_path):
    names = [f"speaker{number}" for number in range(60)]
    rows = [f"a.opus\t{place}\t1.0\t{name}\tsomething said" for place, name in enumerate(names)]
    (tmp_path / INDEX).parent.mkdir()
    (tmp_path / INDEX).write_text("file\tstart_s\tlength_s\tspeaker\ttext\n" + "\n".join(rows))
    sounds = everything(tmp_path, BOOK.phrases, [])
    assert not {each.speaker for each in sounds} & {*HELD_BACK, PIPER}
    assert not {each.room for each in sounds} & set(REPORT_SEEDS)
    people = {each.recorded.speaker for each in sounds if each.recorded}
    assert people == {name for name in names if part_of(name) == "choosing"}
    assert len({each.name for each in sounds}) == len(sounds)


def test_what_is_taken_for_another_is_worse_than_a_miss_and_for_its_opposite_worst():
    missed, another, opposite = (
        Figures(commands=10, right=9, another=a, opposite=o) for a, o in ((0, 0), (1, 0), (1, 1))
    )
    assert missed.worth() > another.worth() > opposite.worth()
    few, many = Figures(false=1, hours=1.0), Figures(false=9, hours=1.0)
    assert (few + missed).worth() > (many + missed).worth()


class Scored:
    """Judges by a score: commands and talk that reach the threshold count."""

    def figures(self, cases: list[Case], thresholds: Thresholds) -> list[Figures]:
        found = []
        for case in cases:
            passes = int(float(case.heard.sound.text) >= thresholds.sound.short)
            talk = case.heard.sound.intent is None
            found.append(Figures(false=passes, hours=0.1) if talk else Figures(commands=1, right=passes))
        return found


def test_ears_are_compared_at_the_same_number_of_false_accepts():
    def case(score: float, intent: str | None) -> Case:
        return Case(Heard(Sound("quiet", "", str(score), intent), (), 0.0), NO_MOMENT)

    talk = [case(limits.SOUND[0] + by, None) for by in (-0.02, -0.01, 0.01, 0.02, 0.03)]
    said = [case(limits.SOUND[0] + by, "next") for by in (-0.05, 0.025, 0.05)]
    judge: Any = Scored()
    shift, figures = at_equal_accepts(judge, [*talk, *said], Thresholds(), goal=2.0)
    assert 0.02 < shift < 0.031
    assert (figures.false, figures.right) == (1, 1 + (shift <= 0.025))
    assert total(judge.figures(talk, Thresholds())).an_hour == pytest.approx(6.0)


def test_voices_are_held_out_one_in_four():
    share = sum(held_out(f"voice {number}") for number in range(400)) / 400
    assert 0.15 < share < 0.35
