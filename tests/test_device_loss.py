"""What the guide does when the microphone or the loudspeaker is lost, and when it is back."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import DeviceBack, DeviceGone
from assistant.phases import Phase
from tests.stage import Stage


def exercising() -> Stage:
    return Stage().say("start_stretch", stretch="heel_stretches").silence().say("ready").wait_for(Phase.EXERCISING)


def gone(stage: Stage, *, microphone: bool = True) -> Stage:
    stage._step(DeviceGone(stage.state.now, microphone))
    return stage


def back(stage: Stage, *, microphone: bool = True) -> Stage:
    stage._step(DeviceBack(stage.state.now, microphone))
    return stage.silence()


@pytest.mark.parametrize("microphone", [True, False])
def test_the_run_waits_until_it_is_back_and_the_person_says_so(microphone: bool) -> None:
    stage = exercising().wait(10.0)
    gone(stage, microphone=microphone).silence()
    assert stage.state.phase is Phase.PAUSED
    assert ("microphone" if microphone else "loudspeaker") in stage.said[-1]
    stage.wait(100.0)
    back(stage, microphone=microphone)
    assert stage.said[-2:] == [
        "[microphone_back]" if microphone else "[loudspeaker_back]",
        "[say_resume]",
    ]
    assert stage.state.phase is Phase.PAUSED
    # After so long they are told the position, and begin at a word, as this person wants it.
    stage.say("resume").say("ready").wait_for(Phase.EXERCISING)
    assert stage.state.run.span is not None
    assert stage.state.run.span.elapsed == pytest.approx(10.0, abs=0.1)


def test_both_may_go_one_after_the_other() -> None:
    stage = gone(gone(exercising().wait(10.0)), microphone=False).silence()
    back(back(stage), microphone=False)
    stage.say("resume").wait_for(Phase.EXERCISING)
    assert stage.elapsed == pytest.approx(10.0, abs=0.1)


def test_a_question_that_nobody_can_answer_waits_with_the_run() -> None:
    stage = exercising().wait(10.0).say("hurts").wait_for(Phase.ASKING)
    gone(stage).wait(60.0)
    assert stage.state.phase is Phase.PAUSED
    back(stage)
    stage.say("resume").say("ready").wait_for(Phase.EXERCISING)


def test_with_nothing_begun_there_is_nothing_to_resume() -> None:
    stage = gone(Stage().silence())
    assert stage.state.phase is Phase.IDLE
    back(stage)
    assert stage.said[-1] == "[microphone_back]"


def test_an_offer_to_go_on_is_dropped() -> None:
    stage = Stage(memory={"safety_told": True, "unfinished": {"date": "2026-01-01", "stretch": "heel_stretches"}})
    stage.silence().say("start_routine").wait_for(Phase.ASKING)
    gone(stage).silence()
    assert stage.state.phase is Phase.IDLE
