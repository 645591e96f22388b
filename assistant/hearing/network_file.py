"""Reads the built-in ear's weights, as `bench.teaching.network.save_weights` writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

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

WAY_OUT = "install Solemate again, or have Vosk listen: `solemate models get NAME`"


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
        with np.load(path, allow_pickle=False) as arrays:
            found = int(arrays["format"])
            if found != FORMAT:
                raise SolemateError(f"{path} is of format {found}, and this Solemate reads format {FORMAT}", WAY_OUT)
            fields = json.loads(str(arrays["config"]))
            config = Config(**{**fields, "final_norms": tuple(fields["final_norms"])})
            alphabet = tuple(str(symbol) for symbol in arrays["alphabet"])
            if len(alphabet) != config.symbols or BLANK not in alphabet or config.mels != MELS:
                raise ValueError(f"{len(alphabet)} symbols, {config}")
            return TaughtNetwork(Network(config, arrays), alphabet)  # which reads each array once, as it comes to it
    except FileNotFoundError as error:
        raise SolemateError(f"{path} is missing", WAY_OUT) from error
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, EOFError, BadZipFile) as error:
        raise SolemateError(f"{path} can't be read ({error})", WAY_OUT) from error
