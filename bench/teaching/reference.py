"""Writes `tests/network_reference.npz`: what PyTorch makes of a small network, and hama's own filters of a sound.

`python -m bench.teaching.reference FILE.hama`; the tests hold `assistant.hearing` to it without having either.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from assistant.hearing.log_mel import FAINTEST, HOP, WINDOW
from assistant.ports import LISTENING_RATE
from bench.teaching.hama_file import read_hama
from bench.teaching.network import Config, Network, save_weights

TARGET = Path(__file__).parents[2] / "tests" / "network_reference.npz"

SMALL = Config(width=24, heads=2, inner=40, kernel=7, symbols=9, final_norms=(True, False, True))

ALPHABET = ("<pad>", "a", "b", "c", "d", "e", "f", "<wb>", "<blank>")

FRAMES = 75


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file."""
    (path,) = map(Path, sys.argv[1:] if arguments is None else arguments)
    torch.manual_seed(0)
    network = Network(SMALL).eval()
    for name, weights in network.named_parameters():
        if "norm" in name:
            torch.nn.init.normal_(weights, 1.0, 0.3)
        if name == "output.weight":
            torch.nn.init.normal_(weights, 0.0, 1.0)
    mels = np.random.default_rng(1).normal(-8.0, 4.0, (FRAMES, SMALL.mels)).astype(np.float16)
    with TemporaryDirectory() as folder:
        save_weights(network, ALPHABET, Path(folder, "ear.npz"))
        kept = np.frombuffer(Path(folder, "ear.npz").read_bytes(), np.uint8)
    with torch.no_grad():
        for weights in network.parameters():  # as in the file
            weights.copy_(weights.half().float())
        log_probs = network(torch.from_numpy(mels.astype(np.float32))[None], torch.tensor([FRAMES]))[0].numpy()
    sound = chirp()
    np.savez_compressed(
        TARGET, weights=kept, mels=mels, log_probs=log_probs, sound=sound, log_mel=_by_kernels(path, sound)
    )
    return 0


def chirp() -> np.ndarray:
    """A fifth of a second that rises from 50 Hz to 7.5 kHz, over a little noise, as 16-bit numbers."""
    time = np.arange(LISTENING_RATE // 5) / LISTENING_RATE
    sweep = np.sin(2 * np.pi * (50 * time + 18_625 * time**2))
    noise = np.random.default_rng(2).normal(0.0, 0.01, len(time))
    return np.round((0.5 * sweep + noise) * 32767).astype(np.int16)


def _by_kernels(path: Path, sound: np.ndarray) -> np.ndarray:
    tensors = read_hama(path)
    padded = np.pad(sound.astype(np.float32) / 32768, WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    real, imaginary = (frames @ tensors[f"stft_{part}_kernel"][:, 0].T for part in ("real", "imag"))
    return np.asarray(np.log(np.maximum((real**2 + imaginary**2) @ tensors["mel_fb"], FAINTEST)))


if __name__ == "__main__":
    sys.exit(main())
