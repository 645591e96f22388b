"""A question about a doubt spoils nothing: clock, countdown, talk and the guide's other questions go on beside it."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import Say
from assistant.dialogue.requests.confirmation import (
    ASK_WITHIN,
    TALK_WAITS,
)
from assistant.dialogue.state.run import Then
from assistant.dialogue.state.state import Asked
from assistant.intents import INTENTS
from assistant.phases import Phase
from tests.stage import Stage, exercising
from tests.test_answers import PHASES, SLOTS
from tests.test_confirmation import HEEL, asked, maybe

# It spoils nothing


def test_the_clock_goes_on_under_a_question():
    stage = exercising("heel_stretches").wait(5)
    elapsed = stage.elapsed
    maybe(stage, "previous").wait(3)
    assert stage.elapsed == pytest.approx(elapsed + 3)
    stage.wait_for(Phase.RESTING)
    plain = exercising("heel_stretches").wait_for(Phase.RESTING)
    assert stage.state.now == pytest.approx(plain.state.now)


def test_a_countdown_goes_before_a_question():
    numbers = ["[down 3]", "[down 2]", "[down 1]"]
    for seconds in range(18, 30):
        stage = exercising("heel_stretches").wait(seconds)
        since = len(stage.said)
        maybe(stage, "start_stretch", stretch="toe_walking").wait_for(Phase.RESTING)
        spoken = stage.said[since:]
        wanted = numbers[max(0, seconds - 27) :] if seconds > 26 else numbers
        assert [text for text in spoken if text in numbers] == [n for n in wanted if n in spoken]
        assert len([text for text in spoken if text in numbers]) >= 29 - max(26, seconds)


def test_between_counted_repetitions_a_question_waits_until_it_fits():
    stage = exercising("heel_raises").wait(9.2)
    since = len(stage.said)
    maybe(stage, "next").wait(6)
    assert stage.said[since:] == ["[count 4]", "[maybe_next]", "[count 5]"]


def test_a_question_that_found_no_moment_is_not_asked_later():
    stage = maybe(exercising("heel_stretches").wait(26.5), "start_stretch", stretch="toe_walking")
    stage.wait(ASK_WITHIN + 1)
    assert stage.state.doubt is None or stage.state.doubt.speech
    stage.wait(10)
    assert stage.state.doubt is None


def test_what_was_being_said_waits_for_the_answer_and_is_said_again():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(0.5)
    broken_off = stage.saying
    maybe(stage, "start_stretch", stretch="toe_walking")
    assert stage.saying == "[maybe_start_stretch name=toe_walking]"
    stage.silence().wait(TALK_WAITS - 0.1)
    assert stage.state.speech is None
    stage.wait(0.2)
    assert stage.saying == broken_off
    assert stage.say("yes").saying == "[intro name=toe_walking number=1]"
    whole = Stage().say("start_stretch", stretch="heel_stretches").wait_for(Phase.GETTING_READY, then=Then.NOTHING)
    interrupted = maybe(Stage().say("start_stretch", stretch="heel_stretches").wait(0.5), "previous")
    interrupted.wait_for(Phase.GETTING_READY, then=Then.NOTHING)
    assert [text for text in interrupted.said if text != "[maybe_previous]"][2:] == whole.said[1:]


def test_no_lets_the_talk_go_on_at_once():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(0.5)
    broken_off = stage.saying
    assert maybe(stage, "next").silence().say("no").saying == broken_off


def test_an_explanation_that_holds_the_clock_goes_on_holding_it():
    stage = exercising("heel_stretches").wait(2).say("how_to").wait(1)
    explanation, elapsed = stage.saying, stage.elapsed
    maybe(stage, "next").silence().wait(TALK_WAITS + 0.1)
    assert stage.saying == explanation
    assert stage.elapsed == elapsed


def test_a_command_instead_leaves_nothing_waiting():
    for intent in sorted(set(INTENTS) - {"yes", "no"}):
        stage = Stage().say("start_stretch", stretch="heel_stretches").silence().say("ready").wait(0.2)
        assert stage.state.then is Then.LEAD_IN
        maybe(stage, "next").silence().say(intent, **SLOTS.get(intent, {"number": "twelve"} if "no_" in intent else {}))
        stage.silence().wait(TALK_WAITS)
        assert not stage.state.talk_waits, intent


def test_a_pause_during_the_question_does_not_ask_it_again_afterwards():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(0.5)
    maybe(stage, "next").say("pause").wait(3).say("resume").silence()
    assert asked(stage) == ["[maybe_next]"]
    assert stage.state.doubt is None


def test_next_is_not_meant_of_the_stretch_that_came_meanwhile():
    stage = exercising("heel_stretches").wait_for(Phase.RESTING).wait_for(Phase.EXERCISING).wait(24.5)
    maybe(stage, "next").wait_until(lambda s: s.run.stretch == 4)
    assert stage.state.doubt is None
    assert stage.say("yes").state.run.stretch == 4


# Beside the guide's other questions


@pytest.mark.parametrize("phase", ["asking pain", "asking to go on", "asking still holding"])
def test_while_the_guide_asks_something_else_doubts_are_ignored(phase):
    stage = PHASES[phase]()
    state, effects = stage.state, len(stage.log)
    maybe(stage, "start_stretch", **HEEL)
    maybe(stage, "next")
    assert (stage.state, stage.log[effects:]) == (state, [])


def test_an_unclear_answer_to_a_question_is_one_unless_it_hurts():
    stage = PHASES["asking still holding"]()
    assert maybe(stage, "yes").state.phase is Phase.EXERCISING
    pain = PHASES["asking pain"]()
    assert maybe(pain, "yes").state.asked is Asked.HURTS


def test_another_question_of_the_guides_ends_the_doubt():
    stage = exercising("toe_pressing").wait(57)
    maybe(stage, "next").wait_for(Phase.ASKING)
    assert stage.state.doubt is None
    assert stage.say("yes").state.run.stretch == 9


def test_a_doubt_does_not_keep_a_pause_going():
    """It may be a television; only what counts as a command tells that somebody is there."""
    stage = exercising("heel_stretches").say("pause").wait(200)
    assert stage.state.halt is not None
    waited = stage.state.halt.waited
    after = maybe(stage, "next").state.halt
    assert after is not None
    assert after.waited == waited


def test_a_question_is_no_timely_word():
    """A cough over it must not take it for said: it goes on afterwards."""
    stage = maybe(exercising("heel_stretches").wait(5), "next")
    question = next(effect for _, effect in reversed(stage.log) if isinstance(effect, Say))
    assert question.text == "[maybe_next]"
    assert not question.timely
