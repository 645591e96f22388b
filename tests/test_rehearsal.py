"""Leading a guide to a phase, to see what would come there of what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.content.events import Heard
from assistant.dialogue.rehearsal import PHASES, Scene, rehearse
from assistant.dialogue.state.run import SpanKind
from assistant.dialogue.state.state import Asked
from assistant.errors import UsageError
from assistant.phases import Phase
from tests.stage import BOOK

REACHED = {
    "idle": (Phase.IDLE, None, None),
    "telling": (Phase.GETTING_READY, None, None),
    "waiting": (Phase.GETTING_READY, SpanKind.READY, None),
    "hold": (Phase.EXERCISING, SpanKind.HOLD, None),
    "counting": (Phase.EXERCISING, SpanKind.COUNT, None),
    "open_hold": (Phase.EXERCISING, SpanKind.OPEN, None),
    "rest": (Phase.RESTING, SpanKind.REST, None),
    "change": (Phase.RESTING, SpanKind.CHANGE, None),
    "paused": (Phase.PAUSED, SpanKind.HOLD, None),
    "asked_pain": (Phase.ASKING, SpanKind.HOLD, Asked.HURTS),
    "asked_hurt_before": (Phase.ASKING, None, Asked.HURT_BEFORE),
    "asked_number": (Phase.ASKING, None, Asked.NUMBER),
    "asked_all_right": (Phase.ASKING, SpanKind.HOLD, Asked.ALL_RIGHT),
    "asked_emergency": (Phase.ASKING, SpanKind.HOLD, Asked.EMERGENCY),
    "asked_continue": (Phase.ASKING, None, Asked.GO_ON),
    "reminder": (Phase.IDLE, None, None),
    "finished": (Phase.FINISHED, None, None),
}


def hear(scene: Scene, intent: str, **slots: str):
    return scene.hear((Heard(scene.state.now, intent, slots),))


@pytest.mark.parametrize("when", PHASES)
def test_the_guide_is_led_to_the_phase(when):
    state = rehearse(BOOK, when).state
    kind = state.run.span.kind if state.run.span is not None else None
    assert (state.phase, kind, state.asked) == REACHED[when]
    assert state.speech is None or when in ("telling", "counting", "rest", "change")


@pytest.mark.parametrize("routine", BOOK.routines, ids=lambda routine: routine.id)
@pytest.mark.parametrize("when", PHASES)
def test_each_phase_is_reached_in_each_stretch_that_has_it(when, routine):
    book = replace(BOOK, routine=routine, others=())
    for stretch in routine.stretches if PHASES[when].stretch else ():
        if PHASES[when].has_it(stretch):
            state = rehearse(book, f"{when}:{stretch.id}").state
            assert (state.phase, state.asked) == REACHED[when][::2]
            assert routine.stretches[state.run.stretch].id == stretch.id


def test_telling_is_in_the_middle_of_the_words():
    scene = rehearse(BOOK, "telling")
    assert scene.state.speech is not None
    assert not scene.state.speech.pending
    assert scene.state.talk.queue


def test_after_a_reminder_what_answers_it_is_awaited():
    moment = rehearse(BOOK, "reminder").moment
    assert "not_today" in moment.answers
    assert moment.meanings["ready"] == "start_routine"


def test_a_wait_is_reached_before_a_named_stretch():
    assert hear(rehearse(BOOK, "waiting:ankle_circles"), "where_am_i").reply.startswith("[where")
    assert rehearse(BOOK, "waiting:ankle_circles").state.run.stretch == BOOK.routine.index("ankle_circles")


def test_a_hold_is_in_its_middle_however_short_it_is():
    state = rehearse(BOOK, "hold:toe_stretching").state
    assert state.run.span is not None
    assert 0 < state.run.span.elapsed < state.run.span.length


def test_the_outcome_is_what_it_means_there_with_all_that_is_said():
    outcome = hear(rehearse(BOOK, "paused"), "start_routine")
    assert [each.intent for each in outcome.meant] == ["resume"]
    outcome = hear(rehearse(BOOK, "hold"), "next")
    assert outcome.reply.startswith("[heel_stretches.after.1] [intro_with name=foot_massage ")
    assert outcome.reply.count("[") > 2  # and the explanation of the next stretch
    assert outcome.phase is Phase.GETTING_READY


def test_what_means_nothing_there_leaves_no_reply():
    scene = rehearse(BOOK, "hold")
    outcome = hear(scene, "ready")
    assert (outcome.meant, outcome.reply, outcome.phase) == ((), "", scene.state.phase)


def test_what_was_being_said_is_no_reply():
    scene = rehearse(BOOK, "telling")
    assert hear(scene, "louder").reply != ""
    assert scene.hear(()).reply == ""
    answered = hear(scene, "how_long").reply
    assert not any(line in answered for line in scene.state.talk.queue)


def test_each_try_is_from_the_same_state():
    scene = rehearse(BOOK, "hold")
    assert hear(scene, "next") == hear(scene, "next")


def test_a_doubt_counts_if_the_guide_asks():
    scene = rehearse(BOOK, "open_hold")  # nothing else is said there in a while
    now = scene.state.now
    asked = scene.hear((Heard(now, "next", sure=False, doubtful=True),))
    assert [(each.intent, each.doubtful) for each in asked.meant] == [("next", True)]
    assert asked.reply.startswith("[maybe_next")
    assert scene.hear((Heard(now, "louder", sure=False, doubtful=True),)).meant == ()


@pytest.mark.parametrize(
    ("when", "named"),
    [
        ("nowhere", "asked_continue"),
        ("", "waiting"),
        ("hold:heel_raises", "heel_stretches"),
        ("rest:ankle_circles", "toe_walking"),
        ("waiting:hand_stands", "toe_pressing"),
        ("idle:toe_walking", "leave out ':toe_walking'"),
    ],
)
def test_a_phase_or_stretch_that_is_not_there_is_named_with_those_that_are(when, named):
    with pytest.raises(UsageError) as error:
        rehearse(BOOK, when)
    assert named in str(error.value)
