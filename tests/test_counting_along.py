"""Who counts aloud is not interrupted: the guide counts along silently, follows their number, and misreads nothing."""

from __future__ import annotations

import pytest

from assistant.dialogue.content.events import Cue, Say
from assistant.language.meaning_file import load_meaning
from assistant.language.understand_text import TextUnderstanding
from assistant.phases import Phase
from assistant.understanding.hypothesis import Hypothesis
from assistant.wiring import language_folder, phonemizer, phrase_book, read_routine
from tests.stage import Stage, begun, exercising
from tests.test_answers import PHASES

COUNTING = frozenset({"number"})
"""What is expected, and overheard, where somebody may be counting."""


def counting(stage: Stage, first: int, last: int, every: float) -> Stage:
    """The person says these numbers, one every so many seconds, the first one at once."""
    for number in range(first, last + 1):
        stage.say("number", n=str(number))
        stage.wait(every)
    return stage


def numbers(stage: Stage) -> list[str]:
    return [text for text in stage.said if text.startswith("[count")]


def test_the_guide_falls_silent_and_ticks_at_most():
    stage = exercising("heel_raises").wait(0.6)
    counting(stage, 1, 19, 3.0)
    assert numbers(stage) == []
    assert set(stage.cues[stage.cues.index("start") + 1 :]) <= {"tick"}


def test_it_ends_at_the_dose_of_the_persons_own_count():
    stage = exercising("heel_raises").wait(0.6)
    begin = stage.state.now
    counting(stage, 1, 20, 3.8)
    stage.wait_for(Phase.RESTING)
    # Much slower than the guide's own 61 s, and over some three seconds after "twenty".
    assert stage.state.now - begin == pytest.approx(19 * 3.8 + 3, abs=1.0)


def test_it_keeps_up_with_somebody_who_counts_faster():
    stage = exercising("heel_raises").wait(0.6)
    begin = stage.state.now
    counting(stage, 1, 20, 2.0).wait_for(Phase.RESTING)
    assert stage.state.now - begin < 45


def test_a_number_that_was_not_heard_is_counted_all_the_same():
    stage = exercising("heel_raises").wait(0.6)
    begin = stage.state.now
    for number in range(1, 21):
        if number % 4:
            stage.say("number", n=str(number))
        stage.wait(3.0)
    stage.wait_for(Phase.RESTING)
    assert numbers(stage) == []
    assert stage.state.now - begin < 80


def test_who_stops_counting_is_counted_for_again():
    stage = exercising("heel_raises").wait(0.6)
    counting(stage, 1, 5, 3.0).wait_for(Phase.RESTING)
    assert numbers(stage)[0] == "[count 9]"
    assert numbers(stage)[-1] == "[count 20]"


@pytest.mark.parametrize("number", ["19", "30", "2"])
def test_a_number_far_from_the_count_or_said_again_leaves_it_where_it_is(number):
    stage = counting(exercising("heel_raises").wait(0.6), 1, 8, 3.0)
    elapsed = stage.elapsed
    assert stage.say("number", n=number).elapsed == elapsed


def test_one_far_number_alone_does_not_silence_the_guide():
    stage = exercising("heel_raises").wait(5).say("number", n="15").wait(7)
    assert numbers(stage)[-1] == "[count 4]"


def test_the_echo_of_one_of_its_own_numbers_does_not_silence_it():
    stage = exercising("heel_raises").wait(4.5).say("number", n="2").wait(3)
    assert numbers(stage)[-1] == "[count 3]"
    stage.say("number", n="3").wait(3)  # twice in a row is somebody who counts in time with it
    assert numbers(stage)[-1] == "[count 3]"


def test_counting_along_in_time_is_heard_too():
    stage = exercising("heel_raises").wait(1.5)
    counting(stage, 1, 19, 3.0)
    assert len(numbers(stage)) <= 2


def test_after_a_pause_the_guide_counts_aloud_again():
    stage = counting(exercising("heel_raises").wait(0.6), 1, 4, 3.0).say("pause").wait(5)
    stage.say("resume").wait_for(Phase.EXERCISING).wait(4)
    assert numbers(stage)


# Holds


