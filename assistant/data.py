"""Finds the data that goes along with the program: sentence templates, routines, the list of models."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import SolemateError

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """The folder `name` ("intents" or "models"): beside the package in a checkout, inside it once installed.

    Raises SolemateError if it is in neither place.
    """
    inside, beside = _PACKAGE / "data" / name, _PACKAGE.parent / name
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    raise SolemateError(
        f"the data folder {name!r} is missing (looked in {inside} and {beside}); install Solemate again"
    )
