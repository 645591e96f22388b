"""The built-in ear's network in PyTorch: a Conformer with CTC.

Gulati et al., "Conformer: Convolution-augmented Transformer for Speech Recognition", Interspeech 2020, without position
encoding. `assistant.hearing.network` runs the same network in numpy.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from bench.teaching.hama_file import read_hama, renamed

FORMAT = 1
"""The version of the file of weights."""

SCALE = 1 / 6
"""What attention scores are multiplied by, for heads of 36 numbers; hama's, and kept for all widths."""


@dataclass(frozen=True)
class Config:
    """The size of a network. `final_norms` says for each block whether a layer norm follows it."""

    width: int = 144
    heads: int = 4
    inner: int = 576
    kernel: int = 31
    symbols: int = 191
    final_norms: tuple[bool, ...] = (True, True, True, True)
    mels: int = 80


class FeedForward(nn.Module):
    """Two layers with SiLU between them."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, config.inner)
        self.down = nn.Linear(config.inner, config.width)

    def forward(self, x: Tensor) -> Tensor:
        """Shape (batch, frames, width) in and out."""
        return torch.as_tensor(self.down(nn.functional.silu(self.up(self.norm(x)))))


class Attention(nn.Module):
    """Every frame attends to all others, in `heads` ways."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm = nn.LayerNorm(config.width)
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """Shape (batch, frames, width) in and out; `there` (batch, frames) is False for frames that only pad."""
        batch, frames, width = x.shape
        qkv = self.qkv(self.norm(x)).reshape(batch, frames, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=there[:, None, None, :], scale=SCALE
        )
        return torch.as_tensor(self.out(mixed.transpose(1, 2).reshape(batch, frames, width)))


class Convolution(nn.Module):
    """A gated pointwise layer, a depthwise convolution over frames, and a pointwise layer."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.gated = nn.Linear(config.width, 2 * config.width)
        self.depthwise = nn.Conv1d(
            config.width, config.width, config.kernel, padding=config.kernel // 2, groups=config.width
        )
        self.out = nn.Linear(config.width, config.width)

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """Shape (batch, frames, width) in and out; `there` as for attention."""
        gated = nn.functional.glu(self.gated(self.norm(x)), dim=-1) * there[:, :, None]
        spread = self.depthwise(gated.transpose(1, 2)).transpose(1, 2)
        return torch.as_tensor(self.out(nn.functional.silu(spread)))


class Block(nn.Module):
    """A Conformer block."""

    def __init__(self, config: Config, *, final_norm: bool) -> None:
        super().__init__()
        self.ffn1 = FeedForward(config)
        self.attention = Attention(config)
        self.convolution = Convolution(config)
        self.ffn2 = FeedForward(config)
        self.norm = nn.LayerNorm(config.width) if final_norm else None

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """Shape (batch, frames, width) in and out."""
        x = x + 0.5 * self.ffn1(x)
        x = x + self.attention(x, there)
        x = x + self.convolution(x, there)
        x = x + 0.5 * self.ffn2(x)
        return x if self.norm is None else torch.as_tensor(self.norm(x))


class Network(nn.Module):
    """Log-mel frames in (10 ms), log probabilities of symbols out (20 ms)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Conv1d(config.mels, config.width, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(Block(config, final_norm=final) for final in config.final_norms)
        self.output = nn.Linear(config.width, config.symbols)

    def forward(self, mels: Tensor, lengths: Tensor) -> Tensor:
        """Log probabilities (batch, ceil(frames / 2), symbols) of log-mels (batch, frames, mels).

        `lengths` (batch,) are the frames that each sound has; what follows them is padding.
        """
        frames = torch.arange(mels.shape[1])[None, :] < lengths[:, None]
        x = nn.functional.gelu(self.stem((mels * frames[:, :, None]).transpose(1, 2))).transpose(1, 2)
        there = frames[:, ::2]
        for block in self.blocks:
            x = block(x, there)
        return self.output(x).float().log_softmax(-1)


def deeper(network: Network, extra: int) -> Network:
    """The same function with `extra` more blocks, spread evenly, which at first add nothing."""
    old = list(network.config.final_norms)
    after = [math.floor((k + 1) * len(old) / (extra + 1) - 1e-9) for k in range(extra)]
    finals: list[bool] = []
    sources: list[int | None] = []
    for place, final in enumerate(old):
        for _ in range(after.count(place)):
            finals.append(False)
            sources.append(None)
        finals.append(final)
        sources.append(place)
    larger = Network(Config(**{**asdict(network.config), "final_norms": tuple(finals)}))
    larger.stem.load_state_dict(network.stem.state_dict())
    larger.output.load_state_dict(network.output.state_dict())
    for block, source in zip(larger.blocks, sources, strict=True):
        if source is not None:
            block.load_state_dict(network.blocks[source].state_dict())
            continue
        for last in (block.ffn1.down, block.attention.out, block.convolution.out, block.ffn2.down):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
    return larger


def from_hama(path: Path) -> Network:
    """The network in a file in hama's layout, which has no alphabet in it. Raises ValueError for other files."""
    network = Network(Config())
    network.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in renamed(read_hama(path)).items()})
    return network


def save_weights(network: Network, alphabet: tuple[str, ...], path: Path) -> None:
    """Write the weights as the built-in ear reads them, in half precision."""
    state = {name: value.detach().numpy().astype(np.float16) for name, value in network.state_dict().items()}
    with path.open("wb") as file:
        config = np.array(json.dumps(asdict(network.config)))
        np.savez(file, format=np.int64(FORMAT), alphabet=np.array(alphabet), config=config, **state)


def load_weights(path: Path) -> tuple[Network, tuple[str, ...]]:
    """The network and its alphabet from a file that `save_weights` wrote."""
    with np.load(path) as kept:
        config = json.loads(str(kept["config"]))
        network = Network(Config(**{**config, "final_norms": tuple(config["final_norms"])}))
        names = [name for name in kept.files if name not in ("format", "alphabet", "config")]
        network.load_state_dict({name: torch.from_numpy(kept[name].astype(np.float32)) for name in names})
        return network, tuple(str(symbol) for symbol in kept["alphabet"])
