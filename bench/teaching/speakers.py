"""Which recorded speakers teach, which ones numbers are chosen on, and which ones are kept for reported figures."""

from __future__ import annotations

import hashlib
from typing import Literal

Part = Literal["teaching", "choosing", "reported"]


def part_of(speaker: str) -> Part:
    """The part of a speaker, by a hash of the name: 15 in 100 are kept for figures, 10 for choosing numbers."""
    twentieth = hashlib.sha256(speaker.encode()).digest()[-1] % 20
    return "reported" if twentieth < 3 else "choosing" if twentieth < 5 else "teaching"
