"""Distress: what is told of stops everything at once; what may be is asked about; nothing goes on by itself."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import DeviceGone, Remember
from assistant.dialogue.requests.distress import DOCTORS, EASED, QUIET_SECONDS, WELL_SECONDS
from assistant.dialogue.requests.gently import DOCTOR, EMERGENCIES
from assistant.dialogue.state.run import Span
from assistant.dialogue.state.state import Asked
from assistant.intents import INTENTS
from assistant.phases import RUNNING, Phase
from tests.stage import Stage, exercising
from tests.test_answers import PHASES, SLOTS, waiting

DAY = 24 * 3600


def span(stage: Stage) -> Span:
    """What the clock is counting."""
    assert stage.state.run.span is not None
    return stage.state.run.span


def hold() -> Stage:
    """Ten seconds into a hold of thirty."""
    return exercising("heel_stretches").wait(10)


def fallen() -> Stage:
    """Asked whether somebody should be called, in the midst of a hold."""
    return hold().say("hurts", kind="fall")


# Told of


def test_every_kind_is_an_emergency_is_eased_is_for_a_doctor_or_is_plain_pain():
    assert set(INTENTS["hurts"].slots["kind"]) == EMERGENCIES | EASED | DOCTOR | {"pain"}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("kind", sorted(EMERGENCIES))
def test_an_emergency_stops_everything_in_every_phase_and_nothing_ever_goes_on_by_itself(phase, kind):
    stage = PHASES[phase]()
    stage.say("hurts", kind=kind)
    assert (stage.state.asked, stage.saying) == (Asked.EMERGENCY, f"[emergency_{kind}]")
    run, finished = stage.state.run, list(stage.finished)
    stage.wait(3 * 3600)
    assert (stage.state.asked, stage.state.run, stage.finished) == (Asked.EMERGENCY, run, finished)


def test_whether_to_call_somebody_is_asked_again_and_again():
    stage = fallen().wait(DAY / 24)
    assert 20 <= stage.said.count("[emergency_again]") <= 40


def test_yes_tells_to_call_at_once_and_stays():
    stage = fallen().say("yes")
    assert (stage.saying, stage.state.asked) == ("[emergency_yes]", Asked.EMERGENCY)
    asked = stage.said.count("[emergency_again]")
    stage.wait(600)
    assert stage.said.count("[emergency_again]") == asked
    assert "[emergency_called]" in stage.said


@pytest.mark.parametrize("answer", ["no", "better"])
def test_who_is_well_is_asked_how_to_go_on_and_never_led_straight_back(answer):
    stage = fallen().say(answer)
    assert (stage.saying, stage.state.asked) == ("[emergency_no]", Asked.HURTS)
    assert stage.copy().say("yes").finished == ["hurts"]
    assert stage.say("no").saying == "[emergency_rest]"


@pytest.mark.parametrize("kind", sorted(EMERGENCIES))
@pytest.mark.parametrize("intent", sorted(set(INTENTS) - {"yes", "stop", "hurts"}))
def test_after_an_emergency_no_exercise_goes_on_and_gently_is_not_offered(intent, kind):
    stage = hold().say("hurts", kind=kind).silence().say("better").silence()
    run, said = stage.state.run, len(stage.said)
    stage.say(intent, **SLOTS.get(intent, {})).wait(40)
    now = stage.state.run
    assert (now.phase, now.stretch, now.step) == (run.phase, run.stretch, run.step)
    assert stage.state.asked is Asked.HURTS
    assert not [text for text in stage.said[said:] if text in ("[hurts]", "[hurts_again]", "[hurts_no]", "[hurts_ask]")]


@pytest.mark.parametrize("kind", sorted({*EASED, *DOCTOR}))
def test_what_else_is_told_after_an_emergency_makes_it_no_lesser_one(kind):
    stage = fallen().say("better").silence().say("hurts", kind=kind)
    assert stage.saying.endswith("[emergency_no]")
    assert stage.say("easier").saying == "[emergency_rest]"


@pytest.mark.parametrize("answer", ["stop", "better"])
def test_nobody_who_fell_is_told_to_get_up(answer):
    stage = fallen().say(answer).silence().say("stop").wait(60)
    assert not [text for text in stage.said if "heel_stretches.after" in text]


def test_help_and_who_is_to_come_answer_the_question_whether_to_call():
    assert fallen().silence().say("help").saying == "[emergency_yes]"
    assert fallen().silence().say("hurts", kind="help").saying == "[emergency_yes]"
    stage = fallen().silence().say("called")
    assert (stage.saying, stage.state.asked) == ("[emergency_help_comes]", Asked.EMERGENCY)
    assert stage.wait(60).said[-1] == "[emergency_help_comes]"


def test_a_refused_offer_does_not_come_back():
    stage = hold().say("hurts", kind="leg").silence().say("easier").wait(45)
    assert stage.said[-1] == "[hurts_again_skip]"
    assert "[hurts_again]" not in stage.said


@pytest.mark.parametrize("intent", sorted(set(INTENTS) - {"no", "better", "stop", "never_mind"}))
def test_nothing_else_ends_the_question_or_moves_the_run(intent):
    stage = fallen().silence()
    run = stage.state.run
    stage.say(intent, **SLOTS.get(intent, {}))
    assert stage.state.asked is Asked.EMERGENCY
    now = stage.state.run
    assert (now.phase, now.stretch, now.step) == (run.phase, run.stretch, run.step)


def test_what_would_have_moved_the_run_is_not_remembered_either():
    stage = fallen().silence()
    effects = len(stage.log)
    stage.say("leave_out", stretch="heel_stretches")
    assert not [each for _, each in stage.log[effects:] if isinstance(each, Remember)]
    assert stage.saying == "[emergency_again]"


def test_what_is_only_asked_is_answered_meanwhile():
    assert fallen().silence().say("where_am_i").saying.startswith("[where ")


def test_stop_ends_the_run_and_another_kind_is_asked_about_anew():
    assert fallen().say("stop").finished == ["hurts"]
    stage = fallen().say("hurts", kind="chest")
    assert (stage.saying, stage.state.asked) == ("[emergency_chest]", Asked.EMERGENCY)
    assert stage.say("hurts").saying == "[emergency_again]"


def test_in_idle_it_is_asked_about_too_and_being_well_is_the_end_of_it():
    stage = Stage().silence().say("hurts", kind="help").silence()
    assert stage.state.asked is Asked.EMERGENCY
    assert stage.say("better").saying == "[emergency_over]"
    assert stage.state.phase is Phase.IDLE
    assert Stage().silence().say("hurts", kind="fall").say("stop").state.phase is Phase.IDLE


def test_a_guide_on_standby_hears_it_too():
    stage = waiting().say("remind", what="off").silence().wait(600)
    assert stage.say("hurts", kind="fall").state.asked is Asked.EMERGENCY


def test_a_lost_microphone_does_not_end_the_question():
    stage = fallen()
    stage.state, _ = stage.guide.step(stage.state, DeviceGone(stage.state.now, microphone=True))
    assert stage.state.asked is Asked.EMERGENCY


@pytest.mark.parametrize("kind", sorted(EASED))
def test_what_can_be_eased_is_told_how_to_and_asked_about_as_pain_is(kind):
    stage = hold().say("hurts", kind=kind)
    advice = f"[ease_{kind}] [doctor_{kind}]" if kind in DOCTORS else f"[ease_{kind}]"
    assert (stage.saying, stage.state.asked) == (f"{advice} [hurts_ask]", Asked.HURTS)
    assert Stage().silence().say("hurts", kind=kind).saying == advice


@pytest.mark.parametrize("kind", sorted(DOCTOR))
@pytest.mark.parametrize("answer", ["yes", "easier", "resume", "ready", "better", "keep_going"])
def test_what_a_doctor_must_see_stops_and_does_not_go_on_gently_either(kind, answer):
    stage = hold().say("hurts", kind=kind)
    assert (stage.saying, stage.state.asked) == (f"[doctor_{kind}] [hurts_ask_doctor]", Asked.HURTS)
    stage.say(answer)
    assert (stage.saying, stage.state.asked) == ("[hurts_not_gently]", Asked.HURTS)
    assert stage.wait(60).state.phase is Phase.ASKING
    assert stage.say("next").state.run.stretch == 4


@pytest.mark.parametrize("kind", sorted(DOCTOR))
def test_what_a_doctor_must_see_is_told_so_outside_a_run_and_on_top_of_pain(kind):
    assert Stage().silence().say("hurts", kind=kind).saying == f"[doctor_{kind}]"
    assert hold().say("hurts").say("hurts", kind=kind).saying == f"[doctor_{kind}] [hurts_ask_doctor]"


def test_the_stretch_is_blamed_for_a_cramp_but_not_for_dizziness():
    assert "hurt:heel_stretches" in hold().say("hurts", kind="cramp").state.memory
    assert "hurt:heel_stretches" not in hold().say("hurts", kind="dizzy").state.memory


# May have been


@pytest.mark.parametrize("phase", ["getting ready", "leading in", "holding", "counting", "open", "resting", "changing"])
def test_what_may_be_distress_halts_the_run_softly_and_asks(phase):
    stage = PHASES[phase]().wait(0.01)
    run, cues = stage.state.run, list(stage.cues)
    stage.say("hurts", doubtful=True)
    assert (stage.saying, stage.state.asked, stage.cues) == ("[all_right]", Asked.ALL_RIGHT, cues)
    stage.wait(30)
    assert stage.state.run == run


@pytest.mark.parametrize("answer", ["yes", "better", "ready", "resume", "keep_going", "start_routine"])
def test_who_is_all_right_goes_on_with_all_of_the_time_that_was_left(answer):
    stage = hold().say("hurts", doubtful=True).silence().say(answer).wait_for(Phase.EXERCISING)
    assert span(stage).remaining == pytest.approx(20, abs=0.1)


def test_never_mind_says_that_nothing_is_the_matter():
    stage = hold().say("hurts", doubtful=True).silence().say("never_mind").wait_for(Phase.EXERCISING)
    assert span(stage).remaining == pytest.approx(20, abs=0.1)
    assert hold().say("hurts").say("never_mind").saying == "[hurts_no]"


def test_who_is_not_is_asked_about_what_was_suspected():
    assert hold().say("hurts", doubtful=True).say("no").saying == "[hurts]"
    stage = hold().say("hurts", doubtful=True, kind="fall").say("no")
    assert (stage.saying, stage.state.asked) == ("[emergency_fall]", Asked.EMERGENCY)
    assert hold().say("hurts", doubtful=True).say("hurts", kind="chest").state.asked is Asked.EMERGENCY


def test_without_an_answer_it_is_asked_once_more_and_stays_paused():
    stage = hold().say("hurts", doubtful=True).wait_for(Phase.PAUSED)
    assert stage.said.count("[all_right_again]") == 1
    assert stage.said[-1] == "[all_right_paused]"
    assert stage.wait(600).state.phase is Phase.PAUSED
    stage.say("better").silence().say("ready")
    assert span(stage.wait_for(Phase.EXERCISING)).remaining == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("phase", ["paused", "asking to go on", "asking still holding"])
def test_a_pause_or_question_that_it_came_on_top_of_is_there_again(phase):
    stage = PHASES[phase]()
    before = stage.state.halt
    assert before is not None
    stage.say("hurts", doubtful=True).silence()
    assert stage.state.asked is Asked.ALL_RIGHT
    stage.say("yes")
    assert stage.state.asked is before.asked
    assert stage.saying == (before.question or "[say_resume]")


def test_what_is_doubtful_changes_nothing_where_it_is_asked_whether_to_call_somebody():
    stage = fallen().silence()
    state = stage.state
    assert stage.say("hurts", doubtful=True).state == state
    assert stage.say("yes", doubtful=True).state.asked is state.asked


def test_whoever_was_asked_what_to_do_about_pain_is_believed_that_it_is_not_over():
    stage = hold().say("hurts").silence()
    run = stage.state.run
    stage.say("hurts", doubtful=True)
    assert (stage.saying, stage.state.asked, stage.state.run) == ("[hurts_no]", Asked.HURTS, run)


def test_it_is_not_asked_again_right_after_the_answer():
    stage = hold().say("hurts", doubtful=True).say("yes")
    assert stage.say("hurts", doubtful=True).state.asked is None
    assert stage.wait(WELL_SECONDS + 1).say("hurts", doubtful=True).state.asked is Asked.ALL_RIGHT


@pytest.mark.parametrize(
    "make", [lambda: Stage().silence(), lambda: waiting().say("remind", what="off").silence().wait(99)]
)
def test_outside_of_a_run_it_is_asked_only_now_and_then_and_forgotten(make):
    stage = make().say("hurts", doubtful=True)
    assert stage.saying == "[all_right]"
    stage.wait(60)
    assert stage.state.phase is Phase.IDLE
    assert stage.say("hurts", doubtful=True).state.phase is Phase.IDLE
    assert stage.wait(QUIET_SECONDS).say("hurts", doubtful=True).state.asked is Asked.ALL_RIGHT
    assert stage.say("yes").silence().state.phase is Phase.IDLE


def test_another_command_shows_that_they_are_all_right():
    stage = hold().say("hurts", doubtful=True).say("start_stretch", stretch="toe_walking")
    assert (stage.state.run.stretch, stage.state.phase) == (0, Phase.GETTING_READY)
    assert stage.state.phase in RUNNING
