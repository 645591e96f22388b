"""What the guide says, in a language's wordings; every key, and every field in it, is known in advance."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from assistant.dialogue.content.agreement import Rule, agree, read_rules
from assistant.dialogue.content.reply_fields import FIELDS
from assistant.dialogue.content.values import DataError, Keys

WHOLE_MINUTES_FROM = 300
"""Seconds from which a duration is told in whole minutes: half a minute more or less is nothing to somebody then."""


class Numeral(str):
    """A number in words; `{n:form}` in a wording selects another form of it, if the language has several."""

    _forms: Mapping[str, str]

    def __new__(cls, usual: str, forms: Mapping[str, str]) -> Numeral:
        """The usual form, and the others by name."""
        numeral = super().__new__(cls, usual)
        numeral._forms = forms
        return numeral

    def __format__(self, form: str) -> str:
        return self._forms[form] if form in self._forms else str(self)


@dataclass(frozen=True)
class Replies:
    """The wordings of a language, several for some; `numbers` are the words for 0, 1, 2 and so on, as far as they go.

    `other_numbers` are further sets of such words by name, for languages that count things in other words than time;
    `agreement` are the rules by which words change with what precedes them.
    """

    texts: Mapping[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    other_numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agreement: tuple[Rule, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Replies:
        """Check and build. Raises DataError for a reply that is missing, unknown, or uses an unknown field."""
        texts = data.get("replies")
        if not isinstance(texts, Mapping):
            raise DataError((), "the key 'replies' is missing, or not a mapping")
        for key in data:
            if key not in ("language", "replies", "numbers", "other_numbers", "agreement"):
                raise DataError((key,), f"the key '{key}' is not known here")
        numbers = _numbers(data.get("numbers"), ("numbers",))
        others = data.get("other_numbers", {})
        if not isinstance(others, Mapping):
            raise DataError(("other_numbers",), "'other_numbers' must be a mapping of names to lists of words")
        forms = {name: _numbers(words, ("other_numbers", name)) for name, words in others.items()}
        for key, text in texts.items():
            _check(key, text, forms)
        missing = [key for key in FIELDS if key not in texts]
        if missing:
            raise DataError(("replies",), f"no wording for {', '.join(missing)}")
        wordings = {key: tuple(way.strip() for way in _ways(text)) for key, text in texts.items()}
        return cls(wordings, numbers, forms, read_rules(data.get("agreement", [])))

    def text(self, reply: str, turn: int = 0, /, **fields: object) -> str:
        """The wording of a reply with its fields filled in; if there are several, `turn` cycles through them."""
        ways = self.texts[reply]
        return agree(ways[turn % len(ways)].format(**fields), self.agreement)

    def sided(self, text: str, side: str) -> str:
        """A sentence with {side} and {other} filled in; if no side is given, the left one comes first."""
        words = (self.text("left"), self.text("right"))
        this, other = reversed(words) if side == "right" else words
        return text.replace("{side}", this).replace("{other}", other)

    def number(self, n: int) -> Numeral:
        """The words for a number, or its digits if the language has no word for it."""
        others = {name: _word(words, n) for name, words in self.other_numbers.items()}
        return Numeral(_word(self.numbers, n), others)

    def duration(self, seconds: float) -> str:
        """A duration as people say it: exact up to 20 s, then in steps of 5 s, of half a minute from a minute on."""
        whole = round(seconds)
        if whole > 20:
            whole = 5 * round(seconds / 5)
        if whole < 60:
            return self.text("second") if whole == 1 else self.text("seconds", n=self.number(whole))
        halves = max(2, round(seconds / 30))
        if whole >= WHOLE_MINUTES_FROM:
            return self.text("minutes", n=self.number(round(seconds / 60)))
        if halves == 2:
            return self.text("minute")
        if halves == 3:
            return self.text("minute_half")
        return self.text("minutes_half" if halves % 2 else "minutes", n=self.number(halves // 2))

    def exactly(self, seconds: float) -> str:
        """A duration to the second, as it was set."""
        if seconds < 60 or seconds % 60:
            return self.text("seconds", n=self.number(round(seconds)))
        return self.duration(seconds)

    def listing(self, names: Sequence[str]) -> str:
        """Names in a list, with an "and" before the last."""
        if len(names) < 2:
            return "".join(names)
        return self.text("and", some=self.row(names[:-1]), last=names[-1])

    def row(self, parts: Sequence[str]) -> str:
        """Parts one after the other, separated by commas."""
        return reduce(lambda some, last: self.text("comma", some=some, last=last), parts)


def _word(words: Sequence[str], n: int) -> str:
    return words[n] if 0 <= n < len(words) else str(n)


def _numbers(words: object, at: Keys) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise DataError(at, f"'{at[-1]}' must be a list of words")
    return tuple(words)


def _ways(text: object) -> list[Any]:
    return text if isinstance(text, list) else [text]


def _check(key: str, text: object, forms: Mapping[str, object]) -> None:
    at = ("replies", key)
    if key not in FIELDS:
        raise DataError(at, f"the reply '{key}' is not known")
    ways = _ways(text)
    if not ways or not all(isinstance(way, str) and way.strip() for way in ways):
        raise DataError(at, f"the reply '{key}' must be a text, or a list of texts that are said in turn")
    try:
        parsed = [(name, form) for way in ways for _, name, form, _ in string.Formatter().parse(way)]
    except ValueError as error:
        raise DataError(at, f"the reply '{key}' has a stray brace: {error}") from None
    for form in (form for _, form in parsed if form and form not in forms):
        raise DataError(at, f"the reply '{key}' wants the numbers '{form}', which 'other_numbers' lacks")
    unknown = {name for name, _ in parsed if name is not None} - FIELDS[key]
    if unknown:
        allowed = ", ".join(sorted(FIELDS[key])) or "none"
        raise DataError(at, f"the reply '{key}' uses {{{sorted(unknown)[0]}}}; it may use: {allowed}")
