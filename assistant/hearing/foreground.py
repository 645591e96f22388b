"""Who is near: a person in the room, and not the radio far below them, by the level of each chunk. Pure.

To a VAD, faint talk is speech as well. With a radio on, an utterance would begin with the radio and never end; so what
lies far below the loud part of an utterance is its background, and a person who rises far above the talk so far begins
an utterance of their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal

from assistant.front_end.vad import CHUNK
from assistant.ports import LISTENING_RATE

Talk = Literal["near", "far", "nearer"]
"""What a chunk of an utterance is: part of it; background; or the beginning of somebody much nearer."""

FAR = 14.0
"""Decibels below the loudest chunk of an utterance from which a chunk may be background: the s of "hurts" is 12 to 15
below its vowel, a radio 19 dB below the person stays 16 below. See docs/tuning.md."""

RISE = 12.0
"""Decibels above all talk so far from which a chunk is somebody else's; more than the stress on a word."""

SETTLED = 0.5
"""Seconds of talk after which a rise is somebody else, and not the beginning of a word after a soft sound."""

ONSET = 0.2
"""Seconds within which a person's voice rises to its level."""

SLACK = 0.16
"""Seconds that must lie far below to be background, where there was such talk before; weak sounds in words are
shorter."""

SLACK_IN_SILENCE = 0.5
"""The same where there was none: the person's own voice dies away, mostly."""

MEMORY, TALK = 4.0, 1.2
"""Seconds that are looked back on, and of far talk in them that make a background; the weak sounds of what the person
said before are fewer."""

NO_SPEECH = -200.0
"""Stands for the level of a chunk without speech, dB."""


def _chunks(seconds: float) -> int:
    return round(seconds * LISTENING_RATE / CHUNK)


class Foreground:
    """Tells near from far talk, chunk by chunk; levels are in dB of full scale."""

    def __init__(self, shortest: int) -> None:
        self._shortest = shortest
        self._past: deque[float] = deque(maxlen=_chunks(MEMORY))
        self._onset: deque[float] = deque(maxlen=_chunks(ONSET))
        self.begin(())

    def begin(self, levels: Sequence[float]) -> None:
        """An utterance begins with chunks of these levels, which were passed on already."""
        self._loud = self._settled_loud = NO_SPEECH
        self._onset.clear()
        self._length = self._faint = self._rising = 0
        self._before = tuple(self._past)[: len(self._past) - len(levels)]
        for level in levels:
            self._take(level)

    def hear(self, level: float, *, speech: bool) -> None:
        """Remember a chunk outside utterances."""
        self._past.append(level if speech else NO_SPEECH)

    def step(self, level: float, *, speech: bool) -> Talk:
        """What the next chunk of the utterance is."""
        self.hear(level, speech=speech)
        self._take(level if speech else NO_SPEECH)
        rises = speech and self._length > _chunks(SETTLED) and level >= self._settled_loud + RISE
        self._rising = self._rising + 1 if rises else 0
        if self._rising >= self._shortest:
            return "nearer"
        limit = self._loud - FAR
        self._faint = self._faint + 1 if level < limit else 0
        talk_before = sum(NO_SPEECH < each < limit for each in self._before) >= _chunks(TALK)
        slack = SLACK if talk_before else SLACK_IN_SILENCE
        return "far" if self._faint > _chunks(slack) else "near"

    def _take(self, level: float) -> None:
        if len(self._onset) == self._onset.maxlen:
            self._settled_loud = max(self._settled_loud, self._onset[0])
        self._onset.append(level)
        self._loud = max(self._loud, level)
        self._length += 1
