"""Finds the recordings of real people that some figures are measured on."""

from __future__ import annotations

import os
from pathlib import Path

USUAL = "speech"
"""The default folder."""


def recordings() -> Path:
    """The folder that SOLEMATE_SPEECH names, else USUAL; it need not exist."""
    return Path(os.environ.get("SOLEMATE_SPEECH") or USUAL)
