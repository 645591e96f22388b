"""A guide that waits all day: it neither ends by a word nor takes part in other people's talk."""

from __future__ import annotations

import pytest

from assistant.phases import Phase
from tests.test_reminders import stage


def test_a_guide_that_stays_begins_without_a_word_and_does_not_end_by_one():
    waiting = stage("2026-01-01T12:00:00")
    assert waiting.said == []
    waiting.say("stop").silence()
    assert waiting.said[-1].startswith("[stays]")
    assert not waiting.quit
    waiting.say("start_routine").silence().say("stop").wait(10)
    assert waiting.state.phase is Phase.IDLE
    assert not waiting.quit
    assert waiting.say("start_routine").state.phase is not Phase.IDLE


def test_a_guide_that_stays_takes_a_stop_back():
    waiting = stage("2026-01-01T12:00:00").say("start_routine").silence().say("ready").wait_for(Phase.EXERCISING)
    waiting.say("stop").wait(10).say("undo").wait(12)
    assert waiting.state.phase is Phase.EXERCISING


@pytest.mark.parametrize("word", ["pause", "next", "previous", "restart", "ready", "done", "yes", "no", "resume"])
def test_a_guide_that_stays_takes_no_notice_of_words_that_people_say_to_each_other(word):
    waiting = stage("2026-01-01T12:00:00")
    assert waiting.say(word).log == []


def test_a_guide_that_stays_asks_nothing_out_of_the_blue():
    assert stage("2026-01-01T12:00:00").say("start_routine", doubtful=True).wait(10).said == []


def test_a_guide_that_stays_goes_on_with_a_run_of_today():
    waiting = stage("2026-01-01T12:00:00").say("start_stretch", stretch="heel_stretches").silence().say("stop")
    assert waiting.wait(10).say("resume").state.phase is Phase.GETTING_READY
