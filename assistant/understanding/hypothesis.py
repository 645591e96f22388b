"""What a recogniser heard, and what was understood, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Sound: one channel, 32-bit floats from -1 to 1, shape (samples,)."""


TOUCH = "touch"
"""The recogniser, and the tier, of what was not said but pressed: it is certain, and nobody else's."""


@dataclass(frozen=True)
class Posteriors:
    """The probability of each phoneme in each frame of a stretch of speech.

    `log_probs` has shape (frames, len(alphabet)), natural logarithms; `blank` is the column of CTC's blank.
    """

    log_probs: npt.NDArray[np.float32]
    alphabet: tuple[str, ...]
    blank: int


@dataclass(frozen=True)
class Hypothesis:
    """What one recogniser heard in one stretch of speech.

    `text` is empty for a recogniser that hears phonemes only. `second_opinion` holds the phonemes of an independent
    hearing of the same sound (free decoding, or another recogniser); None if there was none.
    `confidence` is how sure the recogniser was of its least sure word, 0 to 1; None if it doesn't say. `free_text`
    holds the words that it heard without a grammar, and `free_confidence` how sure it was of them; empty if there are
    none, or it was sure of the text.
    """

    phonemes: tuple[str, ...]
    text: str = ""
    recogniser: str = ""
    posteriors: Posteriors | None = None
    second_opinion: tuple[str, ...] | None = None
    free_text: str = ""
    free_confidence: float = field(default=1.0, compare=False)  # as below
    confidence: float | None = field(default=None, compare=False)  # Vosk's varies a little with what was heard before


@dataclass(frozen=True)
class Match:
    """What a hypothesis means.

    `score` is 1 minus the normalised distance to the nearest phrase: 1 is a perfect fit, 0 none at all; `margin` is how
    far the score is above that of the nearest phrase with another meaning, `threshold` the score it had to reach.
    `accepted`: it counts as a command; otherwise `intent` is still the nearest one (None if nothing came near). `sure`:
    it could hardly have been anything else. `doubtful`: it does not count, but came near enough to ask. `called`: it
    followed the guide's name, or no wake word is set; `named`: it followed the name. `to_another`:
    it followed another assistant's name (`phrase` is empty if that was all). `nats` are those against the phrase.

    `tier` says what understood it: "phrase", "meaning", "distress", or "" for nothing. `probability`, 0 to 1, is how
    probably this was meant. `addressed`: it was surely said to the guide, though it may not have been understood.
    """

    intent: str | None
    slots: dict[str, Any] = field(default_factory=dict)
    score: float = 0.0
    margin: float = 0.0
    accepted: bool = False
    sure: bool = False
    phrase: str = ""
    doubtful: bool = False
    called: bool = True
    named: bool = False
    to_another: bool = False
    threshold: float = field(default=0.0, compare=False)
    tier: str = ""
    probability: float = 0.0
    addressed: bool = False
    nats: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Utterance:
    """A stretch of speech: what was heard in it and what it means; times in seconds from the start of the sound.

    An `early` one was passed on before its end; it may continue, but then only pain still counts. `another` is the
    share of it, 0 to 1, in which somebody other than the guide was heard; None if no loudspeaker can be heard there.
    `ignored_because` says why it doesn't count; None if it does, or before that was judged. `also` is what else was
    said in the same breath, in the order in which to do it; `match` is the first.
    """

    start: float
    end: float
    hypothesis: Hypothesis
    match: Match
    early: bool = False
    another: float | None = None
    ignored_because: str | None = None
    also: tuple[Match, ...] = ()