def test_in_a_hold_no_word_falls_into_the_count():
    stage = exercising("heel_stretches")
    said = len(stage.said)
    counting(stage, 1, 29, 1.0).wait_for(Phase.RESTING)
    assert stage.said[said:][0].startswith("[relax]")
    begin = next(t for t, s in stage.states if s.phase is Phase.EXERCISING)
    assert stage.state.now - begin == pytest.approx(30, abs=0.01)
    ticks = [t - begin for t, effect in stage.log if isinstance(effect, Cue) and effect.name == "tick"]
    assert ticks == pytest.approx([27, 28, 29], abs=0.01)


def test_in_an_open_hold_nobody_who_counts_is_asked_whether_they_still_hold():
    stage = exercising("toe_pressing")
    said = len(stage.said)
    counting(stage, 1, 70, 1.0)
    assert stage.state.phase is Phase.EXERCISING
    assert stage.said[said:] == []
    assert stage.say("done").remembered["best:toe_pressing"] == pytest.approx(70, abs=0.01)


def test_after_the_last_number_the_guide_speaks_again():
    stage = exercising("heel_stretches")
    counting(stage, 1, 3, 1.0)
    stage.wait_for(Phase.RESTING)
    assert "[halfway]" in stage.said


# Nothing else comes of numbers


@pytest.mark.parametrize("phase", sorted(PHASES.keys() - {"asking for a number"}))
def test_numbers_are_never_answered_and_lead_nowhere(phase):
    stage = PHASES[phase]().wait(0.01)
    before, effects = stage.state, len(stage.log)
    stage.say("number", n="4")
    assert not [effect for _, effect in stage.log[effects:] if isinstance(effect, Say | Cue)]
    assert (stage.state.phase, stage.state.run.stretch, stage.state.run.step) == (
        before.phase,
        before.run.stretch,
        before.run.step,
    )


def test_a_question_about_a_doubt_stands_while_somebody_counts():
    stage = begun("heel_raises").say("ready").wait_for(Phase.EXERCISING).wait(2)
    stage.say("next", doubtful=True).wait(4)
    doubt = stage.state.doubt
    assert doubt is not None
    assert stage.say("number", n="2").state.doubt == doubt


@pytest.fixture(scope="module")
def english() -> TextUnderstanding:
    folder, letters = language_folder("en"), phonemizer("en")
    return TextUnderstanding.of(phrase_book(folder, read_routine(folder), letters), letters, model=load_meaning(folder))


ROWS = ["one two three", "seven eight nine ten", "eighteen nineteen twenty", "one two three four five six seven eight"]


@pytest.mark.parametrize("text", ["one", "four", "ten", "twenty", *ROWS])
@pytest.mark.parametrize("phase", ["counting", "holding", "open"])
def test_in_every_kind_of_work_numbers_are_a_count_and_nothing_else(english, text, phase):
    stage = PHASES[phase]().wait(0.01)
    match = english.utterance(text, stage.guide.moment(stage.state)).match
    assert (match.intent, match.accepted) == ("number", True)


def test_a_row_of_numbers_is_the_last_of_them(english):
    match = english.utterance("five six seven eight nine").match
    assert (match.intent, dict(match.slots)) == ("number", {"n": "9"})
    assert english.utterance("five six seven and a half").match.intent != "number"


def test_by_sound_a_number_is_one_only_where_somebody_may_be_counting(english):
    sound = Hypothesis(english.speller.phonemes_of(["four"]))  # nothing written: as it is heard
    matcher = english.interpreter.matcher
    assert matcher.match(sound).intent is None
    counting = matcher.match(sound, COUNTING, COUNTING)
    assert (counting.intent, dict(counting.slots), counting.accepted) == ("number", {"n": "4"}, True)


@pytest.mark.parametrize("word", ["pause", "stop", "wait", "done", "next", "ready", "ouch"])
def test_no_number_is_heard_in_place_of_a_command(english, word):
    sound, matcher = Hypothesis(english.speller.phonemes_of([word])), english.interpreter.matcher
    usual, counting = matcher.match(sound), matcher.match(sound, COUNTING, COUNTING)
    assert (counting.intent, counting.accepted) == (usual.intent, True)


def test_corrections_still_take_the_last_number(english):
    match = english.utterance("skip to number four no number five").match
    assert (match.intent, match.slots["stretch"]) == ("start_stretch", "foot_massage")
