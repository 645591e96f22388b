"""When the guide falls silent for a person: what BargeIn makes of sound, and what a session makes of that."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.cues import cue_samples
from assistant.audio.mixer import Player
from assistant.dialogue.guide import Guide
from assistant.entries import Entry, WentOn, Yielded
from assistant.front_end.barge_in import HOLD, TAIL, BargeIn
from assistant.front_end.double_talk import WARM
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE
from assistant.runtime.database import NoDatabase
from assistant.runtime.session import LONGEST_YIELD, PATIENCE, PATIENCE_SECONDS, Session
from assistant.understanding.hypothesis import Hypothesis, Match, Samples, Utterance
from tests.stage import BOOK

CHUNK = 512
SILENCE = np.zeros(BLOCK, np.float32)


def noise(level: float, seed: int = 1) -> Samples:
    return np.asarray(level * np.random.default_rng(seed).standard_normal(BLOCK), np.float32)


class Room:
    """Blocks for a BargeIn whose voice activity says what it is told to."""

    def __init__(self) -> None:
        self.voice = 0.0
        self.barge_in = BargeIn(self._activity, CHUNK)
        self._number = 0

    def _activity(self, chunk: Samples) -> float:
        assert len(chunk) == CHUNK
        return self.voice

    def guide(self, blocks: int, person: float = 0.0, hearing: bool = False) -> list[bool]:
        """Blocks in which the guide speaks, and a person as loud as this."""
        return [self._block(0.1, person, hearing) for _ in range(blocks)]

    def silence(self, blocks: int, hearing: bool = False) -> list[bool]:
        return [self._block(0.0, 0.0, hearing) for _ in range(blocks)]

    def _block(self, played: float, person: float, hearing: bool) -> bool:
        self._number += 1
        far, other = noise(played, self._number), noise(person, -1 - self._number + 2**31)
        leftover = noise(1e-4, self._number + 10**6)
        # The first canceller takes 14 dB off the echo here; in rooms it is 19.
        now = self.barge_in.feed(far * 0.2 + other, far * 0.01 + other + leftover, far, hearing)
        return now.person_speaks


@pytest.fixture
def room() -> Room:
    """A room in which the guide has been speaking for a while."""
    made = Room()
    assert not any(made.guide(WARM * 6))
    return made


def test_the_guide_alone_is_nobody_else(room: Room) -> None:
    assert not any(room.guide(200))


def test_somebody_else_is_noticed_within_a_fifth_of_a_second(room: Room) -> None:
    room.voice = 0.9
    assert any(room.guide(6, person=0.1))


def test_what_is_loud_and_no_voice_is_nobody(room: Room) -> None:
    assert not any(room.guide(20, person=0.1))


def test_a_voice_that_is_no_louder_than_the_rest_of_the_echo_is_nobody(room: Room) -> None:
    room.voice = 0.9
    assert not any(room.guide(20))


def test_it_lasts_through_the_pauses_in_a_command_and_as_long_as_the_ear_hears_one(room: Room) -> None:
    room.voice = 0.9
    room.guide(6, person=0.1)
    room.voice = 0.0
    assert all(room.silence(HOLD - 3))
    assert all(room.silence(50, hearing=True))
    assert room.silence(HOLD + 1)[-1] is False


def test_while_the_loudspeaker_is_silent_the_ear_is_enough(room: Room) -> None:
    assert not any(room.silence(TAIL + 1))
    assert all(room.silence(3, hearing=True))
    assert not any(room.silence(HOLD + 5)[HOLD:])


def test_the_ear_alone_is_not_enough_while_the_guide_speaks(room: Room) -> None:
    assert not any(room.guide(20, hearing=True))


def test_who_has_given_a_command_waits(room: Room) -> None:
    room.voice = 0.9
    assert room.guide(6, person=0.1)[-1]
    room.barge_in.command_heard()
    room.voice = 0.0
    assert not any(room.silence(3))


# What a session makes of it


class SlowVoice:
    name = "slow"
    rate = 100

    def render(self, text: str) -> Samples:
        return np.full(SPEAKING_RATE * 60, 0.1, np.float32)


class Talk:
    """A session whose guide has been saying a sentence of a minute for a second."""

    def __init__(self) -> None:
        self.events: list[type[Entry]] = []
        self.session = Session(Guide(BOOK), Player(), SlowVoice(), cue_samples, NoDatabase(), watchers=[self._watch])
        self.t = 0.0
        self.go_on(1.0)

    def _watch(self, entry: Entry) -> None:
        self.events.append(type(entry))

    @property
    def yields(self) -> int:
        return self.events.count(Yielded)

    def go_on(self, seconds: float, speaking: bool = False) -> bool:
        """Let time pass; whether the guide sounded at its end."""
        loud = False
        for _ in range(round(seconds / 0.03)):
            self.t += 0.03
            loud = bool(np.abs(self.session.player.read(BLOCK)).max() > 0.05)
            self.session.person_speaks(self.t, speaking)
            self.session.advance(self.t)
        return loud


def test_it_falls_silent_and_goes_on() -> None:
    talk = Talk()
    assert not talk.go_on(0.5, speaking=True)
    assert talk.go_on(0.1)
    assert talk.events.count(Yielded) == talk.events.count(WentOn) == 1


def test_a_television_does_not_silence_it_for_good() -> None:
    talk = Talk()
    assert not talk.go_on(LONGEST_YIELD - 0.2, speaking=True)
    assert talk.go_on(0.5, speaking=True)
    assert talk.go_on(3.0, speaking=True)
    assert talk.yields == 1


def test_it_does_not_yield_again_and_again_for_nothing() -> None:
    talk = Talk()
    for _ in range(PATIENCE):
        assert not talk.go_on(0.3, speaking=True)
        assert talk.go_on(0.3)
    assert talk.go_on(0.3, speaking=True)
    assert talk.yields == PATIENCE


def impatient() -> Talk:
    talk = Talk()
    for _ in range(PATIENCE):
        talk.go_on(0.3, speaking=True)
        talk.go_on(0.3)
    return talk


def test_patience_comes_back_with_time() -> None:
    talk = impatient()
    assert talk.go_on(PATIENCE_SECONDS)
    assert not talk.go_on(0.3, speaking=True)


def test_patience_comes_back_with_a_command() -> None:
    talk = impatient()
    command = Match("resume", accepted=True, sure=True)
    talk.session.hear(talk.t, Utterance(talk.t, talk.t, Hypothesis(()), command))
    assert talk.go_on(0.3)
    assert not talk.go_on(0.3, speaking=True)


def test_it_is_known_afterwards_whether_another_voice_was_heard() -> None:
    room = Room()
    room.guide(WARM * 6)
    begun = WARM * 6 * BLOCK / LISTENING_RATE
    room.voice = 0.9
    room.guide(20, person=0.1)
    ended = begun + 20 * BLOCK / LISTENING_RATE
    room.voice = 0.0
    room.guide(100)
    assert room.barge_in.another_voice(begun, ended) > 0.7
    assert 0.3 < room.barge_in.another_voice(begun - 0.3, ended - 0.3) < 0.7
    assert room.barge_in.another_voice(begun - 0.6, begun) == 0.0
    assert room.barge_in.another_voice(ended + 0.3, ended + 1.3) == 0.0
    assert room.barge_in.another_voice(ended + 100.0, ended + 101.0) == 0.0
