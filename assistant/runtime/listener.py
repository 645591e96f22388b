"""Listening in real time: one thread cancels the guide's echo and notices barge-in, another one understands speech.

Both only put what they find into the loop's queue. Two threads, because understanding takes time, and the guide should
fall silent within a fifth of a second all the same.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.devices import DeviceLost
from assistant.audio.far_end import LEAD
from assistant.audio.hotplug import DevicePair
from assistant.audio.levels import NO_SOUND_DB, level_db
from assistant.audio.muteness import Muteness
from assistant.errors import SolemateError
from assistant.front_end.chain import Chain, Frame
from assistant.front_end.echo_canceller import WAY_OUT, canceller_missing
from assistant.hearing.live_ear import LiveEar
from assistant.ports import BLOCK
from assistant.understanding.hypothesis import Samples, Utterance
from assistant.understanding.moment import Moment

if TYPE_CHECKING:
    from assistant.audio.streams import LiveMicrophone
    from assistant.hearing.choose import Ears

WAIT = 0.5
"""Seconds after which a thread that waits for sound checks whether to end."""

WAITING_FRAMES = 100
"""Frames (3 s) that may wait to be understood; any more wait in the microphone's queue."""

MOST_FAULTS, FAULTS_SECONDS = 3, 60.0
"""How often, and within how many seconds, listening begins anew after a fault of the program's own; a recogniser that
fails at every word would else seem to listen."""

NOTHING_PLAYED = np.zeros(BLOCK, np.float32)


@dataclass(frozen=True)
class Speaking:
    """A person has begun to speak, or has finished (`yes` False)."""

    yes: bool


@dataclass(frozen=True)
class Lost:
    """A microphone was lost during listening."""

    microphone: LiveMicrophone
    message: str


@dataclass(frozen=True)
class Silent:
    """The microphone gives no sound at all, or does again (`yes` False)."""

    yes: bool


@dataclass(frozen=True)
class BegunAnew:
    """Listening failed, and goes on with a new ear; what was being said is lost. `message` says in a line why."""

    message: str


Found = Utterance | Speaking | Silent | Lost | BegunAnew | SolemateError
"""What the threads report to the loop; the times of an utterance are those of time.monotonic()."""


def no_barge_in(*, wanted: bool = True) -> str | None:
    """Why barge-in can't be noticed, in one line with the way out; None if it can.

    `wanted` False: echo cancelling is switched off.
    """
    if not wanted:
        return "the guide won't fall silent when you speak over it: echo cancelling is switched off"
    problem = canceller_missing()
    return f"the guide won't fall silent when you speak over it: {problem}; {WAY_OUT}" if problem else None


class Listening:
    """Listens to the microphone of a device pair while it works, and to the next one after it was lost.

    `moment` says which commands fit now; `tell` takes what is found, from either thread.
    """

    def __init__(
        self,
        devices: DevicePair,
        ears: Ears,
        moment: Callable[[], Moment],
        tell: Callable[[Found], None],
        *,
        cancels: bool = True,
    ) -> None:
        self._devices, self._ears, self._moment, self._tell = devices, ears, moment, tell
        self._cancels = cancels and canceller_missing() is None
        self._stopped = threading.Event()
        self._frames: queue.Queue[tuple[LiveEar, Frame]] = queue.Queue(WAITING_FRAMES)
        """Frames, each with the ear that is to hear it, because each microphone has its own."""
        self._last = NOTHING_PLAYED
        self._faults: deque[float] = deque(maxlen=MOST_FAULTS)
        self._dropped: LiveEar | None = None
        """An ear that failed: it hears nothing any more."""
        self._hearing: LiveEar | None = None
        self._muteness = Muteness()
        for work in (self._listen, self._understand):
            name = work.__name__.strip("_")
            threading.Thread(target=self._telling_errors, args=(work,), name=name, daemon=True).start()

    @property
    def level(self) -> float:
        """The current level of the microphone, as the ear gets it, dB of full scale."""
        return level_db(self._last)

    def stop(self) -> None:
        """Let both threads end."""
        self._stopped.set()

    def _telling_errors(self, work: Callable[[], None]) -> None:
        while not self._stopped.is_set():
            try:
                work()
            except SolemateError as error:
                self._tell(error)
                return
            except Exception as error:
                self._dropped = self._hearing
                now = time.monotonic()
                self._faults.append(now)
                if len(self._faults) == MOST_FAULTS and now - self._faults[0] < FAULTS_SECONDS:
                    # A program that is deaf without knowing it would be worse than one that ends.
                    self._tell(SolemateError(f"listening broke off ({error!r})", "start again"))
                    raise
                self._tell(BegunAnew(f"listening broke off ({error!r}), and began anew"))

    # The sound thread

    def _listen(self) -> None:
        heard: LiveMicrophone | None = None
        while not self._stopped.is_set():
            microphone = self._devices.microphone(WAIT)
            if microphone is None:
                continue
            if microphone is not heard:
                heard, self._muteness = microphone, Muteness()
            try:
                self._listen_to(microphone)
            except DeviceLost as error:
                self._tell(Lost(microphone, str(error)))
                while self._devices.microphone() is microphone and not self._stopped.wait(WAIT):
                    pass  # until the loop has removed it
            self._tell(Speaking(False))

    def _listen_to(self, microphone: LiveMicrophone) -> None:
        """Listen until there is another microphone. Raises DeviceLost."""
        chain = Chain(cancels=self._cancels, gain=self._ears.gain)
        ear = self._hearing = LiveEar(self._ears.new_ear(), chain)
        spoke = False
        track = self._track(microphone)
        while not self._ended(ear) and self._devices.microphone() is microphone:
            near = microphone.read(WAIT)
            if near is None:
                continue
            self._last = near * np.float32(self._ears.gain)
            played = self._played_at(microphone.at)
            if self._muteness.feed(near, playing=level_db(played) > NO_SOUND_DB):
                self._tell(Silent(self._muteness.muted))
            before, track = track, self._track(microphone)
            if track != before:
                chain.lost_track()
            frame = chain.feed(near, played, microphone.at, hearing=ear.hearing)
            if frame.person_speaks != spoke:
                spoke = frame.person_speaks
                self._tell(Speaking(spoke))
            self._put(ear, frame)

    def _ended(self, ear: LiveEar) -> bool:
        return self._stopped.is_set() or ear is self._dropped

    def _played_at(self, at: float) -> Samples:
        speaker = self._devices.speaker
        return NOTHING_PLAYED if speaker is None else speaker.far_end.during(at + LEAD, BLOCK)

    def _track(self, microphone: LiveMicrophone) -> tuple[object, int, int]:
        """What stays the same as long as the echo is as late as before."""
        speaker = self._devices.speaker
        return speaker, microphone.breaks, 0 if speaker is None else speaker.far_end.breaks

    def _put(self, ear: LiveEar, frame: Frame) -> None:
        while not self._ended(ear):
            try:
                self._frames.put((ear, frame), timeout=WAIT)
                return
            except queue.Full:
                continue

    # The ear's thread

    def _understand(self) -> None:
        while not self._stopped.is_set():
            try:
                ear, frame = self._frames.get(timeout=WAIT)
            except queue.Empty:
                continue
            if ear is self._dropped:
                continue
            for utterance in ear.feed(frame, self._moment()):
                self._tell(utterance)
