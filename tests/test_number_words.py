"""The number words in the languages' files, beside Unicode's rules for spelling numbers out (which come with hassil).

The files keep them as data all the same: the rules take a tenth of a second and ten megabytes to load, at each start,
and which numbers a language has words for is for its author to choose.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from unicode_rbnf import FormatPurpose, RbnfEngine

INTENTS = Path(__file__).parents[1] / "intents"


def read(language: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((INTENTS / language / name).read_text(encoding="utf-8"))
    return found


def spelled(language: str, number: int, rules: str) -> str:
    """As Unicode spells it, without the hyphen or the space inside a number, which are matters of style."""
    purpose = FormatPurpose.ORDINAL if "ordinal" in rules else FormatPurpose.CARDINAL
    text = RbnfEngine.for_language(language).format_number(number, purpose).text_by_ruleset[rules]
    return re.sub("[- ]", "" if language == "ko" else " ", text)


KOREAN = "spellout-cardinal-sinokorean"


@pytest.mark.parametrize(("language", "rules"), [("en", "spellout-cardinal"), ("ko", KOREAN)])
def test_the_numbers_that_are_said_and_understood_are_spelled_by_the_rules(language, rules):
    said = dict(enumerate(read(language, "replies.yaml")["numbers"]))
    understood = read(language, "naming.yaml")["cardinals"]
    for words in (said, understood):
        words = {number: word.replace("-", " ") for number, word in words.items()}
        assert words == {number: spelled(language, number, rules) for number in words}


@pytest.mark.parametrize(
    ("form", "rules", "irregular"),
    [
        ("counting", "spellout-cardinal-native-attributive", {}),
        ("ordinal", "spellout-cardinal-native-attributive", {1: "첫"}),
        ("alone", "spellout-cardinal-native", {}),
    ],
)
def test_koreans_native_numbers_are_spelled_by_the_rules(form, rules, irregular):
    words = dict(enumerate(read("ko", "replies.yaml")["other_numbers"][form]))
    assert words == {number: spelled("ko", number, rules) for number in words} | irregular


def test_english_ordinals_are_spelled_by_the_rules():
    words = read("en", "naming.yaml")["ordinals"]
    assert words == {number: spelled("en", number, "spellout-ordinal") for number in words}


def test_korean_ordinals_are_spelled_by_the_rules():
    words = read("ko", "naming.yaml")["ordinals"]
    counted = {number: spelled("ko", number, "spellout-cardinal-native-attributive") for number in words} | {1: "첫"}
    assert words == {number: f"{word} 번째" for number, word in counted.items()}
