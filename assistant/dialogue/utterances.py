"""What an utterance is to the guide: the events it makes, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.content.events import Heard, NotUnderstood
from assistant.understanding.reasons import NOTHING_ASKED, STANDING_BY, UNDERSTOOD

if TYPE_CHECKING:
    from assistant.understanding.hypothesis import Match, Utterance

NOTHING_NOW = frozenset({NOTHING_ASKED, STANDING_BY})
"""Reasons that concern one thing said, and not the rest of the same breath: "yes, and pause"."""


def events_of(t: float, utterance: Utterance) -> tuple[Heard | NotUnderstood, ...]:
    """The events of an utterance that the gate has judged, at time `t`, in seconds; none if it doesn't count.

    Each thing said in one breath is heard for itself, in order. What was surely said to the guide and not understood
    is an event too, unless it was ignored for another reason.
    """
    match, ignored = utterance.match, utterance.ignored_because
    if ignored is None or ignored in NOTHING_NOW:
        meant = utterance.also if ignored else (match, *utterance.also)
        return tuple(heard for each in meant if (heard := _heard(t, each)) is not None)
    return (NotUnderstood(t),) if match.addressed and ignored not in UNDERSTOOD else ()


def _heard(t: float, match: Match) -> Heard | None:
    if match.intent is None or not (match.accepted or match.doubtful):
        return None
    if match.accepted:
        return Heard(t, match.intent, match.slots, match.sure, phrase=match.phrase)
    return Heard(t, match.intent, match.slots, sure=False, doubtful=True, phrase=match.phrase)
