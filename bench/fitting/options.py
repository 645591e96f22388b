"""What both commands can be told: where things are, and how much of them to use."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.fitting.judging import GOAL
from bench.recordings import recordings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser."""
    kept = Path(tempfile.gettempdir()) / "solemate-fitting"
    parser.add_argument("--speech", type=Path, default=recordings(), metavar="FOLDER", help="recordings of real people")
    parser.add_argument("--cache", type=Path, default=kept, metavar="FOLDER", help="where what was heard is kept")
    parser.add_argument("--goal", type=float, default=GOAL, help=f"false accepts in an hour of other talk ({GOAL:g})")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth sound, for a quick look")
