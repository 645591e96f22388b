"""The phrases that can be understood, with their meaning and their sound, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.core.intents import URGENT

Phonemes = tuple[str, ...]
"""The sound of a word or phrase: one string a phoneme."""


@dataclass(frozen=True)
class Phrase:
    """One way to say one thing; `intent` None marks a decoy, which sounds like a command and means nothing.

    `text` is normalised: lower-case words with single spaces. Where a word is said in several ways, the book holds the
    phrase several times, alike but for `phonemes`.
    """

    text: str
    intent: str | None
    slots: tuple[tuple[str, str], ...]
    phonemes: Phonemes

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
    what is written with digits to words ("4" to "four", "4th" to "fourth"); `urgent` names the intents that cannot wait.
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
            "phrases": [[p.text, p.intent, dict(p.slots), " ".join(p.phonemes)] for p in self.phrases],
            "before": _plain_fillers(self.fillers_before),
            "after": _plain_fillers(self.fillers_after),
            "vocabulary": {word: [" ".join(way) for way in ways] for word, ways in self.vocabulary.items()},
            "numbers": dict(self.numbers),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> PhraseBook:
        """The book that `to_plain` gave; raises KeyError, TypeError, ValueError or AttributeError on anything else."""
        slots_seen: dict[str, tuple[tuple[str, str], ...]] = {}
        phrases = []
        for text, intent, slots, phonemes in plain["phrases"]:
            key = "".join(f"{name}={value};" for name, value in slots.items())
            shared = slots_seen.setdefault(key, tuple(slots.items()))
            phrases.append(Phrase(text, intent, shared, tuple(phonemes.split())))
        return cls(
            language=str(plain["language"]),
            phonemizer=str(plain["phonemizer"]),
            phrases=tuple(phrases),
            fillers_before=_fillers(plain["before"]),
            fillers_after=_fillers(plain["after"]),
            vocabulary={word: tuple(tuple(w.split()) for w in ways) for word, ways in plain["vocabulary"].items()},
            numbers=dict(plain["numbers"]),
        )


def _plain_fillers(fillers: Iterable[Filler]) -> list[list[str]]:
    return [[filler.text, " ".join(filler.phonemes)] for filler in fillers]


def _fillers(plain: Iterable[tuple[str, str]]) -> tuple[Filler, ...]:
    return tuple(Filler(text, tuple(phonemes.split())) for text, phonemes in plain)
