"""Listening in real time: one thread cancels the guide's echo and notices barge-in, another one understands speech.

Both only put what they find into the loop's queue. Two threads, because understanding takes time, and the guide should
fall silent within a fifth of a second all the same.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.devices import DeviceLost
from assistant.audio.far_end import LEAD
from assistant.audio.hotplug import DevicePair
from assistant.audio.levels import level_db
from assistant.dialogue.requests.expectations import Moment
from assistant.errors import SolemateError
from assistant.front_end.barge_in import BargeIn
from assistant.front_end.echo_canceller import LATENESS, WAY_OUT, EchoCanceller, canceller_missing
from assistant.front_end.vad import CHUNK, ActivityBeside, SileroActivity
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Samples, Utterance

if TYPE_CHECKING:
    from assistant.audio.streams import LiveMicrophone
    from assistant.hearing.choose import Ears

WAIT = 0.5
"""Seconds after which a thread that waits for sound checks whether to end."""

WAITING_BLOCKS = 100
"""Blocks (3 s) that may wait to be understood; any more wait in the microphone's queue."""

NOTHING_PLAYED = np.zeros(BLOCK, np.float32)


@dataclass(frozen=True)
class Speaking:
    """A person has begun to speak, or has finished (`yes` False)."""

    yes: bool


@dataclass(frozen=True)
class Heard:
    """Something was said, at times of time.monotonic().

    `another`: the share of it in which somebody else was heard.
    """

    utterance: Utterance
    another: float


@dataclass(frozen=True)
class Lost:
    """A microphone was lost during listening."""

    microphone: LiveMicrophone
    message: str


Found = Heard | Speaking | Lost | SolemateError
"""What the threads report to the loop."""


def no_barge_in(*, wanted: bool = True) -> str | None:
    """Why barge-in can't be noticed, in one line with the way out; None if it can.

    `wanted` False: echo cancelling is switched off.
    """
    if not wanted:
        return "the guide won't fall silent when you speak over it: echo cancelling is switched off"
    problem = canceller_missing()
    return f"the guide won't fall silent when you speak over it: {problem}; {WAY_OUT}" if problem else None


@dataclass(frozen=True)
class _Block:
    """A block for the ear, the same moment for the VAD, and the time (time.monotonic()) at which it was recorded.

    `over`: whether the guide is, or just was, audible in it; `noticed`: whether somebody is noticed speaking.
    """

    samples: Samples
    beside: Samples
    at: float
    over: bool = False
    noticed: bool = False


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
        # None: what follows is not continuous with what came before.
        self._blocks: queue.Queue[_Block | None] = queue.Queue(WAITING_BLOCKS)
        self._hearing = False
        """Whether the ear is hearing, or understanding, an utterance."""
        self._barge_in: BargeIn | None = None
        self._last = NOTHING_PLAYED
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
        try:
            work()
        except SolemateError as error:
            self._tell(error)
        except Exception as error:
            # A program that is deaf without knowing it would be worse than one that ends.
            self._tell(SolemateError(f"listening broke off ({error!r}): start again"))
            raise

    # The sound thread

    def _listen(self) -> None:
        while not self._stopped.is_set():
            microphone = self._devices.microphone(WAIT)
            if microphone is None:
                continue
            try:
                self._listen_to(microphone)
            except DeviceLost as error:
                self._tell(Lost(microphone, str(error)))
                while self._devices.microphone() is microphone and not self._stopped.wait(WAIT):
                    pass  # until the loop has removed it
            self._put(None)
            self._tell(Speaking(False))

    def _listen_to(self, microphone: LiveMicrophone) -> None:
        """Listen until there is another microphone. Raises DeviceLost."""
        canceller = EchoCanceller() if self._cancels else None
        self._barge_in = barge_in = BargeIn(SileroActivity(), CHUNK)
        spoke, gain = False, np.float32(self._ears.gain)
        while not self._stopped.is_set() and self._devices.microphone() is microphone:
            near = microphone.read(WAIT)
            if near is None:
                continue
            self._last = near * gain
            if canceller is None:
                self._put(_Block(self._last, self._last, microphone.at))
                continue
            # Amplify only after the canceller, which must not get clipped sound.
            cleaned = canceller.process(near, self._played_at(microphone.at)) * gain
            rest = canceller.rest * gain
            speaks = barge_in.feed(rest, cleaned, canceller.sounding, self._hearing, echo_known=canceller.knows_echo)
            if speaks != spoke:
                self._tell(Speaking(speaks))
                spoke = speaks
            # The residual has all of the person in it.
            at, beside = microphone.at - LATENESS / LISTENING_RATE, barge_in.beside(rest, cleaned)
            self._put(_Block(rest, beside, at, barge_in.over, speaks))

    def _played_at(self, at: float) -> Samples:
        speaker = self._devices.speaker
        return NOTHING_PLAYED if speaker is None else speaker.far_end.during(at + LEAD, BLOCK)

    def _put(self, item: _Block | None) -> None:
        while not self._stopped.is_set():
            try:
                self._blocks.put(item, timeout=WAIT)
                return
            except queue.Full:
                continue

    # The ear's thread

    def _understand(self) -> None:
        beside = ActivityBeside(SileroActivity())
        ear, fed = self._ears.new_ear(beside), 0
        while not self._stopped.is_set():
            try:
                item = self._blocks.get(timeout=WAIT)
            except queue.Empty:
                continue
            if item is None:
                beside = ActivityBeside(SileroActivity())
                ear, fed, self._hearing = self._ears.new_ear(beside), 0, False
                continue
            beside.put(item.beside)
            ear.moment, ear.over, ear.noticed = self._moment(), item.over, item.noticed
            # When the ear's time began: it counts samples, some of which may have been lost since.
            began = item.at - fed / LISTENING_RATE
            fed += len(item.samples)
            for utterance in ear.feed(item.samples):
                barge_in = self._barge_in
                another = barge_in.another_voice(utterance.start, utterance.end) if barge_in is not None else 0.0
                since = replace(utterance, start=utterance.start + began, end=utterance.end + began)
                self._tell(Heard(since, another))
                if (utterance.match.accepted or utterance.match.doubtful) and barge_in is not None:
                    barge_in.answered()
            self._hearing = ear.speaking
