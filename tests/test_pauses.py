"""The silences in the guide's talk, and what may be said in them."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player, SpeechEnded, SpeechStarted, SpeechStopped
from assistant.dialogue.content.events import Cue, Say
from assistant.dialogue.guide import Guide
from assistant.dialogue.run.instructions import BETWEEN_KNOWN, BETWEEN_LINES, TO_DECIDE
from assistant.dialogue.state.turn import AFTER_TONE
from assistant.phases import Phase
from assistant.ports import BLOCK, SPEAKING_RATE
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import Session
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from tests.stage import BOOK, Stage, begun, exercising

SECOND = SPEAKING_RATE


def silences(stage: Stage) -> dict[str, float]:
    """The silence before each thing that was said."""
    return {effect.text: effect.after for _, effect in stage.log if isinstance(effect, Say)}


# How long they are


def test_sentences_that_are_to_be_followed_are_parted():
    before = silences(begun("foot_massage"))
    assert before["[intro_with name=foot_massage number=5 things=tennis ball]"] == 0
    assert before["[foot_massage.position.1]"] == BETWEEN_KNOWN
    assert before["[foot_massage.position.2 side=left]"] == BETWEEN_LINES
    assert before["[say_ready]"] == BETWEEN_KNOWN


def test_safety_leaves_a_moment_to_say_stop():
    stage = Stage(memory={}).say("start_routine").silence()
    before = silences(stage)
    last = BOOK.routine.safety[-1]
    assert all(before[text] == BETWEEN_LINES for text in BOOK.routine.safety[1:])
    assert before[stage.said[stage.said.index(last) + 1]] == TO_DECIDE
    stopped = Stage(memory={}).say("start_routine")
    stopped.wait_until(lambda s: last in stopped.said and s.speech.text != last).wait(TO_DECIDE - 0.5)
    after = len(stopped.said)
    assert stopped.say("stop").finished == ["stopped"]
    assert not [text for text in stopped.silence().said[after:] if "stretch" in text]


@pytest.mark.parametrize("stretch", ["toe_walking", "ankle_circles", "toe_pressing"])
def test_no_word_comes_with_the_sound_that_it_explains(stretch):
    stage = Stage().say("only_stretch", stretch=stretch).wait_until(lambda s: s.phase is Phase.FINISHED).silence()
    cues = [(t, effect.name) for t, effect in stage.log if isinstance(effect, Cue)]
    tones = {t: name for t, name in cues if name not in ("heard", "tick")}
    said = [(t, effect) for t, effect in stage.log if isinstance(effect, Say) and t in tones]
    assert len(said) >= len([name for name in tones.values() if name != "start"])
    assert all(effect.after >= AFTER_TONE[tones[t]] for t, effect in said)


def test_a_count_begins_a_second_after_its_start_and_its_last_number_has_its_whole_time():
    stage = exercising("heel_raises").wait_for(Phase.RESTING)
    at = {effect.text: t for t, effect in stage.log if isinstance(effect, Say)}
    start, change = (next(t for t, e in stage.log if e == Cue(name)) for name in ("start", "change"))
    assert at["[count 20]"] - start == pytest.approx(1 + 19 * 3)
    assert change - at["[count 20]"] == pytest.approx(3)


def test_repetitions_stay_counted_where_the_pace_changes():
    stage = exercising("heel_raises").wait(7.6)  # one, two, three
    stage.say("pace", change="slower").silence()
    since = len(stage.said)
    stage.wait(3.5)
    assert stage.said[since:] == ["[count 4]"]


# What may be said in them


@pytest.mark.parametrize("halt", ["pause", "hurts"])
def test_what_is_left_out_while_the_run_stands_still_is_not_what_comes_next(halt):
    following, after_that = BOOK.routine.stretches[4:6]
    stage = exercising("heel_stretches").say(halt).silence().say("leave_out", stretch=following.id).silence()
    assert after_that.name in stage.say("whats_next").saying


def in_the_silence() -> tuple[Stage, str, str]:
    """A stage in the silence between two sentences of an explanation, and both of them."""
    stage = Stage().say("start_stretch", stretch="heel_stretches")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == "[heel_stretches.position.2 side=left]").wait(
        0.3
    )
    return stage, stage.said[-2], stage.said[-1]


def test_what_was_that_means_what_was_heard_and_the_rest_follows():
    stage, heard, coming = in_the_silence()
    stage.say("say_again")
    assert stage.saying == heard
    since = len(stage.said)
    stage.silence()
    assert stage.said[since] == coming
    assert stage.said[-1] == "[say_ready]"
    assert stage.say("say_again").saying == stage.said[-2]


def test_what_was_that_inside_a_sentence_has_it_said_once_more():
    stage = Stage().say("start_stretch", stretch="heel_stretches")
    whole = begun("heel_stretches").said[1:]
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == "[heel_stretches.position.2 side=left]").wait(
        1.2
    )
    stage.say("say_again").wait(0.5).say("where_am_i").silence()
    again = stage.said[stage.said.index("[heel_stretches.position.2 side=left]") + 1 :]
    assert again[0] == "[heel_stretches.position.2 side=left]"
    assert again[1].startswith("[where name=heel_stretches number=4")
    assert again[2:] == whole[whole.index("[heel_stretches.position.2 side=left]") :]  # it was broken off again
    stage = Stage().say("start_stretch", stretch="heel_stretches")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == "[heel_stretches.position.2 side=left]").wait(
        1.2
    )
    stage.say("say_again").silence()
    assert stage.said.count("[heel_stretches.position.2 side=left]") == 2  # what was broken off, and the whole of it


@pytest.mark.parametrize("wait", [0.3, 1.5])
def test_how_to_inside_the_explanation_begins_it_anew_and_tells_nothing_twice(wait):
    stage = Stage().say("start_stretch", stretch="heel_stretches")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == "[heel_stretches.position.2 side=left]").wait(
        wait
    )
    stage.say("how_to")
    since = len(stage.said)
    stage.silence()
    whole = begun("heel_stretches").said
    told = whole[whole.index("[heel_stretches.position.1]") :]
    assert stage.said[since:] == [*told[:-1], "[heel_stretches.breathing]", told[-1]]


def test_a_pause_in_the_silence_goes_on_with_the_sentence_that_was_coming():
    stage, _, coming = in_the_silence()
    stage.say("pause").wait(60).say("resume")
    assert stage.saying == coming
    assert stage.silence().said[-1] == "[say_ready]"


def test_ready_in_the_silence_begins():
    stage, _, coming = in_the_silence()
    stage.say("ready").wait_for(Phase.EXERCISING)
    assert coming not in stage.said[-4:]
    assert stage.state.run.stretch == 3


def test_a_question_in_the_silence_while_changing_sides_keeps_the_whole_changeover():
    stage = exercising("upward_stretches").wait_for(Phase.RESTING)
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == "[upward_stretches.change.1 side=right]").wait(
        0.3
    )
    stage.say("where_am_i").silence()
    assert stage.said[-3:] == [
        "[where name=upward_stretches number=7 total=10] [where_side side=right] [where_left count=3]",
        "[upward_stretches.change.1 side=right]",
        "[upward_stretches.change.2]",
    ]
    told, upward = stage.state.now, BOOK.routine.stretches[6]
    stage.wait_for(Phase.EXERCISING)
    assert stage.state.now - told == pytest.approx(upward.lead_in)


@pytest.mark.parametrize("question", ["how_long", "why", "whats_next", "where_am_i"])
@pytest.mark.parametrize("after", [1.0, 5.0, 7.5])
def test_a_question_in_a_rest_swallows_neither_the_rounds_to_come_nor_the_tones(question, after):
    stage = exercising("toe_walking").wait_for(Phase.RESTING).wait(after).say(question).wait_for(Phase.EXERCISING)
    assert "[rounds_left count=4]" in stage.said
    cues = [(t, effect.name) for t, effect in stage.log if isinstance(effect, Cue) and effect.name != "heard"]
    assert [name for _, name in cues[-3:]] == ["tick", "tick", "start"]
    assert cues[-2][0] == pytest.approx(stage.state.now - 1)  # the last tone, a whole second before


def test_a_question_in_a_lead_in_lets_the_countdown_go_on_after_the_answer():
    stage = begun("heel_stretches").say("ready")
    stage.wait_until(lambda s: s.speech is not None and s.speech.text == "[down 2]").say("where_am_i")
    answered = stage.silence().state.now
    stage.wait_for(Phase.EXERCISING)
    assert stage.said[-2] == "[down 1]"
    assert stage.state.now - answered == pytest.approx(1)


def test_a_question_in_a_rest_that_is_answered_in_time_makes_it_no_longer():
    stage = exercising("toe_walking").wait_for(Phase.RESTING)
    begin = stage.state.now
    stage.say("whats_next").wait_for(Phase.EXERCISING)
    assert stage.state.now - begin == pytest.approx(10)


# In sound


def flat(seconds: float) -> Samples:
    return np.full(round(seconds * SECOND), 0.5, np.float32)


def test_the_silence_is_played_before_the_first_word():
    player = Player()
    player.say(1, flat(0.5), 0.25)
    out = np.concatenate([player.read(BLOCK) for _ in range(60)])
    loud = np.flatnonzero(out)
    assert (loud[0], loud[-1] + 1) == (SECOND // 4, 3 * SECOND // 4)
    assert player.events() == [SpeechStarted(1, SECOND // 4), SpeechEnded(1, 3 * SECOND // 4)]


def test_in_the_silence_speech_can_be_held_and_dropped():
    player = Player()
    player.say(1, flat(0.5), 0.25)
    player.read(BLOCK)
    player.pause()
    assert not any(player.read(BLOCK).any() for _ in range(60))
    assert player.speaking == 1
    player.resume()
    out = np.concatenate([player.read(BLOCK) for _ in range(60)])
    assert np.flatnonzero(out)[0] == SECOND // 4 - BLOCK
    player.events()
    player.say(2, flat(0.5), 0.25)
    player.read(BLOCK)
    player.stop()
    assert [event for event in player.events() if event.id == 2] == [SpeechStopped(2, player.position)]
    assert not any(player.read(BLOCK).any() for _ in range(60))


class LoudVoice:
    name = "loud"
    rate = 160

    def render(self, text: str) -> Samples:
        return flat(1.0)


def test_somebody_who_speaks_in_the_silence_is_not_talked_over_and_what_was_heard_is_said_again():
    session = Session(Guide(BOOK), Player(), LoudVoice(), cue_samples, NoDatabase())
    seconds = 0.0

    def go_on(duration: float, speaking: bool = False) -> bool:
        nonlocal seconds
        loud = False
        for _ in range(round(duration * SECOND / BLOCK)):
            seconds += BLOCK / SECOND
            loud = bool(session.player.read(BLOCK).any()) or loud
            session.person_speaks(seconds, speaking)
            session.advance(seconds)
        return loud

    def hear(intent: str, **slots: str) -> None:
        match = Match(intent, slots, accepted=True, sure=True)
        session.hear(seconds, Utterance(seconds, seconds, Hypothesis(()), match))

    go_on(2.0)
    hear("start_stretch", stretch="heel_stretches")
    while session.state.speech is None or session.state.speech.text != "[heel_stretches.position.2 side=left]":
        go_on(BLOCK / SECOND)
    go_on(0.2)
    assert not go_on(2.0, speaking=True)
    hear("say_again")
    assert session.state.speech is not None
    assert session.state.speech.text == "[heel_stretches.position.1]"
    assert go_on(1.5)
    assert session.state.speech.text == "[heel_stretches.position.2 side=left]"
