"""What test_devices.py runs in separate processes, because PortAudio looks for devices only once in a process.

    python -m tests.device_scenarios SCENARIO

Each prints one line of JSON.
"""

from __future__ import annotations

import ctypes.util
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio import hotplug, streams
from assistant.audio.devices import find_device, list_devices, sound_problem
from assistant.audio.hotplug import Back, DevicePair, Gone
from assistant.audio.mixer import Player
from assistant.audio.streams import FIRST_SECONDS, LOST_SECONDS, LiveMicrophone, LiveSpeaker
from assistant.errors import SolemateError
from assistant.ports import BLOCK, LISTENING_RATE, SPEAKING_RATE
from tests import pulse

PIECE = SPEAKING_RATE // 10
"""Samples (0.1 s) that are looked for as one: on a very busy machine, sound may break off between two pieces."""

PATIENCE = 25.0
"""Seconds to wait until a device is noticed as lost or back; a busy machine takes its time."""

MOST_BLOCKS = 400
"""Blocks (12 s): nothing here takes longer."""


def refusal(call: Callable[[], object]) -> list[str]:
    try:
        call()
    except SolemateError as error:
        return [type(error).__name__, str(error)]
    return []


def loss(speaker: LiveSpeaker) -> list[str]:
    """How the speaker says that it is lost: not in the same moment as the microphone."""
    until = time.monotonic() + FIRST_SECONDS + LOST_SECONDS
    while not (found := refusal(speaker.check)) and time.monotonic() < until:
        threading.Event().wait(0.05)
    return found


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


def server_dies() -> dict[str, Any]:
    player = Player()
    speaker = LiveSpeaker("room_speaker", player)
    microphone = LiveMicrophone("room_heard")
    heard_blocks(microphone, lambda block: True)
    pulse.stop(dict(os.environ))
    before = time.monotonic()
    lost = refusal(lambda: heard_blocks(microphone, lambda block: False))
    after = time.monotonic() - before
    speaker_lost = loss(speaker)
    microphone.close()
    speaker.close()
    return {
        "lost": lost,
        "speaker": speaker_lost,
        "seconds": after,
        "again": refusal(lambda: LiveMicrophone("room_heard")),
    }


def server_hangs() -> dict[str, Any]:
    speaker = LiveSpeaker("room_speaker", Player())
    microphone = LiveMicrophone("room_heard")
    heard_blocks(microphone, lambda block: True)
    pulse.freeze(dict(os.environ))
    before = time.monotonic()
    lost = refusal(lambda: heard_blocks(microphone, lambda block: False))
    seconds = time.monotonic() - before
    speaker_lost = loss(speaker)
    before = time.monotonic()
    microphone.close()
    speaker.close()
    ended = time.monotonic() - before
    return {"lost": lost, "speaker": speaker_lost, "seconds": seconds, "ended": ended}


class Watched:
    """A pair of devices as the loop sees it, with somebody who listens."""

    def __init__(self, microphone: str | None, speaker: str | None) -> None:
        self.pair = DevicePair(microphone, speaker, Player())
        self.changes: list[Gone | Back] = []
        self.ended = threading.Event()
        self._lost: queue.Queue[tuple[LiveMicrophone, str]] = queue.Queue()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self.ended.is_set():
            microphone = self.pair.microphone(0.1)
            if microphone is None:
                continue
            try:
                microphone.read(0.1)
            except SolemateError as error:
                self._lost.put((microphone, str(error)))
                self.ended.wait(0.1)

    def until(self, wanted: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Look after the devices until something is so."""
        end = time.monotonic() + patience
        while not wanted() and time.monotonic() < end:
            while not self._lost.empty():
                self.changes += self.pair.lose_microphone(*self._lost.get())
            self.changes += self.pair.check(silent=True)
            self.ended.wait(0.03)
        return wanted()

    @property
    def both(self) -> bool:
        microphone, speaker = self.pair.microphone(), self.pair.speaker
        return microphone is not None and microphone.alive and speaker is not None and speaker.alive

    @property
    def neither(self) -> bool:
        return self.pair.microphone() is None and self.pair.speaker is None

    def close(self) -> dict[str, Any]:
        self.ended.set()
        self.pair.close()
        self._thread.join(timeout=5.0)
        kinds = [(type(change).__name__, change.kind) for change in self.changes]
        return {"changes": sorted(set(kinds)), "names": [each.name for each in self.changes if isinstance(each, Back)]}


def memory() -> int:
    """Bytes in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def server_returns() -> dict[str, Any]:
    watched = Watched("quiet_microphone", "room_speaker")
    begun = watched.until(lambda: watched.both)
    pulse.stop(dict(os.environ))
    lost = watched.until(lambda: watched.neither)
    before, busy, used = time.monotonic(), time.process_time(), memory()
    watched.until(lambda: False, 4.0)
    share = (time.process_time() - busy) / (time.monotonic() - before)
    grown = memory() - used
    pulse.serve(dict(os.environ))
    again = watched.until(lambda: watched.both)
    return {"begun": begun, "lost": lost, "again": again, "share": share, "grown": grown, **watched.close()}


def server_thaws() -> dict[str, Any]:
    watched = Watched("quiet_microphone", "room_speaker")
    begun = watched.until(lambda: watched.both)
    pulse.freeze(dict(os.environ))
    lost = watched.until(lambda: watched.neither)
    pulse.freeze(dict(os.environ), signal.SIGCONT)
    again = watched.until(lambda: watched.both)
    return {"begun": begun, "lost": lost, "again": again, **watched.close()}


def another_instead() -> dict[str, Any]:
    """The named microphone is gone for good; it is only after looking again that PortAudio knows."""
    hotplug.FALL_BACK_SECONDS = 0.0
    watched = Watched("quiet_microphone", "room_speaker")
    begun = watched.until(lambda: watched.both)
    pulse.stop(dict(os.environ))
    lost = watched.until(lambda: watched.neither)
    settings = Path(os.environ["HOME"], ".asoundrc")
    settings.write_text(settings.read_text().replace("quiet_microphone", "new_microphone"))
    watched.until(lambda: "quiet_microphone" not in [device.name for device in list_devices()])
    pulse.serve(dict(os.environ))
    again = watched.until(lambda: watched.both)
    known = [device.name for device in list_devices()]
    return {"begun": begun, "lost": lost, "again": again, "known": known, **watched.close()}


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
        server_dies,
        server_hangs,
        server_returns,
        server_thaws,
        another_instead,
        breaks_off,
        interrupted,
    )
}

if __name__ == "__main__":
    print(json.dumps(SCENARIOS[sys.argv[1]]()), flush=True)
