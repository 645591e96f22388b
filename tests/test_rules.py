"""The rules of a routine: what pain and numbers change, as data that is checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.content.routine import Dose, EndsBy
from assistant.dialogue.content.rules import USUAL, Rule, When, after_pain, for_number, read_rules
from assistant.dialogue.content.shares import with_share
from assistant.dialogue.content.values import DataError
from assistant.language.files import languages
from assistant.paths import data_folder
from assistant.wiring import language_folder, read_routine

HEEL = read_routine(language_folder("en")).stretches[3]


def test_what_comes_along_has_the_usual_rules():
    for language in languages(data_folder("intents")):
        assert read_routine(language_folder(language)).rules == USUAL
    assert read_routine(language_folder("en"), "five_minutes").rules == USUAL


def test_rules_are_read_as_they_are_written():
    then = [{"hurts": True, "then": [{"shorter": 0.5}]}, {"effort_under": 2, "then": [{"longer": 1.5}]}]
    assert read_rules(then, ()) == (Rule(When.HURTS, share=0.5), Rule(When.EFFORT_UNDER, 2, share=1.5))
    assert read_rules([{"pain_over": 3, "then": ["gentler"]}], ()) == (Rule(When.PAIN_OVER, 3, gentler=True),)
    assert read_rules([], ()) == ()


@pytest.mark.parametrize(
    ("rules", "keys", "mistake"),
    [
        ("none", (), "'rules' must be a list of rules"),
        (["gentler"], (0,), "must have the key 'then', and one of hurts, pain_over, effort_over, effort_under"),
        ([{"pain_over": 4}], (0,), "must have the key 'then'"),
        ([{"then": ["gentler"]}], (0,), "must have just one of"),
        ([{"pain_over": 4, "effort_over": 4, "then": ["gentler"]}], (0,), "must have just one of"),
        ([{"pain_under": 4, "then": ["gentler"]}], (0, "pain_under"), "'pain_under' is not known here"),
        ([{"hurts": 4, "then": ["gentler"]}], (0, "hurts"), "can only be true"),
        ([{"pain_over": 11, "then": ["gentler"]}], (0, "pain_over"), "a number from 0 to 10, not 11"),
        ([{"pain_over": True, "then": ["gentler"]}], (0, "pain_over"), "a number from 0 to 10, not True"),
        ([{"pain_over": 4, "then": []}], (0, "then"), "must be a list of gentler, and shorter or longer"),
        ([{"pain_over": 4, "then": "gentler"}], (0, "then"), "must be a list of gentler, and shorter or longer"),
        ([{"pain_over": 4, "then": ["softer"]}], (0, "then"), "must be a list of gentler, and shorter or longer"),
        ([{"pain_over": 4, "then": [{"shorter": 67}]}], (0, "then", 0, "shorter"), "0.25 to 1 (0.67 is two thirds)"),
        ([{"effort_under": 4, "then": [{"longer": 3}]}], (0, "then", 0, "longer"), "a number from 1 to 2"),
        ([{"pain_over": 4, "then": [{"longer": 1.5}]}], (0, "then"), "only 'effort_under' can make a stretch longer"),
        ([{"effort_under": 4, "then": ["gentler"]}], (0, "then"), "what was easy need not be gentler"),
    ],
)
def test_a_mistake_is_named_with_where_it_is(rules, keys, mistake):
    with pytest.raises(DataError) as error:
        read_rules(rules, ())
    assert error.value.keys == keys
    assert mistake in error.value.mistake


@pytest.mark.parametrize(
    ("what", "number", "rule"),
    [("pain", 4, None), ("pain", 5, USUAL[1]), ("pain", 10, USUAL[1]), ("effort", 10, None), ("pain", 0, None)],
)
def test_a_number_calls_for_the_first_rule_that_it_passes(what, number, rule):
    assert for_number(USUAL, what, number) == rule
    worse = Rule(When.PAIN_OVER, 7, share=0.4)
    assert for_number((worse, *USUAL), "pain", 8) == worse


def test_pain_counts_in_every_routine():
    assert after_pain(()).share == 0.67
    assert after_pain((Rule(When.HURTS, share=0.4),)).share == 0.4


@pytest.mark.parametrize(
    ("dose", "share", "expected"),
    [
        (Dose(EndsBy.CLOCK, hold=30), 0.67, {"hold": 20}),
        (Dose(EndsBy.CLOCK, hold=15, rounds=10, rest=5), 0.67, {"hold": 10, "rounds": 10}),
        (Dose(EndsBy.CLOCK, hold=5), 0.25, {"hold": 3}),
        (Dose(EndsBy.CLOCK, hold=2), 0.25, {"hold": 2}),
        (Dose(EndsBy.CLOCK, hold=30), 1.2, {"hold": 36}),
        (Dose(EndsBy.COUNT, repetitions=20, pace=3), 0.67, {"repetitions": 13}),
        (Dose(EndsBy.COUNT, repetitions=4, pace=3), 0.25, {"repetitions": 3}),
        (Dose(EndsBy.PERSON, rounds=5), 0.67, {"rounds": 3}),
        (Dose(EndsBy.PERSON, rounds=1), 0.25, {"rounds": 1}),
    ],
)
def test_a_share_is_of_the_seconds_else_the_repetitions_else_the_rounds(dose, share, expected):
    changed = with_share(replace(HEEL, dose=dose), share).dose
    assert changed == replace(dose, **expected)
