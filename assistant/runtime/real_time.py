"""Sessions in real time, with real devices or the keyboard. Threads only put things into the loop's queue."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.dialogue.run.waking import SLEPT
from assistant.entries import Trouble
from assistant.errors import SolemateError
from assistant.ports import SPEAKING_RATE
from assistant.runtime.session import Device, Elsewhere, Session
from assistant.understanding.hypothesis import Utterance

if TYPE_CHECKING:
    from assistant.audio.hotplug import Back, DevicePair, Gone
    from assistant.dialogue.state.state import State
    from assistant.hearing.choose import Ears
    from assistant.language.understand_text import TextUnderstanding
    from assistant.runtime import listener
    from assistant.view.live_view import LiveView

    Begin = Callable[[Callable[[], State], Callable[[Utterance | str | Trouble | Elsewhere], None]], None]
    """Begins a page, or a room at a broker: with the guide's state, and what takes what is pressed, as an utterance on
    the monotonic clock, what was typed there, and what is to be told."""

WAKE = 0.03
"""Seconds between two looks at the player: the length of a block, and exact enough for cues."""

CLOCK_SLACK = timedelta(seconds=2)
"""How far date and time may differ from what the guide believes before it is told. They jump when the machine sleeps,
and when a person, daylight saving time or the network sets the clock."""

LAST_SOUND = 2.0
"""Seconds to wait for the loudspeaker to play what it was given; it holds a fraction of a second."""


class Clock:
    """Seconds from the start, without those in which the program stood still: nothing was said or held meanwhile.

    Some systems' clocks stand still while the machine sleeps, some go on; a program that is stopped sleeps alone.
    """

    def __init__(self) -> None:
        self.start = self._seen = time.monotonic()
        self.slept = False
        """Whether it stood still since this was last set to False."""

    @property
    def t(self) -> float:
        """Seconds from the start."""
        now = time.monotonic()
        if now - self._seen > SLEPT.total_seconds():
            self.start += now - self._seen
            self.slept = True
        self._seen = now
        return now - self.start


def keep_time(session: Session, clock: Clock) -> None:
    """Tell the guide what day and time it is where it believes another one, and whether the machine slept."""
    t, now = clock.t, datetime.now()
    state, slept = session.state, clock.slept
    clock.slept = False
    believed = state.time_of_day
    ahead = None if believed is None else now - believed - timedelta(seconds=t - state.now)
    if ahead is None or abs(ahead) > CLOCK_SLACK:
        session.clock_is(t, now.isoformat())
    if slept and (ahead is None or ahead < SLEPT):
        session.woken(t)


class Loop:
    """Owns the session, and the only clock.

    `devices` None is a machine without sound; `understanding` understands typed lines. `speaks` is called over and over
    while the guide speaks.
    """

    def __init__(
        self,
        session: Session,
        devices: DevicePair | None,
        understanding: TextUnderstanding | None = None,
        speaks: Callable[[], None] | None = None,
    ) -> None:
        self.session = session
        self._speaks = speaks
        self.inbox: queue.Queue[listener.Found | str | Trouble | Elsewhere | None] = queue.Queue()
        """What listening found, a typed line, a trouble elsewhere, an error, or the end (None)."""
        self._clock = Clock()
        self._devices, self._understanding = devices, understanding
        self._person_speaks = False
        self._pulled_until: float | None = None
        self._told_of_loss = False

    @property
    def t(self) -> float:
        """Seconds from the start."""
        return self._clock.t

    def run(self) -> None:
        """Run until the guide or the input ends. Raises SolemateError if the input failed."""
        while not self.session.quit:
            try:
                item = self.inbox.get(timeout=WAKE)
            except queue.Empty:
                self._advance()
                continue
            if item is None:
                # The input is over, so nobody could control the run any more.
                self.session.leave(self.t)
                break
            self._take_in(item)
        self._finish_speaking()

    def _take_in(self, item: listener.Found | str | Trouble | Elsewhere) -> None:
        from assistant.runtime.listener import BegunAnew, Lost, Silent, Speaking

        if isinstance(item, SolemateError):
            raise item
        if isinstance(item, Speaking):
            self._person_speaks = item.yes
            self.session.person_speaks(self.t, item.yes)
        elif isinstance(item, Silent):
            self._silent(yes=item.yes)
        elif isinstance(item, BegunAnew):
            self.session.tell_of(self.t, "listening", item.message)
        elif isinstance(item, Elsewhere):
            self.session.take_over(item)
        elif isinstance(item, Trouble):
            self.session.tell_of(self.t, item.kind, item.message)
        elif isinstance(item, Lost):
            assert self._devices is not None
            for gone in self._devices.lose_microphone(item.microphone, item.message):
                self._changed(gone)
        elif isinstance(item, Utterance):
            self._advance()
            # The ear's times are those of the monotonic clock.
            said = replace(item, start=item.start - self._clock.start, end=item.end - self._clock.start)
            self.session.hear(self.t, said)
        elif self._understanding is not None:
            self._advance()
            self.session.hear(self.t, self._understanding.utterance(item, self.session.moment, self.t))

    def _silent(self, *, yes: bool) -> None:
        if yes:
            self.session.notice(self.t, "microphone_silent", "the microphone gives no sound: it may be muted")
        else:
            self.session.notice(self.t, "microphone_sounds", "the microphone gives sound again")

    def _finish_speaking(self) -> None:
        waiting = threading.Event()  # never set: a wait that Ctrl-C ends at once
        while not self.session.silent:
            waiting.wait(WAKE)
            self._advance()
        if self._devices is not None and self._devices.speaker is not None:
            self._devices.speaker.wait_until_silent(LAST_SOUND)

    def _advance(self) -> None:
        if self._devices is not None:
            for change in self._devices.check(silent=self.session.silent):
                self._changed(change)
            if self._devices.dropped and not self._told_of_loss:
                self._told_of_loss = True
                self.session.tell_of(self.t, "dropped", "some of what you say gets lost: this machine is too busy")
        if self._devices is None or not self._devices.sounding:
            self._pull()
        else:
            self._pulled_until = None
        if self._speaks is not None and self.session.player.speaking is not None:
            self._speaks()
        self._tell_time()
        self.session.person_speaks(self.t, self._person_speaks)
        self.session.advance(self.t)

    def _tell_time(self) -> None:
        keep_time(self.session, self._clock)

    def _pull(self) -> None:
        """Without a device reading from the player, read in step with the clock."""
        if self._pulled_until is None:
            self._pulled_until = self.t
        behind = max(0, round((self.t - self._pulled_until) * SPEAKING_RATE))
        self.session.player.read(behind)
        self._pulled_until += behind / SPEAKING_RATE

    def _changed(self, change: Gone | Back) -> None:
        from assistant.audio.hotplug import Gone

        device: Device = "microphone" if change.kind == "input" else "loudspeaker"
        if isinstance(change, Gone):
            self.session.device_gone(self.t, device, change.message)
        else:
            self.session.device_back(self.t, device, change.name)


def run_microphone(
    session: Session,
    ears: Ears,
    microphone: str | None,
    speaker: str | None,
    closing: ExitStack,
    *,
    cancels: bool = True,
    view: LiveView | None = None,
    page: Begin | None = None,
    speaks: Callable[[], None] | None = None,
) -> None:
    """Guide with real devices until the person ends it; `view` and `page`, if any, show it, and `closing` closes them.

    `speaks` is for `Loop`.

    Raises SolemateError if a device can't be opened.
    """
    from assistant.audio.hotplug import DevicePair
    from assistant.runtime.listener import Listening

    devices = DevicePair(microphone, speaker, session.player)
    closing.callback(devices.close)
    loop = Loop(session, devices, ears.understanding, speaks)
    listening = Listening(devices, ears, lambda: session.moment, loop.inbox.put, cancels=cancels)
    closing.callback(listening.stop)
    if view is not None:
        view.level = lambda: listening.level
        view.begin(lambda: session.state)
    if page is not None:
        page(lambda: session.state, loop.inbox.put)
    loop.run()


def run_keyboard(
    session: Session,
    understanding: TextUnderstanding,
    speaker: str | None,
    closing: ExitStack,
    *,
    view: LiveView | None = None,
    page: Begin | None = None,
    terminal: bool = True,
    speaks: Callable[[], None] | None = None,
) -> None:
    """Guide a person who types, into `view` if there is one, and who touches a `page`; `closing` closes both.

    `speaker` None is a machine without sound, where the words are read; `speaks` is for `Loop`. Without a `terminal`
    the end of what is typed is not the end of the run, because the page goes on.
    """
    devices: DevicePair | None = None
    if speaker is not None:
        from assistant.audio.hotplug import DevicePair

        devices = DevicePair(None, speaker or None, session.player, listens=False)
        closing.callback(devices.close)
    loop = Loop(session, devices, understanding, speaks if devices is not None else None)
    if view is not None:
        view.begin(lambda: session.state)
    if page is not None:
        page(lambda: session.state, loop.inbox.put)
    read = read_lines if view is None else view.read_keys

    def tell(line: str | None) -> None:
        if line is not None or page is None or terminal:
            loop.inbox.put(line)

    threading.Thread(target=read, args=(tell,), name="keyboard", daemon=True).start()
    loop.run()


def read_lines(tell: Callable[[str | None], None]) -> None:
    """Pass on each line that is typed; None at the end."""
    try:
        for line in sys.stdin:
            if line.strip():
                tell(line.strip())
    finally:
        tell(None)  # also if reading fails, because nothing else ends the run
