"""Endpointing: where an utterance starts and ends, from the VAD's probabilities and the level of the sound.

Pure: time is a count of samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.front_end.vad import CHUNK
from assistant.hearing.foreground import Foreground
from assistant.ports import LISTENING_RATE

Step = Literal["silence", "begin", "speech", "end", "cut", "nearer"]
"""What a chunk was: silence; the first chunk of an utterance; another one; its last; its last because it got too
long, in which case the next utterance begins right after it; or the first chunk of an utterance of somebody much
nearer than the talk so far, which was not meant for the guide."""


@dataclass(frozen=True)
class EndpointConfig:
    """When an utterance begins and when it is over; times in seconds."""

    onset: float = 0.5
    """Probability from which a chunk counts as speech; the choice of Silero's authors."""
    offset: float = 0.35
    """Probability below which a chunk counts as silence while someone speaks; in between, nothing changes."""
    shortest: float = 0.064
    """Speech that it takes for an utterance to begin: two chunks. A click is shorter, "no" is longer."""
    pre_roll: float = 0.3
    """Sound before the first chunk of speech that belongs to the utterance: f, s and h begin like noise, and the
    built-in ear hears better with a little silence around the words."""
    pre_rolls_over: tuple[float, float] = (0.5, 0.9)
    """The same for speech over the guide, which is noticed later. Unless the first of the two gives a sure command, the
    utterance is heard again with the second. See docs/tuning.md."""
    look: float = 0.064
    """Silence after which the ear asks for the hypothesis so far: as soon as the recogniser has all it will get
    (`tail`). It computes while the rest of `early` goes by."""
    act: float = 0.128
    """Silence after which something urgent is acted on: longer than the closures in "wait outside", and no shorter than
    it takes to compute the hypothesis."""
    early: float = 0.192
    """Silence that ends an utterance that is a complete command, which no further words would change: what people leave
    between turns, and more than they leave between the words of a command unless they hesitate. The VAD adds a
    little, because it hears the end of a word late. See docs/tuning.md."""
    hangover: float = 0.64
    """Silence that ends any other utterance; bridges a hesitation in the middle of a command ("start ... heel
    stretches"). See docs/tuning.md."""
    glance: float = 0.288
    """Speech between two glances for urgent commands: about as long as it takes to say "stop"."""
    glance_until: float = 2.0
    """Speech after which glancing ends: urgent phrases are shorter, and long talk should not cost more."""
    look_until: float = 4.0
    """Length of an utterance up to which the ear asks in its pauses: the longest command, with fillers."""
    tail: float = 0.064
    """Silence after the last speech that the recogniser hears; given more, it hears a t or an i that nobody said."""
    longest: float = 8.0
    """Length at which an utterance is cut: no command is that long, and memory must not grow while a television is
    on."""

    def chunks(self, seconds: float) -> int:
        """A time in seconds as a number of chunks, rounded up."""
        return max(1, -(-round(seconds * LISTENING_RATE) // CHUNK))


_EVEN = 0.0
"""The level of any sound whose level isn't told, dB."""


class Endpointer:
    """Finds utterances in a sequence of probabilities and levels, one for each CHUNK samples."""

    def __init__(self, config: EndpointConfig = EndpointConfig()) -> None:
        self.config = config
        self.shortest = config.chunks(config.shortest)
        self._hangover = config.chunks(config.hangover)
        self._early = config.chunks(config.early)
        self._longest = config.chunks(config.longest)
        self._foreground = Foreground(self.shortest)
        self.reset()

    def reset(self) -> None:
        """Start over, in silence."""
        self.speaking = False
        self.trailing = 0
        """Chunks of silence since the last speech of the utterance."""
        self.whole = False
        """Whether the utterance up to this silence is a complete command; set by the owner."""
        self._length = 0
        self._onset: list[float] = []

    def begin_anew(self, length: int) -> None:
        """The current utterance began only so many chunks ago, and nothing is known of it yet."""
        self.whole, self._length = False, length

    def step(self, probability: float, level: float | None = None) -> Step:
        """Take the next chunk's probability of speech and its level, dB; return what the chunk was.

        Without a level, all speech is taken to be equally near.
        """
        speech = probability >= self.config.onset
        if not self.speaking:
            self._foreground.hear(_EVEN if level is None else level, speech=speech)
            self._onset = [*self._onset, _EVEN if level is None else level] if speech else []
            if len(self._onset) < self.shortest:
                return "silence"
            return self._begun("begin", self._onset)
        self._length += 1
        if level is not None:
            talk = self._foreground.step(level, speech=speech)
            if talk == "nearer":
                return self._begun("nearer", [level] * self.shortest)
            if talk == "far":
                probability = 0.0
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

    def _begun(self, step: Step, levels: list[float]) -> Step:
        self.speaking, self.trailing, self.whole, self._length = True, 0, False, len(levels)
        self._foreground.begin(levels)
        self._onset = []
        return step
