"""How many sounds an ear hears wrong: `python -m bench.teaching.heard_wrong WEIGHTS...` prints a row for each file.

Said by voices and people that numbers are chosen on, and that teach nothing. No phrase book and no limit takes part, so
that weights can be compared to which nothing has been fitted yet. Files in hama's layout do as well.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein

from assistant.hearing.built_in import in_whole_sounds
from assistant.understanding.ctc import best_path
from assistant.understanding.hypothesis import Posteriors, Samples
from assistant.understanding.phonemes import folded
from bench.fitting.sounds import Sound
from bench.kitchen import RECORDING, Noise, in_noise
from bench.recordings import of_people, recordings
from bench.room_simulation import DEVELOPMENT_SEEDS
from bench.sentences import COMMANDS
from bench.teaching.network import Network
from bench.teaching.persons import ways_of
from bench.teaching.targets import heard_by, teachers
from bench.voice_kinds import KINDS
from bench.voices import CHOOSING, CHOOSING_NATURAL, Theatre, in_quiet_room

COMMANDS_EACH, SENTENCES = 110, 70
"""Commands by synthetic voices and by natural ones, and sentences that people read."""

MOST_SECONDS = 8.0
"""Longer sentences are left out."""

SNR = 9.0
"""Of the kitchen, in dB."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table: sounds heard wrong, of 100, by file and by how they were said."""
    parser = argparse.ArgumentParser(prog="python -m bench.teaching.heard_wrong", description="Compare weights.")
    parser.add_argument("weights", nargs="+", type=Path)
    files: list[Path] = parser.parse_args(arguments).weights
    if missing := [str(path) for path in files if not path.is_file()]:
        parser.error(f"there is no file {', '.join(missing)}")
    torch.set_num_threads(1)
    networks, alphabet = teachers(files)
    counts: dict[str, list[list[int]]] = {}
    for kind, text, samples in _said():
        ways = [folded(way) for way in ways_of(text)]
        if ways:
            wrong = [_slips(_heard(network, alphabet, samples), ways) for network in networks]
            counts.setdefault(kind, []).append([len(ways[0]), *wrong])
    print(" | ".join(["weights", *counts]))
    for place, path in enumerate(files, 1):
        sums = [np.sum(rows, axis=0) for rows in counts.values()]
        print(" | ".join([path.name, *(f"{100 * each[place] / each[0]:.1f}" for each in sums)]))
    return 0


def _said() -> Iterator[tuple[str, str, Samples]]:
    """How something is said, what, and the sound of it."""
    chance = random.Random(17)
    theatre, noisy = Theatre(), Noise(recordings() / RECORDING, "first", SNR, 0)
    pairs = [(speaker, said.text) for speaker in CHOOSING for said in COMMANDS]
    drawn = chance.sample(pairs, COMMANDS_EACH)
    for kind, change in KINDS.items():
        for seed, (speaker, text) in enumerate(drawn):
            said = change(theatre.says(speaker, text), np.random.default_rng(seed))
            yield kind, text, in_quiet_room(said)
    for seed, (speaker, text) in enumerate(drawn):
        room = DEVELOPMENT_SEEDS[seed % len(DEVELOPMENT_SEEDS)]
        yield "room", text, Sound("room", "", text, speaker=speaker, room=room).samples()
        yield f"kitchen, {SNR:g} dB", text, in_noise(theatre.says(speaker, text), replace(noisy, seed=seed))
    natural = [(speaker, said.text) for speaker in CHOOSING_NATURAL for said in COMMANDS]
    for speaker, text in chance.sample(natural, COMMANDS_EACH):
        yield "natural voices", text, in_quiet_room(theatre.says(speaker, text))
    read = [each for each in of_people(recordings(), "choosing") if " " in each.text and each.length < MOST_SECONDS]
    for seed, each in enumerate(chance.sample(read, SENTENCES)):
        yield "people", each.text, each.samples()
        yield f"people, kitchen {SNR:g} dB", each.text, in_noise(each.bare(), replace(noisy, seed=seed))


def _heard(network: Network, alphabet: tuple[str, ...], samples: Samples) -> tuple[str, ...]:
    """The sounds on the greedy path."""
    log_probs = np.log(np.maximum(heard_by([network], samples), 1e-30)).astype(np.float32)
    return folded(best_path(Posteriors(log_probs, in_whole_sounds(alphabet), alphabet.index("<blank>"))))


def _slips(heard: Sequence[str], ways: Sequence[Sequence[str]]) -> int:
    """The edits from what was heard to the nearest pronunciation of what was said."""
    return min(Levenshtein.distance(heard, way) for way in ways)


if __name__ == "__main__":
    sys.exit(main())
