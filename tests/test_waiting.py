"""More time, less talk, and asking again for what was not understood."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import NotUnderstood
from assistant.dialogue.run.timeline import WAIT_LIMIT, WAIT_REMINDERS
from assistant.dialogue.state.run import Span, SpanKind
from assistant.phases import RUNNING, Phase
from tests.stage import BOOK, WORDED, Stage, begun, exercising
from tests.test_answers import PHASES

TELLING = PHASES["announcing"]


def span(stage: Stage) -> Span:
    """What the clock is counting."""
    assert stage.state.run.span is not None
    return stage.state.run.span


def unclear(stage: Stage) -> Stage:
    """The person says something to the guide that it does not understand."""
    stage._step(NotUnderstood(stage.state.now))
    return stage


# More time


def test_before_a_stretch_it_waits_and_does_not_begin_by_itself():
    stage = begun("heel_stretches").wait(50).say("wait")
    assert stage.saying == "[take_your_time]"
    stage.wait(WAIT_REMINDERS[-1] + 60)
    assert (stage.state.phase, span(stage).kind) == (Phase.GETTING_READY, SpanKind.WAIT)
    assert stage.said.count("[still_waiting]") == len(WAIT_REMINDERS)
    stage.say("ready").wait_for(Phase.EXERCISING)


def test_it_waits_as_long_as_a_pause_may_be_and_keeps_the_place():
    stage = begun("heel_stretches").say("wait").wait(WAIT_LIMIT + 60)
    assert stage.finished == ["no answer"]
    assert stage.state.memory["unfinished"]["stretch"] == "heel_stretches"


def test_during_the_explanation_the_rest_is_told_and_then_it_waits():
    stage = TELLING().say("wait")
    assert stage.saying == "[take_your_time]"
    stage.silence()
    assert stage.said[-1] == "[say_ready]"
    assert span(stage.wait(80)).kind is SpanKind.WAIT


def test_a_lead_in_goes_back_to_waiting():
    stage = PHASES["leading in"]().say("wait").silence()
    assert (stage.state.phase, span(stage).kind) == (Phase.GETTING_READY, SpanKind.WAIT)
    assert stage.wait(80).say("ready").wait_for(Phase.EXERCISING).state.run.step == 0


@pytest.mark.parametrize("phase", ["resting", "changing", "between stretches"])
def test_between_two_pieces_of_work_it_is_a_pause(phase):
    stage = PHASES[phase]().say("wait")
    assert (stage.state.phase, stage.saying) == (Phase.PAUSED, "[take_your_time]")
    assert stage.wait(200).state.phase is Phase.PAUSED
    assert stage.say("ready").state.phase in RUNNING


def test_in_a_pause_before_a_stretch_ready_begins_it():
    stage = begun("heel_stretches").say("pause").wait(30).say("ready")
    assert stage.saying == "[starting_side side=left]"
    assert stage.wait_for(Phase.EXERCISING).state.run.stretch == 3


def test_after_a_question_it_stays():
    stage = PHASES["asking to go on"]().wait(11).say("wait")
    assert stage.saying == "[take_your_time]"
    assert stage.silence().wait(11).said[-1] == "[take_your_time]"


# Less talk


def test_who_knows_a_stretch_skips_its_explanation_and_is_waited_for():
    stage = TELLING().say("skip_talk")
    assert stage.saying == "[talk_skipped]"
    assert span(stage.silence().wait(20)).kind is SpanKind.READY
    assert stage.said[-1] == "[talk_skipped]"


def test_safety_is_never_skipped():
    stage = Stage(memory={}).say("start_routine").wait(4).say("skip_talk")
    assert stage.saying == "[safety_first]"
    assert f"[safety.{len(BOOK.routine.safety)}]" in stage.silence().said


@pytest.mark.parametrize("intent", ["yes", "got_it"])
def test_what_people_say_while_they_listen_does_not_cut_the_explanation_short(intent):
    stage = TELLING()
    effects = len(stage.log)
    assert stage.say(intent).log[effects:] == []


def test_yes_over_the_last_words_of_it_is_ready():
    stage = TELLING().wait_until(lambda s: s.speech and s.speech.text == "[say_ready]").say("yes")
    assert stage.saying == "[starting_side side=left]"


# Asking again


@pytest.mark.parametrize(
    ("phase", "sorry"),
    [
        ("getting ready", "[sorry_ready]"),
        ("asking pain", "[sorry_hurts]"),
        ("asking for a number", "[sorry_number]"),
        ("asking all right", "[sorry_all_right]"),
        ("asking to go on", "[sorry_yes_no]"),
        ("asking still holding", "[sorry_yes_no]"),
        ("idle", "[sorry_idle]"),
        ("reminded", "[sorry_reminded]"),
        ("paused", "[sorry_paused]"),
        ("open", "[sorry_open]"),
    ],
)
def test_where_an_answer_is_waited_for_it_asks_what_was_said(phase, sorry):
    stage = PHASES[phase]().silence()
    phase_before = stage.state.phase
    assert unclear(stage).saying == sorry
    assert stage.state.phase is phase_before


def test_whether_to_call_somebody_is_asked_in_its_own_words():
    stage = exercising("heel_stretches").say("hurts", kind="fall").silence()
    assert unclear(stage).saying == "[sorry_emergency]"


def test_of_a_doubt_it_asks_for_yes_or_no_and_takes_it():
    stage = begun("heel_stretches").say("start_stretch", doubtful=True, stretch="toe_walking").silence()
    assert unclear(stage).saying == "[sorry_yes_no]"
    assert stage.silence().wait(5).say("yes").state.run.stretch == 0


@pytest.mark.parametrize("phase", ["waiting all day", "announcing", "leading in", "holding", "resting", "finished"])
def test_elsewhere_it_stays_silent(phase):
    stage = PHASES[phase]().wait(0.01)
    effects = len(stage.log)
    assert unclear(stage).log[effects:] == []


def test_it_asks_once_in_ten_seconds_and_the_second_time_to_say_it_differently():
    stage = Stage(WORDED).say("start_stretch", stretch="heel_stretches").silence()
    first = unclear(stage).saying
    assert first.startswith("Sorry?")
    said = len(stage.silence().said)
    assert len(unclear(stage.wait(3)).said) == said
    assert unclear(stage.wait(8)).saying.startswith("I still didn't catch that. Try:")


def test_the_instruction_is_what_is_said_again_after_it():
    stage = begun("heel_stretches")
    last = stage.state.talk.last_said
    assert unclear(stage).silence().say("say_again").saying == last


# Small talk, and once more at the end


def test_small_talk_changes_nothing_and_is_short():
    for intent in ("greeting", "thanks", "tired", "breathing", "who_are_you"):
        stage = PHASES["resting"]()
        before = stage.state.run.phase, stage.state.run.step
        stage.say(intent).silence()
        assert (stage.state.run.phase, stage.state.run.step) == before


def test_once_more_at_the_end_begins_that_stretch_alone():
    stage = PHASES["finished"]().say("restart")
    assert (stage.state.phase, stage.state.run.stretch, stage.state.run.only) == (Phase.GETTING_READY, 3, True)
