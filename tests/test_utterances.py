"""What an utterance is to the guide: each thing said in one breath, and what was said to it and not understood."""

from __future__ import annotations

import pytest

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.content.events import Heard, NotUnderstood
from assistant.dialogue.guide import Guide
from assistant.dialogue.utterances import events_of
from assistant.entries import Entry, Said
from assistant.phases import Phase
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.understanding.hypothesis import Hypothesis, Match, Utterance
from assistant.understanding.reasons import NO_COMMAND, NO_NAME, NOTHING_ASKED, OWN_WORDS
from tests.stage import BOOK
from tests.test_yielding import SlowVoice


def said(match: Match, *also: Match, ignored_because: str | None = None) -> Utterance:
    return Utterance(1.0, 2.0, Hypothesis((), "", "text"), match, ignored_because=ignored_because, also=also)


PAUSE = Match("pause", accepted=True, sure=True, phrase="pause")
HOW_LONG = Match("how_long", accepted=True, phrase="how long")


def test_what_is_said_in_one_breath_is_heard_one_after_the_other():
    doubtful = Match("next", doubtful=True)
    events = events_of(3.0, said(PAUSE, HOW_LONG, doubtful, Match("stop"), Match(None)))
    assert events == (
        Heard(3.0, "pause", {}, True, phrase="pause"),
        Heard(3.0, "how_long", {}, False, phrase="how long"),
        Heard(3.0, "next", {}, sure=False, doubtful=True),
    )


def test_what_is_not_for_the_guide_is_not_heard_in_any_part():
    assert events_of(3.0, said(PAUSE, HOW_LONG, ignored_because=OWN_WORDS)) == ()
    assert events_of(3.0, said(PAUSE, HOW_LONG, ignored_because=NO_NAME)) == ()


def test_the_rest_counts_where_the_first_thing_means_nothing():
    yes = Match("yes", accepted=True)
    (event,) = events_of(3.0, said(yes, PAUSE, ignored_because=NOTHING_ASKED))
    assert event == Heard(3.0, "pause", {}, True, phrase="pause")


def test_what_was_said_to_the_guide_and_not_understood_is_an_event():
    nothing = Match(None, addressed=True)
    assert events_of(3.0, said(nothing, ignored_because=NO_COMMAND)) == (NotUnderstood(3.0),)
    assert events_of(3.0, said(nothing, ignored_because=OWN_WORDS)) == ()
    assert events_of(3.0, said(Match(None), ignored_because=NO_COMMAND)) == ()


@pytest.fixture
def session():
    told: list[Entry] = []
    made = Session(Guide(BOOK), Player(), SlowVoice(), cue_samples, NoDatabase(), watchers=[told.append])
    return made, told


def test_a_session_does_all_that_was_said_in_one_breath(session):
    made, told = session
    start = Match("start_stretch", {"stretch": "heel_stretches"}, accepted=True, sure=True)
    made.hear(1.0, said(start, PAUSE))
    assert made.state.run.stretch == BOOK.routine.index("heel_stretches")
    made.hear(2.0, said(Match("where_am_i", accepted=True), HOW_LONG))
    assert made.state.phase is Phase.PAUSED
    made.hear(3.0, said(Match("resume", accepted=True), Match("where_am_i", accepted=True)))
    assert [entry.text for entry in told if isinstance(entry, Said)][-1].startswith("[where")


def test_a_session_asks_back_where_it_waits_for_an_answer(session):
    made, told = session
    made.hear(1.0, said(Match("start_stretch", {"stretch": "heel_stretches"}, accepted=True)))
    made.hear(2.0, said(Match("hurts", accepted=True)))
    made.advance(60.0)
    before = len(told)
    made.hear(61.0, said(Match(None, addressed=True)))
    assert any(isinstance(entry, Said) for entry in told[before:])
