"""The demonstration's conversation, as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.assemble import language_folder
from assistant.core.state import Phase
from assistant.demo import DEMO, Line, Script, read_script
from assistant.errors import SolemateError, UsageError
from tests.test_sentences import understanding_of

HEAD = "language: xx\nvoice: en-gb\nrate: 150\nlines:\n"


def script(folder: Path, lines: str) -> Script:
    (folder / DEMO).write_text(HEAD + lines, encoding="utf-8")
    return read_script(folder)


def test_a_line_stands_with_its_moment(tmp_path):
    written = "  - {say: go on, intent: next, phase: getting_ready, stretch: 2, after: 3, politely: false}\n"
    assert script(tmp_path, written) == Script(
        "en-gb", 150, (Line("go on", "next", Phase.GETTING_READY, 3.0, 1, politely=False),)
    )


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("  - {say: go on, intent: nexd, phase: paused, after: 1}", "5: unknown intent 'nexd'; did you mean"),
        (
            "  - {say: go on, intent: next, phase: pausd, after: 1}",
            "5: unknown phase 'pausd'; did you mean 'paused'",
        ),
        ("  - {say: go on, intent: next, phase: paused, after: soon}", "5: 'after' must be a whole number"),
        ("  - {say: go on, intent: next, phase: paused, after: 1, stretch: 0}", "5: 'stretch' counts from 1"),
        (
            "  - {say: go on, intent: next, phase: paused, after: 1, politely: maybe}",
            "5: 'politely' must be true or false",
        ),
        ("  - {say: go on, intent: next, phase: paused}", "5: a line lacks the key 'after'"),
        ("  - {say: go on, intent: next, phase: paused, after: 1, when: 3}", "5: unknown key 'when'"),
        ("  []", "'lines' is empty"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, line, mistake):
    with pytest.raises(SolemateError) as caught:
        script(tmp_path, line + "\n")
    assert mistake in str(caught.value)


def test_a_language_without_one_is_told(tmp_path):
    with pytest.raises(UsageError, match="there is no demonstration in the language"):
        read_script(tmp_path)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_line_means_what_it_is_there_for(language):
    understanding = understanding_of(language)
    lines = read_script(language_folder(language)).lines
    assert [understanding.utterance(line.text).match.intent for line in lines] == [line.intent for line in lines]
