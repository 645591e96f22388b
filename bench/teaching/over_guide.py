"""People who speak while the guide does, as the recognisers get it: sound to teach an ear with.

`python -m bench.teaching.over_guide PERSONS FOLDER` passes each sentence in PERSONS (NAME.npy, at LISTENING_RATE)
through a room and the front end, and writes FOLDER/NAME.npy: 16-bit integers, as long as the sentence, with each sound
in its place. What is there already is not made again.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from assistant.audio.mixer import Player
from assistant.audio.sound_files import read_sound
from assistant.files import SHARED, write_whole
from assistant.front_end.chain import Chain
from assistant.front_end.echo_canceller import LATENESS
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.virtual_clock import SILENT_BLOCK, blocks_of
from assistant.understanding.hypothesis import Samples
from bench.kitchen import RECORDING, kitchen
from bench.pool import over
from bench.recordings import recordings
from bench.room_simulation import Room, setting_of, to_level
from bench.voices import TEACHING, TEACHING_RECORDED, Speaker, Theatre

ROOMS = range(3000, 3200)
"""Seeds of rooms to teach in; numbers are chosen and figures reported in others."""

ECHO = (-6.0, 10.0)
"""dB of the guide's echo relative to the person at the microphone."""

BEFORE = (2.0, 4.5)
"""Seconds that the guide has been speaking for when the person begins: the canceller has to learn the room first."""

BETWEEN = (0.6, 1.8)
"""Seconds for which it goes on before the next sentence in the same room."""

TOGETHER = 8
"""Sentences in one room, in the files that are written."""

STAYS = 0.4
"""The share of sentences over which the guide goes on speaking, as if nobody had been noticed."""

NOISY, SNR = 0.35, (5.0, 25.0)
"""The share of sentences with household noise beside the guide, and its signal-to-noise ratio in dB."""

NOISE_SECONDS = 20
"""Seconds of noise that repeat."""

HOUSEHOLD = Path("noise") / "dishes_tap_bike_and_others.opus"
"""More noise, in the folder of recordings."""

PAUSE = 0.35
"""Seconds between two sentences of the guide."""

GUIDES: tuple[Speaker, ...] = (*TEACHING[::6], *TEACHING_RECORDED)
"""Who plays the guide."""

GUIDE_LEVEL = 0.17
"""The level of the guide's voice as the loudspeaker gets it: that of the usual voice, which decides how it distorts."""

LINES = Path(__file__).parents[2] / "docs" / "a-whole-routine.md"
"""What the guide says."""

FULL_SCALE = 32767


def over_guide(person: Samples, seed: int) -> Samples:
    """What the recognisers get of a person who says this while the guide speaks.

    `person` is clean speech at LISTENING_RATE of any level; the result is as long, with each sound in its place. The
    same seed gives the same room, guide and noise. Mostly the guide falls silent once it notices the person, as in a
    session.
    """
    return one_after_another([person], seed)[0]


def one_after_another(people: Sequence[Samples], seed: int) -> list[Samples]:
    """The same for several sentences in one room, between which the guide goes on; that takes less time for each."""
    chance = np.random.default_rng([seed, 11])
    track, places = list[Samples](), list[range]()
    for person in people:
        track += [SILENT_BLOCK] * _blocks(chance, BETWEEN if track else BEFORE)
        begun = len(track)
        track += blocks_of(np.pad(to_level(person), (0, LATENESS)))
        places.append(range(begun, len(track)))
    yielding = [place for place in places if chance.random() >= STAYS]
    heard = _heard(track, yielding, chance)
    starts = [place.start * BLOCK + LATENESS for place in places]
    return [heard[start : start + len(person)] for start, person in zip(starts, people, strict=True)]


def residual_only(length: int, seed: int) -> Samples:
    """What the recognisers get while the guide speaks and nobody else does: `length` samples at LISTENING_RATE."""
    chance = np.random.default_rng([seed, 12])
    before = _blocks(chance, BEFORE)
    start = before * BLOCK + LATENESS
    count = before + math.ceil((LATENESS + length) / BLOCK)
    return _heard([SILENT_BLOCK] * count, [], chance)[start : start + length]


def _blocks(chance: np.random.Generator, seconds: tuple[float, float]) -> int:
    return round(chance.uniform(*seconds) * LISTENING_RATE / BLOCK)


