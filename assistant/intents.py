"""Everything a person can ask of the guide: the names of all intents and the slots each may carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ANY: tuple[str, ...] = ()
"""For the values of a slot: any text is allowed (the id of a stretch, the name of a thing)."""


@dataclass(frozen=True)
class Intent:
    """One thing a person can want.

    `slots` maps each slot's name to its possible values (ANY for any text). `required` are the slots that every
    sentence must have, `one_of` those of which every sentence must have at least one, and `beside` maps a slot to
    another one that it requires. `urgent` intents are acted on sooner than others.
    """

    name: str
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    beside: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False


_STRETCH: Mapping[str, tuple[str, ...]] = MappingProxyType({"stretch": ANY})
_NEEDS_STRETCH = frozenset({"stretch"})

_ALL = (
    Intent("start_routine"),
    Intent("choose_routine", MappingProxyType({"routine": ANY}), frozenset({"routine"})),
    Intent("routines"),
    Intent("start_stretch", _STRETCH, _NEEDS_STRETCH),
    Intent("only_stretch", _STRETCH, _NEEDS_STRETCH),
    Intent("no_stretch", MappingProxyType({"number": ANY}), frozenset({"number"})),
    Intent("pause", urgent=True),
    Intent("resume"),
    Intent("next", MappingProxyType({"what": ("side", "round")})),
    Intent("previous"),
    Intent("restart"),
    Intent("say_again"),
    Intent("ready"),
    Intent("done"),
    Intent("whats_next"),
    Intent("where_am_i"),
    Intent("how_long"),
    Intent("how_to", _STRETCH),
    Intent("why", _STRETCH),
    Intent("needs", MappingProxyType({"stretch": ANY, "thing": ANY})),
    Intent("list"),
    Intent("hurts", urgent=True),
    Intent("stop", urgent=True),
    Intent("yes"),
    Intent("no"),
    Intent("help"),
    Intent(
        "set_hold",
        MappingProxyType({"seconds": ANY, "amount": ANY, "change": ("longer", "shorter"), "scope": ("always",)}),
        one_of=frozenset({"seconds", "amount", "change"}),
        beside=MappingProxyType({"scope": "seconds"}),
    ),
    Intent(
        "leave_out",
        MappingProxyType({"stretch": ANY, "thing": ANY, "until": ("today",)}),
        one_of=frozenset({"stretch", "thing"}),
    ),
    Intent("put_back", MappingProxyType({"stretch": ANY, "thing": ANY})),
    Intent("slower"),
    Intent("faster"),
    Intent("pace", MappingProxyType({"change": ("slower", "faster")}), frozenset({"change"})),
    Intent("louder"),
    Intent("quieter"),
    Intent("volume", MappingProxyType({"level": ANY}), frozenset({"level"})),
    Intent("quiet", MappingProxyType({"words": ("short", "sounds")})),
    Intent("talk"),
    Intent("progress", MappingProxyType({"what": ("row", "today", "best"), "stretch": ANY})),
    Intent("remind", MappingProxyType({"time": ANY, "other": ANY, "what": ("off", "when", "usual", "today")})),
    Intent("later"),
    Intent("not_today"),
    Intent("undo"),
)

INTENTS: Mapping[str, Intent] = MappingProxyType({intent.name: intent for intent in _ALL})
"""Every intent by its name."""

URGENT: frozenset[str] = frozenset(intent.name for intent in _ALL if intent.urgent)
"""Intents that never wait for the end of a sentence once they are sure."""

OVER_ALL = "hurts"
"""The intent that counts even after another one in the same utterance was acted on."""
