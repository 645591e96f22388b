"""What listening costs while nobody speaks, and whether it runs for hours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio.sound_files import read_sound
from assistant.hearing.ear import Ear
from assistant.ports import BLOCK, LISTENING_RATE
from assistant.runtime.listener import WAITING_FRAMES
from assistant.runtime.virtual_clock import blocks_of
from assistant.understanding.hypothesis import Samples
from bench.most_memory import PROCESS, most_memory
from bench.recognition import english_ear
from bench.room_simulation import LEVEL, to_level
from bench.sentences import CHATTER, COMMANDS
from bench.voices import HELD_BACK, QUIET_ROOM, Theatre

STRETCH = 5.0
"""Seconds decoded at a time if all sound is decoded, speech or not."""

KITCHEN = LEVEL / 10 ** (15 / 20)
"""Level of the kitchen noise: 15 dB below a person's voice."""

EVERY = 60.0
"""Seconds from one sentence to the next in the soak."""

NOISY = 5
"""One minute in this many of the soak has kitchen noise."""

WARM = 20
"""Minutes before memory is first measured: by then, everything loaded on demand is there."""


def activity(kitchen: Path | None, quick: bool) -> dict[str, Any]:
    """Processor time of listening while nobody speaks, as a share of real time and of decoding everything."""
    seconds = 20 if quick else 120
    chance = np.random.default_rng(1)
    sounds = {
        "digital silence": np.zeros(seconds * LISTENING_RATE, np.float32),
        "quiet room": chance.normal(0.0, QUIET_ROOM, seconds * LISTENING_RATE).astype(np.float32),
    }
    if kitchen is not None:
        sounds["kitchen"] = _kitchen(kitchen, seconds)
    ear = english_ear()
    always = _decoding_share(ear, sounds["quiet room"])
    rows = {}
    for name, sound in sounds.items():
        spent = time.process_time()
        utterances = len(ear.feed(sound)) + len(ear.flush())
        share = (time.process_time() - spent) / seconds
        rows[name] = {
            "of_real_time": round(share, 5), "of_decoding": round(share / always, 4), "utterances": utterances
        }  # fmt: skip
    return {"decoding_all": round(always, 4), **rows}


def _decoding_share(ear: Ear, sound: Samples) -> float:
    """Processor seconds of decoding one second of sound and matching what was heard."""
    count = int(STRETCH * LISTENING_RATE)
    pieces = [sound[start : start + count] for start in range(0, len(sound), count)][:8]
    spent = time.process_time()
    for piece in pieces:
        ear.understand(piece)
    return (time.process_time() - spent) / (sum(map(len, pieces)) / LISTENING_RATE)


def _kitchen(path: Path, seconds: int) -> Samples:
    noise = to_level(read_sound(path), KITCHEN)
    return np.resize(noise, seconds * LISTENING_RATE)


def soak(kitchen: Path | None, quick: bool) -> dict[str, Any]:
    """Hours of a quiet room with speech and noise now and then: memory, and how far the ear was ever behind.

    Sound is taken to come as it would in real time; what waits beyond WAITING_FRAMES counts as dropped.
    """
    minutes = 5 if quick else 600
    warm = min(WARM, minutes // 2)
    ear = english_ear()
    late, done, arrived, dropped, utterances = 0.0, 0.0, 0.0, 0, 0
    first = resident()
    for minute, sound in enumerate(_minutes(minutes, kitchen)):
        if minute == warm:
            first = resident()
        for block in blocks_of(sound):
            arrived += BLOCK / LISTENING_RATE
            begun = time.perf_counter()
            utterances += len(ear.feed(block))
            done = max(done, arrived) + time.perf_counter() - begun
            behind = done - arrived
            late = max(late, behind)
            dropped += behind > WAITING_FRAMES * BLOCK / LISTENING_RATE
    return {
        "hours": round(arrived / 3600, 3), "utterances": utterances, "dropped_blocks": dropped,
        "most_behind_s": round(late, 2), "first_mb": round(first / 1e6, 1), "last_mb": round(resident() / 1e6, 1),
    }  # fmt: skip


def _minutes(count: int, kitchen: Path | None) -> Iterator[Samples]:
    """One minute after another: a quiet room with something said in each, and kitchen noise in one of NOISY."""
    theatre, chance = Theatre(), np.random.default_rng(2)
    said = [each.text for each in COMMANDS] + list(CHATTER)
    length = int(EVERY * LISTENING_RATE)
    noise = _kitchen(kitchen, round(EVERY)) if kitchen is not None else None
    for minute in range(count):
        sound = chance.normal(0.0, QUIET_ROOM, length).astype(np.float32)
        speech = theatre.says(HELD_BACK[minute % 3], said[minute % len(said)])
        at = int(chance.integers(length - len(speech)))
        sound[at : at + len(speech)] += speech
        if noise is not None and minute % NOISY == NOISY - 1:
            sound += noise
        yield sound


def resident() -> int:
    """Bytes of this process in memory; the most it ever had, if the system reports no more than that."""
    if PROCESS.exists():
        (line,) = (line for line in PROCESS.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    return most_memory()


def rows_of_activity(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    return [
        (f"listening to: {name}", f"{row['of_decoding']:.1%} of decoding, {row['of_real_time']:.2%} of real time",
         "under 20%")
        for name, row in result.items() if isinstance(row, dict)
    ]  # fmt: skip


def rows_of_soak(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the table: what, how much, and the goal."""
    grown = result["last_mb"] - result["first_mb"]
    memory = f"memory {result['first_mb']} MB, at the end {result['last_mb']} MB ({grown:+.1f})"
    return [
        (f"listening for {result['hours']} h", memory, "no growth"),
        ("", f"{result['dropped_blocks']} blocks dropped, {result['most_behind_s']} s behind at most", "0"),
    ]
