"""The echo canceller on simulated rooms, with the real library, and telling whether somebody else speaks."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from assistant.front_end.double_talk import SOMEONE_SCORE, WEIGHTS, DoubleTalk
from assistant.front_end.echo_canceller import EchoCanceller, canceller_missing
from assistant.front_end.echo_delay import DelayFinder
from assistant.ports import BLOCK, LISTENING_RATE
from tests.speech import spoken

pytest.importorskip("scipy", reason="the simulated room needs scipy (pip install solemate[dev])")

from bench.room_simulation import Delay, Room, Setting, level_of, setting_of, to_level

needs_livekit = pytest.mark.skipif(canceller_missing() is not None, reason=f"needs livekit: {canceller_missing()}")

GUIDE = (
    "Next is heel stretches. You need a yoga mat, or the floor. Sit down with both legs straight ahead. "
    "Bend one leg and put its foot under the thigh. Reach forward for the toes and keep the foot moving. "
    "Say ready when you are set, or say skip to move on to the next stretch. Change over to the other foot now."
)

QUIET = np.zeros(BLOCK, np.float32)


@lru_cache(maxsize=1)
def guide() -> np.ndarray:
    """The guide's voice, in whole blocks, about 17 s."""
    sound = to_level(spoken(GUIDE, "en-us", 160), 0.2)
    return sound[: len(sound) // BLOCK * BLOCK]


def said_at(seconds: float, text: str) -> np.ndarray:
    """As long as the guide's voice, and in it a person."""
    sound = np.zeros(len(guide()), np.float32)
    speech = to_level(spoken(text))
    at = round(seconds * LISTENING_RATE)
    sound[at : at + len(speech)] = speech
    return sound


def in_room(seed: int, setting: Setting, person: np.ndarray | None = None) -> Run:
    return Run(Room(seed, setting, guide_level=level_of(guide())), person)


class Run:
    """The guide speaks in a room."""

    def __init__(self, room: Room, person: np.ndarray | None) -> None:
        self.canceller = EchoCanceller()
        self.judge = DoubleTalk()
        near, cleaned, echo, others = [], [], [], []
        for at in range(0, len(guide()), BLOCK):
            far = guide()[at : at + BLOCK]
            near.append(room.hear(QUIET if person is None else person[at : at + BLOCK], far))
            echo.append(room.echo)
            cancelled = self.canceller.process(near[-1], far)
            cleaned.append(cancelled.cleaned)
            # Without a model for voices here: as loud as a voice would be is a voice.
            voice = float(level_of(cleaned[-1]) > 0.005)
            others.append(self.judge.feed(cancelled.residual, cancelled.cleaned, cancelled.far, voice))
        self.echo, self.cleaned, self.others = np.concatenate(echo), np.concatenate(cleaned), others

    def loss(self, begin: float, end: float) -> float:
        """What came off the echo between two times, dB."""
        part = slice(round(begin * LISTENING_RATE), round(end * LISTENING_RATE))
        return float(10 * np.log10((self.echo[part] ** 2).mean() / (self.cleaned[part] ** 2).mean()))


@needs_livekit
@pytest.mark.parametrize("milliseconds", [20, 120, 500, 700])
def test_echo_is_taken_off_at_any_delay(milliseconds):
    run = in_room(1000, replace(setting_of(1000), delay=Delay(milliseconds), snr=30.0))
    assert run.loss(4, 15) > 15
    assert run.canceller.delay == pytest.approx(milliseconds / 1000, abs=0.003)


@needs_livekit
@pytest.mark.parametrize(("before", "after"), [(59.0, 116.0), (116.0, 59.0), (60.0, 600.0)])
def test_a_jump_of_the_delay_is_followed(before, after):
    run = in_room(1001, replace(setting_of(1001), delay=Delay(before, jumps=((6.0, after),)), snr=30.0))
    assert run.loss(3, 6) > 15
    assert run.loss(8.5, 15) > 15
    assert run.canceller.delay == pytest.approx(after / 1000, abs=0.003)


@needs_livekit
def test_a_delay_that_was_told_to_be_another_one_is_known_no_more_until_it_is_found():
    canceller, known = EchoCanceller(), []
    for at in range(0, len(guide()) - 200 * BLOCK, BLOCK):
        late = BLOCK * (6 if at < 200 * BLOCK else 3)
        near = guide()[at - late : at - late + BLOCK] if at >= late else QUIET
        if at == 200 * BLOCK:
            canceller.lost_track()
        known.append(canceller.process(near, guide()[at : at + BLOCK]).known)
        if known[-1]:
            assert canceller.delay == pytest.approx(late / LISTENING_RATE, abs=0.003)
    assert all(known[100:200])
    assert not any(known[200:215])
    assert all(known[260:])


def test_a_device_that_loses_sound_all_the_time_does_not_keep_the_delay_unknown():
    finder, known = DelayFinder(), []
    for block in range(len(guide()) // BLOCK):
        far = guide()[block * BLOCK : (block + 1) * BLOCK]
        if block % 40 == 0:
            finder.forget()
        finder.feed(far, far)
        known.append(finder.delay == 0)
    assert sum(known) > 0.7 * len(known)


@needs_livekit
def test_two_clocks_that_slide_apart_are_followed():
    run = in_room(1001, replace(setting_of(1001), delay=Delay(60.0, drift=100.0), snr=30.0))
    assert run.loss(4, 15) > 15


@needs_livekit
def test_a_person_in_silence_passes_nearly_unchanged():
    canceller = EchoCanceller()
    speech = to_level(spoken("start heel stretches"))
    speech = np.pad(speech, (30 * BLOCK, -len(speech) % BLOCK))
    passed = np.concatenate(
        [canceller.process(speech[i : i + BLOCK], QUIET).cleaned for i in range(0, len(speech), BLOCK)]
    )
    assert 20 * np.log10(level_of(passed) / level_of(speech)) == pytest.approx(0.0, abs=1.0)
    before, after = (np.abs(np.fft.rfft(sound)) for sound in (speech, passed))
    assert np.corrcoef(before, after)[0, 1] > 0.98
    assert canceller.delay is None


@needs_livekit
def test_a_person_passes_while_the_guide_speaks_where_it_is_not_heard():
    speech = said_at(3.0, "start heel stretches")
    run = Run(Room(1, Setting(echo=None)), speech)
    assert 20 * np.log10(level_of(run.cleaned) / level_of(speech)) == pytest.approx(0.0, abs=3.0)
    assert any(run.others[100:140])


@needs_livekit
@pytest.mark.parametrize(("near", "far"), [(160, BLOCK), (BLOCK, 512), (0, 0)])
def test_blocks_of_another_length_are_refused(near, far):
    with pytest.raises(ValueError, match="480"):
        EchoCanceller().process(np.zeros(near, np.float32), np.zeros(far, np.float32))


@needs_livekit
def test_somebody_else_is_noticed_and_the_guide_alone_is_nobody():
    setting = replace(setting_of(1001), echo=0.0, snr=30.0)
    alone = in_room(1001, setting)
    assert not any(alone.others)
    both = in_room(1001, setting, said_at(8.0, "go back to the one before"))
    second = LISTENING_RATE // BLOCK
    assert not any(both.others[: 8 * second])
    assert any(both.others[8 * second : 9 * second])


def test_nobody_is_noticed_before_the_canceller_had_time_to_learn():
    judge = DoubleTalk()
    loud = to_level(np.random.default_rng(1).standard_normal(BLOCK).astype(np.float32))
    assert not any(judge.feed(loud, loud, loud, 1.0) for _ in range(20))


def test_a_voice_while_nothing_is_played_is_someone():
    judge = DoubleTalk()
    assert judge.feed(QUIET, QUIET, QUIET, 0.9)
    assert not judge.feed(QUIET, QUIET, QUIET, 0.2)


def test_what_is_no_voice_is_nobody():
    judge = DoubleTalk()
    chance = np.random.default_rng(1)
    verdicts = []
    for number in range(300):
        far = (chance.standard_normal(BLOCK) * 0.1).astype(np.float32)
        bang = chance.standard_normal(BLOCK) * (0.3 if 200 <= number < 210 else 0.0)
        rest = (far * 0.01 + bang).astype(np.float32)
        verdicts.append((judge.feed((far + bang).astype(np.float32), rest, far, 0.2), float(WEIGHTS @ judge.signs)))
    assert not any(verdict for verdict, _ in verdicts)
    loudest = max(score for _, score in verdicts[200:210])
    assert loudest + 0.3 * WEIGHTS[0] > SOMEONE_SCORE, "with half a voice it would be enough"


def _judged(judge: DoubleTalk, blocks: int, *, voice: float = 0.0, person: float = 0.0, volume: float = 1.0) -> float:
    """The share of blocks in which somebody is noticed; 20 dB of the guide's echo are gone."""
    noticed = 0
    for _ in range(blocks):
        far = (CHANCE.standard_normal(BLOCK) * 0.1).astype(np.float32)
        near = (CHANCE.standard_normal(BLOCK) * person).astype(np.float32)
        left = (CHANCE.standard_normal(BLOCK) * 1e-4).astype(np.float32)
        noticed += judge.feed(volume * (0.1 * far + near), volume * (near + left), far, voice)
    return noticed / blocks


CHANCE = np.random.default_rng(3)


def test_whoever_goes_on_speaking_is_still_noticed_after_three_seconds():
    judge = DoubleTalk()
    assert _judged(judge, 300) == 0
    assert _judged(judge, 100, voice=0.9, person=0.1) > 0.95


@pytest.mark.parametrize("volume", [0.1, 0.0])
def test_whoever_speaks_after_the_microphone_was_turned_up_or_down_is_noticed(volume):
    # Softer by 20 dB, or muted, for ten seconds, and as before again.
    judge = DoubleTalk()
    _judged(judge, 300)
    _judged(judge, 333, volume=volume)
    _judged(judge, 333)
    assert _judged(judge, 60) == 0
    assert _judged(judge, 20, voice=0.9, person=0.1) > 0.8


def test_it_is_learned_anew_what_is_usual_when_the_guide_speaks_late():
    judge = DoubleTalk()
    silence = np.zeros(BLOCK, np.float32)
    for _ in range(300):
        judge.feed(silence, silence, silence, 0.0)
    assert _judged(judge, 120) == 0
    assert _judged(judge, 60, voice=0.5) == 0, "no person, however unsure the voice"


def test_no_delay_is_found_where_the_loudspeaker_is_not_heard():
    finder = DelayFinder()
    chance = np.random.default_rng(2)
    for at in range(0, len(guide()), BLOCK):
        finder.feed((chance.standard_normal(BLOCK) * 0.01).astype(np.float32), guide()[at : at + BLOCK])
    assert finder.delay is None
    assert finder.absent
    assert finder.clearness < 10


def test_a_loudspeaker_that_is_not_heard_stays_so_whatever_sound_it_loses():
    finder = DelayFinder()
    for block in range(len(guide()) // BLOCK):
        finder.feed(QUIET, guide()[block * BLOCK : (block + 1) * BLOCK])
        if block > 100:
            finder.forget()
            assert finder.absent


def test_a_loudspeaker_that_is_heard_no_more_is_forgotten():
    finder = DelayFinder()
    for at in range(0, len(guide()), BLOCK):
        far = guide()[at : at + BLOCK]
        finder.feed(far if at < len(guide()) // 2 else QUIET, far)
        if at < len(guide()) // 2 - BLOCK and finder.delay is not None:
            assert finder.delay == 0
    assert finder.delay is None
    assert finder.absent
