"""Reads the built-in ear's weights, as `bench.teaching.network.save_weights` writes them."""

from __future__ import annotations

import json
import tokenize
import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, is_zipfile

import numpy as np

from assistant.errors import SolemateError
from assistant.hearing.log_mel import MELS
from assistant.hearing.network import Config, Network
from assistant.paths import data_folder

FILE = "ear-{language}.npz"
"""The file of a language in the folder of models."""

FORMAT = 1
"""The version of the file that is read here."""

BLANK = "<blank>"
"""The symbol of the alphabet that stands for no symbol."""

WAY_OUT = "install Solemate again, or have Vosk listen: `solemate models get NAME` (`solemate models` lists them)"

DAMAGED = (
    OSError, ValueError, KeyError, TypeError, ArithmeticError, EOFError, MemoryError, RuntimeError, SyntaxError,
    BadZipFile, tokenize.TokenError, zlib.error,
)  # fmt: skip
"""What zipfile and numpy raise for a file of which some bytes are others, depending on which."""

MOST_TOLD = 100
"""Characters of such an error that are passed on: it may hold whole pieces of the file."""


@dataclass(frozen=True)
class TaughtNetwork:
    """A network and the symbol of each of its columns, one of which is BLANK."""

    network: Network
    alphabet: tuple[str, ...]


def weights_file(language: str) -> Path:
    """Where the weights of a language are, if there are any."""
    return data_folder("models") / FILE.format(language=language)


def read_network(path: Path) -> TaughtNetwork:
    """The network in a file. Raises SolemateError if it is missing, damaged, or of another format."""
    try:
        if path.is_file() and not is_zipfile(path):
            raise ValueError("it holds no weights, or is cut off")
        with np.load(path, allow_pickle=False) as arrays:
            found = int(arrays["format"])
            if found != FORMAT:
                raise SolemateError(f"{path} is of format {found}, and this Solemate reads format {FORMAT}", WAY_OUT)
            fields = json.loads(str(arrays["config"]))
            config = Config(**{**fields, "final_norms": tuple(fields["final_norms"])})
            alphabet = tuple(str(symbol) for symbol in arrays["alphabet"])
            if len(alphabet) != config.symbols or BLANK not in alphabet or config.mels != MELS:
                raise ValueError(f"{len(alphabet)} symbols of {config.symbols}, {config.mels} bands of {MELS}")
            blocks = {name.split(".")[1] for name in arrays.files if name.startswith("blocks.")}
            if len(blocks) != len(config.final_norms):
                raise ValueError(f"{len(config.final_norms)} blocks of {len(blocks)}")
            return TaughtNetwork(Network(config, arrays), alphabet)  # which reads each array once, as it comes to it
    except FileNotFoundError as error:
        raise SolemateError(f"{path} is missing", WAY_OUT) from error
    except DAMAGED as error:
        told = " ".join("".join(filter(str.isprintable, str(error))).split())[:MOST_TOLD]
        raise SolemateError(f"{path} can't be read ({told})", WAY_OUT) from error
