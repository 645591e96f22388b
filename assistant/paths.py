"""Finds the data files that ship with the program (sentences, routines, the list of models) and the user's folders."""

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
    """The folder for the user's data: fetched models and the history. Not created here.

    On Linux that is ~/.local/share/solemate, or below XDG_DATA_HOME.
    """
    from platformdirs import user_data_path

    return user_data_path("solemate", appauthor=False)


def cache_folder() -> Path:
    """The folder for what can be made again: compiled phrases, rendered sentences. Not created here.

    On Linux that is ~/.cache/solemate, or below XDG_CACHE_HOME.
    """
    from platformdirs import user_cache_path

    return user_cache_path("solemate", appauthor=False)


def config_folder() -> Path:
    """The folder of the settings file. Not created here.

    On Linux that is ~/.config/solemate, or below XDG_CONFIG_HOME. SOLEMATE_CONFIG overrides it on every system.
    """
    named = os.environ.get("SOLEMATE_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("solemate", appauthor=False)