def _heard(track: Sequence[Samples], yielding: Sequence[range], chance: np.random.Generator) -> Samples:
    """What the chain makes of what a person says, in blocks; the guide may fall silent in the blocks `yielding`."""
    room, chain, player = _room(chance), Chain(), Player()
    player.say(1, _said(chance, len(track)))
    frames, played = list[Samples](), SILENT_BLOCK
    for number, block in enumerate(track):
        frame = chain.feed(room.hear(block, played), played, number * BLOCK / LISTENING_RATE)
        frames.append(frame.samples)
        over = any(number in each for each in yielding)
        if over and frame.person_speaks:
            player.pause()
        elif not over:
            player.resume()
        played = player.read(BLOCK)
    return np.concatenate(frames)


def _room(chance: np.random.Generator) -> Room:
    seed, echo = int(chance.choice(ROOMS)), float(chance.uniform(*ECHO))
    snr = float(chance.uniform(*SNR)) if chance.random() < NOISY else None
    setting = replace(setting_of(seed), echo=echo, snr=snr)
    return Room(seed, setting, guide_level=GUIDE_LEVEL, noise=None if snr is None else _noise(chance))


def _noise(chance: np.random.Generator) -> Samples:
    sources = _noises()
    source = sources[int(chance.integers(len(sources)))]
    start = int(chance.integers(len(source)))
    return source[(start + np.arange(NOISE_SECONDS * LISTENING_RATE)) % len(source)]


@cache
def _noises() -> tuple[Samples, ...]:
    folder = recordings()
    return kitchen(folder / RECORDING, "first"), read_sound(folder / HOUSEHOLD)


def _said(chance: np.random.Generator, blocks: int) -> Samples:
    """What the guide says, at least so many blocks of it."""
    lines, theatre = _lines(), Theatre()
    speaker = GUIDES[int(chance.integers(len(GUIDES)))]
    number, count = int(chance.integers(len(lines))), 0
    pause = np.zeros(round(PAUSE * LISTENING_RATE), np.float32)
    sounds = list[Samples]()
    while count < blocks * BLOCK:
        sounds += [to_level(theatre.says(speaker, lines[number % len(lines)]), GUIDE_LEVEL), pause]
        count += len(sounds[-2]) + len(pause)
        number += 1
    return np.concatenate(sounds)


@cache
def _lines() -> tuple[str, ...]:
    """The guide's sentences in order; those that it counts with are too short to be spoken over."""
    said = re.findall(r"^- \d\d:\d\d\.\d ([^(\n]+)$", LINES.read_text(encoding="utf-8"), re.MULTILINE)
    return tuple(line for line in said if not line.startswith("You:") and len(line.split()) > 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.teaching.over_guide", description="People over the guide.")
    parser.add_argument("persons", type=Path, help="a folder of sentences, NAME.npy")
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("--hours", type=float, default=math.inf, help="how much of it at most")
    args = parser.parse_args(arguments)
    chosen, hours = list[Path](), 0.0
    for path in sorted(args.persons.glob("*.npy"), key=lambda path: _seed(path.stem)):
        if hours >= args.hours:
            break
        chosen.append(path)
        hours += len(np.load(path, mmap_mode="r")) / LISTENING_RATE / 3600
    groups = [chosen[start : start + TOGETHER] for start in range(0, len(chosen), TOGETHER)]
    over(groups, partial(write, args.folder))
    print(f"{len(chosen)} sentences, {hours:.2f} h, in {args.folder}")
    return 0


def _seed(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def write(folder: Path, sources: Sequence[Path]) -> None:
    """Write what becomes of the sentences in some files, under the same names; leave out what is there."""
    missing = [source for source in sources if not (folder / source.name).exists()]
    if not missing:
        return
    heard = one_after_another([np.load(source) for source in missing], _seed(missing[0].stem))
    for source, samples in zip(missing, heard, strict=True):
        content = io.BytesIO()
        np.save(content, np.round(np.clip(samples, -1.0, 1.0) * FULL_SCALE).astype(np.int16))
        write_whole(folder / source.name, content.getvalue(), mode=SHARED)


if __name__ == "__main__":
    sys.exit(main())
