"""Fitting the limits: what they are chosen on, how limits are compared, and how they are written down."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SolemateError
from assistant.understanding import limits
from assistant.understanding.hypothesis import Hypothesis
from assistant.understanding.moment import NO_MOMENT
from assistant.understanding.odds import Odds, Signs, WordOdds
from assistant.understanding.phrases import Phrase
from assistant.understanding.scoring import AS_FITTED, WORST
from assistant.understanding.thresholds import Thresholds
from bench.fitting.heard import Heard
from bench.fitting.judging import ANOTHER, Case, Figures, held_out, total
from bench.fitting.odds import fitted_odds, rows_of
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
    thresholds = replace(
        thresholds,
        meant=replace(thresholds.meant, weights=(*limits.MEANT[:-1], 9.25)),
        words=WordOdds((1.0, 2.0, 3.0, 4.0, -5.0), 9.0, 8.0),
        distress_words=WordOdds((2.0, 3.0, 4.0, 5.0, -6.0), 7.0, 6.0),
    )
    found: dict[str, Any] = {}
    exec(written(SOURCE, values_of(thresholds, replace(AS_FITTED, sharpness=4.25, power=2.5, alike=0.25))), found)
    assert (found["SHARPNESS"], found["POWER"], found["ALIKE"]) == (4.25, 2.5, 0.25)
    assert (found["MEANT_LEAST"], found["MEANT_UNEXPECTED"]) == (4.0, 2.0)
    assert found["MEANT"] == (*limits.MEANT[:-1], 9.25)
    assert (found["WORDS"], found["WORDS_LEAST"], found["WORDS_ASK"]) == ((1.0, 2.0, 3.0, 4.0, -5.0), 9.0, 8.0)
    assert (found["DISTRESS_WORDS"][0], found["DISTRESS_WORDS_LEAST"], found["DISTRESS_WORDS_ASK"]) == (2.0, 7.0, 6.0)
    changed = {name for name in vars(limits) if name.isupper() and found[name] != getattr(limits, name)}
    assert changed == set(FITTED)


def test_a_limit_without_a_line_of_its_own_is_refused():
    with pytest.raises(ValueError, match="MARGIN is set 0 times"):
        written("OTHER = 1.0\n", {"MARGIN": 0.5})


def test_a_knob_turns_one_number_within_its_range():
    knob = Knob("meant.unexpected", 0.0, 2.0, 0.15)
    turned = knob.set(Thresholds(), 5.0)
    assert knob.of(turned) == 2.0
    assert replace(turned, meant=replace(turned.meant, unexpected=limits.MEANT_UNEXPECTED)) == Thresholds()


def test_nothing_that_figures_are_reported_on_is_chosen_on(tmp_path):
    names = [f"speaker{number}" for number in range(60)]
    rows = [f"a.opus\t{place}\t1.0\t{name}\tsomething said" for place, name in enumerate(names)]
    (tmp_path / INDEX).parent.mkdir()
    (tmp_path / INDEX).write_text("file\tstart_s\tlength_s\tspeaker\ttext\n" + "\n".join(rows))
    sounds = everything(tmp_path, BOOK.phrases, [])
    assert not {each.speaker for each in sounds} & {*HELD_BACK, PIPER}
    assert not {each.room for each in sounds} & set(REPORT_SEEDS)
    people = {each.recorded.speaker for each in sounds if each.recorded}
    assert people == {name for name in names if part_of(name) != "reported"}
    assert len({each.name for each in sounds}) == len(sounds)


def test_what_is_taken_for_another_is_worse_than_a_miss_and_for_its_opposite_worst():
    missed, another, opposite = (
        Figures(commands=10, right=9, another=a, opposite=o) for a, o in ((0, 0), (1, 0), (1, 1))
    )
    assert missed.worth() > another.worth() > opposite.worth()
    few, many = Figures(false=1, hours=1.0), Figures(false=9, hours=1.0)
    assert (few + missed).worth() > (many + missed).worth()


LEAST = 0.7
"""The score from which something counts with the thresholds as they are."""


class Scored:
    """Judges by a score: commands and talk that reach the threshold count."""

    def figures(self, cases: list[Case], thresholds: Thresholds) -> list[Figures]:
        found = []
        for case in cases:
            passes = int(float(case.heard.sound.text) >= LEAST + thresholds.meant.rise)
            talk = case.heard.sound.intent is None
            found.append(Figures(false=passes, hours=0.1) if talk else Figures(commands=1, right=passes))
        return found


def test_ears_are_compared_at_the_same_number_of_false_accepts():
    def case(score: float, intent: str | None) -> Case:
        return Case(Heard(Sound("quiet", "", str(score), intent), (), 0.0), NO_MOMENT)

    talk = [case(LEAST + by, None) for by in (-0.02, -0.01, 0.01, 0.02, 0.03)]
    said = [case(LEAST + by, "next") for by in (-0.05, 0.025, 0.05)]
    judge: Any = Scored()
    shift, figures = at_equal_accepts(judge, [*talk, *said], Thresholds(), goal=2.0)
    assert 0.02 < shift < 0.031
    assert (figures.false, figures.right) == (1, 1 + (shift <= 0.025))
    assert total(judge.figures(talk, Thresholds())).an_hour == pytest.approx(6.0)


def test_voices_are_held_out_one_in_four():
    share = sum(held_out(f"voice {number}") for number in range(400)) / 400
    assert 0.15 < share < 0.35


class Nearest:
    """A matcher that hears "next" in everything, by the nats in its text."""

    urgent: frozenset[str] = frozenset()

    def signs(self, hypothesis: Hypothesis, expected: frozenset[str]) -> tuple[Phrase, Signs]:
        nats = float(hypothesis.text)
        ahead = 8.0 - nats / 4.0
        signs = Signs(
            nats, sounds=8.0, own=8.0, frames=24.0, before_others=ahead, before_decoys=ahead, fillers=False, cost=0.0
        )
        return Phrase("next", "next", (), ()), signs


def _case(nats: float, intent: str | None, kind: str = "quiet", seconds: float = 360.0) -> Case:
    return Case(Heard(Sound(kind, "", "", intent), (Hypothesis((), str(nats)),), seconds), NO_MOMENT)


def test_the_odds_tell_commands_from_talk_and_let_through_as_much_of_it_as_was_asked_for():
    draw = random.Random(3)
    said = [_case(draw.uniform(1.0, 12.0), "next") for _ in range(60)]
    talk = [_case(draw.uniform(9.0, 30.0), None, "chatter") for _ in range(40)]
    start = Odds(unexpected=0.4)
    matcher: Any = Nearest()
    odds = fitted_odds(matcher, [*said, *talk], start, goal=1.0)
    assert odds.unexpected == start.unexpected

    def passes(case: Case) -> bool:
        signs: Signs = matcher.signs(case.heard.hypotheses[0], frozenset())[1]
        return 1.0 - signs.nats / (WORST * signs.sounds) >= odds.least_score(signs, expected=False)

    assert sum(map(passes, talk)) == 4, "one an hour, in four hours"
    assert sum(map(passes, said)) > 40
    looser = fitted_odds(matcher, [*said, *talk], start, goal=3.0)
    assert looser.least < odds.least
    free = [_case(1.0, None, "near talk"), _case(1.0, "stop", "own words"), _case(1.0, "hurts", "distress")]
    assert fitted_odds(matcher, [*said, *talk, *free], start, goal=1.0) == odds, (
        "what is for free words changes nothing"
    )


def test_odds_are_not_fitted_to_commands_alone_nor_where_a_worse_fit_would_be_likelier():
    matcher: Any = Nearest()
    said, talk = [_case(2.0, "next"), _case(3.0, "next")], [_case(20.0, None, "chatter"), _case(24.0, None, "chatter")]
    for cases in (said, talk, [*said, _case(9.0, None, "words")]):
        with pytest.raises(SolemateError, match="no commands or no talk"):
            fitted_odds(matcher, cases, Odds(), goal=1.0)
    swapped = [_case(20.0, "next"), _case(24.0, "next"), _case(2.0, None, "chatter"), _case(3.0, None, "chatter")]
    with pytest.raises(SolemateError, match="a worse fit is likelier"):
        fitted_odds(matcher, swapped, Odds(), goal=1.0)


def test_what_a_phrase_weighs_in_the_odds_and_what_is_left_out():
    matcher: Any = Nearest()
    right, wrong, word, chatter = (
        rows_of(matcher, case)[0]
        for case in (_case(1, "next"), _case(1, "stop"), _case(1, None, "words"), _case(1, None, "chatter"))
    )
    assert (right.meant, right.weight) == (True, 1.0)
    assert (wrong.meant, wrong.weight) == (False, -ANOTHER)
    assert [(row.meant, row.talk) for row in (word, chatter)] == [(False, False), (False, True)]
    asleep = replace(NO_MOMENT, ignored=frozenset({"next"}))
    assert rows_of(matcher, replace(_case(1, None, "chatter"), moment=asleep)) == []
