"""Hears what many connections send, with few ears: a piece at a time, whoever is waiting for an answer first.

The network is loaded once and shared. Python does one thing at a time, and the ear's many small steps would wait for
each other, so one thread hears everything: two took longer for the same sound than one.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from assistant.hearing.endpointing import EndpointConfig
from assistant.ports import LISTENING_RATE

if TYPE_CHECKING:
    from assistant.hearing.ear import Ear
    from assistant.understanding.hypothesis import Samples, Utterance
    from assistant.understanding.moment import Moment

Kind = Literal["asr", "wake"]
"""What is listened for: what is said, or a name."""

Tell = Callable[[Sequence["Utterance"], bool], None]
"""Told, in the listening thread, of the utterances in a piece of sound, and whether it was the last one."""

PIECE = LISTENING_RATE // 4
"""Samples that are heard at once; whoever waits for an answer waits for no more than one piece of another's."""

MOST_SECONDS = 30.0
"""Seconds of sound from one connection that are heard for one transcript, and that may wait to be heard; a command
takes three."""

ENDPOINTS = {
    # Nothing is answered before the sound is over, so there is no use in glancing at what is being said.
    "asr": EndpointConfig(glance_until=0.0),
    # A name is over with its last sound: nothing that follows makes it another one.
    "wake": EndpointConfig(glance_until=0.0, look_until=0.0, early=0.192, hangover=0.192),
}
"""When an utterance is over, by what is listened for."""


class Listening:
    """Gives out ears, and hears in a thread of its own. `new_ear` makes one that may hear beside others.

    `most` is how many of each kind there may be at a time; who finds none left waits for one, with the sound that comes
    meanwhile. `failed` is told of faults, in that thread.
    """

    def __init__(self, new_ear: Callable[[Kind], Ear], most: Mapping[Kind, int], failed: Callable[[str], None]) -> None:
        self._new_ear, self._most, self._failed = new_ear, most, failed
        self._free: dict[Kind, list[Ear]] = {"asr": [], "wake": []}
        self._given: dict[Kind, int] = {"asr": 0, "wake": 0}
        self._streams: list[Stream] = []
        self._changed = threading.Condition()
        self._stopped = False
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._run, name="satellites' ear", daemon=True)
        self._thread.start()

    def prepare(self, kind: Kind, many: int) -> None:
        """Make so many ears at once, where the first who speaks would have to wait for one; before anybody does."""
        self._free[kind] += [self._ear_for(kind) for _ in range(many)]

    def begin(self, kind: Kind, moment: Moment, tell: Tell) -> Stream:
        """Begin to hear somebody."""
        stream = Stream(self, kind, moment, tell)
        with self._changed:
            self._streams.append(stream)
        return stream

    def close(self) -> None:
        """Hear no more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(5.0)

    def _put(self, stream: Stream, samples: Samples, *, over: bool = False, gone: bool = False) -> bool:
        with self._changed:
            held = stream.taken if stream.kind == "asr" else stream.length
            fits = held + len(samples) <= MOST_SECONDS * LISTENING_RATE
            if fits and len(samples):
                stream.waiting.append(samples)
                stream.taken += len(samples)
            if (over or gone) and stream.over_at is None:
                stream.over_at = next(self._order)
            if gone:
                stream.gone, stream.waiting = True, []
            self._changed.notify_all()
        return fits

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._next() is not None)
                stream = None if self._stopped else self._next()
                if stream is None:
                    return
                samples, last = stream.take()
            heard: Sequence[Utterance] = ()
            try:
                if not stream.gone and stream.ear is None:
                    stream.ear = self._ear_for(stream.kind)
                heard = _heard(stream, samples, last=last)
            except Exception as error:  # whatever it is: the others are to be heard on
                self._failed(f"a fault in the ear, which begins anew: {error!r}")
                stream.broken, last = True, True
            if last:
                self._end(stream)
            if (heard or last) and not stream.gone:
                stream.tell(heard, last)

    def _next(self) -> Stream | None:
        """Whoever's sound is over, in order; else whoever has waited with the most sound."""
        ready = [each for each in self._streams if (each.waiting or each.over_at is not None) and self._can_hear(each)]
        over = [each for each in ready if each.over_at is not None]
        if over:
            return min(over, key=lambda each: each.over_at or 0)
        full = [each for each in ready if each.length >= PIECE]
        return max(full, key=lambda each: each.length, default=None)

    def _can_hear(self, stream: Stream) -> bool:
        left = self._given[stream.kind] < self._most[stream.kind]
        return stream.ear is not None or stream.gone or bool(self._free[stream.kind]) or left

    def _ear_for(self, kind: Kind) -> Ear:
        """A free ear, or a new one. Nothing is locked meanwhile, because a new one may take seconds."""
        if self._free[kind]:
            return self._free[kind].pop()
        ear = self._new_ear(kind).with_endpoint(ENDPOINTS[kind])
        self._given[kind] += 1
        return ear

    def _end(self, stream: Stream) -> None:
        """Take an ear back; one in the middle of something is dropped, as finishing that would take longer."""
        with self._changed:
            self._streams.remove(stream)
            if stream.ear is not None and (stream.gone or stream.broken):
                self._given[stream.kind] -= 1
            elif stream.ear is not None:
                self._free[stream.kind].append(stream.ear)
            stream.ear = None


def _heard(stream: Stream, samples: Samples, *, last: bool) -> Sequence[Utterance]:
    if stream.gone or stream.ear is None:
        return ()
    heard = stream.ear.feed(samples, stream.moment) if len(samples) else []
    return [*heard, *stream.ear.flush()] if last else heard


class Stream:
    """The sound of one connection, on its way to an ear."""

    def __init__(self, listening: Listening, kind: Kind, moment: Moment, tell: Tell) -> None:
        self.kind, self.moment, self.tell = kind, moment, tell
        self.waiting: list[Samples] = []
        self.taken = 0
        """Samples that have come so far."""
        self.over_at: int | None = None
        """The place in the order in which sounds came to their end; None before that."""
        self.gone = False
        """Whether nobody wants to know any more."""
        self.broken = False
        self.ear: Ear | None = None
        self._listening = listening

    @property
    def length(self) -> int:
        """Samples that wait to be heard."""
        return sum(map(len, self.waiting))

    def feed(self, samples: Samples) -> bool:
        """Take the next samples (LISTENING_RATE); whether there was room for them."""
        return self._listening._put(self, samples)

    def end(self, samples: Samples) -> None:
        """These are the last."""
        self._listening._put(self, samples, over=True)

    def give_up(self) -> None:
        """Nobody wants to know any more."""
        self._listening._put(self, np.zeros(0, np.float32), gone=True)

    def take(self) -> tuple[Samples, bool]:
        """The next piece to be heard, and whether it is the last."""
        whole = np.concatenate(self.waiting) if self.waiting else np.zeros(0, np.float32)
        piece, rest = whole[:PIECE], whole[PIECE:]
        self.waiting = [rest] if len(rest) else []
        return piece, self.over_at is not None and not len(rest)
