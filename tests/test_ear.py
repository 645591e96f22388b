"""Real sound to utterances: eSpeak NG speaks, built_in hears, the English book says what it means."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.front_end.vad import CHUNK, SileroActivity
from assistant.hearing.ear import Ear
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.transcribe import listen_file
from assistant.runtime.virtual_clock import blocks_of
from assistant.understanding.gate import Gate
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.matcher import Matcher
from assistant.understanding.moment import Moment
from tests.ears import VOICE, book, built_in, ear, heard_in, loud_end, matcher, sound
from tests.speech import conversation, spoken, write_wav

__all__ = ["book", "built_in", "ear", "matcher"]
"""Fixtures that tests here ask for by name."""

TALK = ((1.0, "start heel stretches"), (4.0, "pause"), (6.0, "what comes next"))


@pytest.mark.parametrize(("text", "intent"), [("which stretch is this", "where_am_i"), ("again", "restart")])
def test_a_recording_may_begin_with_the_first_sound_of_a_word(built_in, book, text, intent):
    adapted = Ear(built_in, Interpreter(Matcher(book)))
    said = spoken(text, "en-gb+steph")
    begins = int(np.flatnonzero(np.abs(said) > 0.01)[0])
    (utterance,) = heard_in(adapted, said[begins:])
    assert (utterance.match.intent, utterance.match.accepted) == (intent, True)
    assert utterance.start == 0.0


def test_commands_come_out_with_their_times(ear):
    utterances = heard_in(ear, sound(TALK, 9.0))
    assert [utterance.match.intent for utterance in utterances] == ["start_stretch", "pause", "whats_next"]
    assert all(utterance.match.accepted for utterance in utterances)
    assert utterances[0].match.slots == {"stretch": "heel_stretches"}
    for (at, text), utterance in zip(TALK, utterances, strict=True):
        assert at - 0.5 < utterance.start < at + 0.2
        assert utterance.end == pytest.approx(at + len(spoken(text, VOICE)) / LISTENING_RATE, abs=0.35)


@pytest.mark.parametrize("block", [1, 160, 511, 512, 4096, 10**6])
def test_the_size_of_the_blocks_makes_no_difference(built_in, matcher, block):
    samples = sound(TALK[1:2], 6.0)[3 * LISTENING_RATE :]
    if block == 1:
        samples = samples[: 2 * LISTENING_RATE]
    (expected,) = heard_in(Ear(built_in, Interpreter(matcher)), samples)
    (utterance,) = heard_in(Ear(built_in, Interpreter(matcher)), samples, block=block)
    assert (utterance.start, utterance.match) == (expected.start, expected.match)


def test_it_goes_on_after_it_was_asked_what_there_is_so_far(built_in):
    first, rest = spoken("start", VOICE), spoken("heel stretches", VOICE)
    built_in.begin()
    built_in.feed(first)
    so_far = built_in.so_far()
    assert built_in.so_far() is so_far
    built_in.feed(rest)
    assert built_in.end().phonemes == built_in.hear(np.concatenate([first, rest])).phonemes != so_far.phonemes


def test_it_tells_that_someone_is_speaking(ear):
    samples = sound([(1.0, "start the routine")], 4.0)
    speaking = []
    for start in range(0, len(samples), BLOCK):
        ear.feed(samples[start : start + BLOCK])
        speaking.append(ear.speaking)
    first, last = speaking.index(True), len(speaking) - 1 - speaking[::-1].index(True)
    assert 1.0 <= first * BLOCK / LISTENING_RATE < 1.25
    assert not speaking[-1]
    assert all(speaking[first : last + 1])


def test_a_voice_is_looked_for_in_the_sound_that_is_given_for_it(built_in, matcher):
    samples = sound([(0.5, "pause")], 3.0)
    echo = sound([(0.5, "start heel stretches")], 3.0)
    assert heard_with(Ear(built_in, Interpreter(matcher)), samples, np.zeros_like(samples)) == []
    (utterance,) = heard_with(Ear(built_in, Interpreter(matcher)), samples, samples)
    assert utterance.match.intent == "pause"
    assert [each.match.intent for each in heard_with(Ear(built_in, Interpreter(matcher)), samples, echo)] == ["pause"]


def heard_with(ear: Ear, samples: Samples, vad_samples: Samples) -> list[Utterance]:
    """What is heard where voice activity judges other samples, in blocks that are no whole chunks."""
    blocks = zip(blocks_of(samples), blocks_of(vad_samples), strict=True)
    return [*(each for block, vad in blocks for each in ear.feed(block, vad_block=vad)), *ear.flush()]


def test_what_still_sounds_at_the_end_is_heard_by_flush(ear):
    samples = sound([(0.5, "pause")], 4.0)[: int((0.5 + loud_end("pause")) * LISTENING_RATE)]
    assert ear.feed(samples) == []
    (utterance,) = ear.flush()
    assert utterance.match.intent == "pause"
    assert ear.flush() == []


def test_talk_that_means_nothing_is_heard_and_not_accepted(ear):
    utterances = heard_in(ear, sound([(0.5, "my sister bought a green bicycle from the neighbours")], 5.0))
    assert utterances
    assert not any(utterance.match.accepted for utterance in utterances)


def test_silence_and_noise_are_no_utterances(ear):
    noise = np.random.default_rng(0).normal(0, 0.005, 5 * LISTENING_RATE).astype(np.float32)
    assert heard_in(ear, noise) == []
    assert heard_in(ear, np.zeros(5 * LISTENING_RATE, np.float32)) == []


def test_what_is_expected_weighs_more(ear):
    samples = sound([(0.5, "what comes next")], 4.0)
    (plain,) = heard_in(ear, samples)
    (expected,) = heard_in(ear, samples, Moment(frozenset({"whats_next"})))
    assert expected.match.score > plain.match.score


class NoticesLate:
    """Silero's, but for the first seconds of sound, in which it hears nobody."""

    def __init__(self, seconds: float) -> None:
        self._model, self._left = SileroActivity(), round(seconds * LISTENING_RATE / CHUNK)

    def __call__(self, chunk: Samples) -> float:
        probability, self._left = self._model(chunk), self._left - 1
        return probability if self._left < 0 else 0.0

    def reset(self) -> None:
        self._model.reset()


