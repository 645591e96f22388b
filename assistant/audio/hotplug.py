"""A microphone and a loudspeaker that may be pulled out, and come back.

PortAudio sees new devices only after it was started anew, with all streams closed. So the one that is gone is first
opened again as it was (a sound server that is back, a plug that was put in again), and now and then, when the guide is
silent, the other is closed too and all devices are looked for.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.audio.devices import Kind, hanging, look_again, without_hanging
from assistant.audio.streams import FIRST_SECONDS, LiveMicrophone, LiveSpeaker
from assistant.errors import SolemateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.audio.mixer import Player

RETRY_SECONDS = 1.5
"""Seconds between two attempts to open what is gone."""

LOOK_SECONDS = 6.0
"""Seconds between two looks for other devices while one still works: for it they are a break."""

FALL_BACK_SECONDS = 30.0
"""Seconds after which the default device will do in place of the one that was asked for by name: time enough to put a
plug in again."""

STUCK_SECONDS = 30.0
"""Seconds after which a sound system that hangs is given up: PortAudio may spin for ever where a device was lost."""


@dataclass(frozen=True)
class Gone:
    """A device is lost; `message` says so in a line."""

    kind: Kind
    message: str


@dataclass(frozen=True)
class Back:
    """A device works again, or another in its place: `name`."""

    kind: Kind
    name: str


Live = LiveMicrophone | LiveSpeaker


class _Place:
    """Where one of the devices belongs."""

    def __init__(self, kind: Kind, wanted: str | None, make: Callable[[str | None], Live]) -> None:
        self.kind: Kind = kind
        self.make = make
        self.device: Live | None = make(wanted)
        self.candidate: Live | None = None
        """Opened, but there was no sign of life yet."""
        self.candidate_until = 0.0
        # By its whole name: numbers shift, and a part of a name may fit another device by and by.
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
    """Opens a microphone (or none: `listens` False) and a loudspeaker, notices when one is lost, and opens it again.

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
        """The loudspeaker; None while it is gone."""
        device = self._speaker.device
        assert device is None or isinstance(device, LiveSpeaker)
        return device

    @property
    def sounding(self) -> bool:
        """Whether a loudspeaker takes the sound out of the player, or is about to."""
        return self._speaker.device is not None or self._speaker.candidate is not None

    @property
    def dropped(self) -> int:
        """How many pieces of sound the microphone, or the program, has thrown away."""
        microphone = self.microphone()
        return 0 if microphone is None else microphone.dropped + microphone.overflows

    def microphone(self, timeout: float = 0.0) -> LiveMicrophone | None:
        """The microphone, waited for at most `timeout` seconds while it is gone. Any thread may ask."""
        self._arrived.wait(timeout)
        device = self._microphone.device if self._microphone is not None else None
        assert device is None or isinstance(device, LiveMicrophone)
        return device

    def lose_microphone(self, microphone: LiveMicrophone, message: str) -> list[Gone]:
        """Whoever reads the microphone found it lost. Nothing happens if that is an old one."""
        place = self._microphone
        return [self._lose(place, message)] if place is not None and place.device is microphone else []

    def check(self, *, silent: bool) -> list[Gone | Back]:
        """Look after the devices, and tell what changed. To be called every now and then; may take some seconds.

        `silent`: nothing is being played that must not be broken off. Raises SolemateError if the sound system hangs
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
        """Fall silent and stop listening, at once."""
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
        """Open what is gone, and if that fails look what there is."""
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
                # It was well a moment ago.
                place.device, place.candidate = place.candidate, None
            elif place.kind in working:
                changes.append(self._lose(place, f"the {working[place.kind]!r} is gone as well"))
        if self.microphone() is not None:
            self._arrived.set()
        return changes


def _promoted(place: _Place, now: float) -> Back | None:
    """Take a candidate that gave a sign of life for the device; drop one that did not."""
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
    """Open the device that was asked for, or the default one if that did not come back for a while."""
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
    for device in opened:  # at the last moment
        device.close()


def _done(call: Callable[[], None]) -> bool:
    """Whether it could be done, in time."""
    try:
        without_hanging(call)
    except (SolemateError, TimeoutError):
        return False
    return True
