"""What was pressed, as an utterance: from there on it goes the way of what was said."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.understanding.hypothesis import TOUCH, Hypothesis, Match, Utterance


def pressed(intent: str, slots: Mapping[str, str], label: str, now: float) -> Utterance:
    """What was pressed, as an utterance that could hardly have been anything else; `now` is on the monotonic clock."""
    match = Match(
        intent, dict(slots), score=1.0, margin=1.0, accepted=True, sure=True, phrase=label or intent, named=True,
        tier=TOUCH, probability=1.0, addressed=True,
    )  # fmt: skip
    return Utterance(now, now, Hypothesis((), label or intent, TOUCH), match)
