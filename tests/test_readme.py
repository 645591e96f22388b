"""What the README says to type and to say is there to be typed and said."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from assistant import cli
from assistant.assemble import Understanding, guide_book, language_folder, phonemizer, phrase_book
from assistant.hearing.hama import hama_missing

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

BLOCKS = [line for block in re.findall(r"^```\n(.*?)^```", README, re.M | re.S) for line in block.splitlines()]
SPANS = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", README)
LINES = [line for line in BLOCKS + SPANS if re.match(r"(SOLEMATE_FETCH=no )?(script/|solemate )", line)]
SAID = re.findall(r'"([^"]+)"', README.partition("## Ten things to say")[2].partition("\n## ")[0])


@pytest.mark.parametrize("line", sorted({line for line in LINES if "..." not in line}))
def test_each_command_line_is_one(line):
    words = [word for word in shlex.split(line.partition(" > ")[0], comments=True) if not word.startswith("SOLEMATE_")]
    if words[0].startswith("script/"):
        assert os.access(ROOT / words[0], os.X_OK)
    elif "--help" in words:
        with pytest.raises(SystemExit, match="0"):
            cli._parser().parse_args(words[1:])
    else:
        assert callable(cli._parser().parse_args(words[1:]).run)


@pytest.mark.skipif(hama_missing() is not None, reason="hama spells the words, and is not to be had here")
def test_each_thing_to_say_is_understood():
    folder = language_folder("en")
    speller = phonemizer("en")
    understanding = Understanding.of(phrase_book(folder, guide_book(folder).routine, speller), speller)
    assert len(SAID) >= 10
    understood = {text: understanding.utterance(text).match for text in SAID if not text.startswith("skip this")}
    assert {text for text, match in understood.items() if not match.accepted} == set()
