"""What is understood in kitchen noise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.kitchen import Half, Noise
from bench.recognition import Job, listen_to, right
from bench.sentences import COMMANDS
from bench.voices import Speaker

SNRS = (24.0, 15.0, 9.0, 6.0)
"""Signal-to-noise ratios in dB."""

COMMANDS_EACH, COMMANDS_QUICK = 300, 40
"""Random commands at each ratio; the same at all of them."""


def in_kitchen(recording: Path, speakers: Sequence[Speaker], half: Half, count: int) -> dict[str, Any]:
    """The share of commands understood correctly, and of those taken for another one, by ratio in dB."""
    pairs = [(speaker, said) for speaker in speakers for said in COMMANDS]
    drawn = random.Random(3).sample(pairs, min(count, len(pairs)))
    jobs = [
        Job(speaker, said, noise=Noise(recording, half, snr, number))
        for snr in SNRS
        for number, (speaker, said) in enumerate(drawn)
    ]
    results = list(zip(jobs, listen_to(jobs), strict=True))
    found: dict[str, Any] = {"commands": len(drawn), "voices": len(speakers), "half": half}
    for snr in SNRS:
        here = [(job.said, heard) for job, heard in results if job.noise and job.noise.snr == snr and job.said]
        good = [right(said, heard) for said, heard in here]
        wrong = [bool(heard.accepted()) and not fine for (_, heard), fine in zip(here, good, strict=True)]
        found[f"{snr:.0f} dB"] = {
            "understood": round(sum(good) / len(here), 4),
            "taken_for_another": round(sum(wrong) / len(here), 4),
        }
    return found
