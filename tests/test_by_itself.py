"""A stretch begins by itself once there was time to get into position; at once on a word; and things are waited for."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from assistant.dialogue.content.events import Cue, Say
from assistant.dialogue.content.moving import Posture
from assistant.dialogue.content.routine import ClockFrom
from assistant.dialogue.run.getting_ready import NOTICE
from assistant.dialogue.run.timeline import REMIND_ASKED_EVERY
from assistant.dialogue.state.run import SpanKind
from assistant.errors import SolemateError
from assistant.language.wordings import load_coaching
from assistant.paths import data_folder
from assistant.phases import Phase
from tests.stage import BOOK, BY_ITSELF, SENTENCE, Stage

SOON = "[start_soon time=10 s]"


def told(stretch: str, **memory: object) -> Stage:
    """A stage where a stretch was told to somebody for whom it begins by itself."""
    return Stage(memory={**BY_ITSELF, **memory}).say("start_stretch", stretch=stretch)


def when_said(stage: Stage, begin: str) -> float:
    """When what begins so was first said."""
    return next(t + e.after for t, e in stage.log if isinstance(e, Say) and e.text.startswith(begin))


def start(stage: Stage) -> float:
    """When the first hold began."""
    stage.wait_for(Phase.EXERCISING)
    return next(t for t, effect in stage.log if effect == Cue("start"))


# By itself


def test_it_begins_once_there_was_time_to_get_down_to_the_floor_counted_from_the_position():
    stage = told("heel_stretches")
    begun = start(stage)
    placed = when_said(stage, "[heel_stretches.position.2") + SENTENCE
    takes = BOOK.coaching.moving[Posture.STANDING, Posture.FLOOR]
    assert takes == pytest.approx(begun - placed, abs=2.0)  # how long the words of the lead-in take is estimated


def test_ten_seconds_before_it_says_so_and_what_to_say_for_more_time():
    stage = told("heel_stretches")
    begun = start(stage)
    assert f"{SOON} [say_wait]" in stage.said
    assert begun - when_said(stage, SOON) == pytest.approx(NOTICE, abs=2.0)


def test_who_stands_already_is_not_kept_waiting_once_all_was_said():
    stage = told("toe_walking").silence()
    quiet = stage.state.now
    assert start(stage) - quiet < 2 * SENTENCE + 3 + 1.5
    assert "[start_shortly] [say_wait]" in stage.said


def test_it_never_begins_before_all_was_said():
    stage = told("toe_pressing").wait_until(lambda s: s.run.leads_in)
    assert "[toe_pressing.how.2]" in stage.said
    assert not stage.state.talk.queue


@pytest.mark.parametrize("after", [3.0, 9.0, 14.0])
def test_ready_begins_at_once_in_the_telling_too(after):
    stage = told("heel_stretches", words="short").wait(after).say("ready")
    at = stage.state.now
    assert start(stage) - at == pytest.approx(SENTENCE + 3, abs=0.1)


@pytest.mark.parametrize("stretch", [stretch.id for stretch in BOOK.routine.stretches])
def test_who_is_new_to_it_and_ready_early_is_still_told_how_and_how_much(stretch):
    stage = told(stretch).wait(4).say("ready")
    start(stage)
    said = [text for text in stage.said if f"[{stretch}.how." in text or text.startswith("[told_")]
    assert len(said) == len(BOOK.routine.stretches[BOOK.routine.index(stretch)].how) + 1


def test_ready_once_more_leaves_even_that_out():
    stage = told("upward_stretches").wait(4).say("ready").wait(1).say("ready")
    at = stage.state.now
    assert start(stage) - at < SENTENCE + 7


def test_wait_takes_the_beginning_back():
    stage = told("heel_stretches").wait_until(lambda s: s.speech is not None and s.speech.text.startswith(SOON))
    stage.say("wait").wait(80)
    assert stage.state.run.span is not None
    assert stage.state.run.span.kind is SpanKind.WAIT
    assert stage.say("ready").wait_for(Phase.EXERCISING).state.run.stretch == 3


def test_after_a_pause_there_is_the_whole_time_again():
    stage = told("heel_stretches").wait_until(lambda s: s.speech is not None and s.speech.text.startswith(SOON))
    stage.say("pause").wait(60).say("resume")
    at = stage.state.now
    assert start(stage) - at > NOTICE


# Things that have to be put on or found


def test_for_a_band_it_asks_waits_and_says_a_word_now_and_then():
    stage = told("resistance_band_stretches").silence()
    assert stage.said[-1] == "[say_when_set thing=resistance band]"
    asked = stage.state.now
    begun = start(stage)
    assert begun - asked > BOOK.ready_seconds
    waiting = [t for t, e in stage.log if isinstance(e, Say) and e.text == "[nearly_set]"]
    assert waiting[0] - asked == pytest.approx(REMIND_ASKED_EVERY)
    assert SOON in " ".join(stage.said)


def test_nobody_waits_in_silence_for_longer_than_twelve_seconds():
    stage = Stage(memory=BY_ITSELF).say("start_routine").wait_until(lambda s: s.run.stretch == 9)
    sounds = [(t + e.after, t + e.after + SENTENCE) for t, e in stage.log if isinstance(e, Say)]
    sounds += [(t, t) for t, e in stage.log if isinstance(e, Cue)]
    sounds.sort()
    starts = [t for t, e in stage.log if e == Cue("start")]
    gaps = [(b, e) for (_, b), (e, _) in pairwise(sounds) if e - b > 12]
    assert all(any(b - 61 <= s <= b for s in starts) for b, e in gaps), "outside of holds"


# The clock


@pytest.mark.parametrize("where", ["lead-in", "rest"])
def test_the_clock_of_the_pencil_starts_with_got_it(where):
    stage = told("toe_pencil_pickups").silence().say("ready")
    if where == "rest":
        stage.wait_for(Phase.EXERCISING).wait(8).say("done")
    stage.wait(2).say("got_it")
    assert stage.state.phase is Phase.EXERCISING
    assert stage.elapsed == 0
    assert stage.wait(7).say("done").said[-1] == "[open_done time=7 s]"


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_a_clock_that_did_not_wait_starts_anew_with_got_it_in_each_round(rounds):
    stage = told("toe_pencil_pickups").silence().say("ready")
    for _ in range(rounds):
        stage.wait_for(Phase.EXERCISING).wait(8).say("done")
    stage.wait_for(Phase.EXERCISING).wait(6).say("got_it")
    assert stage.elapsed == 0
    assert stage.cues[-2:] == ["heard", "start"]
    assert stage.wait(9).say("done").said[-1].endswith("time=9 s]")


def test_a_clock_that_has_run_for_long_is_not_started_anew():
    stage = told("toe_pencil_pickups").silence().say("ready").wait_for(Phase.EXERCISING).wait(15).say("got_it")
    assert stage.elapsed == pytest.approx(15)


def test_without_a_word_the_clock_starts_after_a_lead_in_that_is_long_enough():
    for stretch in BOOK.routine.stretches:
        if stretch.clock_from is not ClockFrom.READY:
            stage = told(stretch.id).silence().say("ready")
            at = stage.state.now
            assert start(stage) - at >= stretch.lead_in >= 6


def test_got_it_means_nothing_in_the_rest_of_another_stretch():
    stage = told("toe_walking").wait_for(Phase.EXERCISING).wait_for(Phase.RESTING).wait(1)
    effects = len(stage.log)
    assert stage.say("got_it").log[effects:] == []


# What fell


@pytest.mark.parametrize("stretch", ["toe_pencil_pickups", "foot_massage", "resistance_band_stretches"])
def test_what_fell_before_it_begins_is_waited_for(stretch):
    stage = told(stretch).silence().say("let_go")
    assert stage.saying == "[take_your_time]"
    assert stage.wait(100).state.phase is Phase.GETTING_READY
    assert stage.say("ready").wait_for(Phase.EXERCISING).state.run.step == 0


def test_what_fell_ends_a_hold_that_lasts_as_long_as_one_can():
    stage = told("toe_pencil_pickups").silence().say("ready").wait_for(Phase.EXERCISING).wait(7).say("let_go")
    assert stage.said[-1].startswith("[open_done time=7 s]")
    assert stage.wait(1).say("let_go").saying == "[resting_already]"  # said twice


def test_what_falls_late_in_a_rest_is_waited_for():
    rests = told("toe_pencil_pickups").silence().say("ready").wait_for(Phase.EXERCISING).wait(7).say("done")
    assert rests.wait(4).say("let_go").state.phase is Phase.PAUSED


# The end of the first runs


def test_the_first_run_ends_with_twice_a_day_and_the_offer_of_a_reminder():
    stage = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence()
    assert stage.said[-2:] == ["[twice_a_day]", "[offer_reminder]"]
    reminded = told("foot_massage", reminders=["08:00"]).wait_until(lambda s: s.phase is Phase.FINISHED).silence()
    assert reminded.said[-1] == "[twice_a_day]"


def test_yes_to_the_offer_sets_the_usual_reminders():
    stage = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence().say("yes")
    assert stage.remembered["reminders"] == ["08:00", "19:00"]
    assert (stage.saying or "").startswith("[reminders_set times=")


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        ({"what": "only_evening"}, ["19:00"]),
        ({"what": "only_morning"}, ["08:00"]),
        ({"time": "18:30"}, ["18:30"]),
    ],
)
def test_the_offer_can_be_answered_with_the_time_of_day(answer, times):
    stage = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence().say("remind", **answer)
    assert stage.remembered["reminders"] == times


def test_a_bare_time_answers_the_offer_and_means_nothing_later():
    offered = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence()
    assert offered.say("clock_time", time="18:30").remembered["reminders"] == ["18:30"]
    later = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence().wait(120)
    assert "reminders" not in later.say("clock_time", time="18:30").remembered


def test_one_of_two_reminders_can_be_cancelled():
    both = Stage(memory={"safety_told": True, "reminders": ["07:30", "20:00"]})
    assert both.say("remind", what="no_evening").remembered["reminders"] == ["07:30"]
    assert both.say("remind", what="evening").remembered["reminders"] == ["07:30", "19:00"]
    assert both.say("remind", what="only_evening").remembered["reminders"] == ["19:00"]
    assert both.say("remind", what="no_evening").saying == "[reminders_off]"
    assert both.say("remind", what="no_morning").saying == "[reminders_none]"


def test_no_to_the_offer_and_yes_long_after_it_set_none():
    stage = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence().say("no")
    assert stage.saying == "[remind_dismissed]"
    assert "reminders" not in stage.silence().say("yes").remembered
    late = told("foot_massage").wait_until(lambda s: s.phase is Phase.FINISHED).silence().wait(120).say("yes")
    assert "reminders" not in late.remembered


# The data


@pytest.mark.parametrize(
    ("right", "wrong", "line", "named"),
    [
        ("floor: 8}", "floor: -8}", 8, "'floor' is -8"),
        ("sitting: 3, ", "", 5, "from sitting to sitting is missing"),
        ("  how: 7\n", "", 16, "is missing for how"),
        ("patient: 15", "patent: 15", 12, "'patent' is not known"),
    ],
)
def test_a_mistake_in_the_times_is_named_with_file_and_line(tmp_path, right, wrong, line, named):
    text = (data_folder("intents") / "coaching.yaml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "coaching.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(SolemateError, match=re.escape(named)) as error:
        load_coaching(tmp_path)
    assert re.search(rf"coaching\.yaml:{line}\b", str(error.value))
