"""What test_devices.py runs in separate processes where devices are lost, and come back.

    python -m tests.device_loss_scenarios SCENARIO

Each prints one line of JSON.
"""

from __future__ import annotations

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

from assistant.audio import hotplug
from assistant.audio.devices import list_devices
from assistant.audio.hotplug import Back, DevicePair, Gone
from assistant.audio.mixer import Player
from assistant.audio.streams import FIRST_SECONDS, LOST_SECONDS, LiveMicrophone, LiveSpeaker
from assistant.errors import SolemateError
from tests import pulse
from tests.device_scenarios import heard_blocks, refusal

PATIENCE = 25.0
"""Seconds to wait until a device is noticed as lost or back; a busy machine takes its time."""


def loss(speaker: LiveSpeaker) -> list[str]:
    """How the speaker says that it is lost: not in the same moment as the microphone."""
    until = time.monotonic() + FIRST_SECONDS + LOST_SECONDS
    while not (found := refusal(speaker.check)) and time.monotonic() < until:
        threading.Event().wait(0.05)
    return found


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


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (server_dies, server_hangs, server_returns, server_thaws, another_instead)
}

if __name__ == "__main__":
    print(json.dumps(SCENARIOS[sys.argv[1]]()), flush=True)
