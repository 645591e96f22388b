"""Tells whether somebody speaks while the guide does, from what is left after its echo was cancelled.

Two signs together, because each alone is slow or errs. Voice activity of the cancelled sound hardly ever takes the rest
of an echo for a voice, but the canceller eats at a person's voice too, so it is late or blind. So the sound is also
compared with what of the guide is to be expected in it, in bands, before and after cancelling: how much of the echo
comes through is learned while the guide speaks, slowly, as a quantile that a person who says something does not move.

Pure: no clock, time is counted in blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.ports import BLOCK, LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

EDGES = (0.0, 300.0, 700.0, 1300.0, 2200.0, 3500.0, 8000.0)
"""Hz; the bands in which sound is compared, about as wide as hearing has it."""

RING = 0.5
"""What of its power an echo has left a block (30 ms) later: a room that rings for 0.6 s."""

PLAYING = -65.0
"""dB of full scale in a band from which what is played there can be heard, and learned from."""

USUAL = 0.8
"""The share of blocks whose rest of the echo must be below what is expected."""

STEP, FIRST_STEP = 0.5, 1.5
"""dB by which the expectation moves at most in a block, and in the first LEARNING blocks."""

LEARNING = 100
"""Blocks (3 s)."""

WARM = 50
"""Blocks (1.5 s) of the guide's voice before anything is said about another one: the canceller learns."""

NOISE_UP, NOISE_DOWN = 0.075, 0.175
"""dB by which the noise of the room is taken to be louder or quieter after a block: it settles at the 30th
percentile."""

CLIP = 20.0
"""dB; a band that stands out more says nothing more."""

SMOOTHING = 2
"""Blocks over which the excess is averaged."""

VOICE_WEIGHT = 10.0
"""dB of excess that a certain voice counts as."""

SOMEONE_VOICE, SOMEONE_SCORE = 0.3, 16.0
"""Least probability of voice, and least excess with it, for someone speaking: of 70 commands over the voice in 14
development rooms 69 were noticed, half within 0.09 s and 95 % within 0.24 s, and in 21 minutes with nobody there it was
wrong once. With 14 it was 70 commands, and wrong 7 times; with 17 it was 69, 95 % within 0.38 s, and once."""

SILENT_VOICE = 0.5
"""Least probability of voice for someone speaking while the guide is silent, or not heard."""

STIR, STIR_STEP, MOST_STIR = 0.95, 0.8, 10.0
"""What a kitchen does beside the guide's voice: the share of blocks without a voice whose excess is below it, the dB by
which that moves in a block at most, and the most dB by which a person has to stand out more for it. Noise at 15 dB made
the guide yield 2.4 times a minute of speech without it, 0.2 times with it."""


class DoubleTalk:
    """Judges blocks of a microphone while the loudspeaker plays."""

    def __init__(self) -> None:
        frequencies = np.fft.rfftfreq(BLOCK, 1 / LISTENING_RATE)
        self._starts = np.searchsorted(frequencies, EDGES[:-1])
        self._window = np.hanning(BLOCK)
        bands = len(EDGES) - 1
        self._ringing = np.zeros(bands)
        # dB from what is played to the microphone, and to what is left there after cancelling.
        self._through = np.repeat([[0.0], [-30.0]], bands, axis=1)
        self._noise = np.full(bands, -75.0)
        self._excesses = np.zeros(SMOOTHING)
        self._stir = 0.0
        self._blocks = 0
        self._played = 0
        self.score = 0.0
        """How much the last block stood out, above what does without a person, dB."""

    def feed(self, rest: Samples, cleaned: Samples, sounding: Samples, voice: float) -> bool:
        """Whether another voice is heard beside the guide's in a block of the microphone.

        The block comes with all of a person left in it (`rest`), and with as little of the echo as can be (`cleaned`);
        `sounding` is what of the loudspeaker is in it, `voice` the last probability of voice in `rest`, 0 to 1.
        """
        powers = self._powers(np.stack([rest, cleaned, sounding]))
        ringing = RING * self._ringing
        # The canceller lets go as soon as the loudspeaker falls silent, and the room still rings.
        rings_out = ringing > powers[2]
        self._ringing = np.maximum(powers[2], ringing)
        played, levels = _db(self._ringing), _db(powers[:2])
        playing = played > PLAYING
        echo = played + np.where(rings_out, self._through.max(axis=0), self._through)
        expected = _db(10 ** (echo / 10) + 10 ** (self._noise / 10))
        # Averaged over the bands, and both signs added.
        excess = np.clip(levels - expected, 0.0, CLIP).mean() * 2
        self._excesses = np.append(self._excesses[1:], excess)
        self._learn(levels, played, playing, rings_out)
        stands_out = float(self._excesses.mean())
        self.score = stands_out + VOICE_WEIGHT * voice - self._stir
        if voice <= SOMEONE_VOICE:
            step = STIR_STEP * (STIR if stands_out > self._stir else STIR - 1.0)
            self._stir = min(MOST_STIR, max(0.0, self._stir + step))
        if not playing.any():
            return voice > SILENT_VOICE
        return self._played >= WARM and voice > SOMEONE_VOICE and self.score > SOMEONE_SCORE

    def _powers(self, blocks: np.ndarray) -> np.ndarray:
        """Mean squares of blocks (n, BLOCK) in each band (n, bands)."""
        spectra = np.abs(np.fft.rfft(blocks * self._window)) ** 2
        # Two for the negative frequencies, 8/3 for what the window takes.
        return np.asarray(np.add.reduceat(spectra, self._starts, axis=1) * (2 * 8 / 3 / BLOCK**2))

    def _learn(self, levels: np.ndarray, played: np.ndarray, playing: np.ndarray, rings_out: np.ndarray) -> None:
        """Move what is expected one step towards what came; what is cancelled, only while it is."""
        self._blocks += 1
        self._played += bool(playing.any())
        step = FIRST_STEP if self._blocks < LEARNING else STEP
        up = levels - played > self._through
        learns = playing & np.stack([np.ones_like(rings_out), ~rings_out])
        self._through += np.where(learns, np.where(up, step * USUAL, step * (USUAL - 1.0)), 0.0)
        self._noise += np.where(levels[1] > self._noise, NOISE_UP, -NOISE_DOWN)


def _db(power: np.ndarray) -> np.ndarray:
    return np.asarray(10 * np.log10(power + 1e-12))
