"""Double talk: tells whether somebody speaks while the guide does, from what is left after echo cancelling.

Several signs are combined, because each alone is slow or errs. The VAD hardly ever takes the residual echo for a voice,
but the canceller also removes parts of a person's voice, so the VAD is late or misses them. Therefore the level in
each frequency band, before and after cancelling, is also compared with the echo expected there, and the level of the
whole residual with its usual one. How much of the echo comes through is learned slowly while the guide speaks, as a
quantile, which a person who says something hardly moves.

Pure: no clock, time is counted in blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assistant.ports import BLOCK, LISTENING_RATE

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Samples

EDGES = (0.0, 300.0, 700.0, 1300.0, 2200.0, 3500.0, 8000.0)
"""Edges of the frequency bands that are compared, Hz; about as wide as the ear's own bands."""

RING = 0.5
"""The share of its power that an echo keeps from one block (30 ms) to the next: a room with 0.6 s of reverberation."""

PLAYING = -65.0
"""Level in a band, dB of full scale, from which what is played there can be heard, and learned from."""

USUAL = 0.8
"""The quantile that is learned: this share of blocks has no more residual echo than expected."""

STEP, FIRST_STEP = 0.5, 1.5
"""dB by which the expectation moves at most in a block, later and in the first LEARNING blocks."""

LEARNING = 100
"""Blocks (3 s) of the guide's voice."""

WARM = 50
"""Blocks (1.5 s) of the guide's voice before anybody else can be noticed: the canceller is still learning."""

NOISE_UP, NOISE_DOWN = 0.075, 0.175
"""dB by which the estimate of the room's noise rises or falls with each block. Their ratio makes it settle at the 30th
percentile of the levels."""

CLIP = 20.0
"""dB; more excess than this in one band tells nothing more."""

SMOOTHING = 2
"""Blocks over which the signs in the levels are averaged."""

WEIGHTS = np.array([10.0, 0.43, 0.18, 0.5])
"""What a certain voice (probability 1) counts, each dB of excess in the residual, each in the strongly cancelled
signal, and each dB by which the residual is louder than usual. `python -m bench.fitting.double_talk` weighs them."""

SOMEONE_VOICE, SOMEONE_SCORE = 0.3, 16.5
"""The least probability of voice, and the least score, for double talk. A lower score raises more false alarms, a
higher one is slower; see docs/tuning.md."""

SILENT_VOICE = 0.5
"""The least probability of voice for somebody to be speaking while the guide is silent, or can't be heard."""

LEVEL_STEP = 0.1
"""dB by which the usual level of the residual moves at most in a block, after the first LEARNING blocks."""

SOFTEST, LOUDER = -80.0, 30.0
"""The lowest usual level of the residual, dB of full scale (a muted microphone is no usual one), and the most dB by
which it can be louder: more tells nothing more."""