def test_who_is_noticed_late_over_the_guide_is_heard_from_the_beginning(built_in, matcher):
    samples = sound([(1.5, "leave out the circles")], 5.0)
    meant = []
    for over in (True, False):
        ear = Ear(built_in, Interpreter(matcher), NoticesLate(2.2))
        heard = [*ear.feed(samples, over_guide=over, person_noticed=over), *ear.flush()]
        meant.append([each.match.intent for each in heard if each.match.accepted])
    # Without the beginning it is "the circles".
    assert meant == [["leave_out"], ["start_stretch"]]


@pytest.mark.parametrize(("told", "meant"), [(True, ["pause"]), (False, [])])
def test_who_goes_with_the_echo_is_heard_by_a_vad_that_has_heard_all(built_in, matcher, told, meant):
    samples = sound([(0.9, "pause")], 3.0)
    ear, voice = Ear(built_in, Interpreter(matcher), NoticesLate(3.0)), SileroActivity()
    heard = []
    for place in range(0, len(samples), CHUNK):
        chunk = samples[place : place + CHUNK]
        probability = voice(np.pad(chunk, (0, CHUNK - chunk.size)))
        known, noticed = probability if told else None, place >= 1.2 * LISTENING_RATE
        heard += ear.feed(chunk, over_guide=True, person_noticed=noticed, voice=known)
    assert [each.match.intent for each in [*heard, *ear.flush()] if each.match.accepted] == meant


def test_what_is_heard_long_before_a_person_is_noticed_is_no_part_of_what_they_say(built_in, matcher):
    # The guide's echo, loud enough to begin an utterance, goes over into what the person says.
    samples = sound([(0.3, "sit down with both legs"), (1.7, "what's next")], 4.0)
    begins = round(1.7 * LISTENING_RATE)
    meant = []
    for noticed in (False, True):
        ear = Ear(built_in, Interpreter(matcher))
        heard = ear.feed(samples[:begins], over_guide=True)
        heard += ear.feed(samples[begins:], over_guide=True, person_noticed=noticed)
        meant.append([(each.match.intent, each.start > 1.0) for each in heard if each.match.accepted])
    assert meant == [[], [("whats_next", True)]]


def test_whoever_is_noticed_after_eight_seconds_of_echo_is_heard(built_in, matcher):
    # Longer than any utterance may be, so that it was cut before.
    echo = [(0.3 + 1.4 * number, "sit down with both legs") for number in range(6)]
    samples = sound([*echo, (8.7, "what's next")], 12.0)
    begins = round(8.7 * LISTENING_RATE)
    meant = []
    for noticed in (False, True):  # all the time, or only now
        ear = Ear(built_in, Interpreter(matcher))
        heard = ear.feed(samples[:begins], over_guide=True, person_noticed=noticed)
        heard += ear.feed(samples[begins:], over_guide=True, person_noticed=True)
        meant.append([each.match.intent for each in heard if each.match.accepted])
    assert meant == [["whats_next"], []]


def test_a_listened_file_gives_what_was_heard_in_order(tmp_path, built_in, matcher):
    path = conversation(tmp_path / "said.wav", TALK, VOICE)
    heard = listen_file(path, lambda: Ear(built_in, Interpreter(matcher)), Gate())
    assert [each.recognition.intent for each in heard] == ["start_stretch", "pause", "whats_next"]
    times = [(each.start, each.end) for each in heard if each.start is not None and each.end is not None]
    assert [start < end for start, end in times] == [True] * 3
    assert all(each.recognition.text and each.recognition.phonemes and each.recognition.score for each in heard)
    assert {each.file for each in heard} == {str(path)}
    assert {each.recognition.recogniser for each in heard} == {"built-in"}


def test_rejected_talk_shows_no_intent_but_the_nearest(tmp_path, built_in, matcher):
    path = conversation(tmp_path / "talk.wav", [(0.5, "he told me about the holidays in spain")], VOICE)
    heard = [each.recognition for each in listen_file(path, lambda: Ear(built_in, Interpreter(matcher)), Gate())]
    assert heard
    assert {each.intent for each in heard} == {None}
    assert all(each.slots == {} and not each.accepted for each in heard)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 2.0])
def test_a_file_in_which_nothing_is_heard_gives_one_entry(tmp_path, built_in, matcher, seconds):
    path = tmp_path / "silence.wav"
    write_wav(path, np.zeros(int(seconds * LISTENING_RATE), np.float32))
    (heard,) = listen_file(path, lambda: Ear(built_in, Interpreter(matcher)), Gate())
    assert (heard.recognition.intent, heard.recognition.accepted, heard.start) == (None, False, None)
