"""What the server tells of itself when it is asked to describe what it does."""

from __future__ import annotations

from collections.abc import Sequence

from wyoming.event import Event
from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    IntentModel,
    IntentProgram,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from assistant import __version__

NAME = "solemate"
"""What each of its services is called."""

ATTRIBUTION = Attribution("Solemate", "https://www.apache.org/licenses/LICENSE-2.0")
"""Who made it, and under which licence: it has no home on the net."""


def about(language: str, recogniser: str, voice: str, names: Sequence[str]) -> Event:
    """The answer to `describe`; `names` are those that are listened for, if any."""
    ears = AsrModel(recogniser, ATTRIBUTION, True, "The phrases that lead through a routine", __version__, [language])
    guide = "Leads through foot stretches by voice"
    handling = HandleModel(NAME, ATTRIBUTION, True, guide, __version__, [language])
    meaning = IntentModel(NAME, ATTRIBUTION, True, guide, __version__, [language])
    voices = TtsVoice(voice, ATTRIBUTION, True, "The guide's voice", __version__, [language])
    woken = [WakeModel(name, ATTRIBUTION, True, f'Wakes to "{name}"', __version__, [language], name) for name in names]
    return Info(
        asr=[AsrProgram(NAME, ATTRIBUTION, True, "Hears what it can do, and nothing else", __version__, [ears])],
        handle=[HandleProgram(NAME, ATTRIBUTION, True, guide, __version__, [handling])],
        intent=[IntentProgram(NAME, ATTRIBUTION, True, guide, __version__, [meaning])],
        tts=[
            TtsProgram(
                NAME, ATTRIBUTION, True, "The guide's voice", __version__, [voices], supports_synthesize_streaming=True
            )
        ],
        wake=[WakeProgram(NAME, ATTRIBUTION, True, "Its name", __version__, woken)] if woken else [],
    ).event()
