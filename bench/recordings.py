"""Where the recordings of real people are that some figures are measured on."""

from __future__ import annotations

import os
from pathlib import Path

USUAL = "speech"
"""The folder that is looked for where nothing else is said."""


def recordings() -> Path:
    """The folder that SOLEMATE_SPEECH names, else USUAL; whether it is there or not."""
    return Path(os.environ.get("SOLEMATE_SPEECH") or USUAL)
