"""The guide on the virtual clock: the routine as it should go, and everything a person may say in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.content.steps import CHANGEOVER, WORK, Kind, steps_of
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Book
from assistant.phases import RUNNING, Phase
from tests.stage import BOOK, SENTENCE, Stage, place_of, prepared

STRETCHES = [stretch.id for stretch in BOOK.routine.stretches]


@prepared
def begun(stretch: str) -> Stage:
    """A stage where a stretch has been announced."""
    return Stage().say("start_stretch", stretch=stretch).silence()


@prepared
def exercising(stretch: str, **where: object) -> Stage:
    """A stage where a stretch is being exercised."""
    return begun(stretch).say("ready").wait_for(Phase.EXERCISING, **where)


# The facts of the routine


@pytest.mark.parametrize(
    ("stretch", "kind", "rounds", "seconds", "repetitions", "sides"),
    [
        ("toe_walking", Kind.HOLD, 5, 20, 0, 1),
        ("toe_stretching", Kind.HOLD, 3, 5, 0, 2),
        ("ankle_circles", Kind.HOLD, 1, 15, 0, 2),
        ("heel_stretches", Kind.HOLD, 1, 30, 0, 2),
        ("foot_massage", Kind.HOLD, 1, 30, 0, 2),
        ("resistance_band_stretches", Kind.HOLD, 10, 15, 0, 1),
        ("upward_stretches", Kind.HOLD, 1, 30, 0, 2),
        ("toe_pencil_pickups", Kind.OPEN, 5, 0, 0, 2),
        ("heel_raises", Kind.COUNT, 1, None, 20, 2),
        ("toe_pressing", Kind.OPEN, 10, 0, 0, 1),
    ],
)
def test_doses_are_those_of_the_routine(stretch, kind, rounds, seconds, repetitions, sides):
    steps = [step for step in steps_of(BOOK.routine.stretches[BOOK.routine.index(stretch)]) if step.kind in WORK]
    assert len(steps) == rounds * sides
    assert {step.kind for step in steps} == {kind}
    assert {step.repetitions for step in steps} == {repetitions}
    if seconds is not None:
        assert {step.seconds for step in steps} == {seconds}
    assert len({step.side for step in steps}) == sides


def test_toe_walking_relaxes_ten_seconds_between_rounds():
    rests = [s for s in steps_of(BOOK.routine.stretches[0]) if s.kind is Kind.REST]
    assert [rest.seconds for rest in rests] == [10, 10, 10, 10]


# A whole routine


def test_a_whole_routine_in_silence_comes_to_its_end():
    stage = Stage().say("start_routine")
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert stage.state.run.done == set(STRETCHES)
    order = list(dict.fromkeys(s.run.stretch for _, s in stage.states if s.run.stretch >= 0))
    assert order == list(range(10))
    assert stage.state.now < 3600
    assert stage.remembered["unfinished"] is None


@pytest.mark.parametrize("stretch", [s for s in STRETCHES if BOOK.routine.stretches[STRETCHES.index(s)].dose.hold])
def test_every_hold_lasts_as_long_as_it_should(stretch):
    stage = Stage().say("only_stretch", stretch=stretch)
    stage.wait_until(lambda s: s.phase is Phase.FINISHED)
    begins = {s.run.step: t for t, s in stage.states if s.phase is Phase.EXERCISING}
    ends = [t for t, s in stage.states if s.phase is not Phase.EXERCISING and t > min(begins.values())]
    dose = BOOK.routine.stretches[BOOK.routine.index(stretch)].dose
    assert len(begins) == dose.rounds * max(1, len(dose.sides))
    for begin in begins.values():
        assert min(end for end in ends if end > begin) - begin == pytest.approx(dose.hold, abs=0.01)


def test_changing_sides_is_named_and_not_taken_out_of_the_second_side():
    stage = exercising("heel_stretches").wait_for(Phase.RESTING)
    asked_at = stage.state.now
    assert stage.said[-1].endswith("side=right]")
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - asked_at >= CHANGEOVER
    begun_at = stage.state.now
    stage.wait_until(lambda s: s.phase is not Phase.EXERCISING)
    assert stage.state.now - begun_at == pytest.approx(30, abs=0.01)


def test_a_hold_has_a_start_a_middle_a_countdown_and_an_end():
    stage = exercising("heel_stretches")
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    times = {effect.text: t - begin for t, effect in stage.log if hasattr(effect, "text") and t >= begin}
    assert times["[halfway]"] == pytest.approx(15, abs=0.01)
    assert [times[word] for word in ("[down 3]", "[down 2]", "[down 1]")] == pytest.approx([27, 28, 29], abs=0.01)
    assert stage.cues[-2:] == ["start", "change"]


def test_repetitions_are_counted_aloud_at_their_pace():
    stage = exercising("heel_raises")
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    numbers = [(t - begin, e.text) for t, e in stage.log if hasattr(e, "text") and t >= begin][:20]
    assert [text for _, text in numbers][:3] == ["[count 1]", "[count 2]", "[count 3]"]
    assert numbers[-1][1] == "[count 20]"
    assert [t for t, _ in numbers] == pytest.approx([1 + 3 * n for n in range(20)], abs=0.01)


def test_an_open_hold_ends_by_the_persons_word_and_its_length_is_told():
    stage = exercising("toe_pressing").wait(12)
    stage.say("done")
    assert stage.said[-1] == "[open_done time=12 s]"
    assert stage.remembered["best:toe_pressing"] == pytest.approx(12, abs=0.1)
    stage.wait_for(Phase.EXERCISING).wait(14).say("done")
    assert stage.said[-1] == "[open_best time=14 s]"
    stage.wait_for(Phase.EXERCISING).wait(3).say("done")
    assert stage.said[-1] == "[open_done time=3 s]"
    assert stage.remembered["best:toe_pressing"] == pytest.approx(14, abs=0.1)


def test_done_while_paused_ends_an_open_hold_with_the_time_up_to_the_pause():
    stage = exercising("toe_pressing").wait(7).say("pause").wait(20).say("done")
    assert stage.said[-1] == "[open_done time=7 s]"
    assert stage.remembered["best:toe_pressing"] == pytest.approx(7, abs=0.01)
    stage.wait_for(Phase.EXERCISING)
    assert stage.said[-4:] == ["[round round=2 rounds=10] [toe_pressing.again]", "[down 3]", "[down 2]", "[down 1]"]


def test_done_in_the_lead_in_after_a_pause_ends_the_hold_with_the_time_it_had():
    stage = exercising("toe_pressing").wait(7).say("pause").wait(20).say("resume").wait(1).say("done")
    assert stage.said[-1] == "[open_done time=7 s]"
    stage.wait_for(Phase.EXERCISING)
    assert (stage.state.run.stretch, stage.state.run.step) == (9, 2)


def test_an_open_hold_that_was_broken_off_begins_anew():
    stage = exercising("toe_pressing").wait(7).say("pause").wait(20).say("resume").wait_for(Phase.EXERCISING)
    stage.wait(4).say("done")
    assert stage.said[-1] == "[open_done time=4 s]"


def test_an_open_hold_asks_after_a_minute_and_goes_on_if_nobody_answers():
    stage = exercising("toe_pressing").wait_for(Phase.ASKING)
    assert stage.state.asked is Asked.STILL_HOLDING
    stage.wait_for(Phase.RESTING).wait_for(Phase.EXERCISING)
    begin = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - begin == pytest.approx(20, abs=0.01)


def test_an_open_hold_goes_on_through_the_question():
    stage = exercising("toe_pressing")
    begin = stage.state.now
    stage.wait_for(Phase.ASKING).silence().wait(2).say("yes")
    assert stage.state.phase is Phase.EXERCISING
    stage.wait(5).say("done")
    assert stage.remembered["best:toe_pressing"] == pytest.approx(stage.state.now - begin, abs=0.1)


# Getting ready


def test_getting_ready_waits_for_ready_and_names_what_is_needed():
    stage = begun("foot_massage")
    assert "[needs_this things=tennis ball]" in stage.said
    assert stage.wait(30).state.phase is Phase.GETTING_READY
    ready_at = stage.state.now
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.state.now - ready_at == pytest.approx(SENTENCE + 3)


def test_getting_ready_ends_by_itself_after_a_settable_time():
    stage = Stage(book=Book(BOOK.routine, BOOK.replies, ready_seconds=10)).say("start_stretch", stretch="foot_massage")
    stage.silence()
    told = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert 10 < stage.state.now - told < 20


def test_ready_ends_the_explanation():
    stage = Stage().say("start_stretch", stretch="upward_stretches").wait(3).say("ready")
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now < 10


def test_safety_is_not_said_again_and_again_to_someone_who_moves_on():
    stage = Stage(memory={}).say("start_routine").wait_until(lambda s: s.safety_heard == 5).wait(1).say("next")
    heard = stage.state.safety_heard
    stage.wait(3).say("next").silence()
    assert heard == 5
    assert [stage.said.count(text) for text in BOOK.routine.safety[:heard]] == [1] * heard
    assert stage.state.run.stretch == 2
    assert stage.remembered["safety_told"] is True


@pytest.mark.parametrize("word", ["ready", "next", "done"])
def test_no_word_leads_past_safety_and_the_description_to_a_countdown(word):
    stage = Stage(memory={}).say("start_stretch", stretch="heel_stretches").wait(8).say(word)
    stage.silence()
    assert stage.said[1] == BOOK.routine.safety[0]
    assert set(BOOK.routine.safety) <= set(stage.said)
    stretch = BOOK.routine.stretches[stage.state.run.stretch]
    assert [text for text in stage.said if text.startswith(f"[intro name={stretch.name} ")]
    assert stage.said[-1] == BOOK.replies.text("say_ready")
    assert stage.state.phase is Phase.GETTING_READY
    assert not stage.state.run.leads_in
    stage.say("ready").wait_for(Phase.EXERCISING)


def test_ready_after_safety_leads_on_to_the_stretch():
    stage = Stage(memory={}).say("start_stretch", stretch="heel_stretches")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == BOOK.replies.text("first_sound"))
    assert stage.say("ready").saying == "[intro name=heel_stretches number=4]"
    assert stage.silence().said[-1] == BOOK.replies.text("say_ready")
    assert stage.state.phase is Phase.GETTING_READY


@pytest.mark.parametrize(("word", "seen"), [("stop", Phase.FINISHED), ("pause", Phase.PAUSED), ("hurts", Phase.ASKING)])
def test_stop_pause_and_pain_work_at_once_in_the_words_on_safety(word, seen):
    stage = Stage(memory={}).say("start_routine").wait(8)
    speaking = stage.saying
    assert stage.say(word).state.phase is seen
    assert stage.state.speech is None or stage.saying != speaking


def test_safety_that_was_not_heard_to_its_end_comes_again():
    stage = Stage(memory={}).say("start_routine").wait(8).say("stop").silence()
    since = len(stage.said)
    stage.say("start_routine").silence()
    assert tuple(stage.said[since : since + 9]) == BOOK.routine.safety
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
    stage = Stage(memory={}).say("start_routine").silence()
    assert set(BOOK.routine.safety) <= set(stage.said)
    assert stage.remembered["safety_told"] is True
    again = Stage(memory=stage.remembered).say("start_routine").silence()
    assert not set(BOOK.routine.safety) & set(again.said)


# Pausing


def test_pause_stops_speech_and_clock_and_resume_gives_a_lead_in_and_the_time_that_was_left():
    stage = exercising("heel_stretches").wait(10).say("pause")
    assert (stage.state.phase, stage.speech, stage.cues[-1]) == (Phase.PAUSED, None, "pause")
    stage.wait(120).say("resume").wait_for(Phase.EXERCISING)
    assert stage.said[-3:] == ["[down 3]", "[down 2]", "[down 1]"]
    resumed = stage.state.now
    stage.wait_for(Phase.RESTING)
    assert stage.state.now - resumed == pytest.approx(20, abs=0.01)


def test_pause_in_the_middle_of_an_explanation_says_the_sentence_again():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(4)
    speaking = stage.saying
    stage.say("pause").wait(60).say("resume")
    assert stage.said[-1] == speaking
    stage.silence()
    assert stage.said[-1] == "[say_ready]"


def test_pause_in_a_rest_keeps_what_is_left_of_it():
    stage = exercising("toe_walking").wait_for(Phase.RESTING).wait(4).say("pause").wait(50).say("resume")
    resumed = stage.state.now
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - resumed == pytest.approx(6, abs=0.01)


def test_a_pause_is_mentioned_once_and_ends_the_run_in_the_end_with_its_place_kept():
    stage = exercising("heel_stretches").say("pause").wait(1799)
    assert stage.state.phase is Phase.PAUSED
    assert stage.said.count("[still_paused]") == 1
    stage.wait(60)
    assert stage.finished == ["no answer"]
    assert stage.state.memory["unfinished"]["stretch"] == "heel_stretches"


# Moving about


def test_moving_about():
    stage = exercising("heel_stretches").say("next")
    assert stage.state.run.stretch == 4
    assert stage.say("previous").state.run.stretch == 3
    assert stage.say("start_stretch", stretch="toe_pressing").state.run.stretch == 9
    assert stage.say("restart").state.phase is Phase.GETTING_READY
    stage.say("next")
    assert stage.finished == ["stopped"]


def test_the_routine_goes_on_from_where_it_was_started():
    stage = exercising("heel_stretches").wait_until(lambda s: s.run.stretch == 4)
    assert stage.state.phase is Phase.GETTING_READY


def test_only_one_stretch_ends_after_it():
    stage = Stage().say("only_stretch", stretch="ankle_circles").wait_until(lambda s: s.phase is Phase.FINISHED)
    assert stage.finished == ["complete"]
    assert stage.state.run.done == {"ankle_circles"}


def test_after_the_only_stretch_nothing_is_next():
    stage = Stage().say("only_stretch", stretch="ankle_circles").say("next")
    assert (stage.state.phase, stage.finished) == (Phase.FINISHED, ["stopped"])


def test_next_round_and_skip_this_side():
    stage = exercising("toe_walking").wait(3).say("next", what="round")
    assert (stage.state.phase, stage.state.run.step) == (Phase.RESTING, 1)
    stage.say("next", what="round").wait_for(Phase.EXERCISING)
    assert stage.state.run.step == 2
    stage = exercising("heel_stretches").wait(3).say("next", what="side")
    assert (stage.state.phase, stage.state.run.stretch) == (Phase.RESTING, 3)
    stage.wait_for(Phase.EXERCISING).say("next", what="side")
    assert stage.state.run.stretch == 4


def test_skipping_a_side_while_getting_ready_still_waits_for_ready():
    stage = begun("ankle_circles").say("next", what="side").silence().wait(20)
    assert stage.state.phase is Phase.GETTING_READY
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert stage.side == "right"


def test_done_said_twice_does_not_end_an_open_ended_stretch():
    stage = exercising("toe_pencil_pickups").wait(5).say("done").wait(2).say("done")
    assert stage.state.phase is Phase.RESTING
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.run.stretch == 7


def test_done_does_not_answer_the_question_about_pain():
    stage = exercising("heel_stretches").say("hurts").say("done")
    assert stage.state.asked is Asked.HURTS
    assert stage.finished == []


def test_done_ends_the_current_stretch():
    stage = exercising("heel_stretches").wait(3).say("done")
    assert "heel_stretches" in stage.state.run.done
    assert stage.silence().wait(1).state.run.stretch == 4


def test_starting_again_offers_to_go_on_where_todays_run_stopped():
    stage = exercising("heel_stretches").say("stop").silence().say("start_routine")
    assert (stage.state.phase, stage.state.asked) == (Phase.ASKING, Asked.GO_ON)
    assert stage.say("yes").state.run.stretch == 3
    stage.say("stop").say("start_routine").say("no")
    assert stage.state.run.stretch == 0


def test_yesterdays_run_is_not_offered():
    memory = {"safety_told": True, "unfinished": {"date": "2025-12-31", "stretch": "heel_stretches"}}
    assert Stage(memory=memory).say("start_routine").state.run.stretch == 0


# Questions


def test_whats_next_names_it_with_its_needs_and_the_clock_goes_on():
    stage = exercising("heel_stretches").wait(5)
    before = stage.elapsed
    stage.say("whats_next")
    assert stage.said[-1] == "[next_is_needing name=foot_massage things=tennis ball]"
    span = stage.wait(2).state.run.span
    assert span is not None
    assert span.elapsed == pytest.approx(before + 2)


def test_where_am_i_tells_name_number_side_and_round():
    assert exercising("heel_stretches").say("where_am_i").said[-1] == (
        "[where name=heel_stretches number=4 total=10] [where_side side=left]"
    )
    assert "[where_round round=1 rounds=5]" in exercising("toe_walking").say("where_am_i").said[-1]


def test_how_long_tells_the_nearest_first():
    said = exercising("heel_stretches").wait(10).say("how_long").said[-1]
    assert said.startswith("[left_hold time=20 s] [left_stretch time=about 1 min] [left_routine time=about ")
    assert exercising("heel_raises").wait(7).say("how_long").said[-1].startswith("[left_count count=17]")
    assert "[left_open time=7 s]" in exercising("toe_pressing").wait(7).say("how_long").said[-1]


def test_say_again_says_it_again_while_the_clock_waits():
    stage = exercising("heel_stretches").wait(17)
    stage.say("say_again")
    assert stage.said[-2:] == ["[halfway]", "[starting_side side=left]"]
    elapsed = stage.elapsed
    stage.silence()
    assert stage.elapsed == pytest.approx(elapsed)
    stage.wait(1)
    assert stage.elapsed == pytest.approx(elapsed + 1)


def test_a_question_during_the_explanation_is_answered_and_the_explanation_goes_on():
    stage = Stage().say("start_stretch", stretch="heel_stretches").wait(3)
    broken_off = stage.saying
    stage.say("why")
    assert stage.said[-1] == "[why name=heel_stretches reason=[heel_stretches.good_for]]"
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == broken_off, 30)
    stage.silence()
    assert stage.said[-1] == "[say_ready]"


def test_how_to_tells_the_steps_of_the_named_or_the_current_stretch():
    assert exercising("heel_stretches").say("how_to").said[-1].startswith("[how name=heel_stretches] ")
    other = exercising("heel_stretches").say("how_to", stretch="foot_massage").said[-1]
    assert "[foot_massage.how.1 side=left]" in other


@pytest.mark.parametrize(
    ("slots", "answer"),
    [
        ({"stretch": "foot_massage"}, "[needs_of name=foot_massage things=tennis ball]"),
        ({"stretch": "toe_pressing"}, "[needs_nothing name=toe_pressing]"),
        ({"thing": "towel"}, "[need_thing names=upward_stretches thing=towel]"),
        ({"thing": "dumbbell"}, "[need_no_thing thing=dumbbell]"),
        ({}, "[needs_all "),
    ],
)
def test_needs(slots, answer):
    assert Stage().say("needs", **slots).said[-1].startswith(answer)


def test_list_names_all_ten():
    said = Stage().say("list").said[-1]
    assert all(stretch.name in said for stretch in BOOK.routine.stretches)


def test_a_number_that_no_stretch_has_is_told_of_and_changes_nothing():
    stage = exercising("heel_stretches").wait(5)
    place, before = place_of(stage.state), stage.elapsed
    stage.say("no_stretch", number="eleven")
    assert stage.said[-1] == "[no_stretch total=10]"
    stage.wait(2)
    assert place_of(stage.state) == place
    assert stage.elapsed == pytest.approx(before + 2)
    assert Stage().say("no_stretch", number="zero").silence().state.phase is Phase.IDLE


# Pain and ending


@pytest.mark.parametrize("phase", [Phase.GETTING_READY, Phase.EXERCISING, Phase.RESTING, Phase.PAUSED])
def test_pain_stops_everything_at_once_and_offers_to_go_on_skip_or_finish(phase):
    stage = begun("heel_stretches")
    if phase is not Phase.GETTING_READY:
        stage.say("ready").wait_for(Phase.EXERCISING)
    if phase is Phase.RESTING:
        stage.wait_for(Phase.RESTING)
    if phase is Phase.PAUSED:
        stage.say("pause")
    stage.say("hurts")
    assert stage.state.phase is Phase.ASKING
    assert stage.said[-1] == "[hurts]"
    where = stage.state.run.stretch
    assert stage.wait(25).state.run.stretch == where
    for answer, seen in (("next", Phase.GETTING_READY), ("stop", Phase.FINISHED)):
        other = Stage()
        other.state, other.speech = stage.state, stage.speech
        assert other.say(answer).state.phase is seen
    stage.say("yes").wait_until(lambda s: s.phase in RUNNING)
    assert stage.state.run.stretch == where


def test_pain_without_an_answer_ends_the_run_and_never_goes_on():
    stage = exercising("heel_stretches").say("hurts")
    stage.wait_until(lambda s: s.phase is not Phase.ASKING)
    assert stage.finished == ["no answer"]


def test_stop_ends_at_once_unless_most_is_done_and_the_word_was_not_clear():
    assert exercising("heel_stretches").say("stop", sure=False).finished == ["stopped"]
    stage = Stage().say("start_routine").wait_until(lambda s: s.run.stretch == 7)
    stage.say("stop", sure=False)
    assert stage.state.asked is Asked.STOP
    assert stage.say("no").wait_until(lambda s: s.phase is not Phase.ASKING).state.run.stretch == 7
    stage.say("stop", sure=True)
    assert stage.finished == ["stopped"]


def test_stop_when_nothing_runs_says_goodbye():
    assert Stage().say("stop").silence().wait(1).quit
