"""Where the recordings of real people are that some figures are measured on."""

from __future__ import annotations

import os
from pathlib import Path

BESIDE = Path(__file__).parents[2].parent / "shared" / "speech"
"""Beside the checkout; SOLEMATE_SPEECH names another place."""


def recordings() -> Path:
    """The folder, whether it is there or not."""
    return Path(os.environ.get("SOLEMATE_SPEECH") or BESIDE)
