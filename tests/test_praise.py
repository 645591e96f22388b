"""Praise is earned, and varies: never after each stretch, and never the same words twice in a row."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from assistant.dialogue.content.events import Say
from assistant.dialogue.content.history import Day, History
from assistant.dialogue.run.praise import APART, DAYS
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import State
from assistant.phases import Phase
from assistant.wiring import guide_book, language_folder
from tests.stage import BOOK, WORDED, Stage, begun, exercising

TOLD = {"safety_told": True}
TODAY = date(2026, 1, 1)
ALL = frozenset(stretch.id for stretch in BOOK.routine.stretches)
KINDS = ("praise_hard", "praise_side", "praise_days", "welcome_back", "open_best")


def days(*ago: int) -> History:
    """Mornings so many days ago on which all was done."""
    return History({TODAY - timedelta(days=n): Day(morning=ALL) for n in ago})


def praised(stage: Stage) -> list[tuple[float, str]]:
    """When there was which praise."""
    said = [(t, effect.text) for t, effect in stage.log if isinstance(effect, Say)]
    return [(t, kind) for t, text in said for kind in KINDS if f"[{kind}" in text]


def whole_run(**where: Any) -> Stage:
    """A run of all stretches, where open-ended holds last twelve seconds."""
    run = Stage(**{"memory": TOLD, **where}).say("start_routine")
    while not is_over(run.wait_until(lambda s: is_over(s) or holds_open(s)).state):
        run.wait(12).say("done")
    return run.silence()


def is_over(state: State) -> bool:
    return state.phase is Phase.FINISHED


def holds_open(state: State) -> bool:
    span = state.run.span
    return state.phase is Phase.EXERCISING and span is not None and span.kind is SpanKind.OPEN


def test_a_run_has_some_praise_and_by_far_not_after_each_stretch():
    found = [kind for _, kind in praised(whole_run())]
    assert 3 <= len(found) <= 7
    assert {"praise_hard", "praise_side"} <= set(found)


def test_between_two_words_of_praise_lies_some_time_but_a_best_is_always_told():
    found = praised(whole_run())
    assert all(later - earlier >= APART for (earlier, _), (later, kind) in pairwise(found) if kind != "open_best")


def test_only_hard_stretches_are_praised_when_they_are_over():
    stage = exercising("foot_massage").wait_for(Phase.GETTING_READY)
    assert not [text for text in stage.said if "praise_hard" in text]
    stage = exercising("toe_walking", step=8).wait_for(Phase.GETTING_READY)
    assert [text for text in stage.said if text == "[relax_now] [praise_hard]"]


def test_who_ends_a_hard_stretch_early_is_not_praised_for_it():
    stage = exercising("resistance_band_stretches").wait(3).say("done").wait(10)
    assert "praise_hard" not in " ".join(stage.said)


def test_the_same_words_never_come_twice_in_a_row():
    wordings = {text for kind in KINDS for text in WORDED.replies.texts[kind]}
    stage = whole_run(book=WORDED)
    said = [effect.text for _, effect in stage.log if isinstance(effect, Say)]
    found = [words for text in said for words in wordings if words.split("{")[0] and words.split("{")[0] in text]
    assert len(found) >= 3
    assert all(one != other for one, other in pairwise(found))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_there_are_several_ways_to_say_each_and_none_in_two_lists(language):
    texts = guide_book(language_folder(language)).replies.texts
    lists = [texts[kind] for kind in KINDS]
    assert all(len(each) >= 2 for each in lists)
    every = [text for each in lists for text in each]
    assert len(set(every)) == len(every)


def test_with_few_words_there_is_none():
    stage = whole_run(memory={"safety_told": True, "words": "short"}, history=days(9, 10))
    assert {kind for _, kind in praised(stage)} <= {"open_best"}


# Days


@pytest.mark.parametrize(("before", "told"), [(8, False), (9, True), (10, False), (24, True)])
def test_the_tenth_day_is_praised_and_so_are_some_later_ones(before, told):
    history = days(*(2 * n + 20 for n in range(before)))  # every other day, long ago: no days in a row
    stage = whole_run(history=history)
    assert (f"[praise_days days={before + 1}]" in stage.said) is told
    assert (before + 1 in DAYS) is told


def test_the_second_run_of_the_tenth_day_is_not():
    history = days(*(2 * n + 20 for n in range(9))).days
    stage = whole_run(wall="2026-01-01T19:00:00", history=History({**history, TODAY: Day(morning=ALL)}))
    assert "[both_done]" in stage.said
    assert "praise_days" not in " ".join(stage.said)


@pytest.mark.parametrize(("ago", "told"), [(1, False), (3, False), (4, True), (40, True)])
def test_who_comes_back_after_days_off_is_welcomed(ago, told):
    stage = Stage(history=days(ago)).say("start_routine").silence()
    assert ("[welcome_back]" in stage.said) is told
    assert "[welcome_back]" not in Stage().say("start_routine").silence().said


def test_only_at_the_beginning():
    stage = Stage(memory=TOLD, history=days(10)).say("start_routine")
    stage.wait_for(Phase.EXERCISING).say("next").silence()
    assert stage.said.count("[welcome_back]") == 1
    assert "[welcome_back]" not in begun("heel_stretches").said
