"""What test_devices.py runs in separate processes, because PortAudio looks for devices only once in a process.

    python -m tests.device_scenarios SCENARIO

Each prints one line of JSON.
"""

from __future__ import annotations

import ctypes.util
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from assistant.audio import streams
from assistant.audio.devices import find_device, list_devices, sound_problem
from assistant.audio.mixer import Player
from assistant.audio.streams import LiveMicrophone, LiveSpeaker
from assistant.errors import SolemateError
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE

PIECE = SPEAKING_RATE // 10
"""Samples (0.1 s) that are looked for as one: on a very busy machine, sound may break off between two pieces."""

MOST_BLOCKS = 400
"""Blocks (12 s): nothing here takes longer."""


def refusal(call: Callable[[], object]) -> list[str]:
    try:
        call()
    except SolemateError as error:
        return [type(error).__name__, str(error)]
    return []


def something_to_say(seconds: float = 2.0) -> np.ndarray:
    """Noise of a speech-like spectrum that comes and goes like syllables: like nothing but itself."""
    noise = np.random.default_rng(3).standard_normal(round(seconds * SPEAKING_RATE))
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / SPEAKING_RATE)
    spectrum[(hertz < 200) | (hertz > 3500)] = 0
    sound = np.fft.irfft(spectrum, len(noise)) * (1.2 + np.sin(np.arange(len(noise)) / SPEAKING_RATE * 2 * np.pi * 4))
    return np.asarray(0.3 * sound / np.abs(sound).max(), np.float32)


def looked_for() -> dict[str, Any]:
    names = [device.name for device in list_devices()]
    return {
        "problem": None if (problem := sound_problem()) is None else str(problem),
        "names": names,
        "default": find_device(None, "input").name,
        "part": find_device("HEARD", "input").name,
        "number": find_device(str(names.index("room_heard")), "input").name,
        "ambiguous": refusal(lambda: find_device("room", "output")),
        "unknown": refusal(lambda: LiveMicrophone("yellow")),
        "unknown number": refusal(lambda: LiveSpeaker(99, Player())),
    }


def without() -> dict[str, Any]:
    return {
        "problem": None if (problem := sound_problem()) is None else str(problem),
        "microphone": refusal(lambda: LiveMicrophone()),
        "speaker": refusal(lambda: LiveSpeaker(None, Player())),
    }


def without_library() -> dict[str, Any]:
    ctypes.util.find_library = lambda name: None
    return without()


def place(piece: np.ndarray, heard: np.ndarray) -> tuple[int, float]:
    """Where a piece is found in what was heard, in samples, and how alike the two are there, from 0 to 1."""
    size = len(heard) + len(piece)
    fit = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)
    at = int(np.argmax(fit[: len(heard) - len(piece)]))
    there = heard[at : at + len(piece)]
    return at, float(there @ piece / (np.linalg.norm(there) * np.linalg.norm(piece) + 1e-9))


def played_and_heard() -> dict[str, Any]:
    player, said = Player(), something_to_say()
    speaker = LiveSpeaker("room_speaker", player)
    microphone = LiveMicrophone("room_heard")
    before = time.monotonic()
    first = next(iter(microphone))
    waited = time.monotonic() - before
    player.say(1, said)
    blocks = [first]
    while len(blocks) * BLOCK < len(said) + 2 * LISTENING_RATE:
        block = microphone.read(10.0)
        assert block is not None
        blocks.append(block)
    heard = np.concatenate(blocks)
    found = [place(said[at : at + PIECE], heard) for at in range(0, len(said), PIECE)]
    microphone.close()
    speaker.close()
    return {
        "correlation": float(np.median([likeness for _, likeness in found])),
        "level": float(np.linalg.norm(heard) / np.linalg.norm(said)),
        "delay": found[0][0] / LISTENING_RATE,
        "waited": waited,
        "began": None if microphone.began is None else microphone.began - before,
        "events": [type(event).__name__ for event in player.events()],
        "dropped": microphone.dropped,
        "rates": [microphone.rate, speaker.rate],
        "blocks": sorted({len(block) for block in blocks}),
    }


