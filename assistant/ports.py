"""The interfaces between the guide and the outside world; adapters for recognisers and voices have these shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from assistant.understanding.hypothesis import Hypothesis, Samples

LISTENING_RATE = 16_000
"""Sample rate of the microphone's sound, Hz. Every recogniser here was trained on it."""

BLOCK = 480
"""Samples in a block of sound at LISTENING_RATE: 30 ms, short enough to react at once, long enough not to underrun. See
docs/tuning.md."""

SPEAKING_RATE = 16_000
"""Sample rate at which speech and cues are rendered and mixed, Hz; the loudspeaker adapter resamples for the device.
The same as LISTENING_RATE, so that what was heard and what was said can be compared sample by sample."""

SPEAKER_BLOCK = BLOCK * SPEAKING_RATE // LISTENING_RATE
"""Samples at SPEAKING_RATE that last as long as one block of the microphone."""


class Recogniser(Protocol):
    """Turns one stretch of speech at a time into a hypothesis. `missing_words` are the words it can never hear."""

    name: str
    missing_words: tuple[str, ...]

    def begin(self) -> None:
        """Start a new stretch of speech, and forget the one before."""

    def feed(self, samples: Samples) -> None:
        """Take the next samples of the stretch (LISTENING_RATE)."""

    def so_far(self, *, quick: bool = False) -> Hypothesis:
        """The hypothesis if the stretch ended here. More may follow; if nothing does, `end` gives the same at little
        cost.

        `quick` asks for a mere hint, cheap enough to be asked for several times a second.
        """

    def end(self) -> Hypothesis:
        """The hypothesis for the whole stretch."""


class Phonemizer(Protocol):
    """Grapheme-to-phoneme: gives the phonemes of words."""

    name: str

    def word(self, word: str) -> tuple[str, ...]:
        """The phonemes of one lower-case word."""


class Voice(Protocol):
    """Renders sentences to sound; `rate` is in words a minute and may be changed at any time."""

    rate: int

    @property
    def name(self) -> str:
        """The name of the voice."""

    def render(self, text: str) -> Samples:
        """The sentence as samples at SPEAKING_RATE."""


class Stopping(Protocol):
    """Interrupts a sentence that is being made: runs actions when asked to stop, and tells whether it was asked."""

    def then(self, action: Callable[[], None]) -> None:
        """Run this as soon as the stop is requested."""

    def check(self) -> None:
        """Raise BrokenOff if the stop was requested."""


class Synthesiser(Protocol):
    """Renders sentences to sound; must not be called from two threads at once.

    `engine` and `version` identify the software, `name` the voice. `repeatable`: the same sentence always gives exactly
    the same samples. `movable`: any thread may call it, not only the one that created it.
    """

    @property
    def name(self) -> str:
        """The voice's name."""

    @property
    def engine(self) -> str:
        """The software that speaks."""

    @property
    def version(self) -> str:
        """The version of that software."""

    @property
    def repeatable(self) -> bool:
        """Whether the same sentence always gives exactly the same samples."""

    @property
    def movable(self) -> bool:
        """Whether any thread may call it."""

    def sentences(self, text: str) -> Sequence[str]:
        """The pieces of a text that it renders one by one."""

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        """Render one piece at a rate (words a minute) as samples at SPEAKING_RATE. Raises SolemateError."""
