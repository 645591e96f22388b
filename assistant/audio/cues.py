"""The guide's cues, synthesised: short, distinct, and not shrill.

Each is a few notes. A note is a sine with a softer octave above it that rises within milliseconds and decays like a
struck bar. Fundamentals lie between 300 and 900 Hz: above the rumble of a fan, below what is shrill, and within reach
of small loudspeakers. Rising means go, falling means rest, a chord means finished, low means something was wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import SPEAKING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

PEAK = 0.45
"""The largest sample of a cue, of full scale: low enough that the limiter changes little when a cue meets speech."""

SOFT_PEAK = 0.3
"""The same for cues that come often, in answer to speech, or unasked: heard, tick, step and remind."""

OCTAVE = 0.25
"""The amplitude of a note's octave, relative to its fundamental."""

ATTACK = 0.008
"""Seconds in which a note rises; any shorter would click."""

RELEASE = 0.012
"""Seconds in which the end of a note falls silent."""

C5, D5, E5, G5, A5 = 523.25, 587.33, 659.26, 783.99, 880.0
E4, G4, A4 = 329.63, 392.0, 440.0
"""Equal-tempered pitches in Hz, A4 = 440 Hz."""


@dataclass(frozen=True)
class _Note:
    """A tone of `pitch` Hz that begins at `start` and lasts `length` seconds; it decays by 60 dB in `ring` seconds."""

    pitch: float
    start: float
    length: float
    ring: float = 0.6


_NOTES: dict[str, tuple[_Note, ...]] = {
    "heard": (_Note(E5, 0.0, 0.09, ring=0.15),),
    "start": (_Note(D5, 0.0, 0.16), _Note(A5, 0.15, 0.4)),
    "rest": (_Note(G5, 0.0, 0.2), _Note(C5, 0.19, 0.45)),
    "end": (_Note(E5, 0.0, 0.14), _Note(E5, 0.18, 0.4)),
    "change": (_Note(C5, 0.0, 0.12), _Note(G5, 0.12, 0.12), _Note(C5, 0.24, 0.12), _Note(G5, 0.36, 0.25)),
    "finish": (
        _Note(G4, 0.0, 1.3, ring=2.0),
        _Note(C5, 0.06, 1.24, ring=2.0),
        _Note(E5, 0.12, 1.18, ring=2.0),
        _Note(G5, 0.18, 1.12, ring=2.0),
    ),
    "pause": (_Note(A4, 0.0, 0.12, ring=0.4), _Note(E4, 0.11, 0.22, ring=0.4)),
    "remind": (_Note(G4, 0.0, 0.4, ring=1.2), _Note(C5, 0.22, 0.55, ring=1.2)),
    "tick": (_Note(A5, 0.0, 0.05, ring=0.08),),
    "step": (_Note(A4, 0.0, 0.05, ring=0.06),),
}

_SOFT = frozenset({"heard", "tick", "step", "remind"})

CUES = tuple(_NOTES)
"""The names of all cues."""


@cache
def cue_samples(name: str) -> Samples:
    """The sound of a cue at SPEAKING_RATE; shared, so it is read-only. Raises KeyError for a name not in CUES."""
    notes = _NOTES[name]
    samples = np.zeros(round(SPEAKING_RATE * max(note.start + note.length for note in notes)) + 1, np.float32)
    for note in notes:
        tone = _tone(note)
        start = round(note.start * SPEAKING_RATE)
        samples[start : start + len(tone)] += tone[: len(samples) - start]
    samples *= (SOFT_PEAK if name in _SOFT else PEAK) / np.abs(samples).max()
    samples.flags.writeable = False
    return samples


def _tone(note: _Note) -> Samples:
    time = np.arange(round(note.length * SPEAKING_RATE), dtype=np.float64) / SPEAKING_RATE
    phase = 2 * np.pi * note.pitch * time
    wave = np.sin(phase) + OCTAVE * np.sin(2 * phase) * np.exp(-time * 8)
    ringing = 10.0 ** (-3.0 * time / note.ring)
    swell = np.clip(time / ATTACK, 0.0, 1.0)
    release = np.clip((note.length - time) / RELEASE, 0.0, 1.0)
    envelope = ringing * np.sin(swell * np.pi / 2) ** 2 * np.sin(release * np.pi / 2) ** 2
    tone: Samples = (wave * envelope).astype(np.float32)
    return tone
