"""What was heard comes to a meaning: phrases first, then free words, with distress before either.

For sound without words only the phrases count; a recogniser that gives words, and typed text, go through all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.intents import INTENTS
from assistant.understanding.clauses import ClauseWords, Words, holds, split_at, without_repeats
from assistant.understanding.distress import Distress, DistressWords, how_sure
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.matcher import Matcher
from assistant.understanding.meaning import NOT_MEANT, Meaning, MeaningModel
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.slot_filling import SlotFinder
from assistant.understanding.written_numbers import by_written_number

MOST_WORDS = 60
"""Words of an utterance that may be meant for the guide; nobody who lies on a mat says more in one breath."""

ACCEPT_MOVING, ACCEPT_ASIDE = 0.5, 0.42
"""The probability from which free words count: of what moves the run, and of what only answers or adjusts."""

ASK_FROM = 0.3
"""The probability from which the guide may ask whether it was meant."""

OVERRULES = 0.5
"""The probability from which free words overrule a phrase that only sounds alike."""

EACH_PART = 0.7
"""The probability that each of two wishes in one sentence must have."""

ADDRESSED = 0.8
"""How probably something was meant for the guide before it says that it did not understand."""

DISTRESS = "hurts"

TYPED = "text"
"""The name of the recogniser of what was typed."""


@dataclass(frozen=True)
class FreeWords:
    """All that a language knows about free words; without a `model` only words of distress are found."""

    model: MeaningModel | None = None
    slots: SlotFinder = field(default_factory=lambda: SlotFinder({}))
    clauses: ClauseWords = field(default_factory=ClauseWords)
    distress: DistressWords = field(default_factory=DistressWords)


class Interpreter:
    """Tells what a hypothesis means at a moment. Stateless except for its tables."""

    def __init__(self, matcher: Matcher, free: FreeWords | None = None) -> None:
        self.matcher = matcher
        self.free = free if free is not None else FreeWords()
        self.urgent, self.going_on, self.book = matcher.urgent, matcher.going_on, matcher.book

    def interpret(self, hypothesis: Hypothesis, moment: Moment = NO_MOMENT) -> tuple[Match, ...]:
        """What was meant: one match, or several if several things were said in one breath, in the order to do them."""
        phrase = self._phrase(hypothesis, moment)
        words = hypothesis.text.split()
        if not words or len(words) > MOST_WORDS or _exact(phrase):
            return (phrase,)
        simple = without_repeats(words)
        if simple != words:
            again = self._phrase(replace(hypothesis, text=" ".join(simple)), moment)
            phrase = again if _exact(again) else phrase
            if _exact(phrase):
                return (phrase,)
        return self._free(simple, phrase, moment)

    def match(self, hypothesis: Hypothesis, moment: Moment = NO_MOMENT) -> Match:
        """The first of what was meant."""
        return self.interpret(hypothesis, moment)[0]

    def _phrase(self, hypothesis: Hypothesis, moment: Moment) -> Match:
        match = self.matcher.match(hypothesis, moment.expected)
        if hypothesis.recogniser == TYPED:
            match = by_written_number(match, hypothesis.text.split(), self.book.numbers)
        tier = "phrase" if match.intent is not None and (match.accepted or match.doubtful) else ""
        return replace(match, tier=tier, probability=match.score if tier else 0.0)

    def _free(self, words: Sequence[str], phrase: Match, moment: Moment) -> tuple[Match, ...]:
        """What words mean that are no phrase as they stand; `phrase` is the one that sounds most like them."""
        if not phrase.called:
            return (phrase,)
        distress = self._distress(words, phrase)
        if distress is not None and not distress.doubtful:
            return (distress,)
        if self.free.model is None:
            return (distress or self._unless_refused(words, phrase),)
        whole = self._understood(words, moment)
        *before, last = split_at(words, self.free.clauses.corrections)
        corrected = self._corrected(before[-1], last, moment) if before else None
        if corrected is not None:
            return (corrected,)
        parts = self._parts(words, moment)
        if len(parts) > 1 and not (whole.accepted and {whole.intent} >= {part.intent for part in parts}):
            return parts
        if distress is not None and not (whole.accepted and whole.intent != DISTRESS):
            return (distress,)
        return (self._nearer(words, whole, phrase),)

    def _distress(self, words: Sequence[str], phrase: Match) -> Match | None:
        """Distress, accepted if it is sure, doubtful if not."""
        found, probability, kind = self.free.distress.find(words), 0.0, ""
        if self.free.model is not None:
            shares = self.free.model.probabilities(self.free.slots.marked(words))
            mine = [(float(share), label) for share, label in zip(shares, self.free.model.labels, strict=True)]
            hurting = [each for each in mine if each[1].intent == DISTRESS]
            probability = sum(share for share, _ in hurting)
            kind = dict(max(hurting, key=lambda each: each[0])[1].slots).get("kind", "") if hurting else ""
        elif found is not None:
            probability = 1.0
        if phrase.accepted and phrase.intent == DISTRESS:
            probability = max(probability, phrase.score)
        sure = how_sure(found, probability)
        if sure is Distress.NONE:
            return None
        kind = found[0] if found else kind
        return Match(
            DISTRESS,
            slots={"kind": kind} if kind else {},
            score=probability,
            accepted=sure is Distress.SURE,
            sure=sure is Distress.SURE,
            phrase=" ".join(words),
            doubtful=sure is Distress.PERHAPS,
            tier="distress",
            probability=probability,
        )

    def _corrected(self, before: Sequence[str], last: Sequence[str], moment: Moment) -> Match | None:
        """The last of what was said, by itself or in place of the end of what it corrects: "skip to four, no, five".

        None if what stands before is no wish: "I have no towel" corrects nothing.
        """
        assert self.free.model is not None
        corrects = self.free.model.meaning(self.free.slots.marked(before), moment)
        if corrects.intent == NOT_MEANT or INTENTS[corrects.intent].aside or corrects.probability < ACCEPT_MOVING:
            return None
        alone = self._understood(last, moment)
        for kept in range(len(before), 0, -1):
            joined = self._understood([*before[:kept], *last], moment)
            if joined.accepted and joined.slots and self._named(last, joined):
                return joined
        return alone if alone.accepted else None

    def _named(self, words: Sequence[str], match: Match) -> bool:
        """Whether the words themselves name what the match is about."""
        found = [self.free.slots.find(words, slot) for slot in match.slots]
        return any(each is not None and match.slots[each.slot] == each.value for each in found)

    def _parts(self, words: Sequence[str], moment: Moment) -> tuple[Match, ...]:
        """What each part of a sentence means, if all of them mean something; what moves the run comes first, because it
        would cut short an answer."""
        parts = split_at(words, self.free.clauses.joints)
        if len(parts) < 2:
            return ()
        matches = [self._understood(part, moment, least=EACH_PART) for part in parts]
        understood = [match for match in matches if match.accepted]
        different = {moment.meanings.get(each.intent or "", each.intent) for each in understood}
        if len(understood) < 2 or len(different) < 2:
            return ()
        return tuple(sorted(understood, key=lambda each: INTENTS[each.intent or ""].aside))

    def _understood(self, words: Sequence[str], moment: Moment, least: float = 0.0) -> Match:
        """What free words mean, accepted or doubtful or neither."""
        assert self.free.model is not None
        meaning = self.free.model.meaning(self.free.slots.marked(words), moment)
        slots, name = self._slots(words, meaning)
        text = f"{' '.join(words)} ({name})" if name else " ".join(words)
        if meaning.intent == NOT_MEANT or slots is None:
            addressed = meaning.intent != NOT_MEANT and meaning.meant >= ADDRESSED
            return Match(None, score=meaning.probability, phrase=text, addressed=addressed)
        moves = not INTENTS[meaning.intent].aside
        needed = max(least, ACCEPT_MOVING if moves else ACCEPT_ASIDE)
        accepted = meaning.probability >= needed
        return Match(
            meaning.said,
            slots=dict(slots),
            score=meaning.probability,
            margin=meaning.probability,
            accepted=accepted,
            sure=meaning.probability >= 0.9,
            phrase=text,
            doubtful=not accepted and meaning.probability >= ASK_FROM,
            threshold=needed,
            tier="meaning",
            probability=meaning.probability,
            addressed=meaning.meant >= ADDRESSED,
        )

    def _slots(self, words: Sequence[str], meaning: Meaning) -> tuple[Mapping[str, str] | None, str]:
        """The slots of a meaning, filled from the words, and the name they were found by; None if one is lacking."""
        if meaning.said == NOT_MEANT:
            return {}, ""
        intent, slots, name = INTENTS[meaning.said], dict(meaning.slots), ""
        for slot, values in intent.slots.items():
            found = None if values or slot in slots else self.free.slots.find(words, slot)
            if found is not None:
                slots[slot] = found.value
                name = found.name if slot == "stretch" else name
        lacking = not intent.required <= set(slots) or (intent.one_of and intent.one_of.isdisjoint(slots))
        if lacking and meaning.said == meaning.intent:
            return None, ""
        return slots, name

    def _nearer(self, words: Sequence[str], free: Match, phrase: Match) -> Match:
        """Which of the two counts: the free words, or the phrase that sounds like them."""
        phrase = self._unless_refused(words, phrase)
        if not phrase.accepted or phrase.tier != "phrase":
            return free if free.accepted or not phrase.doubtful else _as_doubtful(free, phrase)
        if free.intent == phrase.intent or free.score < OVERRULES:
            return phrase
        return free

    def _unless_refused(self, words: Sequence[str], phrase: Match) -> Match:
        """The phrase, unless only one of the two refuses something: "don't stop" is not "stop"."""
        refusals: tuple[Words, ...] = self.free.clauses.refusals
        if holds(words, refusals) == holds(phrase.phrase.split(), refusals):
            return phrase
        return replace(phrase, intent=None, slots={}, accepted=False, sure=False, doubtful=False, tier="")


def _exact(match: Match) -> bool:
    """Whether the words are a phrase as it stands."""
    return match.accepted and match.sure and match.score == 1.0


def _as_doubtful(free: Match, phrase: Match) -> Match:
    return free if free.doubtful and free.intent != phrase.intent else phrase
