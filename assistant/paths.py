"""Finds the data that goes along with the program: sentence templates, routines, the list of models."""

from __future__ import annotations

import os
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
        f"the data folder {name!r} is missing (looked in {inside} and {beside})", "install Solemate again"
    )


def user_folder() -> Path:
    """Where what belongs to the user is kept: fetched models, history. Not made here.

    On Linux that is ~/.local/share/solemate, or below XDG_DATA_HOME.
    """
    from platformdirs import user_data_path

    return user_data_path("solemate", appauthor=False)


def cache_folder() -> Path:
    """Where what can be made again is kept: phrases with their sounds. Not made here.

    On Linux that is ~/.cache/solemate, or below XDG_CACHE_HOME.
    """
    from platformdirs import user_cache_path

    return user_cache_path("solemate", appauthor=False)


def config_folder() -> Path:
    """Where the settings file is kept. Not made here.

    On Linux that is ~/.config/solemate, or below XDG_CONFIG_HOME; SOLEMATE_CONFIG names another folder anywhere.
    """
    named = os.environ.get("SOLEMATE_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("solemate", appauthor=False)
