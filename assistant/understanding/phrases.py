"""The phrases that can be understood, with their meaning and their sound, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from assistant.intents import URGENT

Phonemes = tuple[str, ...]
"""The sound of a word or phrase: one string a phoneme."""

FEW_PHONEMES = 14
"""Phrases of up to so many phonemes stand in the book in all their sounds; in longer ones a little word said another
way makes no difference, and each sound more takes time to compare."""

LITTLE_WORD = 2
"""Phonemes that a little word has at most."""


@dataclass(frozen=True)
class Phrase:
    """One way to say one thing; `intent` None marks a decoy, which sounds like a command and means nothing.

    `text` is normalised: lower-case words with single spaces. Where a word is said in several ways, the book holds the
    phrase several times, alike but for `phonemes`. `cost` says how much less often than usual it is said, in nats
    (-ln of the share): a rare wording must sound that much more like what was heard.
    """

    text: str
    intent: str | None
    slots: tuple[tuple[str, str], ...]
    phonemes: Phonemes
    cost: float = 0.0

    def slot_values(self) -> dict[str, str]:
        """The slots as a new dict."""
        return dict(self.slots)


@dataclass(frozen=True)
class Filler:
    """Words around a command that do not change what it means: "um", "could you", "please"; never empty."""

    text: str
    phonemes: Phonemes


@dataclass(frozen=True)
class PhraseBook:
    """All that can be understood in one language.

    `vocabulary` maps each word of all phrases and fillers to the ways it is said, the most usual first; `numbers` maps
    what is written with digits to words ("4" to "four", "4th" to "fourth"); `phonemizer` is the name of what spelled
    the words out; `urgent` names the intents that cannot wait.
    """

    language: str
    phrases: tuple[Phrase, ...]
    fillers_before: tuple[Filler, ...] = ()
    fillers_after: tuple[Filler, ...] = ()
    vocabulary: Mapping[str, tuple[Phonemes, ...]] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    phonemizer: str = ""
    urgent: frozenset[str] = URGENT

    def words(self) -> tuple[str, ...]:
        """Every word in the phrases and fillers, sorted: what a closed grammar is made of."""
        return tuple(sorted(self.vocabulary))

    def texts(self) -> tuple[str, ...]:
        """Every distinct phrase, commands and decoys, in the order of the book."""
        return tuple(dict.fromkeys(phrase.text for phrase in self.phrases))

    def to_plain(self) -> dict[str, Any]:
        """The book as dicts, lists and strings, the way a cache keeps it."""
        return {
            "language": self.language,
            "phonemizer": self.phonemizer,
            "phrases": list({p.text: [p.text, p.intent, dict(p.slots), p.cost] for p in self.phrases}.values()),
            "before": [filler.text for filler in self.fillers_before],
            "after": [filler.text for filler in self.fillers_after],
            "vocabulary": {word: [" ".join(way) for way in ways] for word, ways in self.vocabulary.items()},
            "numbers": dict(self.numbers),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> PhraseBook:
        """The book that `to_plain` gave; raises KeyError, TypeError, ValueError or AttributeError on anything else."""
        vocabulary = {word: tuple(tuple(way.split()) for way in ways) for word, ways in plain["vocabulary"].items()}
        return cls(
            language=str(plain["language"]),
            phonemizer=str(plain["phonemizer"]),
            phrases=tuple(
                Phrase(text, intent, tuple(slots.items()), sound, float(cost))
                for text, intent, slots, cost in plain["phrases"]
                for sound in sounds(text, vocabulary)
            ),
            fillers_before=fillers(plain["before"], vocabulary),
            fillers_after=fillers(plain["after"], vocabulary),
            vocabulary=vocabulary,
            numbers=dict(plain["numbers"]),
        )


def fillers(texts: Iterable[str], vocabulary: Mapping[str, tuple[Phonemes, ...]]) -> tuple[Filler, ...]:
    """Fillers in each of their sounds."""
    return tuple(Filler(text, sound) for text in texts for sound in sounds(text, vocabulary))


def sounds(text: str, vocabulary: Mapping[str, tuple[Phonemes, ...]]) -> Iterator[Phonemes]:
    """The ways to say a phrase: each word its usual way, then one word at a time another way (no little one if long).

    Not every combination of ways: those grow with the length of the phrase and differ little from these. Raises
    KeyError for a word that the vocabulary lacks.
    """
    ways = [vocabulary[word] for word in text.split()]
    usual = [way[0] for way in ways]
    sound = _joined(usual)
    yield sound
    if all(len(way) == 1 for way in ways):
        return
    long = len(sound) > FEW_PHONEMES
    seen = {sound}
    for place, choices in enumerate(ways):
        if long and len(usual[place]) <= LITTLE_WORD:
            continue
        for other in choices[1:]:
            sound = _joined([*usual[:place], other, *usual[place + 1 :]])
            if sound not in seen:
                seen.add(sound)
                yield sound


def _joined(parts: Iterable[Phonemes]) -> Phonemes:
    return tuple(chain.from_iterable(parts))
