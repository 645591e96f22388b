"""What the loop needs from the outside; adapters for microphones, voices and recognisers have these shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from assistant.core.hypothesis import Hypothesis, Samples

LISTENING_RATE = 16_000
"""Hz. Every recogniser here was trained on it."""

BLOCK = 480
"""Samples in a block of sound at LISTENING_RATE: 30 ms, the shortest that did not underrun through PulseAudio."""

SPEAKING_RATE = 16_000
"""Hz at which voice and cues are made and mixed; the loudspeaker adapter resamples to what the device wants.
The same as LISTENING_RATE, so that what was heard and what was said can be laid over each other."""


class Recogniser(Protocol):
    """Turns one stretch of speech at a time into a hypothesis; `missing_words` are those it can never hear."""

    name: str
    missing_words: tuple[str, ...]

    def begin(self) -> None:
        """Forget what came before; a new stretch of speech starts."""

    def feed(self, samples: Samples) -> Hypothesis | None:
        """Take the next samples of the stretch (LISTENING_RATE); give a partial hypothesis if there is a new one."""

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """Say what the stretch is if it ends here; it may go on. If it doesn't, `end` says the same at little cost.

        `quick`: no more than a hint, cheap enough for asking several times a second.
        """

    def end(self) -> Hypothesis:
        """Say what the whole stretch was."""


class Phonemizer(Protocol):
    """Spells words as phonemes."""

    name: str

    def word(self, word: str) -> tuple[str, ...]:
        """The phonemes of one lower-case word."""


class Microphone(Protocol):
    """Blocks of sound, BLOCK samples each, at LISTENING_RATE; iteration ends when the sound does."""

    def __iter__(self) -> Iterator[Samples]:
        """Block after block."""

    def close(self) -> None:
        """Stop listening."""


class Voice(Protocol):
    """Renders sentences to sound; `rate` is in words a minute and may be changed at any time."""

    name: str
    rate: int

    def render(self, text: str) -> Samples:
        """The sentence as samples at SPEAKING_RATE."""
