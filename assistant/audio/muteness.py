"""Notices a microphone that gives no sound at all: muted at its switch or in the system, or none.

Some microphones give digital silence whenever nobody speaks, because something in them gates the noise out. They are
told from muted ones by what came before: a room sounds on end, a gate for a word or a sentence.
"""

from __future__ import annotations

from assistant.audio.levels import NO_SOUND_DB, level_db
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.understanding.hypothesis import Samples

MUTED_SECONDS = 3.5
"""Seconds of silence after which it counts as muted; some devices need three for their first sound."""

BREAK_SECONDS = 0.15
"""Seconds of silence that end a spell of sound; a block that was lost on the way is shorter."""

BACK_SECONDS = 0.3
"""Seconds of sound after which it is no longer muted; a click, at its switch or as it is opened, is shorter."""

ROOM_SECONDS = 5.0
"""Seconds of sound on end that no gate lets through: commands are shorter. What the loudspeaker plays may be longer; it
shows neither."""

_SECONDS = BLOCK / LISTENING_RATE


class Muteness:
    """Hears one microphone, block by block; `muted` tells whether it gives no sound."""

    def __init__(self) -> None:
        self.muted = False
        self._gated = self._out_of_silence = False
        """Whether it seems gated, and whether the spell of sound came out of silence; a room's first one does not."""
        self._silent = 0.0
        self._spell = self._unplayed = 0.0
        """Seconds of the current spell of sound, and of those the ones in which nothing was played."""

    def feed(self, block: Samples, *, playing: bool) -> bool:
        """Take the next block; whether `muted` has changed. `playing`: the loudspeaker sounds."""
        before = self.muted
        if level_db(block) < NO_SOUND_DB:
            self._silent += _SECONDS
            if self._silent >= BREAK_SECONDS:
                self._end_spell()
            self.muted |= self._silent >= MUTED_SECONDS and not self._gated
        else:
            self._silent = 0.0
            self._spell += _SECONDS
            self._unplayed += 0.0 if playing else _SECONDS
            self.muted &= self._spell < BACK_SECONDS
        return self.muted is not before

    def _end_spell(self) -> None:
        if self._unplayed >= ROOM_SECONDS:
            self._gated = False
        elif BACK_SECONDS <= self._spell < ROOM_SECONDS and self._out_of_silence:
            self._gated = True
        self._spell = self._unplayed = 0.0
        self._out_of_silence = True
