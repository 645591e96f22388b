"""The phrases that can be understood, with their meanings and sounds, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from assistant.intents import URGENT
from assistant.understanding.clauses import ClauseWords, Words
from assistant.understanding.clock_words import ClockWords
from assistant.understanding.distress import DistressWords

Phonemes = tuple[str, ...]
"""The sound of a word or phrase: one string per phoneme."""

FEW_PHONEMES = 14
"""Phrases of up to this many phonemes are compared in all their pronunciations. In longer ones, another pronunciation
of a little word makes no difference, and each one more takes time to compare."""

LITTLE_WORD = 2
"""The most phonemes in a little word."""


@dataclass(frozen=True)
class Phrase:
    """One way to say one thing; `intent` None marks a decoy, which sounds like a command and means nothing.

    `text` is normalised: lower-case words with single spaces. `phonemes` is its usual pronunciation; of those to be
    spotted, each pronunciation is a phrase of its own. `cost` is how much rarer than usual the phrase is, in nats (-ln
    of its share): a rare wording must sound that much more like what was heard.
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
    """Everything that can be understood in one language.

    No two of the `phrases` and the `grown` have the same text. `vocabulary` maps each word of all phrases and
    fillers to its pronunciations, the most usual first; `numbers` maps what is written with digits to words ("4" to
    "four", "4th" to "fourth"); `phonemizer` is the name of what spelled the words; `urgent` names the intents that
    can't wait. `own_names` are what the guide is called, whatever the wake word is; what follows one of the
    `other_assistants` is not meant for it. `spotted` are phrases to be found anywhere in what was heard, and, with
    no intent, what they must not be mistaken for. `slot_values` maps each slot that a list fills to what is said
    for its values; `grown` are sentences of the corpus that are phrases too, but not usual ones: a closed grammar,
    suggestions and how long the ear waits depend on the others. `clauses`, `clock` and `distress` are for free words.
    """

    language: str
    phrases: tuple[Phrase, ...]
    fillers_before: tuple[Filler, ...] = ()
    fillers_after: tuple[Filler, ...] = ()
    own_names: tuple[Filler, ...] = ()
    other_assistants: tuple[Filler, ...] = ()
    spotted: tuple[Phrase, ...] = ()
    grown: tuple[Phrase, ...] = ()
    vocabulary: Mapping[str, tuple[Phonemes, ...]] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    phonemizer: str = ""
    urgent: frozenset[str] = URGENT
    slot_values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    clauses: ClauseWords = field(default_factory=ClauseWords)
    clock: ClockWords = field(default_factory=ClockWords)
    distress: DistressWords = field(default_factory=DistressWords)

    def words(self) -> tuple[str, ...]:
        """Every word in the phrases and fillers, sorted: the vocabulary of a closed grammar."""
        texts = (*self.texts(), *(filler.text for filler in (*self.fillers_before, *self.fillers_after)))
        return tuple(sorted({word for text in texts for word in text.split()}))

    def texts(self) -> tuple[str, ...]:
        """Every distinct phrase, commands and decoys, in the book's order."""
        return tuple(phrase.text for phrase in self.phrases)

    def ways_of(self, phrase: Phrase) -> tuple[Phonemes, ...]:
        """The pronunciations of a phrase, its usual one first."""
        try:
            return tuple(dict.fromkeys((phrase.phonemes, *sounds(phrase.text, self.vocabulary))))
        except KeyError:  # words that nobody has spelled
            return (phrase.phonemes,)

    def to_plain(self) -> dict[str, Any]:
        """The book as dicts, lists and strings, as the cache stores it."""
        return {
            "language": self.language,
            "phonemizer": self.phonemizer,
            "phrases": [[p.text, p.intent, dict(p.slots), p.cost] for p in self.phrases],
            "grown": [[p.text, p.intent, dict(p.slots), p.cost] for p in self.grown],
            "before": [filler.text for filler in self.fillers_before],
            "after": [filler.text for filler in self.fillers_after],
            "own_names": list(dict.fromkeys(name.text for name in self.own_names)),
            "spotted": list({p.text: [p.text, p.intent, dict(p.slots)] for p in self.spotted}.values()),
            "other_assistants": list(dict.fromkeys(name.text for name in self.other_assistants)),
            "vocabulary": {word: [" ".join(way) for way in ways] for word, ways in self.vocabulary.items()},
            "numbers": dict(self.numbers),
            "slot_values": {slot: dict(values) for slot, values in self.slot_values.items()},
            "clauses": {key: _plain(words) for key, words in vars(self.clauses).items()},
            "clock": {key: _plain(words) for key, words in vars(self.clock).items()},
            "kinds": {kind: _plain(words) for kind, words in self.distress.kinds.items()},
            "distress": {key: _plain(words) for key, words in vars(self.distress).items() if key != "kinds"},
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> PhraseBook:
        """The book that `to_plain` gave. Raises KeyError, TypeError, ValueError or AttributeError for anything else."""
        vocabulary = {word: tuple(tuple(way.split()) for way in ways) for word, ways in plain["vocabulary"].items()}
        return cls(
            language=str(plain["language"]),
            phonemizer=str(plain["phonemizer"]),
            phrases=_phrases(plain["phrases"], vocabulary),
            grown=_phrases(plain["grown"], vocabulary),
            fillers_before=fillers(plain["before"], vocabulary),
            fillers_after=fillers(plain["after"], vocabulary),
            own_names=fillers(plain["own_names"], vocabulary),
            other_assistants=fillers(plain["other_assistants"], vocabulary),
            spotted=tuple(
                Phrase(text, intent, tuple(slots.items()), sound)
                for text, intent, slots in plain["spotted"]
                for sound in sounds(text, vocabulary)
            ),
            vocabulary=vocabulary,
            numbers=dict(plain["numbers"]),
            slot_values=plain["slot_values"],
            clauses=ClauseWords(**{key: _from_plain(words) for key, words in plain["clauses"].items()}),
            clock=ClockWords(**{key: _from_plain(words) for key, words in plain["clock"].items()}),
            distress=DistressWords(
                {kind: _from_plain(words) for kind, words in plain["kinds"].items()},
                **{key: _from_plain(words) for key, words in plain["distress"].items()},
            ),
        )


def _phrases(plain: Iterable[Any], vocabulary: Mapping[str, tuple[Phonemes, ...]]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(text, intent, tuple(slots.items()), usual_sound(text, vocabulary), float(cost))
        for text, intent, slots, cost in plain
    )


def _plain(marks: Sequence[Words]) -> list[str]:
    return [" ".join(words) for words in marks]


def _from_plain(texts: Sequence[str]) -> tuple[Words, ...]:
    return tuple(tuple(text.split()) for text in texts)


def fillers(texts: Iterable[str], vocabulary: Mapping[str, tuple[Phonemes, ...]]) -> tuple[Filler, ...]:
    """Fillers with each of their pronunciations."""
    return tuple(Filler(text, sound) for text in texts for sound in sounds(text, vocabulary))


def usual_sound(text: str, vocabulary: Mapping[str, tuple[Phonemes, ...]]) -> Phonemes:
    """A phrase with each word pronounced the usual way. Raises KeyError for a word that the vocabulary lacks."""
    return tuple(chain.from_iterable([vocabulary[word][0] for word in text.split()]))


def sounds(text: str, vocabulary: Mapping[str, tuple[Phonemes, ...]]) -> tuple[Phonemes, ...]:
    """The pronunciations of a phrase: all words the usual way, then one word at a time another way.

    Not every combination: there are many in a long phrase, and they differ little from these. For the same reason,
    little words vary only in short phrases. Raises KeyError for a word that the vocabulary lacks.
    """
    usual = usual_sound(text, vocabulary)
    found, long, end = [usual], len(usual) > FEW_PHONEMES, 0
    for way in (vocabulary[word] for word in text.split()):
        start, end = end, end + len(way[0])
        if len(way) > 1 and not (long and len(way[0]) <= LITTLE_WORD):
            found += [usual[:start] + other + usual[end:] for other in way[1:]]
    return tuple(dict.fromkeys(found))
