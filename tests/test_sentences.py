"""The tables of sentences: what is said, and what it must be understood as, or that nothing may happen.

Rows are in tests/sentences/*.yaml, those of languages other than English in folders named after them. The last test
fails for a template that no row exercises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.dialogue.content.routine_names import routine_names, stretch_names
from assistant.intents import INTENTS
from assistant.language.build import sample
from assistant.language.compile import compile_language
from assistant.language.files import languages
from assistant.language.folder import read_folder
from assistant.language.spelling import LetterPhonemizer
from assistant.language.understand_text import TextUnderstanding
from assistant.wiring import guide_book, phonemizer

TABLES = Path(__file__).parent / "sentences"
INTENTS_FOLDER = Path(__file__).parents[1] / "intents"
ENGLISH = INTENTS_FOLDER / "en"
ROUTINES = guide_book(ENGLISH).routines
NAMES = stretch_names(ROUTINES)
CALLED = routine_names(ROUTINES)
LANGUAGES = languages(INTENTS_FOLDER)


@dataclass(frozen=True)
class Row:
    """What is said, and what it must be taken for (intent None: nothing).

    `table` is the file it stands in; `fails` says why it comes out wrong, where that is known.
    """

    said: str
    intent: str | None
    slots: dict[str, str]
    table: str
    fails: str = ""


def read_rows(language: str) -> Iterator[Row]:
    for path in sorted((TABLES if language == "en" else TABLES / language).glob("*.yaml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert set(block) <= {"intent", "slots", "said", "fails"}, f"{path.name}: {sorted(block)}"
            for said in block["said"]:
                yield Row(said, block["intent"], block.get("slots", {}), path.stem, block.get("fails", ""))


ROWS = list(read_rows("en"))
OTHERS = [(language, row) for language in LANGUAGES if language != "en" for row in read_rows(language)]


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> TextUnderstanding:
    """English, by sound."""
    speller = phonemizer("en")
    return TextUnderstanding.of(compile_language(ENGLISH, NAMES, speller, None, CALLED), speller)


def taken_for(understanding: TextUnderstanding, said: str) -> tuple[str | None, dict[str, Any], str]:
    match = understanding.utterance(said).match
    return (match.intent, match.slots, match.phrase) if match.accepted else (None, {}, match.phrase)


def as_parameter(row: Row) -> Any:
    marks = [pytest.mark.xfail(reason=row.fails, strict=True)] if row.fails else []
    return pytest.param(row, marks=marks, id=f"{row.table}: {row.said}")


@pytest.mark.parametrize("row", [as_parameter(row) for row in ROWS])
def test_sentence(row: Row, english: TextUnderstanding) -> None:
    intent, slots, phrase = taken_for(english, row.said)
    assert (intent, slots) == (row.intent, row.slots), f"nearest phrase: {phrase!r}"


@cache
def understanding_of(language: str) -> TextUnderstanding:
    """A language as it is typed."""
    folder = INTENTS_FOLDER / language
    letters = phonemizer(language)
    routines = guide_book(folder).routines
    book = compile_language(folder, stretch_names(routines), letters, None, routine_names(routines))
    return TextUnderstanding.of(book, letters)


@pytest.mark.parametrize(("language", "row"), OTHERS, ids=[f"{language}: {row.said}" for language, row in OTHERS])
def test_sentence_of_another_language(language: str, row: Row) -> None:
    intent, slots, phrase = taken_for(understanding_of(language), row.said)
    assert (intent, slots) == (row.intent, row.slots), f"nearest phrase: {phrase!r}"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_tables_of_another_language_exercise_each_intent_and_stretch(language: str) -> None:
    rows = list(read_rows(language))
    assert {row.intent for row in rows} == {*INTENTS, None}
    names = stretch_names(guide_book(INTENTS_FOLDER / language).routines)
    assert {row.slots["stretch"] for row in rows if row.intent == "start_stretch"} == set(names)
    assert names.keys() == NAMES.keys()
    assert never_exercised(INTENTS_FOLDER / language, understanding_of(language), rows) == []


def test_the_tables_are_broad() -> None:
    assert len(ROWS) >= 300
    assert sum(row.intent is None for row in ROWS) >= 80
    assert {row.intent for row in ROWS} == {*INTENTS, None}
    started = {row.slots["stretch"] for row in ROWS if row.intent == "start_stretch"}
    assert started == set(NAMES)
    assert len({row.said for row in ROWS}) == len(ROWS), "a sentence stands twice"


def test_every_template_is_exercised_by_a_row(english: TextUnderstanding) -> None:
    assert never_exercised(ENGLISH, english, ROWS) == [], "no row of tests/sentences exercises these templates"


def never_exercised(folder: Path, understanding: TextUnderstanding, rows: list[Row]) -> list[str]:
    """The templates of a language that no row is taken for."""
    templates: dict[str, list[Any]] = {}
    all_templates: dict[int, Any] = {}
    routines = guide_book(folder).routines
    for sampled in sample(read_folder(folder), stretch_names(routines), routine_names(routines)):
        templates.setdefault(sampled.text, []).append(sampled.template)
        all_templates[id(sampled.template)] = sampled.template
    for row in rows:
        intent, _, phrase = taken_for(understanding, row.said)
        if intent == row.intent:
            for template in templates.get(phrase, ()):
                all_templates.pop(id(template), None)
    return [f"{template.place.where}: {template.text}" for template in all_templates.values()]


def test_every_phrase_is_taken_for_what_it_means(english: TextUnderstanding) -> None:
    """All of them, not only the samples of the tables: none may be nearer to another meaning than to its own."""
    wrong = []
    for sampled in sample(read_folder(ENGLISH), NAMES, CALLED)[::7]:
        intent, slots, phrase = taken_for(english, sampled.text)
        if (intent, slots) != (sampled.intent, dict(sampled.slots)):
            wrong.append((sampled.text, phrase))
    assert wrong == []


def test_by_spelling_alone_the_plain_commands_are_understood() -> None:
    letters = LetterPhonemizer()
    understanding = TextUnderstanding.of(compile_language(ENGLISH, NAMES, letters, None, CALLED), letters)
    for said, intent in [
        ("pause", "pause"),
        ("um, okay, could you pause please", "pause"),
        ("Whats next?", "whats_next"),
    ]:
        assert taken_for(understanding, said)[0] == intent
    assert taken_for(understanding, "start heel streches")[:2] == ("start_stretch", {"stretch": "heel_stretches"})
    assert taken_for(understanding, "the weather is nice today")[0] is None
