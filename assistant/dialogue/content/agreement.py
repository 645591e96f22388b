"""Words that change with what precedes them, by rules that a language gives: Korean's 을 and 를, for instance."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.dialogue.content.values import DataError

_KEYS = ("written", "after", "said", "otherwise")


@dataclass(frozen=True)
class Rule:
    """Replaces `written` in a wording by `said` if the text before it ends in `after`, else by `otherwise`.

    `after` is compared with letters decomposed (NFD), so that a Hangul syllable shows what it ends in.
    """

    written: str
    after: re.Pattern[str]
    said: str
    otherwise: str

    def apply(self, text: str) -> str:
        """The text with this rule applied."""
        first, *others = text.split(self.written)
        for piece in others:
            ending = self.after.search(unicodedata.normalize("NFD", first))
            first += (self.said if ending else self.otherwise) + piece
        return first


def agree(text: str, rules: Sequence[Rule]) -> str:
    """The text with all rules applied, in order."""
    for rule in rules:
        if rule.written in text:
            text = rule.apply(text)
    return text


def read_rules(data: object) -> tuple[Rule, ...]:
    """The rules under the key 'agreement'. Raises DataError for a mistake."""
    if not isinstance(data, list):
        raise DataError(("agreement",), "'agreement' must be a list of rules")
    return tuple(_rule(entry, index) for index, entry in enumerate(data))


def _rule(entry: Any, index: int) -> Rule:
    at = ("agreement", index)
    if not isinstance(entry, Mapping) or set(entry) != set(_KEYS):
        raise DataError(at, f"a rule of agreement has the keys {', '.join(_KEYS)}")
    texts = {key: entry[key] if entry[key] is not None else "" for key in _KEYS}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["written"]:
        raise DataError(at, "a rule of agreement is made of texts, and 'written' may not be empty")
    try:
        after = re.compile(f"(?:{unicodedata.normalize('NFD', texts['after'])})$")
    except re.error as error:
        raise DataError((*at, "after"), f"'after' is no regular expression: {error}") from None
    return Rule(texts["written"], after, texts["said"], texts["otherwise"])
