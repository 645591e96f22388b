"""Where an utterance starts and ends, from the probabilities of voice activity. Pure: time is a count of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.front_end.vad import CHUNK
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
    pre_rolls_over: tuple[float, float] = (0.5, 0.9)
    """The same where somebody speaks over the guide, who is noticed later; from the second on it is heard again unless
    the first was surely a command. Of 100 commands in development rooms 67 were right with 0.3 s before the moment of
    noticing, 71 with 0.5 s, 72 with 0.9 s, and 79 with the better one of both."""
    look: float = 0.064
    """Silence after which the ear asks what was said so far: as soon as the recogniser has all it will get (`tail`). It
    computes while the rest of `early` goes by."""
    act: float = 0.128
    """Silence after which something urgent is acted on: longer than the closures in "wait outside"; by then the answer
    to that question is there at the soonest."""
    early: float = 0.192
    """Silence that ends an utterance once it is a whole command that no word can turn into another: what people leave
    between turns, and more than they leave between the words of a command unless they hesitate. Voice activity hears
    the end of a word 0.06 s late (median of 120 commands by the bench's choosing voices), so that a quarter of a second
    has gone by. With one chunk more no more was understood of 580 commands, 80 of them with a hesitation."""
    hangover: float = 0.64
    """Silence that ends any other utterance. Who hesitates in the middle of a command ("start ... heel stretches") for
    0.5 s leaves 0.42 to 0.61 s of silence, as voice activity hears it in eight of the bench's development voices."""
    glance: float = 0.288
    """Speech from one glance to the next whether something urgent was said: "stop" takes about as long."""
    glance_until: float = 2.0
    """Speech after which nobody glances any more: an urgent phrase is shorter, and talk shall not cost more."""
    look_until: float = 4.0
    """Length of an utterance up to which the ear asks in its pauses: the longest command, with fillers."""
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
        self._early = config.chunks(config.early)
        self._longest = config.chunks(config.longest)
        self.reset()

    def reset(self) -> None:
        """Start anew, in silence."""
        self.speaking = False
        self.trailing = 0
        """Chunks of silence since the last speech of the utterance."""
        self.whole = False
        """Whether what was said up to this silence is all that is to come, as far as anybody can tell."""
        self._heard = 0
        self._length = 0

    def step(self, probability: float) -> Step:
        """Take the next chunk's probability of speech; say what the chunk was."""
        if not self.speaking:
            self._heard = self._heard + 1 if probability >= self.config.onset else 0
            if self._heard < self.shortest:
                return "silence"
            self.speaking, self.trailing, self.whole, self._length = True, 0, False, self._heard
            return "begin"
        self._length += 1
        if probability >= self.config.onset:
            self.trailing, self.whole = 0, False
        elif probability < self.config.offset or self.trailing:
            self.trailing += 1
        if self.trailing >= (self._early if self.whole else self._hangover):
            self.reset()
            return "end"
        if self._length >= self._longest:
            self._length = 0
            return "cut"
        return "speech"
