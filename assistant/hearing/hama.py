"""The phonemes of written words with hama. The only module that imports hama.

hama is young and has a single author, so it stays behind the interfaces of `assistant.ports`.
"""

from __future__ import annotations

import importlib
import importlib.util
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.errors import SolemateError

WORD_BOUNDARY = "<wb>"
"""What hama's acoustic model puts between words; not a phoneme."""

NOT_PHONEMES = frozenset({"<pad>", "<sos>", "<eos>", "<unk>", "<blank>", WORD_BOUNDARY, " ", "%", ","})
"""Entries of hama's vocabulary that are not phonemes."""

WAY_OUT = "install it with `pip install hama` (Linux x86-64 and arm64, macOS)"

LANGUAGES = frozenset({"en"})
"""The languages of hama's acoustic model and of its grapheme-to-phoneme, as in models/hama.yaml; repeated here so that
starting up reads no YAML."""


def hama_missing() -> str | None:
    """Why hama can't be used here, in a few words; None if it can."""
    try:
        engine = importlib.import_module("hama._engine")
    except ImportError as error:
        return f"the package hama can't be imported ({error})"
    except Exception as error:  # a broken native library may raise anything while it is loaded
        return f"the package hama doesn't start here ({error})"
    if not engine.available():
        return "hama has no library for this kind of machine"
    return None


def _hama() -> Any:
    """The imported package. Raises SolemateError if it can't be used."""
    reason = hama_missing()
    if reason:
        raise SolemateError(f"hama can't spell: {reason}", WAY_OUT)
    return importlib.import_module("hama")


def hama_version() -> str:
    """The installed version of hama; "0" if it isn't installed."""
    spec = importlib.util.find_spec("hama")
    if spec is None or spec.origin is None:
        return "0"
    # The folder's name gives it at once; importlib.metadata takes a tenth of the time allowed for starting up.
    beside = [path.name for path in Path(spec.origin).parent.parent.glob("hama-*.dist-info")]
    if len(beside) == 1:
        return beside[0].removeprefix("hama-").removesuffix(".dist-info")
    from importlib import metadata

    try:
        return metadata.version("hama")
    except metadata.PackageNotFoundError:
        return "0"


class HamaPhonemizer:
    """Grapheme-to-phoneme in the phonemes that hama hears. Raises SolemateError if hama can't be used."""

    def __init__(self) -> None:
        self._hama = _hama()
        self.name = f"hama {hama_version()}"

    @cached_property
    def _model(self) -> Any:
        """Loaded for the first word that the phrase book lacks; mostly there is none."""
        try:
            return self._hama.G2PModel()
        except Exception as error:  # as above
            raise SolemateError(f"hama's spelling model can't be loaded ({error})", WAY_OUT) from error

    def word(self, word: str) -> tuple[str, ...]:
        """The phonemes of one lower-case word (takes about 30 ms)."""
        found = self._model(word)
        return tuple(item.phoneme for item in found.alignments if item.phoneme not in NOT_PHONEMES)
