"""The gate: decides whether speech counts, and if not, why. The only place that does, for everything that is heard.

In this order: the guide's own words, the wake word, how sure the matcher is, and what the guide is doing. Each reason
is a few words for the log and the live view. What was pressed is certain, and only the last is asked of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.intents import COUNTS_AFTER_URGENT, URGENT
from assistant.understanding.hypothesis import TOUCH, Match, Utterance
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.own_voice import is_own_voice
from assistant.understanding.phrases import Phonemes
from assistant.understanding.reasons import (
    NAME_ALONE,
    NO_COMMAND,
    NO_NAME,
    NOT_CLEAR,
    NOTHING_ASKED,
    OWN_WORDS,
    STANDING_BY,
    TO_ANOTHER,
    not_sure,
)

NAME_LASTS = 2.0
"""Seconds after the wake word on its own in which a command must begin: "coach ... next", said with a pause."""


class Gate:
    """Judges one utterance after the other.

    `name` is the wake word; without one (None), everything may count. `phonemes` spells what the guide says, to
    recognise its echo; it isn't needed if nothing is heard over a loudspeaker.
    """

    def __init__(self, name: str | None = None, phonemes: Callable[[str], Phonemes] | None = None) -> None:
        self._name, self._phonemes = name, phonemes
        self._named_until = self._another_until = -math.inf

    def judge(self, utterance: Utterance, moment: Moment = NO_MOMENT, saying: Sequence[str] = ()) -> Utterance:
        """The utterance as it counts at this moment; if it doesn't, `ignored_because` says why.

        `saying` is what the guide was saying meanwhile. Utterances must come in order.
        """
        if utterance.hypothesis.recogniser == TOUCH:
            return replace(utterance, ignored_because=_not_now(utterance.match, moment))
        judged = utterance
        if self._is_own(utterance, saying):
            judged = _ignored(utterance, OWN_WORDS)
        judged = self._to_another(judged)
        if self._name is not None:
            judged = self._named(judged, self._name, moment)
        if judged.ignored_because is not None:
            return judged
        why = _uncertain(judged.match) or _not_now(judged.match, moment)
        answer = moment.must_answer and (why != TO_ANOTHER or moment.asks_about_pain)
        if why is not None and answer and not judged.also:
            return replace(judged, match=replace(judged.match, addressed=True), ignored_because=NO_COMMAND)
        return replace(judged, ignored_because=why)

    def _is_own(self, utterance: Utterance, saying: Sequence[str]) -> bool:
        """Whether it is the guide's own voice. Only asked about what would matter, and if an echo may be heard."""
        match = utterance.match
        if utterance.another is None or self._phonemes is None or not _would_matter(match):
            return False
        said = [self._phonemes(text) for text in saying]
        heard, urgent = utterance.hypothesis.phonemes, match.intent in URGENT
        return is_own_voice(heard, said, utterance.another, sure=match.sure, urgent=urgent)

    def _to_another(self, utterance: Utterance) -> Utterance:
        """Ignore what follows another assistant's name said on its own ("Alexa ... next"), except for pain."""
        match = utterance.match
        follows = utterance.start <= self._another_until and match.intent not in COUNTS_AFTER_URGENT
        name_alone = match.to_another and not match.phrase
        self._another_until = utterance.end + NAME_LASTS if name_alone else -math.inf
        would_count = match.accepted or match.doubtful
        return _ignored(utterance, TO_ANOTHER) if follows and would_count else utterance

    def _named(self, utterance: Utterance, name: str, moment: Moment) -> Utterance:
        """Ignore what lacks the wake word, except for urgent commands and answers."""
        match = utterance.match
        if match.called and match.intent is None and match.phrase == name:
            self._named_until = utterance.end + NAME_LASTS
            return replace(utterance, ignored_because=NAME_ALONE)
        named = match.called or utterance.start <= self._named_until
        self._named_until = -math.inf
        needs_none = match.accepted and match.intent in URGENT | moment.answers
        return _ignored(utterance, NO_NAME) if _would_matter(match) and not named and not needs_none else utterance


def not_now(intent: str | None, moment: Moment, *, doubtful: bool) -> str | None:
    """Why an intent means nothing at this moment; None if it does."""
    if intent not in (moment.ignored_if_doubtful if doubtful else moment.ignored):
        return None
    return STANDING_BY if moment.standby else NOTHING_ASKED


def counts_after_urgent(urgent: Match | None, match: Match) -> bool:
    """Whether the rest of an utterance counts after an `urgent` command in it was acted on: only pain does."""
    if urgent is None:
        return True
    another = match.intent in COUNTS_AFTER_URGENT and match.intent != urgent.intent
    return another and (match.accepted or match.doubtful)


def _would_matter(match: Match) -> bool:
    """Whether the guide would take notice of it: obey, ask, or say that it didn't understand."""
    return match.accepted or match.doubtful or match.addressed


def _not_now(match: Match, moment: Moment) -> str | None:
    return not_now(match.intent, moment, doubtful=match.doubtful)


def _uncertain(match: Match) -> str | None:
    if match.accepted or match.doubtful:
        return None
    if match.intent is None:
        return TO_ANOTHER if match.to_another else NO_COMMAND
    return not_sure(match.score, match.threshold) if match.score < match.threshold else NOT_CLEAR


def _ignored(utterance: Utterance, why: str) -> Utterance:
    match = replace(utterance.match, accepted=False, sure=False, doubtful=False)
    return replace(utterance, match=match, ignored_because=why)
