"""What the guide may be doing, as the dialogue, the views and the table of intents refer to it."""

from __future__ import annotations

from enum import Enum


class Phase(str, Enum):
    """What the guide is doing, as the log and the answers name it."""

    IDLE = "idle"
    GETTING_READY = "getting_ready"
    EXERCISING = "exercising"
    RESTING = "resting"
    PAUSED = "paused"
    ASKING = "asking"
    FINISHED = "finished"


RUNNING = frozenset({Phase.GETTING_READY, Phase.EXERCISING, Phase.RESTING})
"""The phases in which the clock of a run is running."""


class Situation(str, Enum):
    """Conditions that can hold in any phase."""

    TELLING = "telling"
    """A stretch is being explained, and there is more to come."""
    COUNTING = "counting"
    """Repetitions are being counted aloud."""
    PICKING_UP = "picking_up"
    """The clock of the coming hold starts once something is held, or a leg is up; or has just started without that."""
    TIMED_HOLD = "timed_hold"
    """A hold is going on that the clock ends."""
    BEAT = "beat"
    """A hold has a beat."""
    OPEN_HOLD = "open_hold"
    """An open-ended hold is going on, or the guide has asked whether it still is."""
    PAIN = "pain"
    """The guide asks how to continue, because something hurts."""
    EMERGENCY = "emergency"
    """The guide asks whether somebody should be called."""
    ALL_RIGHT = "all_right"
    """The guide asks whether the person is all right."""
    UNWELL = "unwell"
    """The run is paused because nobody said that they are."""
    PAIN_BEFORE = "pain_before"
    """The guide asks whether to do what hurt last time."""
    NUMBER = "number"
    """The guide asks for a number for pain or effort."""
    DOUBT = "doubt"
    """A command may have been meant, and the guide will ask."""
    DOUBT_ASKED = "doubt_asked"
    """The guide has asked whether a command was meant."""
    REMINDED = "reminded"
    """A reminder was told a moment ago."""
    GO_ON = "go_on"
    """It is asked whether to go on where a run stopped."""
    OFFERED = "offered"
    """Reminders were offered a moment ago."""
    CAN_PUT_OFF = "can_put_off"
    """There is a reminder to put off or dismiss."""
