"""What came near to a command: the guide asks about it once, and takes yes, no, or the right command as an answer."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.content.events import Say
from assistant.dialogue.content.reply_fields import FIELDS
from assistant.dialogue.requests.confirmation import (
    ANSWER_SECONDS,
    BETWEEN_QUESTIONS,
    QUIET_SECONDS,
)
from assistant.dialogue.requests.expectations import expected, meanings
from assistant.dialogue.state.state import Asked
from assistant.intent import IfDoubtful
from assistant.intents import INTENTS, names_of
from assistant.phases import Phase
from tests.stage import Stage, exercising, place_of
from tests.test_answers import PHASES, SLOTS, assert_the_same_in_small_steps

ANYWHERE = names_of(lambda intent: intent.if_doubtful is IfDoubtful.ASK_ANYWHERE)

HERE = names_of(lambda intent: intent.if_doubtful is IfDoubtful.ASK)

SOFTLY = names_of(lambda intent: intent.if_doubtful is IfDoubtful.ASK_SOFTLY)

HEEL = {"stretch": "heel_stretches"}


def maybe(stage: Stage, intent: str, **slots: Any) -> Stage:
    """The person says something that came near to a command."""
    return stage.say(intent, doubtful=True, **slots)


def asked(stage: Stage, since: int = 0) -> list[str]:
    """The short questions that were asked."""
    return [text for text in stage.said[since:] if text.startswith("[maybe_")]


# What it is asked, and what an answer does


def test_a_doubt_in_idle_is_asked_about_and_yes_does_it():
    stage = maybe(Stage().silence(), "start_stretch", **HEEL)
    assert stage.saying == "[maybe_start_stretch name=heel_stretches]"
    assert stage.state.phase is Phase.IDLE, "the question alone does nothing"
    stage = stage.silence().wait(1).say("yes")
    assert stage.state.phase is Phase.GETTING_READY
    assert stage.saying == "[intro name=heel_stretches number=4]"
    assert stage.cues[-1] == "heard"
    assert stage.state.doubt is None


@pytest.mark.parametrize(
    ("stage", "intent", "slots", "question"),
    [
        (PHASES["idle"], "start_routine", {}, "[maybe_start_routine]"),
        (PHASES["idle"], "only_stretch", HEEL, "[maybe_only_stretch name=heel_stretches]"),
        (PHASES["idle"], "stop", {}, "[maybe_stop]"),
        (PHASES["getting ready"], "ready", {}, "[maybe_ready]"),
        (PHASES["holding"], "next", {}, "[maybe_next]"),
        (PHASES["holding"], "next", {"what": "side"}, "[maybe_next_side]"),
        (PHASES["holding"], "next", {"what": "round"}, "[maybe_next_round]"),
        (PHASES["holding"], "previous", {}, "[maybe_previous]"),
        (PHASES["holding"], "restart", {}, "[maybe_restart]"),
        (PHASES["holding"], "start_stretch", {"stretch": "toe_walking"}, "[maybe_start_stretch name=toe_walking]"),
        (PHASES["open"], "done", {}, "[maybe_done]"),
        (PHASES["paused"], "resume", {}, "[maybe_resume]"),
        (PHASES["finished"], "start_routine", {}, "[maybe_start_routine]"),
    ],
)
def test_each_question_has_its_words_and_yes_does_what_the_command_does(stage, intent, slots, question):
    doubting = maybe(stage(), intent, **slots)
    assert doubting.saying == question
    doubting.silence().say("yes")
    sure = stage().say(intent, **slots)
    assert place_of(doubting.state) == place_of(sure.state)
    assert doubting.state.then == sure.state.then
    assert doubting.finished == sure.finished


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("intent", [name for name in INTENTS if name not in ANYWHERE | HERE | SOFTLY | {"yes", "no"}])
def test_what_is_sooner_said_again_is_never_asked_about(phase, intent):
    stage = PHASES[phase]().wait(0.01)  # what was due at this very moment has happened
    said, state = len(stage.log), stage.state
    if meanings(stage.state).get(intent, intent) in ANYWHERE | HERE:
        return  # that is asked about
    moment = stage.guide.moment(state)
    maybe(stage, intent, **SLOTS.get(intent, {}))
    assert not any(effect.text.startswith("[maybe_") for _, effect in stage.log[said:] if isinstance(effect, Say))
    if state.asked is Asked.NUMBER and intent not in moment.answers:
        again = [effect.text for _, effect in stage.log[said:] if isinstance(effect, Say)]
        assert again in ([], ["[sorry_number]"])  # it waits for a number, and says so of what it did not take
    elif intent in moment.overheard:
        assert not any(isinstance(effect, Say) for _, effect in stage.log[said:])  # who counts aloud is not disturbed
    elif state.asked is None or intent not in moment.answers:  # else it may answer the question
        assert stage.log[said:] == []
        assert stage.state == state


def test_what_does_not_fit_the_moment_is_not_asked_about():
    for phase, intent in [("idle", "next"), ("holding", "resume"), ("holding", "done"), ("paused", "ready")]:
        stage = PHASES[phase]()
        assert asked(maybe(stage, intent), len(stage.said)) == []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("answer", ["yes", "no", "silence"])
@pytest.mark.parametrize("intent", sorted(ANYWHERE | HERE | SOFTLY))
def test_a_doubt_in_any_phase_leaves_a_way_on(phase, intent, answer):
    stage = PHASES[phase]()
    stage.wait(0.01)
    maybe(stage, intent, **SLOTS.get(intent, {})).wait(2)
    if answer != "silence":
        stage.say(answer)
    stage.forget("auto_start").wait_until(lambda s: s.phase in (Phase.FINISHED, Phase.IDLE), 2 * 3600)
    assert stage.state.phase in (Phase.FINISHED, Phase.IDLE)
    stage.wait(20)
    assert not stage.state.talk_waits


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("intent", ["start_stretch", "next", "ready"])
def test_the_size_of_the_time_steps_does_not_matter_with_a_doubt(phase, intent):
    assert_the_same_in_small_steps(maybe(PHASES[phase](), intent, **SLOTS.get(intent, {})))


@pytest.mark.parametrize("answer", ["no", "silence"])
def test_no_and_silence_drop_it_without_a_word(answer):
    stage = maybe(Stage().silence(), "start_routine").silence()
    said = len(stage.said)
    if answer == "no":
        stage.say("no")
        assert stage.cues[-1] == "heard"
    else:
        stage.wait(ANSWER_SECONDS + 0.1)
    assert stage.state.doubt is None
    assert stage.wait(5).said[said:] == []
    stage.say("yes").wait(1)
    assert stage.state.phase is Phase.IDLE, "too late"


def test_an_answer_counts_for_some_seconds_after_the_question_was_said():
    stage = maybe(Stage().silence(), "start_routine").silence().wait(ANSWER_SECONDS - 0.1).say("yes")
    assert stage.state.phase is Phase.GETTING_READY
    cut_off = maybe(Stage().silence(), "start_routine").wait(0.3).say("yes")
    assert cut_off.state.phase is Phase.GETTING_READY, "nobody needs to hear it out"


def test_the_right_command_said_instead_is_done_instead():
    stage = maybe(Stage().silence(), "start_stretch", **HEEL).silence().say("start_stretch", stretch="ankle_circles")
    assert stage.state.run.stretch == 2
    assert stage.state.doubt is None
    place = stage.state.run.stretch
    assert stage.say("yes").state.run.stretch == place


def test_said_twice_it_is_meant():
    stage = maybe(Stage().silence(), "start_stretch", **HEEL).silence().wait(1.2)
    assert maybe(stage, "start_stretch", **HEEL).state.phase is Phase.GETTING_READY


def test_the_echo_of_the_question_does_not_answer_it():
    stage = maybe(Stage().silence(), "start_stretch", **HEEL).wait(0.5)
    maybe(stage, "start_stretch", **HEEL)
    maybe(stage.silence().wait(0.4), "start_stretch", **HEEL)
    assert stage.state.phase is Phase.IDLE


def test_another_doubt_while_a_question_stands_is_ignored():
    stage = maybe(Stage().silence(), "start_stretch", **HEEL).silence().wait(2)
    maybe(stage, "start_stretch", stretch="ankle_circles")
    assert asked(stage) == ["[maybe_start_stretch name=heel_stretches]"]
    assert maybe(stage, "yes").state.run.stretch == 3, "an unclear yes is one where it was asked for"


def test_what_asks_the_question_again():
    stage = maybe(Stage().silence(), "start_stretch", **HEEL).silence().wait(2).say("say_again")
    assert stage.saying == "[maybe_start_stretch name=heel_stretches]"
    assert stage.silence().say("yes").state.run.stretch == 3
    assert maybe(exercising("toe_pressing"), "next").wait(0.5).say("say_again").saying == "[maybe_next]"


# Not a nag


def test_questions_are_some_time_apart():
    stage = maybe(Stage().silence(), "start_routine").silence().say("no")
    maybe(stage.wait(5), "start_routine")
    assert len(asked(stage)) == 1
    maybe(stage.wait(BETWEEN_QUESTIONS), "start_routine")
    assert len(asked(stage)) == 2


def test_two_vain_questions_make_it_quiet_for_minutes_and_a_yes_does_not():
    stage = Stage().silence()
    for _ in range(40):
        maybe(stage, "start_stretch", **HEEL).wait(15)
    assert len(asked(stage)) == 2 + (40 * 15) // QUIET_SECONDS - 1, "then one every few minutes"
    patient = Stage().silence()
    for _ in range(4):
        maybe(patient, "start_stretch", **HEEL).silence().say("yes").silence().wait(BETWEEN_QUESTIONS)
    assert len(asked(patient)) == 4


# Its answers and its words


def test_while_a_doubt_stands_yes_no_and_the_same_are_expected():
    stage = exercising("heel_stretches")
    assert "yes" not in expected(stage.state)
    maybe(stage, "start_stretch", stretch="toe_walking")
    assert {"yes", "no", "start_stretch"} <= expected(stage.state)


def test_every_intent_that_may_be_asked_about_has_its_words():
    for name in ANYWHERE | HERE:
        assert name in INTENTS
        fields = {"name"} if "stretch" in INTENTS[name].slots else set()
        assert FIELDS[f"maybe_{name}"] == fields
        for what in INTENTS[name].slots.get("what", ()):
            assert f"maybe_{name}_{what}" in FIELDS
    assert set(INTENTS) >= ANYWHERE | HERE | SOFTLY
    assert not ANYWHERE & HERE