def heard_blocks(microphone: LiveMicrophone, wanted: Callable[[np.ndarray], bool]) -> float:
    """Seconds of sound until a block is as wanted."""
    for number in range(MOST_BLOCKS):
        block = microphone.read(10.0)
        assert block is not None
        if wanted(block):
            return number * BLOCK / LISTENING_RATE
    raise AssertionError("it never came")


def stopped() -> dict[str, Any]:
    player = Player()
    speaker = LiveSpeaker("room_speaker", player)
    microphone = LiveMicrophone("room_heard")
    player.say(1, something_to_say(20.0))
    heard_blocks(microphone, lambda block: bool(np.abs(block).max() > 0.02))
    before = time.monotonic()
    player.stop()
    for _ in range(2):
        heard_blocks(microphone, lambda block: bool(np.abs(block).max() < 1e-3))
    after = time.monotonic() - before
    player.cue(something_to_say(0.3))
    silent = speaker.wait_until_silent(10.0)
    player.say(2, something_to_say(20.0))
    still = speaker.wait_until_silent(0.2)
    speaker.check()
    microphone.close()
    speaker.close()
    speaker.check()
    return {"seconds": after, "silent": silent, "still": still}


def not_read() -> dict[str, Any]:
    streams.QUEUED_BLOCKS = 3
    lazy = LiveMicrophone("quiet_microphone")
    streams.QUEUED_BLOCKS = 100
    keen = LiveMicrophone("quiet_microphone")
    for _ in range(40):
        keen.read(10.0)
    before = lazy.dropped
    samples = lazy.read(1.0)
    lazy.close()
    keen.close()
    return {"lazy": before, "keen": keen.dropped, "gave": 0 if samples is None else len(samples)}


def closed_while_read() -> dict[str, Any]:
    microphone = LiveMicrophone("quiet_microphone")
    listening, got = threading.Event(), []

    def listen() -> None:
        for block in microphone:
            got.append(len(block))
            listening.set()

    thread = threading.Thread(target=listen)
    thread.start()
    heard = listening.wait(10.0)
    microphone.close()
    thread.join(timeout=5.0)
    microphone.close()
    return {
        "heard": heard,
        "ended": not thread.is_alive(),
        "after": microphone.read(1.0),
        "more": len(list(microphone)),
    }


class LatePlayer(Player):
    """As it is in a program that is too busy."""

    late = False

    def read(self, n: int) -> np.ndarray:
        if self.late:
            threading.Event().wait(0.5)
        return super().read(n)


def breaks_off() -> dict[str, Any]:
    player = LatePlayer()
    speaker = LiveSpeaker("room_speaker", player)
    microphone = LiveMicrophone("room_heard")
    heard_blocks(microphone, lambda block: True)
    first = speaker.latency
    player.late = True
    for _ in range(MOST_BLOCKS * 2):
        microphone.read(10.0)
        speaker.check()
        if speaker.latency > first:
            break
    player.late = False
    player.say(1, something_to_say(10.0))
    heard_blocks(microphone, lambda block: bool(np.abs(block).max() > 0.02))
    microphone.close()
    speaker.close()
    return {"underruns": speaker.underruns, "first": first, "then": speaker.latency}


def interrupted() -> dict[str, Any]:
    microphone = LiveMicrophone("quiet_microphone")
    try:
        for number, _ in enumerate(microphone):
            if number == 3:
                print("listening", flush=True)
    except KeyboardInterrupt:
        microphone.close()
    return {"ended": "by Ctrl-C"}


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        looked_for,
        without,
        without_library,
        played_and_heard,
        stopped,
        not_read,
        closed_while_read,
        breaks_off,
        interrupted,
    )
}


if __name__ == "__main__":
    print(json.dumps(SCENARIOS[sys.argv[1]]()), flush=True)
