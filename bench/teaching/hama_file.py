"""Reads the weights of hama's acoustic model, from which the built-in ear's were taught."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MAGIC = b"HAMAPK"

Array = npt.NDArray[np.float32]

BLOCKS = 4
CONVOLUTIONS = ("onnx::Conv_804", "onnx::Conv_807", "onnx::Conv_810", "onnx::Conv_813")
BIASES = ("onnx::Conv_805", "onnx::Conv_808", "onnx::Conv_811", "onnx::Conv_814")
FIRST_MATRICES = (829, 838, 847, 856)
"""The numbers in the names of each block's first matrix; the others follow in a fixed order."""

MATRICES = (
    ("ffn1.up", 0),
    ("ffn1.down", 1),
    ("attention.qkv", 2),
    ("attention.out", 6),
    ("ffn2.up", 7),
    ("ffn2.down", 8),
)


def read_hama(path: Path) -> dict[str, Array]:
    """All tensors in a file of hama 1.7's, by its own names. Raises ValueError for anything else.

    The layout: MAGIC, two bytes of version, u32 count; for each tensor u16 length and name, u8 type (0 float32, 1
    float16), u8 number of dimensions, u32 each, u64 offset, u64 bytes; the data stand at the end of the file.
    """
    content = path.read_bytes()
    if content[: len(MAGIC)] != MAGIC:
        raise ValueError(f"{path} is not a file of hama's")
    try:
        (count,) = struct.unpack_from("<I", content, 8)
        place, table = 12, []
        for _ in range(count):
            (length,) = struct.unpack_from("<H", content, place)
            name = content[place + 2 : place + 2 + length].decode()
            place += 2 + length
            kind, dimensions = struct.unpack_from("<BB", content, place)
            shape = struct.unpack_from(f"<{dimensions}I", content, place + 2)
            offset, size = struct.unpack_from("<QQ", content, place + 2 + 4 * dimensions)
            place += 18 + 4 * dimensions
            table.append((name, np.dtype(np.float16 if kind else np.float32), shape, offset, size))
        data = len(content) - max(offset + size for *_, offset, size in table)
        return {
            name: np.frombuffer(content, kind, size // kind.itemsize, data + offset).reshape(shape).astype(np.float32)
            for name, kind, shape, offset, size in table
        }
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{path} is cut or damaged ({error})") from error


def renamed(tensors: Mapping[str, Array]) -> dict[str, Any]:
    """The acoustic model's tensors under the names of `bench.teaching.network.Network`, linear layers output first."""
    state: dict[str, Any] = {
        "stem.weight": tensors["onnx::Conv_801"],
        "stem.bias": tensors["onnx::Conv_802"],
        "output.weight": tensors["acoustic_model.model.proj.weight"][:, :, 0],
        "output.bias": tensors["acoustic_model.model.proj.bias"],
    }
    for number in range(BLOCKS):
        theirs, ours = f"acoustic_model.model.blocks.{number}.", f"blocks.{number}."
        for their_norm, our_norm in (
            ("ffn1.norm", "ffn1.norm"), ("attn_norm", "attention.norm"), ("conv.norm", "convolution.norm"),
            ("ffn2.norm", "ffn2.norm"), ("norm", "norm"),
        ):  # fmt: skip
            for part in ("weight", "bias"):
                state[f"{ours}{our_norm}.{part}"] = tensors[f"{theirs}{their_norm}.{part}"]
        for name, step in MATRICES:
            state[f"{ours}{name}.weight"] = tensors[f"onnx::MatMul_{FIRST_MATRICES[number] + step}"].T
        for their_bias, our_bias in (
            ("ffn1.fc1.bias", "ffn1.up"), ("ffn1.fc2.bias", "ffn1.down"), ("attn.in_proj_bias", "attention.qkv"),
            ("attn.out_proj.bias", "attention.out"), ("ffn2.fc1.bias", "ffn2.up"), ("ffn2.fc2.bias", "ffn2.down"),
        ):  # fmt: skip
            state[f"{ours}{our_bias}.bias"] = tensors[f"{theirs}{their_bias}"]
        for their_layer, our_layer in (("pointwise1", "gated"), ("pointwise2", "out")):
            state[f"{ours}convolution.{our_layer}.weight"] = tensors[f"{theirs}conv.{their_layer}.weight"][:, :, 0]
            state[f"{ours}convolution.{our_layer}.bias"] = tensors[f"{theirs}conv.{their_layer}.bias"]
        state[f"{ours}convolution.depthwise.weight"] = tensors[CONVOLUTIONS[number]]
        state[f"{ours}convolution.depthwise.bias"] = tensors[BIASES[number]]
    return state


def hama_alphabet() -> tuple[str, ...]:
    """The symbols that hama's acoustic model gives, in their order; its file of weights lacks them."""
    import hama

    return tuple(hama.ASRModel().decoder_tokens)
