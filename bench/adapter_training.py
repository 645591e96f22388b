"""Trains the acoustic adapter on what the built-in ear mishears in English, and writes `intents/en/adapter.npz`.

`python -m bench.adapter_training` has the teaching voices say phrases of the book, in quiet, in noise and in rooms,
aligns what it heard with the phonemes that were meant (as `bench.confusion_training` does), and trains the network to
tell the sound from the moments. It takes about half an hour on two cores, and needs flite as well as eSpeak NG.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal

from assistant.hearing.built_in import SPEEDS, BuiltInRecogniser, at_speed
from assistant.language.adapter_file import FILE, save_adapter
from assistant.ports import LISTENING_RATE
from assistant.understanding.acoustic_adapter import Adapter, inputs
from assistant.understanding.hypothesis import Posteriors, Samples
from assistant.understanding.phonemes import Inventory
from assistant.understanding.scoring import Evidence, condensed, fold_columns, smoothing
from bench.confusion_training import align, phrases_by_text
from bench.kitchen import RECORDING, kitchen
from bench.network import Network
from bench.pool import over
from bench.recordings import recordings
from bench.room_simulation import impulse_response, level_of
from bench.voices import TEACHING, TEACHING_RECORDED, Speaker, Theatre

Floats = npt.NDArray[np.float64]

SENTENCES = 8000
"""Phrases said altogether; with fewer, less is understood (see docs/tuning.md)."""

RECORDED_SHARE = 0.28
"""Share of the sentences said by voices made from recordings: there are few of them, and they are nearest to people."""

SHORT_SHARE = 0.12
"""Share of the sentences drawn from those of one or two words, which have the fewest sounds to be recognised by."""

ECHOING_SHARE = 0.3
"""Share of the sentences said in a simulated room."""

NOISES = ("quiet", "quiet", "hiss", "kitchen")
SNR = (5.0, 28.0)
"""The background sounds, and the range of dB by which the person is louder."""

HIDDEN = 96
"""Units of the hidden layer."""

HOPELESS = 4.5
"""Nats per sound from which a sentence counts as not heard at all, and teaches nothing."""

PRIOR_COUNTS = 5.0
"""Added to the count of each sound, so that none is impossible."""


@dataclass(frozen=True)
class Lesson:
    """A phrase to be said by a speaker and heard at a speed, in noise; the seed decides the rest."""

    speaker: Speaker
    text: str
    speed: float
    noise: str
    seed: int


def main() -> int:
    """Say, hear, align, train and write."""
    from assistant.wiring import language_folder

    inventory, ways = phrases_by_text()
    lessons = list(lessons_of(sorted(ways), SENTENCES))
    heard = over(lessons, _heard, chunk=16)
    pairs = [(_moments(each, inventory), ways[lesson.text]) for each, lesson in zip(heard, lessons, strict=True)]
    table = smoothing(inventory)
    adapter = _taught(pairs, inventory, lambda moments: moments @ table)
    # Again, aligned by what was learned: fewer sounds are taken for their neighbours.
    evidence = Evidence(inventory, adapter)
    adapter = _taught(pairs, inventory, evidence.weights)
    path = language_folder("en") / FILE
    save_adapter(adapter, path)
    print(f"wrote {path}")
    return 0


def lessons_of(texts: Sequence[str], count: int) -> Iterator[Lesson]:
    """What is said, by whom and how: every text is used before any is repeated."""
    chance = random.Random(3)
    short = [text for text in texts if len(text.split()) <= 2]
    order: list[str] = []
    for seed in range(count):
        if not order:
            order = chance.sample(list(texts), len(texts))
        text = chance.choice(short) if chance.random() < SHORT_SHARE else order.pop()
        recorded = chance.random() < RECORDED_SHARE
        speaker = chance.choice(TEACHING_RECORDED if recorded else TEACHING)
        yield Lesson(speaker, text, chance.choice((1.0, 1.0, *SPEEDS)), chance.choice(NOISES), seed)


def _heard(lesson: Lesson) -> Posteriors:
    sound = _scene(lesson)
    heard = BuiltInRecogniser().hear(at_speed(sound, lesson.speed) if lesson.speed != 1.0 else sound, ())
    assert heard.posteriors is not None
    return heard.posteriors


def _scene(lesson: Lesson) -> Samples:
    """The sentence as the ear passes it to the recogniser, in its noise and room."""
    chance = np.random.default_rng(lesson.seed)
    around = [int(seconds * LISTENING_RATE) for seconds in (chance.uniform(0.15, 0.35), chance.uniform(0.03, 0.1))]
    sound = np.pad(Theatre().says(lesson.speaker, lesson.text), (around[0], around[1]))
    sound = sound * float(10 ** chance.uniform(-0.8, 0.2))
    if chance.uniform() < ECHOING_SHARE:
        size = (chance.uniform(2.2, 6.0), chance.uniform(2.5, 8.0), chance.uniform(2.3, 3.2))
        response = impulse_response(size, chance.uniform(0.2, 0.6), chance.uniform(0.5, 2.0), chance)
        sound = signal.fftconvolve(sound, response)[: len(sound)].astype(np.float32)
    noise = _noise(lesson.noise, len(sound), chance)
    if lesson.noise != "quiet":
        snr = chance.uniform(*SNR)
        noise = noise * (level_of(sound) / max(level_of(noise), 1e-9)) * 10 ** (-snr / 20)
    return np.asarray(np.clip(sound + noise, -1.0, 1.0), np.float32)


def _noise(kind: str, length: int, chance: np.random.Generator) -> Samples:
    if kind == "kitchen":
        recording = kitchen(recordings() / RECORDING, "first")
        start = int(chance.integers(len(recording)))
        return np.take(recording, np.arange(start, start + length), mode="wrap")
    white = chance.normal(0.0, 5e-4, length + 500)
    if kind == "hiss":
        white = signal.lfilter([1.0], [1.0, -chance.uniform(0.3, 0.97)], white)
    return np.asarray(white[500:], np.float32)


def _moments(posteriors: Posteriors, inventory: Inventory) -> Floats:
    return condensed(np.exp(posteriors.log_probs.astype(np.float64)) @ fold_columns(posteriors, inventory))


def _taught(
    pairs: Sequence[tuple[Floats, list[list[int]]]], inventory: Inventory, emissions: Callable[[Floats], Floats]
) -> Adapter:
    rows, labels = [], []
    for moments, ways in pairs:
        usable = [way for way in ways if len(way) <= len(moments)]
        if not usable:
            continue
        weights = emissions(moments)
        aligned = [(align(weights, way, inventory.other), way) for way in usable]
        (score, path), way = max(aligned, key=lambda item: item[0][0])
        if score < -HOPELESS * len(way):
            continue
        states = np.full(2 * len(way) + 1, inventory.other)
        states[1::2] = way
        rows.append(inputs(moments))
        labels.append(states[path])
    print(f"learning from {len(rows)} of {len(pairs)} sentences ...", file=sys.stderr, flush=True)
    right = np.concatenate(labels)
    columns = inventory.other + 1
    network = Network(rows[0].shape[1], HIDDEN, columns)
    network.train(np.concatenate(rows), right)
    counts = np.bincount(right, minlength=columns) + PRIOR_COUNTS
    hidden, hidden_bias, output, output_bias = network.weights
    prior = (counts / counts.sum()).astype(np.float32)
    return Adapter(inventory.sounds, hidden, hidden_bias, output, output_bias, prior)


if __name__ == "__main__":
    sys.exit(main())
