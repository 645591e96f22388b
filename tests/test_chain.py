"""The front end's chain and the ear behind it: what goes in, what comes out, and on whose clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.front_end.chain import Chain, Frame
from assistant.front_end.echo_canceller import LATENESS, canceller_missing
from assistant.hearing.live_ear import LiveEar
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from assistant.understanding.moment import NO_MOMENT, Moment

needs_livekit = pytest.mark.skipif(canceller_missing() is not None, reason=f"needs livekit: {canceller_missing()}")

SILENCE = np.zeros(BLOCK, np.float32)
SECONDS = BLOCK / LISTENING_RATE


def noise(level: float, seed: int) -> Samples:
    return np.random.default_rng(seed).normal(0.0, level, BLOCK).astype(np.float32)


def test_without_a_canceller_sound_passes_louder_and_at_its_own_time() -> None:
    near = noise(0.1, 0)
    frame = Chain(cancels=False, gain=2.0).feed(near, noise(0.1, 1), 5.0)
    np.testing.assert_allclose(frame.samples, 2.0 * near)
    assert frame.vad_samples is frame.samples
    assert (frame.at, frame.over_guide, frame.person_speaks) == (5.0, False, False)


@needs_livekit
def test_a_frame_is_as_late_as_the_canceller_makes_it() -> None:
    frame = Chain().feed(noise(0.1, 0), SILENCE, 5.0)
    assert frame.at == pytest.approx(5.0 - LATENESS / LISTENING_RATE)
    assert frame.samples.shape == frame.vad_samples.shape == (BLOCK,)


@needs_livekit
def test_it_is_known_that_the_guide_was_just_heard() -> None:
    chain = Chain()
    far = [noise(0.1, number) for number in range(50)]
    assert all(chain.feed(0.5 * block, block, 0.0).over_guide for block in far)
    # What still rings, and what somebody may have begun to say over it, is past after two seconds.
    frames = [chain.feed(SILENCE, SILENCE, 0.0) for _ in range(67)]
    assert frames[0].over_guide
    assert not frames[-1].over_guide


@needs_livekit
def test_the_gain_comes_after_the_canceller() -> None:
    plain, louder = Chain(), Chain(gain=2.0)
    for number in range(20):
        near, far = noise(0.1, number), noise(0.1, 100 + number)
        once, twice = plain.feed(near, far, 0.0), louder.feed(near, far, 0.0)
        np.testing.assert_allclose(twice.samples, 2.0 * once.samples, rtol=1e-5, atol=1e-7)


class KnownChain(Chain):
    """Says what share of a time somebody else was heard in, and counts the commands it is told of."""

    def __init__(self) -> None:
        super().__init__(cancels=False)
        self.asked: list[tuple[float, float]] = []
        self.commands = 0

    def another_voice(self, start: float, end: float) -> float:
        self.asked.append((start, end))
        return 0.5

    def command_heard(self) -> None:
        self.commands += 1


class ScriptedEar:
    """Hears what it is told to, and keeps what it was fed."""

    speaking = True

    def __init__(self, *heard: Utterance) -> None:
        self.heard = list(heard)
        self.fed: list[tuple[Samples, Moment, dict[str, object]]] = []

    def feed(self, block: Samples, moment: Moment, **known: object) -> list[Utterance]:
        self.fed.append((block, moment, known))
        return self.heard if len(self.fed) == 3 else []


HEARD = Utterance(0.02, 0.05, Hypothesis(()), Match("pause", accepted=True))


def fed_three(ear: ScriptedEar, chain: Chain, at: float) -> list[Utterance]:
    live = LiveEar(ear, chain)  # type: ignore[arg-type]
    frames = [Frame(SILENCE, SILENCE, at + number * SECONDS) for number in range(3)]
    return [each for frame in frames for each in live.feed(frame, NO_MOMENT)]


def test_what_is_heard_has_the_times_of_the_frames_and_what_the_chain_knows_of_it() -> None:
    chain = KnownChain()
    (utterance,) = fed_three(ScriptedEar(HEARD), chain, 100.0)
    assert utterance.start == pytest.approx(100.02)
    assert utterance.end == pytest.approx(100.05)
    assert utterance.another == 0.5
    assert chain.asked == [(0.02, 0.05)]


def test_sound_that_was_lost_shifts_what_comes_after_it() -> None:
    ear = ScriptedEar(HEARD)
    live = LiveEar(ear, KnownChain())  # type: ignore[arg-type]
    found = [live.feed(Frame(SILENCE, SILENCE, at), NO_MOMENT) for at in (0.0, SECONDS, 10.0)]
    # The ear has counted two blocks; the third was recorded ten seconds after the first.
    assert found[2][0].start == pytest.approx(0.02 + 10.0 - 2 * SECONDS)


@pytest.mark.parametrize(
    ("match", "commands"),
    [
        (Match("pause", accepted=True), 1),
        (Match("pause", doubtful=True), 1),
        (Match("pause"), 0),
        (Match(None), 0),
    ],
)
def test_the_chain_is_told_of_commands_and_of_what_may_be_one(match: Match, commands: int) -> None:
    chain = KnownChain()
    fed_three(ScriptedEar(replace(HEARD, match=match)), chain, 0.0)
    assert chain.commands == commands


def test_the_ear_gets_all_that_is_known_of_a_frame() -> None:
    ear = ScriptedEar()
    live = LiveEar(ear, KnownChain())  # type: ignore[arg-type]
    assert not live.hearing
    moment, vad = Moment(frozenset({"ready"})), noise(0.1, 1)
    live.feed(Frame(SILENCE, vad, 0.0, over_guide=True, person_speaks=True, voice=0.7), moment)
    block, given, known = ear.fed[0]
    assert block is SILENCE
    assert given is moment
    assert known == {"vad_block": vad, "over_guide": True, "person_noticed": True, "voice": 0.7}
    assert live.hearing
