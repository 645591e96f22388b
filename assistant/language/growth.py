"""Lets a language's phrases grow by what people say most: short sentences of its corpus, as they stand.

A recogniser of sounds gives no words, so free words are understood only when they are typed or come from Vosk. What
the built-in ear hears is compared with phrases alone. Most ways to say a thing are short, and a corpus holds them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress, pairwise

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.intent_places import POLITE
from assistant.intents import INTENTS
from assistant.language.corpus import Said
from assistant.language.spelling import normalise
from assistant.understanding.limits import GROWN_COST
from assistant.understanding.phonemes import Inventory
from assistant.understanding.phrases import Phonemes, Phrase, usual_sound
from assistant.understanding.slot_filling import SlotFinder

FEWEST_WORDS, MOST_WORDS = 2, 6
"""Words of a sentence that people are likely to say as it stands. One word alone sounds like much, so only a cry of
distress may be as short."""

USUAL = 0.9
"""The least share of its pairs of words that another sentence of its intent has too. See docs/tuning.md."""

LEAST_SOUNDS, FEWEST_SOUNDS = 4, 7
"""The fewest sounds of distress, and of anything else: "the sole" is heard in "the salt", and in "hello"."""

APART = 0.2
"""The least share of its sounds in which a sentence must differ from all that means something else."""

DISTRESS = "hurts"

Meaning = tuple[str, tuple[tuple[str, str], ...]]
"""An intent, empty for none, with its slots."""

Spoken = tuple[Said, tuple[str, ...]]
"""A sentence of the corpus with its normalised words."""

NOTHING: Meaning = ("", ())
"""The meaning of what isn't meant for the guide."""

AT_ONCE = 256
"""Sentences compared at once, so that the table of distances takes little memory."""


def grown(
    corpus: Sequence[Said],
    phrases: Sequence[Phrase],
    ways: Mapping[str, tuple[Phonemes, ...]],
    finder: SlotFinder,
    numbers: Mapping[str, str],
) -> list[Phrase]:
    """The sentences of the corpus to be taken for phrases beside those there are.

    `ways` has the pronunciations of words; a sentence with any other word is left out, because spelling out a
    thousand words would take half a minute at the first start.
    """
    there = [(phrase.phonemes, (phrase.intent or "", phrase.slots)) for phrase in phrases]
    spoken = [(said, tuple(normalise(said.text, numbers))) for said in corpus]
    spoken = [(said, words) for said, words in spoken if words and all(word in ways for word in words)]
    there += [(usual_sound(" ".join(words), ways), NOTHING) for said, words in spoken if not said.intent]
    texts = {phrase.text for phrase in phrases}
    fitting = [each for each in _plain(spoken, finder) if each[0] not in texts]
    heard = [(usual_sound(text, ways), meaning) for text, meaning in fitting]
    long_enough = [len(sound) >= FEWEST_SOUNDS or meaning[0] == DISTRESS for sound, meaning in heard]
    chosen, found = list(compress(fitting, long_enough)), list(compress(heard, long_enough))
    return [
        Phrase(text, intent, slots, sound, GROWN_COST)
        for (text, (intent, slots)), (sound, _), apart in zip(chosen, found, _apart(found, there), strict=True)
        if apart
    ]


def _plain(spoken: Sequence[Spoken], finder: SlotFinder) -> list[tuple[str, Meaning]]:
    """The sentences that are short, usual and mean one thing, distress first."""
    pairs = Counter((said.intent, pair) for said, words in spoken for pair in set(_pairs(words)))
    meanings: dict[tuple[str, ...], set[Meaning]] = {}
    for said, words in spoken:
        if len(words) <= MOST_WORDS:
            # What lacks a slot means nothing as it stands.
            slots = _slots(said, words, finder)
            meanings.setdefault(words, set()).add((said.intent, slots) if slots is not None else NOTHING)
    fitting = [
        (" ".join(words), meaning)
        for words, found in meanings.items()
        for meaning in found
        if len(found) == 1 and meaning != NOTHING and _is_usual(words, meaning[0], pairs)
    ]
    return sorted(fitting, key=lambda each: each[1][0] != DISTRESS)


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    """Each two words in a row, the beginning and the end of the sentence counted as words."""
    return list(pairwise(("", *words, "")))


def _is_usual(words: Sequence[str], intent: str, pairs: Mapping[tuple[str, tuple[str, str]], int]) -> bool:
    """Whether a sentence is like others of its intent. Distress always counts, mere politeness never: it may be meant
    for anybody."""
    if intent == DISTRESS or INTENTS[intent].means is POLITE:
        return intent == DISTRESS
    shared = [pairs[intent, pair] > 1 for pair in _pairs(words)]
    return len(words) >= FEWEST_WORDS and sum(shared) >= USUAL * len(shared)


def _slots(said: Said, words: tuple[str, ...], finder: SlotFinder) -> tuple[tuple[str, str], ...] | None:
    """The slots of a sentence, those found in its words included; None if one is lacking."""
    if not said.intent:
        return ()
    intent, slots = INTENTS[said.intent], dict(said.slots)
    needed = {*intent.required, *intent.one_of, said.names}
    for slot, values in intent.slots.items():
        found = None if values or slot in slots else finder.find(words, slot)
        if found is not None and (slot in needed or words[found.start : found.end] == tuple(found.name.split())):
            slots[slot] = found.value
    lacking = not {*intent.required, *filter(None, (said.names,))} <= set(slots)
    lacking = lacking or bool(intent.one_of and intent.one_of.isdisjoint(slots))
    return None if lacking else tuple(sorted(slots.items()))


def _apart(found: Sequence[tuple[Phonemes, Meaning]], there: Sequence[tuple[Phonemes, Meaning]]) -> list[bool]:
    """Whether each differs enough in its sounds from all that means something else: there, or found before it."""
    everything = [*there, *found]
    inventory = Inventory([sound for sound, _ in everything])
    codes = [inventory.code(sound) for sound, _ in everything]
    numbers: dict[Meaning, int] = {}
    meanings = np.array([numbers.setdefault(meaning, len(numbers)) for _, meaning in everything])
    kept = np.ones(len(everything), dtype=bool)
    for start in range(len(there), len(everything), AT_ONCE):
        rows = codes[start : start + AT_ONCE]
        far = process.cdist(rows, codes, scorer=Levenshtein.normalized_distance, score_cutoff=APART)
        for place, row in enumerate(far, start):
            near = np.flatnonzero((row < APART) & (meanings != meanings[place]))
            kept[place] = len(codes[place]) >= LEAST_SOUNDS and not kept[near[near < place]].any()
    return [bool(each) for each in kept[len(there) :]]
