"""When the ear takes what was said for over: urgent words at once, the rest as soon as no more is likely to follow."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.dialogue.guide import Guide
from assistant.dialogue.requests.expectations import answers
from assistant.dialogue.state.state import Asked, Halt, State
from assistant.hearing.built_in import BuiltInRecogniser
from assistant.hearing.ear import Ear
from assistant.hearing.endpointing import EndpointConfig
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.virtual_clock import blocks_of
from assistant.understanding.hypothesis import Hypothesis, Samples, Utterance
from assistant.understanding.interpreter import Interpreter
from assistant.understanding.moment import NO_MOMENT, Moment
from tests.ears import book, built_in, ear, heard_in, loud_end, matcher, sound
from tests.stage import BOOK, begun
from tests.test_answers import waiting

__all__ = ["book", "built_in", "ear", "matcher"]
"""Fixtures that tests here ask for by name."""


def came_after(ear: Ear, text: str) -> tuple[float, Utterance]:
    """Seconds of sound from the end of a text to the utterance, and that."""
    samples = sound([(1.0, text)], 5.0)
    for start in range(0, len(samples), BLOCK):
        found = ear.feed(samples[start : start + BLOCK])
        if found:
            return (start + BLOCK) / LISTENING_RATE - 1.0 - loud_end(text), found[0]
    raise AssertionError("nothing was heard")


def test_a_whole_command_ends_a_quarter_of_a_second_after_its_last_word(ear):
    after, utterance = came_after(ear, "how much longer")
    assert (utterance.match.intent, utterance.early) == ("how_long", False)
    assert 0.1 < after < 0.35
    assert not ear.speaking


def test_what_may_go_on_is_given_more_time(ear):
    after, utterance = came_after(ear, "start")
    assert utterance.match.intent == "start_routine"
    assert after > 0.5


def test_an_urgent_word_is_acted_on_before_its_endpoint(ear):
    after, utterance = came_after(ear, "pause")
    assert (utterance.match.intent, utterance.early) == ("pause", True)
    assert after < 0.2
    assert not ear.speaking, "whoever said it waits for it to be done"


def test_after_an_urgent_word_the_rest_does_nothing(ear):
    samples = sound([(0.5, "pause"), (0.5 + loud_end("pause") + 0.3, "please")], 4.0)
    (utterance,) = heard_in(ear, samples)
    assert (utterance.match.intent, utterance.early) == ("pause", True)


def test_pain_wins_over_what_was_acted_on(ear):
    samples = sound([(0.5, "pause"), (0.5 + loud_end("pause") + 0.3, "it hurts")], 4.0)
    heard = heard_in(ear, samples)
    assert [utterance.match.intent for utterance in heard] == ["pause", "hurts"]
    assert heard[0].early
    assert heard[1].start >= heard[0].end


def test_another_urgent_word_after_the_first_changes_nothing(ear):
    samples = sound([(0.5, "pause"), (0.5 + loud_end("pause") + 0.3, "goodbye")], 4.0)
    assert [utterance.match.intent for utterance in heard_in(ear, samples)] == ["pause"]


def test_an_urgent_word_is_acted_on_though_noise_like_speech_goes_on_after_it(built_in, matcher):
    class Always:
        def __call__(self, chunk: Samples) -> float:
            return 1.0

        def reset(self) -> None:
            pass

    word = sound([(0.3, "pause")], 1.6)
    found = Ear(built_in, Interpreter(matcher), Always()).feed(word)
    assert [(utterance.match.intent, utterance.early) for utterance in found] == [("pause", True)]


@pytest.mark.parametrize("talk", ["I could not stop laughing", "the bus stop", "please wait outside for your sister"])
def test_urgent_words_inside_talk_are_not_acted_on(ear, talk):
    heard = heard_in(ear, sound([(0.5, talk)], 4.0))
    assert heard
    assert not any(utterance.early or utterance.match.accepted for utterance in heard)


class Counting:
    """A recogniser that counts how often another one decodes."""

    name = "counting"
    missing_words: tuple[str, ...] = ()

    def __init__(self, built_in: BuiltInRecogniser) -> None:
        self._built_in = built_in
        self.decoded: list[int] = []
        hear = built_in.hear

        def count(samples: Samples, *speeds: Sequence[float]) -> Hypothesis:
            self.decoded.append(len(samples))
            return hear(samples, *speeds)

        self.hear = count

    def begin(self) -> None:
        self._built_in.begin()

    def feed(self, samples: Samples) -> None:
        self._built_in.feed(samples)

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        return self._built_in.so_far(quick=quick)

    def end(self) -> Hypothesis:
        return self._built_in.end()


def test_a_pause_is_decoded_once_and_the_end_not_again(built_in, matcher, monkeypatch):
    counting = Counting(built_in)
    monkeypatch.setattr(built_in, "hear", counting.hear)
    heard_in(
        Ear(counting, Interpreter(matcher), endpoint=EndpointConfig(glance_until=0.0)), sound([(0.5, "start")], 4.0)
    )
    assert len(counting.decoded) == 1


def test_the_time_to_be_spent_on_talk_is_bounded(built_in, matcher, monkeypatch):
    counting = Counting(built_in)
    monkeypatch.setattr(built_in, "hear", counting.hear)
    heard_in(Ear(counting, Interpreter(matcher)), sound([(0.5, "my sister bought a green bicycle " * 4)], 12.0))
    limit = EndpointConfig.look_until + 0.1
    assert sum(length > limit * LISTENING_RATE for length in counting.decoded) <= 2, "only the ends of what was cut"


def test_a_hesitation_inside_a_command_keeps_it_whole(ear):
    samples = sound([(0.5, "start"), (0.5 + loud_end("start") + 0.5, "heel stretches")], 4.0)
    (utterance,) = heard_in(ear, samples)
    assert utterance.match.slots == {"stretch": "heel_stretches"}


def arrived(ear: Ear, samples: Samples, moment: Moment = NO_MOMENT) -> float:
    """Seconds of sound after which the one utterance in it came out."""
    came = [number for number, block in enumerate(blocks_of(samples), start=1) for _ in ear.feed(block, moment)]
    assert len(came) == 1
    return came[0] * BLOCK / LISTENING_RATE


def test_the_answer_to_a_question_is_waited_for_no_longer_than_it_takes(ear):
    samples = sound([(0.5, "no")], 3.0)  # "no more reminders", "no towel today"
    unasked = arrived(ear, samples)
    asked = Guide(BOOK).moment(State(halt=Halt(0.0, asked=Asked.GO_ON)))
    assert unasked - arrived(ear, samples, asked) > 0.3


def test_ready_is_waited_for_and_who_was_reminded_may_still_think_what_to_start():
    guide = Guide(BOOK)
    assert guide.moment(begun("heel_stretches").state).awaited == {"ready", "wait", "got_it", "skip_talk"}
    reminded = waiting().state
    assert "start_routine" in answers(reminded) - guide.moment(reminded).awaited
