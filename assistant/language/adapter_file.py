"""Reads a language's acoustic adapter, the network that corrects what the phoneme recogniser hears, if it has one."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant.errors import SolemateError
from assistant.understanding.acoustic_adapter import Adapter

FILE = "adapter.npz"
"""The file in a language's folder; `python -m bench.adapter_training` writes it."""

ARRAYS = ("hidden", "hidden_bias", "output", "output_bias", "prior")


def load_adapter(folder: Path) -> Adapter | None:
    """The acoustic adapter of a language; None if it has none. Raises SolemateError if the file is broken."""
    path = folder / FILE
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            sounds = tuple(str(sound) for sound in arrays["sounds"])
            return Adapter(sounds, *(np.asarray(arrays[name], np.float32) for name in ARRAYS))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SolemateError(f"{path} is broken ({error})", "install Solemate again") from error


def save_adapter(adapter: Adapter, path: Path) -> None:
    """Write it in half precision, which halves the file and changes no answer that matters."""
    arrays = {name: getattr(adapter, name).astype(np.float16) for name in ARRAYS}
    arrays["prior"] = adapter.prior  # rare sounds' shares are too small for half precision
    np.savez_compressed(path, sounds=np.array(adapter.sounds), **arrays)
