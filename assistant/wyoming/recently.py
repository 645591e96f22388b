"""What was heard just now, by its words.

Home Assistant has a sound made into words, and the words understood, in two questions that nothing joins. The words
alone say less than the sound did: how sure it was, and what it may mean where somebody is being led.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.intents import COUNTS_AFTER_URGENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.language.understand_text import TextUnderstanding
    from assistant.understanding.hypothesis import Utterance
    from assistant.understanding.moment import Moment

KEPT, KEPT_SECONDS = 64, 20.0
"""How much is remembered, and for how many seconds: the second question comes at once."""


class Recently:
    """Remembers utterances by their words. For any thread."""

    def __init__(self) -> None:
        self._heard: OrderedDict[str, tuple[float, Utterance]] = OrderedDict()
        self._lock = threading.Lock()

    def words(self, utterances: Sequence[Utterance]) -> str:
        """What was said, in words: the phrases that were meant. Nothing where nothing was."""
        meant = [each for each in utterances if each.match.intent and (each.match.accepted or each.match.doubtful)]
        if not meant:
            return ""
        # One command is what a satellite was woken for; of several, pain, or else the surest, and the first of those.
        best = max(meant, key=_how_much_it_counts)
        text = " and ".join(each.phrase or str(each.intent) for each in (best.match, *best.also))
        with self._lock:
            self._heard.pop(text, None)
            self._heard[text] = (time.monotonic(), best)
            while len(self._heard) > KEPT:
                self._heard.popitem(last=False)
        return text

    def utterance(self, text: str, moment: Moment, understanding: TextUnderstanding) -> Utterance:
        """A text as an utterance at a moment: by its sound if it was just heard, else by its words."""
        with self._lock:
            at, heard = self._heard.pop(text, (0.0, None))
        if heard is None or time.monotonic() - at > KEPT_SECONDS:
            return understanding.utterance(text, moment)
        match, *also = understanding.interpreter.interpret(heard.hypothesis, moment)
        if not match.accepted and not match.doubtful:
            return heard
        return replace(heard, match=match, also=tuple(also))


def _how_much_it_counts(utterance: Utterance) -> tuple[bool, bool, bool]:
    match = utterance.match
    return match.intent in COUNTS_AFTER_URGENT, match.accepted, match.sure
