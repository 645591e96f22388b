"""The mixing of speech and cues, sample by sample."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from assistant.audio.cues import CUES, cue_samples
from assistant.audio.mixer import FADE_SECONDS, Player, SpeechEnded, SpeechStarted, SpeechStopped
from assistant.ports import BLOCK, SPEAKING_RATE

FADE = round(FADE_SECONDS * SPEAKING_RATE)


def flat(samples: int, level: float = 0.5) -> np.ndarray:
    return np.full(samples, level, np.float32)


def test_silence_is_silent_and_time_goes_on() -> None:
    player = Player()
    block = player.read(BLOCK)
    assert block.dtype == np.float32
    assert block.shape == (BLOCK,)
    assert not block.any()
    assert player.position == BLOCK
    assert player.events() == []
    assert player.speaking is None
    assert not player.busy


def test_an_utterance_comes_out_as_it_went_in_and_is_reported() -> None:
    player = Player()
    speech = np.linspace(-0.7, 0.7, 1000, dtype=np.float32)
    player.read(BLOCK)
    player.say(7, speech)
    assert player.speaking == 7
    assert player.busy
    out = np.concatenate([player.read(BLOCK) for _ in range(3)])
    assert np.array_equal(out[:1000], speech)
    assert not out[1000:].any()
    assert player.events() == [SpeechStarted(7, BLOCK), SpeechEnded(7, BLOCK + 1000)]
    assert player.events() == []
    assert player.speaking is None


def test_the_start_is_reported_with_the_first_block_and_the_end_with_the_last() -> None:
    player = Player()
    player.say(1, flat(2 * BLOCK))
    assert player.events() == []
    player.read(BLOCK)
    assert player.events() == [SpeechStarted(1, 0)]
    player.read(BLOCK)
    assert player.events() == [SpeechEnded(1, 2 * BLOCK)]


def test_an_utterance_without_samples_starts_and_ends() -> None:
    player = Player()
    player.say(1, flat(0))
    player.read(BLOCK)
    assert player.events() == [SpeechStarted(1, 0), SpeechEnded(1, 0)]


def test_stop_is_silent_within_the_block_and_does_not_click() -> None:
    player = Player()
    player.say(1, flat(10 * BLOCK))
    player.read(BLOCK)
    player.stop()
    out = player.read(BLOCK)
    assert not out[FADE:].any()
    assert np.abs(np.diff(np.concatenate([[0.5], out]))).max() < 0.02
    assert player.events() == [SpeechStarted(1, 0), SpeechStopped(1, BLOCK + FADE)]
    assert player.speaking is None
    player.stop()
    assert player.events() == []


def test_what_was_never_heard_is_stopped_without_a_sound() -> None:
    player = Player()
    player.say(1, flat(BLOCK))
    player.stop()
    assert not player.read(BLOCK).any()
    assert player.events() == [SpeechStopped(1, 0)]


def test_a_new_utterance_replaces_the_one_that_plays() -> None:
    player = Player()
    player.say(1, flat(10 * BLOCK))
    player.read(BLOCK)
    player.say(2, flat(BLOCK, -0.5))
    out = player.read(BLOCK)
    assert (out[FADE:] == -0.5).all()
    stopped, started = SpeechStopped(1, BLOCK + FADE), SpeechStarted(2, BLOCK)
    assert player.events() == [SpeechStarted(1, 0), stopped, started, SpeechEnded(2, 2 * BLOCK)]


def test_pause_holds_the_place_and_resume_goes_on_there() -> None:
    player = Player()
    speech = np.linspace(0.1, 0.7, 4 * BLOCK, dtype=np.float32)
    player.say(1, speech)
    player.read(BLOCK)
    player.pause()
    assert not player.read(BLOCK)[FADE:].any()
    assert not player.read(5 * BLOCK).any()
    assert player.paused
    assert player.speaking == 1
    player.resume()
    out = player.read(3 * BLOCK)
    assert np.array_equal(out[FADE:], speech[BLOCK + FADE :])
    assert np.abs(np.diff(np.concatenate([[0.0], out]))).max() < 0.02
    assert player.events() == [SpeechStarted(1, 0), SpeechEnded(1, 10 * BLOCK)]


def test_fading_in_may_take_many_small_blocks() -> None:
    player = Player()
    player.say(1, flat(BLOCK))
    player.read(10)
    player.pause()
    player.read(FADE)
    player.resume()
    out = np.concatenate([player.read(7) for _ in range(40)])
    assert np.diff(out).max() < 0.02
    assert out[FADE + 1] == 0.5


def test_pausing_twice_or_in_silence_does_nothing() -> None:
    player = Player()
    player.pause()
    assert not player.paused
    player.resume()
    player.say(1, flat(BLOCK))
    assert player.read(10)[0] == 0.5
    player.pause()
    player.pause()
    player.read(BLOCK)
    assert not player.busy
    player.resume()
    player.read(BLOCK)
    assert player.events() == [SpeechStarted(1, 0), SpeechEnded(1, 10 + BLOCK + BLOCK - 10)]


def test_an_utterance_held_can_be_stopped_or_replaced() -> None:
    player = Player()
    player.say(1, flat(2 * BLOCK))
    player.read(BLOCK)
    player.pause()
    player.read(BLOCK)
    player.say(2, flat(BLOCK))
    assert not player.paused
    assert player.read(BLOCK)[0] == 0.5
    player.say(3, flat(2 * BLOCK))
    player.pause()
    player.stop()
    player.resume()
    assert not player.read(BLOCK).any()
    assert player.events() == [
        SpeechStarted(1, 0),
        SpeechStopped(1, 2 * BLOCK),
        SpeechStarted(2, 2 * BLOCK),
        SpeechEnded(2, 3 * BLOCK),
        SpeechStopped(3, 3 * BLOCK),
    ]


def test_cues_sound_over_speech_and_go_on_when_it_stops() -> None:
    player = Player()
    player.say(1, flat(10 * BLOCK, 0.25))
    player.cue(flat(3 * BLOCK, 0.25))
    assert (player.read(BLOCK) == 0.5).all()
    player.stop()
    assert (player.read(2 * BLOCK)[FADE:] == 0.25).all()
    assert not player.read(BLOCK).any()
    assert not player.busy


def test_cues_may_overlap() -> None:
    player = Player()
    player.cue(flat(2 * BLOCK, 0.2))
    player.read(BLOCK)
    player.cue(flat(2 * BLOCK, 0.2))
    assert player.read(BLOCK) == pytest.approx(np.full(BLOCK, 0.4))
    assert player.read(BLOCK) == pytest.approx(np.full(BLOCK, 0.2))


@pytest.mark.parametrize("name", CUES)
def test_the_loudest_speech_with_any_cue_stays_within_full_scale(name: str) -> None:
    player = Player()
    player.volume = 2.0
    player.read(1)
    player.say(1, np.sin(np.arange(SPEAKING_RATE) * 0.3).astype(np.float32))
    player.cue(cue_samples(name))
    out = player.read(SPEAKING_RATE)
    assert np.abs(out).max() <= 1.0
    assert np.abs(out).max() > 0.8


def test_the_limiter_leaves_what_is_not_loud_alone_and_keeps_the_order() -> None:
    player = Player()
    ramp = np.linspace(-3, 3, 6001, dtype=np.float32)
    player.say(1, ramp)
    out = player.read(6001)
    assert np.array_equal(out[np.abs(ramp) <= 0.8], ramp[np.abs(ramp) <= 0.8])
    assert (np.diff(out) >= 0).all()
    assert np.abs(out).max() <= 1.0


def test_volume_changes_without_a_step() -> None:
    player = Player()
    player.say(1, flat(10 * BLOCK))
    player.read(BLOCK)
    player.volume = 0.2
    out = player.read(2 * BLOCK)
    assert out[-1] == pytest.approx(0.1)
    assert np.abs(np.diff(out)).max() < 0.001
    assert player.read(BLOCK) == pytest.approx(np.full(BLOCK, 0.1))
    player.volume = -1
    assert player.volume == 0
    player.read(BLOCK)
    assert not player.read(BLOCK).any()


def test_any_block_size_gives_the_same_sound() -> None:
    speech = (0.3 * np.sin(np.arange(5000) * 0.1)).astype(np.float32)
    outs = []
    for size in (1, 7, BLOCK, 5000):
        player = Player()
        player.say(1, speech)
        player.cue(cue_samples("tick"))
        outs.append(np.concatenate([player.read(size) for _ in range(-(-5000 // size))])[:5000])
    assert all(np.allclose(out, outs[0], atol=1e-6) for out in outs)


def test_a_loudspeaker_thread_may_read_while_others_speak() -> None:
    player = Player()
    done = threading.Event()
    played: list[int] = []

    def loudspeaker() -> None:
        while not done.is_set() or player.busy:
            played.append(len(player.read(BLOCK)))

    thread = threading.Thread(target=loudspeaker)
    thread.start()
    events = []
    for number in range(300):
        player.say(number, flat(BLOCK * (number % 5)))
        player.cue(flat(10))
        (player.stop, player.pause, player.resume)[number % 3]()
        events += player.events()
    player.stop()
    done.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    events += player.events()
    over = [event.id for event in events if not isinstance(event, SpeechStarted)]
    assert over == list(range(300))
    assert player.position == sum(played)
