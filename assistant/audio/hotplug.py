"""A microphone and a loudspeaker that may be unplugged and come back.

PortAudio only sees new devices after a restart, with all streams closed. So a lost device is first opened again as it
was (the sound server is back, or the plug is in again); and now and then, while the guide is silent, the other device
is closed too, and all devices are looked for.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.audio.devices import Kind
from assistant.audio.portaudio import hanging, look_again, without_hanging
from assistant.audio.streams import FIRST_SECONDS, LiveMicrophone, LiveSpeaker
from assistant.errors import SolemateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.audio.mixer import Player

RETRY_SECONDS = 1.5
"""Seconds between two attempts to open a lost device."""

LOOK_SECONDS = 6.0
"""Seconds between two searches for new devices while one device still works: each search interrupts it."""

FALL_BACK_SECONDS = 30.0
"""Seconds after which the default device replaces one that was asked for by name: time enough to plug it in again."""

STUCK_SECONDS = 30.0
"""Seconds after which a hanging sound system is given up: PortAudio may loop forever once a device is lost."""


@dataclass(frozen=True)
class Gone:
    """A device is lost; `message` says so in one line."""

    kind: Kind
    message: str


@dataclass(frozen=True)
class Back:
    """A device works again, or another one, `name`, in its place."""

    kind: Kind
    name: str


Live = LiveMicrophone | LiveSpeaker


class _Place:
    """The slot of one device: the one in use, the one wanted, the one being tried."""

    def __init__(self, kind: Kind, wanted: str | None, make: Callable[[str | None], Live]) -> None:
        self.kind: Kind = kind
        self.make = make
        self.device: Live | None = make(wanted)
        self.candidate: Live | None = None
        """Opened, but without a sign of life so far."""
        self.candidate_until = 0.0
        # The full name: numbers shift, and a part of a name may come to match another device.
        self.wanted = None if wanted is None else self.device.name
        self.lost_at = 0.0

    @property
    def missing(self) -> bool:
        return self.device is None

    def close(self) -> None:
        for each in (self.device, self.candidate):
            if each is not None:
                each.close()
        self.device = self.candidate = None


class DevicePair:
    """Opens a microphone (unless `listens` is False) and a loudspeaker, notices when one is lost, and opens it again.

    Raises NoSoundDevice or SolemateError if one can't be opened at first. All but `microphone` belongs to one thread.
    """

    def __init__(self, microphone: str | None, speaker: str | None, player: Player, *, listens: bool = True) -> None:
        self._try_at = self._look_at = 0.0
        self._hanging_since: float | None = None
        self._arrived = threading.Event()
        self._speaker = _Place("output", speaker, lambda name: LiveSpeaker(name, player))
        self._places = [self._speaker]
        self._microphone: _Place | None = None
        if listens:
            try:
                self._microphone = _Place("input", microphone, LiveMicrophone)
            except SolemateError:
                self._speaker.close()
                raise
            self._places.append(self._microphone)
            self._arrived.set()

    @property
    def speaker(self) -> LiveSpeaker | None:
        """The loudspeaker; None while it is lost."""
        device = self._speaker.device
        assert device is None or isinstance(device, LiveSpeaker)
        return device

    @property
    def sounding(self) -> bool:
        """Whether a loudspeaker is, or is about to be, reading from the player."""
        return self._speaker.device is not None or self._speaker.candidate is not None

    @property
    def dropped(self) -> int:
        """How many pieces of sound the microphone, or the program, has dropped."""
        microphone = self.microphone()
        return 0 if microphone is None else microphone.dropped + microphone.overflows

    def microphone(self, timeout: float = 0.0) -> LiveMicrophone | None:
        """The microphone, waiting up to `timeout` seconds while it is lost. Thread-safe."""
        self._arrived.wait(timeout)
        device = self._microphone.device if self._microphone is not None else None
        assert device is None or isinstance(device, LiveMicrophone)
        return device

    def lose_microphone(self, microphone: LiveMicrophone, message: str) -> list[Gone]:
        """To be called by the reader of a microphone that found it lost. Does nothing if that is an old one."""
        place = self._microphone
        return [self._lose(place, message)] if place is not None and place.device is microphone else []

    def check(self, *, silent: bool) -> list[Gone | Back]:
        """Look after the devices, and report what changed. To be called regularly; may take some seconds.

        `silent`: nothing is being played that must not be interrupted. Raises SolemateError if the sound system hangs
        for good.
        """
        changes: list[Gone | Back] = []
        for place in self._places:
            if place.device is not None:
                try:
                    place.device.check()
                except SolemateError as error:
                    changes.append(self._lose(place, str(error)))
        now = time.monotonic()
        if any(place.missing for place in self._places):
            changes += [back for place in self._places if (back := _promoted(place, now))]
            if changes and self.microphone() is not None:
                self._arrived.set()
            if now >= self._try_at and not self._stuck(now):
                changes += self._try(now, silent)
                self._try_at = time.monotonic() + RETRY_SECONDS
        return changes

    def close(self) -> None:
        """Stop playing and listening, at once."""
        self._arrived.clear()
        for place in self._places:
            place.close()

    def _lose(self, place: _Place, message: str) -> Gone:
        if place is self._microphone:
            self._arrived.clear()
        place.close()
        place.lost_at = time.monotonic()
        self._try_at = place.lost_at + RETRY_SECONDS
        self._look_at = place.lost_at + LOOK_SECONDS
        return Gone(place.kind, message)

    def _stuck(self, now: float) -> bool:
        if not hanging():
            self._hanging_since = None
            return False
        if self._hanging_since is None:
            self._hanging_since = now
        if now - self._hanging_since > STUCK_SECONDS:
            raise SolemateError("the sound system hangs", "start Solemate again (your place is kept)")
        return True

    def _try(self, now: float, silent: bool) -> list[Gone | Back]:
        """Open what is lost; if that fails, look for other devices."""
        missing = [place for place in self._places if place.missing and place.candidate is None]
        for place in missing:
            if not hanging():
                _open(place, now)
        missing = [place for place in missing if place.candidate is None]
        others = [place for place in self._places if place not in missing]
        if not missing or hanging() or (others and (now < self._look_at or not silent)):
            return []
        self._look_at = now + LOOK_SECONDS
        working = {place.kind: place.device.name for place in others if place.device is not None}
        self._arrived.clear()
        for place in others:
            place.close()
        if not hanging() and _done(look_again):
            for place in self._places:
                if not hanging():
                    _open(place, now)
        changes: list[Gone | Back] = []
        for place in others:
            if place.kind in working and place.candidate is not None:
                # It worked a moment ago, so don't wait for a sign of life.
                place.device, place.candidate = place.candidate, None
            elif place.kind in working:
                changes.append(self._lose(place, f"the {working[place.kind]!r} is gone as well"))
        if self.microphone() is not None:
            self._arrived.set()
        return changes


def _promoted(place: _Place, now: float) -> Back | None:
    """Accept a candidate that gave a sign of life; drop one that gave none in time."""
    candidate = place.candidate
    if candidate is None:
        return None
    if candidate.alive:
        place.device, place.candidate = candidate, None
        return Back(place.kind, candidate.name)
    if now >= place.candidate_until:
        place.close()
    return None


def _open(place: _Place, now: float) -> None:
    """Open the device that was asked for, or the default one if that has been lost for a while."""
    given_up = threading.Event()
    opened: list[Live] = []
    names = [place.wanted]
    if place.wanted is not None and now - place.lost_at > FALL_BACK_SECONDS:
        names.append(None)

    def open_first() -> None:
        for name in names:
            try:
                device = place.make(name)
            except SolemateError:
                if name is names[-1]:
                    raise
                continue
            if given_up.is_set():
                device.close()
            else:
                opened.append(device)
            return

    if _done(open_first) and opened:
        place.candidate, place.candidate_until = opened[0], time.monotonic() + FIRST_SECONDS
        return
    given_up.set()
    for device in opened:  # opened just as the call was given up
        device.close()


def _done(call: Callable[[], None]) -> bool:
    """Whether the call succeeded, in time."""
    try:
        without_hanging(call)
    except (SolemateError, TimeoutError):
        return False
    return True
