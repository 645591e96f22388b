"""What the guide may be doing: the one thing that the dialogue, the views and the table of intents all speak of."""

from __future__ import annotations

from enum import Enum


class Phase(str, Enum):
    """What the guide is doing, as its log and its answers name it."""

    IDLE = "idle"
    GETTING_READY = "getting_ready"
    EXERCISING = "exercising"
    RESTING = "resting"
    PAUSED = "paused"
    ASKING = "asking"
    FINISHED = "finished"


RUNNING = frozenset({Phase.GETTING_READY, Phase.EXERCISING, Phase.RESTING})
"""The phases in which the clock of a run goes."""
