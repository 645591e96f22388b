"""Where utterances start and end, from probabilities; and the VAD on real sound."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.front_end.vad import CHUNK, SileroActivity
from assistant.hearing.endpointing import EndpointConfig, Endpointer
from assistant.ports import LISTENING_RATE
from tests.speech import spoken

CHUNK_SECONDS = CHUNK / LISTENING_RATE


def steps(probabilities: list[float], config: EndpointConfig | None = None) -> list[str]:
    endpointer = Endpointer(config) if config else Endpointer()
    return [endpointer.step(probability) for probability in probabilities]


def silence_that_ends() -> int:
    return Endpointer().config.chunks(EndpointConfig.hangover)


def test_speech_is_framed_by_begin_and_end():
    quiet = silence_that_ends()
    found = steps([0.0] * 5 + [0.9] * 10 + [0.0] * (quiet + 5))
    assert found.count("begin") == found.count("end") == 1
    assert found.index("begin") == 5 + 1, "two chunks of speech make an utterance"
    assert found.index("end") == 5 + 10 + quiet - 1
    assert found[-1] == "silence"


def test_a_click_is_no_utterance():
    assert set(steps([0.0, 0.9, 0.0, 0.0, 0.9, 0.0] * 5)) == {"silence"}


def test_a_hesitation_stays_inside_one_utterance():
    pause = round(0.6 / CHUNK_SECONDS)
    found = steps([0.9] * 10 + [0.0] * pause + [0.9] * 20 + [0.0] * 30)
    assert found.count("begin") == found.count("end") == 1


def test_two_commands_with_a_second_between_are_two():
    found = steps(([0.9] * 10 + [0.0] * round(1.0 / CHUNK_SECONDS)) * 2)
    assert found.count("begin") == found.count("end") == 2


def test_a_probability_in_between_neither_ends_nor_prolongs_the_silence():
    quiet = silence_that_ends()
    assert "end" not in steps([0.9] * 5 + [0.4] * (quiet * 3)), "doubtful sound is still speech"
    assert "end" in steps([0.9] * 5 + [0.0] + [0.4] * quiet), "but it doesn't break a silence"


def test_endless_speech_is_cut():
    config = EndpointConfig(longest=2.0)
    found = steps([0.9] * round(5.0 / CHUNK_SECONDS), config)
    assert found.count("cut") == 2
    assert found.index("cut") == pytest.approx(2.0 / CHUNK_SECONDS, abs=2)


def test_after_a_reset_it_is_silent():
    endpointer = Endpointer()
    for _ in range(5):
        endpointer.step(0.9)
    before = endpointer.speaking
    endpointer.reset()
    assert (before, endpointer.speaking) == (True, False)
    assert endpointer.step(0.0) == "silence"


def test_the_hangover_is_a_matter_of_configuration():
    short = steps([0.9] * 5 + [0.0] * 30, EndpointConfig(hangover=0.2))
    assert short.index("end") == 5 + EndpointConfig().chunks(0.2) - 1


def whole_after(count: int, silence: int, speech: int = 0) -> list[str]:
    """The steps of speech, silence and more speech, known to be whole after `count` chunks of the silence."""
    endpointer = Endpointer()
    found: list[str] = []
    for probability in [0.9] * 10 + [0.0] * silence + [0.9] * speech:
        found.append(endpointer.step(probability))
        if endpointer.trailing == count:
            endpointer.whole = True
    return found


def test_what_is_whole_ends_sooner():
    early = EndpointConfig().chunks(EndpointConfig.early)
    assert whole_after(2, 40).index("end") == 10 + early - 1
    assert early < silence_that_ends()


def test_who_knows_late_that_it_is_whole_ends_it_with_the_next_silence():
    late = EndpointConfig().chunks(EndpointConfig.early) + 3
    assert whole_after(late, 40).index("end") == 10 + late


def test_what_goes_on_was_not_whole():
    assert "end" not in whole_after(2, 4, speech=10)
    endpointer = Endpointer()
    for probability in [0.9] * 10 + [0.0] * 2:
        endpointer.step(probability)
    endpointer.whole = True
    endpointer.step(0.9)
    assert not endpointer.whole


def chunks_of(sound: np.ndarray) -> list[np.ndarray]:
    return [sound[start : start + CHUNK] for start in range(0, len(sound) - CHUNK + 1, CHUNK)]


def test_voice_activity_hears_speech_and_not_silence_or_noise():
    activity = SileroActivity()
    said = chunks_of(np.pad(spoken("start heel stretches"), (LISTENING_RATE, LISTENING_RATE)))
    probabilities = [activity(chunk) for chunk in said]
    assert max(probabilities) > 0.9
    assert max(probabilities[:25]) < 0.3, "the second before"
    noise = np.random.default_rng(1).normal(0, 0.01, 3 * LISTENING_RATE).astype(np.float32)
    activity.reset()
    assert max(activity(chunk) for chunk in chunks_of(noise)) < 0.5


def test_silence_does_not_cost_the_model_anything():
    activity = SileroActivity()
    assert {activity(np.zeros(CHUNK, np.float32)) for _ in range(100)} == {0.0}
    assert activity(np.full(CHUNK, 1e-5, np.float32)) == 0.0
