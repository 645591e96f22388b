"""Where an utterance starts and ends, from the probabilities of voice activity. Pure: time is a count of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.hearing.activity import CHUNK
from assistant.ports import LISTENING_RATE

Step = Literal["silence", "begin", "speech", "end", "cut"]
"""What a chunk was: nothing; the first of an utterance; one more of it; the last of it; the last because it got too
long, and the next utterance begins right after it."""


@dataclass(frozen=True)
class EndpointConfig:
    """When speech begins and when it is over; times in seconds."""

    onset: float = 0.5
    """Probability from which a chunk counts as speech; Silero's authors' own choice."""
    offset: float = 0.35
    """Probability below which a chunk counts as silence once someone speaks; in between, nothing changes."""
    shortest: float = 0.064
    """Speech that must have been heard for an utterance to begin: two chunks. A click is shorter, "no" is longer."""
    pre_roll: float = 0.3
    """Sound before the first chunk of speech that belongs to the utterance: an f, an s or an h sounds like noise at
    first, and hama's model hears better with a little silence around the words."""
    hangover: float = 0.45
    """Silence that ends an utterance. Between words of one command people leave up to 0.3 s, with a hesitation
    ("start ... heel stretches") some 0.4 s; 0.45 s keeps those together."""
    tail: float = 0.064
    """Silence after the last speech that the recogniser hears; in more, hama hears a t or an i that nobody said."""
    longest: float = 8.0
    """An utterance is cut here: no command is that long, and memory must not grow with a television on."""

    def chunks(self, seconds: float) -> int:
        """That time in chunks, rounded up."""
        return max(1, -(-round(seconds * LISTENING_RATE) // CHUNK))


class Endpointer:
    """Finds utterances in a row of probabilities, one for each CHUNK samples."""

    def __init__(self, config: EndpointConfig = EndpointConfig()) -> None:
        self.config = config
        self.shortest = config.chunks(config.shortest)
        self._hangover = config.chunks(config.hangover)
        self._longest = config.chunks(config.longest)
        self.reset()

    def reset(self) -> None:
        """Start anew, in silence."""
        self.speaking = False
        self.trailing = 0
        """Chunks of silence since the last speech of the utterance."""
        self._heard = 0
        self._length = 0

    def step(self, probability: float) -> Step:
        """Take the next chunk's probability of speech; say what the chunk was."""
        if not self.speaking:
            self._heard = self._heard + 1 if probability >= self.config.onset else 0
            if self._heard < self.shortest:
                return "silence"
            self.speaking, self.trailing, self._length = True, 0, self._heard
            return "begin"
        self._length += 1
        if probability >= self.config.onset:
            self.trailing = 0
        elif probability < self.config.offset or self.trailing:
            self.trailing += 1
        if self.trailing >= self._hangover:
            self.reset()
            return "end"
        if self._length >= self._longest:
            self._length = 0
            return "cut"
        return "speech"
