"""--help teaches: what to say, and for each command lines that can be typed as they stand."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

import pytest

from assistant.cli import main
from assistant.language.understand_text import TextUnderstanding
from assistant.wiring import guide_book, language_folder, phonemizer, phrase_book


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser, `solemate` itself first."""
    yield parser.prog, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from commands(below)


PARSERS = dict(commands(main._parser()))


def examples(parser: argparse.ArgumentParser) -> list[str]:
    heading, *lines = (parser.epilog or "").splitlines()
    assert heading == "examples:"
    return [line.strip() for line in lines]


@pytest.mark.parametrize("name", PARSERS)
def test_each_command_shows_how_it_is_used(name):
    """A new command gets its help from `assistant.cli.options.teach`."""
    parser = PARSERS[name]
    text = parser.format_help()
    lines = examples(parser)
    assert lines
    for line in lines:
        assert line in text
        words = shlex.split(line.partition(" > ")[0], comments=True)
        assert words[: len(name.split())] == name.split()
        assert callable(main._parser().parse_args(words[1:]).run)


@pytest.mark.parametrize("name", PARSERS)
def test_a_sound_file_is_promised_only_where_one_is_taken(name):
    text = " ".join(PARSERS[name].format_help().split())
    taken = name in ("solemate", "solemate calibrate")
    for told in ("NAME|IN.wav", "a sound file to listen to", "NAME|OUT.wav", "a WAV file to speak into"):
        assert (told in text) is taken


@pytest.mark.parametrize("name", PARSERS)
def test_no_line_of_help_is_wider_than_a_page(name):
    assert max(map(len, PARSERS[name].format_help().splitlines())) <= 100


def test_what_it_says_to_say_is_understood_and_the_rest_of_each_line_too():
    folder = language_folder("en")
    speller = phonemizer("en")
    understanding = TextUnderstanding.of(phrase_book(folder, guide_book(folder).routine, speller), speller)
    told = [text for text, _ in main.TO_SAY]
    told += [what.split('"')[1] for _, what in main.TO_SAY if '"' in what]
    help_text = PARSERS["solemate"].format_help()
    for text in told:
        assert f'"{text}"' in help_text
        assert understanding.utterance(text).match.accepted, text
