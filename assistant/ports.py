"""What the loop needs from the outside; adapters for microphones, voices and recognisers have these shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from assistant.understanding.hypothesis import Hypothesis, Samples

LISTENING_RATE = 16_000
"""Hz. Every recogniser here was trained on it."""

BLOCK = 480
"""Samples in a block of sound at LISTENING_RATE: 30 ms, the shortest that did not underrun through PulseAudio."""

SPEAKING_RATE = 16_000
"""Hz at which voice and cues are made and mixed; the loudspeaker adapter resamples to what the device wants.
The same as LISTENING_RATE, so that what was heard and what was said can be laid over each other."""

SPEAKER_BLOCK = BLOCK * SPEAKING_RATE // LISTENING_RATE
"""Samples of the loudspeaker in the time of one block of the microphone."""


class Recogniser(Protocol):
    """Turns one stretch of speech at a time into a hypothesis; `missing_words` are those it can never hear."""

    name: str
    missing_words: tuple[str, ...]

    def begin(self) -> None:
        """Forget what came before; a new stretch of speech starts."""

    def feed(self, samples: Samples) -> None:
        """Take the next samples of the stretch (LISTENING_RATE)."""

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


class Voice(Protocol):
    """Renders sentences to sound; `rate` is in words a minute and may be changed at any time."""

    rate: int

    @property
    def name(self) -> str:
        """Which voice."""

    def render(self, text: str) -> Samples:
        """The sentence as samples at SPEAKING_RATE."""


class Stopping(Protocol):
    """How what is being made is broken off: asks that it be, or finds out that it was."""

    def then(self, action: Callable[[], None]) -> None:
        """Do this as soon as it is asked for."""

    def check(self) -> None:
        """Raise what ends the making if it was asked for."""


class Synthesiser(Protocol):
    """Makes the sound of sentences; not to be called from two threads at once.

    `engine` and `version` tell what speaks, `name` with which voice. `repeatable`: the same sentence is always the very
    same samples. `movable`: any thread may call it, not only the one that made it.
    """

    @property
    def name(self) -> str:
        """The voice's name."""

    @property
    def engine(self) -> str:
        """What speaks."""

    @property
    def version(self) -> str:
        """Which version of it."""

    @property
    def repeatable(self) -> bool:
        """Whether it makes the same sound each time."""

    @property
    def movable(self) -> bool:
        """Whether any thread may call it."""

    def sentences(self, text: str) -> Sequence[str]:
        """The pieces of a text that it makes one by one."""

    def speak(self, text: str, rate: int, stop: Stopping | None = None) -> Samples:
        """One piece at a rate (words a minute) as samples at SPEAKING_RATE. Raises SolemateError."""
