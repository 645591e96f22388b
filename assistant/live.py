"""Sessions in real time: real devices, or the keyboard. Threads only put things into the loop's queue."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.assemble import Listener, Understanding
from assistant.core.echo import is_echo
from assistant.core.hypothesis import Samples, Utterance
from assistant.core.phrases import Phonemes
from assistant.errors import SolemateError
from assistant.ports import BLOCK, SPEAKING_RATE
from assistant.session import Session

if TYPE_CHECKING:
    from assistant.audio.live import LiveMicrophone, LiveSpeaker

WAKE = 0.03
"""Seconds between two looks at the player; a block of sound is as long, and cues need not be more exact."""

ECHO_OUTLASTS = 0.6
"""Seconds for which the guide's last words still count as being said: the loudspeaker's delay and the room's ring."""

LAST_SOUND = 2.0
"""Seconds to wait for the loudspeaker to play what it was given; it holds a fraction of one."""

Inbox = queue.Queue[Utterance | str | SolemateError | None]
"""What reaches the loop: something heard, a line typed, something that failed, or the end."""


class Loop:
    """Owns the session, and the only clock."""

    def __init__(self, session: Session, speaker: LiveSpeaker | None) -> None:
        self.session = session
        self.inbox: Inbox = queue.Queue()
        self._start = time.monotonic()
        self._speaker = speaker

    @property
    def t(self) -> float:
        """Seconds from the start."""
        return time.monotonic() - self._start

    def since_start(self, moment: float | None) -> float:
        """A moment of the monotonic clock in seconds from the start; 0 where it is not known."""
        return 0.0 if moment is None else moment - self._start

    def run(self, take: Callable[[Utterance | str], Utterance]) -> None:
        """Run until the guide or the input ends; `take` turns what came in into what was heard.

        Raises SolemateError if the input failed.
        """
        while not self.session.quit:
            try:
                item = self.inbox.get(timeout=WAKE)
            except queue.Empty:
                self._advance()
                continue
            if item is None:
                break
            if isinstance(item, SolemateError):
                raise item
            self._advance()
            self.session.hear(self.t, take(item))
        self._finish_speaking()

    def _finish_speaking(self) -> None:
        waiting = threading.Event()  # that nobody sets: a wait that Ctrl-C ends at once
        while not self.session.silent:
            waiting.wait(WAKE)
            self._advance()
        if self._speaker is not None:
            self._speaker.wait_until_silent(LAST_SOUND)

    def _advance(self) -> None:
        if self._speaker is not None:
            self._speaker.check()
        else:
            # Nobody pulls the sound out, so time does.
            behind = round(self.t * SPEAKING_RATE) - self.session.player.position
            self.session.player.read(max(0, behind))
        self.session.advance(self.t)


def run_microphone(
    session: Session, ears: Listener, microphone: str | None, speaker: str | None, closing: ExitStack
) -> None:
    """Guide through real devices, until the person ends it. Raises SolemateError if a device fails."""
    from assistant.audio.live import LiveMicrophone, LiveSpeaker

    sounding = LiveSpeaker(speaker, session.player)
    closing.callback(sounding.close)
    loop = Loop(session, sounding)
    heard = LiveMicrophone(microphone)
    closing.callback(heard.close)
    stop = threading.Event()
    thread = threading.Thread(
        target=_listen, args=(Cancelling(heard, sounding), ears, loop, stop), name="ear", daemon=True
    )
    thread.start()
    closing.callback(stop.set)
    own = OwnVoice(session, ears.phonemes)
    loop.run(own.unless_own)


def _listen(microphone: Cancelling, ears: Listener, loop: Loop, stop: threading.Event) -> None:
    """The ear's thread: sound in, utterances into the loop's queue, their times by the loop's clock."""
    try:
        ear = ears.new_ear()
        while not stop.is_set():
            block = microphone.read(timeout=0.5)
            if block is None:
                continue
            ear.expected = loop.session.expected
            for utterance in ear.feed(block):
                offset = loop.since_start(microphone.began)
                loop.inbox.put(replace(utterance, start=utterance.start + offset, end=utterance.end + offset))
    except SolemateError as error:
        loop.inbox.put(error)


class Cancelling:
    """A microphone without the echo of a loudspeaker, where there is a canceller for this machine."""

    def __init__(self, microphone: LiveMicrophone, speaker: LiveSpeaker) -> None:
        from assistant.audio.echo_canceller import EchoCanceller, canceller_available

        self._microphone = microphone
        self._far_end = speaker.far_end
        self._canceller = None if canceller_available() else EchoCanceller()

    @property
    def began(self) -> float | None:
        """When the first sample was recorded, on the clock of time.monotonic(); None until it came."""
        return self._microphone.began

    def read(self, timeout: float) -> Samples | None:
        """The next block; None if none came within `timeout` seconds. Raises SolemateError as the microphone does."""
        from assistant.audio.far_end import LEAD

        block = self._microphone.read(timeout)
        if block is None or self._canceller is None:
            return block
        return self._canceller.process(block, self._far_end.during(self._microphone.at + LEAD, BLOCK))


class OwnVoice:
    """Knows what the guide says and when, and takes its echo for what it is."""

    def __init__(self, session: Session, phonemes: Callable[[str], Phonemes]) -> None:
        self._session = session
        self._phonemes = phonemes

    def unless_own(self, item: Utterance | str) -> Utterance:
        """The utterance, no longer accepted if it is the guide's own voice."""
        assert isinstance(item, Utterance)
        if not item.match.accepted:
            return item
        for text in self._session.said_since(item.start - ECHO_OUTLASTS):
            if is_echo(item.hypothesis.phonemes, self._phonemes(text)):
                return replace(item, match=replace(item.match, accepted=False))
        return item


def run_keyboard(session: Session, understanding: Understanding, speaker: str | None, closing: ExitStack) -> None:
    """Guide a person who types; `speaker` None is a machine without sound, where the words are read."""
    sounding: LiveSpeaker | None = None
    if speaker is not None:
        from assistant.audio.live import LiveSpeaker

        sounding = LiveSpeaker(speaker or None, session.player)
        closing.callback(sounding.close)
    loop = Loop(session, sounding)
    threading.Thread(target=_read_lines, args=(loop.inbox,), name="keyboard", daemon=True).start()

    def understood(line: Utterance | str) -> Utterance:
        assert isinstance(line, str)
        return understanding.utterance(line, session.expected, loop.t)

    loop.run(understood)


def _read_lines(inbox: Inbox) -> None:
    for line in sys.stdin:
        if line.strip():
            inbox.put(line.strip())
    inbox.put(None)
