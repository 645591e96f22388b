"""Where intents are expected and what they mean there, as far as several of them share it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assistant.phases import RUNNING, Phase, Situation

Places = Mapping[Phase | Situation, str]

IN_A_RUN = RUNNING | {Phase.PAUSED, Phase.ASKING}
TO_BEGIN = frozenset({Phase.IDLE, Phase.FINISHED})
YES_OR_NO: frozenset[Phase | Situation] = frozenset({Phase.ASKING, Situation.REMINDED, Situation.OFFERED})

TO_GO_ON: Places = MappingProxyType({Phase.GETTING_READY: "ready", Phase.RESTING: "ready", Phase.EXERCISING: ""})
"""In a hold, silence: it is going on already, as the person hears."""

PACE: Places = MappingProxyType({Situation.COUNTING: "pace", Situation.BEAT: "pace"})

MORE_TIME: Places = MappingProxyType({Phase.PAUSED: "wait", Phase.ASKING: "wait"})
"""Where nothing is held, "another minute" is the person's."""

NOWHERE: Places = MappingProxyType(dict.fromkeys(Phase, ""))

SOFTLY: Places = MappingProxyType({Situation.PAIN: "easier", Situation.PAIN_BEFORE: "easier"})
"""Where the guide asks how to go on after pain, "softly" and "less" are said of the stretch and not of its voice."""

POLITE: Places = MappingProxyType({Phase.EXERCISING: "", Phase.ASKING: ""})
"""No hold and no question is disturbed for politeness, which may be meant for anybody."""

IN_DISTRESS: frozenset[Phase | Situation] = frozenset(
    {Situation.PAIN, Situation.EMERGENCY, Situation.ALL_RIGHT, Situation.UNWELL}
)
"""Where the person is, or may be, in distress."""
