"""Getting ready for a stretch, and the words on safety before the first one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.phases import Phase
from tests.stage import BOOK, BY_ITSELF, SENTENCE, Stage, begun


def test_getting_ready_waits_for_ready_and_names_what_is_needed():
    stage = begun("foot_massage")
    assert "[intro_with name=foot_massage number=5 things=tennis ball]" in stage.said
    assert stage.wait(30).state.phase is Phase.GETTING_READY
    ready_at = stage.state.now
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.state.now - ready_at == pytest.approx(SENTENCE + 3)


def test_getting_ready_ends_by_itself_after_a_settable_time():
    stage = Stage(replace(BOOK, ready_seconds=10), BY_ITSELF).say("start_stretch", stretch="foot_massage")
    stage.silence()
    told = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert 10 < stage.state.now - told < 20


def test_ready_ends_the_explanation():
    stage = Stage().say("start_stretch", stretch="foot_massage").wait(3).say("ready")
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now < 20
    assert "[foot_massage.position.2 side=left]" not in stage.said


def test_safety_is_not_said_again_and_again_to_someone_who_moves_on():
    stage = (
        Stage(memory={"auto_start": False})
        .say("start_routine")
        .wait_until(lambda s: s.safety_heard == 5)
        .wait(1)
        .say("next")
    )
    heard = stage.state.safety_heard
    stage.wait(3).say("next").silence()
    assert heard == 5
    assert [stage.said.count(text) for text in BOOK.routine.safety[:heard]] == [1] * heard
    assert stage.state.run.stretch == 2
    assert stage.remembered["safety_told"] is True


@pytest.mark.parametrize("word", ["ready", "next", "done"])
def test_no_word_leads_past_safety_and_the_description_to_a_countdown(word):
    stage = Stage(memory={"auto_start": False}).say("start_stretch", stretch="heel_stretches").wait(8).say(word)
    stage.silence()
    assert stage.said[1] == BOOK.routine.safety[0]
    assert set(BOOK.routine.safety) <= set(stage.said)
    stretch = BOOK.routine.stretches[stage.state.run.stretch]
    assert [
        text for text in stage.said if text.startswith(("[intro ", "[intro_with ")) and f" name={stretch.name} " in text
    ]
    assert stage.said[-1] == BOOK.replies.text("say_ready")
    assert stage.state.phase is Phase.GETTING_READY
    assert not stage.state.run.leads_in
    stage.say("ready").wait_for(Phase.EXERCISING)


def test_ready_after_safety_leads_on_to_the_stretch():
    stage = Stage(memory={"auto_start": False}).say("start_stretch", stretch="heel_stretches")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == BOOK.replies.text("first_sound"))
    assert stage.say("ready").saying == "[intro name=heel_stretches number=4]"
    assert stage.silence().said[-1] == BOOK.replies.text("say_ready")
    assert stage.state.phase is Phase.GETTING_READY


@pytest.mark.parametrize(("word", "seen"), [("stop", Phase.FINISHED), ("pause", Phase.PAUSED), ("hurts", Phase.ASKING)])
def test_stop_pause_and_pain_work_at_once_in_the_words_on_safety(word, seen):
    stage = Stage(memory={"auto_start": False}).say("start_routine").wait(8)
    speaking = stage.saying
    assert stage.say(word).state.phase is seen
    assert stage.state.speech is None or stage.saying != speaking


def test_safety_that_was_not_heard_to_its_end_comes_again():
    stage = Stage(memory={"auto_start": False}).say("start_routine").wait(8).say("stop").silence()
    since = len(stage.said)
    stage.say("start_routine").silence()
    assert tuple(stage.said[since : since + len(BOOK.routine.safety)]) == BOOK.routine.safety
    assert stage.remembered["safety_told"] is True


def test_other_words_on_safety_are_told_for_themselves():
    mine = replace(BOOK.routine, id="mine", name="mine", safety=("Mind your feet.",))
    book = replace(BOOK, others=(*BOOK.others, mine))
    first = Stage(book, memory={}).say("choose_routine", routine="mine").silence().say("stop").silence()
    assert "Mind your feet." in first.said
    assert "safety_told" not in first.remembered
    own_first = replace(BOOK, routine=mine, others=(BOOK.routine,), usual_safety=BOOK.routine.safety)
    for again in (book, own_first):
        stage = Stage(again, memory=first.remembered).say("choose_routine", routine="mine").silence()
        assert "Mind your feet." not in stage.said
        stage.say("stop").silence().say("choose_routine", routine="ten_foot_stretches").silence()
        assert set(BOOK.routine.safety) <= set(stage.said)
    old = Stage(book, memory={"safety_told": True}).say("choose_routine", routine="five_minutes").silence()
    assert not set(BOOK.routine.safety).intersection(old.said)
    assert "Mind your feet." in old.say("choose_routine", routine="mine").silence().said


def test_safety_is_told_once_at_the_first_run_ever():
    stage = Stage(memory={"auto_start": False}).say("start_routine").silence()
    assert set(BOOK.routine.safety) <= set(stage.said)
    assert stage.remembered["safety_told"] is True
    again = Stage(memory=stage.remembered).say("start_routine").silence()
    assert not set(BOOK.routine.safety) & set(again.said)
