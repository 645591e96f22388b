"""What the guide expects to hear at a moment: the matcher favours it, and the ear waits no longer for an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """The intents that fit what the guide is doing, and those it waits for: an awaited one is whole as soon as said."""

    expected: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()