class DoubleTalk:
    """Judges, block by block, whether somebody speaks while the loudspeaker plays."""

    def __init__(self) -> None:
        frequencies = np.fft.rfftfreq(BLOCK, 1 / LISTENING_RATE)
        self._starts = np.searchsorted(frequencies, EDGES[:-1])
        self._window = np.hanning(BLOCK)
        bands = len(EDGES) - 1
        self._ringing = np.zeros(bands)
        # dB from what is played to the residual, and to the strongly cancelled signal.
        self._through = np.repeat([[0.0], [-30.0]], bands, axis=1)
        self._noise = np.full(bands, -75.0)
        self._usual = -60.0  # dB of the residual while the guide speaks
        self._recent = np.zeros((SMOOTHING, len(WEIGHTS) - 1))
        self._played = 0
        self.signs: npt.NDArray[np.float64] = np.zeros(len(WEIGHTS))
        """The signs of a person in the last blocks, in the order of WEIGHTS."""
        self.plays = False
        """Whether the guide was audible in the last block."""

    def feed(self, residual: Samples, cleaned: Samples, sounding: Samples, voice: float) -> bool:
        """Whether anybody else but the guide is heard in these blocks. All blocks have BLOCK samples.

        `residual` has less of the echo but all of a person in it, `cleaned` as little of the echo as possible;
        `sounding` is the far end as it is heard in them, `voice` the latest probability of speech in `residual`, 0 to
        1.
        """
        powers = self._powers(np.stack([residual, cleaned, sounding]))
        ringing = RING * self._ringing
        # The canceller stops suppressing as soon as the loudspeaker is silent, while the room still rings.
        rings_out = ringing > powers[2]
        self._ringing = np.maximum(powers[2], ringing)
        played, levels = _db(self._ringing), _db(powers[:2])
        playing = played > PLAYING
        self.plays = bool(playing.any())
        echo = played + np.where(rings_out, self._through.max(axis=0), self._through)
        expected = _db(10 ** (echo / 10) + 10 ** (self._noise / 10))
        excesses = np.clip(levels - expected, 0.0, CLIP).mean(axis=1)
        louder = self._louder(float(_db(powers[0].sum())), learns=self.plays)
        self._recent = np.vstack([self._recent[1:], [*excesses, louder]])
        self.signs = np.array([voice, *self._recent.mean(axis=0)])
        self._learn(levels, played, playing, rings_out)
        return bool(is_someone(self.signs, self.plays, self.warm))

    @property
    def warm(self) -> bool:
        """Whether the guide has been heard for long enough to tell anybody else from it."""
        return self._played >= WARM

    def _powers(self, blocks: np.ndarray) -> np.ndarray:
        """Mean square of each block in each band: blocks of shape (n, BLOCK), powers of shape (n, bands)."""
        spectra = np.abs(np.fft.rfft(blocks * self._window)) ** 2
        # A factor of two for the negative frequencies, 8/3 for the window's loss of power.
        return np.asarray(np.add.reduceat(spectra, self._starts, axis=1) * (2 * 8 / 3 / BLOCK**2))

    def _louder(self, level: float, *, learns: bool) -> float:
        """dB by which a level of the residual is above the usual one, which is learned while the guide speaks."""
        louder = level - self._usual
        if learns:
            step = FIRST_STEP if self._played < LEARNING else LEVEL_STEP
            self._usual = max(SOFTEST, self._usual + step * (USUAL if louder > 0 else USUAL - 1.0))
        return min(LOUDER, max(0.0, louder))

    def _learn(self, levels: np.ndarray, played: np.ndarray, playing: np.ndarray, rings_out: np.ndarray) -> None:
        """Move the expectations one step towards this block's levels.

        That of the cancelled signal is only moved while it is being cancelled.
        """
        self._played += self.plays
        step = FIRST_STEP if self._played < LEARNING else STEP
        up = levels - played > self._through
        learns = playing & np.stack([np.ones_like(rings_out), ~rings_out])
        self._through += np.where(learns, np.where(up, step * USUAL, step * (USUAL - 1.0)), 0.0)
        self._noise += np.where(levels[1] > self._noise, NOISE_UP, -NOISE_DOWN)


def is_someone(
    signs: npt.NDArray[np.float64], plays: npt.ArrayLike, warm: npt.ArrayLike,
    weights: npt.NDArray[np.float64] = WEIGHTS, score: float = SOMEONE_SCORE,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Whether anybody else but the guide is heard in each block, by its signs, shape (..., signs).

    `plays`: whether the guide is audible, `warm`: whether anybody can be told from it yet; shape (...).
    """
    voice = signs[..., 0]
    over_guide = np.asarray(warm) & (voice > SOMEONE_VOICE) & (signs @ weights > score)
    return np.where(plays, over_guide, voice > SILENT_VOICE)


def _db(power: np.ndarray) -> np.ndarray:
    return np.asarray(10 * np.log10(power + 1e-12))
