"""What was heard comes to a meaning: phrases first, then free words, with distress before either.

What was typed goes through all of it. So do free words that were heard, a recogniser's own or those that a search finds
in its posteriors, where no phrase was heard for sure: the sound itself is better evidence than they.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assistant.intents import INTENTS
from assistant.understanding.clauses import Words, corrected_parts, holds, places_of, split_at, without_repeats
from assistant.understanding.distress import Distress, how_sure
from assistant.understanding.free_words import ACCEPT_MOVING, FreeWords, least_probability
from assistant.understanding.given_numbers import NUMBER, SLOT, GivenNumbers
from assistant.understanding.heard_words import SURE, HeardWords, heard_freely, weighed
from assistant.understanding.hypothesis import Hypothesis, Match
from assistant.understanding.limits import WARY_RISE
from assistant.understanding.matcher import Matcher
from assistant.understanding.meaning import NOT_MEANT, Meaning
from assistant.understanding.moment import NO_MOMENT, Moment
from assistant.understanding.number_rows import NumberRows
from assistant.understanding.said_reminders import OTHER, SaidReminders
from assistant.understanding.slot_filling import BY_LIKENESS, Found
from assistant.understanding.written_numbers import by_written_number

MOST_WORDS = 60
"""Words of an utterance that may be meant for the guide; nobody who lies on a mat says more in one breath."""

GENTLER = "easier"

ASK_FROM = 0.3
"""The probability from which the guide may ask whether it was meant."""

AGREES, HARDLY = 0.25, 0.1
"""The probability from which free words confirm a phrase that sounds alike, and below which they speak against it."""

BY_SOUND = 0.93
"""The score from which a phrase counts although the free words speak against it: a slip of spelling."""

WHOLE, EACH_PART, SURELY_A_PART = 0.7, 0.5, 0.8
"""A sentence is one wish if it has the first probability as a whole; else it is two, if each that moves the run has the
second, or the third where the sentence means something as a whole."""

OVERRULES = 0.8
"""The probability from which something else is meant by words of which some may tell of distress."""

NEVER_OVERRULE = frozenset({"hurts", "better"})
"""What is never meant in place of distress, however probable: that it is better, least of all."""

ADDRESSED = 0.8
"""How probably something was meant for the guide before it says that it did not understand."""

REMEMBERED = 64
"""Word sequences whose probabilities are remembered: the parts of one sentence are looked at again and again."""

BY_NAME = "routine"
"""The slot whose value, where it is named, counts more than what the sentence is like."""

UNTIL, TODAY = "until", "today"
"""The slot for how long a wish holds, and its value for today."""

DISTRESS, PAIN = "hurts", "pain"
"""The intent of distress, and the kind of which no more is known."""

STOP = "stop"
"""The intent that ends a run."""

SURELY_REMINDED = 0.7
"""How probably words are about reminders that name a time and no reminder: "I have to leave at five"."""

TIME = "time"
"""The slot for a time of day. What has it is read from the words themselves, where there are any."""

REMIND = "remind"
"""The intent of a wish about reminders, and of a question for them."""

TYPED = "text"
"""The name of the recogniser of what was typed."""


class Interpreter:
    """Tells what a hypothesis means at a moment. Stateless except for its tables."""

    def __init__(self, matcher: Matcher, free: FreeWords | None = None) -> None:
        self.matcher = matcher
        self.free = free if free is not None else FreeWords()
        self.urgent, self.going_on, self.book = matcher.urgent, matcher.going_on, matcher.book
        self._spotted = {phrase.text for phrase in matcher.book.spotted if phrase.intent is not None}
        self._rows = NumberRows(matcher.book)
        self._given = GivenNumbers(matcher.book.slot_values.get(SLOT, {}), self.free.clauses)
        before = tuple(dict.fromkeys(tuple(filler.text.split()) for filler in self.book.fillers_before))
        self._reminders = SaidReminders(self.book.clock, self.free.clauses, self.book.numbers, before)
        self._shares = lru_cache(maxsize=REMEMBERED)(self._probabilities)
        self._names = {tuple(name.text.split()) for name in matcher.book.own_names}

    def interpret(self, hypothesis: Hypothesis, moment: Moment = NO_MOMENT) -> tuple[Match, ...]:
        """What was meant: one match, or several if several things were said in one breath, in the order to do them."""
        phrase = self.phrase(hypothesis, moment)
        if hypothesis.recogniser != TYPED:
            return self._heard(hypothesis, phrase, moment)
        words = hypothesis.text.split()
        if len(words) > MOST_WORDS:
            return (self.of_long_talk(words),)
        found = self._with_said_times(words, self._typed(words, hypothesis, phrase, moment))
        return found if any(match.intent for match in found) else (self._about_reminders(words, found[0], moment),)

    def _typed(self, words: list[str], hypothesis: Hypothesis, phrase: Match, moment: Moment) -> tuple[Match, ...]:
        """What was meant by typed words; `phrase` is the one that sounds most like them."""
        if not words or phrase.to_another or self._exact(words, phrase):
            unknown = moment.asks_about_pain and phrase.intent is None and bool(words) and not phrase.to_another
            return (replace(phrase, addressed=True) if unknown else phrase,)
        told = self.free.distress.find(words) is not None  # "nine one one"
        simple = words if told else self._with_usual_times(words)
        if simple != words:
            again = self.phrase(replace(hypothesis, text=" ".join(simple)), moment)
            if self._exact(simple, again):
                return (again,)
        return self._free(simple, phrase, moment)

    def _heard(self, hypothesis: Hypothesis, phrase: Match, moment: Moment) -> tuple[Match, ...]:
        """What was meant by something heard: the phrase if it is sure, else what the free words in it mean."""
        distress = self._distress_heard(hypothesis, phrase, moment)
        if distress is not None:
            return (distress,)
        heard, meant = self.in_words(hypothesis, phrase, moment)
        if not meant:
            return (phrase,)
        if len(heard.words) > MOST_WORDS:
            return meant
        found = [weighed(match, heard, moment, self.matcher.thresholds) for match in meant]
        counting = tuple(match for match in found if match.accepted)
        return counting or (phrase if phrase.doubtful and not found[0].doubtful else found[0],)

    def _distress_heard(self, hypothesis: Hypothesis, phrase: Match, moment: Moment) -> Match | None:
        """Distress in words heard for sure, where a phrase counts that is neither urgent nor certain: "something popped
        in my ankle" sounds like "something for my ankle"."""
        if not phrase.accepted or phrase.score >= BY_SOUND or phrase.intent in self.urgent:
            return None
        heard = heard_freely(hypothesis, self.free.search)
        named = self.free.distress.find(heard.words) if heard.confidence >= SURE else None
        found = self._worst(heard.words, phrase) if named is not None and named.own else None
        distress = None if found is None else weighed(found, heard, moment, self.matcher.thresholds)
        return distress if distress is not None and distress.accepted else None

    def in_words(self, hypothesis: Hypothesis, phrase: Match, moment: Moment) -> tuple[HeardWords, tuple[Match, ...]]:
        """The free words in something heard, and what they would mean if they had been typed; nothing if the phrase in
        it counts, or is for another."""
        # Asked about pain, people answer the guide, whatever name the beginning of it sounds like.
        to_another = phrase.to_another and not moment.asks_about_pain
        if to_another or phrase.accepted:
            return HeardWords(), ()
        heard = heard_freely(hypothesis, self.free.search)
        said = heard.words
        heard = replace(heard, words=tuple(without_repeats(said)))
        if not heard.telling:
            return heard, ()
        if len(heard.words) > MOST_WORDS:
            return heard, (self.of_long_talk(heard.words),)
        return heard, self._with_said_times(said, self._free(self._with_usual_times(said), phrase, moment))

    def _with_usual_times(self, words: Sequence[str]) -> list[str]:
        """The words with times that the classifier knows, and nothing said twice."""
        return without_repeats(self._reminders.with_usual_times(words, self.book.slot_values.get(TIME, {})))

    def _with_said_times(self, words: Sequence[str], found: tuple[Match, ...]) -> tuple[Match, ...]:
        """What was meant, with the times of day and the wishes about reminders as they stand in the words: all of them
        are one wish."""
        if not self._reminders.known:
            return found
        timed = [match for match in found if match.intent is not None and TIME in INTENTS[match.intent].slots]
        again = timed[1:]
        return tuple(self._timed(words, match) if match in timed else match for match in found if match not in again)

    def _timed(self, words: Sequence[str], match: Match) -> Match:
        """A match about reminders, with what the words say about them; none if they tell of others."""
        if match.tier != "phrase" and self._reminders.is_others(words):
            return Match(None, score=match.score, phrase=" ".join(words))
        if match.tier == "phrase" and OTHER in match.slots:
            return match  # typed as it is said: "at eight and nine in the evening" is one in the morning, one at night
        spelled = match.tier != "phrase"
        read = self._reminders.slots if match.intent == REMIND else self._reminders.just_time
        slots = read(words, match.slots, spelled=spelled)
        unnamed = match.tier == "meaning" and TIME in slots and not self._reminders.names_them(words)
        if unnamed and match.probability < SURELY_REMINDED:
            return Match(None, score=match.score, phrase=" ".join(words), addressed=match.addressed)
        return match if slots == match.slots else replace(match, slots=slots, phrase=" ".join(words))

    def _about_reminders(self, words: Sequence[str], match: Match, moment: Moment) -> Match:
        """The match of typed words that were not understood, unless they name reminders and set none."""
        slots = self._reminders.unsaid(words) if moment.meaning_of(REMIND) == REMIND else None
        if slots is None or match.to_another:
            return match
        known = Match(REMIND, slots, 1.0, 1.0, accepted=True, phrase=" ".join(words), tier="meaning", probability=1.0)
        return replace(known, called=match.called, named=match.named)

    def match(self, hypothesis: Hypothesis, moment: Moment = NO_MOMENT) -> Match:
        """The first of what was meant."""
        return self.interpret(hypothesis, moment)[0]

    def phrase(self, hypothesis: Hypothesis, moment: Moment = NO_MOMENT) -> Match:
        """The phrase that was heard or typed: quicker than `interpret`, which looks for free words as well."""
        match = self.matcher.match(hypothesis, moment.expected, moment.overheard)
        if moment.asks_about_pain and hypothesis.posteriors is not None:
            match = self._warily(match)
        if hypothesis.recogniser == TYPED:
            match = by_written_number(match, hypothesis.text.split(), self.book.numbers)
        understood = match.intent is not None and (match.accepted or match.doubtful)
        tier = ("distress" if match.phrase in self._spotted else "phrase") if understood else ""
        return replace(match, tier=tier, probability=match.score if tier else 0.0)

    def _warily(self, match: Match) -> Match:
        """A match by sound where the guide asks about pain: an answer that is not clear is none, and it asks again."""
        least = min(1.0, match.threshold + WARY_RISE)
        if not match.accepted or match.intent in self.urgent or match.score >= least:
            return match
        return replace(match, accepted=False, sure=False, threshold=least)

    def _probabilities(self, words: tuple[str, ...]) -> npt.NDArray[np.float64]:
        """How probably words have each meaning that the classifier knows."""
        assert self.free.model is not None
        return self.free.model.probabilities(self.free.slots.marked(words))

    def _meaning(self, words: Sequence[str], moment: Moment) -> Meaning:
        assert self.free.model is not None
        return self.free.model.meaning(self._shares(tuple(words)), moment)

    def _exact(self, words: list[str], phrase: Match) -> bool:
        """Whether words are this phrase word for word, after a name maybe; that they only sound so is not enough."""
        exact = self.matcher.exact(" ".join(self._after_name(words) if phrase.named else words))
        return phrase.accepted and exact is not None and exact.phrase == phrase.phrase

    def _after_name(self, words: list[str]) -> list[str]:
        """The words after one of the guide's names, if anything is said after it."""
        ends = [place + len(name) for name in self._names for place in places_of(words[:-1], name)]
        return words[min(ends) :] if ends else words

    def _free(self, words: Sequence[str], phrase: Match, moment: Moment) -> tuple[Match, ...]:
        """What words mean that are no phrase as they stand; `phrase` is the one that sounds most like them."""
        said = self._after_name(list(words)) if phrase.named else words
        row = self._rows.find(said) if self.free.distress.find(said) is None else None
        found = (row,) if row is not None else self._meant(said, phrase, moment)
        return tuple(replace(match, called=phrase.called, named=phrase.named) for match in found)

    def _number(self, words: Sequence[str], moment: Moment) -> Match | None:
        """The number that words give to a guide that asks for one."""
        asked = NUMBER in moment.answers and NUMBER not in moment.overheard
        number = self._given.find(words) if asked else None
        if number is None:
            return None
        sure = Match(NUMBER, {SLOT: str(number)}, score=1.0, margin=1.0, accepted=True, sure=True)
        return replace(sure, phrase=" ".join(words), tier="phrase", probability=1.0)

    def _meant(self, words: Sequence[str], phrase: Match, moment: Moment) -> tuple[Match, ...]:
        distress, number = self._worst(words, phrase), self._number(words, moment)
        if number is not None and (distress is None or distress.slots.get("kind", PAIN) == PAIN):
            return (number,)
        if distress is not None and not distress.doubtful:
            return (distress,)
        stop = self._stop_after_no(words)
        if stop is not None:
            return (stop,)
        if self.free.model is None:
            return (distress or self._unless_refused(words, phrase),)
        asked = self._reminders.asked_after(words)
        if asked:
            return (self._understood(asked, moment),)
        corrected = self._corrected(words, moment)
        if corrected is not None:
            return (corrected,)
        whole = self._understood(words, moment)
        parts = self._parts(words, moment, each=SURELY_A_PART if whole.accepted else EACH_PART)
        if parts and (whole.probability < WHOLE or all(part.tier == "phrase" for part in parts)):
            return parts
        something_else = whole.accepted and whole.intent not in NEVER_OVERRULE and whole.probability >= OVERRULES
        if distress is not None and not something_else:
            return (distress,)
        return (self._nearer(words, whole, phrase, moment),)

    def _stop_after_no(self, words: Sequence[str]) -> Match | None:
        """ "Stop" in any wording after nothing but refusals: "no, no, stop" sounds much like "don't stop"."""
        parts = split_at(words, self.free.clauses.corrections)
        if len(parts) != 1 or len(parts[0]) == len(words) or list(words[-len(parts[0]) :]) != parts[0]:
            return None
        exact = self.matcher.exact(" ".join(parts[0]))
        return replace(exact, tier="phrase", probability=1.0) if exact is not None and exact.intent == STOP else None

    def _worst(self, words: Sequence[str], phrase: Match) -> Match | None:
        """The surest distress in the whole of what was said, or in a part of it: "louder please, and I fell"."""
        parts = split_at(words, self.free.clauses.joints)
        found = [self._distress(words, phrase), *(self._distress(part, phrase) for part in parts if len(parts) > 1)]
        return next((each for each in found if each and each.accepted), next(filter(None, found), None))

    def of_long_talk(self, words: Sequence[str]) -> Match:
        """What is to be made of more words than any command has: distress if they plainly tell of it, else nothing."""
        found = self.free.distress.find(words)
        if found is None or not found.plain:
            return Match(None)
        return Match(DISTRESS, {"kind": found.kind}, 1.0, 1.0, doubtful=True, phrase=found.kind, tier="distress")

    def _distress(self, words: Sequence[str], phrase: Match) -> Match | None:
        """Distress, accepted if it is sure, doubtful if not."""
        words = self.free.distress.without_answer(words)
        found, probability, not_meant, kind = self.free.distress.find(words), 0.0, 0.0, ""
        if self.free.model is not None:
            shares = self._shares(tuple(words))
            mine = [(float(share), label) for share, label in zip(shares, self.free.model.labels, strict=True)]
            hurting = [each for each in mine if each[1].intent == DISTRESS]
            probability = sum(share for share, _ in hurting)
            not_meant = sum(share for share, label in mine if label.intent == NOT_MEANT)
            kind = dict(max(hurting, key=lambda each: each[0])[1].slots).get("kind", "") if hurting else ""
        if phrase.accepted and phrase.intent == DISTRESS:
            probability = max(probability, phrase.score)
        sure = how_sure(found, probability, not_meant)
        if sure is Distress.NONE:
            return None
        kind = found.kind if found else kind
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

    def _corrected(self, words: Sequence[str], moment: Moment) -> Match | None:
        """The last of what was said, by itself or in place of the end of what it corrects: "skip to four, no, five".

        None if nothing is corrected, or what stands before is no wish: "I have no towel" corrects nothing.
        """
        *earlier, last = corrected_parts(words, self.free.clauses.corrections)
        if not earlier:
            return None
        replaced = self._replaced(earlier[-1], last)
        if replaced is not None or not self._may_be_corrected(earlier[-1], moment):
            return replaced
        alone = self._understood(last, moment)
        for kept in range(len(earlier[-1]), 0, -1):
            joined = self._understood([*earlier[-1][:kept], *last], moment)
            if joined.accepted and joined.slots and self._named(last, joined):
                return joined
        return alone if alone.accepted else None

    def _is_wish(self, words: Sequence[str], moment: Moment) -> bool:
        """Whether words most probably ask for something that moves the run."""
        meaning = self._meaning(words, moment)
        wish = meaning.intent != NOT_MEANT and not INTENTS[meaning.intent].aside
        return wish and meaning.probability >= ACCEPT_MOVING

    def _replaced(self, words: Sequence[str], last: Sequence[str]) -> Match | None:
        """The phrase that the last words make with the beginning of those before, in place of their end: "start upward,
        no, heel raises". None if there is none, or all of them go before it: "do no heel raises" refuses them."""
        joined = [self.matcher.exact(" ".join([*words[:kept], *last])) for kept in range(len(words), 0, -1)]
        found = next((each for each in joined[1:] if each is not None and each.slots), None)
        if found is None or joined[0] is not None:
            return None
        before = self.matcher.exact(" ".join(words))
        another = before is not None and before.intent == found.intent and before.slots != found.slots
        if not another and not self._named(last, found):
            return None
        return replace(found, tier="phrase", probability=1.0)

    def _may_be_corrected(self, words: Sequence[str], moment: Moment) -> bool:
        """Whether words are a command by themselves, one that moves the run or another one."""
        exact = self.matcher.exact(" ".join(words)) is not None
        return exact or self._is_wish(words, moment) or self._names_something(words, moment)

    def _names_something(self, words: Sequence[str], moment: Moment) -> bool:
        """Whether words ask for something and name what: "volume five"; a question or "I have no" does not."""
        alone = self._understood(words, moment)
        return alone.accepted and bool(alone.slots) and self._named(words, alone)

    def _named(self, words: Sequence[str], match: Match) -> bool:
        """Whether the words themselves name what the match is about."""
        found = [self.free.slots.find(words, slot) for slot in match.slots]
        return any(each is not None and match.slots[each.slot] == each.value for each in found)

    def _parts(self, words: Sequence[str], moment: Moment, each: float) -> tuple[Match, ...]:
        """What the parts of a sentence mean, if two or more of them mean different things.

        `each` is the probability that those that move the run must have. They come first, because they would cut short
        an answer.
        """
        parts = split_at(words, self.free.clauses.joints)
        understood = [match for part in parts if (match := self._understood(part, moment, least=each)).accepted]
        different = {moment.meaning_of(match.intent or "") for match in understood}
        if len(understood) < 2 or len(different) < 2:
            return ()
        return tuple(sorted(understood, key=lambda match: INTENTS[match.intent or ""].aside))

    def _understood(self, words: Sequence[str], moment: Moment, least: float = 0.0) -> Match:
        """What free words mean, accepted or doubtful or neither: a phrase word for word, else the likeliest meaning."""
        exact = self.matcher.exact(" ".join(words))
        part_alone = exact is not None and INTENTS[exact.intent or ""].elsewhere_a_decoy  # "five" of "not four, five"
        if exact is not None and not part_alone and moment.meaning_of(exact.intent or ""):
            return replace(exact, tier="phrase", probability=1.0)
        meaning = self._meaning(words, moment)
        slots, name = self._slots(words, meaning)
        text = f"{' '.join(words)} ({name})" if name else " ".join(words)
        addressed = moment.asks_about_pain or 1.0 - meaning.shares.get(NOT_MEANT, 0.0) >= ADDRESSED
        refused = self._stays(words, meaning.intent, moment)
        if meaning.intent == NOT_MEANT or slots is None or refused or self._turned(words, meaning.said):
            return Match(None, score=meaning.probability, phrase=text, addressed=addressed)
        needed = max(least_probability(meaning.intent, moment), 0.0 if INTENTS[meaning.intent].aside else least)
        if moment.asks_about_pain and meaning.intent not in moment.expected:
            needed = max(needed, SURELY_A_PART)  # what is no answer must be plainly something else
        accepted = meaning.probability >= needed
        return Match(
            meaning.said,
            slots=dict(slots),
            score=meaning.probability,
            margin=meaning.probability,
            accepted=accepted,
            sure=meaning.probability >= SURE,
            phrase=text,
            doubtful=not accepted and meaning.probability >= ASK_FROM,
            threshold=needed,
            tier="meaning",
            probability=meaning.probability,
            addressed=addressed,
        )

    def _stays(self, words: Sequence[str], intent: str, moment: Moment) -> bool:
        """Whether words that seem to say that it goes on hold some with which nobody says so; after pain, any refusal.

        "Behind the chair or in front" and "as soon as I'm ready" begin nothing, and "I can't continue" least of all.
        """
        if intent == NOT_MEANT or not INTENTS[intent].goes_on:
            return False
        clauses = self.free.clauses
        if intent != GENTLER and holds(words, clauses.unsettled):  # "I can't reach that far" wants just that
            return True
        return moment.asks_about_pain and holds(words, clauses.refusals)

    def _turned(self, words: Sequence[str], intent: str) -> bool:
        """Whether words hold a refusal, or begin as a question, with which nobody words this: "don't restart"."""
        assert self.free.model is not None
        usual, turns = self.free.model.usual, self.free.clauses.turns(words)
        return any(intent not in usual.get(" ".join(mark), frozenset()) for mark in turns)

    def _slots(self, words: Sequence[str], meaning: Meaning) -> tuple[Mapping[str, str] | None, str]:
        """The slots of a meaning, filled from the words, and the name they were found by; None if one is lacking, or if
        what is named is refused."""
        if meaning.said == NOT_MEANT:
            return {}, ""
        intent, slots, name = INTENTS[meaning.said], dict(meaning.slots), ""
        taken: list[Found] = []
        for slot, values in intent.slots.items():
            named = values or slot in slots or (slot in intent.one_of and not intent.one_of.isdisjoint(slots))
            found = self.free.slots.find(words, slot) if not named or slot == BY_NAME else None
            if found is not None and not any(found.start < each.end and each.start < found.end for each in taken):
                taken += [] if slot == BY_LIKENESS else [found]  # that one's place may not be known
                slots[slot] = found.value
                name = found.name if slot == "stretch" else name
        # Of times of day it is told which are refused.
        refusable = intent.refusable and not (TIME in intent.slots and self._reminders.known)
        if refusable and set(slots) - set(dict(meaning.slots)) and holds(words, self.free.clauses.refusals):
            return None, ""
        if UNTIL in intent.slots and not holds(words, self.free.clauses.lasting):
            slots[UNTIL] = TODAY  # what can be for good must be said to be
        lacking = not intent.required <= set(slots) or (intent.one_of and intent.one_of.isdisjoint(slots))
        if lacking and meaning.said == meaning.intent:
            return None, ""
        return slots, name

    def _nearer(self, words: Sequence[str], free: Match, phrase: Match, moment: Moment) -> Match:
        """Which of the two counts: the free words, or the phrase that sounds like them.

        Where both say the same, less is needed of either; a phrase that the words hardly mean is none.
        """
        assert self.free.model is not None
        phrase = self._unless_refused(words, phrase)
        if _names_more(phrase, free):
            return phrase
        if not phrase.tier or phrase.intent is None or not self._misspelt(words, phrase):
            return free
        shares = self._meaning(words, moment).shares
        share = shares.get(moment.meaning_of(phrase.intent), 0.0)
        if share >= AGREES:
            return replace(phrase, accepted=True, doubtful=False, probability=max(share, phrase.score))
        if free.accepted or (share < HARDLY and phrase.score < BY_SOUND):
            return free
        return phrase

    def _misspelt(self, words: Sequence[str], phrase: Match) -> bool:
        """Whether the words may be those of the phrase, misspelt; a word that is known is no misspelling."""
        others = set(words) - set(phrase.phrase.split())
        known = self.free.model.words if self.free.model is not None else frozenset()
        return any(word not in self.book.vocabulary and word not in known for word in others)

    def _unless_refused(self, words: Sequence[str], phrase: Match) -> Match:
        """The phrase, unless only one of the two refuses something: "don't stop" is not "stop"."""
        refusals: tuple[Words, ...] = self.free.clauses.refusals
        if holds(words, refusals) == holds(phrase.phrase.split(), refusals):
            return phrase
        return replace(phrase, intent=None, slots={}, accepted=False, sure=False, doubtful=False, tier="")


def _names_more(phrase: Match, free: Match) -> bool:
    """Whether a phrase that sounds quite alike names what the free words leave open: "start hill stretches" is no wish
    for the whole routine."""
    alike = phrase.accepted and phrase.sure and phrase.score >= BY_SOUND
    return alike and free.accepted and bool(phrase.slots) and not free.slots
