"""Other voices and other ways for sound to come: whispering, haste, children, old people, telephones.

All take and give sound at LISTENING_RATE. Those that change how long it takes say so.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import signal

from assistant.audio.resample import resample
from assistant.ports import LISTENING_RATE
from assistant.understanding.hypothesis import Samples

FRAME, HOP = 400, 100
"""Samples in an analysis frame (25 ms), and from one to the next."""

ORDER = 18
"""Coefficients of the linear prediction: one for each kilohertz, and two."""

WHISPERS_ABOVE = 350.0
"""Hz below which whispering has next to nothing: the vocal folds are still."""

TELEPHONE = (300.0, 3400.0)
"""The band of the telephone, Hz (ITU-T G.712)."""

MU = 255.0
"""The parameter of the telephone's companding (ITU-T G.711)."""

STRETCH_FRAME, STRETCH_SEARCH = 480, 160
"""Samples of a piece that is overlapped with the next, and how far a better place for it is looked for."""

Floats = npt.NDArray[np.float64]


def whisper(samples: Samples, chance: np.random.Generator, share: float = 1.0) -> Samples:
    """The same words whispered: noise in place of the voice, shaped like it frame by frame; as loud as before.

    Linear prediction (Makhoul, "Linear Prediction: A Tutorial Review", Proc. IEEE 1975) gives the shape. With a
    `share` below 1 part of the voice stays: breathy.
    """
    if len(samples) < FRAME:
        return samples
    window = np.hanning(FRAME)
    padded = np.pad(samples.astype(np.float64), (FRAME, FRAME + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    shapes, gains = _predicted(frames * window)
    noise = chance.standard_normal((len(frames), FRAME)) * gains[:, None]
    out = np.zeros(len(padded) + FRAME)
    for number, (shape, excitation) in enumerate(zip(shapes, noise, strict=True)):
        out[number * HOP : number * HOP + FRAME] += signal.lfilter([1.0], shape, excitation) * window
    breath = signal.sosfilt(
        signal.butter(2, WHISPERS_ABOVE, "highpass", fs=LISTENING_RATE, output="sos"),
        out[FRAME : FRAME + len(samples)],
    )
    breath *= _rms(samples) / max(_rms(breath), 1e-9)
    return np.asarray(share * breath + (1.0 - share) * samples, np.float32)


def _predicted(frames: Floats) -> tuple[Floats, Floats]:
    """The prediction filter of each frame, shape (frames, ORDER + 1), and the power that it leaves, as an RMS."""
    spectrum = np.abs(np.fft.rfft(frames, 2 * FRAME)) ** 2
    correlation = np.fft.irfft(spectrum)[:, : ORDER + 1] / FRAME
    correlation[:, 0] = correlation[:, 0] * 1.0001 + 1e-12
    filters = np.zeros((len(frames), ORDER + 1))
    filters[:, 0] = 1.0
    left = correlation[:, 0].copy()
    for order in range(1, ORDER + 1):  # Levinson and Durbin, for all frames at once
        reflection = -(filters[:, :order] * correlation[:, order:0:-1]).sum(axis=1) / left
        filters[:, 1 : order + 1] += reflection[:, None] * filters[:, order - 1 :: -1][:, :order]
        left *= 1.0 - reflection**2
    return filters, np.sqrt(np.maximum(left, 0.0))


def telephone(samples: Samples, chance: np.random.Generator) -> Samples:
    """As it comes through a telephone: a narrow band, coarse steps; the band's edges vary a little."""
    low, high = TELEPHONE[0] * chance.uniform(0.8, 1.2), TELEPHONE[1] * chance.uniform(0.9, 1.1)
    narrow = signal.sosfilt(signal.butter(4, (low, high), "bandpass", fs=LISTENING_RATE, output="sos"), samples)
    loudest = max(float(np.abs(narrow).max(initial=0.0)), 1e-9)
    pressed = np.sign(narrow) * np.log1p(MU * np.abs(narrow) / loudest) / np.log1p(MU)
    stepped = np.round(pressed * 127.0) / 127.0
    return np.asarray(np.sign(stepped) * np.expm1(np.abs(stepped) * np.log1p(MU)) / MU * loudest, np.float32)


def faster(samples: Samples, factor: float) -> Samples:
    """The same voice `factor` times as fast, or slower below 1; the length changes, the pitch does not.

    Verhelst and Roelands, "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP 1993.
    """
    if factor == 1.0 or len(samples) < 2 * STRETCH_FRAME + STRETCH_SEARCH:
        return samples
    half = STRETCH_FRAME // 2
    window = np.hanning(STRETCH_FRAME + 1)[:-1]
    padded = np.pad(samples.astype(np.float64), (STRETCH_SEARCH, STRETCH_FRAME + 2 * STRETCH_SEARCH))
    count = int(len(samples) / factor / half)
    out = np.zeros((count + 2) * half)
    best = 0
    for number in range(count):
        wanted = round(number * half * factor)
        if number:
            expected = padded[best + half : best + half + STRETCH_FRAME]
            region = padded[wanted : wanted + STRETCH_FRAME + 2 * STRETCH_SEARCH]
            if len(expected) < STRETCH_FRAME or len(region) < STRETCH_FRAME + 2 * STRETCH_SEARCH:
                break
            best = wanted + int(np.correlate(region, expected, "valid").argmax())
        else:
            best = STRETCH_SEARCH
        out[number * half : number * half + STRETCH_FRAME] += padded[best : best + STRETCH_FRAME] * window
    return np.asarray(out[: round(len(samples) / factor)], np.float32)


def child(samples: Samples, chance: np.random.Generator) -> Samples:
    """A child's voice, from a grown-up's: a shorter throat and a higher pitch, at a child's pace.

    Formants are a fifth to two fifths higher at five to ten years (Lee et al., JASA 105, 1999). As long as before.
    """
    higher = float(chance.uniform(1.18, 1.4))
    return _as_long(faster(resample(samples, LISTENING_RATE, LISTENING_RATE / higher), 1.0 / higher), len(samples))


def old(samples: Samples, chance: np.random.Generator) -> Samples:
    """An old person's voice: shaky, breathy and slow. Takes a sixth to a third longer.

    Tremor of 4 to 7 Hz, by a few percent of the pitch and more of the loudness (Linville, "Vocal Aging", 2001).
    """
    slow = faster(whisper(samples, chance, float(chance.uniform(0.2, 0.45))), 1.0 / float(chance.uniform(1.15, 1.33)))
    time = np.arange(len(slow)) / LISTENING_RATE
    beat, phase = chance.uniform(4.0, 7.0), chance.uniform(0.0, 2 * np.pi)
    depth = chance.uniform(0.01, 0.03) / (2 * np.pi * beat)
    shaken = np.interp(time + depth * np.sin(2 * np.pi * beat * time + phase), time, slow)
    return np.asarray(shaken * (1.0 + chance.uniform(0.1, 0.3) * np.sin(2 * np.pi * beat * time)), np.float32)


def at_pitch(samples: Samples, factor: float) -> Samples:
    """Played `factor` times as fast: higher and shorter, or lower and longer."""
    return resample(samples, LISTENING_RATE, LISTENING_RATE / factor)


def _as_long(samples: Samples, length: int) -> Samples:
    return np.pad(samples, (0, max(0, length - len(samples))))[:length]


def _rms(samples: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
